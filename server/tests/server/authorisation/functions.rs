//! Server functions, by which pages ask and act.

use std::collections::{BTreeMap, BTreeSet};

use leptos::server_fn::axum::server_fn_paths;
use protocol::Role;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::{Needs, World};
use crate::support::{Answer, Client, PASSWORD};

/// A server function with arguments that name the world's objects.
struct Function {
    name: &'static str,
    needs: Needs,
    arguments: Arguments,
}

enum Arguments {
    /// As forms send them.
    Form(Vec<(&'static str, String)>),
    Json(Value),
}

fn form(
    name: &'static str,
    needs: Needs,
    arguments: impl IntoIterator<Item = (&'static str, String)>,
) -> Function {
    Function {
        name,
        needs,
        arguments: Arguments::Form(arguments.into_iter().collect()),
    }
}

fn table(world: &World) -> Vec<Function> {
    let text = str::to_owned;
    let guid = || ("guid", world.guid.to_string());
    let project = |name| (name, world.project.to_string());
    let session = || ("id", world.session.to_string());
    let of_session = || ("session", world.session.to_string());
    let site = || ("site", world.site.to_string());
    let account = || ("account", world.owner_id.to_string());
    let archived = || ("archived", text("true"));
    let credentials = || {
        [
            ("email", text("nobody@example.org")),
            ("password", text("no")),
        ]
    };
    let role = ("role", json!(Role::Viewer).as_str().unwrap().to_owned());
    let page = json!({ "session": world.session, "start": "Newest" });
    vec![
        form("needs_owner", Needs::Nothing, []),
        form("set_theme", Needs::Nothing, [("theme", text("dark"))]),
        form(
            "create_owner",
            Needs::Nothing,
            credentials().into_iter().chain([("code", text("x"))]),
        ),
        form(
            "sign_in",
            Needs::Nothing,
            credentials().into_iter().chain([("next", text("/"))]),
        ),
        form(
            "accept_invitation",
            Needs::Nothing,
            credentials().into_iter().chain([("secret", text("x"))]),
        ),
        form("sign_ins", Needs::SignIn, []),
        form("tokens", Needs::SignIn, []),
        form("load_viewer", Needs::SignIn, []),
        form("create_workspace", Needs::SignIn, [("name", text("New"))]),
        form(
            "create_token",
            Needs::SignIn,
            [("name", text("New")), ("scopes[0]", text("sessions:read"))],
        ),
        form(
            "change_password",
            Needs::SignIn,
            [
                ("old_password", text(PASSWORD)),
                ("new_password", text(PASSWORD)),
            ],
        ),
        form(
            "revoke_token",
            Needs::Owned,
            [("id", world.token.to_string())],
        ),
        form(
            "revoke_sign_in",
            Needs::Owned,
            [("id", world.sign_in.to_string())],
        ),
        form("load_workspace", Needs::Read, [guid()]),
        form("load_people", Needs::Read, [guid()]),
        form("load_summary", Needs::Read, [guid()]),
        form("load_project", Needs::Read, [project("id")]),
        form("load_session", Needs::Read, [session()]),
        form("load_system_prompt", Needs::Read, [session()]),
        form("uploads", Needs::Read, [guid()]),
        form(
            "delete_upload",
            Needs::Work,
            [("id", world.spare_upload.to_string())],
        ),
        form("shares", Needs::Work, [of_session()]),
        form(
            "share_session",
            Needs::Work,
            [of_session(), ("days", text("7"))],
        ),
        form(
            "revoke_share",
            Needs::Work,
            [of_session(), ("id", world.share.to_string())],
        ),
        form(
            "branch_session",
            Needs::Work,
            [of_session(), ("sequence", text("1"))],
        ),
        // Whoever has the secret reads; this is none.
        Function {
            name: "read_shared",
            needs: Needs::Nothing,
            arguments: Arguments::Json(json!({ "secret": "no", "start": "Newest" })),
        },
        form("preview_url", Needs::Read, [session()]),
        form("deployments", Needs::Read, [guid()]),
        form("resources", Needs::Read, [guid()]),
        form("site_statuses", Needs::Read, [guid()]),
        form("proofs", Needs::Read, [guid()]),
        form("site_proofs", Needs::Read, [site()]),
        Function {
            name: "chat_page",
            needs: Needs::Read,
            arguments: Arguments::Json(page),
        },
        form(
            "create_project",
            Needs::Work,
            [guid(), ("name", text("New")), ("description", text(""))],
        ),
        form(
            "edit_project",
            Needs::Work,
            [
                project("id"),
                ("name", text("zebra")),
                ("description", text("")),
            ],
        ),
        form(
            "archive_project",
            Needs::Work,
            [project("id"), ("archived", text("false"))],
        ),
        form(
            "set_project_rules",
            Needs::Work,
            [project("id"), ("rules", text("zebra"))],
        ),
        form("create_session", Needs::Work, [project("project")]),
        form(
            "build",
            Needs::Work,
            [guid(), ("content", text("Create a site"))],
        ),
        form(
            "rename_session",
            Needs::Work,
            [session(), ("title", text("zebra"))],
        ),
        form("archive_session", Needs::Work, [session(), archived()]),
        form("roll_back", Needs::Work, [site(), ("release", text("1"))]),
        form("cancel_publish", Needs::Work, [site()]),
        form("refresh_site", Needs::Work, [site()]),
        form("retry_publish", Needs::Work, [site()]),
        form("remove_site", Needs::Work, [site()]),
        form(
            "rename_workspace",
            Needs::Own,
            [guid(), ("name", text("zebra"))],
        ),
        form("set_role", Needs::Own, [guid(), account(), role.clone()]),
        form("remove_member", Needs::Own, [guid(), account()]),
        form("invite", Needs::Own, [guid(), role]),
        form(
            "revoke_invitation",
            Needs::Own,
            [guid(), ("id", world.invitation.to_string())],
        ),
        form("archive_workspace", Needs::Own, [guid(), archived()]),
        form("sign_out", Needs::SignIn, []),
    ]
}

/// The paths of all functions by name. A path is the name alone: pages that were loaded before an
/// update go on to work after it.
fn paths() -> BTreeMap<String, &'static str> {
    let name = |path: &'static str| path.strip_prefix("/do/").unwrap().to_owned();
    let found: BTreeMap<_, _> = server_fn_paths()
        .map(|(path, _)| (name(path), path))
        .collect();
    assert_eq!(found.len(), server_fn_paths().count());
    found
}

async fn call(client: &Client, path: &str, function: &Function) -> Answer {
    let request = client.request(Method::POST, path);
    let request = match &function.arguments {
        Arguments::Json(value) => request.json(value),
        Arguments::Form(fields) => request
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(encode(fields)),
    };
    Answer::of(request).await
}

fn encode(fields: &[(&str, String)]) -> String {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
        .collect();
    fields.join("&")
}

/// The kind of error in a server function's answer.
fn kind(answer: &Answer) -> String {
    let kind = &answer.json()["kind"];
    kind.as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_server_function_refuses_whoever_may_not_use_it() {
    let world = World::new().await;
    let (table, paths) = (table(&world), paths());
    let in_table: BTreeSet<_> = table.iter().map(|it| it.name.to_owned()).collect();
    let in_server: BTreeSet<_> = paths.keys().cloned().collect();
    assert_eq!(
        in_table, in_server,
        "put new server functions into the table"
    );
    for function in &table {
        let (name, path) = (function.name, paths[function.name]);
        let nobody = call(&world.nobody, path, function).await;
        if function.needs == Needs::Nothing {
            world.silent(name, &nobody);
            continue;
        }
        assert_eq!(nobody.status, 401, "{name}: {}", nobody.text);
        assert_eq!(kind(&nobody), "unauthenticated", "{name}");
        if function.needs == Needs::SignIn {
            // Who signs out or changes the password is not needed again.
            let stranger = call(&world.stranger, path, function).await;
            assert!(
                matches!(stranger.status, 200 | 302),
                "{name}: {}",
                stranger.text
            );
            world.silent(name, &stranger);
            continue;
        }
        let stranger = call(&world.stranger, path, function).await;
        world.hidden(name, &stranger);
        assert_eq!(kind(&stranger), "not_found", "{name}");
        let viewer = call(&world.viewer, path, function).await;
        match function.needs {
            Needs::Read => assert_eq!(viewer.status, 200, "{name}: {}", viewer.text),
            Needs::Owned => assert_eq!(viewer.status, 404, "{name}: {}", viewer.text),
            _ => {
                assert_eq!(viewer.status, 403, "{name}: {}", viewer.text);
                assert_eq!(kind(&viewer), "forbidden", "{name}");
            }
        }
        let editor = call(&world.editor, path, function).await;
        match function.needs {
            Needs::Own => assert_eq!(editor.status, 403, "{name}: {}", editor.text),
            // It would start an agent, whose program is not in this process.
            Needs::Work if name == "build" => {}
            // Nobody has said anything.
            Needs::Work if name == "branch_session" => {
                assert_eq!(editor.status, 404, "{name}: {}", editor.text);
            }
            // Nothing has failed.
            Needs::Work if name == "retry_publish" => {
                assert_eq!(editor.status, 409, "{name}: {}", editor.text);
            }
            Needs::Read | Needs::Work => {
                assert!(
                    matches!(editor.status, 200 | 302),
                    "{name}: {}",
                    editor.text
                );
            }
            _ => assert_eq!(editor.status, 404, "{name}: {}", editor.text),
        }
    }
}
