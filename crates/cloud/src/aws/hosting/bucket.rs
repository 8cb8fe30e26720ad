//! A site's bucket: private, encrypted, with versions; read by the site's distribution alone.

use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::operation::delete_objects::DeleteObjectsOutput;
use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, BucketLifecycleConfiguration, BucketLocationConstraint,
    BucketVersioningStatus, CorsConfiguration, CorsRule, CreateBucketConfiguration, Delete,
    ExpirationStatus, LifecycleRule, LifecycleRuleFilter, ObjectIdentifier,
    PublicAccessBlockConfiguration, ServerSideEncryption, ServerSideEncryptionByDefault,
    ServerSideEncryptionConfiguration, ServerSideEncryptionRule, Tag, Tagging,
    VersioningConfiguration,
};
use domain::hosting::{HostingError, Target};
use serde_json::json;

use super::object::LIVE;
use super::plan::Version;
use super::prune::Removal;
use super::tags_of;
use crate::aws::clients::{Clients, DEFAULT_REGION};
use crate::aws::error::{AwsError, Cause, failed};
use crate::aws::names;

/// Most objects that one call deletes.
const MOST_DELETED: usize = 1_000;

/// Makes the site's bucket, or goes on with one that is half made.
///
/// # Errors
/// [`HostingError::NameTaken`] if somebody else has a bucket of this name, or AWS refuses.
pub async fn ensure(s3: &Client, target: &Target, region: &str) -> Result<(), HostingError> {
    create(s3, target, region).await?;
    configure(s3, target).await?;
    Ok(())
}

/// Lets the distribution read what is live, and nobody else anything.
///
/// # Errors
/// AWS refuses.
pub async fn open_to(
    provisioner: &Clients,
    bucket: &str,
    distribution: &str,
) -> Result<(), AwsError> {
    let put = provisioner
        .s3
        .put_bucket_policy()
        .bucket(bucket)
        .policy(policy(bucket, distribution, provisioner.is_encrypted()));
    let done = put.send().await;
    done.map(drop).map_err(failed("s3:PutBucketPolicy"))
}

/// All versions of all objects that visitors can or could reach.
///
/// # Errors
/// AWS refuses.
pub async fn versions(s3: &Client, bucket: &str) -> Result<Vec<Version>, AwsError> {
    let mut versions = Vec::new();
    let (mut key, mut id) = (None, None);
    loop {
        let list = s3
            .list_object_versions()
            .bucket(bucket)
            .prefix(LIVE)
            .set_key_marker(key)
            .set_version_id_marker(id);
        let page = list.send().await.map_err(failed("s3:ListBucketVersions"))?;
        for version in page.versions.unwrap_or_default() {
            let bytes = u64::try_from(version.size.unwrap_or_default()).unwrap_or_default();
            versions.extend(listed(
                version.key,
                version.version_id,
                Some((version.e_tag.unwrap_or_default(), bytes)),
                version.is_latest,
            ));
        }
        for mark in page.delete_markers.unwrap_or_default() {
            versions.extend(listed(mark.key, mark.version_id, None, mark.is_latest));
        }
        if page.is_truncated != Some(true) {
            return Ok(versions);
        }
        (key, id) = (page.next_key_marker, page.next_version_id_marker);
    }
}

/// Deletes objects and versions.
///
/// # Errors
/// AWS refuses; some may be deleted.
pub async fn delete(s3: &Client, bucket: &str, removals: &[Removal]) -> Result<(), AwsError> {
    for some in removals.chunks(MOST_DELETED) {
        let objects = some.iter().map(|removal| {
            let (key, version) = match removal {
                Removal::Object(key) => (key, None),
                Removal::Version(key, id) => (key, Some(id.clone())),
            };
            let object = ObjectIdentifier::builder()
                .key(format!("{LIVE}{key}"))
                .set_version_id(version);
            #[expect(clippy::expect_used, reason = "all that is required is set above")]
            object.build().expect("a key is set")
        });
        #[expect(clippy::expect_used, reason = "all that is required is set here")]
        let delete = Delete::builder()
            .set_objects(Some(objects.collect()))
            .quiet(true)
            .build()
            .expect("objects are set");
        let delete = s3.delete_objects().bucket(bucket).delete(delete);
        let done = delete.send().await.map_err(failed("s3:DeleteObject"))?;
        demand_all(&done)?;
    }
    Ok(())
}

/// Of many objects, some may be refused.
fn demand_all(done: &DeleteObjectsOutput) -> Result<(), AwsError> {
    match done.errors().first() {
        None => Ok(()),
        Some(refused) => Err(AwsError::refused(
            "s3:DeleteObject",
            refused.code().unwrap_or("InternalError"),
            refused.message(),
        )),
    }
}

fn listed(
    key: Option<String>,
    id: Option<String>,
    content: Option<(String, u64)>,
    is_latest: Option<bool>,
) -> Option<Version> {
    Some(Version {
        key: key?.strip_prefix(LIVE)?.to_owned(),
        id: id?,
        content,
        is_latest: is_latest.unwrap_or_default(),
    })
}

async fn create(s3: &Client, target: &Target, region: &str) -> Result<(), HostingError> {
    let place = (region != DEFAULT_REGION).then(|| {
        CreateBucketConfiguration::builder()
            .location_constraint(BucketLocationConstraint::from(region))
            .build()
    });
    let create = s3
        .create_bucket()
        .bucket(&target.name)
        .set_create_bucket_configuration(place);
    match create.send().await.map_err(failed("s3:CreateBucket")) {
        Ok(_) => {}
        // Ours, if its tags can be read: buckets of others say nothing.
        Err(error) if matches!(error.cause, Cause::Exists | Cause::Conflict) => {}
        Err(error) => return Err(error.into()),
    }
    demand_own(s3, target).await
}

/// Refuses a bucket that is not the site's. One without tags has just been made.
async fn demand_own(s3: &Client, target: &Target) -> Result<(), HostingError> {
    let get = s3.get_bucket_tagging().bucket(&target.name);
    let tags = match get.send().await {
        Ok(answer) => answer.tag_set,
        Err(error) if error.code() == Some("NoSuchTagSet") => Vec::new(),
        Err(error) => match failed("s3:GetBucketTagging")(error) {
            error if error.cause == Cause::Denied => {
                return Err(HostingError::NameTaken(target.name.clone()));
            }
            error => return Err(error.into()),
        },
    };
    let wanted = tags_of(target);
    let is_other = |tag: &Tag| {
        let ours = wanted.iter().find(|(key, _)| *key == tag.key);
        ours.is_some_and(|(_, value)| *value != tag.value)
    };
    if tags.iter().any(is_other) {
        return Err(HostingError::NameTaken(target.name.clone()));
    }
    Ok(())
}

/// Everything but who may read it. Done again, it changes nothing.
async fn configure(s3: &Client, target: &Target) -> Result<(), AwsError> {
    let bucket = &target.name;
    s3.put_bucket_tagging()
        .bucket(bucket)
        .tagging(tagging(target))
        .send()
        .await
        .map_err(failed("s3:PutBucketTagging"))?;
    s3.put_public_access_block()
        .bucket(bucket)
        .public_access_block_configuration(nothing_public())
        .send()
        .await
        .map_err(failed("s3:PutBucketPublicAccessBlock"))?;
    s3.put_bucket_encryption()
        .bucket(bucket)
        .server_side_encryption_configuration(encryption())
        .send()
        .await
        .map_err(failed("s3:PutEncryptionConfiguration"))?;
    s3.put_bucket_versioning()
        .bucket(bucket)
        .versioning_configuration(versioning())
        .send()
        .await
        .map_err(failed("s3:PutBucketVersioning"))?;
    s3.put_bucket_cors()
        .bucket(bucket)
        .cors_configuration(cors())
        .send()
        .await
        .map_err(failed("s3:PutBucketCORS"))?;
    s3.put_bucket_lifecycle_configuration()
        .bucket(bucket)
        .lifecycle_configuration(lifecycle())
        .send()
        .await
        .map_err(failed("s3:PutLifecycleConfiguration"))?;
    Ok(())
}

/// Who may read the bucket: CloudFront, for this distribution, what is live. Nobody without TLS,
/// unless we ourselves come without.
fn policy(bucket: &str, distribution: &str, is_encrypted: bool) -> String {
    let all = names::bucket_arn(bucket);
    let mut statements = vec![json!({
        "Sid": "DistributionReadsWhatIsLive",
        "Effect": "Allow",
        "Principal": { "Service": "cloudfront.amazonaws.com" },
        "Action": "s3:GetObject",
        "Resource": format!("{all}/{LIVE}*"),
        "Condition": { "StringEquals": { "aws:SourceArn": distribution } },
    })];
    if is_encrypted {
        statements.push(json!({
            "Sid": "NobodyWithoutTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [&all, &format!("{all}/*")],
            "Condition": { "Bool": { "aws:SecureTransport": "false" } },
        }));
    }
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

#[expect(clippy::expect_used, reason = "all that is required is set here")]
fn tagging(target: &Target) -> Tagging {
    let tags = tags_of(target).into_iter().map(|(key, value)| {
        let tag = Tag::builder().key(key).value(value);
        tag.build().expect("key and value are set")
    });
    let tagging = Tagging::builder().set_tag_set(Some(tags.collect()));
    tagging.build().expect("tags are set")
}

fn nothing_public() -> PublicAccessBlockConfiguration {
    PublicAccessBlockConfiguration::builder()
        .block_public_acls(true)
        .ignore_public_acls(true)
        .block_public_policy(true)
        .restrict_public_buckets(true)
        .build()
}

#[expect(clippy::expect_used, reason = "all that is required is set here")]
fn encryption() -> ServerSideEncryptionConfiguration {
    let by_default = ServerSideEncryptionByDefault::builder()
        .sse_algorithm(ServerSideEncryption::Aes256)
        .build()
        .expect("an algorithm is set");
    let rule =
        ServerSideEncryptionRule::builder().apply_server_side_encryption_by_default(by_default);
    let all = ServerSideEncryptionConfiguration::builder().rules(rule.build());
    all.build().expect("a rule is set")
}

fn versioning() -> VersioningConfiguration {
    VersioningConfiguration::builder()
        .status(BucketVersioningStatus::Enabled)
        .build()
}

#[expect(clippy::expect_used, reason = "all that is required is set here")]
fn cors() -> CorsConfiguration {
    let rule = CorsRule::builder()
        .allowed_origins("*")
        .allowed_methods("GET")
        .allowed_methods("HEAD")
        .max_age_seconds(3_600)
        .build()
        .expect("origins and methods are set");
    let all = CorsConfiguration::builder().cors_rules(rule);
    all.build().expect("a rule is set")
}

/// Parts of uploads that a killed server could not abort cost money until they go.
#[expect(clippy::expect_used, reason = "all that is required is set here")]
fn lifecycle() -> BucketLifecycleConfiguration {
    let abort = AbortIncompleteMultipartUpload::builder()
        .days_after_initiation(1)
        .build();
    let rule = LifecycleRule::builder()
        .id("parts of uploads that were given up")
        .status(ExpirationStatus::Enabled)
        .filter(LifecycleRuleFilter::builder().prefix("").build())
        .abort_incomplete_multipart_upload(abort)
        .build()
        .expect("a status is set");
    let all = BucketLifecycleConfiguration::builder().rules(rule);
    all.build().expect("a rule is set")
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn only_the_distribution_reads_and_only_what_is_live() {
        let arn = "arn:aws:cloudfront::1:distribution/E1";
        let policy: Value = serde_json::from_str(&policy("tmux-b", arn, true)).unwrap();
        let statements = policy["Statement"].as_array().unwrap();
        let allowed: Vec<_> = statements
            .iter()
            .filter(|statement| statement["Effect"] == "Allow")
            .collect();
        let [allowed] = allowed[..] else {
            panic!("{policy}")
        };
        assert_eq!(
            allowed["Principal"],
            json!({ "Service": "cloudfront.amazonaws.com" })
        );
        assert_eq!(allowed["Action"], "s3:GetObject");
        assert_eq!(allowed["Resource"], "arn:aws:s3:::tmux-b/live/*");
        assert_eq!(allowed["Condition"]["StringEquals"]["aws:SourceArn"], arn);
        let denied = statements
            .iter()
            .find(|statement| statement["Effect"] == "Deny");
        let denied = denied.unwrap();
        assert_eq!(denied["Condition"]["Bool"]["aws:SecureTransport"], "false");
        assert_eq!(
            denied["Resource"],
            json!(["arn:aws:s3:::tmux-b", "arn:aws:s3:::tmux-b/*"])
        );
    }
}
