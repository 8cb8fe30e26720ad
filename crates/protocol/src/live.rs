//! The live socket: one WebSocket per browser tab at `/live`.
//!
//! Text frames carry these enums as JSON. Terminal bytes travel in binary frames, see
//! [`TerminalFrame`]. Every server message may arrive twice and changes nothing the second time.
//! A tab that lost its connection subscribes again with the last revision it saw and gets what it
//! missed, or a fresh snapshot if that is shorter.

use serde::{Deserialize, Serialize};

use crate::{
    ApiError, Decision, Guid, Message, MessageId, MessagePage, Partial, PermissionPolicy, Proof,
    Session, SessionId, SessionStatus, Site, SiteId, SiteProgress, UploadId,
};

/// The path of the socket.
pub const PATH: &str = "/live";
/// The version of this protocol. A tab with another one reloads.
pub const VERSION: u32 = 1;
/// Closes the socket of a tab that is not signed in. The tab goes to the sign-in page.
pub const CLOSE_SIGNED_OUT: u16 = 4401;
/// Closes the socket of a tab that speaks another [`VERSION`]. The tab loads anew.
pub const CLOSE_OTHER_VERSION: u16 = 4426;
/// Seconds between the server's pings. Proxies cut sockets that idle for 60.
pub const PING_SECONDS: u64 = 20;

/// What a tab wants to hear of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "topic", rename_all = "snake_case")]
pub enum Topic {
    /// A session's chat and status.
    Chat {
        /// The session.
        session: SessionId,
    },
    /// Sessions and sites of a workspace, for lists and dashboards.
    Workspace {
        /// The workspace.
        guid: Guid,
    },
    /// One terminal window of a session. Its bytes come as [`TerminalFrame`]s.
    Terminal {
        /// The session.
        session: SessionId,
        /// The window.
        window: TerminalWindow,
    },
}

/// A window in a session's tmux session that people may look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TerminalWindow {
    /// The agent's transcript in colour. Read-only.
    Agent,
    /// A shell in the project's folder.
    Shell,
}

/// What a tab says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// The first message of every connection.
    Hello {
        /// The [`VERSION`] that the tab speaks.
        version: u32,
    },
    /// Starts a subscription, or moves an existing one of that topic to a new start.
    Subscribe {
        /// The topic.
        topic: Topic,
        /// Chosen by the tab; names the subscription in binary frames. Unique in the tab.
        channel: u32,
        /// For chats: the newest revision that the tab has. 0 for none.
        #[serde(default)]
        since: u64,
    },
    /// Ends a subscription.
    Unsubscribe {
        /// The channel of the subscription.
        channel: u32,
    },
    /// Sends a message to the agent. Sending the same id twice is the same as once.
    Send {
        /// The session.
        session: SessionId,
        /// The message's id, made by the tab.
        id: MessageId,
        /// Exactly what was typed.
        text: String,
        /// The files that it takes along.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        uploads: Vec<UploadId>,
    },
    /// Gives an undelivered message to the agent again.
    SendAgain {
        /// The session.
        session: SessionId,
        /// The message.
        id: MessageId,
    },
    /// Stops the agent's present turn.
    Interrupt {
        /// The session.
        session: SessionId,
    },
    /// Decides on a permission request.
    Decide {
        /// The session.
        session: SessionId,
        /// The request's id.
        request: String,
        /// The decision.
        decision: Decision,
    },
    /// Answers questions.
    Answer {
        /// The session.
        session: SessionId,
        /// The request's id.
        request: String,
        /// The answers in the order of the questions.
        answers: Vec<String>,
    },
    /// Changes what the agent may do without asking.
    SetPolicy {
        /// The session.
        session: SessionId,
        /// The new policy.
        policy: PermissionPolicy,
    },
    /// Sets a terminal's size. The tab that resizes or types last controls the size.
    Resize {
        /// The channel of the terminal's subscription.
        channel: u32,
        /// Its new size.
        size: TerminalSize,
    },
}

/// Columns and rows of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalSize {
    /// Columns, 1 to 500.
    pub columns: u16,
    /// Rows, 1 to 200.
    pub rows: u16,
}

impl TerminalSize {
    /// The size of a terminal that nobody has resized yet.
    pub const DEFAULT: Self = Self {
        columns: 100,
        rows: 30,
    };

    /// The nearest size that a terminal may have.
    #[must_use]
    pub fn clamped(self) -> Self {
        Self {
            columns: self.columns.clamp(1, 500),
            rows: self.rows.clamp(1, 200),
        }
    }
}

/// What the server says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// The answer to `Hello`.
    Hello {
        /// The [`VERSION`] that the server speaks.
        version: u32,
        /// The server's build; a tab from another build reloads when it is idle.
        build: String,
    },
    /// Something happened in a chat.
    Chat {
        /// The session.
        session: SessionId,
        /// What happened.
        event: ChatEvent,
    },
    /// Something happened in a workspace.
    Workspace {
        /// The workspace.
        guid: Guid,
        /// What happened.
        event: WorkspaceEvent,
    },
    /// Something happened to a terminal, beside its bytes.
    Terminal {
        /// The channel of the subscription.
        channel: u32,
        /// What happened.
        event: TerminalEvent,
    },
    /// A request was refused.
    Refused {
        /// What was refused.
        request: RefusedRequest,
        /// Why.
        error: ApiError,
    },
}

/// What was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum RefusedRequest {
    /// The subscription with this channel.
    Subscription {
        /// The channel.
        channel: u32,
    },
    /// The message with this id; it was not stored.
    Message {
        /// The id.
        id: MessageId,
    },
    /// Something else that the tab asked for.
    Other,
}

/// Something happened in a chat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ChatEvent {
    /// The state at the start of a subscription. If `reset`, what the tab had is not continued by
    /// `page` and must be dropped; otherwise the messages replace or extend what it has.
    Snapshot {
        /// New and changed messages, oldest first.
        page: MessagePage,
        /// Whether to forget older state.
        reset: bool,
        /// The session's status.
        status: SessionStatus,
        /// The answer being written, if any.
        partial: Option<Partial>,
    },
    /// A message is new or has changed. Replaces an older revision of the same sequence number.
    Message {
        /// The message.
        message: Message,
    },
    /// More of the answer being written.
    Delta {
        /// The number of the partial text.
        number: u64,
        /// Bytes of the text before this piece. A tab that has fewer asks for a snapshot; one
        /// that has more ignores it.
        offset: usize,
        /// The piece.
        text: String,
    },
    /// The answer being written has become a message or was given up.
    PartialEnded,
    /// The agent does something else now.
    Status {
        /// The new status.
        status: SessionStatus,
    },
    /// Files in the project's folder may have changed; the preview should load again.
    FilesChanged,
}

/// Something happened in a workspace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum WorkspaceEvent {
    /// A session is new or has changed.
    Session {
        /// The session.
        session: Box<Session>,
    },
    /// A site is new or has changed.
    Site {
        /// The site.
        site: Box<Site>,
    },
    /// A publish or a removal has come further.
    SiteProgress {
        /// How far.
        progress: SiteProgress,
    },
    /// A site is gone.
    SiteRemoved {
        /// The site.
        site: SiteId,
    },
    /// The check of a release has come further.
    Proof {
        /// How far, and what it found.
        proof: Box<Proof>,
    },
    /// Events were missed; lists should load again.
    Missed,
}

/// Something happened to a terminal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum TerminalEvent {
    /// Its size has changed.
    Resized {
        /// The new size.
        size: TerminalSize,
    },
    /// Its program has ended. Typing a key starts a shell again.
    Exited {
        /// The exit status, if it is known.
        status: Option<i32>,
    },
}

/// A binary frame: the subscription's channel as four bytes, little-endian, one byte for the kind,
/// then terminal bytes. From the tab only `Output` is sent, and means what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalFrame<'a> {
    /// The channel of the subscription.
    pub channel: u32,
    /// What the bytes are.
    pub kind: FrameKind,
    /// Terminal bytes: not UTF-8, and a character may be split over frames.
    pub bytes: &'a [u8],
}

/// What a binary frame's bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameKind {
    /// Continues what came before.
    Output,
    /// Draws the whole screen anew: reset the terminal first.
    Snapshot,
}

impl<'a> TerminalFrame<'a> {
    const HEADER: usize = 5;

    /// The frame as bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut frame = Vec::with_capacity(Self::HEADER + self.bytes.len());
        frame.extend_from_slice(&self.channel.to_le_bytes());
        frame.push(match self.kind {
            FrameKind::Output => 0,
            FrameKind::Snapshot => 1,
        });
        frame.extend_from_slice(self.bytes);
        frame
    }

    /// Reads a frame; `None` if it is malformed.
    #[must_use]
    pub fn decode(frame: &'a [u8]) -> Option<Self> {
        let (header, bytes) = frame.split_at_checked(Self::HEADER)?;
        let channel = u32::from_le_bytes(header[..4].try_into().ok()?);
        let kind = match header[4] {
            0 => FrameKind::Output,
            1 => FrameKind::Snapshot,
            _ => return None,
        };
        Some(Self {
            channel,
            kind,
            bytes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn malformed_frames_are_refused() {
        for bad in [&[][..], &[1, 0, 0, 0], &[1, 0, 0, 0, 9, 65]] {
            assert_eq!(TerminalFrame::decode(bad), None);
        }
    }

    #[test]
    fn messages_are_tagged_json() {
        let text = r#"{"type":"subscribe","topic":{"topic":"chat","session":"00000000-0000-0000-0000-000000000000"},"channel":1}"#;
        let message: ClientMessage = serde_json::from_str(text).unwrap();
        assert!(matches!(
            message,
            ClientMessage::Subscribe {
                channel: 1,
                since: 0,
                ..
            }
        ));
    }

    proptest! {
        #[test]
        fn frames_survive_the_wire(channel: u32, snapshot: bool, bytes: Vec<u8>) {
            let kind = if snapshot { FrameKind::Snapshot } else { FrameKind::Output };
            let frame = TerminalFrame { channel, kind, bytes: &bytes };
            let encoded = frame.encode();
            prop_assert_eq!(TerminalFrame::decode(&encoded), Some(frame));
        }
    }
}
