//! The command line.

mod account;
mod aws;
mod deploy;
mod doctor;
mod history;
mod ledger;
mod notify;
mod remote;
mod serve;
mod token;

use std::error::Error;
use std::io::Read as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use protocol::ApiError;

use crate::settings::{DataFolder, File, Settings};

/// Chat with a coding agent in tmux, watch it work, get a published website.
#[derive(Parser)]
#[command(name = "tmux-builder", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server.
    Serve(Box<Settings>),
    /// Check what the server needs, and say what to do about what is missing.
    Doctor(Box<Settings>),
    /// Make accounts and reset passwords.
    #[command(subcommand)]
    Account(account::Command),
    /// Make API tokens.
    #[command(subcommand)]
    Token(token::Command),
    /// Publish a folder: a new site, or with --site an update of one.
    Deploy(deploy::Arguments),
    /// Print the chats of a workspace, or take over what an old chat history names.
    #[command(subcommand)]
    History(history::Command),
    /// List, check and remove what was made on AWS.
    #[command(subcommand)]
    Ledger(ledger::Command),
    /// Prepare the AWS account.
    #[command(subcommand)]
    Aws(aws::Command),
    /// Tell the chat how far the work is (for agents).
    Notify(notify::Arguments),
    /// Start what a launch file describes (for windows of tmux).
    #[command(hide = true)]
    Launch {
        /// The launch file.
        file: PathBuf,
    },
    /// Print what an agent does, in colour (for windows of tmux).
    #[command(hide = true)]
    Transcript {
        /// The folder of the session's agent.
        folder: PathBuf,
    },
    /// Read the document on standard input (for the server).
    #[command(hide = true)]
    Extract {
        /// The ending of the document's name.
        format: String,
    },
    /// Be the scripted demo agent (for windows of tmux).
    #[command(hide = true, disable_help_flag = true)]
    DemoAgent {
        /// Its own arguments.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

/// Why a command failed, for people.
type Failure = Box<dyn Error + Send + Sync>;

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let (cli, file) = match parse() {
        Ok(parsed) => parsed,
        Err(failure) => return fail(&*failure),
    };
    // These replace or are the process: no threads may be there yet.
    let command = match cli.command {
        Command::Launch { file } => return agents::launch::exec(&file),
        Command::Transcript { folder } => return agents::transcript::run(&folder),
        Command::DemoAgent { arguments } => return agents::demo::run(arguments),
        Command::Extract { format } => return documents::extract::run(&format),
        other => other,
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    let done = runtime.block_on(run(command, file));
    // A thread that reads standard input cannot be waited for.
    runtime.shutdown_background();
    match done {
        Ok(code) => code,
        Err(failure) => fail(&*failure),
    }
}

async fn run(command: Command, file: File) -> Result<ExitCode, Failure> {
    match command {
        Command::Serve(settings) => serve::run(*settings, file)
            .await
            .map(|()| ExitCode::SUCCESS),
        Command::Doctor(settings) => doctor::run(*settings, file).await,
        Command::Account(command) => account::run(command).await.map(|()| ExitCode::SUCCESS),
        Command::Token(command) => token::run(command).await.map(|()| ExitCode::SUCCESS),
        Command::Deploy(arguments) => deploy::run(arguments).await.map(|()| ExitCode::SUCCESS),
        Command::History(command) => history::run(command).await.map(|()| ExitCode::SUCCESS),
        Command::Ledger(command) => ledger::run(command).await,
        Command::Aws(command) => aws::run(command).await,
        Command::Notify(arguments) => notify::run(arguments).await.map(|()| ExitCode::SUCCESS),
        Command::Launch { .. }
        | Command::Transcript { .. }
        | Command::DemoAgent { .. }
        | Command::Extract { .. } => Err("this command runs without the server's runtime".into()),
    }
}

/// Parses the command line, with the settings file's values as defaults of `serve` and `doctor`.
fn parse() -> Result<(Cli, File), Failure> {
    let words: Vec<_> = std::env::args_os().collect();
    let cli = Cli::parse_from(&words);
    let (Command::Serve(settings) | Command::Doctor(settings)) = &cli.command else {
        return Ok((cli, File::default()));
    };
    let Some(path) = settings.config.clone() else {
        return Ok((cli, File::default()));
    };
    let file = File::read(&path)?;
    let mut command = Cli::command();
    for name in ["serve", "doctor"] {
        let mut result = Ok(());
        command =
            command.mut_subcommand(name, |part| match file.clone().apply(&path, part.clone()) {
                Ok(part) => part,
                Err(error) => {
                    result = Err(error);
                    part
                }
            });
        result?;
    }
    let cli = Cli::from_arg_matches(&command.get_matches_from(&words))?;
    Ok((cli, file))
}

/// Prints an error with its causes.
#[expect(clippy::print_stderr, reason = "this is the command line's voice")]
fn fail(error: &(dyn Error + 'static)) -> ExitCode {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}\n  because: {error}");
        cause = error.source();
    }
    eprintln!("tmux-builder: {text}");
    ExitCode::FAILURE
}

/// A service's error as the command line tells it.
fn told(error: domain::error::Error) -> ApiError {
    error.into_api()
}

/// All of standard input, without the line's end.
fn read_secret(what: &str) -> Result<String, Failure> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let secret = text.trim_end_matches(['\r', '\n']).to_owned();
    if secret.is_empty() {
        return Err(format!("give the {what} on standard input").into());
    }
    Ok(secret)
}

/// The storage of a data folder, for commands that work beside a running server.
async fn open(data: &DataFolder) -> Result<crate::compose::Base, Failure> {
    Ok(crate::compose::Base::open(&data.data).await?)
}
