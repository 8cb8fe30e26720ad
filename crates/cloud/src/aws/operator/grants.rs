//! What the provisioner does in AWS, action by action, and nothing else. A test compares it with
//! the actions that the code names.

use super::super::ledger::TABLE;
use super::super::names;

/// Actions on some resources.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    /// What it is for.
    pub name: &'static str,
    /// As policies name them.
    pub actions: &'static [&'static str],
    /// ARNs with wildcards.
    pub resources: Vec<String>,
    /// What else must hold.
    pub condition: Option<Condition>,
}

/// A key of a request must be there, and like this.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub key: String,
    pub like: String,
}

impl Grant {
    fn new(
        name: &'static str,
        resources: impl IntoIterator<Item = String>,
        actions: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            actions,
            resources: resources.into_iter().collect(),
            condition: None,
        }
    }

    fn only_if(self, key: impl Into<String>, like: impl Into<String>) -> Self {
        Self {
            condition: Some(Condition {
                key: key.into(),
                like: like.into(),
            }),
            ..self
        }
    }
}

/// Everything that the provisioner does.
pub(super) fn grants(account: &str, region: &str) -> Vec<Grant> {
    let mut all = Vec::from(users(account));
    all.extend(buckets());
    all.extend(distributions(account));
    all.extend(others(account, region));
    all
}

fn users(account: &str) -> [Grant; 4] {
    let users = names::user_arn(account, &format!("{}*", names::USER_PREFIX));
    let boundary = names::boundary_arn(account);
    [
        // Without the boundary in each of these, a user could be given rights without limits.
        Grant::new(
            "BoundedUsers",
            [users.clone()],
            &[
                "iam:CreateUser",
                "iam:PutUserPermissionsBoundary",
                "iam:PutUserPolicy",
            ],
        )
        .only_if("iam:PermissionsBoundary", &boundary),
        Grant::new(
            "Users",
            [users],
            &[
                "iam:CreateAccessKey",
                "iam:DeleteAccessKey",
                "iam:DeleteUser",
                "iam:DeleteUserPolicy",
                "iam:GetUser",
                "iam:ListAccessKeys",
                "iam:TagUser",
                "iam:UpdateAccessKey",
            ],
        ),
        Grant::new(
            "Boundary",
            [boundary],
            &[
                "iam:CreatePolicy",
                "iam:CreatePolicyVersion",
                "iam:DeletePolicyVersion",
                "iam:GetPolicy",
                "iam:GetPolicyVersion",
                "iam:ListPolicyVersions",
            ],
        ),
        Grant::new("FindUsers", ["*".to_owned()], &["iam:ListUsers"]),
    ]
}

fn buckets() -> [Grant; 3] {
    let buckets = names::bucket_arn(&format!("{}*", names::BUCKET_PREFIX));
    let objects = format!("{buckets}/*");
    [
        Grant::new(
            "Buckets",
            [buckets],
            &[
                "s3:CreateBucket",
                "s3:DeleteBucket",
                "s3:GetBucketTagging",
                "s3:ListBucketMultipartUploads",
                "s3:ListBucketVersions",
                "s3:PutBucketCORS",
                "s3:PutBucketPolicy",
                "s3:PutBucketPublicAccessBlock",
                "s3:PutBucketTagging",
                "s3:PutBucketVersioning",
                "s3:PutEncryptionConfiguration",
                "s3:PutLifecycleConfiguration",
            ],
        ),
        Grant::new(
            "Objects",
            [objects],
            &[
                "s3:AbortMultipartUpload",
                "s3:DeleteObject",
                "s3:DeleteObjectVersion",
            ],
        ),
        Grant::new("FindBuckets", ["*".to_owned()], &["s3:ListAllMyBuckets"]),
    ]
}

fn distributions(account: &str) -> [Grant; 5] {
    let distributions = names::distribution_arn(account, "*");
    let global = |what: &str| format!("arn:aws:cloudfront::{account}:{what}");
    let marked = |kind: &str| format!("aws:{kind}Tag/{}", names::GUID_TAG);
    [
        // The operator's other distributions are out of reach.
        Grant::new(
            "NewDistributions",
            [distributions.clone()],
            &["cloudfront:CreateDistribution", "cloudfront:TagResource"],
        )
        .only_if(marked("Request"), "*"),
        Grant::new(
            "Distributions",
            [distributions],
            &[
                "cloudfront:CreateInvalidation",
                "cloudfront:DeleteDistribution",
                "cloudfront:GetDistribution",
                "cloudfront:GetDistributionConfig",
                "cloudfront:ListTagsForResource",
                "cloudfront:UpdateDistribution",
            ],
        )
        .only_if(marked("Resource"), "*"),
        Grant::new(
            "AccessControls",
            [global("origin-access-control/*")],
            &[
                "cloudfront:CreateOriginAccessControl",
                "cloudfront:DeleteOriginAccessControl",
                "cloudfront:GetOriginAccessControl",
            ],
        ),
        Grant::new(
            "IndexFunction",
            [global(&format!("function/{}", names::INDEX_FUNCTION))],
            &[
                "cloudfront:CreateFunction",
                "cloudfront:DescribeFunction",
                "cloudfront:GetFunction",
                "cloudfront:PublishFunction",
                "cloudfront:UpdateFunction",
            ],
        ),
        Grant::new(
            "FindDistributions",
            ["*".to_owned()],
            &[
                "cloudfront:ListDistributions",
                "cloudfront:ListOriginAccessControls",
            ],
        ),
    ]
}

fn others(account: &str, region: &str) -> [Grant; 2] {
    [
        Grant::new(
            "Ledger",
            [format!("arn:aws:dynamodb:{region}:{account}:table/{TABLE}")],
            &[
                "dynamodb:ConditionCheckItem",
                "dynamodb:CreateTable",
                "dynamodb:DeleteItem",
                "dynamodb:DescribeContinuousBackups",
                "dynamodb:DescribeTable",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:Query",
                "dynamodb:Scan",
                "dynamodb:UpdateContinuousBackups",
                "dynamodb:UpdateItem",
            ],
        ),
        // For the check of these very rights.
        Grant::new(
            "Doctor",
            [names::user_arn(account, "${aws:username}")],
            &["iam:SimulatePrincipalPolicy"],
        ),
    ]
}
