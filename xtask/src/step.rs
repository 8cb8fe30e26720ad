//! A step of work: one line on the screen, everything it prints in a log file.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, ExitStatus},
    time::{Duration, Instant},
};

use crate::{
    failure::{Failure, Result},
    places::Places,
    process,
};

/// Long enough for any build; a step that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(2 * 60 * 60);

/// Work that the user waits for. Announced when it starts, timed when it is done.
pub struct Step {
    log: PathBuf,
    started: Instant,
}

impl Step {
    /// Announces the step; its output goes to the log of this name.
    pub fn start(places: &Places, log: &str, title: &str) -> Result<Self> {
        let log = places.logs.join(log).with_extension("log");
        File::create(&log).map_err(|error| Failure::file(&log, &error))?;
        print!("▸ {title}");
        flush();
        Ok(Self {
            log,
            started: Instant::now(),
        })
    }

    /// Runs a program to its end, and says whether it succeeded.
    pub fn run(&self, command: &mut Command) -> Result<bool> {
        Ok(self
            .run_within(command, LIMIT)?
            .is_some_and(|status| status.success()))
    }

    /// Runs a program; `None`: it took longer than allowed.
    pub fn run_within(&self, command: &mut Command, limit: Duration) -> Result<Option<ExitStatus>> {
        let log = self.open()?;
        let errors = log.try_clone().map_err(|error| self.broken(&error))?;
        let program = command.get_program().to_string_lossy().into_owned();
        let mut remark = log.try_clone().map_err(|error| self.broken(&error))?;
        let mut child = command
            .stdout(log)
            .stderr(errors)
            .spawn()
            .map_err(|error| {
                println!();
                Failure::new(
                    format!("{program} does not start: {error}"),
                    "install it, then try again",
                )
            })?;
        let status = process::wait(&mut child, limit).map_err(|error| self.broken(&error))?;
        // A program that was killed says nothing itself.
        match status {
            Some(status) if status.success() => Ok(()),
            Some(status) => writeln!(remark, "{program}: {status}"),
            None => writeln!(remark, "{program}: stopped after {}", spoken(limit)),
        }
        .map_err(|error| self.broken(&error))?;
        Ok(status)
    }

    /// Says that the step is over and how long it took.
    pub fn done(&self) {
        println!("{}", suffix(self.elapsed()));
    }

    /// Ends the step with a failure that shows the end of its log.
    pub fn failed(&self, what: impl Into<String>, cure: impl Into<String>) -> Failure {
        println!();
        Failure::new(what, cure).with_log(&self.log)
    }

    /// Everything printed so far.
    pub fn printed(&self) -> String {
        fs::read(&self.log).map_or_else(|_| String::new(), |b| String::from_utf8_lossy(&b).into())
    }

    pub fn log(&self) -> &Path {
        &self.log
    }

    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn open(&self) -> Result<File> {
        File::options()
            .append(true)
            .open(&self.log)
            .map_err(|error| self.broken(&error))
    }

    fn broken(&self, error: &io::Error) -> Failure {
        println!();
        Failure::file(&self.log, error)
    }
}

/// A remark between steps.
pub fn note(text: &str) {
    println!("  {text}");
}

/// A duration as a person says it.
pub fn spoken(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..60 => format!("{}.{} s", seconds, time.subsec_millis() / 100),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

fn suffix(time: Duration) -> String {
    if time < Duration::from_millis(500) {
        String::new()
    } else {
        format!(" · {}", spoken(time))
    }
}

fn flush() {
    // A screen that cannot be written to is no reason to stop working.
    io::stdout().flush().ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short() {
        assert_eq!(spoken(Duration::from_millis(1_250)), "1.2 s");
        assert_eq!(spoken(Duration::from_secs(221)), "3 min 41 s");
        assert_eq!(suffix(Duration::from_millis(20)), "");
    }
}
