//! How Claude Code is called.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use domain::agents::{AgentDriver, AgentError, AgentInput, Output, Run};
use domain::terminals::Terminals;
use protocol::{AgentInfo, PermissionPolicy};
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;

use super::input;
use crate::home::{Home, TOOL_SERVER};
use crate::launch::Launcher;
use crate::process::{Processes, file, refuse_full_as_root};

/// Variables of the server's environment that reach Claude: how to reach the model, and nothing
/// that would let an agent act as the operator elsewhere.
const PASSED_ON: [&str; 17] = [
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_BASE_URL",
    "ANTHROPIC_CUSTOM_HEADERS",
    "ANTHROPIC_MODEL",
    "ANTHROPIC_SMALL_FAST_MODEL",
    "AWS_BEARER_TOKEN_BEDROCK",
    "AWS_REGION",
    "CLAUDE_CODE_OAUTH_TOKEN",
    "CLAUDE_CODE_USE_BEDROCK",
    "CLAUDE_CODE_USE_VERTEX",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NODE_EXTRA_CA_CERTS",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "TZ",
];

/// What Claude would be taught by its own home, where the agent can write. It is taught by
/// [`Run::skills`] alone.
const TAUGHT: [&str; 9] = [
    "skills",
    "agents",
    "commands",
    "plugins",
    "rules",
    "output-styles",
    "workflows",
    "CLAUDE.md",
    "AGENTS.md",
];

/// Characters at the end of an API key by which the CLI remembers that it may be used.
const KEY_CHARS: usize = 20;

/// What an operator may set.
#[derive(Clone)]
pub struct ClaudeSettings {
    /// The program: a path, or a name that is looked for on the `PATH`.
    pub program: String,
    /// How Claude reaches its model, as environment variables.
    pub environment: BTreeMap<String, String>,
    /// How often the model's service is asked again; `None` for Claude's own choice.
    pub max_retries: Option<u32>,
}

impl ClaudeSettings {
    /// `claude` from the `PATH`, with what these variables (the server's own) say of its model.
    pub fn from_environment(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let passed_on = |(name, _): &(String, String)| PASSED_ON.contains(&name.as_str());
        Self {
            program: "claude".into(),
            environment: variables.into_iter().filter(passed_on).collect(),
            max_retries: None,
        }
    }

    /// Where the program is, if it is installed.
    #[must_use]
    pub fn find(&self) -> Option<PathBuf> {
        let executable = |path: &PathBuf| {
            path.metadata()
                .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
        };
        if self.program.contains('/') {
            return Some(PathBuf::from(&self.program)).filter(executable);
        }
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path)
            .map(|folder| folder.join(&self.program))
            .find(executable)
    }
}

/// Drives Claude Code, or a program that speaks as it does.
pub struct ClaudeDriver {
    processes: Processes,
    settings: ClaudeSettings,
    info: AgentInfo,
}

impl ClaudeDriver {
    /// A driver of Claude Code whose processes run in these terminals.
    pub fn new(
        terminals: Arc<dyn Terminals>,
        launcher: Launcher,
        settings: ClaudeSettings,
    ) -> Self {
        Self {
            processes: Processes::new(terminals, launcher),
            settings,
            info: AgentInfo {
                name: "claude".into(),
                label: "Claude Code".into(),
                demo: false,
            },
        }
    }

    /// The same under another name, for another program.
    #[must_use]
    pub fn named(self, name: &str, label: &str) -> Self {
        let info = AgentInfo {
            name: name.to_owned(),
            label: label.to_owned(),
            demo: false,
        };
        Self { info, ..self }
    }

    fn program(&self) -> Result<String, AgentError> {
        if self.processes.launcher().has_prefix() {
            return Ok(self.settings.program.clone());
        }
        match self.settings.find() {
            Some(path) => Ok(path.display().to_string()),
            None => Err(AgentError::Missing {
                program: self.settings.program.clone(),
                cure: "Install Claude Code (npm install -g @anthropic-ai/claude-code), or set the \
                       program's path."
                    .into(),
            }),
        }
    }

    fn prepare_home(&self, run: &Run) -> io::Result<Prepared> {
        let home = Home::of(run)?;
        let key = self.settings.environment.get("ANTHROPIC_API_KEY");
        home.merge(".claude.json", |state| {
            seed_state(state, &run.project_folder, key)
        })?;
        // Not merged: what an agent was talked into writing there, hooks above all, ends here.
        home.replace("settings.json", &settings().to_string())?;
        for name in TAUGHT {
            home.remove(name)?;
        }
        Ok(Prepared {
            temporary: home.make_folder("tmp")?,
            tools: home.write_tools(&run.tools.url, &run.tools.token)?,
        })
    }

    fn environment(&self, run: &Run, temporary: &Path) -> BTreeMap<String, String> {
        let mut environment = base_environment(run, temporary, self.processes.launcher().program());
        environment.insert("CLAUDE_CONFIG_DIR".into(), run.home.display().to_string());
        for quiet in [
            "DISABLE_TELEMETRY",
            "DISABLE_ERROR_REPORTING",
            "DISABLE_AUTOUPDATER",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC",
            "CLAUDE_CODE_DISABLE_OFFICIAL_MARKETPLACE_AUTOINSTALL",
        ] {
            environment.insert(quiet.into(), "1".into());
        }
        if let Some(retries) = self.settings.max_retries {
            environment.insert("CLAUDE_CODE_MAX_RETRIES".into(), retries.to_string());
        }
        environment.extend(self.settings.environment.clone());
        environment.extend(run.environment.clone());
        environment
    }
}

/// What the driver made in the agent's home.
struct Prepared {
    temporary: PathBuf,
    tools: PathBuf,
}

/// Answers, before they are asked, the questions of a first start.
fn seed_state(state: &mut Map<String, Value>, project: &Path, key: Option<&String>) {
    state.insert("hasCompletedOnboarding".into(), true.into());
    let projects = state.entry("projects").or_insert_with(|| json!({}));
    if !projects.is_object() {
        *projects = json!({});
    }
    let project = &mut projects[project.display().to_string()];
    if !project.is_object() {
        *project = json!({});
    }
    project["hasTrustDialogAccepted"] = true.into();
    if let Some(key) = key {
        let start = key
            .char_indices()
            .rev()
            .nth(KEY_CHARS - 1)
            .map_or(0, |(start, _)| start);
        state.insert(
            "customApiKeyResponses".into(),
            json!({"approved": [&key[start..]], "rejected": []}),
        );
    }
}

/// Keeps the conversations, which are deleted after a month otherwise.
fn settings() -> Value {
    json!({
        "cleanupPeriodDays": 3650,
        "skipDangerousModePermissionPrompt": true,
        "tui": "default",
    })
}

/// The environment of every agent, from nothing.
pub(crate) fn base_environment(
    run: &Run,
    temporary: &Path,
    program: &Path,
) -> BTreeMap<String, String> {
    let own = program.parent().map(Path::to_owned);
    let path = std::env::var_os("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into());
    let folders = own.into_iter().chain(std::env::split_paths(&path));
    let path = std::env::join_paths(folders).unwrap_or(path);
    let text = |value: &OsStr| value.to_string_lossy().into_owned();
    BTreeMap::from([
        ("HOME".into(), text(run.home.as_os_str())),
        ("LANG".into(), "C.UTF-8".into()),
        ("PATH".into(), text(&path)),
        ("TERM".into(), "xterm-256color".into()),
        ("TMPDIR".into(), text(temporary.as_os_str())),
    ])
}

/// The flags that say which conversation it is, where the tools are and what is allowed.
pub(crate) fn common_flags(run: &Run, tools: &Path) -> Vec<String> {
    let conversation = if run.resume {
        "--resume"
    } else {
        "--session-id"
    };
    vec![
        conversation.into(),
        run.conversation.to_string(),
        "--mcp-config".into(),
        tools.display().to_string(),
        "--permission-mode".into(),
        input::mode(run.policy).into(),
    ]
}

fn argv(program: String, run: &Run, tools: &Path) -> Vec<String> {
    let mut argv: Vec<String> = vec![program];
    let fixed = "-p --input-format stream-json --output-format stream-json --verbose \
                 --include-partial-messages --replay-user-messages --permission-prompt-tool stdio \
                 --setting-sources user --strict-mcp-config";
    argv.extend(fixed.split_whitespace().map(str::to_owned));
    argv.extend(common_flags(run, tools));
    // A rule with two slashes is an absolute path. Without it the CLI asks before each look at a file
    // that the person has just given to it.
    argv.extend([
        "--allowedTools".into(),
        format!("mcp__{TOOL_SERVER}__*"),
        format!("Read(/{}/**)", run.uploads.display()),
    ]);
    argv.extend(["--plugin-dir".into(), run.skills.display().to_string()]);
    if !run.system_prompt.is_empty() {
        argv.extend(["--append-system-prompt".into(), run.system_prompt.clone()]);
    }
    if refuse_full_as_root(run.user).is_ok() {
        // So that the policy may become “full” while it runs. The CLI refuses this flag to root.
        argv.push("--allow-dangerously-skip-permissions".into());
    }
    argv
}

#[async_trait]
impl AgentDriver for ClaudeDriver {
    fn info(&self) -> AgentInfo {
        self.info.clone()
    }

    async fn start(&self, run: &Run) -> Result<(), AgentError> {
        if run.policy == PermissionPolicy::Full {
            refuse_full_as_root(run.user)?;
        }
        let program = self.program()?;
        let prepared = self.prepare_home(run).map_err(file("home"))?;
        let argv = argv(program, run, &prepared.tools);
        self.processes
            .start(run, argv, self.environment(run, &prepared.temporary))
            .await
    }

    async fn is_running(&self, run: &Run) -> Result<bool, AgentError> {
        self.processes.is_running(run).await
    }

    async fn tell(&self, run: &Run, input: &AgentInput) -> Result<(), AgentError> {
        self.processes.tell(run, input).await
    }

    fn follow(&self, run: &Run, offset: u64) -> mpsc::Receiver<Output> {
        self.processes.follow(run, offset)
    }

    async fn stop(&self, run: &Run) -> Result<(), AgentError> {
        self.processes.stop(run).await
    }
}
