//! Histories as they come in: JSON lines of ours, of earlier servers and of other programs.

use std::collections::HashMap;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use protocol::{ApiError, Timestamp};
use serde_json::Value;

use crate::error::Result;

/// Messages that are taken in at once.
const MESSAGES: usize = 100_000;
/// Bytes of a line that is read. One of ours has less, however its message is escaped; and what is
/// read of a line may be many times as large in memory.
const LINE_BYTES: usize = 2 * 1024 * 1024;
/// The members under which histories keep the time of a message.
const TIMES: [&str; 4] = ["timestamp", "time", "created_at", "ts"];
/// What some programs write in front of a text in UTF-8.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// A history that was read.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// What is said, in the order of the lines.
    pub(crate) messages: Vec<PastMessage>,
    /// Lines in which nothing is said, as far as could be read.
    pub(crate) skipped: usize,
}

/// A message of a history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PastMessage {
    /// Who speaks, see [`protocol::Body::role`]; empty if the line does not say so.
    pub(crate) role: String,
    /// What is said.
    pub(crate) content: String,
    /// When.
    pub(crate) at: Option<Timestamp>,
    /// The session, in whatever form the history names it.
    pub(crate) session: Option<String>,
    /// Its place there.
    pub(crate) sequence: Option<u64>,
}

/// A session of a history, or a part of one, in the order of its messages. There is at least one.
#[derive(Clone, Debug)]
pub(crate) struct PastSession {
    /// Its name in the history, if that has names.
    pub(crate) named: Option<String>,
    pub(crate) messages: Vec<PastMessage>,
}

impl Past {
    /// Reads a history. Takes a while for a long one.
    ///
    /// # Errors
    /// There is no message in it, or there are too many.
    pub fn read(history: &str) -> Result<Self> {
        let mut past = Self::default();
        let lines = history.trim_start_matches(BYTE_ORDER_MARK).lines();
        for line in lines.filter(|line| !line.trim().is_empty()) {
            match message(line) {
                Some(message) => past.messages.push(message),
                None => past.skipped += 1,
            }
            if past.messages.len() > MESSAGES {
                let message = format!(
                    "At most {MESSAGES} messages are taken in at once. Split the file at the end \
                     of a line."
                );
                return Err(ApiError::limit(message).into());
            }
        }
        if past.messages.is_empty() {
            let message = "There is no message in it. A history has one a line, as JSON with `role` \
                           and `content`.";
            return Err(ApiError::invalid("history", message).into());
        }
        Ok(past)
    }

    /// The sessions, in the order in which they begin. What names none is one of its own.
    pub(crate) fn into_sessions(self) -> Vec<PastSession> {
        let mut sessions: Vec<PastSession> = Vec::new();
        let mut places = HashMap::new();
        for message in self.messages {
            let named = message.session.clone();
            let place = *places.entry(named.clone()).or_insert(sessions.len());
            if place == sessions.len() {
                let messages = Vec::new();
                sessions.push(PastSession { named, messages });
            }
            sessions[place].messages.push(message);
        }
        sessions.iter_mut().for_each(PastSession::put_in_order);
        sessions
    }
}

impl PastSession {
    /// Files of one history may have been put together in any order, or twice.
    fn put_in_order(&mut self) {
        if self.messages.iter().all(|it| it.sequence.is_some()) {
            self.messages.sort_by_key(|it| it.sequence);
            self.messages.dedup_by_key(|it| it.sequence);
        }
    }
}

/// What a line says.
fn message(line: &str) -> Option<PastMessage> {
    if line.len() > LINE_BYTES {
        return None;
    }
    let line: Value = serde_json::from_str(line).ok()?;
    let role = line["role"].as_str().unwrap_or_default();
    Some(PastMessage {
        role: if role == "human" { "user" } else { role }.to_owned(),
        content: words(&line["content"]).filter(|words| !words.trim().is_empty())?,
        at: TIMES.iter().find_map(|name| time(&line[*name])),
        session: match &line["session"] {
            Value::String(name) => Some(name.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        },
        sequence: line["sequence"].as_u64(),
    })
}

/// A text, or those of a list of blocks.
fn words(content: &Value) -> Option<String> {
    match content {
        Value::String(text) => Some(text.clone()),
        Value::Array(blocks) => {
            let texts = blocks.iter().filter_map(|block| block["text"].as_str());
            Some(texts.collect::<Vec<_>>().join("\n"))
        }
        _ => None,
    }
}

/// A time as histories have it: RFC 3339, the same without a zone (UTC), or seconds or milliseconds
/// since 1970.
fn time(value: &Value) -> Option<Timestamp> {
    /// So many seconds are far away, so many milliseconds long ago.
    const SECONDS_END: f64 = 100_000_000_000.0;
    /// The milliseconds of times whose year has four digits.
    const YEARS: std::ops::Range<i64> = 0..253_402_300_800_000;
    let millis = match (value.as_f64(), value.as_str()) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "casts of floats saturate, and parts of milliseconds do not count"
        )]
        (Some(number), _) if number < SECONDS_END => (number * 1_000.0) as i64,
        #[expect(clippy::cast_possible_truncation, reason = "casts of floats saturate")]
        (Some(number), _) => number as i64,
        (None, Some(text)) => {
            let moment = text.parse::<jiff::Timestamp>().ok().or_else(|| {
                let local = text.parse::<DateTime>().ok()?;
                Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp())
            });
            moment?.as_millisecond()
        }
        (None, None) => return None,
    };
    YEARS
        .contains(&millis)
        .then(|| Timestamp::from_millis(millis))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(lines: &[Value]) -> Past {
        let lines: Vec<_> = lines.iter().map(Value::to_string).collect();
        Past::read(&lines.join("\n")).unwrap()
    }

    #[test]
    fn lines_of_many_programs_are_read() {
        let lines = [
            "\u{feff}{\"role\":\"human\",\"content\":\"Tea\",\"session\":7,\"ts\":0}",
            "no JSON",
            "",
            r#"{"content":7}"#,
            r#"{"role":"user","content":" "}"#,
            r#"{"role":"assistant","content":[{"type":"text","text":"Green"},{"type":"image"},{"text":"or black?"}]}"#,
        ];
        let past = Past::read(&lines.join("\n")).unwrap();
        let tea = PastMessage {
            role: "user".to_owned(),
            content: "Tea".to_owned(),
            at: Some(Timestamp::default()),
            session: Some("7".to_owned()),
            sequence: None,
        };
        assert_eq!(past.messages[0], tea);
        assert_eq!(past.messages[1].content, "Green\nor black?");
        assert_eq!((past.messages.len(), past.skipped), (2, 3));
    }

    #[test]
    fn what_is_too_long_is_skipped_and_what_is_too_much_refused() {
        let long = json!({ "content": "Tea", "x": "x".repeat(LINE_BYTES) });
        let past = read(&[long, json!({ "content": "Milk" })]);
        assert_eq!((past.messages.len(), past.skipped), (1, 1));
        let line = "{\"content\":\"a\"}\n";
        assert!(Past::read(&line.repeat(MESSAGES)).is_ok());
        assert!(Past::read(&line.repeat(MESSAGES + 1)).is_err());
        assert!(Past::read("Dear diary").is_err());
    }

    #[test]
    fn sessions_are_told_apart_and_put_in_order() {
        let line = |content: &str, session: Option<&str>, sequence: Option<u64>| json!({ "content": content, "session": session, "sequence": sequence });
        let past = read(&[
            line("third", Some("b"), Some(3)),
            line("Bread", Some("a"), None),
            line("first", Some("b"), Some(1)),
            line("third", Some("b"), Some(3)),
            line("Rolls", Some("a"), Some(1)),
            line("Old", None, None),
        ]);
        let found = past.into_sessions();
        let found: Vec<_> = found
            .iter()
            .map(|session| {
                let contents = session.messages.iter().map(|it| it.content.as_str());
                (session.named.as_deref(), contents.collect::<Vec<_>>())
            })
            .collect();
        let expected = [
            (Some("b"), vec!["first", "third"]),
            (Some("a"), vec!["Bread", "Rolls"]),
            (None, vec!["Old"]),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn times_are_read_in_seconds_and_milliseconds_and_as_text() {
        let expected = Some(Timestamp::from_millis(1_770_205_165_000));
        assert_eq!(time(&json!(1_770_205_165)), expected);
        assert_eq!(time(&json!(1_770_205_165_000_i64)), expected);
        assert_eq!(time(&json!("2026-02-04T11:39:25Z")), expected);
        assert_eq!(time(&json!("2026-02-04T11:39:25")), expected);
        for odd in [json!("yesterday"), json!(1e300), json!(-1), json!(1e15)] {
            assert_eq!(time(&odd), None, "{odd}");
        }
    }

    proptest! {
        #[test]
        fn any_line_is_read(
            role in any::<String>(),
            content in any::<String>(),
            time in any::<f64>(),
            session in any::<Option<String>>(),
        ) {
            let line = json!({ "role": role, "content": content, "ts": time, "session": session });
            let text = line.to_string();
            let found = Past::read(&text).ok().map(|past| past.messages[0].content.clone());
            prop_assert_eq!(found, Some(content).filter(|text| !text.trim().is_empty()));
            Past::read(&text[..text.floor_char_boundary(text.len() / 2)]).ok();
        }
    }
}
