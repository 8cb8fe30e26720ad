//! What Claude Code is told: one line of JSON per [`AgentInput`].

use domain::agents::AgentInput;
use protocol::{PermissionPolicy, QuestionItem};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The id of the request that asks the CLI to say that it is ready.
pub(super) const INITIALIZE: &str = "initialize";

/// The first line of every process. Its answer is the sign that the process reads its input, for by
/// itself the CLI says nothing before the first message.
///
/// By itself the CLI also keeps to the system prompt that a conversation began with. Ours says what
/// is so now: a site that is there since, rules that were changed.
pub(crate) fn first_line() -> String {
    line(&json!({
        "type": "control_request",
        "request_id": INITIALIZE,
        "request": {"subtype": "initialize", "systemPromptSnapshot": false},
    }))
}

/// The line that tells `input`, with its newline.
pub(crate) fn write(input: &AgentInput) -> String {
    line(&match input {
        // The CLI skips a message whose uuid the conversation has, but acknowledges it.
        AgentInput::Message { id, text } => json!({
            "type": "user",
            "uuid": id,
            "message": {"role": "user", "content": text},
            "parent_tool_use_id": null,
        }),
        AgentInput::Interrupt => control(json!({"subtype": "interrupt"})),
        AgentInput::Policy(policy) => {
            control(json!({"subtype": "set_permission_mode", "mode": mode(*policy)}))
        }
        AgentInput::Permit { request, input } => allow(request, input),
        AgentInput::Refuse { request, message } => {
            answer(request, json!({"behavior": "deny", "message": message}))
        }
        AgentInput::Answer {
            request,
            questions,
            answers,
        } => allow(request, &answered(questions, answers)),
    })
}

/// The CLI's name of a policy.
pub(crate) const fn mode(policy: PermissionPolicy) -> &'static str {
    match policy {
        PermissionPolicy::Ask => "default",
        PermissionPolicy::AcceptEdits => "acceptEdits",
        PermissionPolicy::Full => "bypassPermissions",
    }
}

fn control(request: Value) -> Value {
    json!({"type": "control_request", "request_id": Uuid::new_v4(), "request": request})
}

fn allow(request: &str, input: &Value) -> Value {
    answer(request, json!({"behavior": "allow", "updatedInput": input}))
}

fn answer(request: &str, response: Value) -> Value {
    json!({
        "type": "control_response",
        "response": {"subtype": "success", "request_id": request, "response": response},
    })
}

fn answered(questions: &[QuestionItem], answers: &[String]) -> Value {
    let answers: Map<String, Value> = questions
        .iter()
        .zip(answers)
        .map(|(item, answer)| (item.question.clone(), answer.clone().into()))
        .collect();
    json!({"questions": questions, "answers": answers})
}

fn line(value: &Value) -> String {
    format!("{value}\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use protocol::MessageId;

    use super::*;

    fn parsed(input: &AgentInput) -> Value {
        let line = write(input);
        assert_eq!(line.find('\n'), Some(line.len() - 1), "one line: {line}");
        serde_json::from_str(&line).unwrap()
    }

    proptest! {
        #[test]
        fn every_text_goes_through_exactly(text in any::<String>()) {
            let id = MessageId::random();
            let line = parsed(&AgentInput::Message { id, text: text.clone() });
            prop_assert_eq!(&line["message"]["content"], &Value::from(text));
            prop_assert_eq!(&line["uuid"], &Value::from(id.to_string()));
        }
    }

    #[test]
    fn answers_stand_beside_their_questions() {
        let question = QuestionItem {
            question: "Which colour?".into(),
            header: "Colour".into(),
            options: Vec::new(),
            multi_select: false,
        };
        let line = parsed(&AgentInput::Answer {
            request: "r1".into(),
            questions: vec![question],
            answers: vec!["Blue".into()],
        });
        let response = &line["response"];
        assert_eq!(response["request_id"], "r1");
        assert_eq!(response["response"]["behavior"], "allow");
        assert_eq!(
            response["response"]["updatedInput"],
            json!({
                "questions": [{"question": "Which colour?", "header": "Colour", "options": [], "multiSelect": false}],
                "answers": {"Which colour?": "Blue"},
            })
        );
    }

    #[test]
    fn permissions_interrupts_and_policies_have_the_shape_that_the_cli_takes() {
        let permit = parsed(&AgentInput::Permit {
            request: "r".into(),
            input: json!({"a": 1}),
        });
        assert_eq!(
            permit["response"]["response"],
            json!({"behavior": "allow", "updatedInput": {"a": 1}})
        );
        let refuse = parsed(&AgentInput::Refuse {
            request: "r".into(),
            message: "no".into(),
        });
        assert_eq!(
            refuse["response"]["response"],
            json!({"behavior": "deny", "message": "no"})
        );
        assert_eq!(
            parsed(&AgentInput::Interrupt)["request"]["subtype"],
            "interrupt"
        );
        let policy = parsed(&AgentInput::Policy(PermissionPolicy::Full));
        assert_eq!(policy["request"]["mode"], "bypassPermissions");
    }
}
