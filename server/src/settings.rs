//! What an operator can set: each setting is a flag, a variable `TMUX_BUILDER_…` and a line in the
//! settings file, in this order of precedence.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::http::HeaderValue;
use clap::{Args, Command, CommandFactory, ValueEnum};
use serde::Deserialize;

use crate::hosting::HostingSettings;
use crate::teaching::TeachingSettings;
use crate::uploads::UploadSettings;

/// The folder for everything the server keeps.
#[derive(Args, Clone, Debug)]
pub struct DataFolder {
    /// Folder for everything the server keeps. Agents of other users must be able to pass through
    /// the folders above it.
    #[arg(long, value_name = "DIR", env = "TMUX_BUILDER_DATA", default_value_os_t = default_data())]
    pub data: PathBuf,
}

/// What the server runs with.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// Address of the pages and the API; port 0 picks a free one.
    #[arg(
        long,
        value_name = "IP:PORT",
        env = "TMUX_BUILDER_ADDR",
        default_value = "127.0.0.1:3000"
    )]
    pub addr: SocketAddr,

    /// Address of published sites and previews; port 0 picks a free one.
    #[arg(
        long,
        value_name = "IP:PORT",
        env = "TMUX_BUILDER_SITES_ADDR",
        default_value = "127.0.0.1:3001"
    )]
    pub sites_addr: SocketAddr,

    #[command(flatten)]
    #[expect(
        missing_docs,
        reason = "the part documents itself, and clap would print this text"
    )]
    pub data: DataFolder,

    /// Settings file (TOML): a line for each long flag, such as `agent = "claude"`.
    #[arg(long, value_name = "FILE", env = "TMUX_BUILDER_CONFIG")]
    pub config: Option<PathBuf>,

    /// Where browsers reach the server, if not at its address: `https://builder.example.org`.
    #[arg(long, value_name = "URL", env = "TMUX_BUILDER_PUBLIC_URL")]
    pub public_url: Option<String>,

    /// Where browsers reach a site; `{name}` stands for its name. [default:
    /// http://{name}.localhost:PORT]
    #[arg(long, value_name = "PATTERN", env = "TMUX_BUILDER_SITES_URL")]
    pub sites_url: Option<String>,

    /// Host names, besides those of the addresses, that requests may be meant for.
    #[arg(
        long,
        value_name = "NAME",
        env = "TMUX_BUILDER_ALLOWED_HOSTS",
        value_delimiter = ','
    )]
    pub allowed_hosts: Vec<String>,

    /// Other websites whose dashboards may read `/api/deployments` in a browser, with a token:
    /// `https://dashboard.example.org`.
    #[arg(
        long,
        value_name = "ORIGIN",
        env = "TMUX_BUILDER_DASHBOARD_ORIGINS",
        value_delimiter = ',',
        value_parser = origin
    )]
    pub dashboard_origins: Vec<HeaderValue>,

    /// Addresses of reverse proxies before the server. Only their `X-Forwarded-For` is believed.
    #[arg(
        long,
        value_name = "IP",
        env = "TMUX_BUILDER_TRUSTED_PROXIES",
        value_delimiter = ','
    )]
    pub trusted_proxies: Vec<IpAddr>,

    /// The agent of new sessions: `claude`, `demo`, or a name from `[agents.NAME]` in the settings
    /// file. [default: claude if it is installed, else demo]
    #[arg(long, value_name = "NAME", env = "TMUX_BUILDER_AGENT")]
    pub agent: Option<String>,

    /// The Claude Code program.
    #[arg(
        long,
        value_name = "PROGRAM",
        env = "TMUX_BUILDER_CLAUDE",
        default_value = "claude"
    )]
    pub claude: PathBuf,

    /// Words put before every agent's command line, such as a sandbox: `bwrap --unshare-pid …`.
    #[arg(
        long,
        value_name = "WORDS",
        env = "TMUX_BUILDER_AGENT_PREFIX",
        value_delimiter = ' '
    )]
    pub agent_prefix: Vec<String>,

    #[command(flatten)]
    #[expect(
        missing_docs,
        reason = "the part documents itself, and clap would print this text"
    )]
    pub teaching: TeachingSettings,

    /// How long an agent for whom nobody waits is kept running: `45s`, `30m`, `2h`. Its next message
    /// resumes it.
    #[arg(
        long,
        value_name = "TIME",
        env = "TMUX_BUILDER_IDLE_AFTER",
        default_value = "30m",
        value_parser = duration
    )]
    pub idle_after: Duration,

    /// How long an idle agent may take to acknowledge a message.
    #[arg(
        long,
        value_name = "TIME",
        env = "TMUX_BUILDER_ACKNOWLEDGE_WITHIN",
        default_value = "30s",
        value_parser = duration
    )]
    pub acknowledge_within: Duration,

    /// Agents that may run at once. A running Claude takes some 250 MiB of memory.
    #[arg(
        long,
        value_name = "NUMBER",
        env = "TMUX_BUILDER_MAX_AGENTS",
        default_value_t = 20
    )]
    pub max_agents: usize,

    /// MiB that a workspace's files and its agents' own may take before no agent is started in it.
    #[arg(
        long,
        value_name = "MIB",
        env = "TMUX_BUILDER_WORKSPACE_MIB",
        default_value_t = 5_120,
        value_parser = clap::value_parser!(u64).range(1..=1_048_576)
    )]
    pub workspace_mib: u64,

    #[command(flatten)]
    #[expect(
        missing_docs,
        reason = "the part documents itself, and clap would print this text"
    )]
    pub uploads: UploadSettings,

    #[command(flatten)]
    #[expect(
        missing_docs,
        reason = "the part documents itself, and clap would print this text"
    )]
    pub publishing: HostingSettings,

    /// The Chromium that takes pictures of published sites and looks for errors on them. [default:
    /// chromium, chromium-browser or google-chrome, if one is installed] `none` for no pictures.
    #[arg(long, value_name = "PROGRAM", env = "TMUX_BUILDER_CHROMIUM")]
    pub chromium: Option<PathBuf>,

    /// How often in a row an agent is asked to repair what the check of its site found; 0 for never.
    /// A person's message begins a new count.
    #[arg(
        long,
        value_name = "NUMBER",
        env = "TMUX_BUILDER_REPAIR_ROUNDS",
        default_value_t = 2
    )]
    pub repair_rounds: u32,

    /// Folder with the built pages. [default: beside the program]
    #[arg(long, value_name = "DIR", env = "TMUX_BUILDER_SITE_ROOT")]
    pub site_root: Option<PathBuf>,

    /// Bearer token with which `/metrics` may be read from elsewhere than this machine.
    #[arg(
        long,
        value_name = "TOKEN",
        env = "TMUX_BUILDER_METRICS_TOKEN",
        hide_env_values = true
    )]
    pub metrics_token: Option<String>,

    /// What to log: `info`, `debug`, or a filter such as `domain=debug,info`.
    #[arg(
        long,
        value_name = "FILTER",
        env = "TMUX_BUILDER_LOG",
        default_value = "info"
    )]
    pub log: String,

    /// How to log.
    #[arg(
        long,
        value_name = "FORMAT",
        env = "TMUX_BUILDER_LOG_FORMAT",
        default_value = "text"
    )]
    pub log_format: LogFormat,
}

/// An origin, as browsers write it: scheme and host, without a slash at the end.
fn origin(text: &str) -> Result<HeaderValue, &'static str> {
    const WRONG: &str = "an origin looks like https://dashboard.example.org";
    let is_host = |rest: &str| !rest.is_empty() && !rest.contains(['/', '?', '#', '@', ' ']);
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.filter(|rest| is_host(rest)).ok_or(WRONG)?;
    HeaderValue::from_str(&text.to_ascii_lowercase()).map_err(|_| WRONG)
}

/// How to log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// JSON objects, one a line.
    Json,
}

/// An agent of the settings file that speaks Claude Code's stream-json protocol.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomAgent {
    /// Its program.
    pub program: PathBuf,
    /// Its name for people.
    pub label: String,
}

/// Why the settings file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read.
    #[error("the settings file {0} cannot be read")]
    Unreadable(PathBuf, #[source] std::io::Error),
    /// It is not TOML.
    #[error("the settings file {0} is not valid: {1}")]
    Malformed(PathBuf, String),
    /// It sets something that does not exist.
    #[error(
        "the settings file {0} sets `{1}`, which is no setting; see `tmux-builder serve --help`"
    )]
    Unknown(PathBuf, String),
}

/// The settings file: scalar settings, and agents.
#[derive(Clone, Debug, Default)]
pub struct File {
    values: BTreeMap<String, Vec<String>>,
    /// Agents by name.
    pub agents: BTreeMap<String, CustomAgent>,
}

impl File {
    /// Reads the file.
    ///
    /// # Errors
    /// It cannot be read, or is not a settings file.
    pub fn read(path: &Path) -> Result<Self, FileError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| FileError::Unreadable(path.to_path_buf(), error))?;
        let malformed = |reason: String| FileError::Malformed(path.to_path_buf(), reason);
        let mut table: toml::Table = text
            .parse()
            .map_err(|error: toml::de::Error| malformed(error.to_string()))?;
        let agents = match table.remove("agents") {
            Some(agents) => agents
                .try_into()
                .map_err(|error| malformed(error.to_string()))?,
            None => BTreeMap::new(),
        };
        let mut values = BTreeMap::new();
        for (name, value) in table {
            let texts = scalars(&value).ok_or_else(|| {
                malformed(format!(
                    "`{name}` must be a text, a number or a list of those"
                ))
            })?;
            values.insert(name.replace('_', "-"), texts);
        }
        Ok(Self { values, agents })
    }

    /// Makes the file's values the defaults of `command`'s flags.
    ///
    /// # Errors
    /// The file sets something that is no flag.
    pub fn apply(self, path: &Path, mut command: Command) -> Result<Command, FileError> {
        for (name, values) in self.values {
            let id = name.replace('-', "_");
            let is_flag = command
                .get_arguments()
                .any(|flag| flag.get_id() == id.as_str());
            if !is_flag || id == "config" {
                return Err(FileError::Unknown(path.to_path_buf(), name));
            }
            let values: Vec<OsString> = values.into_iter().map(OsString::from).collect();
            command = command.mut_arg(id, |flag| flag.default_values(values));
        }
        Ok(command)
    }
}

fn scalars(value: &toml::Value) -> Option<Vec<String>> {
    match value {
        toml::Value::String(text) => Some(vec![text.clone()]),
        toml::Value::Integer(number) => Some(vec![number.to_string()]),
        toml::Value::Boolean(flag) => Some(vec![flag.to_string()]),
        toml::Value::Array(items) => {
            let nested: Option<Vec<_>> = items.iter().map(scalars).collect();
            Some(nested?.into_iter().flatten().collect())
        }
        toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Table(_) => None,
    }
}

/// A time with its unit, from a second to a year.
pub fn duration(text: &str) -> Result<Duration, String> {
    const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);
    let (digits, unit) = text.split_at(
        text.find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len()),
    );
    let seconds = match unit {
        "s" => Some(1),
        "m" => Some(60),
        "h" => Some(60 * 60),
        "d" => Some(24 * 60 * 60),
        _ => None,
    };
    let number = digits.parse::<u64>().ok();
    let found = number
        .zip(seconds)
        .and_then(|(number, unit)| number.checked_mul(unit));
    match found.map(Duration::from_secs) {
        Some(found) if !found.is_zero() && found <= LONGEST => Ok(found),
        Some(_) => Err("give a time from 1s to 365d".to_owned()),
        None => Err("give a number with s, m, h or d, such as `30m`".to_owned()),
    }
}

/// Where data goes unless something else is said: for root a folder that other users can reach,
/// since agents run as users of their own there.
fn default_data() -> PathBuf {
    if rustix::process::getuid().is_root() {
        return PathBuf::from("/var/lib/tmux-builder");
    }
    let home = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".local/share"));
    let base = std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(home);
    base.unwrap_or_default().join("tmux-builder")
}

/// The subcommand of `root` called `name`, for its flags.
#[must_use]
pub fn subcommand<C: CommandFactory>(name: &str) -> Option<Command> {
    C::command().find_subcommand(name).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{FromArgMatches as _, Parser};

    #[derive(Parser)]
    struct Only {
        #[command(flatten)]
        settings: Settings,
    }

    fn parse(file: &str, words: &[&str]) -> Result<Settings, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        std::fs::write(&path, file).unwrap();
        let file = File::read(&path).map_err(|error| error.to_string())?;
        let command = file
            .apply(&path, Only::command())
            .map_err(|error| error.to_string())?;
        let words = std::iter::once("test").chain(words.iter().copied());
        let matches = command
            .try_get_matches_from(words)
            .map_err(|error| error.to_string())?;
        Ok(Only::from_arg_matches(&matches).unwrap().settings)
    }

    #[test]
    fn an_origin_is_a_scheme_and_a_host() {
        assert!(parse("dashboard-origins = [\"https://a.example\"]", &[]).is_ok());
        for wrong in ["a.example", "https://", "https://a.example/", "*", "null"] {
            let words = ["--dashboard-origins", wrong];
            assert!(parse("", &words).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_flag_beats_the_file_and_the_file_beats_the_default() {
        let file = "addr = \"127.0.0.1:4000\"\nmax-agents = 3\nallowed_hosts = [\"a\", \"b\"]";
        let settings = parse(file, &["--max-agents", "5"]).unwrap();
        assert_eq!(settings.addr.port(), 4000);
        assert_eq!(settings.max_agents, 5);
        assert_eq!(settings.allowed_hosts, ["a", "b"]);
        assert_eq!(settings.idle_after, Duration::from_secs(30 * 60));
    }

    #[test]
    fn times_have_a_unit() {
        let hour = Duration::from_secs(60 * 60);
        for (text, time) in [
            ("90s", hour / 40),
            ("60m", hour),
            ("2h", 2 * hour),
            ("1d", 24 * hour),
        ] {
            assert_eq!(duration(text), Ok(time), "{text}");
        }
        for text in [
            "",
            "30",
            "m",
            "-1m",
            "0s",
            "1.5h",
            "30 m",
            "366d",
            "99999999999999999999s",
            "é",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
        let error = parse("idle-after = \"30 minutes\"", &[]).unwrap_err();
        assert!(error.contains("30m"), "{error}");
    }

    #[test]
    fn mistakes_in_the_file_are_named() {
        for (file, word) in [
            ("colour = 1", "colour"),
            ("addr = \"nonsense\"", "nonsense"),
            ("addr = ", "not valid"),
            ("log = 1.5", "log"),
            ("trusted-proxies = [\"proxy\"]", "proxy"),
            ("[agents.x]\nprogram = \"x\"", "label"),
        ] {
            let error = parse(file, &[]).unwrap_err();
            assert!(error.contains(word), "{file}: {error}");
        }
    }

    #[test]
    fn custom_agents_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        std::fs::write(
            &path,
            "[agents.mine]\nprogram = \"/opt/mine\"\nlabel = \"Mine\"",
        )
        .unwrap();
        let file = File::read(&path).unwrap();
        assert_eq!(file.agents["mine"].label, "Mine");
    }
}
