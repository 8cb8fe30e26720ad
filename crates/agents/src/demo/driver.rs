//! How the demo agent is called.

use std::sync::Arc;

use async_trait::async_trait;
use domain::agents::{AgentDriver, AgentError, AgentInput, Output, Run};
use domain::terminals::Terminals;
use protocol::{AgentInfo, PermissionPolicy};
use tokio::sync::mpsc;

use super::SPEED;
use crate::claude::driver::{base_environment, common_flags};
use crate::home::Home;
use crate::launch::Launcher;
use crate::process::{Processes, file, refuse_full_as_root};

/// Drives the demo agent, which is a subcommand of our own binary.
pub struct DemoDriver {
    processes: Processes,
    speed: Option<f64>,
}

impl DemoDriver {
    /// A driver whose processes run in these terminals. `speed` is a factor on the human pace at
    /// which the demo agent works: 1 if `None`; tests take a high one.
    pub fn new(terminals: Arc<dyn Terminals>, launcher: Launcher, speed: Option<f64>) -> Self {
        Self {
            processes: Processes::new(terminals, launcher),
            speed,
        }
    }
}

#[async_trait]
impl AgentDriver for DemoDriver {
    fn info(&self) -> AgentInfo {
        AgentInfo {
            name: "demo".into(),
            label: "Demo agent".into(),
            demo: true,
        }
    }

    async fn start(&self, run: &Run) -> Result<(), AgentError> {
        if run.policy == PermissionPolicy::Full {
            refuse_full_as_root(run.user)?;
        }
        let home = Home::of(run).map_err(file("home"))?;
        let temporary = home.make_folder("tmp").map_err(file("home"))?;
        let tools = home
            .write_tools(&run.tools.url, &run.tools.token)
            .map_err(file("tool settings"))?;
        let program = self.processes.launcher().program();
        let mut environment = base_environment(run, &temporary, program);
        if let Some(speed) = self.speed {
            environment.insert(SPEED.into(), speed.to_string());
        }
        environment.extend(run.environment.clone());
        let mut argv = vec![program.display().to_string(), "demo-agent".into()];
        argv.extend(common_flags(run, &tools));
        self.processes.start(run, argv, environment).await
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
