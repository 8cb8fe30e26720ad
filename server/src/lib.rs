//! The composition root: the [`Server`] and the commands of the `tmux-builder` program.

mod api;
pub mod cli;
mod compose;
mod deploy;
mod doctor;
pub mod hosting;
pub mod http;
mod listen;
mod live;
mod lock;
mod mcp;
mod programs;
mod prover;
pub mod router;
pub mod settings;
mod sites;
pub mod teaching;
pub mod uploads;

use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use domain::services::Services;
use futures::FutureExt as _;
use leptos::prelude::LeptosOptions;
use proof::Listener;
use protocol::SessionId;
use tokio::net::TcpListener;
use tokio::sync::watch;

pub use compose::ComposeError;
use compose::{Base, Parts, Urls};
use http::hosts::Hosts;
use http::{App, SiteFacts};
use lock::DataLock;
use settings::{CustomAgent, Settings};
use sites::SitesState;

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A listener cannot be bound.
    #[error("cannot listen on {addr}; choose another address with {flag}")]
    Bind {
        /// The address.
        addr: SocketAddr,
        /// The flag that sets it.
        flag: &'static str,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The parts cannot be put together.
    #[error(transparent)]
    Compose(#[from] ComposeError),
    /// The address of sites cannot be used.
    #[error("--sites-url must hold `{{name}}`, as in http://{{name}}.localhost:3001")]
    SitesUrl,
    /// Something failed while the server ran.
    #[error("the server failed")]
    Run(#[source] io::Error),
}

/// A server whose listeners are bound. Tests start it as the program does.
pub struct Server {
    app: App,
    sites: Router,
    base: Base,
    parts: Parts,
    listener: TcpListener,
    sites_listener: TcpListener,
    _lock: DataLock,
}

impl Server {
    /// Opens the data folder and binds both listeners.
    ///
    /// # Errors
    /// [`StartError`], each with its cure.
    pub async fn bind(
        settings: &Settings,
        custom_agents: &BTreeMap<String, CustomAgent>,
    ) -> Result<Self, StartError> {
        http::metrics::start();
        let base = Base::open(&settings.data.data).await?;
        let lock = DataLock::take(base.folders.data())?;
        let listener = listen(settings.addr, "--addr").await?;
        let sites_listener = listen(settings.sites_addr, "--sites-addr").await?;
        let addr = listener.local_addr().map_err(StartError::Run)?;
        let sites_addr = sites_listener.local_addr().map_err(StartError::Run)?;
        let site = site_facts(settings, addr, sites_addr)?;
        base.note_sites_url(&site.sites_url)?;
        let urls = Urls {
            server: own_url(addr),
            sites: site.sites_url.clone(),
            listener: Listener {
                addr: sites_addr,
                domain: site.sites_domain().to_owned(),
            },
        };
        let parts = compose::parts(&base, settings, custom_agents, urls).await?;
        let services = Arc::clone(&parts.services);
        let sites = sites_router(&site, &parts, &services)?;
        let app = App {
            services,
            site: Arc::new(site),
            data: base.folders.data().into(),
            leptos: leptos_options(settings, addr),
        };
        Ok(Self {
            app,
            sites,
            base,
            parts,
            listener,
            sites_listener,
            _lock: lock,
        })
    }

    /// Where the pages are.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.app.site.addr
    }

    /// Where browsers reach the server.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.app.site.public_url
    }

    /// The services.
    #[must_use]
    pub fn services(&self) -> &Arc<Services> {
        &self.app.services
    }

    /// Serves until `stop` completes, then lets requests end. Agents and shells run on.
    ///
    /// # Errors
    /// A listener fails.
    pub async fn run(
        self,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), StartError> {
        let services = Arc::clone(&self.app.services);
        // An upload that was cut off may take minutes; whoever acts on its site waits for it.
        let publishing = services.publishing.clone();
        tokio::spawn(async move {
            if let Err(error) = publishing.resume_unfinished().await {
                drop(error.into_api());
            }
        });
        if let Err(error) = services.chats.resume().await {
            drop(error.into_api());
        }
        let proofs = services.proofs.clone();
        let proving = tokio::spawn(async move { proofs.work().await });
        let (stopping, stopped) = watch::channel(());
        tokio::spawn(async move {
            stop.await;
            drop(stopping);
        });
        let until_stopped = |mut stopped: watch::Receiver<()>| async move {
            let _sender_gone = stopped.changed().await;
        };
        let app = router::router(self.app);
        let pages = serve(self.listener, app, until_stopped(stopped.clone()));
        let sites = serve(
            self.sites_listener,
            self.sites,
            until_stopped(stopped.clone()),
        );
        let served = tokio::select! {
            served = async { tokio::try_join!(pages, sites).map(drop) } => served,
            never = http::metrics::upkeep() => match never {},
            // Live sockets never end by themselves; nothing is lost by cutting them.
            () = until_stopped(stopped).then(|()| tokio::time::sleep(GRACE)) => Ok(()),
        };
        // A check that is under way is made again by the next server.
        proving.abort();
        self.parts.terminals.shutdown().await;
        if let Err(error) = self.base.table.close().await {
            tracing::warn!(%error, "the storage was not closed cleanly; nothing is lost by that");
        }
        served.map_err(StartError::Run)
    }
}

/// How long requests may take once the server is asked to stop.
const GRACE: std::time::Duration = std::time::Duration::from_secs(3);

async fn listen(addr: SocketAddr, flag: &'static str) -> Result<TcpListener, StartError> {
    TcpListener::bind(addr)
        .await
        .map_err(|source| StartError::Bind { addr, flag, source })
}

async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    use axum::serve::ListenerExt as _;
    // A key's echo is a small packet, and must not wait for the next one.
    let listener = listen::Frugal(listener).tap_io(|stream| {
        let _kept_slow = stream.set_nodelay(true);
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service)
        .with_graceful_shutdown(stop)
        .await
}

fn site_facts(
    settings: &Settings,
    addr: SocketAddr,
    sites_addr: SocketAddr,
) -> Result<SiteFacts, StartError> {
    let public_url = match &settings.public_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => own_url(addr),
    };
    let sites_url = match &settings.sites_url {
        Some(pattern) => pattern.trim_end_matches('/').to_owned(),
        None => format!("http://{{name}}.localhost:{}", sites_addr.port()),
    };
    if !sites_url.contains("//{name}.") {
        return Err(StartError::SitesUrl);
    }
    let hosts = Hosts::new(addr, &public_url, &settings.allowed_hosts);
    let metrics_token = settings.metrics_token.clone().map(protocol::Secret::new);
    Ok(SiteFacts {
        addr,
        public_url,
        sites_url,
        hosts,
        trusted_proxies: settings.trusted_proxies.clone(),
        dashboard_origins: settings.dashboard_origins.clone(),
        metrics_token,
    })
}

/// The URL of a listener as this machine reaches it.
fn own_url(addr: SocketAddr) -> String {
    if addr.ip().is_unspecified() {
        return format!("http://127.0.0.1:{}", addr.port());
    }
    format!("http://{addr}")
}

fn sites_router(
    site: &SiteFacts,
    parts: &Parts,
    services: &Arc<Services>,
) -> Result<Router, StartError> {
    let domain = site.sites_domain().to_owned();
    let publishing = services.publishing.clone();
    let releases: sites::ReleaseRoots = Arc::new(move |site, number| {
        let publishing = publishing.clone();
        async move { publishing.release_folder(site, number).await.ok()? }.boxed()
    });
    let services = Arc::clone(services);
    let previews: sites::PreviewRoots = Arc::new(move |session: SessionId| {
        let services = Arc::clone(&services);
        async move { services.preview_folder(session).await }.boxed()
    });
    let mut frame_origins = vec![site.public_url.clone()];
    let port = site.addr.port();
    frame_origins.extend([
        format!("http://localhost:{port}"),
        format!("http://127.0.0.1:{port}"),
    ]);
    let hosting = Arc::clone(&parts.hosting);
    let state = SitesState {
        hosting,
        previews,
        releases,
        domain,
        frame_origins,
    };
    sites::router(state).map_err(|_| StartError::SitesUrl)
}

/// How pages are rendered: the names that cargo-leptos gives to what it builds.
fn leptos_options(settings: &Settings, addr: SocketAddr) -> LeptosOptions {
    let beside_program = || {
        let program = std::env::current_exe().ok()?;
        let folder = program.parent()?.to_path_buf();
        // Installed together, or as cargo leaves them: `target/debug` and `target/site/debug`.
        let built = folder.parent()?.join("site").join(folder.file_name()?);
        let places = [folder.join("site"), built];
        places.into_iter().find(|place| place.is_dir())
    };
    let root = settings.site_root.clone().or_else(beside_program);
    let root = root.unwrap_or_else(|| PathBuf::from("site"));
    let has_hashes = std::env::current_exe()
        .ok()
        .and_then(|program| Some(program.parent()?.join("hash.txt").is_file()));
    LeptosOptions::builder()
        .output_name("tmux-builder")
        .site_root(root.display().to_string())
        .site_pkg_dir("pkg")
        .site_addr(addr)
        .hash_files(has_hashes == Some(true))
        .build()
}
