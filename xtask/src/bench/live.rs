//! The Shell window of a session through the live socket, as a browser tab uses it: a WebSocket
//! client of a few lines, so that no browser stands between the server and the clock.

use std::{
    io::{self, BufRead, BufReader, Error, ErrorKind, Read, Write},
    net::TcpStream,
};

use serde_json::json;

use super::{
    http::PATIENCE,
    server::Server,
    sessions::{Api, Session},
    terminal::Terminal,
};
use crate::failure::{Failure, Result};

const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;
/// The only subscription.
const CHANNEL: u32 = 1;
/// Bytes before a frame's terminal bytes: the channel and the kind.
const HEADER: usize = 5;
const BUFFER: usize = 256 * 1024;

/// A Shell window.
pub struct Shell {
    stream: BufReader<TcpStream>,
    frame: Vec<u8>,
    /// How often the screen was drawn anew because bytes had been left out.
    pub snapshots: usize,
}

impl Shell {
    /// Opens a socket and waits for the window's screen.
    pub fn open(server: &Server, api: &Api, session: &Session) -> Result<Self> {
        let open = || {
            let stream = upgrade(server, api)?;
            let mut shell = Self {
                stream,
                frame: Vec::new(),
                snapshots: 0,
            };
            let topic = json!({ "topic": "terminal", "session": session.id, "window": "shell" });
            let subscribe = json!({ "type": "subscribe", "topic": topic, "channel": CHANNEL });
            for message in [json!({ "type": "hello", "version": 1 }), subscribe] {
                shell.send(TEXT, message.to_string().as_bytes())?;
            }
            while shell.snapshots == 0 {
                shell.read()?;
            }
            shell.snapshots = 0;
            Ok(shell)
        };
        open().map_err(|error: Error| {
            Failure::new(
                format!("the live socket: {error}"),
                "look whether its protocol has changed",
            )
        })
    }

    /// Sends a frame, masked with nothing.
    fn send(&mut self, kind: u8, payload: &[u8]) -> io::Result<()> {
        let mut frame = vec![0x80 | kind];
        match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
            (Ok(length @ ..126), _) => frame.push(0x80 | length),
            (_, Ok(length)) => {
                frame.push(0x80 | 126);
                frame.extend(length.to_be_bytes());
            }
            _ => return Err(Error::other("a frame that is too long")),
        }
        frame.extend([0; 4]);
        frame.extend(payload);
        self.stream.get_mut().write_all(&frame)
    }

    /// Reads a frame's payload into `self.frame`. The server does not split messages.
    fn receive(&mut self) -> io::Result<u8> {
        let mut head = [0; 2];
        self.stream.read_exact(&mut head)?;
        let length = match head[1] {
            126 => {
                let mut length = [0; 2];
                self.stream.read_exact(&mut length)?;
                u64::from(u16::from_be_bytes(length))
            }
            127 => {
                let mut length = [0; 8];
                self.stream.read_exact(&mut length)?;
                u64::from_be_bytes(length)
            }
            length => length.into(),
        };
        let length = usize::try_from(length).map_err(Error::other)?;
        self.frame.resize(length, 0);
        self.stream.read_exact(&mut self.frame)?;
        Ok(head[0] & 0x0f)
    }
}

impl Terminal for Shell {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut frame = CHANNEL.to_le_bytes().to_vec();
        frame.push(0);
        frame.extend(bytes);
        self.send(BINARY, &frame)
    }

    fn read(&mut self) -> io::Result<&[u8]> {
        loop {
            match self.receive()? {
                BINARY if self.frame.len() >= HEADER => {
                    self.snapshots += usize::from(self.frame[HEADER - 1]);
                    return Ok(&self.frame[HEADER..]);
                }
                PING => {
                    let payload = std::mem::take(&mut self.frame);
                    self.send(PONG, &payload)?;
                }
                TEXT if self.frame.starts_with(br#"{"type":"refused""#) => {
                    return Err(Error::other(String::from_utf8_lossy(&self.frame)));
                }
                CLOSE => return Err(ErrorKind::ConnectionAborted.into()),
                _ => {}
            }
        }
    }
}

/// Makes a WebSocket of a connection. The key need not be random: the server only repeats its hash.
fn upgrade(server: &Server, api: &Api) -> io::Result<BufReader<TcpStream>> {
    let addr = server.addr();
    let mut stream = TcpStream::connect(addr)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let request = format!(
        "GET /live HTTP/1.1\r\nHost: {addr}\r\nAuthorization: Bearer {}\r\n\
         Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
        api.token
    );
    stream.write_all(request.as_bytes())?;
    let mut stream = BufReader::with_capacity(BUFFER, stream);
    let mut status = String::new();
    stream.read_line(&mut status)?;
    if !status.contains(" 101 ") {
        return Err(Error::other(status));
    }
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        if stream.read_line(&mut line)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(stream)
}
