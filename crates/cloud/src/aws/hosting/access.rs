//! A site's origin access control: with it, the distribution signs what it asks of the bucket.

use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::types::{
    OriginAccessControlConfig, OriginAccessControlOriginTypes, OriginAccessControlSigningBehaviors,
    OriginAccessControlSigningProtocols,
};

use crate::aws::error::{AwsError, Cause, failed};

/// The id of the access control with this name, which is made if it is missing.
///
/// # Errors
/// AWS refuses.
pub async fn ensure(client: &Client, name: &str) -> Result<String, AwsError> {
    if let Some(id) = find(client, name).await? {
        return Ok(id);
    }
    match create(client, name).await {
        // Made at the same moment, or before an answer that was lost.
        Err(error) if error.cause == Cause::Exists => find(client, name).await?.ok_or(error),
        result => result,
    }
}

async fn create(client: &Client, name: &str) -> Result<String, AwsError> {
    #[expect(clippy::expect_used, reason = "all that is required is set here")]
    let config = OriginAccessControlConfig::builder()
        .name(name)
        .description("Tmux Builder")
        .origin_access_control_origin_type(OriginAccessControlOriginTypes::S3)
        .signing_behavior(OriginAccessControlSigningBehaviors::Always)
        .signing_protocol(OriginAccessControlSigningProtocols::Sigv4)
        .build()
        .expect("name, type, behaviour and protocol are set");
    let create = client
        .create_origin_access_control()
        .origin_access_control_config(config);
    let made = create.send().await;
    let made = made.map_err(failed("cloudfront:CreateOriginAccessControl"))?;
    Ok(made
        .origin_access_control
        .map(|made| made.id)
        .unwrap_or_default())
}

async fn find(client: &Client, name: &str) -> Result<Option<String>, AwsError> {
    let mut marker = None;
    loop {
        let list = client.list_origin_access_controls().set_marker(marker);
        let page = list.send().await;
        let page = page.map_err(failed("cloudfront:ListOriginAccessControls"))?;
        let Some(page) = page.origin_access_control_list else {
            return Ok(None);
        };
        let items = page.items.unwrap_or_default();
        if let Some(found) = items.into_iter().find(|item| item.name == name) {
            return Ok(Some(found.id));
        }
        marker = page.next_marker.filter(|_| page.is_truncated);
        if marker.is_none() {
            return Ok(None);
        }
    }
}
