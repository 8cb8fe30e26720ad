//! What has been said, for who reads it: pages of messages, and what changed since somebody looked.

use protocol::live::ChatEvent;
use protocol::{MESSAGE_PAGE, MessagePage, SessionId};

use super::Chats;
use super::record::{ChatRecord, MessageRecord};
use super::task::Request;
use crate::actor::Actor;
use crate::authorise::Action;
use crate::error::Result;
use crate::table::Query;

/// Where a page of messages starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageStart {
    /// The newest messages.
    Newest,
    /// The messages before this sequence number.
    Before(u64),
    /// The messages after this sequence number.
    After(u64),
}

impl Chats {
    /// A page of a chat.
    ///
    /// # Errors
    /// Not found if there is no such session or the actor may not know of it.
    pub async fn page(
        &self,
        actor: &Actor,
        session: SessionId,
        start: PageStart,
    ) -> Result<MessagePage> {
        self.check(actor, session, Action::ReadWorkspace).await?;
        self.read_page(session, start).await
    }

    pub(crate) async fn read_page(
        &self,
        session: SessionId,
        start: PageStart,
    ) -> Result<MessagePage> {
        let chat = self
            .parts
            .records
            .require::<ChatRecord>(&ChatRecord::key_of(session))
            .await?;
        let all = Query::table(MessageRecord::partition(session))
            .prefix(MessageRecord::PREFIX)
            .limit(MESSAGE_PAGE);
        let query = match start {
            PageStart::Newest => all.descending(),
            PageStart::Before(sequence) => all.descending().beyond(MessageRecord::sort(sequence)),
            PageStart::After(sequence) => all.beyond(MessageRecord::sort(sequence)),
        };
        let found = self.parts.records.query::<MessageRecord>(query).await?;
        let mut messages: Vec<_> = found
            .into_iter()
            .map(|stored| stored.value.message)
            .collect();
        messages.sort_by_key(|message| message.sequence);
        let (first, last) = match (messages.first(), messages.last()) {
            (Some(first), Some(last)) => (first.sequence, last.sequence),
            _ => (1, chat.sequence),
        };
        Ok(MessagePage {
            has_older: first > 1,
            has_newer: last < chat.sequence,
            messages,
            revision: chat.revision,
        })
    }

    /// The state of a chat for somebody who has seen it up to revision `since` (0 for nothing).
    ///
    /// # Errors
    /// Not found if there is no such session or the actor may not know of it.
    pub async fn snapshot(
        &self,
        actor: &Actor,
        session: SessionId,
        since: u64,
    ) -> Result<ChatEvent> {
        self.check(actor, session, Action::ReadWorkspace).await?;
        let (status, partial) = self.ask(session, |reply| Request::Peek { reply }).await?;
        let query = Query::index(MessageRecord::partition(session))
            .prefix(MessageRecord::REVISION_PREFIX)
            .beyond(MessageRecord::revision_sort(since))
            .limit(2 * MESSAGE_PAGE);
        let changed = self.parts.records.query::<MessageRecord>(query).await?;
        let reset = since == 0 || changed.len() == 2 * MESSAGE_PAGE;
        let page = if reset {
            self.read_page(session, PageStart::Newest).await?
        } else {
            let revision = changed
                .last()
                .map_or(since, |stored| stored.message.revision);
            let mut messages: Vec<_> = changed
                .into_iter()
                .map(|stored| stored.value.message)
                .collect();
            messages.sort_by_key(|message| message.sequence);
            MessagePage {
                messages,
                has_older: true,
                has_newer: false,
                revision,
            }
        };
        Ok(ChatEvent::Snapshot {
            page,
            reset,
            status,
            partial,
        })
    }
}
