//! The API for scripts, and everything else that is no page.

use std::collections::BTreeSet;

use protocol::{Scope, SiteId};
use reqwest::Method;
use serde_json::{Value, json};
use server::router::ROUTES;

use super::{Needs, World};
use crate::support::{Answer, Client};

/// A request to a route, about the world's objects.
pub struct Request {
    /// The method and the route as the server lists it.
    pub route: (&'static str, &'static str),
    pub path: String,
    pub body: Option<Value>,
    /// A file that is sent with a form, and the workspace that it is for.
    pub form: Option<String>,
    pub needs: Needs,
    /// The scopes that a token needs for this.
    pub scopes: &'static [Scope],
}

impl Request {
    fn get(route: &'static str, needs: Needs, scopes: &'static [Scope]) -> Self {
        Self {
            route: ("GET", route),
            path: route.to_owned(),
            body: None,
            form: None,
            needs,
            scopes,
        }
    }

    fn post(route: &'static str, needs: Needs, scopes: &'static [Scope], body: Value) -> Self {
        Self {
            route: ("POST", route),
            body: Some(body),
            ..Self::get(route, needs, scopes)
        }
    }

    fn patch(route: &'static str, needs: Needs, scopes: &'static [Scope], body: Value) -> Self {
        Self {
            route: ("PATCH", route),
            ..Self::post(route, needs, scopes, body)
        }
    }

    fn delete(route: &'static str, needs: Needs, scopes: &'static [Scope]) -> Self {
        Self {
            route: ("DELETE", route),
            ..Self::get(route, needs, scopes)
        }
    }

    /// A form with a file for this workspace.
    fn form(mut self, guid: impl std::fmt::Display) -> Self {
        let part = |name, value| {
            format!("--zebra\r\nContent-Disposition: form-data; name={name}\r\n\r\n{value}\r\n")
        };
        let file = part("file; filename=a.txt", "words");
        let guid = part("guid", &guid.to_string());
        self.body = None;
        self.form = Some(format!("{file}{guid}--zebra--\r\n"));
        self
    }

    /// About the object with this id.
    fn of(mut self, id: impl ToString) -> Self {
        let id = id.to_string();
        self.path = self.path.replace("{id}", &id).replace("{guid}", &id);
        self
    }

    /// About the first release of a site, on a phone.
    fn of_release(self, site: SiteId) -> Self {
        let mut request = self.of(site);
        request.path = request.path.replace("{number}", "1");
        request.path = request.path.replace("{width}", "390");
        request
    }

    fn query(mut self, query: String) -> Self {
        self.path = format!("{}?{query}", self.path);
        self
    }

    pub async fn send(&self, client: &Client) -> Answer {
        let method: Method = self.route.0.parse().unwrap();
        let request = client
            .request(method, &self.path)
            .header("upload-offset", "0");
        Answer::of(match (&self.body, &self.form) {
            (Some(body), _) => request.json(body),
            (None, Some(form)) => request
                .header("content-type", "multipart/form-data; boundary=zebra")
                .body(form.clone()),
            (None, None) => request,
        })
        .await
    }

    /// Whether this is the answer to somebody who may do it. What is refused for what it says was
    /// allowed; what was deleted before is gone.
    fn is_allowed(&self, answer: &Answer) -> bool {
        match answer.status {
            200 | 201 | 422 => true,
            status => self.route.0 == "DELETE" && status == 404,
        }
    }
}

const PROOF: &str = "/api/sites/{id}/releases/{number}/proof";
const PICTURE: &str = "/api/sites/{id}/releases/{number}/pictures/{width}";

/// Every route but those that have tests of their own: the live socket and agents' tools.
pub fn table(world: &World) -> Vec<Request> {
    let read = &[Scope::SessionsRead];
    let write = &[Scope::SessionsWrite];
    let uploads = &[Scope::UploadsWrite];
    // Empty files are refused, and so is more than the draft's one byte.
    let new_upload = json!({ "guid": world.guid, "name": "a.txt", "bytes": 0 });
    let too_much = json!({ "many": "bytes" });
    let guid = format!("guid={}", world.guid);
    let new_project = json!({ "guid": world.guid, "name": "New" });
    let new_rules = json!({ "rules": "Be brief." });
    let new_session = json!({ "project_id": world.project });
    // Refused before it is looked at by whoever may not send; no agent is started by it.
    let empty_message = json!({ "content": "" });
    let publish = json!({ "project": world.project, "directory": "site" });
    let messages = "/api/claude-sessions/{id}/messages";
    let markdown = "/api/claude-sessions/{id}/markdown";
    vec![
        Request::get("/healthz", Needs::Nothing, &[]),
        Request::get("/readyz", Needs::Nothing, &[]),
        Request::get("/metrics", Needs::Nothing, &[]),
        Request::get("/api/openapi.json", Needs::Nothing, &[]),
        Request::get("/api/workspaces", Needs::SignIn, &[]),
        Request::post(
            "/api/workspaces",
            Needs::SignIn,
            write,
            json!({ "name": "New" }),
        ),
        Request::get("/api/workspaces/{guid}/summary", Needs::Read, read).of(&world.guid),
        Request::get("/api/workspaces/{guid}/history", Needs::Read, read).of(&world.guid),
        Request::get("/api/projects", Needs::Read, read).query(guid.clone()),
        Request::patch("/api/projects/{id}", Needs::Work, write, new_rules).of(world.project),
        Request::post("/api/projects", Needs::Work, write, new_project),
        Request::get("/api/projects/{id}/sessions", Needs::Read, read).of(world.project),
        // What holds no message is refused.
        Request::post(
            "/api/projects/{id}/history",
            Needs::Work,
            &[Scope::SessionsWrite, Scope::DeploymentsWrite],
            json!({}),
        )
        .of(world.project),
        Request::get("/api/projects/{id}/source", Needs::Read, read).of(world.project),
        Request::post("/api/sessions/create", Needs::Work, write, new_session),
        Request::get("/api/sessions/{id}", Needs::Read, read).of(world.session),
        Request::get(messages, Needs::Read, read).of(world.session),
        Request::get(markdown, Needs::Read, read).of(world.session),
        Request::post(messages, Needs::Work, write, empty_message).of(world.session),
        Request::post("/api/upload", Needs::Work, uploads, json!(null)).form(&world.guid),
        Request::get("/api/uploads", Needs::Read, read).query(guid.clone()),
        Request::post("/api/uploads", Needs::Work, uploads, new_upload),
        Request::get("/api/uploads/{id}", Needs::Read, read).of(world.upload),
        Request::patch("/api/uploads/{id}", Needs::Work, uploads, too_much).of(world.draft),
        Request::delete("/api/uploads/{id}", Needs::Work, uploads).of(world.spare_upload),
        Request::get("/api/deployments", Needs::Read, &[Scope::DeploymentsRead]).query(guid),
        Request::get(PROOF, Needs::Read, &[Scope::DeploymentsRead]).of_release(world.site),
        Request::get(PICTURE, Needs::Read, &[Scope::DeploymentsRead]).of_release(world.site),
        Request::post(
            "/api/deployments",
            Needs::Work,
            &[Scope::SessionsRead, Scope::DeploymentsWrite],
            publish,
        ),
    ]
}

/// Routes that only agents and live sockets use.
const OTHERS: [(&str, &str); 4] = [
    ("GET", "/live"),
    ("POST", "/mcp"),
    ("POST", "/api/agent/report"),
    ("GET", "/api/agent/credentials"),
];

/// Its answers have no body.
const HEAD: (&str, &str) = ("HEAD", "/api/uploads/{id}");

#[tokio::test(flavor = "multi_thread")]
async fn how_far_an_upload_is_learns_who_may_upload() {
    let world = World::new().await;
    let path = format!("/api/uploads/{}", world.draft);
    for (client, status) in [
        (&world.nobody, 401),
        (&world.stranger, 404),
        (&world.viewer, 403),
        (&world.editor, 200),
    ] {
        let answer = Answer::of(client.request(Method::HEAD, &path)).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("upload-length").is_empty(), status != 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_refuses_whoever_may_not_use_it() {
    let world = World::new().await;
    let table = table(&world);
    let routes = table.iter().map(|it| it.route);
    let in_table: BTreeSet<_> = routes.chain(OTHERS).chain([HEAD]).collect();
    let methods = |(path, methods): &(&'static str, &'static [&'static str])| {
        methods
            .iter()
            .map(|method| (*method, *path))
            .collect::<Vec<_>>()
    };
    let in_server: BTreeSet<_> = ROUTES.iter().flat_map(methods).collect();
    assert_eq!(in_table, in_server, "put new routes into the table");
    for request in &table {
        let name = format!("{:?}", request.route);
        let nobody = request.send(&world.nobody).await;
        world.silent(&name, &nobody);
        if request.needs == Needs::Nothing {
            assert_eq!(nobody.status, 200, "{name}: {}", nobody.text);
            continue;
        }
        nobody.refused(401, "unauthenticated", None);
        let stranger = request.send(&world.stranger).await;
        if request.needs == Needs::SignIn {
            stranger.good();
            world.silent(&name, &stranger);
            continue;
        }
        stranger.refused(404, "not_found", None);
        world.hidden(&name, &stranger);
        let viewer = request.send(&world.viewer).await;
        if request.needs == Needs::Read {
            assert_eq!(viewer.status, 200, "{name}: {}", viewer.text);
        } else {
            viewer.refused(403, "forbidden", None);
        }
        let editor = request.send(&world.editor).await;
        assert!(request.is_allowed(&editor), "{name}: {}", editor.text);
    }
    for (method, path) in OTHERS {
        let request = |client: &Client| client.request(method.parse().unwrap(), path);
        let body = json!({ "stage": "done", "method": "ping", "id": 1 });
        let nobody = Answer::of(request(&world.nobody).json(&body)).await;
        nobody.refused(401, "unauthenticated", None);
        let owner = Answer::of(request(&world.owner).json(&body)).await;
        owner.refused(403, "forbidden", None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_does_what_its_scopes_say_and_no_more() {
    let world = World::new().await;
    let accounts = &world.server.services.accounts;
    for scope in Scope::ALL {
        let scopes = [scope];
        let made = accounts.create_token(&world.owner_actor, scope.as_str(), &scopes);
        let (_, secret) = made.await.unwrap();
        let client = Client::bearer(&world.server.url, secret.reveal());
        for request in table(&world) {
            let name = format!("{} {:?}", scope.as_str(), request.route);
            let answer = request.send(&client).await;
            let missing: Vec<_> = request.scopes.iter().filter(|it| **it != scope).collect();
            if missing.is_empty() {
                assert!(request.is_allowed(&answer), "{name}: {}", answer.text);
                continue;
            }
            let words = answer.refused(403, "forbidden", None);
            let names_it = |scope: &&Scope| words.contains(scope.as_str());
            assert!(
                missing.into_iter().any(|it| names_it(&it)),
                "{name}: {words}"
            );
            world.silent(&name, &answer);
        }
    }
    for request in table(&world) {
        let made = accounts.create_token(&world.owner_actor, "just enough", request.scopes);
        let Ok((_, secret)) = made.await else {
            assert!(request.scopes.is_empty(), "{:?}", request.route);
            continue;
        };
        let client = Client::bearer(&world.server.url, secret.reveal());
        let answer = request.send(&client).await;
        assert!(
            request.is_allowed(&answer),
            "{:?}: {}",
            request.route,
            answer.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_or_ended_token_is_nobody() {
    let world = World::new().await;
    let accounts = &world.server.services.accounts;
    let made = accounts.create_token(&world.owner_actor, "short", &Scope::ALL);
    let (token, secret) = made.await.unwrap();
    let client = Client::bearer(&world.server.url, secret.reveal());
    client.get("/api/workspaces").await.good();
    accounts
        .revoke_token(&world.owner_actor, token.id)
        .await
        .unwrap();
    for secret in [secret.reveal(), "tba_wrong", "wrong", ""] {
        let client = Client::bearer(&world.server.url, secret);
        let answer = client.get("/api/workspaces").await;
        answer.refused(401, "unauthenticated", None);
    }
}
