//! The demo agent over pipes, heard with the parser that hears Claude.

mod projects;
mod publishing;

use std::time::Duration;

use domain::agents::{AgentEvent, AgentInput, Outcome};
use protocol::{MessageId, PermissionPolicy};
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader, DuplexStream, Lines};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use self::publishing::tool_server;
use super::*;
use crate::claude::{input, stream};

const PATIENCE: Duration = Duration::from_secs(10);

/// A demo agent under test.
struct Demo {
    input: Option<DuplexStream>,
    output: Lines<BufReader<DuplexStream>>,
    waiting: std::collections::VecDeque<AgentEvent>,
    task: JoinHandle<u8>,
}

impl Demo {
    fn start(settings: Settings) -> Self {
        let (input, its_input) = tokio::io::duplex(64 * 1024);
        let (its_output, output) = tokio::io::duplex(64 * 1024);
        let task = tokio::spawn(converse(settings, its_input, its_output, tokio::io::sink()));
        let output = BufReader::new(output).lines();
        Self {
            input: Some(input),
            output,
            waiting: Default::default(),
            task,
        }
    }

    async fn raw(&mut self, text: &str) {
        self.input
            .as_mut()
            .unwrap()
            .write_all(text.as_bytes())
            .await
            .unwrap();
    }

    async fn tell(&mut self, told: AgentInput) {
        self.raw(&input::write(&told)).await;
    }

    async fn say(&mut self, text: &str) -> MessageId {
        let id = MessageId::random();
        self.tell(AgentInput::Message {
            id,
            text: text.into(),
        })
        .await;
        id
    }

    /// The next event; `None` at the end of the output.
    async fn next(&mut self) -> Option<AgentEvent> {
        while self.waiting.is_empty() {
            let line = timeout(PATIENCE, self.output.next_line())
                .await
                .expect("in time")
                .unwrap()?;
            self.waiting.extend(stream::read(line.as_bytes()));
        }
        self.waiting.pop_front()
    }

    /// The events up to the first for which `is_last` holds, with it.
    async fn until(&mut self, is_last: impl Fn(&AgentEvent) -> bool) -> Vec<AgentEvent> {
        let mut events = Vec::new();
        loop {
            events.push(self.next().await.expect("more output"));
            if is_last(&events[events.len() - 1]) {
                return events;
            }
        }
    }

    async fn turn(&mut self) -> Vec<AgentEvent> {
        self.until(|event| matches!(event, AgentEvent::Finished { .. }))
            .await
    }

    async fn end(mut self) -> u8 {
        self.input = None;
        while self.next().await.is_some() {}
        timeout(PATIENCE, self.task).await.unwrap().unwrap()
    }
}

fn settings(folder: &TempDir) -> Settings {
    Settings {
        conversation: Uuid::new_v4(),
        resume: false,
        tools: None,
        mode: "acceptEdits".into(),
        home: folder.path().join("home"),
        folder: folder.path().to_owned(),
        speed: 1e6,
    }
}

fn outcome(events: &[AgentEvent]) -> &Outcome {
    match events.last() {
        Some(AgentEvent::Finished { outcome, .. }) => outcome,
        other => panic!("{other:?}"),
    }
}

fn texts(events: &[AgentEvent]) -> Vec<&str> {
    let found = events.iter().filter_map(|event| match event {
        AgentEvent::Text(text) => Some(text.as_str()),
        _ => None,
    });
    found.collect()
}

fn steps(events: &[AgentEvent]) -> Vec<&str> {
    let found = events.iter().filter_map(|event| match event {
        AgentEvent::ToolUse { name, .. } => Some(name.as_str()),
        _ => None,
    });
    found.collect()
}

#[tokio::test]
async fn a_tea_shop_is_built_published_and_then_changed() {
    let folder = tempfile::tempdir().unwrap();
    let (tools, server) = tool_server(&folder).await;
    let settings = Settings {
        tools: Some(tools),
        ..settings(&folder)
    };
    let mut demo = Demo::start(settings.clone());
    let id = demo.say("Create a tea shop website").await;
    let events = demo.turn().await;
    assert!(events.contains(&AgentEvent::Acknowledged(id)));
    assert_eq!(outcome(&events), &Outcome::Done);
    assert_eq!(
        steps(&events),
        [
            "Write",
            "Write",
            "Write",
            "Write",
            "Bash",
            "mcp__tmux-builder__list_sites",
            "mcp__tmux-builder__deploy_site"
        ]
    );
    assert!(texts(&events)[0].contains("demo agent"));
    assert!(texts(&events)[1].contains("http://tea.localhost:1/"));
    let deltas: String = events
        .iter()
        .filter_map(|e| {
            if let AgentEvent::TextDelta(text) = e {
                Some(text.as_str())
            } else {
                None
            }
        })
        .collect();
    assert_eq!(deltas, texts(&events).concat());
    let html = std::fs::read_to_string(folder.path().join("site/index.html")).unwrap();
    assert!(html.contains("<title>Tea Shop – "));
    for file in ["style.css", "favicon.svg", "404.html"] {
        assert!(folder.path().join("site").join(file).exists(), "{file}");
    }
    assert_eq!(demo.end().await, 0);

    let mut demo = Demo::start(Settings {
        resume: true,
        ..settings
    });
    demo.say("make it darker").await;
    assert_eq!(outcome(&demo.turn().await), &Outcome::Done);
    let css = std::fs::read_to_string(folder.path().join("site/style.css")).unwrap();
    assert!(css.contains("color-scheme: dark"));
    let calls = &server.lock().unwrap().calls;
    assert_eq!(
        calls[0],
        json!({"name": "deploy_site", "arguments": {"directory": "site"}})
    );
    assert_eq!(
        calls[1]["arguments"],
        json!({"directory": "site", "site": "site-1"})
    );
}

#[tokio::test]
async fn a_message_is_answered_once_however_often_it_comes() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Demo::start(settings(&folder));
    demo.raw(&input::first_line()).await;
    assert_eq!(demo.next().await, Some(AgentEvent::Started));
    let id = MessageId::random();
    let text = "[[echo]] \"quotes\"; \\ /x !y\n\té 🍵".to_owned();
    for _ in 0..2 {
        demo.tell(AgentInput::Message {
            id,
            text: text.clone(),
        })
        .await;
    }
    let events = demo.turn().await;
    assert_eq!(texts(&events), [text.as_str()]);
    demo.tell(AgentInput::Message { id, text }).await;
    for _ in 0..2 {
        assert_eq!(demo.next().await, Some(AgentEvent::Acknowledged(id)));
    }
    assert_eq!(demo.end().await, 0);
}

#[tokio::test]
async fn permissions_are_asked_for_given_denied_and_withdrawn() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Demo::start(Settings {
        mode: "default".into(),
        ..settings(&folder)
    });
    let asks = |event: &AgentEvent| matches!(event, AgentEvent::Permission { .. });
    let request = |events: Vec<AgentEvent>| match events.into_iter().last() {
        Some(AgentEvent::Permission {
            request,
            tool,
            input,
        }) => (request, tool, input),
        other => panic!("{other:?}"),
    };
    demo.say("a tea site").await;
    let (id, tool, input) = request(demo.until(asks).await);
    assert_eq!(tool, "Write");
    demo.tell(AgentInput::Permit { request: id, input }).await;
    let (id, ..) = request(demo.until(asks).await);
    assert!(folder.path().join("site/style.css").exists());
    demo.tell(AgentInput::Refuse {
        request: id,
        message: "no".into(),
    })
    .await;
    assert_eq!(outcome(&demo.turn().await), &Outcome::Done);
    assert!(!folder.path().join("site/favicon.svg").exists());

    demo.say("[[ask Bash]]").await;
    let (id, ..) = request(demo.until(asks).await);
    demo.tell(AgentInput::Interrupt).await;
    let events = demo.turn().await;
    assert!(events.contains(&AgentEvent::Withdrawn { request: id }));
    assert_eq!(outcome(&events), &Outcome::Interrupted);

    demo.tell(AgentInput::Policy(PermissionPolicy::AcceptEdits))
        .await;
    demo.say("a tea site").await;
    assert!(!demo.turn().await.iter().any(asks));
}

#[tokio::test]
async fn a_question_gets_its_answer() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Demo::start(settings(&folder));
    demo.say("[[question]]").await;
    let events = demo
        .until(|event| matches!(event, AgentEvent::Question { .. }))
        .await;
    let Some(AgentEvent::Question { request, questions }) = events.into_iter().last() else {
        panic!()
    };
    let answers = vec!["Blue".to_owned()];
    demo.tell(AgentInput::Answer {
        request,
        questions,
        answers,
    })
    .await;
    assert_eq!(texts(&demo.turn().await), ["You chose Blue."]);
}

#[tokio::test]
async fn it_stops_at_once_and_goes_on_with_what_waits() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Demo::start(settings(&folder));
    demo.say("[[slow 500]]").await;
    demo.until(|event| matches!(event, AgentEvent::TextDelta(_)))
        .await;
    let waits = demo.say("[[say next]]").await;
    demo.tell(AgentInput::Interrupt).await;
    let events = demo.turn().await;
    assert!(texts(&events)[0].starts_with("word1 "));
    assert_eq!(outcome(&events), &Outcome::Interrupted);
    let events = demo.turn().await;
    assert!(events.contains(&AgentEvent::Acknowledged(waits)));
    assert_eq!(texts(&events), ["next"]);
    demo.say("[[hang]]").await;
    demo.until(|event| matches!(event, AgentEvent::Acknowledged(_)))
        .await;
    demo.tell(AgentInput::Interrupt).await;
    assert_eq!(outcome(&demo.turn().await), &Outcome::Interrupted);
}

#[tokio::test]
async fn scripts_fail_retry_corrupt_and_flood() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Demo::start(settings(&folder));
    demo.say("[[retry]] [[corrupt]] [[flood 2000]] [[fail]]")
        .await;
    let events = demo.turn().await;
    assert!(
        events
            .iter()
            .any(|event| matches!(event, AgentEvent::Retrying { attempt: 2, .. }))
    );
    assert!(
        events
            .iter()
            .any(|event| matches!(event, AgentEvent::Unreadable(_)))
    );
    assert_eq!(texts(&events)[0].lines().count(), 2000);
    assert!(matches!(outcome(&events), Outcome::Failed { .. }));
}

#[tokio::test]
async fn it_ends_as_scripted_on_garbage_and_on_a_conversation_it_does_not_know() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Demo::start(settings(&folder));
    demo.say("[[exit 3]]").await;
    assert_eq!(demo.end().await, 3);
    let mut demo = Demo::start(settings(&folder));
    demo.raw("{\"type\":\"us\n").await;
    assert_eq!(demo.end().await, 1);
    let unknown = Settings {
        resume: true,
        ..settings(&folder)
    };
    assert_eq!(Demo::start(unknown).end().await, 1);
}

#[tokio::test]
async fn a_broken_link_is_mended_and_a_picture_put_on_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let (tools, server) = tool_server(&folder).await;
    let mut demo = Demo::start(Settings {
        tools: Some(tools),
        ..settings(&folder)
    });
    let site = |file: &str| folder.path().join("site").join(file);
    let index = || std::fs::read_to_string(site("index.html")).unwrap();
    demo.say("[[broken link]] Create a bakery website").await;
    demo.turn().await;
    assert!(index().contains("href=\"menu.html\""));
    let found =
        "The check of the published site found:\n- /: The link to “menu.html” leads nowhere.";
    demo.say(found).await;
    let events = demo.turn().await;
    assert!(
        texts(&events)[0].contains("I mend what the check found"),
        "{events:?}"
    );
    // Only what has changed is written again.
    assert_eq!(
        steps(&events),
        ["Write", "Bash", "mcp__tmux-builder__deploy_site"]
    );
    assert!(!index().contains("menu.html"));
    demo.say(found).await;
    assert!(steps(&demo.turn().await).is_empty());

    let uploads = folder.path().join("uploads");
    std::fs::create_dir(&uploads).unwrap();
    let picture = uploads.join("1_our-oven.png");
    // With a note of two letters and its length, kind and sum.
    let sample = include_bytes!("../../../documents/tests/samples/willow.png");
    let mut bytes = sample.to_vec();
    bytes.splice(33..33, *b"\0\0\0\x02tEXtHi\0\0\0\0");
    std::fs::write(&picture, &bytes).unwrap();
    let file = format!(
        "Put this picture on the page\n\nFiles that the person uploaded with this message.\n\n<uploaded-file \
         name=\"our-oven.png\" path=\"{}\" type=\"image/png\">\n(Read it at its path.)\n</uploaded-file>\n",
        picture.display()
    );
    demo.say(&file).await;
    demo.turn().await;
    assert!(std::fs::read(site("picture.png")).unwrap() == sample);
    assert!(index().contains(
        "<img src=\"picture.png\" alt=\"Picture: Our Oven\" width=\"320\" height=\"300\">"
    ));
    // Each time the same site.
    let calls = &server.lock().unwrap().calls;
    assert!(
        calls.len() == 3
            && calls[1..]
                .iter()
                .all(|call| call["arguments"]["site"] == "site-1")
    );
}
