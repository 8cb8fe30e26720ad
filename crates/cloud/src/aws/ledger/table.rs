//! The ledger's table: made once, kept safe.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, PointInTimeRecoverySpecification,
    PointInTimeRecoveryStatus, ScalarAttributeType, TableStatus,
};
use tokio::time::{Instant, sleep};

use super::item::{PARTITION, SORT};
use super::{LedgerError, TABLE};
use crate::aws::error::{AwsError, Cause, failed};

/// How long a new table may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// Between two looks at it.
const PAUSE: Duration = Duration::from_millis(500);

/// Makes the table if it is missing, and turns on its backups. Whoever comes second finds it made.
pub(super) async fn prepare(client: &Client) -> Result<(), LedgerError> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match status(client).await? {
            None => create(client).await?,
            Some(TableStatus::Active) => break,
            Some(_) if Instant::now() > deadline => return Err(LedgerError::NotReady),
            Some(_) => sleep(PAUSE).await,
        }
    }
    while !has_backups(client).await? {
        match enable_backups(client).await {
            // A new table says for a while that its backups cannot be turned on yet.
            Err(AwsError {
                cause: Cause::Other(text),
                ..
            }) if text.starts_with("ContinuousBackupsUnavailable") && Instant::now() < deadline => {
                sleep(PAUSE).await;
            }
            Err(error) => return Err(error.into()),
            Ok(()) => break,
        }
    }
    Ok(())
}

/// How far the table is; none if there is no table.
async fn status(client: &Client) -> Result<Option<TableStatus>, AwsError> {
    let answer = client.describe_table().table_name(TABLE).send().await;
    match answer.map_err(failed("dynamodb:DescribeTable")) {
        Ok(answer) => Ok(answer.table.and_then(|table| table.table_status)),
        Err(AwsError {
            cause: Cause::Missing,
            ..
        }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Makes the table. That somebody else makes it at the same moment is as good.
async fn create(client: &Client) -> Result<(), AwsError> {
    let mut request = client
        .create_table()
        .table_name(TABLE)
        .billing_mode(BillingMode::PayPerRequest)
        .deletion_protection_enabled(true);
    for (name, role) in [(PARTITION, KeyType::Hash), (SORT, KeyType::Range)] {
        let key = KeySchemaElement::builder()
            .attribute_name(name)
            .key_type(role);
        let attribute = AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S);
        #[expect(clippy::expect_used, reason = "all that is required is set above")]
        let (key, attribute) = (
            key.build().expect("name and role are set"),
            attribute.build().expect("name and type are set"),
        );
        request = request.key_schema(key).attribute_definitions(attribute);
    }
    match request.send().await.map_err(failed("dynamodb:CreateTable")) {
        Ok(_)
        | Err(AwsError {
            cause: Cause::Exists,
            ..
        }) => Ok(()),
        Err(error) => Err(error),
    }
}

async fn has_backups(client: &Client) -> Result<bool, AwsError> {
    let request = client.describe_continuous_backups().table_name(TABLE);
    let answer = request.send().await;
    let answer = answer.map_err(failed("dynamodb:DescribeContinuousBackups"))?;
    let recovery = answer
        .continuous_backups_description
        .and_then(|backups| backups.point_in_time_recovery_description)
        .and_then(|recovery| recovery.point_in_time_recovery_status);
    Ok(recovery == Some(PointInTimeRecoveryStatus::Enabled))
}

async fn enable_backups(client: &Client) -> Result<(), AwsError> {
    let recovery = PointInTimeRecoverySpecification::builder()
        .point_in_time_recovery_enabled(true)
        .build();
    #[expect(clippy::expect_used, reason = "all that is required is set above")]
    let recovery = recovery.expect("whether it is enabled is set");
    client
        .update_continuous_backups()
        .table_name(TABLE)
        .point_in_time_recovery_specification(recovery)
        .send()
        .await
        .map(drop)
        .map_err(failed("dynamodb:UpdateContinuousBackups"))
}
