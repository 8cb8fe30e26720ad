//! Histories as they come in: JSON lines of ours, of earlier servers and of other programs.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use protocol::Timestamp;
use serde_json::Value;

/// The members under which histories keep the time of a message.
const TIMES: [&str; 4] = ["timestamp", "time", "created_at", "ts"];

/// A message of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PastMessage {
    /// Who speaks, see [`protocol::Body::role`]; empty if the line does not say so.
    pub(crate) role: String,
    /// What is said.
    pub(crate) content: String,
    /// When.
    pub(crate) at: Option<Timestamp>,
    /// The session, in whatever form the history names it.
    pub(crate) session: Option<String>,
}

/// The messages of a history, in its order. Lines that say nothing are passed over.
pub(crate) fn messages(history: &str) -> impl Iterator<Item = PastMessage> {
    history.lines().filter_map(|line| {
        let line: Value = serde_json::from_str(line).ok()?;
        let text = |name: &str| Some(line[name].as_str()?.to_owned());
        Some(PastMessage {
            role: text("role").unwrap_or_default(),
            content: text("content").filter(|text| !text.trim().is_empty())?,
            at: TIMES.iter().find_map(|name| time(&line[*name])),
            session: text("session"),
        })
    })
}

/// A time as histories have it: RFC 3339, the same without a zone (UTC), or seconds or milliseconds
/// since 1970.
fn time(value: &Value) -> Option<Timestamp> {
    /// So many seconds are far away, so many milliseconds long ago.
    const SECONDS_END: f64 = 100_000_000_000.0;
    if let Some(number) = value.as_f64() {
        let millis = if number.abs() < SECONDS_END {
            number * 1_000.0
        } else {
            number
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "casts of floats saturate, and parts of milliseconds do not count"
        )]
        return Some(Timestamp::from_millis(millis as i64));
    }
    let text = value.as_str()?;
    let moment = text.parse::<jiff::Timestamp>().ok().or_else(|| {
        let local = text.parse::<DateTime>().ok()?;
        Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp())
    });
    Some(Timestamp::from_millis(moment?.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_says_nothing_is_passed_over() {
        let lines = [
            json!({ "role": "user", "content": "Tea", "session": "a", "ts": 0 }).to_string(),
            "no JSON".to_owned(),
            json!({ "content": 7 }).to_string(),
            json!({ "role": "user", "content": " \n" }).to_string(),
            json!({ "content": "Milk" }).to_string(),
        ];
        let found: Vec<_> = messages(&lines.join("\n")).collect();
        let expected = [("user", "Tea", Some("a")), ("", "Milk", None)];
        let found: Vec<_> = found
            .iter()
            .map(|it| (&*it.role, &*it.content, it.session.as_deref()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn times_are_read_in_seconds_and_milliseconds_and_as_text() {
        let expected = Some(Timestamp::from_millis(1_770_205_165_000));
        assert_eq!(time(&json!(1_770_205_165)), expected);
        assert_eq!(time(&json!(1_770_205_165_000_i64)), expected);
        assert_eq!(time(&json!("2026-02-04T11:39:25Z")), expected);
        assert_eq!(time(&json!("2026-02-04T11:39:25")), expected);
        assert_eq!(time(&json!("yesterday")), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read(history in any::<String>(), content in any::<String>()) {
            messages(&history).count();
            messages(&json!({ "content": content, "ts": 1e300 }).to_string()).count();
        }
    }
}
