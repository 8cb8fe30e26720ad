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

/// A request whose content is `before`, [`LARGE`] bytes and `after`.
struct LargeRequest<'a> {
    method: &'a str,
    path: &'a str,
    header: &'a str,
    before: &'a str,
    after: &'a str,
}

const LARGE: usize = 10 * 1024 * 1024;
const MULTIPART: &str = "Content-Type: multipart/form-data; boundary=edge\r\n";

/// Sends this, and checks that the server needs little memory for it. Returns its answer.
async fn send_large(server: &TestServer, client: &Client, large: LargeRequest<'_>) -> String {
    const MOST: usize = 1024 * 1024;
    let LargeRequest {
        method,
        path,
        header,
        before,
        after,
    } = large;
    let host = server.url.strip_prefix("http://").unwrap();
    let secret = client.headers()["authorization"].to_str().unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {secret}\r\n\
         {header}Connection: close\r\nContent-Length: {}\r\n\r\n{before}",
        before.len() + LARGE + after.len(),
    );
    let mut connection = TcpStream::connect(host).await.unwrap();
    let piece = vec![b'a'; 64 * 1024];
    let mut answer = Vec::new();
    MEMORY.reset_peak_usage();
    let idle = MEMORY.current_usage();
    connection.write_all(head.as_bytes()).await.unwrap();
    let send = async |connection: &mut TcpStream| {
        for _ in 0..LARGE / piece.len() {
            connection.write_all(&piece).await?;
        }
        connection.write_all(after.as_bytes()).await
    };
    // A server that refuses reads no more, and may hang up.
    let _cut = send(&mut connection).await;
    let _cut = connection.read_to_end(&mut answer).await;
    let needed = MEMORY.peak_usage() - idle;
    assert!(needed < MOST, "{method} needs {} KiB", needed / 1024);
    String::from_utf8(answer).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_needs_little_memory() {
    let (server, client, _guid) = scene().await;
    let small = [("file", Some("small.txt"), TEXT.as_bytes())];
    send_form(&client, &small).await.good();
    let path = begin(&client, "large.txt", LARGE).await;
    for large in [
        LargeRequest {
            method: "PATCH",
            path: &path,
            header: "Upload-Offset: 0\r\n",
            before: "",
            after: "",
        },
        LargeRequest {
            method: "POST",
            path: "/api/upload",
            header: MULTIPART,
            before: "--edge\r\nContent-Disposition: form-data; name=file; \
                     filename=large.txt\r\n\r\n",
            after: "\r\n--edge--\r\n",
        },
    ] {
        let answer = send_large(&server, &client, large).await;
        assert!(answer.contains("\"bytes\":10485760"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_with_much_besides_its_file_is_refused_and_needs_little_memory() {
    let (server, client, _guid) = scene().await;
    let small = [("file", Some("small.txt"), TEXT.as_bytes())];
    send_form(&client, &small).await.good();
    let file = "--edge\r\nContent-Disposition: form-data; name=file; filename=a.txt\r\n\r\nTea";
    let end = "\r\n--edge--\r\n";
    for (before, after) in [
        // Before the first part, in the line that begins it, and in its headers.
        (String::new(), format!("\r\n{file}{end}")),
        ("--edge".to_owned(), format!("\r\n{file}{end}")),
        (
            "--edge\r\nA: ".to_owned(),
            format!("\r\n{}{end}", &file[8..]),
        ),
        // The same between two parts, and in a part.
        (format!("{file}\r\n--edge\r\nA: "), format!("\r\n\r\n{end}")),
        (
            format!("{file}\r\n--edge\r\nContent-Disposition: form-data; name=guid\r\n\r\n"),
            end.to_owned(),
        ),
    ] {
        let large = LargeRequest {
            method: "POST",
            path: "/api/upload",
            header: MULTIPART,
            before: &before,
            after: &after,
        };
        let answer = send_large(&server, &client, large).await;
        assert!(answer.starts_with("HTTP/1.1 422"), "{before}: {answer}");
        assert!(answer.contains("\"field\":\"body\""), "{before}: {answer}");
    }
    let drafts = server.folder.path().join("uploads");
    assert!(std::fs::read_dir(drafts).unwrap().next().is_none());
    let listed = client.get("/api/uploads").await.good();
    assert_eq!(listed["uploads"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_begun_once_by_the_id_that_its_sender_makes() {
    let (_server, client, guid) = scene().await;
    let id = uuid::Uuid::new_v4();
    let path = format!("/api/uploads/{id}");
    let begin = async |name: &str| {
        let new = json!({ "id": id, "guid": guid, "name": name, "bytes": TEXT.len() });
        client.post("/api/uploads", &new).await
    };
    for offset in [0, 5] {
        let begun = begin("menu.txt").await;
        assert_eq!(begun.status, 201, "{}", begun.text);
        let begun = begun.json();
        assert_eq!(
            (&begun["id"], &begun["offset"]),
            (&json!(id), &json!(offset))
        );
        if offset == 0 {
            append(&client, &path, 0, &TEXT[..5]).await.good();
        }
    }
    begin("tea.txt").await.refused(409, "conflict", None);
    let sent = append(&client, &path, 5, &TEXT[5..]).await.good();
    assert_eq!(sent["upload"]["id"], json!(id));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_upload_nowhere_sends_no_file() {
    let (server, client, guid) = scene().await;
    let services = &server.services;
    let (actor, _) = server.account("bob@example.org").await;
    let made = services.accounts.create_token(&actor, "all", &Scope::ALL);
    let stranger = Client::bearer(&server.url, made.await.unwrap().1.reveal());
    // The end of the form never comes: it is refused before.
    let file = "--edge\r\nContent-Disposition: form-data; name=file; filename=a.txt\r\n\r\nTea";
    let guid =
        format!("--edge\r\nContent-Disposition: form-data; name=guid\r\n\r\n{guid}\r\n{file}");
    let host = server.url.strip_prefix("http://").unwrap();
    for before in [file, &guid] {
        let secret = stranger.headers()["authorization"].to_str().unwrap();
        let request = format!(
            "POST /api/upload HTTP/1.1\r\nHost: {host}\r\nAuthorization: {secret}\r\n\
             {MULTIPART}Content-Length: {LARGE}\r\n\r\n{before}",
        );
        let mut connection = TcpStream::connect(host).await.unwrap();
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut answer = vec![0; 12];
        connection.read_exact(&mut answer).await.unwrap();
        assert_eq!(answer, b"HTTP/1.1 404");
    }
    let listed = client.get("/api/uploads").await.good();
    assert_eq!(listed["uploads"], json!([]));
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
