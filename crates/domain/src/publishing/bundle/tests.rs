//! Folders as careless and as hostile agents leave them.

use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

use proptest::prelude::*;

use super::*;

fn site(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    folder
}

fn read_with(root: &Path, directory: &str, files: usize, bytes: u64) -> Result<Bundle, ApiError> {
    let source = Source {
        root: root.to_owned(),
        directory: directory.into(),
    };
    read_blocking(&source, files, bytes).map_err(Error::into_api)
}

fn read_in(root: &Path, directory: &str) -> Result<Bundle, ApiError> {
    read_with(root, directory, MAX_FILES, MAX_BYTES)
}

fn paths(bundle: &Bundle) -> Vec<&str> {
    bundle.files.iter().map(|file| file.path.as_str()).collect()
}

fn assert_refused(result: Result<Bundle, ApiError>, word: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.field.as_deref(), Some("directory"), "{error}");
    assert!(error.message.contains(word), "“{word}” is not in “{error}”");
}

#[tokio::test]
async fn every_file_is_listed_with_its_hash() {
    let folder = site(&[
        ("out/index.html", "abc"),
        ("out/ein bild ü 🍵.txt", ""),
        ("out/a/b.css", "b"),
        ("out/.env", "secret"),
        ("out/.git/config", ""),
        ("out/node_modules/x/index.js", ""),
        ("secret", ""),
    ]);
    for directory in [
        PathBuf::from("out"),
        "./out/a/..".into(),
        folder.path().join("out"),
    ] {
        let bundle = read(Source {
            root: folder.path().into(),
            directory,
        })
        .await
        .unwrap();
        assert_eq!(
            paths(&bundle),
            ["a/b.css", "ein bild ü 🍵.txt", "index.html"]
        );
        let index = &bundle.files[2];
        assert_eq!(index.bytes, 3);
        assert_eq!(
            index.hash,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(bundle.bytes(), 4);
        assert_eq!(std::fs::read(bundle.source(index)).unwrap(), b"abc");
    }
}

#[test]
fn only_folders_of_the_project_are_published() {
    let folder = site(&[
        ("in/site/index.html", ""),
        ("out/index.html", ""),
        ("in/file", ""),
    ]);
    let root = folder.path().join("in");
    symlink("../out", root.join("link")).unwrap();
    for outside in ["..", "../out", "link", "/etc", "site/../../out"] {
        assert_refused(read_in(&root, outside), "inside the project");
    }
    assert_refused(read_in(&root, "none"), "no folder “none”");
    assert_refused(read_in(&root, "file"), "is a file");
}

#[test]
fn a_folder_without_index_is_told_where_one_is() {
    let built = site(&[("dist/index.html", ""), ("main.js", "")]);
    assert_refused(read_in(built.path(), "."), "Publish “dist”");
    let two = site(&[("dist/index.html", ""), ("public/index.html", "")]);
    assert_refused(read_in(two.path(), "."), "has no index.html");
    assert_refused(read_in(site(&[]).path(), "."), "has no index.html");
    let folder = site(&[("index.html/file", "")]);
    assert_refused(read_in(folder.path(), "."), "has no index.html");
}

#[test]
fn links_are_followed_only_inside() {
    let folder = site(&[("s/index.html", ""), ("s/real/a.txt", "a"), ("secret", "x")]);
    let site = folder.path().join("s");
    symlink("real", site.join("folder")).unwrap();
    symlink("../index.html", site.join("real/up.html")).unwrap();
    let bundle = read_in(folder.path(), "s").unwrap();
    let all = [
        "folder/a.txt",
        "folder/up.html",
        "index.html",
        "real/a.txt",
        "real/up.html",
    ];
    assert_eq!(paths(&bundle), all);
    for (target, word) in [
        ("../secret", "leads out"),
        ("/etc/passwd", "leads out"),
        ("none", "link to nothing"),
        ("bad", "cannot be followed"),
        (".", "round in circles"),
    ] {
        symlink(target, site.join("bad")).unwrap();
        assert_refused(read_in(folder.path(), "s"), word);
        std::fs::remove_file(site.join("bad")).unwrap();
    }
}

#[test]
fn what_is_no_file_is_refused_without_waiting_for_it() {
    let folder = site(&[("index.html", "")]);
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("pipe")).unwrap();
    assert_refused(read_in(folder.path(), "."), "neither a file nor a folder");
}

#[test]
fn odd_names_are_refused() {
    for (name, word) in [
        (&b"a\\b"[..], "backslash"),
        (b"a\nb", "control"),
        (b"\xff.txt", "UTF-8"),
    ] {
        let folder = site(&[("index.html", "")]);
        std::fs::write(folder.path().join(std::ffi::OsStr::from_bytes(name)), "").unwrap();
        assert_refused(read_in(folder.path(), "."), word);
    }
}

#[test]
fn limits_hold_and_are_named() {
    let folder = site(&[("index.html", "12345"), ("b", "12345")]);
    assert!(read_with(folder.path(), ".", 2, 10).is_ok());
    assert_refused(read_with(folder.path(), ".", 1, 10), "at most 1 files");
    assert_refused(read_with(folder.path(), ".", 2, 9), "at most 0 MB");
    let deep = site(&[
        ("index.html", ""),
        (&format!("{}x", "d/".repeat(MAX_DEPTH)), ""),
    ]);
    assert_refused(read_in(deep.path(), "."), "too deep");
    let long = [
        "n".repeat(250),
        "n".repeat(250),
        "n".repeat(250),
        "n".repeat(250),
        "n".repeat(50),
    ];
    let long = site(&[("index.html", ""), (&long.join("/"), "")]);
    assert_refused(read_in(long.path(), "."), "too long");
}

proptest! {
    #[test]
    fn a_joined_path_stays_below(name in proptest::collection::vec(1_u8..=255, 1..40)) {
        prop_assume!(!name.contains(&b'/') && name != b"." && name != b"..");
        if let Ok(path) = join("a", &name) {
            prop_assert_eq!(Path::new(&path).components().count(), 2);
            prop_assert!(path.starts_with("a/"));
        }
    }
}
