//! Who listens to what: hands events of chats and workspaces to the sockets that follow them.
//!
//! Every event is idempotent, for it may come before or after the snapshot that a subscriber takes.
//! Queues are bounded: a subscriber that falls [`QUEUE`] events behind is told so (`Lagged`) and
//! takes a new snapshot. Publishing never waits.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use protocol::live::{ChatEvent, WorkspaceEvent};
use protocol::{Guid, SessionId};
use tokio::sync::broadcast;

/// Events that a subscriber may be behind. A fast answer makes some 200 deltas a second.
const QUEUE: usize = 512;

/// The subscribers of all topics.
#[derive(Debug, Default)]
pub struct Hub {
    chats: Topics<SessionId, ChatEvent>,
    workspaces: Topics<Guid, WorkspaceEvent>,
}

impl Hub {
    /// Follows a chat. Take the snapshot after this, not before.
    pub fn follow_chat(&self, session: SessionId) -> broadcast::Receiver<ChatEvent> {
        self.chats.follow(session)
    }

    /// Follows a workspace.
    pub fn follow_workspace(&self, guid: Guid) -> broadcast::Receiver<WorkspaceEvent> {
        self.workspaces.follow(guid)
    }

    /// Tells the followers of a chat.
    pub fn tell_chat(&self, session: SessionId, event: ChatEvent) {
        self.chats.tell(&session, event);
    }

    /// Tells the followers of a workspace.
    pub fn tell_workspace(&self, guid: &Guid, event: WorkspaceEvent) {
        self.workspaces.tell(guid, event);
    }
}

#[derive(Debug)]
struct Topics<K, E>(Mutex<HashMap<K, broadcast::Sender<E>>>);

impl<K, E> Default for Topics<K, E> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, E: Clone> Topics<K, E> {
    /// Also forgets the topics that nobody follows any more: each has a whole queue.
    fn follow(&self, key: K) -> broadcast::Receiver<E> {
        let mut topics = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        topics.retain(|_, topic| topic.receiver_count() > 0);
        topics
            .entry(key)
            .or_insert_with(|| broadcast::Sender::new(QUEUE))
            .subscribe()
    }

    fn tell(&self, key: &K, event: E) {
        let mut topics = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let nobody_listens = topics
            .get(key)
            .is_some_and(|topic| topic.send(event).is_err());
        if nobody_listens {
            topics.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn events_reach_followers_of_that_topic_only() {
        let hub = Hub::default();
        let (here, elsewhere) = (SessionId::random(), SessionId::random());
        let mut follower = hub.follow_chat(here);
        let mut other = hub.follow_chat(elsewhere);
        hub.tell_chat(here, ChatEvent::FilesChanged);
        assert_eq!(follower.recv().await.unwrap(), ChatEvent::FilesChanged);
        assert!(other.try_recv().is_err());
    }

    #[test]
    fn topics_without_followers_are_forgotten() {
        let hub = Hub::default();
        let session = SessionId::random();
        drop(hub.follow_chat(session));
        hub.tell_chat(session, ChatEvent::FilesChanged);
        assert!(hub.chats.0.lock().unwrap().is_empty());
    }

    #[test]
    fn a_visit_to_many_topics_leaves_none_behind() {
        let hub = Hub::default();
        let kept = hub.follow_chat(SessionId::random());
        for _ in 0..100 {
            drop(hub.follow_chat(SessionId::random()));
        }
        let topics = hub.chats.0.lock().unwrap().len();
        assert!(topics <= 2, "{topics} topics for one follower");
        assert!(!kept.is_closed());
    }
}
