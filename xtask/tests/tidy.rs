//! The house rules that no lint knows, as tests over the text of the repository.
#![expect(clippy::unwrap_used, reason = "a test stops at what it cannot read")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Longer files hold more than one thing.
const MAX_LINES: usize = 500;
/// Where server and browser differ: server functions, and what only a browser has.
const SEAMS: [&str; 3] = ["app/src/lib.rs", "app/src/api", "app/src/platform"];
/// Folders that are made, not written.
const MADE: [&str; 5] = ["target", "node_modules", "vendor", "data", "results"];
/// Written so that this file does not contain them.
const UNFINISHED: [&str; 4] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("to", "do!("),
    concat!("unimple", "mented!("),
];

struct Source {
    /// Relative to the repository.
    name: String,
    text: String,
}

#[test]
fn rust_files_say_what_they_are_for() {
    check(&["rs"], |file| {
        let first = file.text.lines().next().unwrap_or_default();
        complain(!first.starts_with("//! "), "begin it with a `//!` sentence")
    });
}

#[test]
fn files_are_short() {
    check(&["rs", "ts", "css"], |file| {
        let lines = file.text.lines().count();
        complain(
            lines > MAX_LINES,
            &format!("{lines} lines; split it below {MAX_LINES}"),
        )
    });
}

#[test]
fn nothing_is_unfinished() {
    check(&["rs", "ts", "css", "toml", "md"], |file| {
        lines(
            file,
            |line| UNFINISHED.iter().any(|word| line.contains(word)),
            "finish it",
        )
    });
}

#[test]
fn lines_end_where_their_text_ends() {
    check(&["rs", "ts", "css", "toml", "md", "json"], |file| {
        let mut found = lines(
            file,
            |line| line != line.trim_end(),
            "remove the blanks at its end",
        );
        found.extend(complain(
            !file.text.is_empty() && !file.text.ends_with('\n'),
            "end it with a line feed",
        ));
        found
    });
}

#[test]
fn server_and_browser_meet_in_few_files() {
    check(&["rs"], |file| {
        let seam = SEAMS.iter().any(|seam| file.name.starts_with(seam));
        let seam = seam || !file.name.starts_with("app/");
        let cfg = |line: &str| !seam && line.contains("cfg(") && line.contains("feature =");
        lines(
            file,
            cfg,
            "move what differs between server and browser to a seam",
        )
    });
}

#[test]
fn only_the_platform_knows_the_browser() {
    check(&["rs"], |file| {
        let allowed = file.name.starts_with("app/src/platform") || file.name.starts_with("xtask/");
        lines(
            file,
            |line| !allowed && line.contains("web_sys"),
            "go through app/src/platform",
        )
    });
}

#[test]
fn modules_lie_beside_their_folder() {
    check(&["rs"], |file| {
        complain(
            file.name.ends_with("/mod.rs"),
            "name it after the module: `foo.rs` beside `foo/`",
        )
    });
}

#[test]
fn documents_name_files_that_exist() {
    check(&["md"], |file| {
        let folder = root().join(&file.name).parent().unwrap().to_path_buf();
        paths_in(&file.text)
            .filter(|path| !root().join(path).exists() && !folder.join(path).exists())
            .map(|path| format!("names `{path}`, which does not exist"))
            .collect()
    });
}

/// Paths of this repository: in backticks from a top-level folder on, or the target of a link.
fn paths_in(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('`').skip(1).step_by(2).filter(|word| {
        let top = word.split('/').next().unwrap_or_default();
        word.contains('/') && !top.is_empty() && !MADE.contains(&top) && root().join(top).is_dir()
    });
    let linked = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#', ' ']).next());
    let linked = linked.filter(|link| !link.is_empty() && !link.contains(':'));
    quoted
        .chain(linked)
        .filter(|path| !path.contains(['*', '{', '<', '…', ' ', '\n']))
}

/// Runs a rule over all files with these endings, and fails with everything that it says.
#[track_caller]
fn check(endings: &[&str], rule: impl Fn(&Source) -> Vec<String>) {
    let mut files = Vec::new();
    collect(&root(), endings, &mut files);
    assert!(!files.is_empty(), "no files found: the rule checks nothing");
    let complaints: Vec<String> = files
        .iter()
        .flat_map(|file| {
            rule(file)
                .into_iter()
                .map(|text| format!("{}: {text}", file.name))
        })
        .collect();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

fn collect(folder: &Path, endings: &[&str], files: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || MADE.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            collect(&path, endings, files);
        } else if path
            .extension()
            .is_some_and(|end| endings.iter().any(|known| end == *known))
        {
            let name = path
                .strip_prefix(root())
                .unwrap()
                .to_string_lossy()
                .into_owned();
            files.push(Source {
                name,
                text: fs::read_to_string(&path).unwrap(),
            });
        }
    }
}

fn lines(file: &Source, wrong: impl Fn(&str) -> bool, cure: &str) -> Vec<String> {
    let numbered = (1..).zip(file.text.lines());
    numbered
        .filter(|(_, line)| wrong(line))
        .map(|(n, _)| format!("line {n}: {cure}"))
        .collect()
}

fn complain(wrong: bool, cure: &str) -> Vec<String> {
    if wrong {
        vec![cure.to_owned()]
    } else {
        Vec::new()
    }
}

fn root() -> PathBuf {
    Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap())
        .parent()
        .unwrap()
        .to_path_buf()
}
