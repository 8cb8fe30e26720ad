//! Sessions with the demo agent, made and asked through the API for scripts.

use std::{
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{
    ROUNDS, SETTLED,
    figures::{Figure, Unit},
    folder::Folder,
    http,
    server::{self, Server},
};
use crate::failure::{Failure, Result};

/// How many sessions there are; also how many agents may run at once.
const SESSIONS: usize = 20;
/// How long all answers may take.
const PATIENCE: Duration = Duration::from_secs(90);
const POLL: Duration = Duration::from_millis(200);

/// The API of a server, as the owner.
#[derive(Debug)]
pub struct Api {
    addr: SocketAddr,
    pub token: String,
}

/// Names a session.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: String,
    pub guid: String,
}

impl Session {
    /// Where its page is.
    pub fn path(&self) -> String {
        format!("/w/{}/sessions/{}", self.guid, self.id)
    }
}

impl Api {
    pub fn connect(folder: &Folder, server: &Server) -> Result<Self> {
        Ok(Self {
            addr: server.addr(),
            token: server::make_token(folder)?,
        })
    }

    /// The oldest session of the oldest project.
    pub fn first_session(&self) -> Result<Session> {
        let projects = self.get("/api/projects")?;
        let project = text(&projects["projects"][0]["id"])?;
        let sessions = self.get(&format!("/api/projects/{project}/sessions"))?;
        let all = sessions["sessions"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        let first = all
            .iter()
            .min_by_key(|session| session["session_number"].as_u64());
        let first = first.unwrap_or(&Value::Null);
        Ok(Session {
            id: text(&first["session_id"])?,
            guid: text(&first["guid"])?,
        })
    }

    /// A session of which nothing is asked, in a project of its own.
    pub fn make_session(&self) -> Result<Session> {
        let project = self.make_project()?;
        self.create(&project)?;
        self.first_session()
    }

    fn make_project(&self) -> Result<String> {
        let project = self.post("/api/projects", &json!({ "name": "Tea shop" }))?;
        text(&project["project"]["id"])
    }

    fn create(&self, project: &str) -> Result<String> {
        let new = json!({ "project_id": project, "policy": "accept_edits" });
        text(&self.post("/api/sessions/create", &new)?["session_id"])
    }

    /// Makes a session in a project and gives its agent something to do.
    fn begin(&self, project: &str) -> Result<String> {
        let session = self.create(project)?;
        let message = json!({ "content": "Create a tea shop website" });
        self.post(
            &format!("/api/claude-sessions/{session}/messages"),
            &message,
        )?;
        Ok(session)
    }

    /// Whether the agent has answered and has nothing more to do.
    fn has_answered(&self, session: &str) -> Result<bool> {
        let found = self.get(&format!("/api/sessions/{session}"))?;
        if found["session"]["status"]["state"] != "idle" {
            return Ok(false);
        }
        let page = self.get(&format!("/api/claude-sessions/{session}/messages"))?;
        let messages = page["messages"].as_array();
        Ok(messages.is_some_and(|all| all.iter().any(|one| one["role"] == "assistant")))
    }

    fn get(&self, path: &str) -> Result<Value> {
        self.call(path, None)
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.call(path, Some(body))
    }

    fn call(&self, path: &str, body: Option<&Value>) -> Result<Value> {
        let (status, answer) = http::ask(self.addr, &self.token, path, body)?;
        match serde_json::from_str(&answer) {
            Ok(value) if status < 400 => Ok(value),
            _ => Err(Failure::new(
                format!("{path} answers with status {status}: {answer}"),
                "look at the server's log",
            )),
        }
    }
}

/// Has an answer in every session, and looks at the server's memory when all agents are idle.
pub fn ask_all(api: &Api, server: &Server) -> Result<Vec<Figure>> {
    let project = api.make_project()?;
    let sessions: Result<Vec<_>> = (0..SESSIONS).map(|_| api.begin(&project)).collect();
    let sessions = sessions?;
    let deadline = Instant::now() + PATIENCE;
    for session in &sessions {
        while !api.has_answered(session)? {
            if Instant::now() > deadline {
                return Err(Failure::new(
                    format!(
                        "not every agent has answered within {} s",
                        PATIENCE.as_secs()
                    ),
                    "look at the server's log",
                ));
            }
            thread::sleep(POLL);
        }
    }
    let mut memory = Vec::new();
    for _ in 0..ROUNDS {
        thread::sleep(SETTLED / 3);
        memory.push(server.memory()?);
    }
    let total = memory.iter().map(|memory| memory.total).collect();
    let note = format!("{}; one server, agents idle", server::explain(&memory));
    Ok(vec![
        Figure::new("memory with 20 sessions", Unit::Mebibytes, total).note(note),
    ])
}

fn text(value: &Value) -> Result<String> {
    value.as_str().map(str::to_owned).ok_or_else(|| {
        Failure::new(
            format!("the API says {value} where a text belongs"),
            "look whether its shape has changed",
        )
    })
}
