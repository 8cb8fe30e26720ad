//! Crashes, cuts and traps.

use std::fs;
use std::io::Cursor;
use std::os::unix::fs::symlink;
use std::time::Duration;

use protocol::{ErrorKind, UploadId};

use super::world::{TEXT, World, cut, refusal};

const HOUR: i64 = 60 * 60;

#[tokio::test]
async fn half_a_form_leaves_nothing() {
    let world = World::new().await;
    let cut_off = world.collect("menu.txt", cut(&TEXT[..9])).await;
    assert!(refusal(cut_off).message.contains("Send it again"));
    let collected = world.collect("menu.txt", TEXT).await.unwrap();
    assert_eq!(world.drafts(), 1);
    drop(collected);
    let (_sender, hanging) = tokio::io::duplex(64);
    let begun = async {
        while world.drafts() == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        _ = world.collect("menu.txt", hanging) => panic!("nothing more came, and yet it ended"),
        begun = tokio::time::timeout(Duration::from_secs(20), begun) => begun.unwrap(),
    }
    world.is_clean();
}

#[tokio::test]
async fn a_draft_for_which_nothing_arrives_is_swept_away() {
    let world = World::new().await;
    let uploads = &world.uploads;
    let (old, touched) = (
        world.begin("a.txt", TEXT).await.unwrap(),
        world.begin("b.txt", TEXT).await.unwrap(),
    );
    uploads
        .append(&world.actor, old, 0, cut(&TEXT[..5]))
        .await
        .unwrap();
    world.clock.pass(HOUR - 1);
    uploads
        .append(&world.actor, touched, 0, cut(&TEXT[..5]))
        .await
        .unwrap();
    uploads.sweep().await.unwrap();
    assert_eq!(world.drafts(), 2);
    world.clock.pass(1);
    uploads.sweep().await.unwrap();
    assert_eq!(
        refusal(uploads.offset(&world.actor, old).await).kind,
        ErrorKind::NotFound
    );
    assert_eq!(
        uploads.offset(&world.actor, touched).await.unwrap().offset,
        5
    );
    world.clock.pass(HOUR);
    uploads.sweep().await.unwrap();
    world.is_clean();
}

#[tokio::test]
async fn the_next_start_removes_what_a_crash_left_and_keeps_drafts() {
    let world = World::new().await;
    let uploads = &world.uploads;
    let draft = world.begin("a.txt", TEXT).await.unwrap();
    uploads
        .append(&world.actor, draft, 0, cut(&TEXT[..5]))
        .await
        .unwrap();
    let stray = world.folders.drafts().join(UploadId::random().to_string());
    fs::write(&stray, "half a form").unwrap();
    uploads.tidy().await.unwrap();
    assert!(!stray.exists());
    let rest = Cursor::new(TEXT[5..].to_vec());
    let sent = uploads.append(&world.actor, draft, 5, rest).await.unwrap();
    assert!(sent.upload.is_some());
}

/// A draft as a crash leaves it: all is there, and it has its name, but it is no upload yet.
async fn crashed(world: &World) -> UploadId {
    let id = world.begin("menu.txt", TEXT).await.unwrap();
    let draft = world.folders.drafts().join(id.to_string());
    fs::write(&draft, TEXT).unwrap();
    let uploads = world.folders.uploads(&world.guid);
    // The first name is somebody else's.
    fs::write(uploads.join("20260204-113925_menu.txt"), "other").unwrap();
    fs::hard_link(draft, uploads.join("20260204-113925_menu-2.txt")).unwrap();
    id
}

#[tokio::test]
async fn a_crash_before_the_end_makes_no_second_file() {
    let world = World::new().await;
    let id = crashed(&world).await;
    let bytes = TEXT.len() as u64;
    let sent = world
        .uploads
        .append(&world.actor, id, bytes, Cursor::new([]));
    let upload = sent.await.unwrap().upload.unwrap();
    assert_eq!(upload.file, "20260204-113925_menu-2.txt");
    assert_eq!(world.files(&world.guid).len(), 2);
    assert_eq!(world.drafts(), 0);
}

#[tokio::test]
async fn a_crash_before_the_end_leaves_no_file_when_nobody_goes_on() {
    let world = World::new().await;
    let _id = crashed(&world).await;
    world.clock.pass(HOUR);
    world.uploads.sweep().await.unwrap();
    let files: Vec<_> = world.files(&world.guid).into_keys().collect();
    assert_eq!(files, ["20260204-113925_menu.txt"]);
    assert_eq!(world.drafts(), 0);
}

#[tokio::test]
async fn a_link_in_the_way_is_not_followed() {
    let world = World::new().await;
    let uploads = world.folders.uploads(&world.guid);
    let secret = world.folders.data().join("secret");
    fs::write(&secret, "secret").unwrap();
    symlink(&secret, uploads.join("20260204-113925_menu.txt")).unwrap();
    let upload = world.upload("menu.txt", TEXT).await.unwrap();
    assert_eq!(upload.file, "20260204-113925_menu-2.txt");
    assert_eq!(fs::read_to_string(&secret).unwrap(), "secret");

    let path = uploads.join(&upload.file);
    fs::remove_file(&path).unwrap();
    symlink(&secret, &path).unwrap();
    assert!(world.uploads.open(&world.actor, upload.id).await.is_err());
    world.uploads.delete(&world.actor, upload.id).await.unwrap();
    assert_eq!(fs::read_to_string(&secret).unwrap(), "secret");

    let outside = world.folders.data().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::remove_dir_all(&uploads).unwrap();
    symlink(&outside, &uploads).unwrap();
    assert!(world.receive("menu.txt", TEXT).await.is_err());
    assert!(fs::read_dir(&outside).unwrap().next().is_none());
    assert_eq!(world.drafts(), 0);
}

#[tokio::test]
async fn a_folder_that_is_gone_is_made_again() {
    let world = World::new().await;
    fs::remove_dir_all(world.folders.workspace(&world.guid)).unwrap();
    world.upload("menu.txt", TEXT).await.unwrap();
    assert_eq!(world.files(&world.guid).len(), 1);
}

#[tokio::test]
async fn a_fault_of_ours_can_be_tried_again() {
    let world = World::new().await;
    let pdf = b"%PDF-1.7\n";
    let id = world.begin("menu.pdf", pdf).await.unwrap();
    // There is no program to read it.
    let sent = world
        .uploads
        .append(&world.actor, id, 0, Cursor::new(pdf.to_vec()));
    assert_eq!(refusal(sent.await).kind, ErrorKind::Internal);
    let offset = world.uploads.offset(&world.actor, id).await.unwrap();
    assert_eq!((offset.offset, offset.bytes), (9, 9));
    // A form cannot be taken up again, so nothing of it stays.
    assert_eq!(
        refusal(world.receive("menu.pdf", pdf).await).kind,
        ErrorKind::Internal
    );
    world.uploads.delete(&world.actor, id).await.unwrap();
    world.is_clean();
}
