//! Uploads a large file in parts. What does not come to its end leaves no parts behind: it is
//! aborted here, or, if the server is killed, by the bucket's own rule after a day.

use aws_sdk_s3::config::RequestChecksumCalculation;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use domain::hosting::HostingError;
use tokio::task::JoinSet;

use super::etag::PART_BYTES;
use super::headers::Headers;
use super::object::Object;
use super::transfer::{Transfer, key};
use crate::aws::error::failed;

/// Uploads the object's file; its parts wait for their places like other calls.
pub(super) async fn upload_in_parts(
    transfer: &Transfer,
    object: &Object,
) -> Result<(), HostingError> {
    let upload = Upload::begin(transfer, object).await?;
    let parts = upload.send_all().await?;
    upload.complete(parts).await
}

/// An upload that has begun. Dropped before its end, it is aborted.
struct Upload {
    transfer: Transfer,
    object: Object,
    id: Option<String>,
}

impl Upload {
    async fn begin(transfer: &Transfer, object: &Object) -> Result<Self, HostingError> {
        let _place = transfer.places.acquire().await;
        let headers = Headers::of(&object.path);
        let begin = transfer
            .s3
            .create_multipart_upload()
            .bucket(&transfer.bucket)
            .key(key(object))
            .content_type(headers.content_type)
            .cache_control(headers.cache_control);
        let begun = begin.send().await.map_err(failed("s3:PutObject"))?;
        Ok(Self {
            transfer: transfer.clone(),
            object: object.clone(),
            id: begun.upload_id,
        })
    }

    async fn send_all(&self) -> Result<Vec<CompletedPart>, HostingError> {
        let mut running = JoinSet::new();
        for (index, md5) in (0..).zip(&self.object.etags.parts) {
            let (transfer, object) = (self.transfer.clone(), self.object.clone());
            let (id, md5) = (self.id.clone().unwrap_or_default(), md5.clone());
            running.spawn(async move { send(&transfer, &object, id, index, md5).await });
        }
        let mut parts = Vec::new();
        while let Some(ended) = running.join_next().await {
            match ended {
                Ok(part) => parts.push(part?),
                Err(error) => std::panic::resume_unwind(error.into_panic()),
            }
        }
        parts.sort_by_key(|part| part.part_number);
        Ok(parts)
    }

    async fn complete(mut self, parts: Vec<CompletedPart>) -> Result<(), HostingError> {
        let parts = CompletedMultipartUpload::builder()
            .set_parts(Some(parts))
            .build();
        let complete = self
            .transfer
            .s3
            .complete_multipart_upload()
            .bucket(&self.transfer.bucket)
            .key(key(&self.object))
            .set_upload_id(self.id.clone())
            .multipart_upload(parts);
        complete.send().await.map_err(failed("s3:PutObject"))?;
        self.id = None;
        Ok(())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let (Some(id), Ok(runtime)) = (self.id.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        let abort = self
            .transfer
            .s3
            .abort_multipart_upload()
            .bucket(&self.transfer.bucket)
            .key(key(&self.object))
            .upload_id(id);
        runtime.spawn(async move {
            if let Err(error) = abort
                .send()
                .await
                .map_err(failed("s3:AbortMultipartUpload"))
            {
                tracing::warn!(%error, "parts of an upload stay in their bucket for a day");
            }
        });
    }
}

/// Sends the part `index`, counted from 0.
async fn send(
    transfer: &Transfer,
    object: &Object,
    upload: String,
    index: u32,
    md5: String,
) -> Result<CompletedPart, HostingError> {
    let _place = transfer.places.acquire().await;
    let offset = u64::from(index) * PART_BYTES;
    let bytes = PART_BYTES.min(object.bytes - offset);
    // S3 counts from 1, and takes no more than 10,000 parts.
    let number = i32::try_from(index + 1).unwrap_or(i32::MAX);
    let send = transfer
        .s3
        .upload_part()
        .bucket(&transfer.bucket)
        .key(key(object))
        .upload_id(upload)
        .part_number(number)
        .content_md5(md5)
        .body(transfer.body(object, offset, bytes).await?)
        .customize()
        // The MD5 is enough.
        .config_override(
            aws_sdk_s3::config::Config::builder()
                .request_checksum_calculation(RequestChecksumCalculation::WhenRequired),
        );
    let sent = send.send().await.map_err(failed("s3:PutObject"))?;
    transfer.add(0, bytes);
    Ok(CompletedPart::builder()
        .part_number(number)
        .set_e_tag(sent.e_tag)
        .build())
}
