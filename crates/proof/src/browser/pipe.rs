//! Chromium's debugging protocol over its pipes: JSON objects, each with a zero byte after it.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::unix::pipe::{Receiver, Sender};
use tokio::time::{Instant, timeout_at};

use super::BrowserError;
use super::event::Event;

/// Bytes of one object: a large picture, twice over.
const OBJECT_BYTES: usize = 4 * 1024 * 1024;
/// Events that are kept until somebody takes them; the oldest go first. Each is a few kilobytes at
/// most.
const EVENTS: usize = 2_000;
/// How Chromium begins an event. It begins an answer with its id.
const EVENT: &[u8] = b"{\"method\"";

/// Both pipes. One asks at a time.
pub struct Pipe {
    input: BufReader<Receiver>,
    output: Sender,
    last: u64,
    /// The page that is talked to, once there is one.
    page: Option<String>,
    events: VecDeque<Event>,
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
            let Some(mut object) = self.read().await.map_err(ended)? else {
                continue;
            };
            if object["id"] != json!(id) {
                self.keep(&object);
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
        if let Some(event) = self.events.pop_front() {
            return Ok(Some(event));
        }
        // Looked at first: something that always has more to say is never waited for.
        while Instant::now() < deadline {
            match timeout_at(deadline, self.input.fill_buf()).await {
                Err(_) => return Ok(None),
                Ok(ready) => ready.map(drop).map_err(ended)?,
            }
            let object = self.read().await.map_err(ended)?;
            let event = object.map_or(Some(Event::Other), |object| Event::read(&object));
            if event.is_some() {
                return Ok(event);
            }
        }
        Ok(None)
    }

    /// The next event of those that come within `pause`.
    ///
    /// # Errors
    /// Chromium has ended.
    pub async fn event_within(&mut self, pause: Duration) -> Result<Option<Event>, BrowserError> {
        self.event(Instant::now() + pause).await
    }

    fn keep(&mut self, object: &Value) {
        let event = Event::read(object).filter(|event| *event != Event::Other);
        if let Some(event) = event {
            if self.events.len() == EVENTS {
                self.events.pop_front();
            }
            self.events.push_back(event);
        }
    }

    /// The next object, or nothing for an event that is too large: pages make those, and shall not
    /// end the look by it.
    async fn read(&mut self) -> io::Result<Option<Value>> {
        let mut bytes = Vec::new();
        let mut is_whole = true;
        loop {
            let part = self.input.fill_buf().await?;
            if part.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let end = part.iter().position(|byte| *byte == 0);
            let piece = &part[..end.unwrap_or(part.len())];
            let kept = piece.len().min(OBJECT_BYTES - bytes.len());
            bytes.extend_from_slice(&piece[..kept]);
            is_whole &= kept == piece.len();
            let used = piece.len() + usize::from(end.is_some());
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        match is_whole {
            true => Ok(Some(serde_json::from_slice(&bytes)?)),
            false if bytes.starts_with(EVENT) => Ok(None),
            false => Err(io::Error::other("its answer is too large")),
        }
    }
}

fn ended(error: io::Error) -> BrowserError {
    BrowserError::Ended(error.to_string())
}

#[cfg(test)]
mod tests {
    use tokio::net::unix::pipe::pipe;

    use super::*;

    /// Our end of the pipes, and Chromium's.
    fn pipes() -> (Pipe, Sender, Receiver) {
        let (its_output, our_input) = pipe().unwrap();
        let (our_output, its_input) = pipe().unwrap();
        (Pipe::new(our_input, our_output), its_output, its_input)
    }

    fn error(words: &str) -> Vec<u8> {
        let args = json!([{ "type": "string", "value": words }]);
        let params = json!({ "type": "error", "args": args });
        // As Chromium orders it.
        format!(
            r#"{{"method":"Runtime.consoleAPICalled","params":{params}}}{}"#,
            '\0'
        )
        .into_bytes()
    }

    #[tokio::test]
    async fn events_are_kept_up_to_a_number_and_too_large_ones_are_passed_over() {
        let (mut ours, mut its_output, _its_input) = pipes();
        let writing = tokio::spawn(async move {
            for number in 0..EVENTS + 10 {
                its_output
                    .write_all(&error(&number.to_string()))
                    .await
                    .unwrap();
            }
            let large = error(&"x".repeat(OBJECT_BYTES + 1));
            its_output.write_all(&large).await.unwrap();
            its_output
                .write_all(b"{\"id\":1,\"result\":{\"tea\":7}}\0")
                .await
                .unwrap();
            its_output.write_all(&large).await.unwrap();
            its_output
        });
        assert_eq!(ours.ask("Tea.pour").await.unwrap(), json!({ "tea": 7 }));
        assert_eq!(ours.events.len(), EVENTS);
        let soon = Instant::now() + Duration::from_secs(20);
        let first = ours.event(soon).await.unwrap();
        assert_eq!(first, Some(Event::ScriptReports("10".to_owned())));
        ours.events.clear();
        assert_eq!(ours.event(soon).await.unwrap(), Some(Event::Other));
        let _its_output = writing.await.unwrap();
    }

    #[tokio::test]
    async fn an_answer_that_is_too_large_ends_the_talk() {
        let (mut ours, mut its_output, _its_input) = pipes();
        let large = format!("{{\"id\":1,\"result\":\"{}\"}}\0", "x".repeat(OBJECT_BYTES));
        let writing = tokio::spawn(async move { its_output.write_all(large.as_bytes()).await });
        let error = ours.ask("Tea.pour").await.unwrap_err();
        assert!(error.to_string().contains("too large"), "{error}");
        writing.await.unwrap().unwrap();
    }
}
