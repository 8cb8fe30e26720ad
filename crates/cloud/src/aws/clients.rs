//! The one place where clients of AWS are made (`clippy.toml` refuses it elsewhere).

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};

/// Where AWS is and who acts. What is not set here comes from the standard variables and files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientSettings {
    /// The operator's profile in the standard files.
    pub profile: Option<String>,
    /// The region of buckets and of the ledger.
    pub region: Option<String>,
    /// Another endpoint than AWS itself, for all services.
    pub endpoint: Option<String>,
}

/// The region where nothing else is set.
pub const DEFAULT_REGION: &str = "us-east-1";

/// Until a connection stands.
const CONNECT: Duration = Duration::from_secs(5);
/// Until one attempt is answered. An upload that stands still ends earlier, by the SDK's own rule.
const ATTEMPT: Duration = Duration::from_secs(120);
/// Attempts of one call, with growing pauses.
const ATTEMPTS: u32 = 6;

/// An access key. Its secret part is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// The public part.
    pub id: String,
    /// The secret part.
    pub secret: String,
    /// Belongs to keys that end by themselves.
    pub token: Option<String>,
}

impl std::fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("AccessKey").field(&self.id).finish()
    }
}

/// Clients that act as one identity. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Clients {
    /// Users, keys and policies.
    pub iam: aws_sdk_iam::Client,
    /// Who one is, and credentials that end.
    pub sts: aws_sdk_sts::Client,
    /// Buckets and objects.
    pub s3: aws_sdk_s3::Client,
    /// Distributions.
    pub cloudfront: aws_sdk_cloudfront::Client,
    /// The ledger.
    pub dynamodb: aws_sdk_dynamodb::Client,
    config: SdkConfig,
}

impl Clients {
    /// Clients that act as the operator: environment, profile, role or container, as the standard
    /// chain finds them. Nothing is asked of AWS yet.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place where clients are made"
    )]
    pub async fn provisioner(settings: &ClientSettings) -> Self {
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .timeout_config(timeouts());
        if let Some(profile) = &settings.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(region) = &settings.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(endpoint) = &settings.endpoint {
            loader = loader.endpoint_url(endpoint);
        }
        let config = loader.load().await;
        let region = config.region().cloned();
        let region = region.unwrap_or(Region::from_static(DEFAULT_REGION));
        Self::over(config.into_builder().region(region).build())
    }

    /// Clients at the same place that act with another key.
    #[must_use]
    pub fn acting_with(&self, key: &AccessKey) -> Self {
        let credentials =
            Credentials::new(&key.id, &key.secret, key.token.clone(), None, "workspace");
        let provider = SharedCredentialsProvider::new(credentials);
        Self::over(
            self.config
                .to_builder()
                .credentials_provider(provider)
                .build(),
        )
    }

    /// The region of buckets and of the ledger.
    #[must_use]
    pub fn region(&self) -> &str {
        self.config.region().map_or(DEFAULT_REGION, AsRef::as_ref)
    }

    /// Whether AWS is asked over TLS. Only an emulator on this machine is asked without.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        let endpoint = self.config.endpoint_url();
        !endpoint.is_some_and(|url| url.starts_with("http://"))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place where clients are made"
    )]
    fn over(config: SdkConfig) -> Self {
        // Another endpoint has no wildcard name for buckets.
        let s3 = aws_sdk_s3::config::Builder::from(&config)
            .force_path_style(config.endpoint_url().is_some())
            .build();
        Self {
            iam: aws_sdk_iam::Client::new(&config),
            sts: aws_sdk_sts::Client::new(&config),
            s3: aws_sdk_s3::Client::from_conf(s3),
            cloudfront: aws_sdk_cloudfront::Client::new(&config),
            dynamodb: aws_sdk_dynamodb::Client::new(&config),
            config,
        }
    }
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .build()
}
