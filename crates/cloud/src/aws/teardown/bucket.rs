//! Buckets: everything in them first.

use aws_sdk_s3::Client;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};

use super::deleted;
use crate::aws::error::{AwsError, failed};

/// Deletes all versions of all objects, and what was uploaded of unfinished ones.
pub(super) async fn empty(client: &Client, bucket: &str) -> Result<(), AwsError> {
    deleted(abort_uploads(client, bucket).await)?;
    deleted(delete_versions(client, bucket).await)
}

/// Deletes an empty bucket.
pub(super) async fn delete(client: &Client, bucket: &str) -> Result<(), AwsError> {
    let done = client.delete_bucket().bucket(bucket).send().await;
    deleted(done.map_err(failed("s3:DeleteBucket")))
}

async fn abort_uploads(client: &Client, bucket: &str) -> Result<(), AwsError> {
    let (mut key, mut upload) = (None, None);
    loop {
        let list = client
            .list_multipart_uploads()
            .bucket(bucket)
            .set_key_marker(key)
            .set_upload_id_marker(upload);
        let page = list
            .send()
            .await
            .map_err(failed("s3:ListBucketMultipartUploads"))?;
        for found in page.uploads() {
            let abort = client
                .abort_multipart_upload()
                .bucket(bucket)
                .set_key(found.key.clone())
                .set_upload_id(found.upload_id.clone());
            deleted(
                abort
                    .send()
                    .await
                    .map_err(failed("s3:AbortMultipartUpload")),
            )?;
        }
        if page.is_truncated != Some(true) {
            return Ok(());
        }
        (key, upload) = (page.next_key_marker, page.next_upload_id_marker);
    }
}

async fn delete_versions(client: &Client, bucket: &str) -> Result<(), AwsError> {
    loop {
        // Always the first page: what it listed before is gone.
        let page = client.list_object_versions().bucket(bucket).send().await;
        let page = page.map_err(failed("s3:ListBucketVersions"))?;
        let versions = page
            .versions()
            .iter()
            .map(|found| (found.key(), found.version_id()));
        let marks = page
            .delete_markers()
            .iter()
            .map(|found| (found.key(), found.version_id()));
        let found: Vec<_> = versions.chain(marks).collect();
        if found.is_empty() {
            return Ok(());
        }
        delete_objects(client, bucket, &found).await?;
    }
}

async fn delete_objects(
    client: &Client,
    bucket: &str,
    versions: &[(Option<&str>, Option<&str>)],
) -> Result<(), AwsError> {
    let objects = versions.iter().map(|(key, version)| {
        let object = ObjectIdentifier::builder()
            .key(key.unwrap_or_default())
            .set_version_id(version.map(str::to_owned));
        #[expect(clippy::expect_used, reason = "all that is required is set above")]
        object.build().expect("a key is set")
    });
    let delete = Delete::builder()
        .set_objects(Some(objects.collect()))
        .quiet(true);
    #[expect(clippy::expect_used, reason = "all that is required is set above")]
    let delete = delete.build().expect("objects are set");
    let done = client
        .delete_objects()
        .bucket(bucket)
        .delete(delete)
        .send()
        .await;
    let done = done.map_err(failed("s3:DeleteObjectVersion"))?;
    match done.errors().first() {
        None => Ok(()),
        Some(error) => Err(AwsError::refused(
            "s3:DeleteObjectVersion",
            error.code().unwrap_or("InternalError"),
            error.message(),
        )),
    }
}
