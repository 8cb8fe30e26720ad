//! Tests of what stands around the routes.

use std::collections::BTreeMap;
use std::fs::{Permissions, set_permissions};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use clap::Parser;
use tempfile::TempDir;
use tower::ServiceExt as _;

use super::*;
use crate::Server;
use crate::settings::Settings;

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    settings: Settings,
}

struct Scene {
    router: Router,
    host: String,
    _folder: TempDir,
}

async fn scene(flags: &[&str]) -> Scene {
    let folder = tempfile::tempdir().unwrap();
    // Agents of other users pass through it.
    set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let data = folder.path().join("data").display().to_string();
    let free = "127.0.0.1:0";
    let words = ["test", "--agent", "demo", "--data", &data];
    let addresses = ["--addr", free, "--sites-addr", free];
    let words = words.iter().chain(&addresses).chain(flags);
    let settings = Flags::parse_from(words).settings;
    let server = Server::bind(&settings, &BTreeMap::new()).await.unwrap();
    Scene {
        host: server.addr().to_string(),
        router: router(server.app),
        _folder: folder,
    }
}

impl Scene {
    /// Asks from this machine.
    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in [("host", self.host.as_str())].iter().chain(headers) {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::empty()).unwrap();
        let peer = SocketAddr::from(([127, 0, 0, 1], 4000));
        request.extensions_mut().insert(ConnectInfo(peer));
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn status(&self, path: &str, headers: &[(&str, &str)]) -> u16 {
        self.ask("GET", path, headers).await.status().as_u16()
    }
}

#[tokio::test]
async fn metrics_are_for_this_machine() {
    let scene = scene(&[]).await;
    assert_eq!(scene.status("/metrics", &[]).await, 200);
    for header in [
        ("x-forwarded-for", "127.0.0.1"),
        ("forwarded", "for=127.0.0.1"),
    ] {
        assert_eq!(scene.status("/metrics", &[header]).await, 401, "{header:?}");
    }
}

#[tokio::test]
async fn metrics_with_a_token_are_for_whoever_has_it() {
    let scene = scene(&["--metrics-token", "sesame"]).await;
    assert_eq!(scene.status("/metrics", &[]).await, 401);
    let wrong = ("authorization", "Bearer wrong");
    assert_eq!(scene.status("/metrics", &[wrong]).await, 401);
    let right = ("authorization", "Bearer sesame");
    let proxied = ("x-forwarded-for", "203.0.113.1");
    assert_eq!(scene.status("/metrics", &[right, proxied]).await, 200);
    assert_eq!(scene.status("/api/workspaces", &[right]).await, 401);
}

#[tokio::test]
async fn wrong_methods_are_answered_in_json() {
    let scene = scene(&[]).await;
    let answer = scene.ask("DELETE", "/api/workspaces", &[]).await;
    assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.headers()[header::ALLOW], "GET,HEAD,POST");
    let body = to_bytes(answer.into_body(), BODY_BYTES).await.unwrap();
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["success"], false);
    assert_eq!(body["error"]["field"], "method");
}

#[tokio::test]
async fn every_route_answers_its_methods_and_no_others() {
    let scene = scene(&[]).await;
    for (path, methods) in ROUTES {
        let path = path.replace("{id}", "1");
        for method in ["GET", "POST"] {
            let status = scene.ask(method, &path, &[]).await.status();
            let is_refused = status == StatusCode::METHOD_NOT_ALLOWED;
            assert_eq!(
                is_refused,
                !methods.contains(&method),
                "{method} {path}: {status}"
            );
        }
    }
}
