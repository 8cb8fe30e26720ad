//! `tmux-builder token …`

use clap::Subcommand;
use protocol::Scope;

use super::{Failure, open, told};
use crate::settings::DataFolder;

/// Commands about API tokens.
#[derive(Subcommand)]
pub enum Command {
    /// Make an API token and print it. It cannot be shown again.
    Create {
        /// The address of the account that the token acts for.
        #[arg(long, value_name = "EMAIL")]
        account: String,
        /// What the token may be used for, separated by commas.
        #[arg(long, value_name = "SCOPES", value_delimiter = ',', required = true)]
        scopes: Vec<Scope>,
        /// What the token is called in the account's list.
        #[arg(long, value_name = "NAME", default_value = "command line")]
        name: String,
        #[command(flatten)]
        data: DataFolder,
    },
}

/// Runs the command.
pub async fn run(command: Command) -> Result<(), Failure> {
    let Command::Create {
        account,
        scopes,
        name,
        data,
    } = command;
    let accounts = open(&data).await?.accounts();
    let actor = accounts.operator(&account).await.map_err(told)?;
    let (_, secret) = accounts
        .create_token(&actor, &name, &scopes)
        .await
        .map_err(told)?;
    println!("{}", secret.reveal());
    Ok(())
}
