//! The local engine on real files.

use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt;
use std::sync::Mutex;

use domain::publishing::bundle::{self, Source};
use proptest::prelude::*;
use protocol::{Guid, ProjectId, SiteId};
use tempfile::TempDir;

use super::*;

struct Scene {
    folder: TempDir,
    hosting: LocalHosting,
    target: Target,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("sites");
        let hosting = LocalHosting::new(root, "http://{name}.localhost:3001".into());
        let target = Target {
            guid: Guid::from_bytes([1; 32]),
            project: ProjectId::random(),
            site: SiteId::random(),
            name: "tea".into(),
            place: None,
        };
        Self {
            folder,
            hosting,
            target,
        }
    }

    async fn bundle(&self, files: &[(&str, &str)]) -> Bundle {
        let source = self.folder.path().join("source");
        remove_folder(&source).unwrap();
        for (path, content) in files {
            let path = source.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        bundle::read(Source {
            root: source,
            directory: ".".into(),
        })
        .await
        .unwrap()
    }

    async fn store(&self, number: u32, bundle: &Bundle) -> Result<(), HostingError> {
        self.hosting.create(&self.target, &|_| {}).await.unwrap();
        self.hosting
            .store(&self.target, number, bundle, &|_| {})
            .await
    }

    async fn publish(&self, number: u32, files: &[(&str, &str)]) {
        self.store(number, &self.bundle(files).await).await.unwrap();
        self.hosting
            .activate(&self.target, number, &|_| {})
            .await
            .unwrap();
    }

    fn live(&self) -> std::sync::Arc<StoredRelease> {
        self.hosting.live("tea").unwrap().unwrap()
    }

    fn content(&self, release: u32, path: &str) -> String {
        let folder = self.hosting.release_folder(&self.target, release).unwrap();
        fs::read_to_string(folder.join(path)).unwrap()
    }
}

#[tokio::test]
async fn a_release_goes_live_as_a_whole_and_back() {
    let scene = Scene::new();
    assert_eq!(
        scene.hosting.url(&scene.target),
        Some("http://tea.localhost:3001".to_owned())
    );
    assert!(scene.hosting.live("tea").unwrap().is_none());
    scene
        .publish(1, &[("index.html", "one"), ("a b/ü.css", "")])
        .await;
    let first = scene.live();
    assert_eq!(first.number, 1);
    assert_eq!(
        first.manifest.files["a b/ü.css"].content_type,
        "text/css; charset=utf-8"
    );
    assert!(
        std::sync::Arc::ptr_eq(&first, &scene.live()),
        "the manifest is kept"
    );
    scene.publish(2, &[("index.html", "two")]).await;
    assert_eq!(
        fs::read_to_string(scene.live().folder.join("index.html")).unwrap(),
        "two"
    );
    scene
        .hosting
        .activate(&scene.target, 1, &|_| {})
        .await
        .unwrap();
    assert_eq!(
        fs::read_to_string(scene.live().folder.join("index.html")).unwrap(),
        "one"
    );
    let missing = scene.hosting.activate(&scene.target, 3, &|_| {}).await;
    assert!(matches!(missing, Err(HostingError::NoSuchRelease(3))));
    assert_eq!(scene.live().number, 1);
}

#[tokio::test]
async fn content_that_is_there_already_is_linked() {
    let scene = Scene::new();
    scene
        .publish(1, &[("index.html", "one"), ("big.js", "same")])
        .await;
    scene
        .publish(2, &[("index.html", "two"), ("moved/big.js", "same")])
        .await;
    let inode = |release, path| {
        let folder = scene
            .hosting
            .release_folder(&scene.target, release)
            .unwrap();
        fs::metadata(folder.join(path)).unwrap().ino()
    };
    assert_eq!(inode(1, "big.js"), inode(2, "moved/big.js"));
    assert_ne!(inode(1, "index.html"), inode(2, "index.html"));
    assert_eq!(
        (
            scene.content(1, "index.html"),
            scene.content(2, "index.html")
        ),
        ("one".into(), "two".into())
    );
}

#[tokio::test]
async fn every_step_may_be_repeated() {
    let scene = Scene::new();
    let bundle = scene.bundle(&[("index.html", "one")]).await;
    for _ in 0..2 {
        scene.store(1, &bundle).await.unwrap();
        scene
            .hosting
            .activate(&scene.target, 1, &|_| {})
            .await
            .unwrap();
    }
    let other = scene.bundle(&[("index.html", "other")]).await;
    scene.store(1, &other).await.unwrap();
    assert_eq!(
        scene.content(1, "index.html"),
        "one",
        "a release never changes"
    );
    for _ in 0..2 {
        scene.hosting.remove(&scene.target, &|_| {}).await.unwrap();
        assert!(scene.hosting.live("tea").unwrap().is_none());
    }
    assert_eq!(
        fs::read_dir(scene.folder.path().join("sites"))
            .unwrap()
            .count(),
        0
    );
}

#[tokio::test]
async fn what_was_killed_half_way_leaves_nothing_and_can_be_tried_again() {
    let scene = Scene::new();
    scene.publish(1, &[("index.html", "one")]).await;
    let place = scene.folder.path().join("sites/tea");
    fs::create_dir_all(place.join("releases/.storing/files/old")).unwrap();
    fs::write(place.join("releases/.storing/files/old/half.html"), "half").unwrap();
    symlink("releases/9", place.join(".next")).unwrap();
    assert_eq!(scene.live().number, 1);
    assert!(
        scene
            .hosting
            .activate(&scene.target, 2, &|_| {})
            .await
            .is_err()
    );
    scene.publish(2, &[("index.html", "two")]).await;
    assert_eq!(
        scene.live().manifest.files.keys().collect::<Vec<_>>(),
        ["index.html"]
    );
    let releases: BTreeSet<_> = fs::read_dir(place.join("releases"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(releases, ["1", "2"].map(Into::into).into());
    assert!(
        !scene
            .hosting
            .release_folder(&scene.target, 2)
            .unwrap()
            .join("old")
            .exists()
    );
}

#[tokio::test]
async fn a_file_that_changed_meanwhile_is_not_published() {
    let scene = Scene::new();
    let secret = scene.folder.path().join("secret");
    fs::write(&secret, "one").unwrap();
    let file = scene.folder.path().join("source/index.html");
    let changes: [&dyn Fn(); 5] = [
        &|| fs::write(&file, "two").unwrap(),
        &|| fs::write(&file, "one and more").unwrap(),
        &|| fs::remove_file(&file).unwrap(),
        &|| {
            fs::remove_file(&file).unwrap();
            symlink(&secret, &file).unwrap();
        },
        &|| {
            fs::remove_file(&file).unwrap();
            fs::create_dir(&file).unwrap();
        },
    ];
    for change in changes {
        let bundle = scene.bundle(&[("index.html", "one")]).await;
        change();
        let result = scene.store(1, &bundle).await;
        assert!(
            matches!(&result, Err(HostingError::Changed(path)) if path == "index.html"),
            "{result:?}"
        );
        assert!(
            scene
                .hosting
                .activate(&scene.target, 1, &|_| {})
                .await
                .is_err()
        );
    }
}

#[tokio::test]
async fn progress_ends_with_the_last_file() {
    let scene = Scene::new();
    let bundle = scene
        .bundle(&[("index.html", ""), ("a", ""), ("b", "")])
        .await;
    let told = Mutex::new(vec![]);
    let tell = |progress: Progress| {
        told.lock()
            .unwrap()
            .push((progress.files, progress.all_files))
    };
    scene
        .hosting
        .store(&scene.target, 1, &bundle, &tell)
        .await
        .unwrap();
    let told = told.into_inner().unwrap();
    assert_eq!(told.last(), Some(&(3, 3)), "{told:?}");
    assert!(told.is_sorted(), "{told:?}");
}

#[tokio::test]
async fn a_damaged_manifest_is_an_error_and_not_an_empty_site() {
    let scene = Scene::new();
    scene.publish(1, &[("index.html", "one")]).await;
    fs::write(
        scene
            .folder
            .path()
            .join("sites/tea/releases/1/manifest.json"),
        "{",
    )
    .unwrap();
    assert!(scene.hosting.live("tea").is_err());
}

proptest! {
    #[test]
    fn no_name_leads_out_of_the_root(name in r"[a-z0-9./\\\x00-]{0,70}|[a-z0-9-]{0,70}") {
        let hosting = LocalHosting::new("/sites".into(), String::new());
        if let Ok(place) = hosting.place(&name) {
            prop_assert_eq!(place.parent(), Some(Path::new("/sites")));
            prop_assert!(name.len() <= 63 && !name.contains(['.', '/', '\\', '\0']));
        }
    }
}
