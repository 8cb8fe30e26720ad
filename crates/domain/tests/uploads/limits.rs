//! What is refused, and that nothing of it stays.

use std::io::Cursor;

use domain::uploads::UploadLimits;
use protocol::{ErrorKind, UploadId};

use super::world::{LIMITS, TEXT, World, refusal};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01";

#[tokio::test]
async fn a_file_that_is_not_what_it_is_called_is_refused() {
    let world = World::new().await;
    for (name, content, words) in [
        ("menu.png", TEXT, "is called .png, but it is a plain text"),
        ("menu.txt", PNG, "is called .txt, but it is a PNG image"),
        ("menu.jpeg", PNG, "is called .jpeg, but it is a PNG image"),
        (
            "menu.pdf",
            b"PK\x03\x04".as_slice(),
            "is called .pdf, but it is a ZIP archive",
        ),
        ("menu.txt", b"a\0b", "not plain text in UTF-8"),
    ] {
        for refused in [
            refusal(world.upload(name, content).await),
            refusal(world.receive(name, content).await),
        ] {
            assert_eq!(refused.kind, ErrorKind::Invalid);
            assert_eq!(refused.field.as_deref(), Some("file"));
            assert!(refused.message.contains(words), "{}", refused.message);
            assert!(refused.message.contains(name), "{}", refused.message);
        }
        world.is_clean();
    }
    world.upload("menu.PNG", PNG).await.unwrap();
}

#[tokio::test]
async fn size_and_name_are_refused_before_anything_is_sent() {
    let world = World::new().await;
    let most = LIMITS.file_bytes;
    for (name, bytes, field) in [
        ("menu.txt", 0, "file"),
        ("menu.txt", most + 1, "file"),
        ("menu.txt", u64::MAX, "file"),
        ("menu.exe", 5, "name"),
        ("menu", 5, "name"),
    ] {
        let begun = world
            .uploads
            .begin(&world.actor, UploadId::random(), &world.guid, name, bytes);
        let refused = refusal(begun.await);
        assert_eq!(refused.field.as_deref(), Some(field), "{}", refused.message);
    }
    world
        .uploads
        .begin(
            &world.actor,
            UploadId::random(),
            &world.guid,
            "menu.txt",
            most,
        )
        .await
        .unwrap();
    let large = vec![b'a'; usize::try_from(most).unwrap() + 1];
    for (content, words) in [(&large[..], "at most"), (&[], "empty")] {
        let refused = refusal(world.receive("menu.txt", content).await);
        assert!(refused.message.contains(words), "{}", refused.message);
        assert_eq!(refused.field.as_deref(), Some("file"));
    }
    world.receive("menu.txt", &large[1..]).await.unwrap();
    assert_eq!(world.drafts(), 0);
}

#[tokio::test]
async fn more_than_was_announced_changes_nothing() {
    let world = World::new().await;
    let id = world.begin("menu.txt", TEXT).await.unwrap();
    let too_much = Cursor::new([TEXT, b"!"].concat());
    let refused = refusal(world.uploads.append(&world.actor, id, 0, too_much).await);
    assert_eq!(refused.kind, ErrorKind::Invalid);
    assert_eq!(
        world.uploads.offset(&world.actor, id).await.unwrap().offset,
        0
    );
    let right = Cursor::new(TEXT.to_vec());
    let sent = world
        .uploads
        .append(&world.actor, id, 0, right)
        .await
        .unwrap();
    assert_eq!(world.files(&world.guid)[&sent.upload.unwrap().file], TEXT);
}

#[tokio::test]
async fn a_workspace_has_so_much_room_and_no_more() {
    let world = World::new().await;
    let third = vec![b'a'; 100_000];
    let first = world.receive("a.txt", &third).await.unwrap();
    let _draft = world.begin("b.txt", &third).await.unwrap();
    world.upload("c.txt", &third).await.unwrap();
    for full in [
        refusal(world.begin("d.txt", b"d").await),
        refusal(world.receive("d.txt", b"d").await),
    ] {
        assert_eq!(full.kind, ErrorKind::Limit);
        assert!(full.message.contains("Delete"), "{}", full.message);
    }
    world.uploads.delete(&world.actor, first.id).await.unwrap();
    world.receive("d.txt", &third).await.unwrap();
    // Others' room is their own.
    let elsewhere = world.workspace(2).await;
    let collected = world.collect("e.txt", &third[..]).await.unwrap();
    world
        .uploads
        .receive(&world.actor, &elsewhere, collected)
        .await
        .unwrap();
}

#[tokio::test]
async fn many_at_once_do_not_take_the_same_room() {
    let world = World::new().await;
    let content = vec![b'a'; 50_000];
    let all = (0..12).map(|_| world.receive("a.txt", &content));
    let all = futures::future::join_all(all).await;
    assert_eq!(all.iter().filter(|it| it.is_ok()).count(), 6);
    assert_eq!(world.files(&world.guid).len(), 6);
    assert_eq!(world.drafts(), 0);
}

#[tokio::test]
async fn so_many_uploads_are_under_way_and_no_more() {
    let limits = UploadLimits {
        workspace_bytes: u64::MAX,
        ..LIMITS
    };
    let world = World::with(false, limits).await;
    let mut drafts = Vec::new();
    for _ in 0..20 {
        drafts.push(world.begin("a.txt", TEXT).await.unwrap());
    }
    assert_eq!(
        refusal(world.begin("a.txt", TEXT).await).kind,
        ErrorKind::Limit
    );
    world.uploads.delete(&world.actor, drafts[3]).await.unwrap();
    world.receive("a.txt", TEXT).await.unwrap();
    world.begin("a.txt", TEXT).await.unwrap();
}

#[tokio::test]
async fn so_many_files_are_collected_and_no_more() {
    let world = World::new().await;
    let mut collected = Vec::new();
    for _ in 0..8 {
        collected.push(world.collect("a.txt", TEXT).await.unwrap());
    }
    let refused = refusal(world.collect("a.txt", TEXT).await);
    assert_eq!(refused.kind, ErrorKind::Limit);
    assert_eq!(world.drafts(), 8);
    for done in collected {
        let received = world.uploads.receive(&world.actor, &world.guid, done);
        received.await.unwrap();
        // The place of each is free again.
        drop(world.collect("a.txt", TEXT).await.unwrap());
    }
    assert_eq!(world.drafts(), 0);
}
