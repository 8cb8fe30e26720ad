//! `tmux-builder aws …`

use clap::Subcommand;
use cloud::aws::clients::Clients;
use cloud::aws::error::{AwsError, failed};
use cloud::aws::operator;

use super::Failure;
use crate::hosting::AwsSettings;

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
}

/// Runs the command.
pub async fn run(command: Command) -> Result<(), Failure> {
    let Command::Policy { account, aws } = command;
    let provisioner = aws.provisioner().await;
    let account = match account {
        Some(account) => account,
        None => account_of(&provisioner).await?,
    };
    println!("{}", operator::policy(&account, provisioner.region()));
    Ok(())
}

async fn account_of(clients: &Clients) -> Result<String, AwsError> {
    let who = clients.sts.get_caller_identity().send().await;
    let who = who.map_err(failed("sts:GetCallerIdentity"))?;
    Ok(who.account.unwrap_or_default())
}
