//! The listener as browsers see it, over real files.

mod scene;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use axum::body::{Body, to_bytes};
use domain::hosting::{Hosting, Target};
use domain::publishing::bundle::{self, Source};
use proptest::prelude::*;
use protocol::{Guid, ProjectId};
use tempfile::TempDir;
use tower::ServiceExt;

use super::*;

use scene::*;

#[tokio::test]
async fn a_site_is_served_with_types_tags_and_headers() {
    let scene = Scene::with_site(&[
        ("index.html", "<h1>Tea</h1>"),
        ("app.3f2a1b9c.js", "1"),
        ("logo.svg", "<svg/>"),
        ("ü b.txt", ""),
    ])
    .await;
    let home = scene.get("/", &[]).await;
    assert_eq!((home.status, home.text()), (200, "<h1>Tea</h1>"));
    assert_eq!(home.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(home.header("content-length"), "12");
    assert_eq!(home.header("cache-control"), "no-cache");
    assert_eq!(home.header("x-content-type-options"), "nosniff");
    assert_eq!(
        home.header("referrer-policy"),
        "strict-origin-when-cross-origin"
    );
    assert_eq!(
        home.header("content-security-policy"),
        format!("frame-ancestors 'self' {PRODUCT}")
    );
    assert_eq!(home.header("set-cookie"), "");
    assert_eq!(home.header("etag").len(), 66);
    let script = scene.get("/app.3f2a1b9c.js", &[]).await;
    assert_eq!(
        script.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(
        script.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    let logo = scene.get("/logo.svg?v=1", &[]).await;
    assert_eq!(logo.header("content-type"), "image/svg+xml; charset=utf-8");
    assert_eq!(logo.header("cache-control"), "public, max-age=10");
    let empty = scene.get("/%C3%BC%20b.txt", &[]).await;
    assert_eq!(
        (
            empty.status,
            empty.body.len(),
            empty.header("content-length")
        ),
        (200, 0, "0")
    );
}

#[tokio::test]
async fn a_switch_is_seen_at_the_next_request() {
    let scene = Scene::with_site(&[("index.html", "one"), ("old.txt", "old")]).await;
    let first = scene.get("/", &[]).await;
    scene.publish(2, &[("index.html", "two")]).await;
    let known = [("if-none-match", first.header("etag"))];
    let second = scene.get("/", &known).await;
    assert_eq!((second.status, second.text()), (200, "two"));
    assert_eq!(scene.get("/old.txt", &[]).await.status, 404);
}

#[tokio::test]
async fn what_the_browser_has_is_not_sent_again() {
    let scene = Scene::with_site(&[("index.html", "tea"), ("film.mp4", "0123456789")]).await;
    let etag = scene.get("/", &[]).await.header("etag").to_owned();
    for known in [
        etag.clone(),
        format!("W/{etag}"),
        format!("\"x\", {etag}"),
        "*".into(),
    ] {
        let seen = scene
            .get("/", &[("if-none-match", &known), ("range", "bytes=0-0")])
            .await;
        assert_eq!((seen.status, seen.body.len()), (304, 0), "{known}");
        assert_eq!(seen.header("etag"), etag);
        assert_eq!(seen.header("cache-control"), "no-cache");
    }
    assert_eq!(
        scene.get("/", &[("if-none-match", "\"x\"")]).await.status,
        200
    );
}

#[tokio::test]
async fn films_are_sent_in_parts() {
    let scene = Scene::with_site(&[("index.html", ""), ("film.mp4", "0123456789")]).await;
    let whole = scene.get("/film.mp4", &[]).await;
    assert_eq!(
        (whole.header("accept-ranges"), whole.header("content-type")),
        ("bytes", "video/mp4")
    );
    for (range, expected, content_range) in [
        ("bytes=2-5", "2345", "bytes 2-5/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"),
    ] {
        let part = scene
            .get("/film.mp4", &[("range", range), ("accept-encoding", "br")])
            .await;
        assert_eq!((part.status, part.text()), (206, expected), "{range}");
        assert_eq!(part.header("content-range"), content_range);
        assert_eq!(part.header("content-length"), expected.len().to_string());
        assert_eq!(part.header("content-encoding"), "");
    }
    let beyond = scene.get("/film.mp4", &[("range", "bytes=10-")]).await;
    assert_eq!(
        (beyond.status, beyond.header("content-range")),
        (416, "bytes */10")
    );
    let etag = whole.header("etag");
    for (condition, status) in [
        (etag, 206),
        ("\"other\"", 200),
        ("Wed, 01 Jan 2020 00:00:00 GMT", 200),
    ] {
        let seen = scene
            .get(
                "/film.mp4",
                &[("range", "bytes=0-0"), ("if-range", condition)],
            )
            .await;
        assert_eq!(seen.status, status, "{condition}");
    }
}

#[tokio::test]
async fn head_says_the_same_without_the_content() {
    let scene = Scene::with_site(&[("index.html", "tea")]).await;
    let get = scene.get("/", &[]).await;
    let head = scene
        .ask("HEAD", "tea.localhost", "/", &[("range", "bytes=0-0")])
        .await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    for name in ["content-length", "content-type", "etag", "cache-control"] {
        assert_eq!(head.header(name), get.header(name), "{name}");
    }
}

#[tokio::test]
async fn text_is_compressed_and_its_tag_is_weak_then() {
    let long = "tea ".repeat(1_000);
    let scene = Scene::with_site(&[("index.html", &long), ("photo.png", &long)]).await;
    for encoding in ["br", "gzip"] {
        let seen = scene.get("/", &[("accept-encoding", encoding)]).await;
        assert_eq!(seen.header("content-encoding"), encoding);
        assert!(seen.body.len() < long.len() / 10);
        assert!(seen.header("etag").starts_with("W/\""));
        assert_eq!(seen.header("vary"), "accept-encoding");
        let again = [
            ("accept-encoding", encoding),
            ("if-none-match", seen.header("etag")),
        ];
        assert_eq!(scene.get("/", &again).await.status, 304);
    }
    let photo = scene.get("/photo.png", &[("accept-encoding", "br")]).await;
    assert_eq!(
        (photo.header("content-encoding"), photo.body.len()),
        ("", long.len())
    );
}

#[tokio::test]
async fn clean_addresses_and_folders() {
    let scene = Scene::with_site(&[
        ("index.html", "home"),
        ("about.html", "about"),
        ("ü/index.html", "folder"),
    ])
    .await;
    assert_eq!(scene.get("/about", &[]).await.text(), "about");
    assert_eq!(scene.get("/%C3%BC/", &[]).await.text(), "folder");
    let moved = scene.get("/%C3%BC?q=1&r=//x", &[]).await;
    assert_eq!(
        (moved.status, moved.header("location")),
        (308, "/%C3%BC/?q=1&r=//x")
    );
}

#[tokio::test]
async fn what_is_not_there() {
    let page = [("accept", "text/html,*/*")];
    let plain = Scene::with_site(&[("index.html", "app")]).await;
    assert_eq!(plain.get("/a/b", &page).await.text(), "app");
    assert_eq!(plain.get("/a/b", &page).await.status, 200);
    for (path, headers) in [
        ("/a/b.js", &page[..]),
        ("/a/b", &[("accept", "*/*")]),
        ("/a", &[]),
    ] {
        let seen = plain.get(path, headers).await;
        assert_eq!(seen.status, 404, "{path}");
        assert!(seen.text().contains("No such page"));
        assert_eq!(seen.header("x-content-type-options"), "nosniff");
    }
    let own = Scene::with_site(&[("index.html", "app"), ("404.html", "lost?")]).await;
    for path in ["/a/b", "/a.js"] {
        let seen = own
            .get(path, &[("accept", "text/html"), ("if-none-match", "*")])
            .await;
        assert_eq!((seen.status, seen.text()), (404, "lost?"), "{path}");
        assert_eq!(seen.header("content-type"), "text/html; charset=utf-8");
    }
}

#[tokio::test]
async fn unknown_hosts_and_other_methods() {
    let scene = Scene::with_site(&[("index.html", "tea")]).await;
    let other_preview = format!(
        "{}.localhost",
        protocol::names::preview_name(SessionId::random())
    );
    for host in [
        "none.localhost",
        "localhost:3001",
        "127.0.0.1",
        "tea.example.org",
        "",
        &other_preview,
    ] {
        let seen = scene.ask("GET", host, "/", &[]).await;
        assert_eq!(seen.status, 404, "{host}");
        assert!(seen.text().contains("No such site"), "{host}");
        assert!(!seen.text().contains("<script"));
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"] {
        let seen = scene.ask(method, "tea.localhost", "/", &[]).await;
        assert_eq!(
            (seen.status, seen.header("allow")),
            (405, "GET, HEAD"),
            "{method}"
        );
    }
}

#[tokio::test]
async fn a_stored_release_is_shown_without_being_live() {
    let scene = Scene::with_site(&[("index.html", "one"), ("public/index.html", "inner")]).await;
    scene.publish(2, &[("index.html", "two")]).await;
    let host = |number| {
        format!(
            "{}.localhost",
            protocol::names::release_name(SiteId::random(), number)
        )
    };
    let first = scene.ask("GET", &host(1), "/", &[]).await;
    assert_eq!((first.status, first.text()), (200, "one"));
    assert!(first.header("content-security-policy").contains("sandbox"));
    assert_eq!(scene.ask("GET", &host(2), "/", &[]).await.text(), "two");
    assert_eq!(scene.ask("GET", &host(3), "/", &[]).await.status, 404);
}

#[tokio::test]
async fn a_preview_shows_the_folder_as_it_is_now() {
    let scene = Scene::new();
    let nothing = scene.preview("/").await;
    assert_eq!(nothing.status, 200);
    assert!(
        nothing.text().contains("Nothing to preview yet") && !nothing.text().contains("<script")
    );
    assert_eq!(nothing.header("cache-control"), "no-cache");

    let working = scene.working();
    write(
        &working,
        &[
            ("index.html", "root"),
            ("public/logo.3f2a1b9c.svg", "<svg/>"),
        ],
    );
    let first = scene.preview("/").await;
    assert_eq!(
        (first.text(), first.header("cache-control")),
        ("root", "no-cache")
    );
    let known = [("if-none-match", first.header("etag"))];
    assert_eq!(
        scene
            .ask("GET", &scene.preview_host(), "/", &known)
            .await
            .status,
        304
    );
    write(&working, &[("index.html", "more")]);
    assert_eq!(
        scene
            .ask("GET", &scene.preview_host(), "/", &known)
            .await
            .text(),
        "more"
    );

    write(&working, &[("public/index.html", "public")]);
    assert_eq!(scene.preview("/").await.text(), "public");
    assert_eq!(
        scene
            .preview("/logo.3f2a1b9c.svg")
            .await
            .header("cache-control"),
        "no-cache"
    );
    write(&working, &[("dist/index.html", "dist")]);
    assert_eq!(scene.preview("/").await.text(), "dist");
    fs::remove_dir_all(working.join("dist")).unwrap();
    assert_eq!(scene.preview("/").await.text(), "public");
}

#[tokio::test]
async fn a_preview_shows_nothing_from_outside() {
    let scene = Scene::new();
    let working = scene.working();
    write(
        scene.folder.path(),
        &[("secret.txt", "secret"), ("elsewhere/index.html", "secret")],
    );
    write(
        &working,
        &[
            ("index.html", "root"),
            ("real.txt", "real"),
            (".env", "secret"),
        ],
    );
    symlink("../secret.txt", working.join("relative.txt")).unwrap();
    symlink(
        scene.folder.path().join("secret.txt"),
        working.join("absolute.txt"),
    )
    .unwrap();
    symlink("../elsewhere", working.join("dist")).unwrap();
    symlink("/proc/self/environ", working.join("environ")).unwrap();
    symlink("real.txt", working.join("inside.txt")).unwrap();
    assert_eq!(scene.preview("/").await.text(), "root");
    assert_eq!(scene.preview("/inside.txt").await.text(), "real");
    for path in [
        "/relative.txt",
        "/absolute.txt",
        "/dist/",
        "/dist/index.html",
        "/environ",
        "/.env",
        "/%2eenv",
    ] {
        let seen = scene.preview(path).await;
        assert_eq!(seen.status, 404, "{path}");
        assert!(!seen.text().contains("secret"), "{path}");
    }
}

#[tokio::test]
async fn a_damaged_site_says_that_it_cannot_be_read() {
    let scene = Scene::with_site(&[("index.html", "tea")]).await;
    fs::write(
        scene
            .folder
            .path()
            .join("sites/tea/releases/1/manifest.json"),
        "{",
    )
    .unwrap();
    assert_eq!(scene.get("/", &[]).await.status, 503);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_address_reads_outside(raw in r"(/|\.\.|%2e%2e|%2f|%5c|%00|working|secret\.txt|\.\./secret\.txt|public){1,8}") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let scene = Scene::new();
            write(scene.folder.path(), &[("secret.txt", "secret")]);
            write(&scene.working(), &[("public/index.html", "page")]);
            let seen = scene.preview(&format!("/{raw}")).await;
            assert!(!seen.text().contains("secret"), "{raw}");
            assert!(matches!(seen.status, 200 | 308 | 404), "{raw}: {}", seen.status);
        });
    }
}
