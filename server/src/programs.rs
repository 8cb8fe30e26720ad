//! Which programs run in terminal windows beside the agent's.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use agents::{LaunchFile, Launcher};
use async_trait::async_trait;
use domain::terminals::Program;
use domain::windows::{Programs, ShellFacts};

/// A shell and how it is started.
struct Shell {
    argv: &'static [&'static str],
    prompt: &'static str,
}

/// Tried in this order. The system's own settings of bash would replace the prompt, and name the
/// user, who may have no name.
const SHELLS: [Shell; 2] = [
    Shell {
        argv: &["/bin/bash", "--norc"],
        prompt: r"\[\e[36m\]\w\[\e[0m\] \$ ",
    },
    Shell {
        argv: &["/bin/sh"],
        prompt: "$ ",
    },
];
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
        let [bash, sh] = &SHELLS;
        let is_there = Path::new(bash.argv[0]).exists();
        let shell = if is_there { bash } else { sh };
        let file = LaunchFile {
            argv: shell.argv.iter().map(|&word| word.to_owned()).collect(),
            environment: environment(facts, shell.prompt),
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
fn environment(facts: &ShellFacts, prompt: &str) -> BTreeMap<String, String> {
    let home = facts.home.display().to_string();
    [
        ("HOME", home.as_str()),
        ("LANG", "C.UTF-8"),
        ("PATH", PATH),
        // The folders above the project tell nobody anything, and fill the line.
        ("PROMPT_DIRTRIM", "2"),
        ("PS1", prompt),
        ("TERM", "tmux-256color"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}
