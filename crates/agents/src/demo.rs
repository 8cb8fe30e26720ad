//! The demo agent: a program that speaks Claude Code's stream-json protocol without a model. It
//! builds a small static website for what it is asked and publishes it with the real tool, so that
//! a newcomer sees the whole product work and tests have an agent that does what they script.

mod agent;
mod build;
pub(crate) mod driver;
mod input;
mod memory;
mod output;
mod page;
mod picture;
mod publish;
mod record;
mod request;
mod script;
mod tools;
mod turn;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use uuid::Uuid;

use self::memory::Memory;
use crate::process::UNKNOWN_CONVERSATION;

/// The variable that makes the demo agent faster: a factor on its pace.
pub(crate) const SPEED: &str = "TMUX_BUILDER_DEMO_SPEED";

/// The exit status for what it cannot do, as Claude's.
const FAILED: u8 = 1;

/// How the demo agent is called.
#[derive(Clone, Debug)]
struct Settings {
    conversation: Uuid,
    resume: bool,
    /// The file that says where its tools are.
    tools: Option<PathBuf>,
    /// The permission mode by Claude's name.
    mode: String,
    /// Where it remembers conversations.
    home: PathBuf,
    /// Where it works.
    folder: PathBuf,
    speed: f64,
}

impl Settings {
    fn read(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut settings = Self {
            conversation: Uuid::new_v4(),
            resume: false,
            tools: None,
            mode: "default".into(),
            home: std::env::var_os("HOME")
                .map(PathBuf::from)
                .ok_or("HOME is not set.")?,
            folder: std::env::current_dir().map_err(|error| error.to_string())?,
            speed: speed(std::env::var(SPEED).ok().as_deref()),
        };
        let mut arguments = arguments.into_iter();
        while let Some(flag) = arguments.next() {
            let value = arguments
                .next()
                .ok_or_else(|| format!("{flag} needs a value."))?;
            match flag.as_str() {
                "--session-id" | "--resume" => {
                    settings.resume = flag == "--resume";
                    settings.conversation = value
                        .parse()
                        .map_err(|_| format!("{value} is not a UUID."))?;
                }
                "--mcp-config" => settings.tools = Some(value.into()),
                "--permission-mode" => settings.mode = value,
                _ => return Err(format!("There is no flag {flag}.")),
            }
        }
        Ok(settings)
    }
}

/// A factor from the environment, 1 unless it is a sensible number.
fn speed(setting: Option<&str>) -> f64 {
    let speed = setting
        .and_then(|speed| speed.parse().ok())
        .unwrap_or(1.0_f64);
    if speed > 0.0 { speed.min(1e6) } else { 1.0 }
}

/// Runs `tmux-builder demo-agent …` on the standard streams until its input ends. Not to be called
/// within an asynchronous runtime: it has one of its own.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = String>) -> ExitCode {
    let fail = |reason: &dyn std::fmt::Display| {
        let _ = writeln!(io::stderr(), "{reason}");
        ExitCode::from(FAILED)
    };
    let settings = match Settings::read(arguments) {
        Ok(settings) => settings,
        Err(reason) => return fail(&reason),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    let (input, output) = (tokio::io::stdin(), tokio::io::stdout());
    let status = runtime.block_on(converse(settings, input, output, tokio::io::stderr()));
    // The standard input is read by a thread that nothing can wake.
    runtime.shutdown_background();
    ExitCode::from(status)
}

/// The whole program between its streams. Returns the exit status.
async fn converse(
    settings: Settings,
    input: impl AsyncRead + Send + Unpin + 'static,
    output: impl AsyncWrite + Send + Unpin,
    mut errors: impl AsyncWrite + Unpin,
) -> u8 {
    let id = settings.conversation;
    let remembered = Memory::load(&settings.home, id);
    let refusal = match (&remembered, settings.resume) {
        (None, true) => Some(format!("{UNKNOWN_CONVERSATION}: {id}")),
        (Some(_), false) => Some(format!("Error: Session ID {id} is already in use.")),
        _ => None,
    };
    let result = match refusal {
        Some(refusal) => Err(agent::Stop::Failed(refusal)),
        None => {
            agent::Agent::new(settings, remembered.unwrap_or_default(), input, output)
                .run()
                .await
        }
    };
    match result {
        Ok(()) => 0,
        Err(agent::Stop::Exit(status)) => status,
        Err(agent::Stop::Failed(reason)) => {
            let _ = errors.write_all(format!("{reason}\n").as_bytes()).await;
            let _ = errors.flush().await;
            FAILED
        }
        Err(agent::Stop::Interrupted) => FAILED,
    }
}

#[cfg(test)]
mod tests;
