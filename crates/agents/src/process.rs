//! A run's process: what all agents that speak stream-json share, from start to end.
//!
//! ```text
//! runs/{number}/      the server's own, 0700
//!     launch.json     what to start; gone once it has started
//!     in.fifo         what the agent is told
//!     out.jsonl       what it says; followed from an offset, so a new server goes on exactly
//!     err.log         its last words
//! ```
//!
//! No state is kept in memory that matters. Whether a run lives is seen at its FIFO: it has a reader
//! as long as the process has it open.

mod follow;
mod pipe;
mod wake;

use std::collections::BTreeMap;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use domain::agents::{AgentError, AgentInput, Output, Run};
use domain::terminals::{Place, Terminals, WindowState};
use protocol::PermissionPolicy;
use rustix::fs::{CWD, Mode};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

use crate::claude::input;
use crate::launch::{LaunchFile, Launcher};

pub(crate) use follow::UNKNOWN_CONVERSATION;

/// The window of a session's tmux session in which its agent runs.
pub const AGENT_WINDOW: &str = "agent";
/// How long a process may take to open its pipes, and to let go of them when it is killed.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a condition is looked at that comes true within milliseconds.
const LOOK: Duration = Duration::from_millis(10);

/// Starts, tells, follows and stops processes.
pub(crate) struct Processes {
    terminals: Arc<dyn Terminals>,
    launcher: Launcher,
    pipes: pipe::Pipes,
}

impl Processes {
    pub(crate) fn new(terminals: Arc<dyn Terminals>, launcher: Launcher) -> Self {
        Self {
            terminals,
            launcher,
            pipes: pipe::Pipes::default(),
        }
    }

    pub(crate) const fn launcher(&self) -> &Launcher {
        &self.launcher
    }

    /// Starts `argv` for the run with exactly this environment. Returns when it has its pipes open
    /// or has failed, which [`follow`](Self::follow) then tells.
    pub(crate) async fn start(
        &self,
        run: &Run,
        argv: Vec<String>,
        environment: BTreeMap<String, String>,
    ) -> Result<(), AgentError> {
        let files = Files::of(run);
        files.make().map_err(file("run folder"))?;
        let launch = LaunchFile {
            argv,
            environment,
            folder: run.project_folder.clone(),
            user: run.user,
            stdin: Some(files.input.clone()),
            first_input: input::first_line(),
            stdout: Some(files.output),
            stderr: Some(files.errors),
            keep: false,
        };
        let program = self
            .launcher
            .prepare(&files.launch, launch)
            .map_err(file("launch file"))?;
        let place = place(run);
        self.terminals.start(&place, &program).await?;
        let deadline = Instant::now() + PATIENCE;
        while !pipe::has_reader(&files.input) && Instant::now() < deadline {
            if self.terminals.state(&place).await? != WindowState::Running {
                break;
            }
            sleep(LOOK).await;
        }
        Ok(())
    }

    pub(crate) async fn is_running(&self, run: &Run) -> Result<bool, AgentError> {
        let running = pipe::has_reader(&Files::of(run).input)
            && self.terminals.state(&place(run)).await? == WindowState::Running;
        Ok(running)
    }

    pub(crate) async fn tell(&self, run: &Run, input: &AgentInput) -> Result<(), AgentError> {
        if *input == AgentInput::Policy(PermissionPolicy::Full) {
            refuse_full_as_root(run.user)?;
        }
        self.pipes
            .write(&Files::of(run), &input::write(input))
            .await
    }

    pub(crate) fn follow(&self, run: &Run, offset: u64) -> mpsc::Receiver<Output> {
        follow::follow(
            Arc::clone(&self.terminals),
            place(run),
            Files::of(run),
            offset,
        )
    }

    pub(crate) async fn stop(&self, run: &Run) -> Result<(), AgentError> {
        if is_superseded(run) {
            return Ok(());
        }
        self.terminals.close(&place(run)).await?;
        let input = Files::of(run).input;
        let deadline = Instant::now() + PATIENCE;
        while pipe::has_reader(&input) && Instant::now() < deadline {
            sleep(LOOK).await;
        }
        Ok(())
    }
}

/// Refuses the policy “full” to an agent that would be root.
pub(crate) fn refuse_full_as_root(user: Option<u32>) -> Result<(), AgentError> {
    let user = user.unwrap_or_else(|| rustix::process::getuid().as_raw());
    if user != 0 {
        return Ok(());
    }
    Err(AgentError::PolicyRefused(
        "An agent that runs as root must ask. Choose another permission policy, or let workspaces \
         have users of their own."
            .into(),
    ))
}

/// Whether a later run has the window now.
fn is_superseded(run: &Run) -> bool {
    let Some(runs) = run.folder.parent() else {
        return false;
    };
    numbered(runs).any(|(number, _)| number > run.number)
}

/// The folders of a session's runs with their numbers, in no order.
pub(crate) fn numbered(runs: &Path) -> impl Iterator<Item = (u32, PathBuf)> {
    std::fs::read_dir(runs)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let number = entry.file_name().to_str()?.parse().ok()?;
            Some((number, entry.path()))
        })
}

fn place(run: &Run) -> Place {
    Place {
        guid: run.guid.clone(),
        session: run.session,
        window: AGENT_WINDOW,
    }
}

/// Wraps an error about a file of the run.
pub(crate) fn file(what: &'static str) -> impl Fn(io::Error) -> AgentError {
    move |source| AgentError::File { what, source }
}

/// The files of a run.
struct Files {
    folder: PathBuf,
    launch: PathBuf,
    input: PathBuf,
    /// Exists while the pipe may hold the beginning of a line whose end was not written.
    unfinished: PathBuf,
    output: PathBuf,
    errors: PathBuf,
}

impl Files {
    fn of(run: &Run) -> Self {
        Self::at(&run.folder)
    }

    fn at(folder: &Path) -> Self {
        let name = |name| folder.join(name);
        Self {
            folder: folder.to_owned(),
            launch: name("launch.json"),
            input: name("in.fifo"),
            unfinished: name("in.unfinished"),
            output: name(OUTPUT),
            errors: name("err.log"),
        }
    }

    fn make(&self) -> io::Result<()> {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)?;
        match rustix::fs::mkfifoat(CWD, &self.input, Mode::RUSR | Mode::WUSR) {
            Ok(()) | Err(rustix::io::Errno::EXIST) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The name of the file in a run's folder that its output is appended to.
pub(crate) const OUTPUT: &str = "out.jsonl";
