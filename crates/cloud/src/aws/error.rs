//! What AWS answered when it did not do what was asked, in words that say what to do.

use std::error::Error as StdError;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use domain::hosting::HostingError;

/// An action of AWS that failed.
#[derive(Debug, thiserror::Error)]
#[error("{action} failed: {cause}")]
pub struct AwsError {
    /// The action, as policies name it: `s3:CreateBucket`.
    pub action: &'static str,
    /// Why.
    pub cause: Cause,
    /// What the SDK reported.
    #[source]
    source: Box<dyn StdError + Send + Sync>,
}

impl AwsError {
    /// One of several things that were asked for in one call was refused, with this code.
    #[must_use]
    pub fn refused(action: &'static str, code: &str, message: Option<&str>) -> Self {
        Self {
            action,
            cause: Cause::of_code(code, message),
            source: message.unwrap_or(code).into(),
        }
    }
}

/// Why an action failed. Each says what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// No credentials are set.
    #[error(
        "no AWS credentials are found; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    )]
    NoCredentials,
    /// The credentials have ended.
    #[error("the AWS credentials have expired; renew them, then try again")]
    Expired,
    /// The key or its signature is not accepted.
    #[error("AWS does not accept the access key; check it, or make a new one")]
    BadKey,
    /// A policy does not allow the action.
    #[error("AWS denies it; allow this action (`tmux-builder aws policy` prints the whole policy)")]
    Denied,
    /// The clocks differ too much.
    #[error("this machine's clock is wrong; set it (for example with NTP), then try again")]
    Clock,
    /// The bucket is in another region.
    #[error("it is in another region; set AWS_REGION to the region where it was made")]
    Region,
    /// Too many calls.
    #[error("AWS asks to slow down; try again in a minute")]
    Throttled,
    /// The account has no room for another one.
    #[error(
        "a quota of the AWS account is reached ({0}); remove what is not needed, or ask AWS to raise it"
    )]
    Quota(String),
    /// It is not there.
    #[error("it does not exist (any more)")]
    Missing,
    /// It is there already.
    #[error("it exists already")]
    Exists,
    /// Somebody else changed it, or a condition does not hold.
    #[error("somebody else changed it at the same moment; try again")]
    Conflict,
    /// No answer.
    #[error("AWS cannot be reached; check the network (and AWS_ENDPOINT_URL), then try again")]
    Unreachable,
    /// AWS itself has a fault.
    #[error("AWS has a fault of its own; try again in a minute")]
    Fault,
    /// Another refusal, in the words of AWS.
    #[error("{0}")]
    Other(String),
}

impl Cause {
    /// Whether the same call may well succeed a little later.
    #[must_use]
    pub const fn passes(&self) -> bool {
        matches!(
            self,
            Self::Throttled | Self::Unreachable | Self::Fault | Self::Conflict
        )
    }

    fn of_code(code: &str, message: Option<&str>) -> Self {
        match code {
            "ExpiredToken"
            | "ExpiredTokenException"
            | "RequestExpired"
            | "TokenRefreshRequired" => Self::Expired,
            "InvalidAccessKeyId"
            | "InvalidClientTokenId"
            | "SignatureDoesNotMatch"
            | "UnrecognizedClientException"
            | "IncompleteSignature"
            | "AuthFailure"
            | "InvalidToken" => Self::BadKey,
            "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "Forbidden" => {
                Self::Denied
            }
            "RequestTimeTooSkewed" | "RequestInTheFuture" => Self::Clock,
            "PermanentRedirect"
            | "AuthorizationHeaderMalformed"
            | "IllegalLocationConstraintException" => Self::Region,
            "Throttling"
            | "ThrottlingException"
            | "SlowDown"
            | "TooManyRequestsException"
            | "RequestLimitExceeded"
            | "ProvisionedThroughputExceededException" => Self::Throttled,
            "LimitExceeded"
            | "LimitExceededException"
            | "TooManyBuckets"
            | "ServiceQuotaExceededException" => Self::Quota(message.unwrap_or(code).to_owned()),
            code if code.starts_with("TooMany") => Self::Quota(message.unwrap_or(code).to_owned()),
            code if code.starts_with("NoSuch") || code.ends_with("NotFound") => Self::Missing,
            "NotFoundException" | "NoSuchEntity" | "ResourceNotFoundException" => Self::Missing,
            "EntityAlreadyExists"
            | "BucketAlreadyOwnedByYou"
            | "BucketAlreadyExists"
            | "ResourceInUseException"
            | "TableAlreadyExistsException" => Self::Exists,
            code if code.ends_with("AlreadyExists") => Self::Exists,
            "PreconditionFailed"
            | "ConditionalCheckFailedException"
            | "OperationAborted"
            | "ConditionalRequestConflict"
            | "InvalidIfMatchVersion"
            | "TransactionCanceledException"
            | "TransactionConflictException" => Self::Conflict,
            "InternalError"
            | "InternalFailure"
            | "InternalServerError"
            | "ServiceUnavailable"
            | "ServiceFailure"
            | "ServiceFailureException" => Self::Fault,
            _ => Self::Other(match message {
                Some(message) => format!("{code}: {message}"),
                None => code.to_owned(),
            }),
        }
    }

    /// For answers that carry no code, as those to `HEAD`.
    fn of_status(status: u16) -> Self {
        match status {
            301 | 307 => Self::Region,
            403 => Self::Denied,
            404 => Self::Missing,
            409 | 412 => Self::Conflict,
            429 => Self::Throttled,
            500.. => Self::Fault,
            other => Self::Other(format!("HTTP status {other}")),
        }
    }
}

/// Turns what the SDK reports of `action` into an [`AwsError`].
pub fn failed<E>(action: &'static str) -> impl Fn(SdkError<E>) -> AwsError
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    move |error| AwsError {
        action,
        cause: cause(&error),
        source: error.into(),
    }
}

/// What is missing is no failure.
pub(super) fn present<T>(result: Result<T, AwsError>) -> Result<Option<T>, AwsError> {
    match result {
        Err(error) if error.cause == Cause::Missing => Ok(None),
        result => result.map(Some),
    }
}

fn cause<E: ProvideErrorMetadata + StdError + 'static>(error: &SdkError<E>) -> Cause {
    match error {
        SdkError::ServiceError(service) => match service.err().code() {
            Some(code) => Cause::of_code(code, service.err().message()),
            None => Cause::of_status(service.raw().status().as_u16()),
        },
        other if lacks_credentials(other) => Cause::NoCredentials,
        SdkError::DispatchFailure(_) | SdkError::TimeoutError(_) => Cause::Unreachable,
        SdkError::ResponseError(_) => Cause::Fault,
        other => Cause::Other(other.to_string()),
    }
}

fn lacks_credentials(error: &(dyn StdError + 'static)) -> bool {
    let mut link = Some(error);
    while let Some(error) = link {
        if error.is::<CredentialsError>() {
            return true;
        }
        link = error.source();
    }
    false
}

impl From<AwsError> for HostingError {
    fn from(error: AwsError) -> Self {
        Self::Cloud {
            message: error.to_string(),
            source: error.source,
        }
    }
}
