//! The agents port: what a coding agent says and is told, whichever program it is.

use std::collections::BTreeMap;
use std::path::PathBuf;

use async_trait::async_trait;
use protocol::{
    AgentInfo, Guid, MessageId, PermissionPolicy, QuestionItem, Secret, SessionId, ToolResult,
};
use serde_json::Value;
use tokio::sync::mpsc;
use uuid::Uuid;

/// One process of an agent, from its start to its end. A session has many, one after the other.
#[derive(Clone, Debug)]
pub struct Run {
    /// The workspace.
    pub guid: Guid,
    /// The session.
    pub session: SessionId,
    /// Its number in the session, from 1.
    pub number: u32,
    /// The run's own folder: pipes, output, launch file. Made by the driver; not the agent's.
    pub folder: PathBuf,
    /// The agent's own folder for settings and transcripts; the same for all runs of a session.
    pub home: PathBuf,
    /// The folder with what it is taught, in the layout of a plugin of Claude Code. The server's.
    pub skills: PathBuf,
    /// The folder with the files that people gave to the workspace. It reads them without asking.
    pub uploads: PathBuf,
    /// The folder the agent works in.
    pub project_folder: PathBuf,
    /// The operating-system user it runs as, where the server may choose.
    pub user: Option<u32>,
    /// The agent's own id of the conversation.
    pub conversation: Uuid,
    /// Whether the conversation exists already.
    pub resume: bool,
    /// What the agent may do without asking.
    pub policy: PermissionPolicy,
    /// What it is told besides the conversation.
    pub system_prompt: String,
    /// Where its tools are.
    pub tools: ToolServer,
    /// Variables of its environment besides the driver's own.
    pub environment: BTreeMap<String, String>,
}

impl Run {
    /// The id by which this run's process knows the message `id`, and back: the id of an id is the
    /// first one again.
    ///
    /// An agent does nothing on an id that its conversation has, even if the process that took it
    /// died before it answered. So each run has ids of its own: sent twice to one process is once,
    /// and a later process answers what an earlier one took and left.
    #[must_use]
    pub fn id_of(&self, id: MessageId) -> MessageId {
        // The last bits of a random id, which say nothing about its kind.
        Uuid::from_u128(id.uuid().as_u128() ^ u128::from(self.number)).into()
    }
}

/// The tool server (MCP over HTTP) that an agent may call.
#[derive(Clone, Debug)]
pub struct ToolServer {
    /// Its address.
    pub url: String,
    /// The session's bearer token.
    pub token: Secret,
}

/// What an agent is told.
#[derive(Clone, Debug, PartialEq)]
pub enum AgentInput {
    /// A person's message. The agent does nothing on an id it has had before, but acknowledges it.
    Message {
        /// The message's id in this run: [`Run::id_of`].
        id: MessageId,
        /// Exactly what was typed.
        text: String,
    },
    /// Stop the present turn.
    Interrupt,
    /// The answer to [`AgentEvent::Permission`].
    Permit {
        /// The request's id.
        request: String,
        /// What the tool is run with.
        input: Value,
    },
    /// The other answer to [`AgentEvent::Permission`], and the withdrawal of a question.
    Refuse {
        /// The request's id.
        request: String,
        /// What the agent is told.
        message: String,
    },
    /// The answer to [`AgentEvent::Question`].
    Answer {
        /// The request's id.
        request: String,
        /// The questions, as they were asked.
        questions: Vec<QuestionItem>,
        /// The answers, in the same order.
        answers: Vec<String>,
    },
    /// What the agent may do without asking from now on.
    Policy(PermissionPolicy),
}

/// What an agent says.
#[derive(Clone, Debug, PartialEq)]
pub enum AgentEvent {
    /// The process is ready for messages.
    Started,
    /// It has our message, whose id in this run this is.
    Acknowledged(MessageId),
    /// A turn has begun or goes on.
    Working,
    /// A piece of the text being written.
    TextDelta(String),
    /// A finished text. Replaces the pieces since the last one.
    Text(String),
    /// It uses a tool.
    ToolUse {
        /// Its own id of the step.
        id: String,
        /// The tool.
        name: String,
        /// What it is asked to do.
        input: Value,
    },
    /// The tool has ended.
    ToolResult {
        /// Its own id of the step.
        id: String,
        /// What came of it.
        result: ToolResult,
    },
    /// It asks whether it may use a tool, and waits.
    Permission {
        /// The request's id.
        request: String,
        /// The tool.
        tool: String,
        /// What it wants to do.
        input: Value,
    },
    /// It asks a person, and waits.
    Question {
        /// The request's id.
        request: String,
        /// What it asks.
        questions: Vec<QuestionItem>,
    },
    /// It takes a question or permission request back.
    Withdrawn {
        /// The request's id.
        request: String,
    },
    /// The model's service failed and is asked again.
    Retrying {
        /// Which attempt comes now, from 1.
        attempt: u32,
        /// How many there are at most.
        of: u32,
        /// Why.
        reason: String,
    },
    /// The turn is over.
    Finished {
        /// How it ended.
        outcome: Outcome,
        /// What the conversation has cost so far, in US dollars.
        cost_usd: Option<f64>,
    },
    /// A line that cannot be read. Skipped; its text is logged, shortened.
    Unreadable(String),
}

/// How a turn ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As it should.
    Done,
    /// A person stopped it.
    Interrupted,
    /// It failed.
    Failed {
        /// Why.
        reason: String,
    },
}

/// A step in reading an agent's output.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// One line of output.
    Line {
        /// Bytes of output up to and including the line: where to go on after a restart.
        offset: u64,
        /// What the line says; may be nothing.
        events: Vec<AgentEvent>,
    },
    /// All output that existed when following began has been delivered. Comes once.
    CaughtUp,
    /// The process has ended and all it said has been delivered. The last step.
    Ended(Exit),
}

/// How an agent's process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    /// The exit status, if it is known.
    pub status: Option<i32>,
    /// The last lines it wrote to standard error, shortened.
    pub last_words: String,
    /// Whether it did not know the conversation it should resume.
    pub unknown_conversation: bool,
}

/// Why an agent did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// Its program is not installed.
    #[error("{program} is not installed or not on the PATH. {cure}")]
    Missing {
        /// The program.
        program: String,
        /// What to do.
        cure: String,
    },
    /// It is not running, so it cannot be told anything.
    #[error("the agent is not running")]
    NotRunning,
    /// It does not read what it is told.
    #[error("the agent does not read its input")]
    Stuck,
    /// The policy is not possible here.
    #[error("{0}")]
    PolicyRefused(String),
    /// Its terminal failed.
    #[error(transparent)]
    Terminal(#[from] crate::terminals::TerminalError),
    /// A file of the run could not be used.
    #[error("the agent's {what} could not be used")]
    File {
        /// Which file.
        what: &'static str,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// The agents port: starts processes of one kind of agent and talks with them. Holds no state that
/// matters: a new server finds running processes again by their [`Run`].
#[async_trait]
pub trait AgentDriver: Send + Sync + 'static {
    /// Who this is.
    fn info(&self) -> AgentInfo;

    /// Starts the process. Whatever ran in this session before has ended or is killed.
    async fn start(&self, run: &Run) -> Result<(), AgentError>;

    /// Whether the run's process lives.
    async fn is_running(&self, run: &Run) -> Result<bool, AgentError>;

    /// Tells the agent something. Returns when the agent's pipe has taken all of it.
    async fn tell(&self, run: &Run, input: &AgentInput) -> Result<(), AgentError>;

    /// Reads the output from `offset` on, until the process ends or the receiver is dropped. The
    /// channel is bounded; a slow reader slows the reading, never the agent.
    fn follow(&self, run: &Run, offset: u64) -> mpsc::Receiver<Output>;

    /// Ends the process and keeps the conversation. Nothing running is fine.
    async fn stop(&self, run: &Run) -> Result<(), AgentError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_another_id_in_each_run() {
        let id = MessageId::random();
        let in_run = |number| Run {
            guid: Guid::from_bytes([1; 32]),
            session: SessionId::random(),
            number,
            folder: PathBuf::new(),
            home: PathBuf::new(),
            skills: PathBuf::new(),
            uploads: PathBuf::new(),
            project_folder: PathBuf::new(),
            user: None,
            conversation: Uuid::new_v4(),
            resume: false,
            policy: PermissionPolicy::Ask,
            system_prompt: String::new(),
            tools: ToolServer {
                url: String::new(),
                token: Secret::new(String::new()),
            },
            environment: BTreeMap::new(),
        };
        let (first, second) = (in_run(1).id_of(id), in_run(2).id_of(id));
        assert_ne!(first, second);
        assert_eq!(in_run(1).id_of(first), id);
        assert_eq!(in_run(2).id_of(second), id);
        assert_eq!(first.uuid().get_version_num(), 4);
    }
}
