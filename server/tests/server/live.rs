//! The live socket: its greeting, its limits, and how a tab comes to what it missed.

use protocol::live::{
    CLOSE_OTHER_VERSION, ChatEvent, ClientMessage, RefusedRequest, ServerMessage, Topic, VERSION,
};
use protocol::{ErrorKind, MessageId, NoticeLevel};
use tokio_tungstenite::tungstenite::Message as Frame;

use crate::support::{ServerProcess, Tab, TestServer, until};

/// Closes a socket that does not speak the protocol (RFC 6455).
const CLOSE_PROTOCOL: u16 = 1002;

#[tokio::test(flavor = "multi_thread")]
async fn a_tab_says_hello_first_and_in_our_version() {
    let server = TestServer::start().await;
    let (_, client) = server.account("ada@example.org").await;
    let unknown = VERSION + 1;
    for (first, code) in [
        (
            ClientMessage::Hello { version: unknown },
            CLOSE_OTHER_VERSION,
        ),
        (ClientMessage::Unsubscribe { channel: 1 }, CLOSE_PROTOCOL),
    ] {
        let mut tab = Tab::open(&client, Some(&client.url)).await.unwrap();
        tab.say(&first).await;
        assert_eq!(tab.until_closed().await, code, "{first:?}");
    }
    let mut tab = Tab::greeted(&client).await;
    tab.raw(Frame::Text("{\"type\":\"dance\"}".into())).await;
    assert_eq!(tab.until_closed().await, CLOSE_PROTOCOL);
}

#[tokio::test(flavor = "multi_thread")]
async fn subscriptions_are_limited_and_make_room_again() {
    const LIMIT: u32 = 64;
    let server = TestServer::start().await;
    let (actor, client) = server.account("ada@example.org").await;
    let workspaces = &server.services.workspaces;
    let guid = workspaces.create(&actor, "Ada").await.unwrap().guid;
    let subscribe = |channel| ClientMessage::Subscribe {
        topic: Topic::Workspace { guid: guid.clone() },
        channel,
        since: 0,
    };
    let mut tab = Tab::greeted(&client).await;
    for channel in 1..=LIMIT {
        tab.say(&subscribe(channel)).await;
    }
    let channel = LIMIT + 1;
    let (request, error) = tab.refused(&subscribe(channel)).await;
    assert_eq!(request, RefusedRequest::Subscription { channel });
    assert_eq!(error.kind, ErrorKind::Limit);
    assert!(error.message.contains(&LIMIT.to_string()), "{error:?}");
    tab.say(&ClientMessage::Unsubscribe { channel: 1 }).await;
    tab.say(&subscribe(channel)).await;
    // The next refusal is not of this one.
    let channel = LIMIT + 2;
    let (request, _) = tab.refused(&subscribe(channel)).await;
    assert_eq!(request, RefusedRequest::Subscription { channel });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tab_that_comes_back_gets_exactly_what_it_missed() {
    let server = ServerProcess::start().await;
    let work = server.session().await;
    let mut tab = Tab::following(&server.client, work.session).await;
    let mut other = Tab::following(&server.client, work.session).await;
    work.send("[[say one]]").await;
    work.hears("one").await;
    tab.until("two messages", |tab| tab.chat.messages.len() == 2)
        .await;
    until_idle(&mut tab).await;
    let known = tab.chat.revision();
    let before = tab.chat.messages.clone();

    tab.raw(Frame::Close(None)).await;
    tab.until_closed().await;
    work.send("[[say two]]").await;
    work.hears("two").await;
    until("quiet", || async {
        (work.status().await == "idle").then_some(())
    })
    .await;
    tab.reconnect(&server.client).await;
    let snapshots = tab.heard.iter().filter_map(|heard| match heard {
        ServerMessage::Chat {
            event: ChatEvent::Snapshot { page, reset, .. },
            ..
        } => Some((page, *reset)),
        _ => None,
    });
    let snapshots: Vec<_> = snapshots.collect();
    let [(page, false)] = snapshots[..] else {
        panic!("{snapshots:?}");
    };
    assert!(
        page.messages.iter().all(|message| message.revision > known),
        "{page:?}"
    );
    let missed: Vec<_> = page
        .messages
        .iter()
        .map(|message| message.sequence)
        .collect();
    assert_eq!(missed, [3, 4]);
    assert!(
        before
            .iter()
            .all(|(sequence, message)| tab.chat.messages[sequence] == *message)
    );

    // It sees what a tab sees that was there all the time, and one that begins anew.
    other
        .until("all messages", |other| other.chat.messages.len() == 4)
        .await;
    until_idle(&mut other).await;
    let fresh = Tab::following(&server.client, work.session).await;
    assert_eq!(tab.chat.messages, other.chat.messages);
    assert_eq!(tab.chat.messages, fresh.chat.messages);
    assert_eq!(tab.chat.revision(), fresh.chat.revision());
}

async fn until_idle(tab: &mut Tab) {
    let idle = protocol::SessionStatus::Idle;
    tab.until("an idle agent", |tab| tab.chat.status == idle)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tab_that_reads_slowly_goes_on_from_a_snapshot() {
    /// Far more pieces than all queues between here and there hold.
    const ANSWERS: usize = 5;
    const LINES: usize = 10_000;
    let server = ServerProcess::start().await;
    let work = server.session().await;
    let mut slow = Tab::following_slowly(&server.client, work.session).await;
    let flood = format!("[[flood {LINES}]]").repeat(ANSWERS);
    work.send(&flood).await;
    until("all answers", || async {
        (work.status().await == "idle" && work.said("assistant").await.len() == ANSWERS)
            .then_some(())
    })
    .await;
    let fresh = Tab::following(&server.client, work.session).await;
    slow.until("the same state", |slow| {
        slow.chat.revision() == fresh.chat.revision() && slow.chat.partial.is_none()
    })
    .await;
    assert_eq!(slow.chat.messages, fresh.chat.messages);
    let is_snapshot = |heard: &&ServerMessage| {
        matches!(
            heard,
            ServerMessage::Chat {
                event: ChatEvent::Snapshot { .. },
                ..
            }
        )
    };
    let snapshots = slow.heard.iter().filter(is_snapshot).count();
    assert!(snapshots > 1, "the tab was never behind");
    assert!(
        slow.heard.len() < ANSWERS * LINES,
        "it got every piece late"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_reaches_every_tab_of_everybody() {
    let server = ServerProcess::start().await;
    let work = server.session().await;
    let mut tabs = Vec::new();
    for _ in 0..3 {
        tabs.push(Tab::following(&server.client, work.session).await);
    }
    let (session, id) = (work.session, MessageId::random());
    let text = "[[fail]]".to_owned();
    tabs[0]
        .say(&ClientMessage::Send {
            session,
            id,
            text,
            uploads: Vec::new(),
        })
        .await;
    for tab in &mut tabs {
        tab.until("the failure", |tab| {
            tab.chat.messages.values().any(|message| {
                matches!(
                    &message.body,
                    protocol::Body::Notice {
                        level: NoticeLevel::Error,
                        ..
                    }
                )
            })
        })
        .await;
    }
    let states: Vec<_> = tabs.iter().map(|tab| &tab.chat.messages).collect();
    assert!(
        states.windows(2).all(|pair| pair[0] == pair[1]),
        "{states:?}"
    );
}
