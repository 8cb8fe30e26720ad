//! Agents' processes without tmux, and what tests say to them.

use super::*;

/// Terminals without a screen: a window is a process.
#[derive(Default)]
pub(crate) struct Processes {
    pub(crate) children: Mutex<HashMap<Place, Child>>,
}

#[async_trait]
impl Terminals for Processes {
    async fn start(&self, place: &Place, program: &Program) -> Result<(), TerminalError> {
        self.close(place).await?;
        let child = Command::new(&program.argv[0])
            .args(&program.argv[1..])
            .current_dir(&program.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.children.lock().unwrap().insert(place.clone(), child);
        Ok(())
    }

    async fn state(&self, place: &Place) -> Result<WindowState, TerminalError> {
        let mut children = self.children.lock().unwrap();
        Ok(
            match children
                .get_mut(place)
                .map(|child| child.try_wait().unwrap())
            {
                None => WindowState::Absent,
                Some(None) => WindowState::Running,
                Some(Some(status)) => WindowState::Exited {
                    status: status.code(),
                },
            },
        )
    }

    async fn close(&self, place: &Place) -> Result<(), TerminalError> {
        if let Some(mut child) = self.children.lock().unwrap().remove(place) {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        Ok(())
    }

    async fn close_session(&self, _: &Guid, _: SessionId) -> Result<(), TerminalError> {
        Ok(())
    }

    async fn watch(&self, _: &Place) -> Result<Watch, TerminalError> {
        Err(TerminalError::Absent)
    }

    async fn input(&self, _: &Place, _: &[u8]) -> Result<(), TerminalError> {
        Err(TerminalError::Absent)
    }

    async fn resize(&self, _: &Place, _: TerminalSize) -> Result<(), TerminalError> {
        Ok(())
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        for child in self.children.get_mut().unwrap().values_mut() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The crate's programs, which Cargo builds beside the tests.
pub(crate) fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent()
        .unwrap()
        .parent()
        .unwrap()
        .join("examples/programs")
}

pub(crate) fn launcher() -> Launcher {
    Launcher::new(program(), Vec::new())
}

pub(crate) fn new_run(folder: &tempfile::TempDir) -> Run {
    let folder = folder.path();
    std::fs::create_dir_all(folder.join("project")).unwrap();
    Run {
        guid: Guid::from_bytes([7; 32]),
        session: SessionId::random(),
        number: 1,
        folder: folder.join("agent/runs/1"),
        home: folder.join("home"),
        skills: folder.join("skills"),
        uploads: folder.join("uploads"),
        project_folder: folder.join("project"),
        user: None,
        conversation: Uuid::new_v4(),
        resume: false,
        policy: PermissionPolicy::AcceptEdits,
        system_prompt: String::new(),
        tools: ToolServer {
            url: "http://127.0.0.1:9/".into(),
            token: Secret::new("t".into()),
        },
        environment: BTreeMap::new(),
    }
}

pub(crate) fn later(run: &Run, number: u32) -> Run {
    let folder = run.folder.with_file_name(number.to_string());
    Run {
        number,
        folder,
        resume: true,
        ..run.clone()
    }
}

pub(crate) fn demo(terminals: &Arc<Processes>) -> DemoDriver {
    DemoDriver::new(
        Arc::clone(terminals) as Arc<dyn Terminals>,
        launcher(),
        Some(1e6),
    )
}

pub(crate) fn message(text: &str) -> AgentInput {
    AgentInput::Message {
        id: MessageId::random(),
        text: text.into(),
    }
}

pub(crate) async fn next(output: &mut Receiver<Output>) -> Output {
    timeout(PATIENCE, output.recv())
        .await
        .expect("in time")
        .expect("an end is told")
}

/// Reads until the end of a turn: the events and the offset behind them.
pub(crate) async fn turn(output: &mut Receiver<Output>) -> (Vec<AgentEvent>, u64) {
    let mut all = Vec::new();
    loop {
        if let Output::Line { offset, events } = next(output).await {
            all.extend(events);
            if matches!(all.last(), Some(AgentEvent::Finished { .. })) {
                return (all, offset);
            }
        }
    }
}

pub(crate) async fn end(output: &mut Receiver<Output>) -> Exit {
    loop {
        if let Output::Ended(exit) = next(output).await {
            assert!(output.recv().await.is_none(), "the end is the last step");
            return exit;
        }
    }
}

pub(crate) fn texts(events: &[AgentEvent]) -> Vec<&str> {
    let found = events.iter().filter_map(|event| match event {
        AgentEvent::Text(text) => Some(text.as_str()),
        _ => None,
    });
    found.collect()
}

/// A whole life: start, two turns with a long message between, a new follower, the end.
pub(crate) async fn live(driver: &dyn AgentDriver, run: &Run) {
    driver.start(run).await.unwrap();
    assert!(driver.is_running(run).await.unwrap());
    let mut output = driver.follow(run, 0);
    driver.tell(run, &message("[[say one]]")).await.unwrap();
    let (events, offset) = turn(&mut output).await;
    assert_eq!(events[0], AgentEvent::Started);
    assert_eq!(texts(&events), ["one"]);
    drop(output);

    // Far more than a pipe usually holds, and every kind of character.
    let long = format!("[[echo]] a\n\tb {}", "é\"\\;🍵\u{1b}".repeat(20_000));
    driver.tell(run, &message(&long)).await.unwrap();
    let mut output = driver.follow(run, offset);
    let (events, _) = turn(&mut output).await;
    assert_eq!(texts(&events), [long.as_str()]);

    driver.tell(run, &message("[[exit 3]]")).await.unwrap();
    let exit = end(&mut output).await;
    assert_eq!(exit.status, Some(3));
    assert!(!exit.unknown_conversation);
    assert!(!driver.is_running(run).await.unwrap());
    let told = driver.tell(run, &message("x")).await;
    assert!(matches!(told, Err(AgentError::NotRunning)), "{told:?}");
}
