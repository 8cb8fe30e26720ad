//! The hosting engine that the settings ask for.

use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};
use cloud::aws::agent_access::{AgentAccess, Delivery};
use cloud::aws::clients::{ClientSettings, Clients};
use cloud::aws::hosting::{AwsHosting, Keep};
use cloud::aws::identity::{ByWorkspace, Identities, IdentityError, Vault, VaultError};
use cloud::aws::ledger::Ledger;
use cloud::local::LocalHosting;
use domain::cloud_access::CloudAccess;
use domain::hosting::Hosting;
use domain::publishing::Publishing;
use domain::system_prompt::HostedOn;

use crate::compose::Base;
use crate::settings::duration;

/// The variable with the key that encrypts stored access keys.
const SECRET_KEY: &str = "TMUX_BUILDER_SECRET_KEY";
/// The file with that key, in the data folder, where the variable is not set.
const SECRET_KEY_FILE: &str = "secret.key";
/// Between two tries to make the ledger's table.
const PREPARE_AGAIN: Duration = Duration::from_secs(60);
/// Between two looks at how old the access keys are.
const LOOK_AT_KEYS: Duration = Duration::from_secs(60 * 60);

/// Where sites are published.
#[derive(Args, Clone, Debug)]
pub struct HostingSettings {
    /// Where sites are published: on this machine, or on AWS with the operator's credentials.
    #[arg(
        long,
        value_name = "ENGINE",
        env = "TMUX_BUILDER_HOSTING",
        default_value = "local"
    )]
    pub hosting: Engine,

    #[command(flatten)]
    #[expect(
        missing_docs,
        reason = "the part documents itself, and clap would print this text"
    )]
    pub aws: AwsSettings,

    /// How agents find the AWS credentials of their workspace: `endpoint` lends them short-lived
    /// ones, `inject` writes the workspace's own key into `.aws_credentials` and their environment.
    #[arg(
        long,
        value_name = "WAY",
        env = "TMUX_BUILDER_AWS_CREDENTIALS",
        default_value = "endpoint"
    )]
    pub aws_credentials: AgentCredentials,

    /// How old an access key of a workspace gets before the server replaces it: `90d`.
    #[arg(
        long,
        value_name = "TIME",
        env = "TMUX_BUILDER_ROTATE_KEYS_AFTER",
        default_value = "90d",
        value_parser = duration
    )]
    pub rotate_keys_after: Duration,

    /// Releases of a site that can be made live again without an upload.
    #[arg(
        long,
        value_name = "NUMBER",
        env = "TMUX_BUILDER_KEEP_RELEASES",
        default_value_t = Keep::default().releases,
    )]
    pub keep_releases: usize,

    /// Days for which pages that are open somewhere find the files of the release they belong to.
    #[arg(
        long,
        value_name = "DAYS",
        env = "TMUX_BUILDER_KEEP_ASSET_DAYS",
        default_value_t = Keep::default().asset_days,
    )]
    pub keep_asset_days: u32,
}

/// How AWS is reached. What is not set comes from AWS's own variables and files.
#[derive(Args, Clone, Debug)]
pub struct AwsSettings {
    /// The operator's profile in AWS's own files. [default: AWS_PROFILE]
    #[arg(long, value_name = "NAME", env = "TMUX_BUILDER_AWS_PROFILE")]
    pub aws_profile: Option<String>,

    /// The region of buckets and of the ledger. [default: AWS_REGION, else us-east-1]
    #[arg(long, value_name = "REGION", env = "TMUX_BUILDER_AWS_REGION")]
    pub aws_region: Option<String>,
}

impl AwsSettings {
    /// The operator's clients.
    pub async fn provisioner(&self) -> Clients {
        Clients::provisioner(&ClientSettings {
            profile: self.aws_profile.clone(),
            region: self.aws_region.clone(),
            endpoint: None,
        })
        .await
    }
}

/// Where sites are published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// On this machine.
    Local,
    /// S3 and CloudFront.
    Aws,
}

/// How agents find the AWS credentials of their workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AgentCredentials {
    /// Short-lived ones, from this server.
    Endpoint,
    /// The workspace's own key.
    Inject,
}

/// A hosting engine with what belongs to it.
pub struct Hosted {
    /// The engine.
    pub engine: Arc<dyn Hosting>,
    /// Where the engine publishes, for agents.
    pub hosted_on: HostedOn,
    /// What this machine serves itself.
    pub local: Arc<LocalHosting>,
    /// How agents get into their workspace's account, where it has one.
    pub cloud: Option<Arc<dyn CloudAccess>>,
    /// What a server does for the engine by and by.
    pub upkeep: Option<Upkeep>,
}

/// What an account needs besides publishing.
pub struct Upkeep {
    ledger: Ledger,
    identities: Identities,
    rotate_keys_after: Duration,
}

impl Upkeep {
    /// Begins it. It ends with the runtime.
    pub fn begin(self) {
        tokio::spawn(prepare(self.ledger));
        tokio::spawn(rotate(self.identities, self.rotate_keys_after));
    }
}

/// AWS with the data folder's keys.
pub struct Aws {
    /// The operator's clients.
    pub provisioner: Clients,
    /// The record of everything that exists.
    pub ledger: Ledger,
    /// The workspaces' users.
    pub identities: Identities,
}

impl Aws {
    /// Nothing is asked of AWS yet.
    ///
    /// # Errors
    /// The key that encrypts stored access keys cannot be used.
    pub async fn open(base: &Base, settings: &AwsSettings) -> Result<Self, VaultError> {
        let vault = match std::env::var(SECRET_KEY) {
            Ok(digits) => Vault::new(&digits, SECRET_KEY)?,
            Err(_) => Vault::open(&base.folders.data().join(SECRET_KEY_FILE))?,
        };
        let provisioner = settings.provisioner().await;
        let ledger = Ledger::new(&provisioner);
        let identities = Identities::new(
            provisioner.clone(),
            ledger.clone(),
            base.records.clone(),
            vault,
            Arc::clone(&base.clock),
        );
        Ok(Self {
            provisioner,
            ledger,
            identities,
        })
    }
}

/// The engine that the settings ask for. `sites_url`: where browsers reach what this machine serves.
///
/// # Errors
/// The key that encrypts stored access keys cannot be used.
pub async fn open(
    base: &Base,
    settings: &HostingSettings,
    sites_url: String,
) -> Result<Hosted, VaultError> {
    let local = Arc::new(LocalHosting::new(base.folders.sites(), sites_url));
    if settings.hosting == Engine::Local {
        return Ok(Hosted {
            engine: Arc::clone(&local) as _,
            hosted_on: HostedOn::ThisMachine,
            local,
            cloud: None,
            upkeep: None,
        });
    }
    let aws = Aws::open(base, &settings.aws).await?;
    let upkeep = Upkeep {
        ledger: aws.ledger.clone(),
        identities: aws.identities.clone(),
        rotate_keys_after: settings.rotate_keys_after,
    };
    let access = AgentAccess {
        identities: aws.identities.clone(),
        region: aws.provisioner.region().to_owned(),
        delivery: match settings.aws_credentials {
            AgentCredentials::Endpoint => Delivery::Endpoint,
            AgentCredentials::Inject => Delivery::Inject,
        },
    };
    let hosted_on = HostedOn::Aws {
        region: aws.provisioner.region().to_owned(),
    };
    let keep = Keep {
        releases: settings.keep_releases,
        asset_days: settings.keep_asset_days,
    };
    let engine = AwsHosting::new(
        aws.provisioner,
        aws.identities,
        aws.ledger,
        base.folders.sites(),
        Arc::clone(&base.clock),
        keep,
    );
    Ok(Hosted {
        engine: Arc::new(engine),
        hosted_on,
        local,
        cloud: Some(Arc::new(access)),
        upkeep: Some(upkeep),
    })
}

/// Publishing for the command line, where nobody watches. `sites_url`: as for [`open`].
///
/// # Errors
/// As [`open`].
pub async fn publishing(
    base: &Base,
    settings: &HostingSettings,
    sites_url: String,
) -> Result<Publishing, VaultError> {
    let hosted = open(base, settings, sites_url).await?;
    if let Some(upkeep) = hosted.upkeep {
        // No server may have run before.
        if let Err(error) = upkeep.ledger.prepare().await {
            tracing::warn!(%error, "the ledger is not ready");
        }
    }
    let (records, clock) = (base.records.clone(), Arc::clone(&base.clock));
    let nobody = Arc::new(|_| {});
    Ok(Publishing::new(records, clock, hosted.engine, nobody))
}

/// Replaces keys when they are too old, and deletes the ones before at a later look, for publishes
/// under way and running agents still use them. What fails is tried again at the next look.
async fn rotate(identities: Identities, age: Duration) {
    let mut look = tokio::time::interval(LOOK_AT_KEYS);
    loop {
        look.tick().await;
        let deleted = identities.delete_replaced().await;
        report(deleted, "the workspace's replaced access key is deleted");
        let rotated = identities.rotate_older_gently(age).await;
        report(rotated, "the workspace's access key is replaced");
    }
}

fn report(outcome: Result<ByWorkspace, IdentityError>, done: &str) {
    let by_workspace = match outcome {
        Ok(by_workspace) => by_workspace,
        Err(error) => {
            tracing::warn!(%error, "the age of access keys cannot be told");
            return;
        }
    };
    for (guid, result) in by_workspace {
        match result {
            Ok(()) => tracing::info!(%guid, "{done}"),
            Err(error) => {
                tracing::warn!(%guid, %error, "the workspace's old access key stays");
            }
        }
    }
}

/// Makes the ledger's table if it is missing. The server starts without AWS too: what needs it says
/// what is wrong.
async fn prepare(ledger: Ledger) {
    while let Err(error) = ledger.prepare().await {
        tracing::warn!(%error, "the ledger is not ready; trying again in a minute");
        tokio::time::sleep(PREPARE_AGAIN).await;
    }
}
