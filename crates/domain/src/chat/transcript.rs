//! Turns what an agent says into messages. Pure: no I/O and no clock, so every rule is tested here.
//!
//! The transcript keeps in memory only what can still change: messages that wait for something.
//! Each change raises the chat's revision. What changed is taken by the chat's task, stored in one
//! transaction with the offset of the output it came from, and then told to the followers.

pub(crate) mod cut;

use std::sync::Arc;

use protocol::live::ChatEvent;
use protocol::{
    Body, Decision, Delivery, Message, MessageId, NoticeLevel, Partial, PermissionRequest,
    Published, Question, QuestionItem, SessionStatus, TOOL_RESULT_BYTES, Timestamp, ToolResult,
    ToolUse,
};
use serde_json::Value;

use super::record::ChatRecord;
use crate::agents::{AgentEvent, Outcome};
use cut::{ANSWER_BYTES, NAME_BYTES, REASON_BYTES};
pub(super) use cut::{REQUEST_BYTES, oversize};

/// The part of a chat that can still change, and the changes that are not stored yet. Copied before
/// each change, to go back to if it cannot be stored; so what may be large is shared.
#[derive(Clone, Debug)]
pub struct Transcript {
    /// The chat's own record.
    pub chat: ChatRecord,
    /// Messages that wait for something, oldest first.
    open: Vec<Arc<Message>>,
    partial: Option<Arc<Partial>>,
    partials: u64,
    /// The notice of the present series of retries.
    retrying: Option<Message>,
    /// Whether a person asked the agent to stop the present turn.
    pub interrupting: bool,
    changed: Vec<Message>,
    events: Vec<ChatEvent>,
}

/// What has changed since the last time.
#[derive(Debug, Default)]
pub struct Changes {
    /// New and changed messages, to be stored.
    pub messages: Vec<Message>,
    /// Other events, to be told after the messages.
    pub events: Vec<ChatEvent>,
}

impl Transcript {
    /// The transcript of a chat of which `messages`, oldest first, are all from the oldest open one
    /// on. Those that wait for nothing may be missing.
    #[must_use]
    pub fn new(chat: ChatRecord, messages: Vec<Message>) -> Self {
        Self {
            chat,
            open: messages
                .into_iter()
                .filter(|message| is_open(&message.body))
                .map(Arc::new)
                .collect(),
            partial: None,
            partials: 0,
            retrying: None,
            interrupting: false,
            changed: Vec::new(),
            events: Vec::new(),
        }
    }

    /// The answer being written.
    #[must_use]
    pub fn partial(&self) -> Option<&Partial> {
        self.partial.as_deref()
    }

    /// Messages of people that the agent has not acknowledged, oldest first.
    pub fn undelivered(&self) -> impl Iterator<Item = &Message> {
        self.open
            .iter()
            .map(AsRef::as_ref)
            .filter(|message| matches!(message.body, Body::User { .. }))
    }

    /// Takes what has changed.
    pub fn take_changes(&mut self) -> Changes {
        Changes {
            messages: std::mem::take(&mut self.changed),
            events: std::mem::take(&mut self.events),
        }
    }

    /// Adds a message at the end.
    pub fn append(&mut self, id: MessageId, body: Body, now: Timestamp) -> Message {
        self.chat.sequence += 1;
        self.chat.revision += 1;
        self.chat.active_at = now;
        let message = Message {
            id,
            sequence: self.chat.sequence,
            revision: self.chat.revision,
            at: now,
            body,
        };
        if is_open(&message.body) {
            self.open.push(Arc::new(message.clone()));
        }
        self.changed.push(message.clone());
        self.note_oldest_open();
        message
    }

    fn note_oldest_open(&mut self) {
        self.chat.oldest_open = self.open.first().map_or(0, |message| message.sequence);
    }

    /// Adds a notice at the end.
    pub fn notice(&mut self, level: NoticeLevel, text: impl Into<String>, now: Timestamp) {
        self.append(
            MessageId::random(),
            Body::Notice {
                level,
                text: text.into(),
            },
            now,
        );
    }

    /// Adds a published card at the end.
    pub fn published(&mut self, published: Published, now: Timestamp) {
        self.append(MessageId::random(), Body::Published(published), now);
        self.events.push(ChatEvent::FilesChanged);
    }

    /// Replaces a message by a changed one.
    pub fn change(&mut self, mut message: Message) -> Message {
        self.chat.revision += 1;
        message.revision = self.chat.revision;
        self.open.retain(|open| open.sequence != message.sequence);
        if is_open(&message.body) {
            self.open.push(Arc::new(message.clone()));
            self.open.sort_by_key(|open| open.sequence);
        }
        self.changed
            .retain(|changed| changed.sequence != message.sequence);
        self.changed.push(message.clone());
        self.note_oldest_open();
        message
    }

    /// Sets how far the undelivered message `id` got.
    pub fn set_delivery(&mut self, id: MessageId, delivery: Delivery) {
        let Some(mut message) = self.undelivered().find(|message| message.id == id).cloned() else {
            return;
        };
        if let Body::User { delivery: old, .. } = &mut message.body {
            *old = delivery;
            self.change(message);
        }
    }

    /// Gives up all undelivered messages.
    pub fn fail_undelivered(&mut self, reason: &str) {
        let ids: Vec<_> = self.undelivered().map(|message| message.id).collect();
        for id in ids {
            self.set_delivery(
                id,
                Delivery::Failed {
                    reason: reason.to_owned(),
                },
            );
        }
    }

    /// Changes the status and tells so, if it is another one.
    pub fn set_status(&mut self, status: SessionStatus) {
        if self.chat.status != status {
            self.chat.status = status.clone();
            self.events.push(ChatEvent::Status { status });
        }
    }

    /// The permission request `request` that waits for a decision.
    #[must_use]
    pub fn open_permission(&self, request: &str) -> Option<(Message, PermissionRequest)> {
        self.open.iter().find_map(|message| match &message.body {
            Body::Permission(open) if open.request == request => {
                Some((Message::clone(message), open.clone()))
            }
            _ => None,
        })
    }

    /// The question `request` that waits for an answer.
    #[must_use]
    pub fn open_question(&self, request: &str) -> Option<(Message, Question)> {
        self.open.iter().find_map(|message| match &message.body {
            Body::Question(open) if open.request == request => {
                Some((Message::clone(message), open.clone()))
            }
            _ => None,
        })
    }

    /// Stores what a person decided.
    pub fn decided(&mut self, request: &str, decision: Decision) {
        if let Some((mut message, mut permission)) = self.open_permission(request) {
            permission.decision = Some(decision);
            message.body = Body::Permission(permission);
            self.change(message);
            self.go_on();
        }
    }

    /// Stores what a person answered.
    pub fn answered(&mut self, request: &str, answers: Vec<String>) {
        if let Some((mut message, mut question)) = self.open_question(request) {
            question.answers = Some(answers);
            message.body = Body::Question(question);
            self.change(message);
            self.go_on();
        }
    }

    /// Takes one thing that the agent says.
    pub fn fold(&mut self, event: AgentEvent, now: Timestamp) {
        match event {
            AgentEvent::Started | AgentEvent::Unreadable(_) => {}
            AgentEvent::Acknowledged(id) => {
                self.chat.conversation_begun = true;
                // What it has had before it acknowledges again, and does nothing about it.
                if self.undelivered().any(|message| message.id == id) {
                    self.set_delivery(id, Delivery::Delivered);
                    self.go_on();
                }
            }
            AgentEvent::Working => self.go_on(),
            AgentEvent::TextDelta(text) => self.extend_partial(text),
            AgentEvent::Text(text) => self.finish_text(text, now),
            AgentEvent::ToolUse { id, name, input } => self.tool_use(id, name, input, now),
            AgentEvent::ToolResult { id, result } => self.tool_result(id, result),
            AgentEvent::Permission {
                request,
                tool,
                input,
            } => {
                self.permission(request, tool, input, now);
            }
            AgentEvent::Question { request, questions } => self.question(request, questions, now),
            AgentEvent::Withdrawn { request } => {
                self.withdraw(|message| match &message.body {
                    Body::Permission(open) => open.request == request,
                    Body::Question(open) => open.request == request,
                    _ => false,
                });
                self.go_on();
            }
            AgentEvent::Retrying {
                attempt,
                of,
                reason,
            } => self.retrying(attempt, of, reason, now),
            AgentEvent::Finished { outcome, cost_usd } => self.finish_turn(outcome, cost_usd, now),
        }
    }

    /// Closes everything that only a living agent could have closed.
    pub fn close_turn(&mut self) {
        self.end_partial();
        self.retrying = None;
        self.interrupting = false;
        self.withdraw(|message| !matches!(message.body, Body::User { .. }));
    }

    /// The agent works, unless it waits for a person.
    fn go_on(&mut self) {
        let waits = self
            .open
            .iter()
            .any(|message| matches!(message.body, Body::Permission(_) | Body::Question(_)));
        self.set_status(if waits {
            SessionStatus::Waiting
        } else {
            SessionStatus::Working
        });
    }

    fn extend_partial(&mut self, mut text: String) {
        if self.partial.is_none() {
            self.partials += 1;
            self.go_on();
        }
        let number = self.partials;
        let partial = self.partial.get_or_insert_with(|| {
            Arc::new(Partial {
                number,
                text: String::new(),
            })
        });
        let offset = partial.text.len();
        // What is stored in the end ends here too.
        text.truncate(text.floor_char_boundary(ANSWER_BYTES.saturating_sub(offset)));
        if text.is_empty() {
            return;
        }
        Arc::make_mut(partial).text.push_str(&text);
        self.events.push(ChatEvent::Delta {
            number,
            offset,
            text,
        });
    }

    /// Notes that the output has been read up to `offset`. While an answer is being written, only
    /// what changes messages counts: a new task then reads the answer from its beginning.
    pub fn read_to(&mut self, offset: u64) {
        if self.partial.is_none() || !self.changed.is_empty() {
            self.chat.offset = offset;
        }
    }

    /// Gives up the answer being written.
    pub fn end_partial(&mut self) {
        if self.partial.take().is_some() {
            self.events.push(ChatEvent::PartialEnded);
        }
    }

    fn finish_text(&mut self, text: String, now: Timestamp) {
        self.end_partial();
        self.retrying = None;
        if !text.trim().is_empty() {
            let text = cut::text(text, ANSWER_BYTES);
            self.append(MessageId::random(), Body::Agent { text }, now);
        }
    }

    fn tool_use(&mut self, id: String, name: String, input: Value, now: Timestamp) {
        self.end_partial();
        let tool = ToolUse {
            id: cut::name(id),
            name: cut::name(name),
            input: cut::input(input),
            result: None,
        };
        self.append(MessageId::random(), Body::Tool(tool), now);
        self.go_on();
    }

    fn tool_result(&mut self, id: String, result: ToolResult) {
        let id = cut::name(id);
        let found = self.open.iter().find_map(|message| match &message.body {
            Body::Tool(tool) if tool.id == id => Some((Message::clone(message), tool.clone())),
            _ => None,
        });
        if let Some((mut message, mut tool)) = found {
            let text = cut::text(result.text, TOOL_RESULT_BYTES);
            tool.result = Some(ToolResult { text, ..result });
            message.body = Body::Tool(tool);
            self.change(message);
            self.events.push(ChatEvent::FilesChanged);
        }
    }

    fn permission(&mut self, request: String, tool: String, input: Value, now: Timestamp) {
        if self.open_permission(&request).is_none() {
            // Not cut: the tool is run with exactly this input if a person allows it. What is too
            // large to be shown does not come here (see [`oversize`]).
            let body = PermissionRequest {
                request,
                tool,
                input,
                decision: None,
            };
            self.append(MessageId::random(), Body::Permission(body), now);
        }
        self.go_on();
    }

    fn question(&mut self, request: String, questions: Vec<QuestionItem>, now: Timestamp) {
        if self.open_question(&request).is_none() {
            let body = Question {
                request,
                questions,
                answers: None,
                withdrawn: false,
            };
            self.append(MessageId::random(), Body::Question(body), now);
        }
        self.go_on();
    }

    fn retrying(&mut self, attempt: u32, of: u32, reason: String, now: Timestamp) {
        let reason = cut::text(reason, NAME_BYTES);
        let text =
            format!("The model's service failed ({reason}). Trying again: {attempt} of {of}.");
        let level = NoticeLevel::Warning;
        self.retrying = Some(match self.retrying.take() {
            Some(mut message) => {
                message.body = Body::Notice { level, text };
                self.change(message)
            }
            None => self.append(MessageId::random(), Body::Notice { level, text }, now),
        });
    }

    fn finish_turn(&mut self, outcome: Outcome, cost_usd: Option<f64>, now: Timestamp) {
        let asked_to_stop = self.interrupting;
        self.close_turn();
        self.chat.active_at = now;
        if let Some(cost) = cost_usd.filter(|cost| cost.is_finite()) {
            self.chat.cost_usd = self.chat.cost_usd.max(cost);
        }
        let mut status = SessionStatus::Idle;
        match outcome {
            Outcome::Done => {}
            Outcome::Interrupted => self.notice(NoticeLevel::Info, "Stopped.", now),
            Outcome::Failed { .. } if asked_to_stop => {
                self.notice(NoticeLevel::Info, "Stopped.", now);
            }
            Outcome::Failed { reason } => {
                let reason = cut::text(reason, REASON_BYTES);
                self.notice(NoticeLevel::Error, reason.clone(), now);
                status = SessionStatus::Failed { reason };
            }
        }
        if self.undelivered().next().is_some() {
            status = SessionStatus::Working;
        }
        self.set_status(status);
        self.events.push(ChatEvent::FilesChanged);
    }

    /// Ends what waits and will not be answered any more.
    fn withdraw(&mut self, which: impl Fn(&Message) -> bool) {
        let withdrawn: Vec<_> = self
            .open
            .iter()
            .filter(|message| which(message))
            .map(|message| Message::clone(message))
            .collect();
        for mut message in withdrawn {
            match &mut message.body {
                Body::Permission(open) => open.decision = Some(Decision::Withdrawn),
                Body::Question(open) => open.withdrawn = true,
                Body::Tool(tool) => {
                    let text = "Stopped before it ended.".to_owned();
                    tool.result = Some(ToolResult {
                        is_error: true,
                        text,
                    });
                }
                Body::User { .. }
                | Body::Agent { .. }
                | Body::Notice { .. }
                | Body::Published(_) => {}
            }
            self.change(message);
        }
    }
}

/// Whether a message waits for something.
pub(super) fn is_open(body: &Body) -> bool {
    match body {
        Body::User { delivery, .. } => matches!(delivery, Delivery::Stored | Delivery::Sent),
        Body::Tool(tool) => tool.result.is_none(),
        Body::Permission(permission) => permission.decision.is_none(),
        Body::Question(question) => question.answers.is_none() && !question.withdrawn,
        Body::Agent { .. } | Body::Notice { .. } | Body::Published(_) => false,
    }
}

#[cfg(test)]
mod tests;
