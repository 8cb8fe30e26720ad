//! The Claude CLI for the tests against the real thing. It is proprietary, so it is not part of the
//! project: it comes from npm into the cache, and tests that need it are skipped where it cannot.

use std::path::PathBuf;

use super::node;
use crate::{failure::Result, places::Places, process, step::Step, version::Version};

const VERSION: Version = Version(2, 1, 329);

/// The CLI, or why it is not there.
#[derive(Debug)]
pub enum Claude {
    There(PathBuf),
    Missing(String),
}

/// Finds or installs it.
pub fn install(places: &Places) -> Result<Claude> {
    let name = format!("@anthropic-ai/claude-code-{}", node::platform());
    let program = places
        .cache
        .join("claude/node_modules")
        .join(&name)
        .join("claude");
    let there = || {
        process::output(process::command(places, &program).arg("--version"))
            .and_then(|printed| Version::find(&printed))
            == Some(VERSION)
    };
    if there() {
        return Ok(Claude::There(program));
    }
    let title = format!("installing the Claude CLI {VERSION} for tests (174 MB, once)");
    let step = Step::start(places, "claude", &title)?;
    node::install_package(places, &step, "claude", &format!("{name}@{VERSION}"))?;
    step.done();
    if there() {
        return Ok(Claude::There(program));
    }
    Ok(Claude::Missing(format!(
        "the Claude CLI {VERSION} could not be installed; see {}",
        step.log().display()
    )))
}
