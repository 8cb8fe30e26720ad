//! What agents are taught is whole, is the operator's where he says so, and lies where it belongs.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use super::*;

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn lesson(name: &str, description: &str) -> String {
    format!("---\nname: {name}\ndescription: {description}\n---\n\nBody.\n")
}

fn refusal(prepare: impl FnOnce(&Path)) -> String {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        "skills/good/SKILL.md",
        &lesson("good", "Good."),
    );
    prepare(folder.path());
    let error = Skills::builtin().with_folder(folder.path()).unwrap_err();
    assert!(error.file.starts_with(folder.path()), "{error}");
    error.to_string()
}

#[test]
fn ours_are_well_formed_and_hold_no_raw_access() {
    for (name, text) in SKILLS.into_iter().chain(AGENTS) {
        let found = FrontMatter::read(text).unwrap();
        assert_eq!(found.name, name);
        for forbidden in ["aws s3", "aws cloudfront", "AWS_", "aws configure", "AKIA"] {
            assert!(!text.contains(forbidden), "{name}: {forbidden}");
        }
    }
}

#[test]
fn the_operators_add_and_replace_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(
        root,
        "skills/tea/SKILL.md",
        &lesson("tea", "How tea is made."),
    );
    write(root, "skills/tea/scripts/brew.sh", "#!/bin/sh\n");
    fs::set_permissions(
        root.join("skills/tea/scripts/brew.sh"),
        fs::Permissions::from_mode(0o755),
    )
    .unwrap();
    write(
        root,
        "skills/cors/SKILL.md",
        &lesson("cors", "Ask the operator."),
    );
    write(root, "agents/brewer.md", &lesson("brewer", "Brews."));
    write(root, ".git/config", "x");
    let skills = Skills::builtin().with_folder(root).unwrap();
    let of = |name: &str| skills.skills().find(|it| it.name == name).unwrap();
    assert_eq!(of("tea").description, "How tea is made.");
    assert_eq!(of("cors").description, "Ask the operator.");
    assert_eq!(skills.skills().count(), SKILLS.len() + 1);
    let agents: Vec<_> = skills.agents().map(|it| it.name).collect();
    assert_eq!(agents, ["brewer", "static-deployer"]);

    let data = tempfile::tempdir().unwrap();
    let folders = Folders::new(data.path().join("data"), false);
    let guid = Guid::from_bytes([1; 32]);
    folders.prepare().unwrap();
    folders.make_workspace(&guid, 1).unwrap();
    skills.install(&folders, &guid, 1).unwrap();
    let installed = folders.skills(&guid);
    assert!(installed.ends_with(".claude"));
    let text = fs::read_to_string(installed.join("skills/cors/SKILL.md")).unwrap();
    assert!(text.contains("Ask the operator."));
    let script = fs::metadata(installed.join("skills/tea/scripts/brew.sh")).unwrap();
    assert_eq!(script.permissions().mode() & 0o111, 0o111);
    assert!(installed.join("agents/static-deployer.md").is_file());
    let manifest = fs::read_to_string(installed.join(".claude-plugin/plugin.json")).unwrap();
    assert!(manifest.contains(PLUGIN));
}

#[test]
fn what_was_installed_before_or_put_there_is_gone() {
    let data = tempfile::tempdir().unwrap();
    let folders = Folders::new(data.path().join("data"), false);
    let guid = Guid::from_bytes([1; 32]);
    folders.prepare().unwrap();
    folders.make_workspace(&guid, 1).unwrap();
    let skills = Skills::builtin();
    let installed = folders.skills(&guid);
    skills.install(&folders, &guid, 1).unwrap();
    write(&installed, "skills/evil/SKILL.md", &lesson("evil", "Evil."));
    write(&installed, "hooks/hooks.json", "{}");
    write(&installed, "skills/cors/SKILL.md", "changed");
    skills.install(&folders, &guid, 1).unwrap();
    assert!(!installed.join("skills/evil").exists());
    assert!(!installed.join("hooks").exists());
    let text = fs::read_to_string(installed.join("skills/cors/SKILL.md")).unwrap();
    assert_eq!(text, SKILLS[2].1);

    // Where agents are the server's own user, they may put a link in its place.
    let precious = data.path().join("precious");
    write(&precious, "skills/kept", "x");
    fs::remove_dir_all(&installed).unwrap();
    symlink(&precious, &installed).unwrap();
    skills.install(&folders, &guid, 1).unwrap();
    assert!(!installed.is_symlink());
    assert!(precious.join("skills/kept").is_file());
    let left = fs::read_dir(folders.workspace(&guid)).unwrap().flatten();
    let odd = left.filter(|it| it.file_name().to_string_lossy().starts_with(".claude."));
    assert_eq!(odd.count(), 0);
}

#[test]
fn bad_ones_are_refused_by_name() {
    let long = lesson("long", &"x".repeat(2_000));
    let cases: [(&str, &str, &str); 7] = [
        ("skills/bad/SKILL.md", "no front matter", "begin with"),
        ("skills/Bad/SKILL.md", "x", "lower-case"),
        ("skills/a/SKILL.md", &lesson("b", "B."), "must be `a`"),
        ("skills/long/SKILL.md", &long, "1024"),
        ("skills/none/README.md", "x", "a folder with SKILL.md"),
        ("skills/file", "x", "a folder with SKILL.md"),
        ("agents/readme.txt", "x", "NAME.md"),
    ];
    for (path, text, reason) in cases {
        let words = refusal(|folder| write(folder, path, text));
        let place = path.trim_end_matches("/README.md");
        let place = place.trim_end_matches("/SKILL.md");
        assert!(words.contains(place), "{path}: {words}");
        assert!(words.contains(reason), "{path}: {words}");
    }
}

#[test]
fn links_out_pipes_and_sizes_are_refused() {
    let words = refusal(|folder| {
        symlink("/etc/passwd", folder.join("skills/good/passwd")).unwrap();
    });
    assert!(
        words.contains("skills/good/passwd: it is a link out"),
        "{words}"
    );
    let words = refusal(|folder| symlink("/etc", folder.join("skills/etc")).unwrap());
    assert!(words.contains("link out"), "{words}");
    let words = refusal(|folder| symlink("..", folder.join("skills/good/up")).unwrap());
    assert!(words.contains("8 folders"), "{words}");
    let words = refusal(|folder| {
        let kind = rustix::fs::FileType::Fifo;
        let path = folder.join("skills/good/pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &path, kind, 0o600.into(), 0).unwrap();
    });
    assert!(words.contains("no ordinary file"), "{words}");
    let big = "x".repeat(256 * 1024 + 1);
    let words = refusal(|folder| write(folder, "skills/good/big", &big));
    assert!(words.contains("256 KiB"), "{words}");
    let words = refusal(|folder| {
        for number in 0..17 {
            write(folder, &format!("skills/good/{number}"), &big[..256 * 1024]);
        }
    });
    assert!(words.contains("4 MiB"), "{words}");
    let words = refusal(|folder| {
        for number in 0..33 {
            let (name, text) = (format!("a{number}"), "x".repeat(1_000));
            write(folder, &format!("agents/{name}.md"), &lesson(&name, &text));
        }
    });
    assert!(words.contains("32 KiB"), "{words}");
    let folder = tempfile::tempdir().unwrap();
    let error = Skills::builtin().with_folder(folder.path()).unwrap_err();
    assert!(error.reason.contains("no `skills/NAME"), "{error}");
    let error = Skills::builtin()
        .with_folder(&folder.path().join("none"))
        .unwrap_err();
    assert!(error.reason.contains("cannot be opened"), "{error}");
}
