//! Users: their keys and their policy first.

use aws_sdk_iam::Client;

use super::deleted;
use crate::aws::error::{AwsError, failed};
use crate::aws::names;

/// Deletes a workspace's user with all that it has.
pub(super) async fn delete(client: &Client, name: &str) -> Result<(), AwsError> {
    deleted(delete_keys(client, name).await)?;
    let policy = client
        .delete_user_policy()
        .user_name(name)
        .policy_name(names::USER_POLICY);
    deleted(policy.send().await.map_err(failed("iam:DeleteUserPolicy")))?;
    let user = client.delete_user().user_name(name).send().await;
    deleted(user.map_err(failed("iam:DeleteUser")))
}

async fn delete_keys(client: &Client, name: &str) -> Result<(), AwsError> {
    let keys = client.list_access_keys().user_name(name).send().await;
    let keys = keys.map_err(failed("iam:ListAccessKeys"))?;
    // There are two at most, so there is one page.
    for id in keys
        .access_key_metadata
        .into_iter()
        .filter_map(|key| key.access_key_id)
    {
        let delete = client.delete_access_key().user_name(name).access_key_id(id);
        deleted(delete.send().await.map_err(failed("iam:DeleteAccessKey")))?;
    }
    Ok(())
}
