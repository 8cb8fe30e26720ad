//! `tmux-builder aws …`

use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Subcommand};
use cloud::aws::clients::Clients;
use cloud::aws::error::{AwsError, failed};
use cloud::aws::identity::Identities;
use cloud::aws::operator;
use protocol::Guid;

use super::{Failure, open};
use crate::hosting::{Aws, AwsSettings};
use crate::settings::DataFolder;

/// Commands about the AWS account.
#[derive(Subcommand)]
pub enum Command {
    /// Print the least policy that the operator's credentials need.
    Policy {
        /// The account's number, if there are no credentials yet that could be asked.
        #[arg(long, value_name = "NUMBER")]
        account: Option<String>,
        #[command(flatten)]
        aws: AwsSettings,
    },
    /// Replace access keys: make one, prove that it works, switch, delete the old one.
    Rotate {
        /// Only this workspace's key.
        #[arg(long, value_name = "GUID", required_unless_present = "older_than")]
        guid: Option<Guid>,
        /// Every key that is older than so many days.
        #[arg(long, value_name = "DAYS", conflicts_with = "guid")]
        older_than: Option<u32>,
        #[command(flatten)]
        account: Account,
    },
    /// Shut a workspace out of the account until it is resumed. Its sites stay.
    Suspend {
        /// The workspace.
        #[arg(long, value_name = "GUID")]
        guid: Guid,
        #[command(flatten)]
        account: Account,
    },
    /// Let a suspended workspace into the account again.
    Resume {
        /// The workspace.
        #[arg(long, value_name = "GUID")]
        guid: Guid,
        #[command(flatten)]
        account: Account,
    },
}

/// Where the account and the keys to it are.
#[derive(Args)]
pub struct Account {
    #[command(flatten)]
    aws: AwsSettings,
    #[command(flatten)]
    data: DataFolder,
}

impl Account {
    async fn identities(&self) -> Result<Identities, Failure> {
        let base = open(&self.data).await?;
        Ok(Aws::open(&base, &self.aws).await?.identities)
    }
}

/// Runs the command.
pub async fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Policy { account, aws } => print_policy(account, &aws).await?,
        Command::Rotate {
            guid: Some(guid),
            account,
            ..
        } => {
            account.identities().await?.rotate(&guid).await?;
            println!("✓ the key of {guid} is replaced");
        }
        Command::Rotate {
            older_than,
            account,
            ..
        } => return rotate_older(older_than.unwrap_or_default(), &account).await,
        Command::Suspend { guid, account } => {
            account.identities().await?.suspend(&guid).await?;
            println!("✓ {guid} is shut out of the account");
        }
        Command::Resume { guid, account } => {
            account.identities().await?.resume(&guid).await?;
            println!("✓ {guid} is let in again");
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn print_policy(account: Option<String>, aws: &AwsSettings) -> Result<(), Failure> {
    let provisioner = aws.provisioner().await;
    let account = match account {
        Some(account) => account,
        None => account_of(&provisioner).await?,
    };
    println!("{}", operator::policy(&account, provisioner.region()));
    Ok(())
}

async fn rotate_older(days: u32, account: &Account) -> Result<ExitCode, Failure> {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let identities = account.identities().await?;
    let rotated = identities.rotate_older(DAY * days).await?;
    let mut code = ExitCode::SUCCESS;
    for (guid, result) in &rotated {
        match result {
            Ok(()) => println!("✓ the key of {guid} is replaced"),
            Err(error) => {
                println!("✗ the key of {guid} stays: {error}");
                code = ExitCode::FAILURE;
            }
        }
    }
    if rotated.is_empty() {
        println!("no key is older than {days} days");
    }
    Ok(code)
}

async fn account_of(clients: &Clients) -> Result<String, AwsError> {
    let who = clients.sts.get_caller_identity().send().await;
    let who = who.map_err(failed("sts:GetCallerIdentity"))?;
    Ok(who.account.unwrap_or_default())
}
