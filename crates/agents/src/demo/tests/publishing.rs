//! Which site is published, with a tool server that has as many as it is asked for.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;

use super::*;

/// What the tool server has and hears.
#[derive(Default)]
pub(super) struct ToolServer {
    /// What it was asked to publish.
    pub(super) calls: Vec<Value>,
    /// The sites that there are, the newest first.
    pub(super) sites: Vec<String>,
    /// Whether it cannot say which sites there are.
    is_blind: bool,
}

type Shared = Arc<Mutex<ToolServer>>;

impl ToolServer {
    /// What a tool answers, or the kind of its error.
    fn call(&mut self, call: &Value) -> Result<Value, &'static str> {
        if call["name"] == "list_sites" {
            let sites = self.sites.iter().map(|site| json!({"site": site}));
            let listed = json!({"sites": Vec::from_iter(sites)});
            return if self.is_blind {
                Err("internal")
            } else {
                Ok(listed)
            };
        }
        self.calls.push(call.clone());
        let site = match call["arguments"]["site"].as_str() {
            Some(site) if self.sites.iter().any(|it| it == site) => site.to_owned(),
            Some(_) => return Err("not_found"),
            None => format!("site-{}", self.calls.len()),
        };
        if !self.sites.contains(&site) {
            self.sites.insert(0, site.clone());
        }
        Ok(json!({"site": site, "release": 1, "url": "http://tea.localhost:1/"}))
    }

    /// The site that each call names.
    pub(super) fn named(&self) -> Vec<Option<&str>> {
        let sites = self.calls.iter().map(|it| it["arguments"]["site"].as_str());
        sites.collect()
    }
}

async fn answer(
    State(server): State<Shared>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Json<Value> {
    assert_eq!(headers["authorization"], "Bearer secret");
    let result = match body["method"].as_str() {
        Some("tools/call") => match server.lock().unwrap().call(&body["params"]) {
            Ok(told) => json!({"content": [], "structuredContent": told}),
            Err(kind) => {
                let error = json!({"error": {"kind": kind, "message": "No.", "field": null}});
                json!({"content": [], "structuredContent": error, "isError": true})
            }
        },
        _ => json!({}),
    };
    Json(json!({"jsonrpc": "2.0", "id": body["id"], "result": result}))
}

/// A tool server, and the file that says where it is.
pub(super) async fn tool_server(folder: &TempDir) -> (PathBuf, Shared) {
    let server = Shared::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    let app = Router::new()
        .route("/mcp", post(answer))
        .with_state(Arc::clone(&server));
    tokio::spawn(async { axum::serve(listener, app).await });
    let file = folder.path().join("mcp.json");
    let place = json!({"type": "http", "url": url, "headers": {"Authorization": "Bearer secret"}});
    let settings = json!({"mcpServers": {"tmux-builder": place}});
    std::fs::write(&file, settings.to_string()).unwrap();
    (file, server)
}

#[tokio::test]
async fn each_session_updates_the_projects_site_and_leaves_word_in_the_summary() {
    let workspace = tempfile::tempdir().unwrap();
    let (tools, server) = tool_server(&workspace).await;
    let summary = workspace.path().join("summary.md");
    std::fs::write(&summary, "# Bakery\n- `projects/tea`: an old line\nBread").unwrap();
    let folder = workspace.path().join("projects/tea");
    std::fs::create_dir_all(&folder).unwrap();
    for (words, site, is_update) in [
        ("Create a tea shop website", "site-1", false),
        ("Create a website for a tea house", "site-1", true),
        ("Create a second site for a tea garden", "site-3", false),
    ] {
        let mut demo = Demo::start(Settings {
            tools: Some(tools.clone()),
            folder: folder.clone(),
            ..settings(&workspace)
        });
        demo.say(words).await;
        let events = demo.turn().await;
        assert_eq!(outcome(&events), &Outcome::Done);
        let said = texts(&events)[1].starts_with("The update is live");
        assert_eq!(said, is_update, "{:?}", texts(&events));
        let written = std::fs::read_to_string(&summary).unwrap();
        let lines: Vec<_> = written.lines().collect();
        assert_eq!(lines[..2], ["# Bakery", "Bread"]);
        assert_eq!(lines.len(), 3, "{written}");
        assert!(lines[2].starts_with("- `projects/tea`: the demo agent has built “Tea "));
        let end = format!("site `{site}` is at http://tea.localhost:1/");
        assert!(lines[2].ends_with(&end), "{written}");
    }
    assert_eq!(server.lock().unwrap().named(), [None, Some("site-1"), None]);
}

#[tokio::test]
async fn for_a_site_that_somebody_removed_there_is_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let (tools, server) = tool_server(&folder).await;
    let mut demo = Demo::start(Settings {
        tools: Some(tools),
        ..settings(&folder)
    });
    demo.say("Create a tea shop website").await;
    demo.turn().await;
    server.lock().unwrap().sites.clear();
    demo.say("make it darker").await;
    let events = demo.turn().await;
    let said = texts(&events);
    assert!(said[1].contains("has been removed"), "{said:?}");
    assert!(said[2].starts_with("Your site is live: "), "{said:?}");
    demo.say("make it warmer").await;
    demo.turn().await;
    assert_eq!(
        server.lock().unwrap().named(),
        [None, Some("site-1"), None, Some("site-3")]
    );
}

#[tokio::test]
async fn nothing_is_published_where_it_cannot_be_known_whether_there_is_a_site() {
    let folder = tempfile::tempdir().unwrap();
    let (tools, server) = tool_server(&folder).await;
    {
        let mut server = server.lock().unwrap();
        server.sites.push("site-0".into());
        server.is_blind = true;
    }
    let mut demo = Demo::start(Settings {
        tools: Some(tools),
        ..settings(&folder)
    });
    demo.say("Create a tea shop website").await;
    let events = demo.turn().await;
    let said = texts(&events);
    assert!(said[1].contains("I have not published them"), "{said:?}");
    assert!(server.lock().unwrap().calls.is_empty());

    server.lock().unwrap().is_blind = false;
    demo.say("make it darker").await;
    demo.turn().await;
    assert_eq!(server.lock().unwrap().named(), [Some("site-0")]);
}
