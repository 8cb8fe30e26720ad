//! The documents themselves, for what the emulator does not look at: tags of distributions, whose
//! account a bucket is in, and how the boundary limits what a policy says.

use cloud::aws::identity::policy::{boundary, session, suspended, workspace};
use cloud::aws::names;

use super::super::support::evaluator::{Request, allows};
use super::super::support::ministack::ACCOUNT;
use super::guid;

const OURS: (&str, &str) = ("aws:ResourceAccount", ACCOUNT);
const THEIRS: (&str, &str) = ("aws:ResourceAccount", "999999999999");

/// What AWS grants with the key: what both policy and boundary allow.
fn with_key(request: &Request<'_>) -> bool {
    let policy = workspace(ACCOUNT, &guid(1), &["ENAMED".into()]);
    allows(&policy, request) && allows(&boundary(ACCOUNT), request)
}

/// With short-lived credentials, their own policy must allow it too.
fn with_session(request: &Request<'_>) -> bool {
    with_key(request) && allows(&session(ACCOUNT, &guid(1)), request)
}

#[test]
fn documents_allow_what_is_the_workspaces_own() {
    let tag = format!("aws:ResourceTag/{}", names::GUID_TAG);
    let (one, two) = (guid(1), guid(2));
    let mine = [(tag.as_str(), one.as_str())];
    let other = [(tag.as_str(), two.as_str())];
    let new = "arn:aws:cloudfront::000000000000:distribution/ENEW";
    let named = "arn:aws:cloudfront::000000000000:distribution/ENAMED";
    let bucket = "arn:aws:s3:::tmux-010101010101-tea";
    let object = "arn:aws:s3:::tmux-010101010101-tea/live/a";
    for (action, resource, context, expected) in [
        ("cloudfront:CreateInvalidation", new, &mine[..], true),
        ("cloudfront:CreateInvalidation", new, &other, false),
        ("cloudfront:CreateInvalidation", new, &[], false),
        // Its tag is not known everywhere yet.
        ("cloudfront:CreateInvalidation", named, &[], true),
        ("cloudfront:GetDistribution", new, &mine, true),
        ("cloudfront:UpdateDistribution", new, &mine, false),
        ("cloudfront:UpdateDistribution", named, &mine, false),
        ("s3:ListBucket", bucket, &[OURS], true),
        ("s3:ListBucket", bucket, &[THEIRS], false),
        ("s3:ListBucket", bucket, &[], false),
        ("s3:PutObject", object, &[OURS], true),
        ("s3:PutObject", object, &[THEIRS], false),
        ("s3:DeleteObjectVersion", object, &[OURS], false),
        ("s3:PutBucketPolicy", bucket, &[OURS], false),
        (
            "s3:PutObject",
            "arn:aws:s3:::tmux-020202020202-tea/a",
            &[OURS],
            false,
        ),
        (
            "s3:PutObject",
            "arn:aws:s3:::tmux-010101010101tea/a",
            &[OURS],
            false,
        ),
        (
            "iam:GetUser",
            "arn:aws:iam::000000000000:user/tmux-user-010101010101",
            &[],
            false,
        ),
        (
            "sts:AssumeRole",
            "arn:aws:iam::000000000000:role/admin",
            &[],
            false,
        ),
    ] {
        let request = Request {
            action,
            resource,
            context,
        };
        let (key, session) = (with_key(&request), with_session(&request));
        assert_eq!(key, expected, "{action} on {resource} with {context:?}");
        assert_eq!(
            session, expected,
            "{action} on {resource} with {context:?}, short-lived"
        );
    }
}

#[test]
fn only_the_key_gets_short_lived_credentials() {
    let request = Request {
        action: "sts:GetFederationToken",
        resource: "arn:aws:sts::000000000000:federated-user/tmux-user-010101010101",
        context: &[],
    };
    assert!(with_key(&request) && !with_session(&request));
}

#[test]
fn the_boundary_holds_whatever_a_policy_says() {
    for (action, resource) in [
        (
            "iam:CreateUser",
            "arn:aws:iam::000000000000:user/tmux-user-010101010101",
        ),
        ("s3:GetObject", "arn:aws:s3:::payroll/all.csv"),
        ("s3:DeleteBucket", "arn:aws:s3:::tmux-010101010101-tea"),
        (
            "s3:DeleteObjectVersion",
            "arn:aws:s3:::tmux-010101010101-tea/a",
        ),
        (
            "cloudfront:DeleteDistribution",
            "arn:aws:cloudfront::000000000000:distribution/E1",
        ),
        (
            "dynamodb:GetItem",
            "arn:aws:dynamodb:us-east-1:000000000000:table/tmux-builder-resources",
        ),
        ("ec2:RunInstances", "*"),
    ] {
        let context = &[OURS];
        let request = Request {
            action,
            resource,
            context,
        };
        assert!(
            !allows(&boundary(ACCOUNT), &request),
            "{action} on {resource}"
        );
        assert!(!allows(&suspended(), &request), "{action} on {resource}");
    }
}

#[test]
fn policies_fit_and_name_the_newest_distributions() {
    let account = "123456789012";
    let ids: Vec<String> = (0..100).map(|number| format!("E{number:013}")).collect();
    for count in [0, 1, 5, 100] {
        let policy = workspace(account, &guid(1), &ids[..count]);
        assert!(policy.len() <= 2_048, "{count}: {}", policy.len());
        let named = ids.iter().take_while(|id| policy.contains(&***id)).count();
        assert!(named >= count.min(5), "{count}: {named}");
        assert!(ids[named..].iter().all(|id| !policy.contains(&**id)));
    }
    assert!(session(account, &guid(1)).len() <= 2_048);
    assert!(boundary(account).len() <= 6_144);
}
