//! A moment in time.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment `millis` milliseconds after the epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The moment `seconds` later.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000)))
    }

    /// RFC 3339 in UTC with whole seconds: `2026-02-04T11:39:25Z`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let Civil {
            year,
            month,
            day,
            hour,
            minute,
            second,
        } = self.civil();
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// Reads what [`Self::rfc3339`] prints, and nothing else.
    #[must_use]
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let of_day = number(11, 13)? * 3_600 + number(14, 16)? * 60 + number(17, 19)?;
        // Days since 1970-01-01, by the inverse of `civil`.
        let year = if month <= 2 { year - 1 } else { year };
        let of_era = year.rem_euclid(400);
        let from_march = (month + 9) % 12;
        let of_year = (153 * from_march + 2) / 5 + day - 1;
        let days = year.div_euclid(400) * 146_097 + of_era * 365 + of_era / 4 - of_era / 100
            + of_year
            - 719_468;
        let moment = Self((days * 86_400 + of_day) * 1_000);
        (moment.rfc3339() == text).then_some(moment)
    }

    /// `YYYYMMDD-HHmmss` in UTC, for names of cloud resources and files.
    #[must_use]
    pub fn stamp(self) -> String {
        let Civil {
            year,
            month,
            day,
            hour,
            minute,
            second,
        } = self.civil();
        format!("{year:04}{month:02}{day:02}-{hour:02}{minute:02}{second:02}")
    }

    /// The date by Howard Hinnant's `civil_from_days`. Not by a library, for this is all that the
    /// browser needs of one, and the smallest weighs 30 KB there; the tests compare with one.
    const fn civil(self) -> Civil {
        const DAY: i64 = 86_400;
        let seconds = self.0.div_euclid(1_000);
        let of_day = seconds.rem_euclid(DAY);
        // Days since 0000-03-01: years then end with February, so leap days come last.
        let days = seconds.div_euclid(DAY) + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let month = if from_march < 10 {
            from_march + 3
        } else {
            from_march - 9
        };
        Civil {
            year: year_of_era + era * 400 + if month <= 2 { 1 } else { 0 },
            month,
            day: of_year - (153 * from_march + 2) / 5 + 1,
            hour: of_day / 3_600,
            minute: of_day / 60 % 60,
            second: of_day % 60,
        }
    }
}

/// Moments as RFC 3339 in JSON.
pub(crate) mod rfc3339 {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::Timestamp;

    pub fn serialize<S: Serializer>(moment: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&moment.rfc3339())
    }

    pub fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Timestamp, D::Error> {
        let text = String::deserialize(from)?;
        Timestamp::from_rfc3339(&text).ok_or_else(|| D::Error::custom("no time of RFC 3339"))
    }
}

/// A moment as calendars and clocks in UTC show it.
struct Civil {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prints_utc_with_whole_seconds() {
        let moment = Timestamp::from_millis(1_770_205_165_123);
        assert_eq!(moment.rfc3339(), "2026-02-04T11:39:25Z");
        assert_eq!(moment.stamp(), "20260204-113925");
    }

    proptest! {
        #[test]
        fn dates_are_those_of_a_calendar_library(millis in 0..253_402_300_799_000_i64) {
            let known = jiff::Timestamp::from_millisecond(millis).unwrap();
            let moment = Timestamp::from_millis(millis);
            prop_assert_eq!(moment.rfc3339(), known.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
            prop_assert_eq!(moment.stamp(), known.strftime("%Y%m%d-%H%M%S").to_string());
        }

        #[test]
        fn what_is_printed_is_read(seconds in 0..253_402_300_799_i64) {
            let moment = Timestamp::default().plus_seconds(seconds);
            prop_assert_eq!(Timestamp::from_rfc3339(&moment.rfc3339()), Some(moment));
        }

        #[test]
        fn what_is_no_time_is_refused(text in "[0-9TZ:+-]{0,24}|\\PC{0,24}") {
            if let Some(moment) = Timestamp::from_rfc3339(&text) {
                prop_assert_eq!(moment.rfc3339(), text);
            }
        }
    }
}
