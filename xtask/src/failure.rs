//! What went wrong, and what the reader can do about it. Every failure carries a cure.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

/// How much of a log a failure shows.
const TAIL_LINES: usize = 60;

pub type Result<T> = std::result::Result<T, Failure>;

/// A command that could not do its work.
#[derive(Debug)]
pub struct Failure {
    what: String,
    cure: String,
    log: Option<PathBuf>,
}

impl Failure {
    pub fn new(what: impl Into<String>, cure: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            cure: cure.into(),
            log: None,
        }
    }

    /// A file or folder that could not be used.
    pub fn file(path: &Path, error: &std::io::Error) -> Self {
        Self::new(
            format!("{}: {error}", path.display()),
            "check that the folder exists, that it is yours, and that the disk has room",
        )
    }

    /// Shows the end of this log with the failure.
    pub fn with_log(mut self, log: &Path) -> Self {
        self.log = Some(log.to_path_buf());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(log) = &self.log {
            let text = fs::read_to_string(log).unwrap_or_default();
            writeln!(f, "{}", tail(&text, TAIL_LINES))?;
            writeln!(f, "  whole log: {}", log.display())?;
        }
        write!(f, "✗ {}\n\n{}", self.what, self.cure)
    }
}

/// The last `count` lines, indented.
pub fn tail(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let start = lines.len().saturating_sub(count);
    lines[start..]
        .iter()
        .map(|line| format!("  │ {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_end_of_a_log() {
        assert_eq!(tail("a\nb\nc\n", 2), "  │ b\n  │ c");
        assert_eq!(tail("", 2), "");
    }
}
