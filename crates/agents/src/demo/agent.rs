//! The demo agent's loop: one message after the other, and an open ear during each.

use std::collections::VecDeque;
use std::io;
use std::pin::pin;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::input::{self, Message, Told};
use super::memory::Memory;
use super::output::Output;
use super::turn::End;
use super::{FAILED, Settings};

/// How long a word takes at a human pace.
const WORD: Duration = Duration::from_millis(45);

/// Why a turn, and perhaps the process, goes no further.
#[derive(Debug)]
pub(super) enum Stop {
    /// A person stopped the turn.
    Interrupted,
    /// The process ends at once with this status.
    Exit(u8),
    /// The process ends and says why.
    Failed(String),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// A person's decision on a step.
enum Permission {
    Given,
    Denied(String),
}

/// The demo agent at work.
pub(super) struct Agent<W> {
    pub(super) settings: Settings,
    pub(super) memory: Memory,
    pub(super) output: Output<W>,
    inbox: mpsc::Receiver<Told>,
    /// Whether more may come in.
    open: bool,
    queue: VecDeque<Message>,
}

impl<W: AsyncWrite + Send + Unpin> Agent<W> {
    pub(super) fn new(
        settings: Settings,
        memory: Memory,
        input: impl AsyncRead + Send + Unpin + 'static,
        output: W,
    ) -> Self {
        Self {
            output: Output::new(output, settings.conversation),
            settings,
            memory,
            inbox: input::read(input),
            open: true,
            queue: VecDeque::new(),
        }
    }

    /// Answers messages until the input ends.
    pub(super) async fn run(mut self) -> Result<(), Stop> {
        loop {
            while let Some(message) = self.queue.pop_front() {
                self.answer(message).await?;
            }
            match self.inbox.recv().await {
                // An interruption between turns has nothing to stop.
                Some(told) => match self.hear(told).await {
                    Ok(_) | Err(Stop::Interrupted) => {}
                    Err(stop) => return Err(stop),
                },
                None => return Ok(()),
            }
        }
    }

    async fn answer(&mut self, message: Message) -> Result<(), Stop> {
        let Message { uuid, text } = message;
        if self.memory.messages.contains(&uuid) {
            self.output.replay(uuid, &text).await?;
            return Ok(self.output.lifecycle(uuid, "completed").await?);
        }
        // Remembered before it is acknowledged.
        self.memory.messages.push(uuid);
        self.save()?;
        self.output.lifecycle(uuid, "started").await?;
        self.output
            .init(
                &self.settings.folder.display().to_string(),
                &self.settings.mode,
            )
            .await?;
        self.output.replay(uuid, &text).await?;
        match self.turn(&text).await {
            Ok(End::Done) => self.output.result("", false, "completed").await?,
            Ok(End::Failed(reason)) => self.output.result(&reason, true, "api_error").await?,
            Err(Stop::Interrupted) => {
                let remark = json!({"type": "text", "text": "[Request interrupted by user]"});
                self.output.user(remark).await?;
                self.output.result("", true, "aborted_streaming").await?;
            }
            Err(stop) => return Err(stop),
        }
        self.save()?;
        Ok(self.output.lifecycle(uuid, "completed").await?)
    }

    fn save(&self) -> io::Result<()> {
        self.memory
            .save(&self.settings.home, self.settings.conversation)
    }

    /// Takes in what it is told; the answer to a request is returned.
    async fn hear(&mut self, told: Told) -> Result<Option<(String, Value)>, Stop> {
        match told {
            Told::Message(message) => {
                self.output.lifecycle(message.uuid, "queued").await?;
                self.queue.push_back(message);
            }
            Told::Initialize(request) => {
                self.output
                    .answer(&request, json!({"commands": []}))
                    .await?;
            }
            Told::Mode { request, mode } => {
                self.output.answer(&request, json!({"mode": mode})).await?;
                self.output.mode(&mode).await?;
                self.settings.mode = mode;
            }
            Told::Interrupt(request) => {
                let queued: Vec<Uuid> = self.queue.iter().map(|message| message.uuid).collect();
                self.output
                    .answer(&request, json!({"still_queued": queued}))
                    .await?;
                return Err(Stop::Interrupted);
            }
            Told::Answer { request, response } => return Ok(Some((request, response))),
            Told::Garbage => {
                return Err(Stop::Failed("Error parsing streaming input line".into()));
            }
        }
        Ok(None)
    }

    /// Waits for `future` and listens meanwhile.
    pub(super) async fn during<T>(&mut self, future: impl Future<Output = T>) -> Result<T, Stop> {
        let mut future = pin!(future);
        loop {
            tokio::select! {
                value = &mut future => return Ok(value),
                told = self.inbox.recv(), if self.open => match told {
                    Some(told) => { self.hear(told).await?; }
                    None => self.open = false,
                }
            }
        }
    }

    /// Waits as a person would, divided by the set speed.
    pub(super) async fn pause(&mut self, duration: Duration) -> Result<(), Stop> {
        self.during(tokio::time::sleep(duration.div_f64(self.settings.speed)))
            .await
    }

    /// Says a text word by word.
    pub(super) async fn say(&mut self, text: &str) -> Result<(), Stop> {
        self.say_at(text, WORD.div_f64(self.settings.speed)).await
    }

    /// Says a text with this time for each word.
    pub(super) async fn say_at(&mut self, text: &str, word_time: Duration) -> Result<(), Stop> {
        let block = json!({"type": "text", "text": ""});
        let start = json!({"type": "content_block_start", "index": 0, "content_block": block});
        self.output.event(start).await?;
        let mut said = 0;
        let mut end = Ok(());
        for word in text.split_inclusive(char::is_whitespace) {
            self.output.delta(word).await?;
            said += word.len();
            // A sleep takes a millisecond at least.
            end = if word_time < Duration::from_millis(1) {
                self.during(tokio::task::yield_now()).await
            } else {
                self.during(tokio::time::sleep(word_time)).await
            };
            if end.is_err() {
                break;
            }
        }
        if !matches!(end, Err(Stop::Exit(_) | Stop::Failed(_))) {
            self.output
                .assistant(json!({"type": "text", "text": text[..said]}))
                .await?;
        }
        end
    }

    /// Takes a step: shows it, asks if it must, does it and shows what came of it. `None` if it was
    /// not allowed.
    pub(super) async fn step<T>(
        &mut self,
        name: &str,
        input: Value,
        ask: bool,
        work: impl Future<Output = Done<T>>,
    ) -> Result<Option<T>, Stop> {
        let id = format!("toolu_{}", Uuid::new_v4().simple());
        let block = json!({"type": "tool_use", "id": id, "name": name, "input": input});
        self.output.assistant(block).await?;
        if ask && let Permission::Denied(message) = self.ask(name, &input, &id).await? {
            self.step_result(&id, &message, true).await?;
            return Ok(None);
        }
        let done = match self.during(work).await {
            Ok(done) => done,
            Err(stop) => {
                self.step_result(&id, "Interrupted.", true).await?;
                return Err(stop);
            }
        };
        self.step_result(&id, &done.text, done.is_error).await?;
        Ok(Some(done.value))
    }

    async fn step_result(&mut self, id: &str, text: &str, is_error: bool) -> io::Result<()> {
        let block = json!({"type": "tool_result", "tool_use_id": id, "content": text, "is_error": is_error});
        self.output.user(block).await
    }

    /// Asks for a permission and waits for it.
    async fn ask(&mut self, tool: &str, input: &Value, step: &str) -> Result<Permission, Stop> {
        let response = match self.request(tool, input, step).await {
            Err(Stop::Interrupted) => {
                self.step_result(step, "The person does not want this now.", true)
                    .await?;
                return Err(Stop::Interrupted);
            }
            other => other?,
        };
        if response["behavior"] == "allow" {
            return Ok(Permission::Given);
        }
        Ok(Permission::Denied(
            response["message"].as_str().unwrap_or_default().to_owned(),
        ))
    }

    /// Sends a request to the person and waits for the answer.
    pub(super) async fn request(
        &mut self,
        tool: &str,
        input: &Value,
        step: &str,
    ) -> Result<Value, Stop> {
        let request = Uuid::new_v4().to_string();
        self.output.ask(&request, tool, input, step).await?;
        loop {
            let Some(told) = self.inbox.recv().await else {
                return Err(Stop::Exit(FAILED));
            };
            match self.hear(told).await {
                Ok(Some((answered, response))) if answered == request => return Ok(response),
                Ok(_) => {}
                Err(stop) => {
                    self.output.withdraw(&request).await?;
                    return Err(stop);
                }
            }
        }
    }
}

/// What came of a step's work.
pub(super) struct Done<T> {
    /// For what follows.
    pub(super) value: T,
    /// For the agent and the chat.
    pub(super) text: String,
    pub(super) is_error: bool,
}
