//! Everything that somebody with credentials might try.

use std::fmt::Debug;

use aws_sdk_cloudfront::types as cf;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::types as s3;
use cloud::aws::clients::Clients;
use cloud::aws::ledger::TABLE;
use cloud::aws::names;

use super::super::support::ministack::ACCOUNT;
use super::Things;

const OBJECT: &str = "live/index.html";
/// Everything.
pub const DOCUMENT: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// Whether it was possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Allowed,
    Denied,
}

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    HeadBucket,
    ListObjects,
    ListVersions,
    ListUploads,
    GetBucketLocation,
    GetBucketPolicy,
    PutBucketPolicy,
    DeleteBucketPolicy,
    PutPublicAccessBlock,
    PutBucketVersioning,
    PutBucketCors,
    PutBucketTagging,
    CreateBucket,
    DeleteBucket,
    GetObject,
    HeadObject,
    GetVersion,
    PutObject,
    /// In parts.
    Upload,
    /// Into one's own bucket.
    CopyFrom,
    /// From one's own bucket.
    CopyTo,
    GetObjectTagging,
    PutObjectTagging,
    PutObjectAcl,
    DeleteVersion,
    DeleteObject,
    GetDistribution,
    CreateInvalidation,
    GetInvalidation,
    GetDistributionConfig,
    DeleteDistribution,
    TagDistribution,
    ReadLedger,
    QueryLedger,
    ScanLedger,
    WriteLedger,
    DeleteFromLedger,
    GetUser,
    ListKeys,
    CreateKey,
    DeleteKey,
    PutUserPolicy,
    DeleteUserPolicy,
    DropBoundary,
    DeleteUser,
}

/// Tries an act on some things with credentials of the workspace that owns `own`.
pub async fn attempt(act: Act, with: &Clients, on: &Things, own: &Things) -> Verdict {
    let user = names::user(&on.guid);
    match act {
        Act::GetDistribution
        | Act::CreateInvalidation
        | Act::GetInvalidation
        | Act::GetDistributionConfig
        | Act::DeleteDistribution
        | Act::TagDistribution => distribution(act, with, on).await,
        Act::ReadLedger
        | Act::QueryLedger
        | Act::ScanLedger
        | Act::WriteLedger
        | Act::DeleteFromLedger => ledger(act, with, on).await,
        Act::GetUser
        | Act::ListKeys
        | Act::CreateKey
        | Act::DeleteKey
        | Act::PutUserPolicy
        | Act::DeleteUserPolicy
        | Act::DropBoundary
        | Act::DeleteUser => person(act, with, &user).await,
        act if is_about_bucket(act) => bucket(act, with, &on.bucket).await,
        act => object(act, with, on, own).await,
    }
}

/// Empties a distribution's caches of a file; returns the invalidation's id.
pub async fn invalidate(
    with: &Clients,
    distribution: &str,
) -> Result<
    String,
    SdkError<aws_sdk_cloudfront::operation::create_invalidation::CreateInvalidationError>,
> {
    let paths = cf::Paths::builder()
        .quantity(1)
        .items("/a")
        .build()
        .unwrap();
    let reference = protocol::SiteId::random().to_string();
    let batch = cf::InvalidationBatch::builder();
    let batch = batch
        .paths(paths)
        .caller_reference(reference)
        .build()
        .unwrap();
    let made = with.cloudfront.create_invalidation();
    let made = made.distribution_id(distribution).invalidation_batch(batch);
    Ok(made.send().await?.invalidation.unwrap().id)
}

fn is_about_bucket(act: Act) -> bool {
    matches!(
        act,
        Act::HeadBucket
            | Act::ListObjects
            | Act::ListVersions
            | Act::ListUploads
            | Act::GetBucketLocation
            | Act::GetBucketPolicy
            | Act::PutBucketPolicy
            | Act::DeleteBucketPolicy
            | Act::PutPublicAccessBlock
            | Act::PutBucketVersioning
            | Act::PutBucketCors
            | Act::PutBucketTagging
            | Act::CreateBucket
            | Act::DeleteBucket
    )
}

async fn bucket(act: Act, with: &Clients, name: &str) -> Verdict {
    let c = &with.s3;
    match act {
        Act::HeadBucket => verdict(act, c.head_bucket().bucket(name).send().await),
        Act::ListObjects => verdict(act, c.list_objects_v2().bucket(name).send().await),
        Act::ListVersions => verdict(act, c.list_object_versions().bucket(name).send().await),
        Act::ListUploads => verdict(act, c.list_multipart_uploads().bucket(name).send().await),
        Act::GetBucketLocation => verdict(act, c.get_bucket_location().bucket(name).send().await),
        Act::GetBucketPolicy => verdict(act, c.get_bucket_policy().bucket(name).send().await),
        Act::PutBucketPolicy => {
            let put = c.put_bucket_policy().bucket(name).policy(DOCUMENT);
            verdict(act, put.send().await)
        }
        Act::DeleteBucketPolicy => verdict(act, c.delete_bucket_policy().bucket(name).send().await),
        Act::PutPublicAccessBlock => {
            let open = s3::PublicAccessBlockConfiguration::builder().build();
            let put = c.put_public_access_block().bucket(name);
            verdict(
                act,
                put.public_access_block_configuration(open).send().await,
            )
        }
        Act::PutBucketVersioning => {
            let off = s3::VersioningConfiguration::builder();
            let off = off.status(s3::BucketVersioningStatus::Suspended).build();
            let put = c.put_bucket_versioning().bucket(name);
            verdict(act, put.versioning_configuration(off).send().await)
        }
        Act::PutBucketCors => {
            let rule = s3::CorsRule::builder()
                .allowed_methods("GET")
                .allowed_origins("*");
            let cors = s3::CorsConfiguration::builder().cors_rules(rule.build().unwrap());
            let put = c.put_bucket_cors().bucket(name);
            verdict(
                act,
                put.cors_configuration(cors.build().unwrap()).send().await,
            )
        }
        Act::PutBucketTagging => {
            let put = c.put_bucket_tagging().bucket(name).tagging(tagging());
            verdict(act, put.send().await)
        }
        Act::CreateBucket => {
            let new = format!("{name}-new");
            verdict(act, c.create_bucket().bucket(new).send().await)
        }
        Act::DeleteBucket => verdict(act, c.delete_bucket().bucket(name).send().await),
        other => panic!("{other:?} is not about a bucket"),
    }
}

async fn object(act: Act, with: &Clients, on: &Things, own: &Things) -> Verdict {
    let (c, bucket) = (&with.s3, &on.bucket);
    match act {
        Act::GetObject => verdict(act, c.get_object().bucket(bucket).key(OBJECT).send().await),
        Act::HeadObject => verdict(act, c.head_object().bucket(bucket).key(OBJECT).send().await),
        Act::GetVersion => {
            let get = c.get_object().bucket(bucket).key(OBJECT);
            verdict(act, get.version_id(&on.version).send().await)
        }
        Act::PutObject => {
            let put = c.put_object().bucket(bucket).key(OBJECT);
            verdict(act, put.body(b"coffee".to_vec().into()).send().await)
        }
        Act::Upload => {
            let upload = c.create_multipart_upload().bucket(bucket).key("live/large");
            verdict(act, upload.send().await)
        }
        Act::CopyFrom => copy(act, with, bucket, &own.bucket).await,
        Act::CopyTo => copy(act, with, &own.bucket, bucket).await,
        Act::GetObjectTagging => {
            let get = c.get_object_tagging().bucket(bucket).key(OBJECT);
            verdict(act, get.send().await)
        }
        Act::PutObjectTagging => {
            let put = c.put_object_tagging().bucket(bucket).key(OBJECT);
            verdict(act, put.tagging(tagging()).send().await)
        }
        Act::PutObjectAcl => {
            let put = c.put_object_acl().bucket(bucket).key(OBJECT);
            verdict(act, put.acl(s3::ObjectCannedAcl::PublicRead).send().await)
        }
        Act::DeleteVersion => {
            let delete = c.delete_object().bucket(bucket).key(OBJECT);
            verdict(act, delete.version_id(&on.version).send().await)
        }
        Act::DeleteObject => {
            let delete = c.delete_object().bucket(bucket).key(OBJECT);
            verdict(act, delete.send().await)
        }
        other => panic!("{other:?} is not about an object"),
    }
}

async fn copy(act: Act, with: &Clients, from: &str, to: &str) -> Verdict {
    let copy = with.s3.copy_object().bucket(to).key("live/copy");
    let copy = copy.copy_source(format!("{from}/{OBJECT}"));
    verdict(act, copy.send().await)
}

async fn distribution(act: Act, with: &Clients, on: &Things) -> Verdict {
    let (c, id) = (&with.cloudfront, &on.distribution);
    match act {
        Act::GetDistribution => verdict(act, c.get_distribution().id(id).send().await),
        Act::CreateInvalidation => verdict(act, invalidate(with, id).await),
        Act::GetInvalidation => {
            let get = c
                .get_invalidation()
                .distribution_id(id)
                .id(&on.invalidation);
            verdict(act, get.send().await)
        }
        Act::GetDistributionConfig => verdict(act, c.get_distribution_config().id(id).send().await),
        Act::DeleteDistribution => verdict(
            act,
            c.delete_distribution().id(id).if_match("x").send().await,
        ),
        Act::TagDistribution => {
            let tag = cf::Tag::builder().key(names::GUID_TAG).value("stolen");
            let tags = cf::Tags::builder().items(tag.build().unwrap()).build();
            let put = c
                .tag_resource()
                .resource(names::distribution_arn(ACCOUNT, id));
            verdict(act, put.tags(tags).send().await)
        }
        other => panic!("{other:?} is not about a distribution"),
    }
}

async fn ledger(act: Act, with: &Clients, on: &Things) -> Verdict {
    let c = &with.dynamodb;
    let text = |text: String| AttributeValue::S(text);
    let partition = text(format!("USER#{}", on.guid));
    let sort = text(format!("RESOURCE#s3_bucket#{}", on.bucket));
    match act {
        Act::ReadLedger => {
            let get = c
                .get_item()
                .table_name(TABLE)
                .key("pk", partition)
                .key("sk", sort);
            verdict(act, get.send().await)
        }
        Act::QueryLedger => {
            let query = c
                .query()
                .table_name(TABLE)
                .key_condition_expression("pk = :pk");
            let query = query.expression_attribute_values(":pk", partition);
            verdict(act, query.send().await)
        }
        Act::ScanLedger => verdict(act, c.scan().table_name(TABLE).send().await),
        Act::WriteLedger => {
            let put = c
                .put_item()
                .table_name(TABLE)
                .item("pk", partition)
                .item("sk", sort);
            verdict(act, put.send().await)
        }
        Act::DeleteFromLedger => {
            let delete = c.delete_item().table_name(TABLE);
            verdict(
                act,
                delete.key("pk", partition).key("sk", sort).send().await,
            )
        }
        other => panic!("{other:?} is not about the ledger"),
    }
}

async fn person(act: Act, with: &Clients, user: &str) -> Verdict {
    let c = &with.iam;
    match act {
        Act::GetUser => verdict(act, c.get_user().user_name(user).send().await),
        Act::ListKeys => verdict(act, c.list_access_keys().user_name(user).send().await),
        Act::CreateKey => verdict(act, c.create_access_key().user_name(user).send().await),
        Act::DeleteKey => {
            let delete = c.delete_access_key().user_name(user);
            verdict(
                act,
                delete.access_key_id("AKIAIOSFODNN7EXAMPLE").send().await,
            )
        }
        Act::PutUserPolicy => {
            let put = c.put_user_policy().user_name(user).policy_name("all");
            verdict(act, put.policy_document(DOCUMENT).send().await)
        }
        Act::DeleteUserPolicy => {
            let delete = c.delete_user_policy().user_name(user);
            verdict(act, delete.policy_name(names::USER_POLICY).send().await)
        }
        Act::DropBoundary => {
            let drop = c.delete_user_permissions_boundary().user_name(user);
            verdict(act, drop.send().await)
        }
        Act::DeleteUser => verdict(act, c.delete_user().user_name(user).send().await),
        other => panic!("{other:?} is not about a user"),
    }
}

fn tagging() -> s3::Tagging {
    let tag = s3::Tag::builder().key("a").value("b").build().unwrap();
    s3::Tagging::builder().tag_set(tag).build().unwrap()
}

/// Any other failure than a denial is a fault of the test.
fn verdict<T, E>(act: Act, result: Result<T, SdkError<E>>) -> Verdict
where
    E: ProvideErrorMetadata + Debug,
{
    match result {
        Ok(_) => Verdict::Allowed,
        Err(error) => {
            let status = error.raw_response().unwrap().status().as_u16();
            let code = error.code().unwrap_or_default();
            assert!(
                status == 403 || code.starts_with("AccessDenied"),
                "{act:?}: {status} {code}: {error:?}"
            );
            Verdict::Denied
        }
    }
}
