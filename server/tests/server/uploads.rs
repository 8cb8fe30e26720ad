//! Uploads over HTTP: as a form, and piece by piece.

use std::path::Path;

use protocol::{Guid, Scope};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::MEMORY;
use crate::support::{Answer, Client, ServerProcess, TestServer, until};

const TEXT: &str = "Willow Bakery\n\nRye and cinnamon rolls.\n";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01";

/// A server, a script that may upload, and its one workspace.
async fn scene() -> (TestServer, Client, Guid) {
    let server = TestServer::start().await;
    let (actor, _) = server.account("ada@example.org").await;
    let services = &server.services;
    let made = services.accounts.create_token(&actor, "all", &Scope::ALL);
    let (_, secret) = made.await.unwrap();
    let made = services.workspaces.create(&actor, "Tea").await.unwrap();
    let client = Client::bearer(&server.url, secret.reveal());
    (server, client, made.guid)
}

/// A part of a form: its name, a file's name, its content.
type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

async fn send_form(client: &Client, parts: &[Part<'_>]) -> Answer {
    let mut body = Vec::new();
    for (name, file, content) in parts {
        let file = file
            .map(|file| format!("; filename=\"{file}\""))
            .unwrap_or_default();
        let head =
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend(head.into_bytes());
        body.extend_from_slice(content);
        body.extend(b"\r\n");
    }
    body.extend(b"--edge--\r\n");
    let request = client.request(Method::POST, "/api/upload");
    let request = request.header("content-type", "multipart/form-data; boundary=edge");
    Answer::of(request.body(body)).await
}

async fn begin(client: &Client, name: &str, bytes: usize) -> String {
    let new = json!({ "name": name, "bytes": bytes });
    let begun = client.post("/api/uploads", &new).await;
    assert_eq!(begun.status, 201, "{}", begun.text);
    let begun = begun.json();
    assert_eq!(
        (&begun["success"], &begun["offset"]),
        (&json!(true), &json!(0))
    );
    format!("/api/uploads/{}", begun["id"].as_str().unwrap())
}

async fn append(client: &Client, path: &str, offset: usize, content: &str) -> Answer {
    let request = client.request(Method::PATCH, path);
    let request = request.header("upload-offset", offset);
    Answer::of(request.body(content.to_owned())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_an_upload_in_whichever_order() {
    let (_server, client, guid) = scene().await;
    let file = ("file", Some("Menu.txt"), TEXT.as_bytes());
    let guid_part = ("guid", None, guid.as_str().as_bytes());
    for parts in [&[file, guid_part][..], &[guid_part, file], &[file]] {
        let upload = &send_form(&client, parts).await.good()["upload"];
        assert_eq!(upload["guid"], guid.as_str());
        assert_eq!(upload["name"], "Menu.txt");
        assert_eq!(upload["kind"], "text");
        assert!(
            upload["excerpt"]
                .as_str()
                .unwrap()
                .starts_with("Willow Bakery\n")
        );
    }
    let listed = client
        .get(&format!("/api/uploads?guid={guid}"))
        .await
        .good();
    assert_eq!(listed["uploads"].as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_wrong_says_what_is() {
    let (server, client, _guid) = scene().await;
    let file = ("file", Some("a.txt"), TEXT.as_bytes());
    let large = vec![b'a'; 10 * 1024 * 1024 + 1];
    for (parts, field) in [
        (&[("guid", None, &b"abc"[..]), file][..], "guid"),
        (&[file, file], "body"),
        (&[file, ("more", None, b"x")], "body"),
        (&[file, ("guid", None, &large[..300])], "body"),
        (&[], "file"),
        (&[("file", Some("a.exe"), b"x")], "name"),
        (&[("file", None, b"x")], "name"),
        (&[("file", Some("a.txt"), b"")], "file"),
        (&[("file", Some("a.txt"), PNG)], "file"),
        (&[("file", Some("a.txt"), &large)], "file"),
    ] {
        let answer = send_form(&client, parts).await;
        answer.refused(422, "invalid", Some(field));
    }
    let no_form = client.post("/api/upload", &json!({})).await;
    no_form.refused(422, "invalid", Some("body"));
    let listed = client.get("/api/uploads").await.good();
    assert_eq!(listed["uploads"], json!([]));
    let drafts = server.folder.path().join("uploads");
    assert!(std::fs::read_dir(drafts).unwrap().next().is_none());
    let whole = [("file", Some("a.txt"), &large[1..])];
    send_form(&client, &whole).await.good();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_cut_costs_nothing_that_arrived() {
    let (server, client, _guid) = scene().await;
    let path = begin(&client, "menu.txt", TEXT.len()).await;
    let half = TEXT.len() / 2;
    let host = server.url.strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(host).await.unwrap();
    let secret = client.headers()["authorization"].to_str().unwrap();
    let request = format!(
        "PATCH {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {secret}\r\n\
         Upload-Offset: 0\r\nContent-Length: {}\r\n\r\n{}",
        TEXT.len(),
        &TEXT[..half],
    );
    connection.write_all(request.as_bytes()).await.unwrap();
    let id = path.rsplit('/').next().unwrap();
    let draft = server.folder.path().join("uploads").join(id);
    let arrived = async || {
        std::fs::metadata(&draft)
            .ok()
            .filter(|it| it.len() == half as u64)
    };
    until("half of it arrived", arrived).await;
    drop(connection);
    let offset = async || {
        let answer = Answer::of(client.request(Method::HEAD, &path)).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("upload-length"), TEXT.len().to_string());
        answer.header("upload-offset").parse::<usize>().unwrap()
    };
    assert_eq!(offset().await, half);
    append(&client, &path, 0, TEXT)
        .await
        .refused(409, "conflict", None);
    let sent = append(&client, &path, half, &TEXT[half..half + 3])
        .await
        .good();
    assert_eq!(
        (&sent["offset"], &sent["upload"]),
        (&json!(half + 3), &Value::Null)
    );
    let sent = append(&client, &path, half + 3, &TEXT[half + 3..])
        .await
        .good();
    assert_eq!(sent["upload"]["name"], "menu.txt");
    assert_eq!(client.get(&path).await.text, TEXT);
    assert_eq!(offset().await, TEXT.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_cancelled_or_deleted_is_gone() {
    let (_server, client, _guid) = scene().await;
    let draft = begin(&client, "menu.txt", TEXT.len()).await;
    append(&client, &draft, 0, &TEXT[..5]).await.good();
    let whole = begin(&client, "menu.txt", TEXT.len()).await;
    append(&client, &whole, 0, TEXT).await.good();
    client.get(&draft).await.refused(404, "not_found", None);
    for path in [draft, whole] {
        let delete = || Answer::of(client.request(Method::DELETE, &path));
        delete().await.good();
        delete().await.refused(404, "not_found", None);
        append(&client, &path, 5, "x")
            .await
            .refused(404, "not_found", None);
        client.get(&path).await.refused(404, "not_found", None);
    }
    let no_offset = begin(&client, "menu.txt", TEXT.len()).await;
    let no_offset = Answer::of(client.request(Method::PATCH, &no_offset)).await;
    no_offset.refused(422, "invalid", Some("upload-offset"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_can_do_nothing_in_a_browser() {
    let (_server, client, _guid) = scene().await;
    for (name, content, media_type, how) in [
        (
            "Grüße.txt",
            "<script>".as_bytes(),
            "text/plain; charset=utf-8",
            "attachment",
        ),
        ("photo.png", PNG, "image/png", "inline"),
    ] {
        let sent = send_form(&client, &[("file", Some(name), content)])
            .await
            .good();
        let id = sent["upload"]["id"].as_str().unwrap();
        let request = client.request(Method::GET, &format!("/api/uploads/{id}"));
        let response = request.send().await.unwrap();
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), media_type);
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(
            header("content-security-policy"),
            "default-src 'none'; sandbox"
        );
        let disposition = header("content-disposition");
        assert!(disposition.starts_with(how), "{disposition}");
        assert_eq!(response.bytes().await.unwrap(), content);
    }
    let listed = client.get("/api/uploads").await.good();
    let name = &listed["uploads"][1]["name"];
    assert_eq!(name, "Grüße.txt");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_needs_little_memory() {
    const BYTES: usize = 10 * 1024 * 1024;
    const MOST: usize = 1024 * 1024;
    let (server, client, _guid) = scene().await;
    let small = [("file", Some("small.txt"), TEXT.as_bytes())];
    send_form(&client, &small).await.good();
    let path = begin(&client, "large.txt", BYTES).await;
    let form = [
        "--edge\r\nContent-Disposition: form-data; name=file; filename=large.txt\r\n\r\n",
        "\r\n--edge--\r\n",
    ];
    let multipart = "Content-Type: multipart/form-data; boundary=edge\r\n";
    for (method, path, header, [before, after]) in [
        ("PATCH", path.as_str(), "Upload-Offset: 0\r\n", ["", ""]),
        ("POST", "/api/upload", multipart, form),
    ] {
        let host = server.url.strip_prefix("http://").unwrap();
        let secret = client.headers()["authorization"].to_str().unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {secret}\r\n\
             {header}Connection: close\r\nContent-Length: {}\r\n\r\n{before}",
            before.len() + BYTES + after.len(),
        );
        let mut connection = TcpStream::connect(host).await.unwrap();
        let piece = vec![b'a'; 64 * 1024];
        let mut answer = String::new();
        MEMORY.reset_peak_usage();
        let idle = MEMORY.current_usage();
        connection.write_all(head.as_bytes()).await.unwrap();
        for _ in 0..BYTES / piece.len() {
            connection.write_all(&piece).await.unwrap();
        }
        connection.write_all(after.as_bytes()).await.unwrap();
        connection.read_to_string(&mut answer).await.unwrap();
        let needed = MEMORY.peak_usage() - idle;
        assert!(answer.contains("\"bytes\":10485760"), "{answer}");
        assert!(needed < MOST, "{method} needs {} KiB", needed / 1024);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_program_reads_every_kind_of_document() {
    let server = ServerProcess::start().await;
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/documents/tests/samples");
    for (name, kind, has_text) in [
        ("willow.txt", "text", true),
        ("willow.pdf", "pdf", true),
        ("willow.doc", "word", true),
        ("willow.docx", "word", true),
        ("willow.jpg", "image", false),
        ("willow.jpeg", "image", false),
        ("willow.png", "image", false),
    ] {
        let content = std::fs::read(samples.join(name)).unwrap();
        let parts = [("file", Some(name), &content[..])];
        let upload = &send_form(&server.client, &parts).await.good()["upload"];
        assert_eq!(upload["kind"], kind, "{name}");
        let excerpt = upload["excerpt"].as_str().unwrap_or_default();
        assert_eq!(
            excerpt.starts_with("Willow Bakery"),
            has_text,
            "{name}: {excerpt}"
        );
    }
    let broken = [("file", Some("menu.pdf"), &b"%PDF-1.7\nand no more"[..])];
    let refused = send_form(&server.client, &broken).await;
    let words = refused.refused(422, "invalid", Some("file"));
    assert!(words.contains("save it again"), "{words}");
}
