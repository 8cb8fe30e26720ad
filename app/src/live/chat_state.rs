//! What a tab knows of one chat, folded from [`ChatEvent`]s.
//!
//! Events may arrive twice, messages in any order, and a new subscription may repeat what its
//! snapshot already holds. Whatever happens, the state comes to what the server has.

use std::collections::{BTreeMap, BTreeSet};

use protocol::live::ChatEvent;
use protocol::{ApiError, Body, Message, MessageId, MessagePage, Partial, SessionStatus, Upload};

/// A chat as far as this tab has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChatState {
    /// Messages by their place in the chat.
    pub messages: BTreeMap<u64, Message>,
    /// What the agent is doing.
    pub status: SessionStatus,
    /// The answer being written.
    pub partial: Option<Partial>,
    /// Own messages that the server has not confirmed, in the order of sending.
    pub pending: Vec<Pending>,
    /// Whether there are messages before the first of `messages`.
    pub has_older: bool,
    /// Every change up to this revision is known.
    revision: u64,
    /// Revisions known beyond a gap.
    ahead: BTreeSet<u64>,
}

/// An own message that the server has not confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Its id.
    pub id: MessageId,
    /// What was typed.
    pub text: String,
    /// The files that it takes along.
    pub uploads: Vec<Upload>,
    /// Why the server refused it, if it did.
    pub refused: Option<ApiError>,
}

/// What a fold has changed, so that only that is drawn again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Messages that are new or have changed, by sequence.
    pub messages: BTreeSet<u64>,
    /// Whether messages were dropped.
    pub dropped: bool,
    /// Whether the answer being written changed.
    pub partial: bool,
    /// Whether the status changed.
    pub status: bool,
    /// Whether `pending` changed.
    pub pending: bool,
    /// Whether files of the project may have changed.
    pub files: bool,
    /// Whether something is missing, so that the tab has to ask for a snapshot.
    pub missed: bool,
}

impl ChatState {
    /// The state that a page of the newest messages gives.
    #[must_use]
    pub fn new(page: MessagePage, status: SessionStatus) -> Self {
        let mut state = Self {
            status,
            ..Self::default()
        };
        state.reset(page, &mut Changes::default());
        state
    }

    /// The newest revision up to which nothing is missing.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The place of the oldest known message.
    #[must_use]
    pub fn oldest(&self) -> Option<u64> {
        self.messages.keys().next().copied()
    }

    /// Takes an event.
    pub fn fold(&mut self, event: ChatEvent) -> Changes {
        let mut changes = Changes::default();
        match event {
            ChatEvent::Snapshot {
                page,
                reset,
                status,
                partial,
            } => {
                match reset {
                    true => self.reset(page, &mut changes),
                    false => self.extend(page, &mut changes),
                }
                self.set_status(status, &mut changes);
                self.set_partial(partial, &mut changes);
            }
            ChatEvent::Message { message } => {
                self.know(message.revision);
                let newest = self
                    .messages
                    .last_key_value()
                    .map_or(0, |(newest, _)| *newest);
                // What was being written is this message now; together they would show it twice.
                if matches!(message.body, Body::Agent { .. }) && message.sequence > newest {
                    self.set_partial(None, &mut changes);
                }
                self.take(message, &mut changes);
            }
            ChatEvent::Delta {
                number,
                offset,
                text,
            } => self.append(number, offset, &text, &mut changes),
            ChatEvent::PartialEnded => self.set_partial(None, &mut changes),
            ChatEvent::Status { status } => self.set_status(status, &mut changes),
            ChatEvent::FilesChanged => changes.files = true,
        }
        changes
    }

    /// Adds a page of older messages.
    pub fn prepend(&mut self, page: MessagePage) -> Changes {
        let mut changes = Changes::default();
        let reaches_back = match (page.messages.first(), self.oldest()) {
            (Some(first), Some(oldest)) => first.sequence < oldest,
            _ => true,
        };
        if reaches_back {
            self.has_older = page.has_older;
        }
        for message in page.messages {
            self.put(message, &mut changes);
        }
        changes
    }

    /// Forgets all but the newest `keep` messages: a long chat must not fill the page.
    pub fn trim(&mut self, keep: usize) -> Changes {
        let mut changes = Changes::default();
        while self.messages.len() > keep {
            self.messages.pop_first();
            self.has_older = true;
            changes.dropped = true;
        }
        changes
    }

    /// Notes a message that was just sent.
    pub fn sent(&mut self, id: MessageId, text: String, uploads: Vec<Upload>) -> Changes {
        self.pending.push(Pending {
            id,
            text,
            uploads,
            refused: None,
        });
        Changes {
            pending: true,
            ..Changes::default()
        }
    }

    /// Notes that the server refused a message.
    pub fn refused(&mut self, id: MessageId, error: ApiError) -> Changes {
        let mut changes = Changes::default();
        if let Some(pending) = self.pending.iter_mut().find(|it| it.id == id) {
            pending.refused = Some(error);
            changes.pending = true;
        }
        changes
    }

    /// Takes a refused message away and returns it.
    pub fn take_back(&mut self, id: MessageId) -> Option<Pending> {
        let index = self.pending.iter().position(|it| it.id == id)?;
        Some(self.pending.remove(index))
    }

    fn reset(&mut self, page: MessagePage, changes: &mut Changes) {
        self.messages.clear();
        self.ahead.clear();
        self.revision = page.revision;
        self.has_older = page.has_older;
        changes.dropped = true;
        for message in page.messages {
            self.put(message, changes);
        }
    }

    fn extend(&mut self, page: MessagePage, changes: &mut Changes) {
        // A page that was cut proves nothing about the changes after it.
        if !page.has_newer {
            self.catch_up(page.revision);
        }
        if self.messages.is_empty() {
            self.has_older = page.has_older;
        }
        for message in page.messages {
            self.take(message, changes);
        }
    }

    /// Stores a message that is not from before the oldest known one: that would leave a hole, and
    /// it comes with its page.
    fn take(&mut self, message: Message, changes: &mut Changes) {
        let oldest = self.oldest().unwrap_or_default();
        if !self.has_older || message.sequence >= oldest {
            self.put(message, changes);
        }
    }

    /// Stores a message unless this or a newer revision of it is known.
    fn put(&mut self, message: Message, changes: &mut Changes) {
        let before = self.pending.len();
        self.pending.retain(|pending| pending.id != message.id);
        changes.pending |= self.pending.len() != before;
        let sequence = message.sequence;
        let is_newer = |known: &Message| known.revision < message.revision;
        if self.messages.get(&sequence).is_none_or(is_newer) {
            self.messages.insert(sequence, message);
            changes.messages.insert(sequence);
        }
    }

    fn catch_up(&mut self, revision: u64) {
        self.revision = self.revision.max(revision);
        self.ahead = self.ahead.split_off(&(self.revision + 1));
        self.close_gap();
    }

    fn know(&mut self, revision: u64) {
        if revision > self.revision {
            self.ahead.insert(revision);
            self.close_gap();
        }
    }

    fn close_gap(&mut self) {
        while self.ahead.remove(&(self.revision + 1)) {
            self.revision += 1;
        }
    }

    /// A piece that begins beyond what is known shows that something is missing; one that is
    /// known already, or belongs to an older text, changes nothing.
    fn append(&mut self, number: u64, offset: usize, text: &str, changes: &mut Changes) {
        match &mut self.partial {
            Some(partial) if partial.number == number => {
                let known = partial.text.len();
                if offset > known {
                    changes.missed = true;
                } else if let Some(rest) = text.get(known - offset..)
                    && !rest.is_empty()
                {
                    partial.text.push_str(rest);
                    changes.partial = true;
                }
            }
            Some(partial) if partial.number > number => {}
            _ if offset == 0 => {
                let text = text.to_owned();
                self.partial = Some(Partial { number, text });
                changes.partial = true;
            }
            _ => changes.missed = true,
        }
    }

    fn set_status(&mut self, status: SessionStatus, changes: &mut Changes) {
        changes.status |= self.status != status;
        self.status = status;
    }

    fn set_partial(&mut self, partial: Option<Partial>, changes: &mut Changes) {
        changes.partial |= self.partial != partial;
        self.partial = partial;
    }
}

/// Whether the message waits for a decision or an answer of a person.
#[must_use]
pub fn waits_for_person(body: &Body) -> bool {
    match body {
        Body::Permission(request) => request.decision.is_none(),
        Body::Question(question) => question.answers.is_none() && !question.withdrawn,
        _ => false,
    }
}

#[cfg(test)]
#[path = "chat_state_tests.rs"]
mod tests;
