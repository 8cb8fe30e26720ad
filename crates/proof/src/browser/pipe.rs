//! Chromium's debugging protocol over its pipes: JSON objects, each with a zero byte after it.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::unix::pipe::{Receiver, Sender};
use tokio::time::{Instant, timeout_at};

use super::BrowserError;

/// Bytes of one object: a large picture, twice over.
const OBJECT_BYTES: u64 = 32 * 1024 * 1024;
/// Events that are kept until somebody takes them; the oldest go first.
const EVENTS: usize = 2_000;

/// Both pipes. One asks at a time.
pub struct Pipe {
    input: BufReader<Receiver>,
    output: Sender,
    last: u64,
    /// The page that is talked to, once there is one.
    page: Option<String>,
    events: VecDeque<Event>,
}

/// Something that happened in a page.
#[derive(Debug)]
pub struct Event {
    /// What: `Page.loadEventFired`.
    pub name: String,
    /// More of it.
    pub about: Value,
}

impl Pipe {
    /// A way to talk over these pipes.
    #[must_use]
    pub fn new(input: Receiver, output: Sender) -> Self {
        Self {
            input: BufReader::new(input),
            output,
            last: 0,
            page: None,
            events: VecDeque::new(),
        }
    }

    /// Opens a page, to which everything goes from then on.
    ///
    /// # Errors
    /// Chromium has ended or refuses.
    pub async fn open_page(&mut self) -> Result<(), BrowserError> {
        let target = self
            .call("Target.createTarget", json!({ "url": "about:blank" }))
            .await?;
        let about = json!({ "targetId": target["targetId"], "flatten": true });
        let session = self.call("Target.attachToTarget", about).await?;
        self.page = session["sessionId"].as_str().map(str::to_owned);
        Ok(())
    }

    /// Asks something that needs no more words.
    ///
    /// # Errors
    /// Chromium has ended or refuses.
    pub async fn ask(&mut self, method: &'static str) -> Result<Value, BrowserError> {
        self.call(method, json!({})).await
    }

    /// Asks for something, and waits for the answer.
    ///
    /// # Errors
    /// Chromium has ended or refuses.
    pub async fn call(
        &mut self,
        method: &'static str,
        params: Value,
    ) -> Result<Value, BrowserError> {
        self.last += 1;
        let id = self.last;
        let mut object = json!({ "id": id, "method": method, "params": params });
        if let Some(page) = &self.page {
            object["sessionId"] = json!(page);
        }
        let mut bytes = object.to_string().into_bytes();
        bytes.push(0);
        self.output.write_all(&bytes).await.map_err(ended)?;
        loop {
            let mut object = self.read().await.map_err(ended)?;
            if object["id"] != json!(id) {
                self.keep(object);
            } else if let Some(reason) = object["error"]["message"].as_str() {
                let reason = reason.to_owned();
                return Err(BrowserError::Refused { method, reason });
            } else {
                return Ok(object["result"].take());
            }
        }
    }

    /// The next event, or nothing if there is none until `deadline`.
    ///
    /// # Errors
    /// Chromium has ended.
    pub async fn event(&mut self, deadline: Instant) -> Result<Option<Event>, BrowserError> {
        while self.events.is_empty() {
            match timeout_at(deadline, self.input.fill_buf()).await {
                Err(_) => return Ok(None),
                Ok(ready) => ready.map(drop).map_err(ended)?,
            }
            let object = self.read().await.map_err(ended)?;
            self.keep(object);
        }
        Ok(self.events.pop_front())
    }

    /// The next event of those that come within `pause`.
    ///
    /// # Errors
    /// Chromium has ended.
    pub async fn event_within(&mut self, pause: Duration) -> Result<Option<Event>, BrowserError> {
        self.event(Instant::now() + pause).await
    }

    fn keep(&mut self, mut object: Value) {
        if let Some(name) = object["method"].as_str() {
            let name = name.to_owned();
            if self.events.len() == EVENTS {
                self.events.pop_front();
            }
            let about = object["params"].take();
            self.events.push_back(Event { name, about });
        }
    }

    async fn read(&mut self) -> io::Result<Value> {
        let mut bytes = Vec::new();
        let mut limited = (&mut self.input).take(OBJECT_BYTES);
        limited.read_until(0, &mut bytes).await?;
        if bytes.pop() != Some(0) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(serde_json::from_slice(&bytes)?)
    }
}

fn ended(error: io::Error) -> BrowserError {
    BrowserError::Ended(error.to_string())
}
