//! Checks of what the server needs, each with its cure.

use std::path::Path;

use cloud::aws::operator::{self, Verdict};

use crate::compose::{Base, claude_settings, socket_folder};
use crate::hosting::{AwsSettings, Engine};
use crate::settings::Settings;

/// One check.
pub struct Finding {
    /// What was checked.
    pub what: &'static str,
    /// What was found.
    pub result: Result<String, Problem>,
}

/// Something that is missing or wrong.
pub struct Problem {
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub cure: String,
    /// Whether the server cannot do its work like this.
    pub serious: bool,
}

fn serious(what: impl ToString, cure: impl Into<String>) -> Problem {
    Problem {
        what: what.to_string(),
        cure: cure.into(),
        serious: true,
    }
}

/// Makes all checks.
pub async fn examine(settings: &Settings) -> Vec<Finding> {
    let mut findings = vec![
        Finding {
            what: "tmux",
            result: tmux(settings).await,
        },
        Finding {
            what: "agent",
            result: agent(settings),
        },
        Finding {
            what: "data folder and storage",
            result: data(settings).await,
        },
        Finding {
            what: "address",
            result: port(settings.addr, "--addr").await,
        },
        Finding {
            what: "sites' address",
            result: port(settings.sites_addr, "--sites-addr").await,
        },
        Finding {
            what: "pages",
            result: pages(settings),
        },
        Finding {
            what: "Chromium",
            result: chromium(settings),
        },
        Finding {
            what: "users",
            result: Ok(users()),
        },
    ];
    if settings.publishing.hosting == Engine::Aws {
        findings.extend(aws(&settings.publishing.aws).await);
    }
    findings
}

/// Every action of the operator that is not allowed, or that all are.
async fn aws(settings: &AwsSettings) -> Vec<Finding> {
    let finding = |result| Finding {
        what: "AWS",
        result,
    };
    let provisioner = settings.provisioner().await;
    let checked = match operator::check(&provisioner).await {
        Ok(checked) => checked,
        Err(error) => return vec![finding(Err(serious(error, "see above")))],
    };
    let count = checked.len();
    let problems: Vec<_> = checked
        .into_iter()
        .filter(|checked| checked.verdict != Verdict::Allowed)
        .map(|checked| Problem {
            serious: matches!(checked.verdict, Verdict::Missing | Verdict::Forbidden),
            what: checked.to_string(),
            cure: "see above".to_owned(),
        })
        .collect();
    if problems.is_empty() {
        let region = provisioner.region();
        return vec![finding(Ok(format!(
            "{count} actions are allowed in {region}"
        )))];
    }
    problems
        .into_iter()
        .map(|problem| finding(Err(problem)))
        .collect()
}

async fn tmux(settings: &Settings) -> Result<String, Problem> {
    let folders = domain::folders::Folders::new(settings.data.data.clone(), false);
    let terminals = tmux::Tmux::new(tmux::Settings::new(socket_folder(&folders)));
    terminals
        .version()
        .await
        .map_err(|error| serious(error, "apt-get install tmux"))
}

fn agent(settings: &Settings) -> Result<String, Problem> {
    let claude = claude_settings(&settings.claude);
    match (settings.agent.as_deref(), claude.find()) {
        (Some("demo"), _) => Ok("the demo agent, as the settings say".to_owned()),
        (_, Some(path)) if claude.environment.is_empty() => Err(Problem {
            what: format!("{} is there, but no key for its model", path.display()),
            cure: "set ANTHROPIC_API_KEY in the server's environment".to_owned(),
            serious: false,
        }),
        (_, Some(path)) => Ok(path.display().to_string()),
        (Some("claude"), None) => Err(serious(
            format!("{} is not installed or not on the PATH", claude.program),
            "npm install -g @anthropic-ai/claude-code, or set --claude",
        )),
        (Some(other), None) => Ok(format!("`{other}`, from the settings file")),
        (None, None) => Err(Problem {
            what: "Claude Code is not installed, so sessions get the demo agent".to_owned(),
            cure: "npm install -g @anthropic-ai/claude-code, and set ANTHROPIC_API_KEY".to_owned(),
            serious: false,
        }),
    }
}

async fn data(settings: &Settings) -> Result<String, Problem> {
    let folder = &settings.data.data;
    let base = Base::open(folder).await.map_err(|error| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
        serious(format!("{error}{}", cause.unwrap_or_default()), "see above")
    })?;
    let closed = base.table.close().await;
    closed.map_err(|error| serious(error, "restore the database from a copy"))?;
    Ok(folder.display().to_string())
}

async fn port(addr: std::net::SocketAddr, flag: &str) -> Result<String, Problem> {
    match tokio::net::TcpListener::bind(addr).await {
        Ok(_) => Ok(addr.to_string()),
        Err(error) => Err(Problem {
            what: format!("{addr} cannot be used: {error}"),
            cure: format!("if that is not this server itself, choose another one with {flag}"),
            serious: false,
        }),
    }
}

fn pages(settings: &Settings) -> Result<String, Problem> {
    let options = crate::leptos_options(settings, settings.addr);
    let root = Path::new(options.site_root.as_ref());
    if root.join(options.site_pkg_dir.as_ref()).is_dir() {
        return Ok(root.display().to_string());
    }
    Err(serious(
        format!("the built pages are not at {}", root.display()),
        "build them with `cargo xtask build`, or set --site-root",
    ))
}

fn chromium(settings: &Settings) -> Result<String, Problem> {
    match proof::browser::find(settings.chromium.as_deref()) {
        Some(program) => Ok(program.display().to_string()),
        None => Err(Problem {
            what: "without Chromium published sites are checked, but not pictured".to_owned(),
            cure: "apt-get install chromium, or set --chromium".to_owned(),
            serious: false,
        }),
    }
}

fn users() -> String {
    if rustix::process::geteuid().is_root() {
        "running as root: each workspace's agents run as a user of their own".to_owned()
    } else {
        "running as an ordinary user: agents run as the same user".to_owned()
    }
}
