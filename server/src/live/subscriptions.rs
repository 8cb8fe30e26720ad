//! What a tab follows: one task a subscription, ended with it.

use std::collections::HashMap;

use domain::actor::Actor;
use domain::error::Result;
use protocol::ApiError;
use protocol::live::{RefusedRequest, Topic};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use tokio::task::AbortHandle;

use super::terminal::Request;
use super::{Outgoing, chat, terminal, workspace};
use crate::http::App;

/// Subscriptions of one tab. A page needs five.
const LIMIT: usize = 64;
/// Keys and sizes that wait for a terminal. Beyond that, its subscription ends.
const REQUESTS: usize = 256;

/// What a tab follows.
pub(super) struct Subscriptions {
    app: App,
    actor: Actor,
    outgoing: Outgoing,
    by_channel: HashMap<u32, Subscription>,
}

struct Subscription {
    topic: Topic,
    task: AbortHandle,
    /// The way to a terminal.
    requests: Option<mpsc::Sender<Request>>,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Subscriptions {
    pub(super) fn new(app: App, actor: Actor, outgoing: Outgoing) -> Self {
        Self {
            app,
            actor,
            outgoing,
            by_channel: HashMap::new(),
        }
    }

    /// Begins a subscription. One that has the same channel ends.
    pub(super) fn begin(
        &mut self,
        topic: Topic,
        channel: u32,
        since: u64,
    ) -> std::result::Result<(), ApiError> {
        self.by_channel.remove(&channel);
        if self.by_channel.len() >= LIMIT {
            return Err(ApiError::limit(format!(
                "A tab follows at most {LIMIT} things."
            )));
        }
        let follower = Follower {
            app: self.app.clone(),
            actor: self.actor.clone(),
            outgoing: self.outgoing.clone(),
            channel,
        };
        let mut requests = None;
        let task = match topic.clone() {
            Topic::Chat { session } => tokio::spawn(async move {
                let ended = chat::follow(&follower, session, since).await;
                follower.ended(ended).await;
            }),
            Topic::Workspace { guid } => tokio::spawn(async move {
                let ended = workspace::follow(&follower, guid).await;
                follower.ended(ended).await;
            }),
            Topic::Terminal { session, window } => {
                let (sender, receiver) = mpsc::channel(REQUESTS);
                requests = Some(sender);
                tokio::spawn(async move {
                    let ended = terminal::follow(&follower, session, window, receiver).await;
                    follower.ended(ended).await;
                })
            }
        };
        let subscription = Subscription {
            topic,
            task: task.abort_handle(),
            requests,
        };
        self.by_channel.insert(channel, subscription);
        Ok(())
    }

    pub(super) fn end(&mut self, channel: u32) {
        self.by_channel.remove(&channel);
    }

    /// Hands a request to a terminal. One that does not keep up loses its subscription: waiting
    /// for it would hold up the whole tab.
    pub(super) fn request(
        &mut self,
        channel: u32,
        request: Request,
    ) -> std::result::Result<(), ApiError> {
        let subscription = self.by_channel.get(&channel);
        let Some(requests) = subscription.and_then(|it| it.requests.as_ref()) else {
            return Ok(());
        };
        match requests.try_send(request) {
            Ok(()) | Err(TrySendError::Closed(_)) => Ok(()),
            Err(TrySendError::Full(_)) => {
                self.end(channel);
                Err(ApiError::unavailable(
                    "The terminal does not keep up with what is typed. Load the page again.",
                ))
            }
        }
    }

    /// Ends the subscriptions that the actor's roles do not allow any more.
    pub(super) async fn check_again(&mut self) {
        let mut refused = Vec::new();
        for (&channel, subscription) in &self.by_channel {
            if let Err(error) = self.check(&subscription.topic).await {
                refused.push((channel, error.into_api()));
            }
        }
        for (channel, error) in refused {
            self.end(channel);
            self.outgoing
                .refuse(RefusedRequest::Subscription { channel }, error)
                .await;
        }
    }

    async fn check(&self, topic: &Topic) -> Result<()> {
        let services = &self.app.services;
        match topic {
            Topic::Chat { session } => services.sessions.get(&self.actor, *session).await.map(drop),
            Topic::Workspace { guid } => services.workspaces.get(&self.actor, guid).await.map(drop),
            Topic::Terminal { session, window } => {
                services.windows.check(&self.actor, *session, *window).await
            }
        }
    }
}

/// What a subscription's task has.
pub(super) struct Follower {
    pub(super) app: App,
    pub(super) actor: Actor,
    pub(super) outgoing: Outgoing,
    pub(super) channel: u32,
}

impl Follower {
    /// Tells the tab why its subscription has ended, if it was not the tab that ended it.
    async fn ended(&self, result: Result<()>) {
        if let Err(error) = result {
            let request = RefusedRequest::Subscription {
                channel: self.channel,
            };
            self.outgoing.refuse(request, error.into_api()).await;
        }
    }
}
