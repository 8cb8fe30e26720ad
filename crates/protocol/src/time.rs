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

    /// `YYYYMMDD-HHmmss` in UTC, for names of cloud resources.
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
    }
}
