//! Distributions and access controls: off the network first, then deleted.

use std::time::Duration;

use aws_sdk_cloudfront::Client;
use domain::hosting::{Progress, Report};

use super::pauses::Pauses;
use super::{TeardownError, deleted};
use crate::aws::error::{AwsError, Cause, failed};

/// How long CloudFront may take to disable a distribution. It says 5 to 15 minutes.
const PATIENCE: Duration = Duration::from_secs(3_600);
/// How long CloudFront may take to know that an access control is not used any more.
const USE_PATIENCE: Duration = Duration::from_secs(60);

/// Takes a distribution off the network. That takes effect after minutes.
pub(super) async fn disable(client: &Client, id: &str) -> Result<(), AwsError> {
    let mut pauses = Pauses::within(USE_PATIENCE);
    loop {
        match disable_once(client, id).await {
            // Somebody changed it in between.
            Err(error) if error.cause == Cause::Conflict && pauses.pause().await => {}
            result => return deleted(result),
        }
    }
}

async fn disable_once(client: &Client, id: &str) -> Result<(), AwsError> {
    let found = client.get_distribution_config().id(id).send().await;
    let found = found.map_err(failed("cloudfront:GetDistributionConfig"))?;
    let Some(mut config) = found.distribution_config.filter(|config| config.enabled) else {
        return Ok(());
    };
    config.enabled = false;
    client
        .update_distribution()
        .id(id)
        .set_if_match(found.e_tag)
        .distribution_config(config)
        .send()
        .await
        .map(drop)
        .map_err(failed("cloudfront:UpdateDistribution"))
}

/// Waits until a disabled distribution is off the network everywhere, and deletes it.
pub(super) async fn delete(
    client: &Client,
    id: &str,
    report: Report<'_>,
) -> Result<(), TeardownError> {
    let mut pauses = Pauses::within(PATIENCE);
    loop {
        match delete_once(client, id).await {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(error) if error.cause == Cause::Conflict => {}
            Err(error) => return Ok(deleted(Err::<(), _>(error))?),
        }
        report(Progress::step(
            "Waiting until CloudFront has disabled the distribution",
        ));
        if !pauses.pause().await {
            return Err(TeardownError::Slow(id.to_owned()));
        }
    }
}

/// False if it is too early.
async fn delete_once(client: &Client, id: &str) -> Result<bool, AwsError> {
    let found = client.get_distribution().id(id).send().await;
    let found = found.map_err(failed("cloudfront:GetDistribution"))?;
    if found
        .distribution
        .is_none_or(|found| found.status != "Deployed")
    {
        return Ok(false);
    }
    client
        .delete_distribution()
        .id(id)
        .set_if_match(found.e_tag)
        .send()
        .await
        .map(|_| true)
        .map_err(failed("cloudfront:DeleteDistribution"))
}

/// Deletes an access control.
pub(super) async fn delete_access_control(client: &Client, id: &str) -> Result<(), AwsError> {
    let mut pauses = Pauses::within(USE_PATIENCE);
    loop {
        match delete_access_control_once(client, id).await {
            Err(error) if is_early(&error) && pauses.pause().await => {}
            result => return deleted(result),
        }
    }
}

/// Whether CloudFront has not noticed yet that the distribution is gone.
fn is_early(error: &AwsError) -> bool {
    match &error.cause {
        Cause::Conflict => true,
        Cause::Other(text) => text.starts_with("OriginAccessControlInUse"),
        _ => false,
    }
}

async fn delete_access_control_once(client: &Client, id: &str) -> Result<(), AwsError> {
    let found = client.get_origin_access_control().id(id).send().await;
    let found = found.map_err(failed("cloudfront:GetOriginAccessControl"))?;
    client
        .delete_origin_access_control()
        .id(id)
        .set_if_match(found.e_tag)
        .send()
        .await
        .map(drop)
        .map_err(failed("cloudfront:DeleteOriginAccessControl"))
}
