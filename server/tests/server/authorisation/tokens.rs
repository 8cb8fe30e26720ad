//! The token of a session's agent: its own workspace, and only to read and to publish.

use serde_json::json;

use crate::support::{Client, ServerProcess, Tab, Work, until};

/// The token in the environment of the agent that runs.
async fn agent_token(server: &ServerProcess, work: &Work) -> String {
    let message = work.send("[[hang]]").await;
    // One that has not taken its message yet would be started again without a word when it dies.
    work.delivered(&message).await;
    until("the agent runs", || async {
        let agents = server.folder.processes("demo-agent");
        let environment = format!("/proc/{}/environ", agents.first()?.as_raw_nonzero());
        let environment = std::fs::read_to_string(environment).ok()?;
        let mut variables = environment.split('\0');
        variables.find_map(|it| it.strip_prefix("TMUX_BUILDER_TOKEN=").map(str::to_owned))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_reads_and_publishes_in_its_own_workspace_only() {
    let server = ServerProcess::start().await;
    let work = server.session().await;
    let person = &server.client;
    let elsewhere = json!({ "name": "Elsewhere" });
    let elsewhere = person.post("/api/workspaces", &elsewhere).await.good();
    let elsewhere = elsewhere["workspace"]["guid"].as_str().unwrap();
    let theirs = json!({ "name": "Other", "guid": elsewhere });
    let theirs = person.post("/api/projects", &theirs).await.good();
    let theirs = &theirs["project"]["id"];
    let session = json!({ "project_id": theirs });
    let their_session = person.post("/api/sessions/create", &session).await.good();
    let their_session = their_session["session_id"].as_str().unwrap();

    let token = agent_token(&server, &work).await;
    assert!(token.starts_with(domain::chat::TOOL_TOKEN_PREFIX));
    let agent = Client::bearer(&person.url, &token);
    let own = agent.get("/api/workspaces").await.good();
    assert_eq!(own["workspaces"].as_array().unwrap().len(), 1, "{own}");
    agent.get(&work.path()).await.good();
    for path in [
        format!("/api/projects?guid={elsewhere}"),
        format!("/api/deployments?guid={elsewhere}"),
        format!("/api/projects/{}/sessions", theirs.as_str().unwrap()),
        format!("/api/sessions/{their_session}"),
        format!("/api/claude-sessions/{their_session}/messages"),
    ] {
        agent.get(&path).await.refused(404, "not_found", None);
    }
    let publish = json!({ "project": theirs, "directory": "." });
    let published = agent.post("/api/deployments", &publish).await;
    published.refused(404, "not_found", None);
    for (path, body) in [
        (work.path(), json!({ "content": "to myself" })),
        ("/api/workspaces".to_owned(), json!({ "name": "Mine" })),
        ("/api/projects".to_owned(), json!({ "name": "Mine" })),
    ] {
        agent
            .post(&path, &body)
            .await
            .refused(403, "forbidden", None);
    }
    assert_eq!(Tab::open(&agent, None).await.err(), Some(403));
    let tools = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
    let tools = agent.post("/mcp", &tools).await.good();
    assert_eq!(tools["result"]["tools"].as_array().unwrap().len(), 3);
    let report = json!({ "stage": "progress", "text": "half way" });
    agent.post("/api/agent/report", &report).await.good();
    // This server hosts sites itself: there is no cloud account.
    let credentials = "/api/agent/credentials";
    agent.get(credentials).await.refused(404, "not_found", None);
    person
        .get(credentials)
        .await
        .refused(403, "forbidden", None);
    work.notice("half way").await;

    // Its token ends with the next run's.
    server.folder.kill_tmux();
    work.notice("stopped").await;
    work.send("[[say again]]").await;
    work.hears("again").await;
    agent
        .get("/api/workspaces")
        .await
        .refused(401, "unauthenticated", None);
}
