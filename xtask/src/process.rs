//! Starting other programs: found on the PATH, with a clean environment, with rights where needed.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::places::Places;

/// How often a program with a time limit is looked at.
const POLL: Duration = Duration::from_millis(50);

/// A command that runs in the checkout, finds our tools first, and builds into our target folder.
pub fn command(places: &Places, program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = clean(Command::new(program));
    command
        .current_dir(&places.root)
        .env("PATH", path_with(&[places.tools().join("bin")]))
        .env("CARGO_TARGET_DIR", &places.target)
        .env("CARGO_TERM_COLOR", "never")
        .env("NO_COLOR", "1")
        .stdin(Stdio::null());
    command
}

/// Takes away what `cargo run` told this program about itself: cargo and build scripts below
/// would believe that it is about them.
pub fn clean(mut command: Command) -> Command {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if matches!(&*text, "CARGO" | "RUST_RECURSION_COUNT" | "LD_LIBRARY_PATH")
            || text.starts_with("CARGO_PKG_")
            || text.starts_with("CARGO_MANIFEST_")
        {
            command.env_remove(name);
        }
    }
    command
}

/// The PATH with these folders in front.
pub fn path_with(folders: &[PathBuf]) -> OsString {
    let old = env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(env::split_paths(&old));
    env::join_paths(all).unwrap_or(old)
}

/// The first program of this name on the PATH.
pub fn which(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| is_program(file))
}

/// Whether this is a file that can be started.
pub fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(file).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// What a program prints, if it starts and succeeds.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Waits at most so long; `None`: it took longer and was killed.
pub fn wait(child: &mut Child, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + limit;
    while Instant::now() < deadline {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(POLL);
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}

/// Whether this process is root.
pub fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_some_and(|id| id == "0")
}

/// A command with root's rights: as it is for root, through `sudo` where that asks no password.
pub fn privileged(places: &Places, program: &str) -> Option<Command> {
    if is_root() {
        return Some(command(places, program));
    }
    output(Command::new("sudo").args(["-n", "true"]))?;
    let mut sudo = command(places, "sudo");
    sudo.args(["-n", program]);
    Some(sudo)
}
