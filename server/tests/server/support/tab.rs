//! A browser tab: the live socket, with what the pages themselves make of a chat's events.

use app::live::chat_state::ChatState;
use futures::{SinkExt as _, StreamExt as _};
use protocol::live::{ClientMessage, RefusedRequest, ServerMessage, Topic, VERSION};
use protocol::{ApiError, SessionId};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue, Request};
use tokio_tungstenite::tungstenite::{Error, Message as Frame};
use tokio_tungstenite::{WebSocketStream, client_async};

use super::{Client, PATIENCE};

/// The channel of the chat's subscription.
const CHAT: u32 = 1;

/// A live socket, and what it has heard.
pub struct Tab {
    socket: WebSocketStream<TcpStream>,
    session: Option<SessionId>,
    /// The chat that it follows.
    pub chat: ChatState,
    /// Everything heard on this connection.
    pub heard: Vec<ServerMessage>,
    /// The code with which the server has closed the socket.
    pub closed: Option<u16>,
}

impl Tab {
    /// Opens a socket. An error is the status with which the server refused.
    pub async fn open(client: &Client, origin: Option<&str>) -> Result<Self, u16> {
        Self::open_by(TcpSocket::new_v4().unwrap(), client, origin).await
    }

    async fn open_by(
        socket: TcpSocket,
        client: &Client,
        origin: Option<&str>,
    ) -> Result<Self, u16> {
        let (_, host) = client.url.split_once("//").unwrap();
        let url = format!("ws://{host}{}", protocol::live::PATH);
        let mut request: Request<()> = url.into_client_request().unwrap();
        for (name, value) in client.headers() {
            let name: HeaderName = name.as_str().parse().unwrap();
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            request.headers_mut().insert(name, value);
        }
        if let Some(origin) = origin {
            let origin = origin.parse().unwrap();
            request.headers_mut().insert("origin", origin);
        }
        let stream = socket.connect(host.parse().unwrap()).await.unwrap();
        match client_async(request, stream).await {
            Ok((socket, _)) => Ok(Self {
                socket,
                session: None,
                chat: ChatState::default(),
                heard: Vec::new(),
                closed: None,
            }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    /// Opens a socket as one of the server's own pages does, and says hello.
    pub async fn greeted(client: &Client) -> Self {
        Self::greeted_by(TcpSocket::new_v4().unwrap(), client).await
    }

    async fn greeted_by(socket: TcpSocket, client: &Client) -> Self {
        let tab = Self::open_by(socket, client, Some(&client.url)).await;
        let mut tab = tab.unwrap();
        tab.say(&ClientMessage::Hello { version: VERSION }).await;
        tab.until("hello", |tab| !tab.heard.is_empty()).await;
        assert!(matches!(tab.heard[0], ServerMessage::Hello { .. }));
        tab
    }

    /// A tab that follows a chat, but whose network holds little of what it does not read.
    pub async fn following_slowly(client: &Client, session: SessionId) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4 * 1024).unwrap();
        let mut tab = Self::greeted_by(socket, client).await;
        tab.follow(session).await;
        tab
    }

    /// A tab that follows a chat from the beginning.
    pub async fn following(client: &Client, session: SessionId) -> Self {
        let mut tab = Self::greeted(client).await;
        tab.follow(session).await;
        tab
    }

    /// Follows a chat on from what it has of it, and waits for the snapshot.
    pub async fn follow(&mut self, session: SessionId) {
        self.session = Some(session);
        let heard = self.heard.len();
        let (topic, since) = (Topic::Chat { session }, self.chat.revision());
        let channel = CHAT;
        self.say(&ClientMessage::Subscribe {
            topic,
            channel,
            since,
        })
        .await;
        self.until("the snapshot", |tab| tab.heard.len() > heard)
            .await;
    }

    /// Connects anew and follows on from what it has.
    pub async fn reconnect(&mut self, client: &Client) {
        let session = self.session.unwrap();
        let chat = std::mem::take(&mut self.chat);
        *self = Self::greeted(client).await;
        self.chat = chat;
        self.follow(session).await;
    }

    pub async fn say(&mut self, message: &ClientMessage) {
        let text = serde_json::to_string(message).unwrap();
        self.raw(Frame::Text(text.into())).await;
    }

    pub async fn raw(&mut self, frame: Frame) {
        // The server may have closed the socket; then reading tells so.
        let _closed = self.socket.send(frame).await;
    }

    /// Says something and returns why the server refused it.
    pub async fn refused(&mut self, message: &ClientMessage) -> (RefusedRequest, ApiError) {
        let known = self.heard.len();
        self.say(message).await;
        let what = format!("a refusal of {message:?}");
        let is_refusal = |heard: &&ServerMessage| matches!(heard, ServerMessage::Refused { .. });
        self.until(&what, |tab| {
            tab.heard[known..].iter().any(|it| is_refusal(&it))
        })
        .await;
        let refusal = self.heard[known..].iter().find(is_refusal);
        match refusal {
            Some(ServerMessage::Refused { request, error }) => (request.clone(), error.clone()),
            other => panic!("{other:?}"),
        }
    }

    /// Listens until `condition` holds.
    pub async fn until(&mut self, what: &str, condition: impl Fn(&Self) -> bool) {
        let waited = tokio::time::timeout(PATIENCE, async {
            while !condition(self) {
                let closed = self.closed;
                assert!(closed.is_none(), "closed with {closed:?} before {what}");
                self.listen().await;
            }
        });
        let waited = waited.await;
        assert!(waited.is_ok(), "{what} did not come in {PATIENCE:?}");
    }

    /// Listens until the server closes the socket; returns the code.
    pub async fn until_closed(&mut self) -> u16 {
        let waited = tokio::time::timeout(PATIENCE, async {
            while self.closed.is_none() {
                self.listen().await;
            }
        });
        waited.await.expect("the server closes the socket");
        self.closed.unwrap()
    }

    /// Takes one frame.
    async fn listen(&mut self) {
        match self.socket.next().await {
            Some(Ok(Frame::Text(text))) => {
                let message: ServerMessage = serde_json::from_str(&text).unwrap();
                if let ServerMessage::Chat { session, event } = &message
                    && Some(*session) == self.session
                {
                    self.chat.fold(event.clone());
                }
                self.heard.push(message);
            }
            Some(Ok(Frame::Close(close))) => {
                self.closed = Some(close.map_or(1005, |close| close.code.into()));
            }
            Some(Ok(_)) => {}
            // Without a closing frame, as RFC 6455 calls it.
            Some(Err(_)) | None => self.closed = Some(1006),
        }
    }
}
