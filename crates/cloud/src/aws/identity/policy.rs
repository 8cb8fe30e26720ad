//! What a workspace may do in AWS: with its key, with short-lived credentials, and at most.

use protocol::Guid;
use serde_json::{Value, json};

use super::super::names;

/// AWS takes no more characters in a user's inline policies.
pub(crate) const MAX_CHARS: usize = 2_048;

/// Of a bucket. Nothing that changes the bucket itself.
const BUCKET_ACTIONS: [&str; 4] = [
    "s3:GetBucketLocation",
    "s3:ListBucket",
    "s3:ListBucketMultipartUploads",
    "s3:ListBucketVersions",
];
/// Of an object. Old versions, which rollbacks need, cannot be deleted.
const OBJECT_ACTIONS: [&str; 9] = [
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:GetObjectTagging",
    "s3:GetObjectVersion",
    "s3:GetObjectVersionTagging",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
    "s3:PutObjectTagging",
];
const DISTRIBUTION_ACTIONS: [&str; 3] = [
    "cloudfront:CreateInvalidation",
    "cloudfront:GetDistribution",
    "cloudfront:GetInvalidation",
];

/// The boundary of every workspace's user: what the policy of any of them may ever allow.
#[must_use]
pub fn boundary(account: &str) -> String {
    let mut statements = storage(account, &format!("{}*", names::BUCKET_PREFIX));
    statements.push(distributions(&[names::distribution_arn(account, "*")]));
    statements.push(sessions());
    document(&statements)
}

/// The policy of a workspace's user. `newest` are ids of its distributions, newest first: AWS
/// hears of a new tag late, so as many as fit are named besides.
#[must_use]
pub fn workspace(account: &str, guid: &Guid, newest: &[String]) -> String {
    let mut statements = storage(account, &names::buckets(guid));
    let mut tagged = distributions(&[names::distribution_arn(account, "*")]);
    let tag = format!("aws:ResourceTag/{}", names::GUID_TAG);
    tagged["Condition"] = json!({ "StringEquals": { tag: guid.as_str() } });
    statements.push(tagged);
    statements.push(sessions());

    let with = |count: usize| {
        let named = newest[..count].iter();
        let arns: Vec<_> = named
            .map(|id| names::distribution_arn(account, id))
            .collect();
        let named = (!arns.is_empty()).then(|| distributions(&arns));
        document(&statements.iter().cloned().chain(named).collect::<Vec<_>>())
    };
    let fitting = (0..=newest.len()).rev().map(with);
    let mut fitting = fitting.skip_while(|policy| policy.len() > MAX_CHARS);
    fitting.next().unwrap_or_else(|| with(0))
}

/// What short-lived credentials may do, of what the user may do then: AWS grants only what both
/// allow. So distributions need not be told apart here.
#[must_use]
pub fn session(account: &str, guid: &Guid) -> String {
    let mut statements = storage(account, &names::buckets(guid));
    statements.push(distributions(&[names::distribution_arn(account, "*")]));
    document(&statements)
}

/// The policy of a suspended user. It ends short-lived credentials too, which an inactive key
/// alone does not.
#[must_use]
pub fn suspended() -> String {
    document(&[json!({ "Effect": "Deny", "Action": "*", "Resource": "*" })])
}

/// Buckets that match a pattern, with what is in them. Other accounts may have such names too.
fn storage(account: &str, buckets: &str) -> Vec<Value> {
    let ours = json!({ "StringEquals": { "aws:ResourceAccount": account } });
    let bucket = names::bucket_arn(buckets);
    vec![
        json!({
            "Effect": "Allow",
            "Action": BUCKET_ACTIONS,
            "Resource": bucket,
            "Condition": ours,
        }),
        json!({
            "Effect": "Allow",
            "Action": OBJECT_ACTIONS,
            "Resource": format!("{bucket}/*"),
            "Condition": ours,
        }),
    ]
}

fn distributions(arns: &[String]) -> Value {
    json!({ "Effect": "Allow", "Action": DISTRIBUTION_ACTIONS, "Resource": arns })
}

/// Under whatever name it is made, a session can do no more than the user who made it.
fn sessions() -> Value {
    json!({ "Effect": "Allow", "Action": "sts:GetFederationToken", "Resource": "*" })
}

fn document(statements: &[Value]) -> String {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}
