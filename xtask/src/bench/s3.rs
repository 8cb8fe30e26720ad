//! Publishing to AWS beside programs that do nothing else than to copy to S3: all of a site, then
//! the same again unchanged. All talk to one emulator on this machine, taking turns.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::figures::{Figure, Unit, median};
use crate::{
    failure::{Failure, Result},
    places::Places,
    process,
    tools::Rivals,
};

/// How often each is measured.
const ROUNDS: usize = 3;
/// The site: 1,004 files of 41 MB.
const SMALL_FILES: usize = 1_000;
const SMALL_BYTES: usize = 21_000;
const LARGE_FILES: usize = 4;
const LARGE_BYTES: usize = 5_000_000;
const START: Duration = Duration::from_secs(60);
const REGION: &str = "us-east-1";

/// Milliseconds of a full and of an unchanged pass, by round.
#[derive(Debug, Default)]
struct Times {
    full: Vec<f64>,
    unchanged: Vec<f64>,
}

/// Measures all of them. The emulator is `ministack`.
pub fn publish(
    places: &Places,
    folder: &Path,
    ministack: &Path,
    rivals: &Rivals,
) -> Result<Vec<Figure>> {
    let ours = build(places)?;
    let site = folder.join("aws-site");
    write_site(&site)?;
    let emulator = Emulator::start(ministack, &folder.join("aws"))?;
    let mut times = [const { Times::empty() }; 4];
    for round in 0..ROUNDS {
        let [own, rclone, s5cmd, aws] = &mut times;
        own.measure_own(&emulator, &ours, &site)?;
        let bucket = |name: &str| format!("bench-{name}-{round}");
        if let Some(program) = &rivals.rclone {
            rclone.measure(|| emulator.rclone(program, &site, &bucket("rclone")))?;
        }
        if let Some(program) = &rivals.s5cmd {
            let bucket = bucket("s5cmd");
            emulator.run(
                emulator
                    .s5cmd(program)
                    .args(["mb", &format!("s3://{bucket}")]),
            )?;
            s5cmd.measure(|| emulator.s5cmd_sync(program, &site, &bucket))?;
        }
        if let Some(program) = &rivals.aws {
            let bucket = bucket("aws");
            emulator.run(
                emulator
                    .aws(program)
                    .args(["mb", &format!("s3://{bucket}")]),
            )?;
            aws.measure(|| emulator.aws_sync(program, &site, &bucket))?;
        }
    }
    Ok(figures(&times))
}

fn figures([own, rclone, s5cmd, aws]: &[Times; 4]) -> Vec<Figure> {
    let beside = |pass: fn(&Times) -> &Vec<f64>| {
        let rivals = [("rclone", rclone), ("s5cmd", s5cmd), ("aws s3 sync", aws)];
        let shown = rivals.map(|(name, times)| match pass(times).as_slice() {
            [] => format!("no {name} here"),
            times => format!("{name} {:.0} ms", median(times)),
        });
        format!("ours {:.0} ms, {}", median(pass(own)), shown.join(", "))
    };
    let times = |name, pass: fn(&Times) -> &Vec<f64>, goal| {
        let pairs = pass(own).iter().zip(pass(rclone));
        let ratios: Vec<_> = pairs.map(|(own, rival)| own / rival).collect();
        let figure = if ratios.is_empty() {
            Figure::new(name, Unit::Milliseconds, pass(own).clone())
        } else {
            Figure::new(name, Unit::Times, ratios).goal(goal)
        };
        figure.note(beside(pass))
    };
    vec![
        times(
            "publish 1,004 files to AWS, beside rclone",
            |t| &t.full,
            1.0,
        ),
        times("the same unchanged, beside rclone", |t| &t.unchanged, 0.3),
    ]
}

impl Times {
    const fn empty() -> Self {
        Self {
            full: Vec::new(),
            unchanged: Vec::new(),
        }
    }

    /// Our program does both passes and says how long they took.
    fn measure_own(&mut self, emulator: &Emulator, program: &Path, site: &Path) -> Result<()> {
        let mut command = emulator.client(program);
        command.arg(&emulator.endpoint).arg(site);
        let printed = emulator.run(&mut command)?;
        match serde_json::from_str::<[f64; 2]>(printed.trim()) {
            Ok([full, unchanged]) => {
                self.full.push(full);
                self.unchanged.push(unchanged);
                Ok(())
            }
            Err(_) => Err(Failure::new(
                format!("publish_times prints no times: {printed}"),
                "run it by hand",
            )),
        }
    }

    fn measure(&mut self, pass: impl Fn() -> Result<()>) -> Result<()> {
        for times in [&mut self.full, &mut self.unchanged] {
            let begin = Instant::now();
            pass()?;
            times.push(begin.elapsed().as_secs_f64() * 1_000.0);
        }
        Ok(())
    }
}

/// A running emulator.
struct Emulator {
    process: Child,
    endpoint: String,
    folder: PathBuf,
}

impl Emulator {
    fn start(program: &Path, folder: &Path) -> Result<Self> {
        let failed = |error| Failure::file(folder, &error);
        fs::create_dir_all(folder).map_err(failed)?;
        let port = free_port().map_err(failed)?;
        let log = fs::File::create(folder.join("log")).map_err(failed)?;
        let process = Command::new(program)
            .current_dir(folder)
            .env("BIND_HOST", Ipv4Addr::LOCALHOST.to_string())
            .env("GATEWAY_PORT", port.to_string())
            .env("AUTH", "true")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("LOG_LEVEL", "WARNING")
            .env("STATE_DIR", folder.join("state"))
            .env("S3_DATA_DIR", folder.join("s3"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(failed)?;
        let emulator = Self {
            process,
            endpoint: format!("http://127.0.0.1:{port}"),
            folder: folder.to_owned(),
        };
        let deadline = Instant::now() + START;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if Instant::now() > deadline {
                let failure = Failure::new("the emulator of AWS does not start", "read why above");
                return Err(failure.with_log(&folder.join("log")));
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(emulator)
    }

    /// A program that acts as the emulator's owner, and knows no other account.
    fn client(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &self.folder)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_REGION", REGION)
            .env("AWS_DEFAULT_REGION", REGION)
            .env("AWS_EC2_METADATA_DISABLED", "true");
        command
    }

    fn rclone(&self, program: &Path, site: &Path, bucket: &str) -> Result<()> {
        let mut command = self.client(program);
        command
            .args(["sync", "--transfers", "16", "--config", "/dev/null"])
            .args(["--s3-provider", "Other", "--s3-env-auth"])
            .args(["--s3-region", REGION, "--s3-endpoint", &self.endpoint])
            .arg(site)
            .arg(format!(":s3:{bucket}"));
        self.run(&mut command).map(drop)
    }

    fn s5cmd(&self, program: &Path) -> Command {
        let mut command = self.client(program);
        command.args(["--endpoint-url", &self.endpoint, "--numworkers", "16"]);
        command
    }

    fn s5cmd_sync(&self, program: &Path, site: &Path, bucket: &str) -> Result<()> {
        let mut command = self.s5cmd(program);
        command
            .arg("sync")
            .arg(format!("{}/", site.display()))
            .arg(format!("s3://{bucket}/"));
        self.run(&mut command).map(drop)
    }

    fn aws(&self, program: &Path) -> Command {
        let mut command = self.client(program);
        command.args(["--endpoint-url", &self.endpoint, "s3"]);
        command
    }

    fn aws_sync(&self, program: &Path, site: &Path, bucket: &str) -> Result<()> {
        let mut command = self.aws(program);
        command
            .args(["sync", "--only-show-errors"])
            .arg(site)
            .arg(format!("s3://{bucket}/"));
        self.run(&mut command).map(drop)
    }

    /// Waits for a program; returns what it printed.
    fn run(&self, command: &mut Command) -> Result<String> {
        let name = command.get_program().to_string_lossy().into_owned();
        let cure = "look at what it printed";
        let failed = |error| Failure::new(format!("{name}: {error}"), cure);
        let out = self.folder.join("out");
        let open = || fs::File::create(&out).map_err(failed);
        let err = self.folder.join("err");
        command
            .stdin(Stdio::null())
            .stdout(open()?)
            .stderr(fs::File::create(&err).map_err(failed)?);
        // Waited for at once: to look again and again would add to the time.
        match command.status().map_err(failed)? {
            status if status.success() => fs::read_to_string(&out).map_err(failed),
            _ => Err(Failure::new(format!("{name} fails"), cure).with_log(&err)),
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Our side: only what publishes, without the server around it.
fn build(places: &Places) -> Result<PathBuf> {
    let mut cargo = process::command(places, "cargo");
    cargo.args(["build", "--quiet", "--release", "--package", "cloud"]);
    cargo.args(["--example", "publish_times"]);
    let built = cargo.status().is_ok_and(|status| status.success());
    let program = places.target.join("release/examples/publish_times");
    if built && process::is_program(&program) {
        Ok(program)
    } else {
        Err(Failure::new(
            "publish_times does not compile",
            "run `cargo build --release --package cloud --example publish_times`",
        ))
    }
}

/// Pages and assets, no two of them equal.
fn write_site(site: &Path) -> Result<()> {
    let write = |path: &Path, number: usize, bytes: usize| {
        let mut content = format!("{number}\n").into_bytes();
        content.resize(bytes, b'a' + (number % 26) as u8);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, content)
    };
    let broken = |error| Failure::file(site, &error);
    write(&site.join("index.html"), 0, SMALL_BYTES).map_err(broken)?;
    for number in 1..SMALL_FILES {
        let path = match number % 10 {
            0 => site.join(format!("pages/{number}/index.html")),
            _ => site.join(format!("assets/{}/{number}.js", number % 10)),
        };
        write(&path, number, SMALL_BYTES).map_err(broken)?;
    }
    for number in 0..LARGE_FILES {
        let path = site.join(format!("media/{number}.mp4"));
        write(&path, number, LARGE_BYTES).map_err(broken)?;
    }
    Ok(())
}

fn free_port() -> std::io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}
