//! Writes many objects at once: uploads them from files, or lets S3 copy what it has already.
//!
//! Files are streamed, so memory does not grow with their sizes or their number. Whoever drops the
//! future ends everything that it has begun.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::{ByteStream, Length};
use aws_sdk_s3::types::MetadataDirective;
use domain::hosting::{HostingError, Progress, Report};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::etag::PART_BYTES;
use super::headers::Headers;
use super::object::{LIVE, Object};
use super::parts::upload_in_parts;
use super::plan::Write;
use crate::aws::error::failed;
use crate::local;

/// Calls at once. More gain little on a good line and time out on a bad one.
const AT_ONCE: usize = 16;
/// How much of each file is in memory.
const BUFFER_BYTES: usize = 128 * 1024;
/// What stands for itself in the name of a copy's source.
const IN_PATHS: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// Writes objects of one bucket.
#[derive(Clone, Debug)]
pub struct Transfer {
    pub(super) s3: Client,
    pub(super) bucket: String,
    /// The folder of the release.
    folder: PathBuf,
    /// A place for each call.
    pub(super) places: Arc<Semaphore>,
    /// How many files and bytes are done.
    done: watch::Sender<(usize, u64)>,
    all: (usize, u64),
}

impl Transfer {
    /// Writes to `bucket` what is in `folder`: in all, so many `files` and `bytes`.
    #[must_use]
    pub fn new(s3: Client, bucket: String, folder: PathBuf, all: (usize, u64)) -> Self {
        Self {
            s3,
            bucket,
            folder,
            places: Arc::new(Semaphore::new(AT_ONCE)),
            done: watch::Sender::new((0, 0)),
            all,
        }
    }

    /// Writes all of `writes`, in no order.
    ///
    /// # Errors
    /// A file cannot be read, or AWS does not take it. The rest is given up then.
    pub async fn run(&self, writes: &[Write], report: Report<'_>) -> Result<(), HostingError> {
        let mut left = writes.iter();
        let mut running = JoinSet::new();
        let mut done = self.done.subscribe();
        loop {
            while running.len() < AT_ONCE
                && let Some(write) = left.next()
            {
                running.spawn(self.clone().write(write.clone()));
            }
            tokio::select! {
                biased;
                ended = running.join_next() => match ended {
                    None => break,
                    Some(Ok(result)) => result?,
                    Some(Err(error)) => std::panic::resume_unwind(error.into_panic()),
                },
                Ok(()) = done.changed() => self.tell(report),
            }
        }
        if !writes.is_empty() {
            self.tell(report);
        }
        Ok(())
    }

    async fn write(self, write: Write) -> Result<(), HostingError> {
        let object = &write.object;
        match &write.copy_of {
            Some((key, version)) => self.copy(object, key, version).await?,
            None if object.bytes > PART_BYTES => upload_in_parts(&self, object).await?,
            None => self.upload(object).await?,
        }
        self.add(1, 0);
        Ok(())
    }

    async fn upload(&self, object: &Object) -> Result<(), HostingError> {
        let _place = self.places.acquire().await;
        let headers = Headers::of(&object.path);
        let put = self
            .s3
            .put_object()
            .bucket(&self.bucket)
            .key(key(object))
            .content_type(headers.content_type)
            .cache_control(headers.cache_control)
            // Known already, so it need not be appended to the body; and S3 takes nothing else than
            // what was published.
            .checksum_sha256(base64_of_hexadecimal(&object.hash))
            .body(self.body(object, 0, object.bytes).await?);
        put.send().await.map_err(failed("s3:PutObject"))?;
        self.add(0, object.bytes);
        Ok(())
    }

    async fn copy(&self, object: &Object, from: &str, version: &str) -> Result<(), HostingError> {
        let _place = self.places.acquire().await;
        let headers = Headers::of(&object.path);
        let from = format!("{}/{LIVE}{from}", self.bucket);
        let from = utf8_percent_encode(&from, IN_PATHS);
        let copy = self
            .s3
            .copy_object()
            .bucket(&self.bucket)
            .key(key(object))
            .copy_source(format!("{from}?versionId={version}"))
            .metadata_directive(MetadataDirective::Replace)
            .content_type(headers.content_type)
            .cache_control(headers.cache_control);
        copy.send().await.map_err(failed("s3:PutObject"))?;
        self.add(0, object.bytes);
        Ok(())
    }

    /// A piece of an object's file.
    pub(super) async fn body(
        &self,
        object: &Object,
        offset: u64,
        bytes: u64,
    ) -> Result<ByteStream, HostingError> {
        if bytes == 0 {
            return Ok(ByteStream::from_static(b""));
        }
        let path = self.path(object);
        let body = ByteStream::read_from()
            .path(&path)
            .offset(offset)
            .length(Length::Exact(bytes))
            .buffer_size(BUFFER_BYTES);
        let body = body.build().await;
        body.map_err(|error| local::failed("read", &path)(std::io::Error::other(error)))
    }

    /// The file of an object.
    pub(super) fn path(&self, object: &Object) -> PathBuf {
        self.folder.join(Path::new(&object.path))
    }

    /// Counts what is done.
    pub(super) fn add(&self, files: usize, bytes: u64) {
        self.done.send_modify(|done| {
            done.0 += files;
            done.1 += bytes;
        });
    }

    fn tell(&self, report: Report<'_>) {
        let (files, bytes) = *self.done.borrow();
        report(Progress {
            step: "Uploading files",
            files,
            all_files: self.all.0,
            bytes,
            all_bytes: self.all.1,
        });
    }
}

/// An object's key in the bucket.
pub(super) fn key(object: &Object) -> String {
    format!("{LIVE}{}", object.key)
}

/// A digest as headers carry it.
fn base64_of_hexadecimal(digest: &str) -> String {
    let digits = digest.as_bytes().chunks(2);
    let bytes =
        digits.filter_map(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
    aws_smithy_types::base64::encode(bytes.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_written_as_headers_carry_it() {
        assert_eq!(base64_of_hexadecimal("00ff10"), "AP8Q");
        assert_eq!(base64_of_hexadecimal(""), "");
    }

    #[test]
    fn the_source_of_a_copy_may_have_any_name() {
        let encoded = utf8_percent_encode("bucket/live/a b/ü+%?'.js", IN_PATHS).to_string();
        assert_eq!(encoded, "bucket/live/a%20b/%C3%BC%2B%25%3F%27.js");
    }
}
