//! The function that all distributions share: it leads visitors of a folder to its page. It belongs
//! to the account and not to a site, so it is in nobody's part of the ledger.

use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::primitives::Blob;
use aws_sdk_cloudfront::types::{FunctionConfig, FunctionRuntime, FunctionStage, FunctionSummary};

use crate::aws::error::{AwsError, Cause, failed};
use crate::aws::names::INDEX_FUNCTION as NAME;

const CODE: &str = include_str!("function.js");
/// How often it is looked at again, when another server changes it at the same moment.
const TRIES: usize = 8;

/// The function's ARN. It is made, brought up to date and published where that has not been done.
///
/// # Errors
/// AWS refuses.
pub async fn ensure(client: &Client) -> Result<String, AwsError> {
    for _ in 1..TRIES {
        match ensure_once(client).await {
            Err(error)
                if matches!(
                    error.cause,
                    Cause::Conflict | Cause::Exists | Cause::Missing
                ) => {}
            result => return result,
        }
    }
    ensure_once(client).await
}

async fn ensure_once(client: &Client) -> Result<String, AwsError> {
    let Some((etag, code, _)) = find(client, FunctionStage::Development).await? else {
        let made = client
            .create_function()
            .name(NAME)
            .function_config(config())
            .function_code(Blob::new(CODE))
            .send()
            .await
            .map_err(failed("cloudfront:CreateFunction"))?;
        return publish(client, made.e_tag.unwrap_or_default()).await;
    };
    if code != CODE.as_bytes() {
        let updated = client
            .update_function()
            .name(NAME)
            .if_match(etag)
            .function_config(config())
            .function_code(Blob::new(CODE))
            .send()
            .await
            .map_err(failed("cloudfront:UpdateFunction"))?;
        return publish(client, updated.e_tag.unwrap_or_default()).await;
    }
    match find(client, FunctionStage::Live).await? {
        Some((_, live, arn)) if live == CODE.as_bytes() => Ok(arn),
        _ => publish(client, etag).await,
    }
}

/// Tag, code and ARN of a stage of the function.
async fn find(
    client: &Client,
    stage: FunctionStage,
) -> Result<Option<(String, Vec<u8>, String)>, AwsError> {
    let get = client.get_function().name(NAME).stage(stage.clone());
    let code = match get.send().await.map_err(failed("cloudfront:GetFunction")) {
        Ok(answer) => answer.function_code.unwrap_or_else(|| Blob::new("")),
        Err(error) if error.cause == Cause::Missing => return Ok(None),
        Err(error) => return Err(error),
    };
    let describe = client.describe_function().name(NAME).stage(stage);
    let described = match describe
        .send()
        .await
        .map_err(failed("cloudfront:DescribeFunction"))
    {
        Ok(answer) => answer,
        Err(error) if error.cause == Cause::Missing => return Ok(None),
        Err(error) => return Err(error),
    };
    let arn = arn(described.function_summary);
    Ok(Some((
        described.e_tag.unwrap_or_default(),
        code.into_inner(),
        arn,
    )))
}

async fn publish(client: &Client, etag: String) -> Result<String, AwsError> {
    let publish = client.publish_function().name(NAME).if_match(etag);
    let published = publish.send().await;
    let published = published.map_err(failed("cloudfront:PublishFunction"))?;
    Ok(arn(published.function_summary))
}

fn arn(summary: Option<FunctionSummary>) -> String {
    summary
        .and_then(|summary| summary.function_metadata)
        .map(|metadata| metadata.function_arn)
        .unwrap_or_default()
}

fn config() -> FunctionConfig {
    #[expect(clippy::expect_used, reason = "all that is required is set above")]
    FunctionConfig::builder()
        .comment("Tmux Builder: leads visitors of a folder to its page")
        .runtime(FunctionRuntime::CloudfrontJs20)
        .build()
        .expect("comment and runtime are set")
}
