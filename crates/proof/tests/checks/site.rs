//! A site behind a listener of its own.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::proof::{Checked, Prover as _, Subject};
use proof::browser::Browser;
use proof::{Listener, SiteProver};
use protocol::{Severity, SiteId};

/// A page that nothing is wrong with, around `body`.
pub fn page(body: &str) -> String {
    page_with("", body)
}

/// The same with more in its head.
pub fn page_with(head: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><title>Tea</title><link rel=icon href=\"data:,\">\
         <meta name=description content=\"Tea.\"><meta name=viewport content=\"width=device-width\">\
         {head}</head><body><main><h1>Tea</h1>{body}</main></body></html>"
    )
}

/// Files by their paths, and the requests for them.
#[derive(Clone)]
pub struct Site {
    files: Arc<HashMap<String, Vec<u8>>>,
    asked: Arc<Mutex<Vec<String>>>,
    pub addr: SocketAddr,
    subject: Arc<Subject>,
    _folder: Arc<tempfile::TempDir>,
}

impl Site {
    pub async fn of<const N: usize>(files: [(&str, impl Into<Vec<u8>>); N]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut content = HashMap::new();
        for (path, bytes) in files {
            let bytes = bytes.into();
            let file = folder.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, &bytes).unwrap();
            content.insert(format!("/{path}"), bytes);
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let subject = Subject {
            site: SiteId::random(),
            release: 1,
            folder: folder.path().to_path_buf(),
        };
        let site = Self {
            files: Arc::new(content),
            asked: Arc::default(),
            addr: listener.local_addr().unwrap(),
            subject: Arc::new(subject),
            _folder: Arc::new(folder),
        };
        let router = Router::new().fallback(answer).with_state(site.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        site
    }

    pub async fn check(&self, browser: Option<Browser>) -> Checked {
        let listener = Listener {
            addr: self.addr,
            domain: "localhost".to_owned(),
        };
        let prover = SiteProver::new(listener, browser);
        prover.check(&self.subject).await.unwrap()
    }

    /// What is found without a browser: `error /page: words`, sorted.
    pub async fn findings(&self) -> Vec<String> {
        let checked = self.check(None).await;
        let mut lines: Vec<_> = checked.findings.iter().map(line).collect();
        lines.sort();
        lines
    }

    /// The hosts and paths that were asked for.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

pub fn line(finding: &protocol::Finding) -> String {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    format!("{severity} {}: {}", finding.page, finding.what)
}

/// Answers as the listener of sites does, as far as it matters here.
async fn answer(State(site): State<Site>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let host = request.headers()[header::HOST].to_str().unwrap();
    site.asked.lock().unwrap().push(format!("{host}{path}"));
    let is_person = request.headers()[header::ACCEPT]
        .to_str()
        .is_ok_and(|accept| accept.contains("text/html"));
    let mut names = vec![
        path.clone(),
        format!("{path}.html"),
        format!("{}/index.html", path.trim_end_matches('/')),
    ];
    if is_person && !path.contains('.') {
        names.push("/index.html".to_owned());
    }
    let found = names
        .iter()
        .find_map(|name| Some((name, site.files.get(name)?)));
    let Some((name, content)) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("webmanifest") => "application/manifest+json",
        Some("png") => "image/png",
        Some("jpg") => "image/jpeg",
        _ => "application/octet-stream",
    };
    ([(header::CONTENT_TYPE, kind)], content.clone()).into_response()
}
