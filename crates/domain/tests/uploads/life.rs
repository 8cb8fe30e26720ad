//! An upload from its beginning to its end.

use std::fs;
use std::io::{Cursor, Read as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::time::Duration;

use domain::uploads::Offset;
use protocol::{ErrorKind, Role, UploadId, UploadKind};

use super::world::{LIMITS, TEXT, World, agent, cut, person, refusal};

#[tokio::test]
async fn a_file_arrives_in_the_workspace() {
    let world = World::new().await;
    let upload = world.upload("../Menu.txt", TEXT).await.unwrap();
    assert_eq!(upload.name, "Menu.txt");
    assert_eq!(upload.file, "20260204-113925_Menu.txt");
    assert_eq!(upload.kind, UploadKind::Text);
    assert_eq!(upload.media_type, "text/plain");
    assert_eq!(upload.bytes, TEXT.len() as u64);
    let excerpt = upload.excerpt.as_deref().unwrap();
    assert_eq!(excerpt, "Willow Bakery\n\nRye and cinnamon rolls.");
    assert_eq!(world.files(&world.guid)[&upload.file], TEXT);
    assert_eq!(world.drafts(), 0);

    let attached = world.uploads.attachments(&world.guid, &[upload.id]).await;
    let attached = attached.unwrap().remove(0);
    assert_eq!(fs::read(&attached.path).unwrap(), TEXT);
    assert_eq!(attached.text.as_deref(), Some(excerpt));
    let mode = fs::metadata(&attached.path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let found = world.uploads.find(&world.actor, upload.id).await.unwrap();
    assert_eq!(
        (&found.file, &found.excerpt),
        (&upload.file, &upload.excerpt)
    );
    let (_, mut file) = world.uploads.open(&world.actor, upload.id).await.unwrap();
    let mut content = Vec::new();
    file.read_to_end(&mut content).unwrap();
    assert_eq!(content, TEXT);
}

#[tokio::test]
async fn where_users_are_separate_the_agents_group_may_read() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let world = World::with(true, LIMITS).await;
    let upload = world.receive("menu.txt", TEXT).await.unwrap();
    let path = world.folders.uploads(&world.guid).join(&upload.file);
    let found = fs::metadata(path).unwrap();
    let group = world.folders.user(1).unwrap();
    assert_eq!(
        (found.uid(), found.gid(), found.mode() & 0o777),
        (0, group, 0o640)
    );
}

#[tokio::test]
async fn an_upload_that_is_cut_anywhere_goes_on_from_there() {
    let world = World::new().await;
    let content = "Rye. ".repeat(4_000).into_bytes();
    for tenth in 0..=10 {
        let id = world.begin("menu.txt", &content).await.unwrap();
        let here = content.len() * tenth / 10;
        let sent = world
            .uploads
            .append(&world.actor, id, 0, cut(&content[..here]));
        let sent = sent.await.unwrap();
        assert_eq!(sent.offset, here as u64);
        assert_eq!(sent.upload.is_some(), tenth == 10);
        let offset = world.uploads.offset(&world.actor, id).await.unwrap();
        assert_eq!(
            (offset.offset, offset.bytes),
            (here as u64, content.len() as u64)
        );
        let rest = Cursor::new(content[here..].to_vec());
        let sent = world
            .uploads
            .append(&world.actor, id, offset.offset, rest)
            .await;
        let upload = sent.unwrap().upload.unwrap();
        assert_eq!(world.files(&world.guid)[&upload.file], content);
        world.uploads.delete(&world.actor, id).await.unwrap();
        world.is_clean();
    }
}

#[tokio::test]
async fn whoever_asks_last_takes_over_from_a_connection_that_hangs() {
    let world = World::new().await;
    let id = world.begin("menu.txt", TEXT).await.unwrap();
    let (mut sender, hanging) = tokio::io::duplex(64);
    let (uploads, actor) = (world.uploads.clone(), world.actor.clone());
    let first = tokio::spawn(async move { uploads.append(&actor, id, 0, hanging).await });
    tokio::io::AsyncWriteExt::write_all(&mut sender, &TEXT[..7])
        .await
        .unwrap();
    let draft = world.folders.drafts().join(id.to_string());
    let arrived = async {
        while fs::metadata(&draft).map_or(0, |it| it.len()) < 7 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), arrived)
        .await
        .unwrap();
    let offset = world.uploads.offset(&world.actor, id).await.unwrap();
    assert_eq!(offset.offset, 7);
    let rest = Cursor::new(TEXT[7..].to_vec());
    let sent = world.uploads.append(&world.actor, id, 7, rest).await;
    assert!(sent.unwrap().upload.is_some());
    let first = first.await.unwrap().unwrap();
    assert_eq!((first.offset, first.upload), (7, None));
    assert_eq!(world.files(&world.guid).into_values().next().unwrap(), TEXT);
}

#[tokio::test]
async fn a_lost_answer_is_given_again() {
    let world = World::new().await;
    let upload = world.upload("menu.txt", TEXT).await.unwrap();
    let again = world
        .uploads
        .append(&world.actor, upload.id, upload.bytes, Cursor::new([]));
    assert_eq!(again.await.unwrap().upload.unwrap().file, upload.file);
    let offset = world.uploads.offset(&world.actor, upload.id).await.unwrap();
    assert_eq!((offset.offset, offset.bytes), (upload.bytes, upload.bytes));
}

#[tokio::test]
async fn beginning_twice_is_beginning_once() {
    let world = World::new().await;
    let uploads = &world.uploads;
    let (id, bytes) = (UploadId::random(), TEXT.len() as u64);
    let begin = |name: &'static str| uploads.begin(&world.actor, id, &world.guid, name, bytes);
    let (first, second) = tokio::join!(begin("Menu.txt"), begin("../Menu.txt"));
    for begun in [first, second] {
        assert_eq!(begun.unwrap(), Offset { offset: 0, bytes });
    }
    let sent = uploads.append(&world.actor, id, 0, cut(&TEXT[..5])).await;
    sent.unwrap();
    assert_eq!(begin("Menu.txt").await.unwrap().offset, 5);
    let rest = Cursor::new(TEXT[5..].to_vec());
    let sent = uploads.append(&world.actor, id, 5, rest).await.unwrap();
    assert!(sent.upload.is_some());
    assert_eq!(begin("Menu.txt").await.unwrap().offset, bytes);
    assert_eq!(world.files(&world.guid).len(), 1);
    // It took its room once: as much as is left fits still.
    uploads.delete(&world.actor, id).await.unwrap();
    for _ in 0..20 {
        world.begin("menu.txt", TEXT).await.unwrap();
    }
}

#[tokio::test]
async fn the_id_of_another_upload_is_taken() {
    let world = World::new().await;
    let uploads = &world.uploads;
    let (other, elsewhere) = (person(), world.workspace(2).await);
    world.join(&world.guid, &other, Role::Editor).await;
    let draft = world.begin("menu.txt", TEXT).await.unwrap();
    let upload = world.receive("menu.txt", TEXT).await.unwrap().id;
    let bytes = TEXT.len() as u64;
    for id in [draft, upload] {
        for (guid, name, bytes) in [
            (&elsewhere, "menu.txt", bytes),
            (&world.guid, "tea.txt", bytes),
            (&world.guid, "menu.txt", bytes + 1),
        ] {
            let begun = uploads.begin(&world.actor, id, guid, name, bytes).await;
            assert_eq!(refusal(begun).kind, ErrorKind::Conflict);
        }
    }
    let begun = uploads.begin(&other, draft, &world.guid, "menu.txt", bytes);
    assert_eq!(refusal(begun.await).kind, ErrorKind::Conflict);
    let offset = uploads.offset(&world.actor, draft).await.unwrap();
    assert_eq!(offset.offset, 0);
}

#[tokio::test]
async fn a_wrong_offset_is_told_the_right_one() {
    let world = World::new().await;
    let id = world.begin("menu.txt", TEXT).await.unwrap();
    let sent = world.uploads.append(&world.actor, id, 0, cut(&TEXT[..5]));
    assert_eq!(sent.await.unwrap().offset, 5);
    for wrong in [0, 4, 6, u64::MAX] {
        let content = Cursor::new(TEXT.to_vec());
        let refused = refusal(world.uploads.append(&world.actor, id, wrong, content).await);
        assert_eq!(refused.kind, ErrorKind::Conflict);
        assert!(refused.message.contains("byte 5"), "{}", refused.message);
    }
}

#[tokio::test]
async fn uploads_are_listed_from_the_newest_on() {
    let world = World::new().await;
    for name in ["a.txt", "c.txt", "b.txt"] {
        world.receive(name, TEXT).await.unwrap();
        world.clock.pass(1);
    }
    let _draft = world.begin("d.txt", TEXT).await.unwrap();
    let listed = world.uploads.list(&world.actor, &world.guid).await.unwrap();
    let names: Vec<_> = listed.iter().map(|upload| upload.name.as_str()).collect();
    assert_eq!(names, ["b.txt", "c.txt", "a.txt"]);
}

#[tokio::test]
async fn what_is_cancelled_or_deleted_is_gone() {
    let world = World::new().await;
    let draft = world.begin("menu.txt", TEXT).await.unwrap();
    let sent = world
        .uploads
        .append(&world.actor, draft, 0, cut(&TEXT[..5]));
    sent.await.unwrap();
    let upload = world.receive("menu.txt", TEXT).await.unwrap().id;
    for id in [draft, upload] {
        world.uploads.delete(&world.actor, id).await.unwrap();
        let again = world.uploads.delete(&world.actor, id).await;
        assert_eq!(refusal(again).kind, ErrorKind::NotFound);
        let offset = world.uploads.offset(&world.actor, id).await;
        assert_eq!(refusal(offset).kind, ErrorKind::NotFound);
        let attached = world.uploads.attachments(&world.guid, &[id]).await;
        assert_eq!(refusal(attached).kind, ErrorKind::NotFound);
    }
    world.is_clean();
}

#[tokio::test]
async fn uploads_of_one_name_in_one_moment_are_two_files() {
    let world = World::new().await;
    let all = (0..8_u8).map(|number| {
        let world = &world;
        async move { world.upload("menu.txt", &[b'a' + number]).await.unwrap() }
    });
    let all = futures::future::join_all(all).await;
    let files = world.files(&world.guid);
    assert_eq!(files.len(), all.len());
    for (upload, number) in all.iter().zip(0_u8..) {
        assert_eq!(files[&upload.file], [b'a' + number]);
        assert_eq!(upload.name, "menu.txt");
    }
    assert!(
        files.contains_key("20260204-113925_menu-8.txt"),
        "{files:?}"
    );
}

#[tokio::test]
async fn others_neither_see_nor_touch_it() {
    let world = World::new().await;
    let (stranger, viewer) = (person(), person());
    world.join(&world.guid, &viewer, Role::Viewer).await;
    let elsewhere = world.workspace(2).await;
    let draft = world.begin("menu.txt", TEXT).await.unwrap();
    let upload = world.receive("menu.txt", TEXT).await.unwrap().id;
    let uploads = &world.uploads;
    for (actor, kind) in [
        (&stranger, ErrorKind::NotFound),
        (&viewer, ErrorKind::Forbidden),
        (&agent(&world.actor, &world.guid), ErrorKind::Forbidden),
        (&agent(&world.actor, &elsewhere), ErrorKind::NotFound),
    ] {
        for id in [draft, upload] {
            assert_eq!(refusal(uploads.offset(actor, id).await).kind, kind);
            assert_eq!(
                refusal(uploads.append(actor, id, 0, Cursor::new([])).await).kind,
                kind
            );
            assert_eq!(refusal(uploads.delete(actor, id).await).kind, kind);
        }
        let id = UploadId::random();
        let begun = uploads.begin(actor, id, &world.guid, "a.txt", 1).await;
        assert_eq!(refusal(begun).kind, kind);
        // Nothing is read: it would be too little.
        let nothing = tokio::io::empty;
        let guid = Some(&world.guid);
        let collected = uploads.collect(actor, guid, "a.txt", nothing()).await;
        assert_eq!(refusal(collected).kind, kind);
        let collected = uploads.collect(actor, None, "a.txt", nothing()).await;
        assert_ne!(refusal(collected).kind, ErrorKind::Invalid);
        let collected = world.collect("a.txt", TEXT).await.unwrap();
        let received = uploads.receive(actor, &world.guid, collected).await;
        assert_eq!(refusal(received).kind, kind);
    }
    assert_eq!(
        refusal(uploads.list(&stranger, &world.guid).await).kind,
        ErrorKind::NotFound
    );
    assert_eq!(
        refusal(uploads.open(&stranger, upload).await).kind,
        ErrorKind::NotFound
    );
    uploads.open(&viewer, upload).await.unwrap();
    for (guid, id) in [
        (&elsewhere, upload),
        (&world.guid, draft),
        (&world.guid, UploadId::random()),
    ] {
        let attached = uploads.attachments(guid, &[id]).await;
        assert_eq!(refusal(attached).kind, ErrorKind::NotFound);
    }
    assert_eq!(world.drafts(), 0);
}
