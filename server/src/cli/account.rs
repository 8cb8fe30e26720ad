//! `tmux-builder account …`

use clap::Subcommand;

use super::{Failure, open, read_secret, told};
use crate::settings::DataFolder;

/// Commands about accounts.
#[derive(Subcommand)]
pub enum Command {
    /// Make an account; its password is read from standard input.
    Create {
        /// Its address.
        #[arg(long, value_name = "EMAIL")]
        email: String,
        /// `owner` gets a workspace of its own; others are invited into workspaces.
        #[arg(long, value_name = "ROLE", value_parser = ["owner", "member"], default_value = "owner")]
        role: String,
        #[command(flatten)]
        data: DataFolder,
    },
    /// Set an account's password, read from standard input, and end all its sign-ins.
    ResetPassword {
        /// The account's address.
        #[arg(long, value_name = "EMAIL")]
        email: String,
        #[command(flatten)]
        data: DataFolder,
    },
}

/// Runs the command.
pub async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Create { email, role, data } => {
            let password = read_secret("password")?;
            let base = open(&data).await?;
            let accounts = base.accounts();
            let account = accounts
                .create_account(&email, &password)
                .await
                .map_err(told)?;
            if role == "owner" {
                base.workspaces()
                    .create_first(&account)
                    .await
                    .map_err(told)?;
            }
            println!("{}", account.id);
        }
        Command::ResetPassword { email, data } => {
            let password = read_secret("new password")?;
            let accounts = open(&data).await?.accounts();
            accounts
                .reset_password(&email, &password)
                .await
                .map_err(told)?;
        }
    }
    Ok(())
}
