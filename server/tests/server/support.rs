//! What the tests have in common: servers, clients and live sockets.

mod agent;
mod client;
mod folder;
mod in_process;
mod process;
mod tab;

use std::future::Future;
use std::time::Duration;

pub use agent::{script, stand_in};
pub use client::{Answer, Client};
pub use folder::DataFolder;
pub use in_process::TestServer;
pub use process::{EMAIL, Program, ServerProcess, Work};
pub use tab::Tab;

/// How long anything may take here. Far more than it does, for machines that are busy.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A password that is good enough.
pub const PASSWORD: &str = "correct horse battery";

/// Waits until `condition` gives something.
pub async fn until<T, F: Future<Output = Option<T>>>(
    what: &str,
    condition: impl FnMut() -> F,
) -> T {
    until_within(PATIENCE, what, condition).await
}

/// The same for what takes longer by nature.
pub async fn until_within<T, F: Future<Output = Option<T>>>(
    patience: Duration,
    what: &str,
    mut condition: impl FnMut() -> F,
) -> T {
    let deadline = tokio::time::Instant::now() + patience;
    loop {
        if let Some(value) = condition().await {
            return value;
        }
        let now = tokio::time::Instant::now();
        assert!(now < deadline, "{what} did not come true in {patience:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
