//! What stands around every answer: hosts, origins, policies.

use reqwest::Method;
use reqwest::header::{HOST, ORIGIN};
use serde_json::json;

use crate::support::{Answer, Client, TestServer};

/// Pages of each kind, and things that are no pages.
const PAGES: [&str; 5] = ["/sign-in", "/join", "/account", "/workspaces", "/nowhere"];
const OTHERS: [&str; 4] = ["/healthz", "/api/workspaces", "/api/nowhere", "/metrics"];

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_makes_browsers_careful() {
    let server = TestServer::start().await;
    let (_, client) = server.account("ada@example.org").await;
    for path in PAGES.into_iter().chain(OTHERS) {
        let answer = client.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe-inline"), "{path}: {policy}");
        assert!(!policy.contains("'unsafe-eval'"), "{path}: {policy}");
    }
    for path in PAGES {
        let answers = [client.get(path).await, client.get(path).await];
        let nonces = answers.each_ref().map(nonce);
        assert_ne!(nonces[0], nonces[1], "{path}");
        for (answer, nonce) in answers.iter().zip(nonces) {
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
            let with_nonce = format!("nonce=\"{nonce}\"");
            assert!(answer.text.contains("<script"), "{path}");
            for script in answer.text.split("<script").skip(1) {
                let tag = script.split('>').next().unwrap();
                assert!(tag.contains(&with_nonce), "{path}: <script{tag}>");
            }
        }
    }
}

/// The nonce that an answer's policy allows.
fn nonce(answer: &Answer) -> String {
    let policy = answer.header("content-security-policy");
    let (_, nonce) = policy.split_once("'nonce-").expect("a nonce");
    nonce.split('\'').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_for_other_hosts_are_misdirected() {
    let server = TestServer::start().await;
    let (_, client) = server.account("ada@example.org").await;
    let port = server.url.rsplit(':').next().unwrap();
    let with_host = async |host: &str| {
        let request = client.request(Method::GET, "/api/workspaces");
        Answer::of(request.header(HOST, host)).await.status
    };
    assert_eq!(with_host(&format!("localhost:{port}")).await, 200);
    for host in [
        "evil.example",
        "localhost",
        "",
        "127.0.0.1",
        "site.localhost",
    ] {
        assert_eq!(with_host(host).await, 421, "{host}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dashboards_of_allowed_websites_read_deployments_and_nothing_else() {
    let flags = ["--dashboard-origins", "https://dash.example"];
    let server = TestServer::start_with(&flags).await;
    let (_, client) = server.account("ada@example.org").await;
    let allowed = async |method: Method, path: &str, origin: &str| {
        let request = client.request(method, path).header(ORIGIN, origin);
        let request = request
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", "authorization");
        let answer = Answer::of(request).await;
        answer.headers.get("access-control-allow-origin").cloned()
    };
    let (list, dashboard) = ("/api/deployments", "https://dash.example");
    for method in [Method::OPTIONS, Method::GET] {
        let found = allowed(method.clone(), list, dashboard).await;
        assert_eq!(found.unwrap(), dashboard);
        for (path, origin) in [
            (list, "https://evil.example"),
            ("/api/workspaces", dashboard),
        ] {
            assert_eq!(
                allowed(method.clone(), path, origin).await,
                None,
                "{path} {origin}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_from_other_pages_are_refused() {
    let server = TestServer::start().await;
    let (_, client) = server.account("ada@example.org").await;
    let write = async |headers: &[(&str, &str)]| {
        let body = json!({ "name": "New" });
        let mut request = client.request(Method::POST, "/api/workspaces").json(&body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::of(request).await.status
    };
    assert_eq!(write(&[]).await, 200);
    assert_eq!(write(&[("sec-fetch-site", "same-origin")]).await, 200);
    let own = server.url.as_str();
    assert_eq!(write(&[(ORIGIN.as_str(), own)]).await, 200);
    for headers in [
        [("sec-fetch-site", "cross-site")],
        [("sec-fetch-site", "same-site")],
        [(ORIGIN.as_str(), "http://evil.example")],
        [(ORIGIN.as_str(), "null")],
    ] {
        assert_eq!(write(&headers).await, 403, "{headers:?}");
    }
    let names = client.get("/api/workspaces").await.good();
    assert_eq!(names["workspaces"].as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_over_http_sets_a_cookie_that_works() {
    let server = TestServer::start().await;
    server.account("ada@example.org").await;
    let form = "email=ada%40example.org&password=correct%20horse%20battery&next=%2Faccount";
    let request = Client::stranger(&server.url)
        .request(Method::POST, "/do/sign_in")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "text/html")
        .body(form);
    let answer = Answer::of(request).await;
    assert_eq!(answer.status, 302, "{}", answer.text);
    assert_eq!(answer.header("location"), "/account");
    let cookie = answer.header("set-cookie").split(';').next().unwrap();
    let secret = cookie.strip_prefix("tmux_builder=").unwrap();
    let client = Client::signed_in(&server.url, secret);
    assert_eq!(client.get("/account").await.status, 200);
}
