//! `chat_history.jsonl` in a workspace's folder: every message of every session, one a line, for
//! agents, for people and for other programs.
//!
//! The table is the record, the file a copy of it: each stored message is in it exactly once, as it
//! was stored first; but not what was imported from such a file. What a killed server or a full disk
//! kept from the file is added when the session is used next, which is known from the last line that
//! the file has of it.

mod book;
mod import;
mod past;

use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use futures::Stream;
use futures::stream::try_unfold;
use protocol::{Body, Guid, MESSAGE_PAGE, Message, SessionId};
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::authorise::{Action, authorise};
use crate::chat::record::{ChatRecord, MessageRecord};
use crate::error::{Error, Result};
use crate::folders::Folders;
use crate::records::Records;
use crate::sessions::SessionRecord;
use crate::table::Query;
use book::Book;
pub use import::Imported;
pub use past::Past;

/// A message as the file has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Who speaks: see [`protocol::Body::role`].
    pub role: String,
    /// What is said, see [`protocol::Body::content`]; below a person's words the files that they took
    /// along.
    pub content: String,
    /// When it was stored, as RFC 3339.
    pub timestamp: String,
    /// The session.
    pub session: SessionId,
    /// Its place in the session.
    pub sequence: u64,
}

impl Line {
    /// Writes it as a line of a file.
    ///
    /// # Errors
    /// It cannot be written there.
    pub fn write(&self, to: &mut impl io::Write) -> io::Result<()> {
        let mut text = serde_json::to_string(self)?;
        text.push('\n');
        to.write_all(text.as_bytes())
    }

    /// The line of a message.
    #[must_use]
    pub fn of(session: SessionId, message: &Message) -> Self {
        let mut content = message.body.content();
        if let Body::User { uploads, .. } = &message.body {
            let files = uploads.iter().map(|it| format!("uploads/{}", it.file));
            let parts = [content].into_iter().filter(|it| !it.is_empty());
            content = parts.chain(files).collect::<Vec<_>>().join("\n");
        }
        Self {
            role: message.body.role().to_owned(),
            content,
            timestamp: message.at.rfc3339(),
            session,
            sequence: message.sequence,
        }
    }
}

/// The book of a workspace, once it has been opened. Closed again when something is wrong with it.
type Shelf = Arc<Mutex<Option<Book>>>;

/// Writes the files, and reads what would be in them.
#[derive(Clone)]
pub struct History {
    records: Records,
    folders: Folders,
    shelves: Arc<Mutex<HashMap<Guid, Shelf>>>,
}

impl History {
    /// A service over these parts.
    #[must_use]
    pub fn new(records: Records, folders: Folders) -> Self {
        Self {
            records,
            folders,
            shelves: Arc::default(),
        }
    }

    /// Adds messages that were just stored, of a session that the file has up to there.
    ///
    /// # Errors
    /// The file cannot be written; [`Self::catch_up`] then adds what is missing.
    pub(crate) async fn append(&self, guid: &Guid, lines: Vec<Line>) -> Result<()> {
        let append = move |book: &mut Book| lines.iter().try_for_each(|line| book.append(line));
        self.with_book(guid, append).await
    }

    /// Adds the stored messages of a session that the file does not have.
    ///
    /// # Errors
    /// The file cannot be written, or the storage fails.
    pub(crate) async fn catch_up(&self, guid: &Guid, session: SessionId) -> Result<()> {
        let gap = self.with_book(guid, move |book| Ok(book.gap(session)));
        let gap = gap.await?;
        let key = ChatRecord::key_of(session);
        let chat = self.records.require::<ChatRecord>(&key).await?;
        if chat.active_at < gap.since {
            return Ok(());
        }
        // What was imported is in the file that it came from.
        let imported = if chat.imported { chat.copied } else { 0 };
        let mut after = gap.after.max(imported);
        while after < chat.sequence {
            let page = self.page(session, after).await?;
            let Some(last) = page.last() else { break };
            after = last.sequence;
            let missing = page.iter().filter(|message| message.at >= gap.since);
            let lines = missing.map(|message| Line::of(session, message)).collect();
            self.append(guid, lines).await?;
        }
        Ok(())
    }

    /// All messages of a workspace as they would be in the file, session by session, a page at a
    /// time. Imported ones are among them.
    ///
    /// # Errors
    /// Refused if the actor may not read the workspace; or the storage fails, now or later.
    pub async fn export(
        &self,
        actor: &Actor,
        guid: &Guid,
    ) -> Result<impl Stream<Item = Result<Vec<Line>>> + Send + use<>> {
        authorise(&self.records, actor, guid, Action::ReadWorkspace).await?;
        let sessions = SessionRecord::all_of(&self.records, guid).await?;
        let sessions: VecDeque<_> = sessions.iter().map(|it| it.session.id).collect();
        let begin = (self.clone(), sessions, 0);
        Ok(try_unfold(
            begin,
            async |(history, mut sessions, mut after)| {
                while let Some(&session) = sessions.front() {
                    let page = history.page(session, after).await?;
                    if let Some(last) = page.last() {
                        let lines = page.iter().map(|message| Line::of(session, message));
                        return Ok(Some((lines.collect(), (history, sessions, last.sequence))));
                    }
                    sessions.pop_front();
                    after = 0;
                }
                Ok(None)
            },
        ))
    }

    /// The messages of a session after one of them, oldest first.
    async fn page(&self, session: SessionId, after: u64) -> Result<Vec<Message>> {
        let query = Query::table(MessageRecord::partition(session))
            .prefix(MessageRecord::PREFIX)
            .limit(MESSAGE_PAGE)
            .beyond(MessageRecord::sort(after));
        let found = self.records.query::<MessageRecord>(query).await?;
        Ok(found.into_iter().map(|it| it.value.message).collect())
    }

    /// Does something with a workspace's book, where waiting for the disk holds up nobody else.
    async fn with_book<T: Send + 'static>(
        &self,
        guid: &Guid,
        act: impl FnOnce(&mut Book) -> io::Result<T> + Send + 'static,
    ) -> Result<T> {
        let folder = self.folders.workspace(guid);
        let shelf = {
            let mut shelves = self.shelves.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(shelves.entry(guid.clone()).or_default())
        };
        let acting = move || {
            let mut shelf = shelf.lock().unwrap_or_else(PoisonError::into_inner);
            let mut book = match shelf.take() {
                Some(book) => book,
                None => Book::open(folder)?,
            };
            let result = act(&mut book)?;
            *shelf = Some(book);
            Ok(result)
        };
        let acted = tokio::task::spawn_blocking(acting).await;
        acted
            .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
            .map_err(|source| Error::Io {
                what: "chat_history.jsonl",
                source,
            })
    }
}
