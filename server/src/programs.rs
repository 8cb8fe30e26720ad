//! Which programs run in terminal windows beside the agent's.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use agents::{LaunchFile, Launcher};
use async_trait::async_trait;
use domain::terminals::Program;
use domain::windows::{Programs, ShellFacts};

/// Shells, tried in this order.
const SHELLS: [&str; 2] = ["/bin/bash", "/bin/sh"];
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// Shells and transcripts by way of this program's own subcommands.
pub struct OwnPrograms {
    launcher: Launcher,
}

impl OwnPrograms {
    /// Programs that `launcher` starts.
    pub const fn new(launcher: Launcher) -> Self {
        Self { launcher }
    }
}

#[async_trait]
impl Programs for OwnPrograms {
    async fn shell(&self, facts: &ShellFacts) -> io::Result<Program> {
        let shell = SHELLS.into_iter().find(|shell| Path::new(shell).exists());
        let file = LaunchFile {
            argv: vec![shell.unwrap_or("/bin/sh").to_owned()],
            environment: environment(facts),
            folder: facts.folder.clone(),
            user: facts.user,
            ..LaunchFile::default()
        };
        self.launcher
            .prepare(&facts.launch_folder.join("shell.json"), file)
    }

    fn transcript(&self, agent_folder: PathBuf) -> Program {
        let program = self.launcher.program().display().to_string();
        let folder = agent_folder.display().to_string();
        Program {
            argv: vec![program, "transcript".to_owned(), folder],
            folder: agent_folder,
        }
    }
}

/// A shell's whole environment. The server's own holds secrets and stays out of it.
fn environment(facts: &ShellFacts) -> BTreeMap<String, String> {
    let home = facts.home.display().to_string();
    [
        ("HOME", home.as_str()),
        ("LANG", "C.UTF-8"),
        ("PATH", PATH),
        ("PS1", r"\[\e[36m\]\w\[\e[0m\] \$ "),
        ("TERM", "tmux-256color"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}
