//! The user of a workspace, its policy and its boundary in IAM. Each function may be repeated.

use aws_sdk_iam::Client;
use aws_sdk_iam::types::{Tag, User};
use percent_encoding::percent_decode_str;
use protocol::Guid;
use serde_json::Value;

use super::super::error::{AwsError, Cause, failed, present};
use super::super::names;
use super::{IdentityError, keys, policy};

/// Makes the boundary, or brings it up to date.
pub(super) async fn ensure_boundary(iam: &Client, account: &str) -> Result<(), AwsError> {
    let arn = names::boundary_arn(account);
    let document = policy::boundary(account);
    let found = iam.get_policy().policy_arn(&arn).send().await;
    let version = match found.map_err(failed("iam:GetPolicy")) {
        Ok(found) => found.policy.and_then(|policy| policy.default_version_id),
        Err(error) if error.cause == Cause::Missing => {
            return create_boundary(iam, &document).await;
        }
        Err(error) => return Err(error),
    };
    let current = iam
        .get_policy_version()
        .policy_arn(&arn)
        .version_id(version.unwrap_or_default())
        .send()
        .await
        .map_err(failed("iam:GetPolicyVersion"))?;
    let current = current.policy_version.and_then(|version| version.document);
    if current.is_some_and(|current| is_same(&current, &document)) {
        return Ok(());
    }
    make_room(iam, &arn).await?;
    iam.create_policy_version()
        .policy_arn(&arn)
        .policy_document(document)
        .set_as_default(true)
        .send()
        .await
        .map_err(failed("iam:CreatePolicyVersion"))?;
    Ok(())
}

async fn create_boundary(iam: &Client, document: &str) -> Result<(), AwsError> {
    let made = iam
        .create_policy()
        .policy_name(names::BOUNDARY)
        .description("What a workspace of Tmux Builder can do at most.")
        .policy_document(document)
        .send()
        .await;
    match made.map_err(failed("iam:CreatePolicy")) {
        // Another server was faster.
        Err(error) if error.cause == Cause::Exists => Ok(()),
        made => made.map(drop),
    }
}

/// A policy has at most five versions.
async fn make_room(iam: &Client, arn: &str) -> Result<(), AwsError> {
    let pages = iam.list_policy_versions().policy_arn(arn);
    let versions = pages.into_paginator().items().send();
    let versions = versions.collect::<Result<Vec<_>, _>>().await;
    let versions = versions.map_err(failed("iam:ListPolicyVersions"))?;
    let mut unused: Vec<_> = (versions.iter())
        .filter(|version| !version.is_default_version)
        .collect();
    unused.sort_by_key(|version| version.create_date);
    let Some(oldest) = unused.first().filter(|_| versions.len() >= 5) else {
        return Ok(());
    };
    let deleted = iam
        .delete_policy_version()
        .policy_arn(arn)
        .set_version_id(oldest.version_id.clone())
        .send()
        .await;
    present(deleted.map_err(failed("iam:DeletePolicyVersion"))).map(drop)
}

/// The workspace's user, if it is there.
pub(super) async fn find(iam: &Client, guid: &Guid) -> Result<Option<User>, IdentityError> {
    let name = names::user(guid);
    let found = iam.get_user().user_name(&name).send().await;
    let Some(user) = present(found.map_err(failed("iam:GetUser")))?.and_then(|answer| answer.user)
    else {
        return Ok(None);
    };
    let tag = user.tags().iter().find(|tag| tag.key() == names::GUID_TAG);
    match tag {
        Some(tag) if tag.value() == guid.as_str() => Ok(Some(user)),
        Some(_) => Err(IdentityError::Taken(name)),
        None => Err(IdentityError::NotOurs(name)),
    }
}

/// Makes the user, or finds it, with its boundary.
pub(super) async fn ensure(iam: &Client, account: &str, guid: &Guid) -> Result<(), IdentityError> {
    let boundary = names::boundary_arn(account);
    let user = match find(iam, guid).await? {
        Some(user) => Some(user),
        None if create(iam, guid, &boundary).await? => return Ok(()),
        None => find(iam, guid).await?,
    };
    let bounded = user.and_then(|user| user.permissions_boundary);
    if bounded.and_then(|bounded| bounded.permissions_boundary_arn) == Some(boundary.clone()) {
        return Ok(());
    }
    iam.put_user_permissions_boundary()
        .user_name(names::user(guid))
        .permissions_boundary(boundary)
        .send()
        .await
        .map_err(failed("iam:PutUserPermissionsBoundary"))?;
    Ok(())
}

/// False if somebody else has made one of that name at the same moment.
async fn create(iam: &Client, guid: &Guid, boundary: &str) -> Result<bool, AwsError> {
    #[expect(clippy::expect_used, reason = "both parts are set")]
    let tag = Tag::builder()
        .key(names::GUID_TAG)
        .value(guid.as_str())
        .build()
        .expect("a tag has a key and a value");
    let made = iam
        .create_user()
        .user_name(names::user(guid))
        .permissions_boundary(boundary)
        .tags(tag)
        .send()
        .await;
    match made.map_err(failed("iam:CreateUser")) {
        Err(error) if error.cause == Cause::Exists => Ok(false),
        made => made.map(|_| true),
    }
}

/// Puts the inline policy in place of the one before.
pub(super) async fn put_policy(
    iam: &Client,
    guid: &Guid,
    document: String,
) -> Result<(), AwsError> {
    iam.put_user_policy()
        .user_name(names::user(guid))
        .policy_name(names::USER_POLICY)
        .policy_document(document)
        .send()
        .await
        .map_err(failed("iam:PutUserPolicy"))?;
    Ok(())
}

/// Deletes the user called `name` with its keys and its policy. What is gone already is fine.
pub(in crate::aws) async fn delete(iam: &Client, name: &str) -> Result<(), AwsError> {
    for id in keys::list(iam, name).await? {
        keys::delete(iam, name, &id).await?;
    }
    let policy = iam
        .delete_user_policy()
        .user_name(name)
        .policy_name(names::USER_POLICY)
        .send()
        .await;
    present(policy.map_err(failed("iam:DeleteUserPolicy")))?;
    let user = iam.delete_user().user_name(name).send().await;
    present(user.map_err(failed("iam:DeleteUser"))).map(drop)
}

/// Whether IAM's document, which it encodes for URLs, says the same as ours.
fn is_same(encoded: &str, ours: &str) -> bool {
    let decoded = percent_decode_str(encoded).decode_utf8_lossy();
    let parse = |text: &str| serde_json::from_str::<Value>(text).ok();
    parse(&decoded).is_some_and(|theirs| Some(theirs) == parse(ours))
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn documents_are_the_same_if_they_say_the_same() {
        assert!(is_same("%7B%20%22a%22%3A%201%7D", r#"{"a":1}"#));
        assert!(is_same(r#"{"a": 1}"#, r#"{"a":1}"#));
        assert!(!is_same(r#"{"a": 2}"#, r#"{"a":1}"#));
        assert!(!is_same("", r#"{"a":1}"#));
    }
}
