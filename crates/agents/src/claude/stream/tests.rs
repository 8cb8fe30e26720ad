//! Lines as Claude Code 2.1.329 wrote them, shortened.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn one(line: &str) -> AgentEvent {
    let mut events = read(line.as_bytes());
    assert_eq!(events.len(), 1, "{line}: {events:?}");
    events.remove(0)
}

fn silent(line: &str) {
    assert_eq!(read(line.as_bytes()), [], "{line}");
}

#[test]
fn the_answer_to_initialize_says_that_it_is_ready() {
    let line = r#"{"type":"control_response","response":{"subtype":"success","request_id":"initialize","response":{"commands":[]}}}"#;
    assert_eq!(one(line), AgentEvent::Started);
    silent(
        r#"{"type":"control_response","response":{"subtype":"success","request_id":"i1","response":{"still_queued":[]}}}"#,
    );
}

#[test]
fn a_replay_acknowledges_and_is_no_step() {
    let id = "0ced0d56-af3e-4ee0-be5f-810b8dab781e";
    let line = format!(
        r#"{{"type":"user","message":{{"role":"user","content":"hello"}},"parent_tool_use_id":null,"uuid":"{id}","isReplay":true}}"#
    );
    assert_eq!(one(&line), AgentEvent::Acknowledged(id.parse().unwrap()));
    silent(&format!(
        r#"{{"type":"command_lifecycle","command_uuid":"{id}","state":"queued"}}"#
    ));
    silent(r#"{"type":"user","uuid":"not-one-of-ours","isReplay":true}"#);
    silent(
        r#"{"type":"user","message":{"role":"user","content":[{"type":"text","text":"[Request interrupted by user]"}]},"parent_tool_use_id":null}"#,
    );
}

#[test]
fn a_turn_begins() {
    assert_eq!(
        one(r#"{"type":"system","subtype":"init","tools":[]}"#),
        AgentEvent::Working
    );
    let requesting = r#"{"type":"system","subtype":"status","status":"requesting"}"#;
    assert_eq!(one(requesting), AgentEvent::Working);
    silent(r#"{"type":"system","subtype":"status","status":null,"permissionMode":"acceptEdits"}"#);
    silent(r#"{"type":"system","subtype":"a_later_invention"}"#);
    silent(r#"{"type":"a_later_invention"}"#);
    silent("");
    silent("  ");
}

#[test]
fn text_streams_and_is_then_whole() {
    let delta = r#"{"type":"stream_event","event":{"index":0,"delta":{"type":"text_delta","text":"You "},"type":"content_block_delta"},"parent_tool_use_id":null}"#;
    assert_eq!(one(delta), AgentEvent::TextDelta("You ".into()));
    let whole = r#"{"type":"assistant","message":{"id":"msg_1","role":"assistant","content":[{"type":"text","text":"You said: hello "}]},"parent_tool_use_id":null}"#;
    assert_eq!(one(whole), AgentEvent::Text("You said: hello ".into()));
    silent(
        r#"{"type":"stream_event","event":{"type":"content_block_stop","index":0},"parent_tool_use_id":null}"#,
    );
    silent(
        r#"{"type":"stream_event","event":{"type":"content_block_delta","delta":{"type":"input_json_delta","partial_json":"{"}},"parent_tool_use_id":null}"#,
    );
}

#[test]
fn a_subagent_keeps_its_words_and_steps_to_itself() {
    silent(
        r#"{"type":"assistant","message":{"content":[{"type":"text","text":"sub"}]},"parent_tool_use_id":"toolu_1"}"#,
    );
    silent(
        r#"{"type":"stream_event","event":{"type":"content_block_delta","delta":{"type":"text_delta","text":"sub"}},"parent_tool_use_id":"toolu_1"}"#,
    );
    silent(
        r#"{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t","content":"x"}]},"parent_tool_use_id":"toolu_1"}"#,
    );
}

#[test]
fn steps_have_an_input_and_a_result() {
    let used = r#"{"type":"assistant","message":{"content":[{"type":"tool_use","id":"toolu_1","name":"Write","input":{"file_path":"a.txt","content":"hi"}}]},"parent_tool_use_id":null}"#;
    let input = json!({"file_path": "a.txt", "content": "hi"});
    let (id, name) = ("toolu_1".to_owned(), "Write".to_owned());
    assert_eq!(
        one(used),
        AgentEvent::ToolUse {
            id: id.clone(),
            name,
            input
        }
    );

    let denied = r#"{"type":"user","message":{"role":"user","content":[{"type":"tool_result","content":"the owner said no","is_error":true,"tool_use_id":"toolu_1"}]},"parent_tool_use_id":null}"#;
    let result = ToolResult {
        is_error: true,
        text: "the owner said no".into(),
    };
    assert_eq!(
        one(denied),
        AgentEvent::ToolResult {
            id: id.clone(),
            result
        }
    );

    let parts = r#"{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"toolu_1","content":[{"type":"text","text":"a"},{"type":"image","source":{}},{"type":"text","text":"b"}]}]},"parent_tool_use_id":null}"#;
    let result = ToolResult {
        is_error: false,
        text: "a\n[image]\nb".into(),
    };
    assert_eq!(one(parts), AgentEvent::ToolResult { id, result });
}

#[test]
fn a_long_result_is_shortened_between_characters() {
    let line = json!({
        "type": "user",
        "message": {"content": [{"type": "tool_result", "tool_use_id": "t", "content": "é".repeat(20_000)}]},
    });
    let AgentEvent::ToolResult { result, .. } = one(&line.to_string()) else {
        panic!()
    };
    assert!(result.text.len() <= TOOL_RESULT_BYTES);
    assert!(result.text.ends_with("é…"));
}

#[test]
fn it_asks_for_permission_and_takes_it_back() {
    let asks = r#"{"type":"control_request","request_id":"r1","request":{"subtype":"can_use_tool","tool_name":"Write","display_name":"Write","input":{"file_path":"a"},"permission_suggestions":[],"tool_use_id":"toolu_1"}}"#;
    let (request, tool) = ("r1".to_owned(), "Write".to_owned());
    let input = json!({"file_path": "a"});
    assert_eq!(
        one(asks),
        AgentEvent::Permission {
            request: request.clone(),
            tool,
            input
        }
    );
    let back = r#"{"type":"control_cancel_request","request_id":"r1"}"#;
    assert_eq!(one(back), AgentEvent::Withdrawn { request });
    silent(r#"{"type":"control_request","request_id":"r1","request":{"subtype":"hook_callback"}}"#);
}

#[test]
fn a_question_is_no_permission_and_no_step() {
    let asks = r#"{"type":"control_request","request_id":"r1","request":{"subtype":"can_use_tool","tool_name":"AskUserQuestion","input":{"questions":[{"question":"Which colour?","header":"Colour","options":[{"label":"Blue","description":"b"}],"multiSelect":false}]},"tool_use_id":"toolu_1","requires_user_interaction":true}}"#;
    let AgentEvent::Question { request, questions } = one(asks) else {
        panic!()
    };
    assert_eq!(request, "r1");
    assert_eq!(questions[0].question, "Which colour?");
    assert_eq!(questions[0].options[0].label, "Blue");
    silent(
        r#"{"type":"assistant","message":{"content":[{"type":"tool_use","id":"t","name":"AskUserQuestion","input":{}}]},"parent_tool_use_id":null}"#,
    );
    // A shape of question that we do not know can at least be refused.
    let strange = r#"{"type":"control_request","request_id":"r2","request":{"subtype":"can_use_tool","tool_name":"AskUserQuestion","input":{"questions":7}}}"#;
    assert!(matches!(one(strange), AgentEvent::Permission { .. }));
}

#[test]
fn retries_say_why() {
    let line = r#"{"type":"system","subtype":"api_retry","attempt":1,"max_retries":2,"retry_delay_ms":1025,"error_status":529,"error":"overloaded"}"#;
    let reason = "overloaded (status 529)".to_owned();
    assert_eq!(
        one(line),
        AgentEvent::Retrying {
            attempt: 1,
            of: 2,
            reason
        }
    );
}

#[test]
fn a_turn_ends_well_badly_or_by_interruption() {
    let outcome = |line: &str| match one(line) {
        AgentEvent::Finished { outcome, cost_usd } => (outcome, cost_usd),
        other => panic!("{other:?}"),
    };
    let done = r#"{"type":"result","subtype":"success","is_error":false,"terminal_reason":"completed","result":"Done.","total_cost_usd":0.0153}"#;
    assert_eq!(outcome(done), (Outcome::Done, Some(0.0153)));

    let failed = r#"{"type":"result","subtype":"success","is_error":true,"terminal_reason":"api_error","api_error_status":400,"result":"API Error: 400 no","total_cost_usd":0}"#;
    let reason = "API Error: 400 no".to_owned();
    assert_eq!(outcome(failed), (Outcome::Failed { reason }, Some(0.0)));
    silent(
        r#"{"type":"assistant","error":"unknown","is_api_error_message":true,"message":{"model":"<synthetic>","content":[{"type":"text","text":"API Error: 400 no"}]},"parent_tool_use_id":null}"#,
    );

    for reason in ["aborted_streaming", "aborted_tools"] {
        let stopped = format!(
            r#"{{"type":"result","subtype":"error_during_execution","is_error":true,"terminal_reason":"{reason}","errors":["[ede_diagnostic] x"]}}"#
        );
        assert_eq!(outcome(&stopped), (Outcome::Interrupted, None));
    }

    let unknown = r#"{"type":"result","subtype":"error_during_execution","is_error":true,"errors":["No conversation found with session ID: x"]}"#;
    let reason = "No conversation found with session ID: x".to_owned();
    assert_eq!(outcome(unknown).0, Outcome::Failed { reason });
    let bare = r#"{"type":"result","subtype":"error_max_turns","is_error":true}"#;
    assert_eq!(
        outcome(bare).0,
        Outcome::Failed {
            reason: "error max turns".into()
        }
    );
}

#[test]
fn what_is_no_json_object_is_unreadable_and_shortened() {
    assert_eq!(
        one(r#"{"type":"ass"#),
        AgentEvent::Unreadable(r#"{"type":"ass"#.into())
    );
    assert!(matches!(one("7"), AgentEvent::Unreadable(_)));
    let AgentEvent::Unreadable(text) = one(&"é".repeat(5_000)) else {
        panic!()
    };
    assert_eq!(text, "é".repeat(UNREADABLE_CHARS));
}

/// JSON of the vocabulary that the parser looks at, in any combination.
fn any_line() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "type",
        "system",
        "init",
        "status",
        "stream_event",
        "event",
        "assistant",
        "user",
        "message",
        "content",
        "result",
        "control_request",
        "request",
        "can_use_tool",
        "AskUserQuestion",
        "questions",
        "tool_use",
        "tool_result",
        "text",
        "uuid",
        "isReplay",
        "subtype",
        "delta",
        "tool_name",
        "input",
        "api_retry",
        "attempt",
        "errors",
        "is_error",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..8).prop_map(|entries| {
                entries
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value))
                    .collect()
            }),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in any::<Vec<u8>>()) {
        read(&bytes);
    }

    #[test]
    fn no_json_makes_it_panic(line in any_line()) {
        read(line.to_string().as_bytes());
    }

    #[test]
    fn every_text_goes_through_exactly(text in any::<String>()) {
        let delta = json!({"type": "stream_event", "event": {"type": "content_block_delta", "delta": {"type": "text_delta", "text": text}}});
        prop_assert_eq!(read(delta.to_string().as_bytes()), [AgentEvent::TextDelta(text.clone())]);
        let whole = json!({"type": "assistant", "message": {"content": [{"type": "text", "text": text}]}});
        prop_assert_eq!(read(whole.to_string().as_bytes()), [AgentEvent::Text(text)]);
    }
}
