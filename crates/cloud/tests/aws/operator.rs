//! The operator's policy holds what the program does and no more, and what is missing is named.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cloud::aws::clients::{AccessKey, Clients};
use cloud::aws::operator::{Finding, Verdict, check, policy};
use serde_json::Value;

use super::support::Ministack;
use super::support::evaluator::{Request, allows};
use super::support::ministack::ACCOUNT;

const REGION: &str = "us-east-1";
/// What AWS demands of whoever writes a transaction.
const TRANSACTION: [&str; 4] = [
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
];
/// Come with other actions: a user and a distribution are made with tags.
const TAGGING: [&str; 2] = ["cloudfront:TagResource", "iam:TagUser"];
/// AWS never denies it.
const FREE: &str = "sts:GetCallerIdentity";

/// All actions of the policy.
fn granted(policy: &str) -> BTreeSet<String> {
    let policy: Value = serde_json::from_str(policy).unwrap();
    let statements = policy["Statement"].as_array().unwrap();
    let actions = statements
        .iter()
        .flat_map(|one| one["Action"].as_array().unwrap());
    actions
        .map(|action| action.as_str().unwrap().to_owned())
        .collect()
}

/// All actions that errors of the program name, but for those of the policies themselves.
fn named_in(folder: &Path) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("operator") {
            named.extend(named_in(&path));
        } else if path.is_file() && !path.ends_with("identity/policy.rs") {
            let text = fs::read_to_string(&path).unwrap();
            let quoted = text.split('"').filter(|word| is_action(word));
            named.extend(quoted.map(str::to_owned));
        }
    }
    named
}

fn is_action(word: &str) -> bool {
    let services = ["cloudfront", "dynamodb", "iam", "s3", "sts"];
    word.split_once(':').is_some_and(|(service, action)| {
        services.contains(&service)
            && !action.is_empty()
            && action.chars().all(|letter| letter.is_ascii_alphanumeric())
    })
}

#[test]
fn the_policy_grants_what_the_program_does_and_nothing_else() {
    let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/aws");
    let mut needed = named_in(&source);
    assert!(needed.len() > 40, "{needed:?}");
    assert!(needed.remove("dynamodb:TransactWriteItems"));
    assert!(needed.remove(FREE));
    let as_user = cloud::aws::identity::policy::workspace(ACCOUNT, &guid(), &[]);
    let of_user = |action: &String| {
        let object = format!("arn:aws:s3:::tmux-{}-a/b", guid().short());
        [object.as_str(), "*"].iter().any(|resource| {
            let context = &[("aws:ResourceAccount", ACCOUNT)];
            let request = Request {
                action,
                resource,
                context,
            };
            allows(&as_user, &request)
        })
    };
    needed.extend(TRANSACTION.map(String::from));
    needed.extend(TAGGING.map(String::from));
    needed.insert("iam:SimulatePrincipalPolicy".into());
    let granted = granted(&policy(ACCOUNT, REGION));
    let missing: Vec<_> = (needed.difference(&granted))
        .filter(|one| !of_user(one))
        .collect();
    assert!(missing.is_empty(), "the program does them too: {missing:?}");
    let unused: Vec<_> = granted.difference(&needed).collect();
    assert!(unused.is_empty(), "the program never does them: {unused:?}");
}

fn guid() -> protocol::Guid {
    super::support::scene::guid(1)
}

#[test]
fn the_policy_fits_into_a_managed_one() {
    let policy = policy("123456789012", "ap-southeast-2");
    let counted = policy
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .count();
    assert!(counted <= 6_144, "{counted}");
}

/// An action on a resource with what the request carries, and whether the operator may do it.
type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], bool);

#[test]
fn the_policy_is_tight() {
    const USER: &str = "arn:aws:iam::000000000000:user/tmux-user-0123456789ab";
    const PERSON: &str = "arn:aws:iam::000000000000:user/alice";
    const BUCKET: &str = "arn:aws:s3:::tmux-0123456789ab-tea";
    const OTHER_BUCKET: &str = "arn:aws:s3:::payroll";
    const OTHER_OBJECT: &str = "arn:aws:s3:::payroll/all.csv";
    const BOUNDARY: &str = "arn:aws:iam::000000000000:policy/tmux-builder-boundary";
    const POLICY: &str = "arn:aws:iam::000000000000:policy/admins";
    const TABLE: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/tmux-builder-resources";
    const OTHER_TABLE: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/orders";
    const SITE: &str = "arn:aws:cloudfront::000000000000:distribution/E1";
    const FUNCTION: &str = "arn:aws:cloudfront::000000000000:function/tmux-builder-index";
    const OTHER_FUNCTION: &str = "arn:aws:cloudfront::000000000000:function/login";
    const BOUND: (&str, &str) = ("iam:PermissionsBoundary", BOUNDARY);
    const LOOSE: (&str, &str) = ("iam:PermissionsBoundary", POLICY);
    const OURS: (&str, &str) = ("aws:ResourceTag/tmux-builder:guid", "01");
    const NEW: (&str, &str) = ("aws:RequestTag/tmux-builder:guid", "01");
    let cases: &[Case<'_>] = &[
        ("iam:CreateUser", USER, &[BOUND], true),
        ("iam:CreateUser", USER, &[LOOSE], false),
        ("iam:CreateUser", USER, &[], false),
        ("iam:CreateUser", PERSON, &[BOUND], false),
        ("iam:PutUserPolicy", USER, &[BOUND], true),
        ("iam:PutUserPolicy", USER, &[], false),
        ("iam:PutUserPolicy", PERSON, &[BOUND], false),
        ("iam:PutUserPermissionsBoundary", USER, &[BOUND], true),
        ("iam:PutUserPermissionsBoundary", USER, &[LOOSE], false),
        ("iam:DeleteUserPermissionsBoundary", USER, &[BOUND], false),
        ("iam:AttachUserPolicy", USER, &[BOUND], false),
        ("iam:AddUserToGroup", USER, &[BOUND], false),
        ("iam:CreateAccessKey", USER, &[], true),
        ("iam:CreateAccessKey", PERSON, &[], false),
        ("iam:DeleteUser", PERSON, &[], false),
        ("iam:CreatePolicyVersion", BOUNDARY, &[], true),
        ("iam:CreatePolicyVersion", POLICY, &[], false),
        (
            "iam:CreateRole",
            "arn:aws:iam::000000000000:role/x",
            &[],
            false,
        ),
        (
            "sts:AssumeRole",
            "arn:aws:iam::000000000000:role/x",
            &[],
            false,
        ),
        ("s3:CreateBucket", BUCKET, &[], true),
        ("s3:CreateBucket", OTHER_BUCKET, &[], false),
        ("s3:DeleteBucket", BUCKET, &[], true),
        ("s3:DeleteBucket", OTHER_BUCKET, &[], false),
        ("s3:GetObject", OTHER_OBJECT, &[], false),
        ("s3:DeleteObjectVersion", OTHER_OBJECT, &[], false),
        ("s3:PutBucketPolicy", OTHER_BUCKET, &[], false),
        ("dynamodb:UpdateItem", TABLE, &[], true),
        ("dynamodb:UpdateItem", OTHER_TABLE, &[], false),
        ("dynamodb:DeleteTable", TABLE, &[], false),
        ("dynamodb:DeleteItem", OTHER_TABLE, &[], false),
        ("cloudfront:CreateDistribution", SITE, &[NEW], true),
        ("cloudfront:CreateDistribution", SITE, &[], false),
        ("cloudfront:TagResource", SITE, &[NEW], true),
        ("cloudfront:TagResource", SITE, &[], false),
        ("cloudfront:UntagResource", SITE, &[OURS], false),
        ("cloudfront:DeleteDistribution", SITE, &[OURS], true),
        ("cloudfront:DeleteDistribution", SITE, &[], false),
        ("cloudfront:UpdateDistribution", SITE, &[OURS], true),
        ("cloudfront:UpdateDistribution", SITE, &[], false),
        ("cloudfront:PublishFunction", FUNCTION, &[], true),
        ("cloudfront:PublishFunction", OTHER_FUNCTION, &[], false),
        ("cloudfront:DeleteFunction", FUNCTION, &[], false),
        ("ec2:RunInstances", "*", &[], false),
    ];
    let policy = policy(ACCOUNT, REGION);
    for (action, resource, context, expected) in cases {
        let request = Request {
            action,
            resource,
            context,
        };
        let found = allows(&policy, &request);
        assert_eq!(found, *expected, "{action} on {resource} with {context:?}");
    }
}

/// Somebody with these policies.
async fn operator(root: &Clients, name: &str, policies: &[&str]) -> Clients {
    root.iam.create_user().user_name(name).send().await.unwrap();
    for (number, policy) in policies.iter().enumerate() {
        let put = root.iam.put_user_policy().user_name(name);
        let put = put.policy_name(number.to_string()).policy_document(*policy);
        put.send().await.unwrap();
    }
    let key = root.iam.create_access_key().user_name(name).send().await;
    let key = key.unwrap().access_key.unwrap();
    root.acting_with(&AccessKey {
        id: key.access_key_id,
        secret: key.secret_access_key,
        token: None,
    })
}

fn with(findings: &[Finding], verdict: Verdict) -> Vec<&'static str> {
    let those = findings.iter().filter(|finding| finding.verdict == verdict);
    those.map(|finding| finding.action).collect()
}

#[tokio::test]
async fn the_check_names_what_is_missing_and_its_cure() {
    const ASK: &str = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"iam:SimulatePrincipalPolicy","Resource":"*"}]}"#;
    let ministack = Ministack::start().await;
    let root = ministack.root().await;
    let policy = policy(ACCOUNT, REGION);
    let all = granted(&policy).len();

    let found = check(&root).await.unwrap();
    assert_eq!(with(&found, Verdict::Allowed).len(), all);

    // The emulator does not look at what the requests would carry; see `the_policy_is_tight`.
    let whole = operator(&root, "whole", &[&policy, ASK]).await;
    let found = check(&whole).await.unwrap();
    assert_eq!(found.len(), all);
    for finding in &found {
        let expected = match finding.condition {
            None => Verdict::Allowed,
            Some(_) => Verdict::Missing,
        };
        let own = finding.action == "iam:SimulatePrincipalPolicy";
        assert!(own || finding.verdict == expected, "{finding:?}");
    }

    let less = policy.replace("\"s3:CreateBucket\",", "");
    let less = operator(&root, "less", &[&less, ASK]).await;
    let found = check(&less).await.unwrap();
    let missing = found
        .iter()
        .find(|finding| finding.action == "s3:CreateBucket");
    let missing = missing.unwrap();
    assert_eq!(missing.verdict, Verdict::Missing);
    assert_eq!(
        missing.to_string(),
        "s3:CreateBucket on arn:aws:s3:::tmux-doctor is not allowed; add it to the operator's policy (`tmux-builder aws policy` prints the whole policy)"
    );

    const DENY: &str = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Deny","Action":"s3:DeleteBucket","Resource":"*"}]}"#;
    let denied = operator(&root, "denied", &[&policy, ASK, DENY]).await;
    let found = check(&denied).await.unwrap();
    assert_eq!(with(&found, Verdict::Forbidden), ["s3:DeleteBucket"]);
}

#[tokio::test]
async fn without_the_right_to_ask_the_check_tries_what_only_reads() {
    let ministack = Ministack::start().await;
    let root = ministack.root().await;
    let whole = operator(&root, "whole", &[&policy(ACCOUNT, REGION)]).await;
    let found = check(&whole).await.unwrap();
    let tried = [
        "iam:GetUser",
        "iam:GetPolicy",
        "iam:ListUsers",
        "s3:ListAllMyBuckets",
        "cloudfront:ListDistributions",
        "dynamodb:DescribeTable",
    ];
    let sorted = |mut actions: Vec<&'static str>| {
        actions.sort_unstable();
        actions
    };
    assert_eq!(
        sorted(with(&found, Verdict::Allowed)),
        sorted(tried.to_vec())
    );
    assert!(with(&found, Verdict::Missing).is_empty());
    let nothing = operator(&root, "nothing", &[]).await;
    let found = check(&nothing).await.unwrap();
    assert_eq!(
        sorted(with(&found, Verdict::Missing)),
        sorted(tried.to_vec())
    );
    assert!(with(&found, Verdict::Allowed).is_empty());
}

#[tokio::test]
async fn wrong_credentials_are_no_finding() {
    let ministack = Ministack::start().await;
    let stranger = ministack.root().await.acting_with(&AccessKey {
        id: "AKIAIOSFODNN7EXAMPLE".into(),
        secret: "wrong".into(),
        token: None,
    });
    let error = check(&stranger).await.unwrap_err();
    assert!(
        error.to_string().contains("does not accept the access key"),
        "{error}"
    );
}
