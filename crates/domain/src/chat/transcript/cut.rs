//! How much of an agent's words is stored. What is longer is cut, and says so; the run's output has
//! it whole.

use protocol::TOOL_RESULT_BYTES;
use serde_json::{Map, Value};

use crate::agents::AgentEvent;

/// Bytes of an answer that are stored.
pub(super) const ANSWER_BYTES: usize = 256 * 1024;
/// Bytes that are stored of why a turn failed.
pub(super) const REASON_BYTES: usize = 4 * 1024;
/// Bytes that are stored of a tool's name, of an id, and of other words that are short by nature.
pub(crate) const NAME_BYTES: usize = 256;
/// Bytes of a tool's input that are stored.
const INPUT_BYTES: usize = 64 * 1024;
/// Bytes that a request to a person may have. A larger one nobody can judge, nor would it be right
/// to show a part of it and to allow the whole.
pub(in crate::chat) const REQUEST_BYTES: usize = 256 * 1024;

/// The first `limit` bytes of a text, with a note if there were more.
pub(crate) fn text(mut text: String, limit: usize) -> String {
    if text.len() > limit {
        let whole = text.len();
        text.truncate(text.floor_char_boundary(limit));
        text.push_str(&format!("\n… ({} of {whole} bytes shown)", text.len()));
    }
    text
}

/// A name or an id, which has no room for a note.
pub(super) fn name(mut name: String) -> String {
    name.truncate(name.floor_char_boundary(NAME_BYTES));
    name
}

/// A tool's input: each text at most [`TOOL_RESULT_BYTES`], all of it some [`INPUT_BYTES`].
pub(super) fn input(value: Value) -> Value {
    shorten(value, &mut { INPUT_BYTES })
}

fn shorten(value: Value, left: &mut usize) -> Value {
    match value {
        Value::String(long) => {
            let cut = text(long, TOOL_RESULT_BYTES.min(*left));
            spend(left, cut.len());
            Value::String(cut)
        }
        Value::Array(items) => {
            let mut kept = Vec::new();
            let all = items.len();
            for item in items {
                if *left == 0 {
                    kept.push(more(all - kept.len()));
                    break;
                }
                kept.push(shorten(item, left));
            }
            spend(left, kept.len());
            Value::Array(kept)
        }
        Value::Object(fields) => {
            let mut kept = Map::new();
            let all = fields.len();
            for (field, value) in fields {
                if *left == 0 {
                    kept.insert("…".to_owned(), more(all - kept.len()));
                    break;
                }
                let field = name(field);
                spend(left, field.len());
                kept.insert(field, shorten(value, left));
            }
            Value::Object(kept)
        }
        other => {
            spend(left, 1);
            other
        }
    }
}

fn spend(left: &mut usize, bytes: usize) {
    *left = left.saturating_sub(bytes);
}

fn more(count: usize) -> Value {
    Value::String(format!("… ({count} more not shown)"))
}

/// The id of a request to a person, and what it is about, if it is larger than [`REQUEST_BYTES`].
pub(in crate::chat) fn oversize(event: &AgentEvent) -> Option<(String, String)> {
    let (request, about, bytes) = match event {
        AgentEvent::Permission {
            request,
            tool,
            input,
        } => (
            request,
            tool.as_str(),
            request.len() + tool.len() + size(input),
        ),
        AgentEvent::Question { request, questions } => {
            let bytes = serde_json::to_vec(questions).map_or(usize::MAX, |text| text.len());
            (request, "a question", request.len() + bytes)
        }
        _ => return None,
    };
    (bytes > REQUEST_BYTES).then(|| (request.clone(), name(about.to_owned())))
}

fn size(value: &Value) -> usize {
    serde_json::to_vec(value).map_or(usize::MAX, |text| text.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_long_text_is_cut_at_a_character_and_says_so() {
        let cut = text("é".repeat(TOOL_RESULT_BYTES), TOOL_RESULT_BYTES);
        assert!(cut.len() < TOOL_RESULT_BYTES + 100 && cut.ends_with("bytes shown)"));
        assert_eq!(text("short".into(), 5), "short");
    }

    #[test]
    fn an_input_of_any_shape_is_bounded() {
        let many: Vec<String> = (0..100_000).map(|number| number.to_string()).collect();
        let long = "x".repeat(1_000_000);
        let mut deep = json!(long);
        for _ in 0..50 {
            deep = json!({ "in": [deep, long] });
        }
        let fields: Map<_, _> = many.iter().map(|it| (it.clone(), json!(1))).collect();
        for value in [
            json!(many),
            json!({ "a": long, "b": long }),
            deep,
            fields.into(),
        ] {
            let cut = input(value).to_string();
            assert!(cut.len() < 3 * INPUT_BYTES, "{}", cut.len());
            assert!(cut.contains("shown)"), "{}", &cut[cut.len() - 200..]);
        }
    }

    proptest! {
        #[test]
        fn a_small_input_stays_as_it_is(words in prop::collection::vec("\\PC{0,20}", 0..20)) {
            let value = json!({ "words": words, "number": 1.5, "none": null });
            prop_assert_eq!(input(value.clone()), value);
        }
    }

    #[test]
    fn only_a_request_that_nobody_can_judge_is_too_large() {
        let ask = |bytes| AgentEvent::Permission {
            request: "r".into(),
            tool: "Write".into(),
            input: json!({ "content": "x".repeat(bytes) }),
        };
        assert_eq!(oversize(&ask(REQUEST_BYTES / 2)), None);
        assert_eq!(
            oversize(&ask(REQUEST_BYTES)),
            Some(("r".into(), "Write".into()))
        );
    }
}
