//! The real program: its commands, and a server as a child process.

use std::fs::File;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use protocol::live::ClientMessage;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::task::spawn_blocking;

use super::{Client, DataFolder, PASSWORD, PATIENCE, Tab, until};

/// The account that [`ServerProcess::start`] makes.
pub const EMAIL: &str = "ada@example.org";

/// The program with arguments, and nothing of the tests' own environment that it would read.
pub struct Program(Command);

impl Program {
    pub fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tmux-builder"));
        for (name, _) in std::env::vars() {
            if name.starts_with("TMUX_BUILDER_") || name.starts_with("ANTHROPIC_") {
                command.env_remove(name);
            }
        }
        command.env("TMUX_BUILDER_DEMO_SPEED", "1000");
        // Who tests pictures asks for them.
        command.env("TMUX_BUILDER_CHROMIUM", "none").args(words);
        Self(command)
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.0.env(name, value);
        self
    }

    pub fn data(mut self, folder: &DataFolder) -> Self {
        self.0.arg("--data").arg(folder.path());
        self
    }

    /// Runs it to its end with `input` on the standard input. Killed if it does not end.
    pub async fn run(self, input: &'static str) -> Output {
        let mut command = tokio::process::Command::from(self.0);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // It may end without reading.
        let _ended = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
        let ended = tokio::time::timeout(PATIENCE, child.wait_with_output()).await;
        ended.expect("the program ends").unwrap()
    }

    /// Runs it to its good end; returns what it printed.
    pub async fn print(self, input: &'static str) -> String {
        let output = self.run(input).await;
        let (printed, errors) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "{printed}{errors}");
        printed.trim().to_owned()
    }

    /// Runs it to its bad end; returns what it said.
    pub async fn fail(self, input: &'static str) -> String {
        let output = self.run(input).await;
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{errors}");
        errors
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A server as a child process, with one account. Killed with all it has started at the end.
pub struct ServerProcess {
    pub folder: DataFolder,
    pub client: Client,
    flags: Vec<String>,
    environment: Vec<(String, String)>,
    child: Option<Child>,
}

impl ServerProcess {
    /// A server with the demo agent.
    pub async fn start() -> Self {
        Self::start_with(&["--agent", "demo"], &[]).await
    }

    /// A server with these flags and variables beside its addresses and folder.
    pub async fn start_with(flags: &[&str], environment: &[(&str, &str)]) -> Self {
        let folder = DataFolder::new();
        let create = ["account", "create", "--email", EMAIL];
        Program::new(create).data(&folder).print(PASSWORD).await;
        let scopes = protocol::Scope::ALL.map(protocol::Scope::as_str).join(",");
        let create = ["token", "create", "--account", EMAIL, "--scopes", &scopes];
        let token = Program::new(create).data(&folder).print("").await;
        let mut server = Self {
            folder,
            client: Client::bearer("", &token),
            flags: flags.iter().map(ToString::to_string).collect(),
            environment: environment
                .iter()
                .map(|(name, value)| (name.to_string(), value.to_string()))
                .collect(),
            child: None,
        };
        server.launch("127.0.0.1:0").await;
        server
    }

    async fn launch(&mut self, addr: &str) {
        let listening = self.folder.beside().join("stdout");
        let log = self.folder.beside().join("log");
        let log = File::options().create(true).append(true).open(log).unwrap();
        let words = ["serve", "--addr", addr, "--sites-addr", "127.0.0.1:0"];
        let mut program = Program::new(words).data(&self.folder);
        for (name, value) in &self.environment {
            program = program.env(name, value);
        }
        let child = program
            .0
            .args(&self.flags)
            .stdin(Stdio::null())
            .stdout(File::create(&listening).unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.child = Some(child);
        let (url, log) = (&listening, self.folder.beside().join("log"));
        let child = self.child.as_mut().unwrap();
        let deadline = Instant::now() + PATIENCE;
        self.client.url = loop {
            let printed = std::fs::read_to_string(url).unwrap();
            let line = printed
                .lines()
                .find_map(|it| it.strip_prefix("listening on "));
            if let Some(url) = line.filter(|_| printed.ends_with('\n')) {
                break url.to_owned();
            }
            let ended = child.try_wait().unwrap();
            assert!(
                ended.is_none() && Instant::now() < deadline,
                "the server does not start: {}",
                std::fs::read_to_string(log).unwrap_or_default()
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
    }

    /// What the server has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.beside().join("log")).unwrap_or_default()
    }

    /// Kills the server on the spot. What it has started runs on.
    pub async fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        spawn_blocking(move || child.wait()).await.unwrap().unwrap();
    }

    /// Asks the server to stop, and waits until it has.
    pub async fn stop(&mut self) {
        let child = self.child.as_mut().unwrap();
        let pid = Pid::from_raw(child.id().try_into().unwrap()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        let deadline = Instant::now() + PATIENCE;
        let ended = loop {
            if let Some(ended) = child.try_wait().unwrap() {
                break ended;
            }
            assert!(Instant::now() < deadline, "the server does not stop");
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        self.child = None;
        assert!(ended.success(), "{ended}: {}", self.log());
    }

    /// Starts the server again, where it was.
    pub async fn start_again(&mut self) {
        let addr = self.client.url.replace("http://", "");
        self.launch(&addr).await;
    }

    /// The same with other flags.
    pub async fn start_again_with(&mut self, flags: &[&str]) {
        self.flags = flags.iter().map(ToString::to_string).collect();
        self.start_again().await;
    }

    /// A new session in a project of its own.
    pub async fn session(&self) -> Work {
        Work::new(&self.client).await
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _gone = child.kill();
            let _gone = child.wait();
        }
    }
}

/// A session, by way of the API.
#[derive(Clone)]
pub struct Work {
    pub client: Client,
    pub session: protocol::SessionId,
}

impl Work {
    async fn new(client: &Client) -> Self {
        let project = json!({ "name": "Tea Shop" });
        let project = client.post("/api/projects", &project).await.good();
        let session = json!({ "project_id": project["project"]["id"] });
        let session = client.post("/api/sessions/create", &session).await.good();
        Self {
            client: client.clone(),
            session: session["session_id"].as_str().unwrap().parse().unwrap(),
        }
    }

    pub fn path(&self) -> String {
        format!("/api/claude-sessions/{}/messages", self.session)
    }

    /// Sends a message.
    pub async fn send(&self, text: &str) -> Value {
        let message = json!({ "content": text });
        let sent = self.client.post(&self.path(), &message).await;
        sent.good()["message"].clone()
    }

    /// All messages.
    pub async fn messages(&self) -> Vec<Value> {
        let mut messages: Vec<Value> = Vec::new();
        loop {
            let page = format!("{}?after={}", self.path(), messages.len());
            let page = self.client.get(&page).await.good();
            messages.extend(page["messages"].as_array().unwrap().iter().cloned());
            if page["has_more"] == false {
                return messages;
            }
        }
    }

    /// What messages of this role say.
    pub async fn said(&self, role: &str) -> Vec<String> {
        let of_role = |message: &Value| {
            (message["role"] == role).then(|| message["content"].as_str().unwrap().to_owned())
        };
        self.messages().await.iter().filter_map(of_role).collect()
    }

    /// What the agent is doing: `idle`, `working`, …
    pub async fn status(&self) -> String {
        let path = format!("/api/sessions/{}", self.session);
        let session = self.client.get(&path).await.good();
        let status = &session["session"]["status"]["state"];
        status.as_str().unwrap().to_owned()
    }

    /// Waits until the agent has said exactly this, and returns how many messages there are.
    pub async fn hears(&self, text: &str) -> usize {
        let what = format!("the answer {:?}", &text[..text.floor_char_boundary(60)]);
        until(&what, || async {
            let said = self.said("assistant").await;
            said.iter().any(|said| said == text).then_some(said.len())
        })
        .await
    }

    /// Waits until a notice has these words, and returns it.
    pub async fn notice(&self, words: &str) -> String {
        until(&format!("a notice with {words:?}"), || async {
            let said = self.said("notice").await;
            said.into_iter().find(|said| said.contains(words))
        })
        .await
    }

    /// How far the message got: its state, and the reason if it failed.
    pub async fn delivery(&self, id: &Value) -> (String, String) {
        let messages = self.messages().await;
        let message = messages
            .iter()
            .find(|message| message["id"] == *id)
            .unwrap();
        let delivery = &message["body"]["delivery"];
        let part = |name: &str| delivery[name].as_str().unwrap_or_default().to_owned();
        (part("state"), part("reason"))
    }

    /// Waits until the message has failed, and returns why.
    pub async fn failure(&self, message: &Value) -> String {
        until("a failed message", || async {
            let (state, reason) = self.delivery(&message["id"]).await;
            (state == "failed").then_some(reason)
        })
        .await
    }

    /// Waits until the agent has acknowledged the message.
    pub async fn delivered(&self, message: &Value) {
        until("a delivered message", || async {
            let (state, _) = self.delivery(&message["id"]).await;
            (state == "delivered").then_some(())
        })
        .await;
    }

    /// Waits until the agent is doing this: `idle`, `working`, …
    pub async fn is(&self, status: &str) {
        until(&format!("the status {status}"), || async {
            (self.status().await == status).then_some(())
        })
        .await;
    }

    /// Sends a failed message again as a person does.
    pub async fn send_again(&self, message: &Value) {
        let mut tab = Tab::following(&self.client, self.session).await;
        let session = self.session;
        let id = message["id"].as_str().unwrap().parse().unwrap();
        tab.say(&ClientMessage::SendAgain { session, id }).await;
        tab.until("something new", |tab| tab.heard.len() > 2).await;
    }
}
