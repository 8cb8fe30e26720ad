//! A site's distribution: the address under which visitors everywhere get what is live.

use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::types::{
    AllowedMethods, CachedMethods, CustomErrorResponse, CustomErrorResponses, DefaultCacheBehavior,
    Distribution, DistributionConfig, DistributionConfigWithTags, EventType, FunctionAssociation,
    FunctionAssociations, HttpVersion, InvalidationBatch, Method, Origin, Origins, Paths,
    PriceClass, S3OriginConfig, Tag, Tags, ViewerProtocolPolicy,
};
use domain::hosting::Target;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::tags_of;
use crate::aws::error::{AwsError, Cause, failed};

/// The managed cache policy “CachingOptimized”.
const CACHE_POLICY: &str = "658327ea-f89d-4fab-a63d-7e88639e58f6";
/// The managed response headers policy “SecurityHeadersPolicy”.
const HEADERS_POLICY: &str = "67f7725c-6f97-4210-82d7-5512b31e9d03";
/// Seconds that the network remembers that something is not there.
const NOT_FOUND_SECONDS: i64 = 10;
/// How often a change is tried again that others make at the same moment.
const TRIES: usize = 8;

/// What visitors get where nothing is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotFound {
    /// The site's own `404.html`.
    Page,
    /// The site's start page: an application that makes its pages in the browser.
    Application,
}

/// A distribution as AWS made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// What AWS calls it.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// Its host name.
    pub domain: String,
}

/// What a distribution is made of.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// The bucket's region.
    pub region: &'a str,
    /// The id of the origin access control.
    pub access: &'a str,
    /// The ARN of the index function.
    pub function: &'a str,
}

/// Makes the site's distribution, or finds the one that was made before an answer was lost.
///
/// # Errors
/// AWS refuses.
pub async fn ensure(client: &Client, target: &Target, parts: Parts<'_>) -> Result<Made, AwsError> {
    if let Some(found) = find(client, &target.name).await? {
        return Ok(found);
    }
    match create(client, target, parts).await {
        Err(error) if error.cause == Cause::Exists => {
            find(client, &target.name).await?.ok_or(error)
        }
        result => result,
    }
}

/// What the distribution with this id is.
///
/// # Errors
/// AWS refuses.
pub async fn get(client: &Client, id: &str) -> Result<Distribution, AwsError> {
    let get = client.get_distribution().id(id);
    let got = get.send().await;
    let got = got.map_err(failed("cloudfront:GetDistribution"))?;
    got.distribution
        .ok_or_else(|| no_content("cloudfront:GetDistribution"))
}

/// Whether its last change and all that it was told to forget has reached every place.
///
/// # Errors
/// AWS refuses.
pub async fn is_deployed(client: &Client, id: &str) -> Result<bool, AwsError> {
    let found = get(client, id).await?;
    Ok(found.status == "Deployed" && found.in_progress_invalidation_batches == 0)
}

/// Says what visitors get where nothing is found. The distribution is only changed if it says
/// something else.
///
/// # Errors
/// AWS refuses.
pub async fn answer_not_found(client: &Client, id: &str, with: NotFound) -> Result<(), AwsError> {
    for _ in 1..TRIES {
        match answer_not_found_once(client, id, with).await {
            Err(error) if error.cause == Cause::Conflict => {}
            result => return result,
        }
    }
    answer_not_found_once(client, id, with).await
}

async fn answer_not_found_once(client: &Client, id: &str, with: NotFound) -> Result<(), AwsError> {
    let get = client.get_distribution_config().id(id);
    let got = get
        .send()
        .await
        .map_err(failed("cloudfront:GetDistributionConfig"))?;
    let action = "cloudfront:UpdateDistribution";
    let mut config = got.distribution_config.ok_or_else(|| no_content(action))?;
    let wanted = error_responses(with);
    let is_same = |known: &CustomErrorResponses| known.items() == wanted.items();
    if config.custom_error_responses.as_ref().is_some_and(is_same) {
        return Ok(());
    }
    config.custom_error_responses = Some(wanted);
    let update = client
        .update_distribution()
        .id(id)
        .set_if_match(got.e_tag)
        .distribution_config(config);
    update.send().await.map(drop).map_err(failed(action))
}

/// Tells the network to forget paths.
///
/// # Errors
/// AWS refuses.
pub async fn invalidate(client: &Client, id: &str, paths: Vec<String>) -> Result<(), AwsError> {
    #[expect(clippy::expect_used, reason = "all that is required is set here")]
    let paths = Paths::builder()
        .quantity(count(paths.len()))
        .set_items(Some(paths))
        .build()
        .expect("a quantity is set");
    #[expect(clippy::expect_used, reason = "all that is required is set here")]
    let batch = InvalidationBatch::builder()
        .paths(paths)
        .caller_reference(Uuid::new_v4().to_string())
        .build()
        .expect("paths and a reference are set");
    let invalidate = client
        .create_invalidation()
        .distribution_id(id)
        .invalidation_batch(batch);
    let done = invalidate.send().await;
    done.map(drop)
        .map_err(failed("cloudfront:CreateInvalidation"))
}

async fn find(client: &Client, name: &str) -> Result<Option<Made>, AwsError> {
    let mut marker = None;
    loop {
        let list = client.list_distributions().set_marker(marker);
        let page = list.send().await;
        let page = page.map_err(failed("cloudfront:ListDistributions"))?;
        let Some(page) = page.distribution_list else {
            return Ok(None);
        };
        let items = page.items.unwrap_or_default();
        if let Some(found) = items.into_iter().find(|item| item.comment == name) {
            return Ok(Some(Made {
                id: found.id,
                arn: found.arn,
                domain: found.domain_name,
            }));
        }
        marker = page.next_marker.filter(|_| page.is_truncated);
        if marker.is_none() {
            return Ok(None);
        }
    }
}

async fn create(client: &Client, target: &Target, parts: Parts<'_>) -> Result<Made, AwsError> {
    let action = "cloudfront:CreateDistribution";
    let tags = tags_of(target).into_iter().map(|(key, value)| {
        #[expect(clippy::expect_used, reason = "all that is required is set here")]
        Tag::builder()
            .key(key)
            .value(value)
            .build()
            .expect("a key is set")
    });
    let tags = Tags::builder().set_items(Some(tags.collect())).build();
    let config = DistributionConfigWithTags::builder()
        .distribution_config(config(&target.name, parts))
        .tags(tags)
        .build();
    let create = client
        .create_distribution_with_tags()
        .distribution_config_with_tags(config);
    let made = create.send().await.map_err(failed(action))?;
    let made = made.distribution.ok_or_else(|| no_content(action))?;
    Ok(Made {
        id: made.id,
        arn: made.arn,
        domain: made.domain_name,
    })
}

/// The configuration. Its reference and comment are the site's name, so that it is found again.
#[expect(clippy::expect_used, reason = "all that is required is set here")]
fn config(name: &str, parts: Parts<'_>) -> DistributionConfig {
    let origin = Origin::builder()
        .id(name)
        .domain_name(format!("{name}.s3.{}.amazonaws.com", parts.region))
        .origin_path("/live")
        .s3_origin_config(S3OriginConfig::builder().origin_access_identity("").build())
        .origin_access_control_id(parts.access)
        .build()
        .expect("id and domain name are set");
    let origins = Origins::builder().quantity(1).items(origin).build();
    DistributionConfig::builder()
        .caller_reference(name)
        .comment(name)
        .enabled(true)
        .default_root_object("index.html")
        .origins(origins.expect("a quantity and items are set"))
        .default_cache_behavior(behavior(name, parts.function))
        .custom_error_responses(error_responses(NotFound::Application))
        .http_version(HttpVersion::Http2and3)
        .is_ipv6_enabled(true)
        .price_class(PriceClass::PriceClass100)
        .build()
        .expect("all that is required is set")
}

#[expect(clippy::expect_used, reason = "all that is required is set here")]
fn behavior(origin: &str, function: &str) -> DefaultCacheBehavior {
    let reading = || vec![Method::Get, Method::Head];
    let cached = CachedMethods::builder()
        .quantity(2)
        .set_items(Some(reading()))
        .build()
        .expect("a quantity and items are set");
    let allowed = AllowedMethods::builder()
        .quantity(2)
        .set_items(Some(reading()))
        .cached_methods(cached)
        .build()
        .expect("a quantity and items are set");
    let function = FunctionAssociation::builder()
        .event_type(EventType::ViewerRequest)
        .function_arn(function)
        .build()
        .expect("an event and a function are set");
    let functions = FunctionAssociations::builder().quantity(1).items(function);
    DefaultCacheBehavior::builder()
        .target_origin_id(origin)
        .viewer_protocol_policy(ViewerProtocolPolicy::RedirectToHttps)
        .allowed_methods(allowed)
        .compress(true)
        .cache_policy_id(CACHE_POLICY)
        .response_headers_policy_id(HEADERS_POLICY)
        .function_associations(functions.build().expect("a quantity is set"))
        .build()
        .expect("an origin and a protocol policy are set")
}

/// A private bucket says 403 of what is not there, for it lets nobody list it.
fn error_responses(not_found: NotFound) -> CustomErrorResponses {
    let (page, status) = match not_found {
        NotFound::Page => ("/404.html", "404"),
        NotFound::Application => ("/index.html", "200"),
    };
    let responses = [403, 404].map(|error| {
        let response = CustomErrorResponse::builder()
            .error_code(error)
            .response_page_path(page)
            .response_code(status)
            .error_caching_min_ttl(NOT_FOUND_SECONDS);
        #[expect(clippy::expect_used, reason = "all that is required is set here")]
        response.build().expect("an error code is set")
    });
    #[expect(clippy::expect_used, reason = "all that is required is set here")]
    CustomErrorResponses::builder()
        .quantity(count(responses.len()))
        .set_items(Some(responses.into()))
        .build()
        .expect("a quantity is set")
}

fn count(items: usize) -> i32 {
    i32::try_from(items).unwrap_or(i32::MAX)
}

/// AWS said that all is well, and nothing else.
fn no_content(action: &'static str) -> AwsError {
    AwsError::refused(action, "InternalError", None)
}
