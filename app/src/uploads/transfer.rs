//! Sends one file in pieces. After a cut it asks how far the server got, and goes on from there.

use std::time::Duration;

use protocol::{ApiError, Guid, Upload, UploadId};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::json;

use crate::api::Fault;
use crate::api::uploads::delete_upload;
use crate::platform::file::LocalFile;
use crate::platform::request::{Answer, Content, GiveUp, NoAnswer, request};
use crate::platform::tab::pause;
use crate::uploads::address;

/// Bytes of a piece: what a cut costs at most, and how often there is news.
const PIECE: u64 = 256 * 1024;
/// The wait before the first new try after a cut.
const RETRY_MIN: Duration = Duration::from_millis(300);
/// The longest wait between tries.
const RETRY_MAX: Duration = Duration::from_secs(5);

/// Pieces in a row that may fail although the server answers, before that is no cut but a fault.
const STALLS: u32 = 5;

/// What there is to tell of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// The server has so many bytes.
    Gone(u64),
    /// The connection is away; it is tried again.
    Waiting,
}

/// Why a transfer ended without an upload.
#[derive(Clone, Debug)]
pub enum Ended {
    /// It was given up.
    GivenUp,
    /// The server refused it.
    Refused(Fault),
}

#[derive(Deserialize)]
struct Progress {
    offset: u64,
    upload: Option<Upload>,
}

/// One file on its way.
pub struct Transfer<'a> {
    /// Whose workspace it goes to.
    pub guid: &'a Guid,
    /// The file.
    pub file: &'a LocalFile,
    /// Ends it from outside.
    pub give_up: &'a GiveUp,
}

impl Transfer<'_> {
    /// Sends the file, for as long as it takes.
    ///
    /// # Errors
    /// It was given up, or the server refuses it. What is on the server of it goes then, or by itself
    /// within an hour.
    pub async fn run(&self, tell: impl Fn(News)) -> Result<Upload, Ended> {
        let id = UploadId::random();
        let result = match self.begin(id, &tell).await {
            Ok(()) => self.send(id, &tell).await,
            Err(ended) => Err(ended),
        };
        if matches!(result, Err(Ended::GivenUp)) {
            // What stays is swept away by the server.
            delete_upload(id).await.ok();
        }
        result
    }

    async fn begin(&self, id: UploadId, tell: &impl Fn(News)) -> Result<(), Ended> {
        let new = json!({
            "id": id,
            "guid": self.guid,
            "name": self.file.name(),
            "bytes": self.file.bytes(),
        });
        let answer = self
            .persist(tell, async || {
                let content = Content::Json(new.to_string());
                request("POST", "/api/uploads", content, None, self.give_up).await
            })
            .await?;
        read::<IgnoredAny>(&answer).map(drop)
    }

    async fn send(&self, id: UploadId, tell: &impl Fn(News)) -> Result<Upload, Ended> {
        let (path, bytes) = (address(id), self.file.bytes());
        let (mut offset, mut stalls) = (0, 0);
        loop {
            let end = bytes.min(offset + PIECE);
            let content = Content::Piece(self.file, offset, end);
            let sent = request("PATCH", &path, content, Some(offset), self.give_up).await;
            let answer = match sent {
                Ok(answer) if answer.status != 409 && answer.status < 500 => answer,
                failed => {
                    // How much of the piece arrived only the server knows.
                    let there = self.ask(&path, tell, stalls).await?;
                    stalls = if there > offset { 0 } else { stalls + 1 };
                    if stalls == STALLS {
                        return Err(stuck(failed));
                    }
                    offset = there;
                    continue;
                }
            };
            let progress: Progress = read(&answer)?;
            tell(News::Gone(progress.offset));
            match progress.upload {
                Some(upload) => return Ok(upload),
                None => (offset, stalls) = (progress.offset, 0),
            }
        }
    }

    /// How much the server has.
    async fn ask(&self, path: &str, tell: &impl Fn(News), stalls: u32) -> Result<u64, Ended> {
        tell(News::Waiting);
        pause(RETRY_MAX.min(RETRY_MIN * 2_u32.pow(stalls))).await;
        let answer = self
            .persist(tell, || {
                request("HEAD", path, Content::None, None, self.give_up)
            })
            .await?;
        let offset = answer
            .upload_offset
            .ok_or_else(|| Ended::Refused(Fault(answer.without_reason())))?;
        tell(News::Gone(offset));
        Ok(offset)
    }

    /// Asks until there is an answer from a server that works.
    async fn persist<A>(&self, tell: &impl Fn(News), ask: impl Fn() -> A) -> Result<Answer, Ended>
    where
        A: Future<Output = Result<Answer, NoAnswer>>,
    {
        let mut wait = RETRY_MIN;
        loop {
            match ask().await {
                Ok(answer) if answer.status < 500 => return Ok(answer),
                _ if self.give_up.is_used() => return Err(Ended::GivenUp),
                _ => {}
            }
            tell(News::Waiting);
            pause(wait).await;
            wait = RETRY_MAX.min(wait * 2);
        }
    }
}

/// Reads a good answer, or the reason in a bad one.
fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, Ended> {
    answer.value().map_err(|error| Ended::Refused(Fault(error)))
}

/// A server that answers, and a piece that it never gets.
fn stuck(failed: Result<Answer, NoAnswer>) -> Ended {
    match failed {
        Ok(answer) => match read::<Progress>(&answer) {
            Err(ended) => ended,
            Ok(_) => Ended::Refused(Fault(answer.without_reason())),
        },
        Err(NoAnswer) => Ended::Refused(Fault(ApiError::unavailable(
            "The file cannot be read or sent any more. Choose it again.",
        ))),
    }
}
