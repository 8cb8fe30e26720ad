//! Chats become documents in which nothing that was said passes for something else.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{
    AgentInfo, Delivery, Guid, MessageId, PermissionPolicy, ProjectId, Published, Question,
    QuestionItem, SessionId, SessionStatus, SiteId, ToolResult,
};

fn session() -> Session {
    Session {
        id: SessionId::random(),
        guid: Guid::from_bytes([1; 32]),
        project: ProjectId::random(),
        number: 3,
        title: "Create a tea shop".into(),
        objectives: String::new(),
        agent: AgentInfo {
            name: "claude".into(),
            label: "Claude Code".into(),
            demo: false,
        },
        policy: PermissionPolicy::Ask,
        status: SessionStatus::Idle,
        cost_usd: 0.0,
        created_at: Timestamp::default(),
        active_at: Timestamp::default(),
        archived: false,
    }
}

fn message(body: Body) -> Message {
    Message {
        id: MessageId::random(),
        sequence: 1,
        revision: 1,
        at: Timestamp::default(),
        body,
    }
}

fn user(text: &str) -> Body {
    Body::User {
        text: text.into(),
        uploads: Vec::new(),
        automatic: false,
        delivery: Delivery::Delivered,
    }
}

#[test]
fn a_chat_is_a_document() {
    let question = QuestionItem {
        question: "Which colour?".into(),
        header: String::new(),
        options: Vec::new(),
        multi_select: false,
    };
    let bodies = [
        user("Create a tea shop\n# loud"),
        Body::Agent {
            text: "I **write** it.".into(),
        },
        Body::Tool(ToolUse {
            id: "1".into(),
            name: "Write".into(),
            input: json!({ "file_path": "/data/sessions/active/60d3/projects/tea-shop/site/index.html", "content": "…" }),
            result: Some(ToolResult {
                is_error: true,
                text: "no".into(),
            }),
        }),
        Body::Question(Question {
            request: "q".into(),
            questions: vec![question],
            answers: Some(vec!["Green".into()]),
            withdrawn: false,
        }),
        Body::Published(Published {
            site: SiteId::random(),
            release: 2,
            url: "https://tea.example".into(),
            act: PublishAct::Update,
        }),
    ];
    let text = chat_as_markdown(&session(), &bodies.map(message));
    let expected = "# Create a tea shop\n\
        \n\
        Session 3, Claude Code, since 1970-01-01T00:00:00Z.\n\
        \n\
        ## You, 1970-01-01T00:00:00Z\n\
        \n\
        > Create a tea shop\n\
        > # loud\n\
        \n\
        ## Claude Code, 1970-01-01T00:00:00Z\n\
        \n\
        I **write** it.\n\
        \n\
        - `Write` `site/index.html` (failed)\n\
        \n\
        ## Claude Code, 1970-01-01T00:00:00Z\n\
        \n\
        **Which colour?**\n\
        \n\
        > Green\n\
        \n\
        **Update**, release 2: <https://tea.example>\n";
    assert_eq!(text, expected);
}

#[test]
fn a_block_of_code_that_was_cut_is_closed() {
    for (text, closed_text) in [
        ("a\n```rust\nlet x", "a\n```rust\nlet x\n```"),
        ("````\n```\n", "````\n```\n````"),
        ("```\nx\n```", "```\nx\n```"),
        ("~~~\n```\n~~~", "~~~\n```\n~~~"),
        ("```\n``` not the end", "```\n``` not the end\n```"),
    ] {
        assert_eq!(closed(text), closed_text, "{text}");
    }
}

#[test]
fn code_spans_hold_backticks() {
    assert_eq!(code("a `b` c"), "``a `b` c``");
    assert_eq!(code("`b`"), "`` `b` ``");
}

proptest! {
    #[test]
    fn a_persons_words_make_no_heading(text in any::<String>()) {
        let document = message_as_markdown(&session(), &message(user(&text)));
        let lines = document.split(['\n', '\r']);
        let headings = lines.filter(|line| line.starts_with('#')).count();
        prop_assert_eq!(headings, 1);
    }

    #[test]
    fn answers_leave_no_block_open(text in "[`~a\n ]{0,80}") {
        let once = closed(&text);
        prop_assert_eq!(closed(&once), once);
    }
}
