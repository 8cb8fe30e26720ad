//! The API for scripts, and everything else that is no page.

use std::collections::BTreeSet;

use protocol::Scope;
use reqwest::Method;
use serde_json::{Value, json};
use server::http::ROUTES;

use super::{Needs, World};
use crate::support::{Answer, Client};

/// A request to a route, about the world's objects.
pub struct Request {
    /// The method and the route as the server lists it.
    pub route: (&'static str, &'static str),
    pub path: String,
    pub body: Option<Value>,
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

    /// About the object with this id.
    fn of(mut self, id: impl ToString) -> Self {
        self.path = self.path.replace("{id}", &id.to_string());
        self
    }

    fn query(mut self, query: String) -> Self {
        self.path = format!("{}?{query}", self.path);
        self
    }

    pub async fn send(&self, client: &Client) -> Answer {
        let method: Method = self.route.0.parse().unwrap();
        let request = client.request(method, &self.path);
        Answer::of(match &self.body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }
}

/// Every route but those that have tests of their own: the live socket and agents' tools.
pub fn table(world: &World) -> Vec<Request> {
    let read = &[Scope::SessionsRead];
    let write = &[Scope::SessionsWrite];
    let guid = format!("guid={}", world.guid);
    let new_project = json!({ "guid": world.guid, "name": "New" });
    let new_session = json!({ "project_id": world.project });
    // Refused before it is looked at by whoever may not send; no agent is started by it.
    let empty_message = json!({ "content": "" });
    let publish = json!({ "project": world.project, "directory": "site" });
    let messages = "/api/claude-sessions/{id}/messages";
    vec![
        Request::get("/healthz", Needs::Nothing, &[]),
        Request::get("/readyz", Needs::Nothing, &[]),
        Request::get("/metrics", Needs::Nothing, &[]),
        Request::get("/api/workspaces", Needs::SignIn, &[]),
        Request::post(
            "/api/workspaces",
            Needs::SignIn,
            write,
            json!({ "name": "New" }),
        ),
        Request::get("/api/projects", Needs::Read, read).query(guid.clone()),
        Request::post("/api/projects", Needs::Work, write, new_project),
        Request::get("/api/projects/{id}/sessions", Needs::Read, read).of(world.project),
        Request::post("/api/sessions/create", Needs::Work, write, new_session),
        Request::get("/api/sessions/{id}", Needs::Read, read).of(world.session),
        Request::get(messages, Needs::Read, read).of(world.session),
        Request::post(messages, Needs::Work, write, empty_message).of(world.session),
        Request::get("/api/deployments", Needs::Read, &[Scope::DeploymentsRead]).query(guid),
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

#[tokio::test(flavor = "multi_thread")]
async fn every_route_refuses_whoever_may_not_use_it() {
    let world = World::new().await;
    let table = table(&world);
    let in_table: BTreeSet<_> = table.iter().map(|it| it.route).chain(OTHERS).collect();
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
            viewer.good();
        } else {
            viewer.refused(403, "forbidden", None);
        }
        let editor = request.send(&world.editor).await;
        assert!(
            matches!(editor.status, 200 | 422),
            "{name}: {}",
            editor.text
        );
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
                assert!(
                    matches!(answer.status, 200 | 422),
                    "{name}: {}",
                    answer.text
                );
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
            matches!(answer.status, 200 | 422),
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
