//! The chat of a session: an ordered list of messages, each of which may still change.

mod markdown;

pub use markdown::{chat_as_markdown, heading_as_markdown, message_as_markdown};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{MessageId, PermissionPolicy, SiteId, Timestamp, Upload};

/// One turn of a session's chat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its id, chosen by the sender.
    pub id: MessageId,
    /// Its place in the chat: increases by one from message to message, from 1.
    pub sequence: u64,
    /// The session-wide number of its last change. A reader that has seen revision `n` asks for
    /// what changed after `n` and misses nothing.
    pub revision: u64,
    /// When it was stored first.
    pub at: Timestamp,
    /// What it says.
    pub body: Body,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Body {
    /// What the agent is told, by a person or by the server.
    User {
        /// Exactly what was typed.
        text: String,
        /// The files that it took along.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        uploads: Vec<Upload>,
        /// Whether the server wrote it: what the check of a published site found.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        automatic: bool,
        /// How far it got.
        delivery: Delivery,
    },
    /// The agent's words, as Markdown.
    Agent {
        /// The text.
        text: String,
    },
    /// A step of the agent: a file written, a command run.
    Tool(ToolUse),
    /// The agent asks whether it may do something.
    Permission(PermissionRequest),
    /// The agent asks something.
    Question(Question),
    /// The server or the agent's process has something to say.
    Notice {
        /// How serious it is.
        level: NoticeLevel,
        /// What happened and, if something is wrong, what to do.
        text: String,
    },
    /// A site was published.
    Published(Published),
}

impl Body {
    /// Who or what speaks, in one word: for scripts and for `chat_history.jsonl`.
    #[must_use]
    pub const fn role(&self) -> &'static str {
        match self {
            Self::User { .. } => "user",
            Self::Agent { .. } => "assistant",
            Self::Tool(_) => "tool",
            Self::Permission(_) => "permission",
            Self::Question(_) => "question",
            Self::Notice { .. } => "notice",
            Self::Published(_) => "published",
        }
    }

    /// What is said, in plain words: a tool's name, the questions, the address of a site.
    #[must_use]
    pub fn content(&self) -> String {
        match self {
            Self::User { text, .. } | Self::Agent { text } | Self::Notice { text, .. } => {
                text.clone()
            }
            Self::Tool(tool) => tool.name.clone(),
            Self::Permission(permission) => permission.tool.clone(),
            Self::Question(question) => {
                let questions = question.questions.iter();
                let texts: Vec<_> = questions.map(|item| item.question.as_str()).collect();
                texts.join("\n")
            }
            Self::Published(published) => published.url.clone(),
        }
    }
}

/// How far a person's message got. It never goes backwards, but for a repeated try after `Failed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Delivery {
    /// Stored on the server; the agent has not been given it.
    Stored,
    /// Given to the agent, which has not acknowledged it.
    Sent,
    /// Acknowledged by the agent.
    Delivered,
    /// Not acknowledged. Sending again is safe.
    Failed {
        /// Why, and what to do.
        reason: String,
    },
}

/// A step of the agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolUse {
    /// The agent's own id of this step.
    pub id: String,
    /// The tool's name: `Write`, `Bash`, …
    pub name: String,
    /// What it was asked to do.
    pub input: Value,
    /// What came of it; `None` while it runs.
    pub result: Option<ToolResult>,
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolResult {
    /// Whether it failed.
    pub is_error: bool,
    /// Its output, shortened to [`crate::TOOL_RESULT_BYTES`].
    pub text: String,
}

/// The agent asks whether it may use a tool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PermissionRequest {
    /// The agent's own id of this request.
    pub request: String,
    /// The tool it wants to use.
    pub tool: String,
    /// What it wants to do with it.
    pub input: Value,
    /// What was decided; `None` while it waits.
    pub decision: Option<Decision>,
}

/// A person's decision on a permission request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Decision {
    /// Go on.
    Allow,
    /// Do not.
    Deny {
        /// What the agent is told; may be empty.
        message: String,
    },
    /// Nobody decided before the agent stopped.
    Withdrawn,
}

/// The agent asks a person one or more questions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The agent's own id of this request.
    pub request: String,
    /// What it asks.
    pub questions: Vec<QuestionItem>,
    /// The answers in the order of the questions; `None` while it waits.
    pub answers: Option<Vec<String>>,
    /// Whether the agent stopped before anybody answered.
    #[serde(default)]
    pub withdrawn: bool,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionItem {
    /// The question in full.
    pub question: String,
    /// A word or two that name it.
    #[serde(default)]
    pub header: String,
    /// What may be answered. A free text is always allowed too.
    #[serde(default)]
    pub options: Vec<QuestionOption>,
    /// Whether several options may be chosen; they are then joined by a comma and a blank.
    #[serde(default, rename = "multiSelect")]
    pub multi_select: bool,
}

/// One possible answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionOption {
    /// The answer.
    pub label: String,
    /// What it means.
    #[serde(default)]
    pub description: String,
}

/// How serious a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeLevel {
    /// Progress, or something worth knowing.
    Info,
    /// It went on, but not as planned.
    Warning,
    /// It did not go on.
    Error,
}

/// A site was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The site.
    pub site: SiteId,
    /// The release that is live now.
    pub release: u32,
    /// Where it is.
    pub url: String,
    /// What was done.
    pub act: PublishAct,
}

/// The three acts that change what a site shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublishAct {
    /// A new site at a new address.
    New,
    /// A new release of an existing site, at the same address.
    Update,
    /// An earlier release made live again.
    Rollback,
}

/// The part of an answer that is still being written. Not stored: it ends in a [`Message`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// Number of this text within the session's process; a new number means a new text.
    pub number: u64,
    /// The text so far.
    pub text: String,
}

/// A page of a chat, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MessagePage {
    /// The messages.
    pub messages: Vec<Message>,
    /// Whether there are older ones before the first.
    pub has_older: bool,
    /// Whether there are newer ones after the last.
    pub has_newer: bool,
    /// The session's newest revision when the page was read.
    pub revision: u64,
}

impl PermissionPolicy {
    /// Every policy, the most careful first.
    pub const ALL: [Self; 3] = [Self::Ask, Self::AcceptEdits, Self::Full];
}
