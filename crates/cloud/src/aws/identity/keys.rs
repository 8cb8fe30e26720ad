//! The access keys of a user in IAM.

use std::time::Duration;

use aws_sdk_iam::Client;
use aws_sdk_iam::types::StatusType;
use tokio::time::{Instant, sleep};

use super::super::clients::{AccessKey, Clients};
use super::super::error::{AwsError, Cause, failed, present};
use super::IdentityError;

/// A new key is accepted everywhere after some seconds.
const PROOF: Duration = Duration::from_secs(45);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The ids of a user's keys; none if there is no such user.
pub(super) async fn list(iam: &Client, user: &str) -> Result<Vec<String>, AwsError> {
    let pages = iam.list_access_keys().user_name(user);
    let keys = pages.into_paginator().items().send();
    let keys = keys.collect::<Result<Vec<_>, _>>().await;
    let keys = present(keys.map_err(failed("iam:ListAccessKeys")))?;
    let ids = keys.into_iter().flatten().map(|key| key.access_key_id);
    Ok(ids.flatten().collect())
}

/// Makes a key.
pub(super) async fn create(iam: &Client, user: &str) -> Result<AccessKey, AwsError> {
    let made = iam.create_access_key().user_name(user).send().await;
    let made = made.map_err(failed("iam:CreateAccessKey"))?.access_key;
    let (id, secret) = made.map_or_else(Default::default, |key| {
        (key.access_key_id, key.secret_access_key)
    });
    Ok(AccessKey {
        id,
        secret,
        token: None,
    })
}

/// Deletes a key. One that is gone already is fine.
pub(super) async fn delete(iam: &Client, user: &str, id: &str) -> Result<(), AwsError> {
    let key = iam.delete_access_key().user_name(user).access_key_id(id);
    present(key.send().await.map_err(failed("iam:DeleteAccessKey"))).map(drop)
}

/// Lets a key be used, or not.
pub(super) async fn set_active(
    iam: &Client,
    user: &str,
    id: &str,
    active: bool,
) -> Result<(), AwsError> {
    let status = if active {
        StatusType::Active
    } else {
        StatusType::Inactive
    };
    let key = iam.update_access_key().user_name(user).access_key_id(id);
    let answer = key.status(status).send().await;
    present(answer.map_err(failed("iam:UpdateAccessKey"))).map(drop)
}

/// Waits until the key behind `clients` is accepted.
pub(super) async fn prove(clients: &Clients) -> Result<(), IdentityError> {
    let deadline = Instant::now() + PROOF;
    let mut pause = FIRST_PAUSE;
    loop {
        match accepted(clients).await {
            Ok(()) => return Ok(()),
            Err(error) if !is_early(&error.cause) => return Err(error.into()),
            Err(error) if Instant::now() >= deadline => return Err(IdentityError::Unproven(error)),
            Err(_) => sleep(pause).await,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

fn is_early(cause: &Cause) -> bool {
    *cause == Cause::BadKey || cause.passes()
}

/// Asks two services, which hear of a new key at different times.
async fn accepted(clients: &Clients) -> Result<(), AwsError> {
    let who = clients.sts.get_caller_identity().send().await;
    who.map_err(failed("sts:GetCallerIdentity"))?;
    // That it is denied proves that the key is known.
    let buckets = clients.s3.list_buckets().max_buckets(1).send().await;
    match buckets.map_err(failed("s3:ListAllMyBuckets")) {
        Err(error) if is_early(&error.cause) => Err(error),
        _ => Ok(()),
    }
}
