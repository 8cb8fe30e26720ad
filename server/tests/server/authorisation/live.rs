//! The live socket: every topic and every message.

use protocol::live::{
    CLOSE_SIGNED_OUT, ClientMessage, RefusedRequest, ServerMessage, TerminalSize, TerminalWindow,
    Topic,
};
use protocol::{Decision, ErrorKind, MessageId, PermissionPolicy};

use super::World;
use crate::support::{Client, Tab};

/// Every topic of the world.
fn topics(world: &World) -> Vec<Topic> {
    let session = world.session;
    let guid = world.guid.clone();
    let window = |window| Topic::Terminal { session, window };
    vec![
        Topic::Chat { session },
        Topic::Workspace { guid },
        window(TerminalWindow::Agent),
        window(TerminalWindow::Shell),
    ]
}

/// Every message about an object of the world, but subscriptions.
fn messages(world: &World) -> Vec<ClientMessage> {
    let session = world.session;
    let (id, request) = (MessageId::random(), "request".to_owned());
    let all = vec![
        ClientMessage::Send {
            session,
            id,
            text: "hello".to_owned(),
            uploads: Vec::new(),
        },
        ClientMessage::SendAgain { session, id },
        ClientMessage::Interrupt { session },
        ClientMessage::Decide {
            session,
            request: request.clone(),
            decision: Decision::Allow,
        },
        ClientMessage::Answer {
            session,
            request,
            answers: vec!["yes".to_owned()],
        },
        ClientMessage::SetPolicy {
            session,
            policy: PermissionPolicy::Full,
        },
    ];
    for message in &all {
        // A new message does not compile here until it is in the list above, or names no object.
        match message {
            ClientMessage::Send { .. }
            | ClientMessage::SendAgain { .. }
            | ClientMessage::Interrupt { .. }
            | ClientMessage::Decide { .. }
            | ClientMessage::Answer { .. }
            | ClientMessage::SetPolicy { .. } => {}
            ClientMessage::Hello { .. }
            | ClientMessage::Subscribe { .. }
            | ClientMessage::Unsubscribe { .. }
            | ClientMessage::Resize { .. } => panic!("{message:?} names no object"),
        }
    }
    all
}

/// The error kind with which this subscription is refused.
async fn refused_topic(tab: &mut Tab, topic: Topic, channel: u32) -> ErrorKind {
    let since = 0;
    let subscribe = ClientMessage::Subscribe {
        topic,
        channel,
        since,
    };
    let (request, error) = tab.refused(&subscribe).await;
    assert_eq!(request, RefusedRequest::Subscription { channel });
    error.kind
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_hear_of_nothing_and_change_nothing() {
    let world = World::new().await;
    let mut tab = Tab::greeted(&world.stranger).await;
    for (topic, channel) in topics(&world).into_iter().zip(1..) {
        let kind = refused_topic(&mut tab, topic.clone(), channel).await;
        assert_eq!(kind, ErrorKind::NotFound, "{topic:?}");
        // What was refused cannot be used either.
        let size = TerminalSize::DEFAULT;
        tab.say(&ClientMessage::Resize { channel, size }).await;
    }
    for message in messages(&world) {
        let (_, error) = tab.refused(&message).await;
        assert_eq!(error.kind, ErrorKind::NotFound, "{message:?}");
    }
    let all = format!("{:?}", tab.heard);
    assert!(!all.contains(super::world::MARK), "{all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn viewers_read_and_change_nothing() {
    let world = World::new().await;
    let mut tab = Tab::following(&world.viewer, world.session).await;
    for message in messages(&world) {
        let (_, error) = tab.refused(&message).await;
        assert_eq!(error.kind, ErrorKind::Forbidden, "{message:?}");
    }
    let shell = topics(&world).pop().unwrap();
    let kind = refused_topic(&mut tab, shell, 7).await;
    assert_eq!(kind, ErrorKind::Forbidden);
    assert!(tab.chat.messages.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_our_own_pages_and_tokens_get_a_socket() {
    let world = World::new().await;
    let status =
        async |client: &Client, origin: Option<&str>| Tab::open(client, origin).await.err();
    let own = world.server.url.as_str();
    assert_eq!(status(&world.owner, Some(own)).await, None);
    let port = own.rsplit(':').next().unwrap();
    let preview = format!("http://preview.localhost:{port}");
    for origin in [
        None,
        Some("http://evil.example"),
        Some("null"),
        Some(preview.as_str()),
    ] {
        assert_eq!(status(&world.owner, origin).await, Some(403), "{origin:?}");
    }
    assert_eq!(status(&world.nobody, None).await, Some(401));
    // A page's script learns only from an open socket why it is turned away.
    let mut turned_away = Tab::open(&world.nobody, Some(own)).await.unwrap();
    assert_eq!(turned_away.until_closed().await, CLOSE_SIGNED_OUT);
    let accounts = &world.server.services.accounts;
    let made = accounts.create_token(&world.owner_actor, "live", &protocol::Scope::ALL);
    let (_, secret) = made.await.unwrap();
    let script = Client::bearer(own, secret.reveal());
    assert_eq!(status(&script, None).await, None);
    assert_eq!(
        status(&script, Some("http://evil.example")).await,
        Some(403)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_loses_the_role_hears_no_more_and_says_no_more() {
    let world = World::new().await;
    let mut tab = Tab::following(&world.editor, world.session).await;
    let accounts = &world.server.services.accounts;
    let members = accounts.members(&world.owner_actor, &world.guid).await;
    let mut members = members.unwrap().into_iter();
    let editor = members.rfind(|it| it.role == protocol::Role::Editor);
    let editor = editor.unwrap().account;
    let removed = accounts.remove_member(&world.owner_actor, &world.guid, editor);
    removed.await.unwrap();
    // Long before the tab is asked for a sign of life.
    tab.until("the end of what it follows", |tab| {
        let is_end = |heard: &ServerMessage| {
            matches!(heard, ServerMessage::Refused { request, error }
                if matches!(request, RefusedRequest::Subscription { .. })
                    && error.kind == ErrorKind::NotFound)
        };
        tab.heard.iter().any(is_end)
    })
    .await;
    let session = world.session;
    let (_, error) = tab.refused(&ClientMessage::Interrupt { session }).await;
    assert_eq!(error.kind, ErrorKind::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tab_is_closed_as_soon_as_its_sign_in_or_token_ends() {
    let world = World::new().await;
    let accounts = &world.server.services.accounts;
    let mut tab = Tab::following(&world.owner, world.session).await;
    let mut other = Tab::following(&world.editor, world.session).await;
    let made = accounts.create_token(&world.owner_actor, "live", &protocol::Scope::ALL);
    let (token, secret) = made.await.unwrap();
    let script = Client::bearer(&world.server.url, secret.reveal());
    let mut script = Tab::following(&script, world.session).await;
    accounts
        .revoke_token(&world.owner_actor, token.id)
        .await
        .unwrap();
    assert_eq!(script.until_closed().await, CLOSE_SIGNED_OUT);
    accounts.sign_out(&world.owner_actor).await.unwrap();
    assert_eq!(tab.until_closed().await, CLOSE_SIGNED_OUT);
    // Of others nothing ends.
    let session = protocol::SessionId::random();
    let (request, _) = other.refused(&ClientMessage::Interrupt { session }).await;
    assert_eq!(request, RefusedRequest::Other);
}
