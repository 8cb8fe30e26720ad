//! The tool server of agents: the Model Context Protocol over HTTP, each request answered by one
//! JSON object. Who calls is known by the session's token.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::actor::{Actor, Via};
use domain::error::Result;
use domain::services::Services;
use protocol::{ApiError, ErrorKind, SiteId, SiteStatus};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::deploy::{self, Wish};
use crate::http::auth::Known;
use crate::http::{App, Failure};

/// Versions of the protocol that are spoken, the newest first.
const VERSIONS: [&str; 3] = ["2025-06-18", "2025-03-26", "2024-11-05"];
const METHOD_NOT_FOUND: i32 = -32_601;
const INVALID_PARAMS: i32 = -32_602;

/// A JSON-RPC request, or a notification if it has no id.
#[derive(Deserialize)]
pub struct Call {
    id: Option<Value>,
    method: String,
    #[serde(default)]
    params: Value,
}

/// `POST /mcp`
pub async fn call(State(app): State<App>, Known(actor): Known, Json(call): Json<Call>) -> Response {
    if !matches!(actor.via, Via::Agent { .. }) {
        let message = "Only a session's agent calls these tools.";
        return Failure(ApiError::forbidden(message)).into_response();
    }
    let Some(id) = call.id else {
        return StatusCode::ACCEPTED.into_response();
    };
    let outcome = match call.method.as_str() {
        "initialize" => Ok(initialize(&call.params)),
        "ping" => Ok(json!({})),
        "tools/list" => Ok(json!({ "tools": tools() })),
        "tools/call" => call_tool(&app.services, &actor, call.params).await,
        other => Err((METHOD_NOT_FOUND, format!("There is no method {other}."))),
    };
    let answer = match outcome {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err((code, message)) => {
            json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } })
        }
    };
    Json(answer).into_response()
}

fn initialize(params: &Value) -> Value {
    let asked = params["protocolVersion"].as_str().unwrap_or_default();
    let version = VERSIONS
        .into_iter()
        .find(|&known| known == asked)
        .unwrap_or(VERSIONS[0]);
    json!({
        "protocolVersion": version,
        "capabilities": { "tools": {} },
        "serverInfo": { "name": "tmux-builder", "version": env!("CARGO_PKG_VERSION") },
    })
}

fn tools() -> Value {
    json!([
        {
            "name": "deploy_site",
            "description": "Publishes a folder with an index.html as a website. Without `site` it \
                makes a NEW site at a new address; with `site` it UPDATEs that one in place. \
                Returns the site's id, its release and its address.",
            "inputSchema": {
                "type": "object",
                "properties": {
                    "directory": {
                        "type": "string",
                        "description": "The folder, relative to the working folder, e.g. `site`.",
                    },
                    "site": {
                        "type": "string",
                        "description": "The id of the site to update. Leave out for a new site.",
                    },
                },
                "required": ["directory"],
            },
        },
        {
            "name": "list_sites",
            "description": "Lists this project's sites with their ids, addresses and releases.",
            "inputSchema": { "type": "object", "properties": {} },
        },
        {
            "name": "rollback_site",
            "description": "Makes an earlier release of a site live again.",
            "inputSchema": {
                "type": "object",
                "properties": {
                    "site": { "type": "string", "description": "The site's id." },
                    "release": { "type": "integer", "description": "The release's number." },
                },
                "required": ["site", "release"],
            },
        },
    ])
}

#[derive(Deserialize)]
struct ToolCall {
    name: String,
    #[serde(default)]
    arguments: Value,
}

#[derive(Deserialize)]
struct Deploy {
    directory: String,
    site: Option<String>,
}

#[derive(Deserialize)]
struct Rollback {
    site: String,
    release: u32,
}

/// Runs a tool. What a tool refuses is its result, so that the agent reads it and can do better.
async fn call_tool(
    services: &Services,
    actor: &Actor,
    params: Value,
) -> std::result::Result<Value, (i32, String)> {
    let bad = |error: serde_json::Error| (INVALID_PARAMS, error.to_string());
    let call: ToolCall = serde_json::from_value(params).map_err(bad)?;
    let outcome = match call.name.as_str() {
        "deploy_site" => {
            let wish: Deploy = serde_json::from_value(call.arguments).map_err(bad)?;
            deploy_site(services, actor, wish).await
        }
        "list_sites" => list_sites(services, actor).await,
        "rollback_site" => {
            let wish: Rollback = serde_json::from_value(call.arguments).map_err(bad)?;
            rollback_site(services, actor, wish).await
        }
        other => return Err((INVALID_PARAMS, format!("There is no tool {other}."))),
    };
    let (value, is_error) = match outcome {
        Ok(value) => (value, false),
        Err(error) => (json!({ "error": error.into_api() }), true),
    };
    Ok(json!({
        "content": [{ "type": "text", "text": value.to_string() }],
        "structuredContent": value,
        "isError": is_error,
    }))
}

async fn deploy_site(services: &Services, actor: &Actor, wish: Deploy) -> Result<Value> {
    let site = match wish.site.as_deref() {
        None | Some("") => None,
        Some(site) => Some(find_site(services, actor, site).await?),
    };
    let wish = Wish {
        project: None,
        directory: wish.directory,
        site,
    };
    let published = deploy::publish(services, actor, wish).await?;
    Ok(json!(published))
}

async fn list_sites(services: &Services, actor: &Actor) -> Result<Value> {
    let project = deploy::find_project(services, actor, None).await?;
    let deployments = services
        .publishing
        .deployments(actor, &project.guid)
        .await?;
    let sites: Vec<_> = deployments
        .into_iter()
        .filter(|deployment| {
            let site = &deployment.site;
            site.project == project.id && site.status != SiteStatus::Removing
        })
        .map(|deployment| {
            let releases: Vec<_> = deployment
                .releases
                .iter()
                .map(|release| release.number)
                .collect();
            json!({
                "site": deployment.site.id,
                "url": deployment.site.url,
                "live": deployment.site.live,
                "releases": releases,
            })
        })
        .collect();
    Ok(json!({ "sites": sites }))
}

async fn rollback_site(services: &Services, actor: &Actor, wish: Rollback) -> Result<Value> {
    let site = find_site(services, actor, &wish.site).await?;
    let published = services
        .publishing
        .rollback(actor, site, wish.release)
        .await?;
    if let Via::Agent { session, .. } = actor.via {
        services.chats.published(session, published.clone()).await?;
    }
    Ok(json!(published))
}

/// The site that an agent names. One that is being removed is none any more: whoever acted on it
/// would wait until it is gone.
async fn find_site(services: &Services, actor: &Actor, named: &str) -> Result<SiteId> {
    let site = services.publishing.site(actor, named.parse()?).await?;
    if site.status == SiteStatus::Removing {
        let message = "This site is being removed. `list_sites` lists those that stay.";
        return Err(ApiError::new(ErrorKind::NotFound, message).into());
    }
    Ok(site.id)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// The text files at `path` and below.
    fn texts(path: &Path) -> Vec<String> {
        if path.is_file() {
            return vec![fs::read_to_string(path).unwrap()];
        }
        let entries = fs::read_dir(path).unwrap().flatten();
        entries.flat_map(|entry| texts(&entry.path())).collect()
    }

    #[test]
    fn what_agents_are_taught_names_only_tools_that_exist() {
        let domain = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/domain");
        let mut taught = texts(&domain.join("skills"));
        taught.extend(texts(&domain.join("src/system_prompt/snapshots")));
        let tools = tools();
        let tools: Vec<_> = tools.as_array().unwrap().iter().collect();
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let words = taught.iter().flat_map(|it| it.split(|c| !is_word(c)));
        let is_tool = |word: &&str| word.ends_with("_site") || word.ends_with("_sites");
        let named: Vec<_> = words.filter(is_tool).collect();
        assert!(named.contains(&"deploy_site"));
        for name in named {
            assert!(tools.iter().any(|tool| tool["name"] == name), "{name}");
        }
    }
}
