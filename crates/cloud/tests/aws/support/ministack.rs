//! An emulator of AWS that belongs to one test: own port, own state, ends with the test.

use std::env;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cloud::aws::clients::{AccessKey, ClientSettings, Clients};
use tempfile::TempDir;

/// Where `cargo xtask test` has put the program.
const PROGRAM: &str = "TMUX_BUILDER_TEST_MINISTACK";
/// Runs the program until its input ends, which it does with the test, however that ends.
const GUARD: &str = "\
import os, sys, threading
from ministack.app import main
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
main()
";
/// Far more than it needs, for machines under load.
const START: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);

/// The account that everything is in.
pub const ACCOUNT: &str = "000000000000";

/// A running emulator that checks signatures and policies.
pub struct Ministack {
    process: Child,
    port: u16,
    folder: TempDir,
}

impl Ministack {
    /// Starts one and waits until it answers.
    pub async fn start() -> Self {
        loop {
            let port = free_port();
            let folder = tempfile::tempdir().unwrap();
            let process = spawn(port, folder.path());
            let mut ministack = Self {
                process,
                port,
                folder,
            };
            if ministack.answers().await {
                return ministack;
            }
            // Somebody else has taken the port in the meantime.
        }
    }

    /// The loopback port where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where all services are.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Clients that may do everything.
    pub async fn root(&self) -> Clients {
        root_at(self.endpoint()).await
    }

    /// False if it has ended, because its port was taken.
    async fn answers(&mut self) -> bool {
        let deadline = Instant::now() + START;
        while !is_healthy(self.port) {
            if let Some(status) = self.process.try_wait().unwrap() {
                let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap();
                assert!(
                    log.contains("in use"),
                    "the emulator ended: {status}\n{log}"
                );
                return false;
            }
            assert!(Instant::now() < deadline, "the emulator does not answer");
            tokio::time::sleep(POLL).await;
        }
        true
    }
}

/// Clients of the emulator behind `endpoint` that may do everything.
pub async fn root_at(endpoint: String) -> Clients {
    let settings = ClientSettings {
        region: Some("us-east-1".into()),
        endpoint: Some(endpoint),
        ..ClientSettings::default()
    };
    let root = AccessKey {
        id: "test".into(),
        secret: "test".into(),
        token: None,
    };
    Clients::provisioner(&settings).await.acting_with(&root)
}

impl Drop for Ministack {
    fn drop(&mut self) {
        // It has written nothing that anybody needs again. The Node.js that it runs CloudFront's
        // functions with reads its input from it, and ends too.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn spawn(port: u16, folder: &Path) -> Child {
    let log = std::fs::File::create(folder.join("log")).unwrap();
    Command::new(python())
        .args(["-c", GUARD])
        .current_dir(folder)
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder)
        .env("TMPDIR", folder)
        .env("BIND_HOST", Ipv4Addr::LOCALHOST.to_string())
        .env("GATEWAY_PORT", port.to_string())
        .env("AUTH", "true")
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("LOG_LEVEL", "WARNING")
        .env("STATE_DIR", folder.join("state"))
        .env("S3_DATA_DIR", folder.join("s3"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}

/// The Python of the program's own environment.
fn python() -> PathBuf {
    let program = env::var_os(PROGRAM).unwrap_or_else(|| {
        panic!("{PROGRAM} is not set: run `cargo xtask test`, or see CONTRIBUTING.md")
    });
    Path::new(&program).with_file_name("python")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

fn is_healthy(port: u16) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        stream.write_all(b"GET /_ministack/health HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.contains(" 200 "))
}
