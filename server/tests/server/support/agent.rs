//! Programs that stand in for Claude.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use super::DataFolder;

/// A program in a folder that agents of other users can reach.
pub fn script(folder: &DataFolder, text: &str) -> PathBuf {
    let path = folder.beside().join("agent");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// The demo agent, without Claude's flags that it does not know, as `"${demo[@]}"`. `before` is what
/// happens first: lines of bash, in the agent's home.
pub fn stand_in(folder: &DataFolder, before: &str) -> String {
    let program = folder.path().join("bin").join("tmux-builder");
    let program = program.display();
    let text = format!(
        "#!/bin/bash
demo=({program} demo-agent)
while [ $# -gt 0 ]; do
  case $1 in
    --session-id|--resume|--mcp-config|--permission-mode) demo+=(\"$1\" \"$2\"); shift ;;
  esac
  shift
done
{before}
exec \"${{demo[@]}}\"
"
    );
    script(folder, &text).display().to_string()
}
