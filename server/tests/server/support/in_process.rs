//! A server in this process, for whatever needs no agent.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use clap::Parser;
use domain::actor::Actor;
use domain::services::Services;
use server::Server;
use server::settings::Settings;
use tokio::sync::oneshot;

use super::{Client, DataFolder, PASSWORD};

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    settings: Settings,
}

/// A server in this process on free ports. Ends with the test.
pub struct TestServer {
    pub url: String,
    pub services: Arc<Services>,
    pub folder: DataFolder,
    _running: oneshot::Sender<()>,
}

impl TestServer {
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// With more flags.
    pub async fn start_with(flags: &[&str]) -> Self {
        let folder = DataFolder::new();
        let server = Server::bind(&settings(&folder.path(), flags), &BTreeMap::new())
            .await
            .unwrap();
        let url = server.public_url().to_owned();
        let services = Arc::clone(server.services());
        let (running, dropped) = oneshot::channel::<()>();
        tokio::spawn(server.run(async move {
            let _dropped = dropped.await;
        }));
        Self {
            url,
            services,
            folder,
            _running: running,
        }
    }

    /// Makes an account and signs it in.
    pub async fn account(&self, email: &str) -> (Actor, Client) {
        let accounts = &self.services.accounts;
        accounts.create_account(email, PASSWORD).await.unwrap();
        self.sign_in(email).await
    }

    /// Signs an account in.
    pub async fn sign_in(&self, email: &str) -> (Actor, Client) {
        let address = std::net::IpAddr::from([127, 0, 0, 1]);
        let accounts = &self.services.accounts;
        let signed_in = accounts.sign_in(email, PASSWORD, address, "test").await;
        let (_, secret) = signed_in.unwrap();
        (
            self.actor(secret.reveal()).await,
            Client::signed_in(&self.url, secret.reveal()),
        )
    }

    /// Who has this sign-in's secret.
    pub async fn actor(&self, secret: &str) -> Actor {
        let found = self.services.accounts.authenticate(secret).await.unwrap();
        found.unwrap()
    }
}

fn settings(data: &Path, flags: &[&str]) -> Settings {
    let data = data.display().to_string();
    let free = "127.0.0.1:0";
    let words = [
        "test",
        "--agent",
        "demo",
        "--data",
        &data,
        "--addr",
        free,
        "--sites-addr",
        free,
        // Who tests pictures asks for them.
        "--chromium",
        "none",
    ];
    Flags::parse_from(words.iter().chain(flags)).settings
}
