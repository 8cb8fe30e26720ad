//! `tmux-builder serve`

use std::io::Write as _;

use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::Failure;
use crate::Server;
use crate::settings::{File, LogFormat, Settings};

/// Serves until SIGINT or SIGTERM.
pub async fn run(settings: Settings, file: File) -> Result<(), Failure> {
    start_log(&settings)?;
    let server = Server::bind(&settings, &file.agents).await?;
    let needs_owner = server
        .services()
        .accounts
        .needs_owner()
        .await
        .map_err(super::told)?;
    let mut out = std::io::stdout();
    writeln!(out, "listening on http://{}", server.addr())?;
    if needs_owner {
        let code = server.services().accounts.setup_code();
        writeln!(
            out,
            "\n  Open {}/setup to make the owner's account.",
            server.public_url()
        )?;
        writeln!(out, "  One-time code: {code}\n")?;
    }
    out.flush()?;
    server.run(stopped()?).await?;
    tracing::info!("stopped; agents and shells run on");
    Ok(())
}

fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

fn start_log(settings: &Settings) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&settings.log)
        .map_err(|error| format!("--log {}: {error}", settings.log))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match settings.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}
