//! Publishes a folder twice to an AWS endpoint, and prints how many milliseconds each took: first
//! everything, then nothing. For `cargo xtask bench`.
//!
//! `publish_times ENDPOINT FOLDER`, with credentials in the standard variables.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use cloud::aws::clients::{ClientSettings, Clients};
use cloud::aws::hosting::{AwsHosting, Keep};
use cloud::aws::identity::{Identities, Vault};
use cloud::aws::ledger::Ledger;
use domain::clock::{Clock, SystemClock};
use domain::hosting::{Hosting as _, Target};
use domain::publishing::bundle::{self, Source};
use domain::records::Records;
use protocol::{Guid, ProjectId, SiteId, names};
use storage::Sqlite;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(endpoint), Some(root)) = (arguments.next(), arguments.next()) else {
        return Err("publish_times ENDPOINT FOLDER".into());
    };
    let source = Source {
        root: root.into(),
        directory: ".".into(),
    };
    let folder = tempfile::tempdir()?;
    let hosting = engine(endpoint, folder.path().to_owned()).await?;
    let mut target = target();
    hosting.claim(&target).await?;
    target.place = Some(hosting.create(&target, &|_| {}).await?);
    let mut times = Vec::new();
    for release in [1, 2] {
        let begin = Instant::now();
        let bundle = bundle::read(source.clone()).await?;
        hosting.store(&target, release, &bundle, &|_| {}).await?;
        hosting.activate(&target, release, &|_| {}).await?;
        times.push(begin.elapsed().as_secs_f64() * 1_000.0);
    }
    println!("{times:?}");
    Ok(())
}

async fn engine(endpoint: String, folder: PathBuf) -> Result<AwsHosting, Box<dyn Error>> {
    let settings = ClientSettings {
        endpoint: Some(endpoint),
        ..ClientSettings::default()
    };
    let clients = Clients::provisioner(&settings).await;
    let ledger = Ledger::new(&clients);
    ledger.prepare().await?;
    let table = Sqlite::open(folder.join("data.sqlite")).await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let identities = Identities::new(
        clients.clone(),
        ledger.clone(),
        Records::new(Arc::new(table)),
        Vault::open(&folder.join("secret.key"))?,
        clock.clone(),
    );
    let sites = folder.join("sites");
    Ok(AwsHosting::new(
        clients,
        identities,
        ledger,
        sites,
        clock,
        Keep::default(),
    ))
}

fn target() -> Target {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(SiteId::random().uuid().as_bytes());
    let guid = Guid::from_bytes(bytes);
    Target {
        name: names::resource_name(&guid, "bench", SystemClock.now()),
        guid,
        project: ProjectId::random(),
        site: SiteId::random(),
        place: None,
    }
}
