//! Ten thousand uploads of all kinds, with cuts and second thoughts: nothing lies where it should
//! not, and nothing is lost that was taken.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use domain::error::Error;
use domain::uploads::UploadLimits;
use protocol::{Guid, Upload, UploadId};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::world::{World, cut};

const WORKSPACES: u8 = 20;
const UPLOADS: usize = 10_000;
const LIMITS: UploadLimits = UploadLimits {
    file_bytes: 2_000,
    workspace_bytes: 200_000,
};

/// Parts of names, good and bad.
const PARTS: [&str; 14] = [
    "menu",
    "Über",
    " ",
    ".",
    "..",
    "/",
    "\\",
    "\0",
    "\u{202e}",
    "\u{200b}",
    "'",
    "$(reboot)",
    "日本",
    "-",
];
const ENDINGS: [&str; 8] = [
    ".txt", ".TXT", ".png", ".jpg", ".exe", "", ".txt/", ".txt\0",
];
const HEADS: [&[u8]; 6] = [
    b"",
    b"Willow",
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    b"\xff\xd8\xff\xe0\0\x10JFIF",
    b"%PDF-1.7",
    b"\0",
];

struct Sender<'a> {
    world: &'a World,
    guid: Guid,
    random: StdRng,
    /// What was taken and not deleted.
    kept: BTreeMap<String, Vec<u8>>,
}

impl Sender<'_> {
    async fn run(mut self, uploads: usize) -> Self {
        for _ in 0..uploads {
            let (name, content) = (self.name(), self.content());
            let sent = if self.random.random_ratio(1, 3) {
                self.send_form(&name, &content).await
            } else {
                self.send_pieces(&name, &content).await
            };
            match sent {
                Ok(None) | Err(Error::Refused(_)) => {}
                Ok(Some(upload)) => self.keep(upload, content).await,
                Err(error) => panic!("{name:?}: {error:?}"),
            }
        }
        self
    }

    fn name(&mut self) -> String {
        let random = &mut self.random;
        let parts = random.random_range(0..5);
        let parts = (0..parts).map(|_| PARTS[random.random_range(0..PARTS.len())]);
        let stem: String = parts.collect();
        let times = if random.random_ratio(1, 20) { 100 } else { 1 };
        let endings = if random.random_ratio(3, 4) {
            4
        } else {
            ENDINGS.len()
        };
        stem.repeat(times) + ENDINGS[random.random_range(0..endings)]
    }

    fn content(&mut self) -> Vec<u8> {
        let random = &mut self.random;
        let mut content = HEADS[random.random_range(0..HEADS.len())].to_vec();
        let most = LIMITS.file_bytes as usize;
        let length = match random.random_range(0..20) {
            0 => 0,
            1 => most + 1,
            2 => most,
            _ => random.random_range(0..most / 4),
        };
        content.resize(length.max(content.len().min(length)), b'a');
        content
    }

    async fn send_form(&mut self, name: &str, content: &[u8]) -> Result<Option<Upload>, Error> {
        let uploads = &self.world.uploads;
        let half = &content[..content.len() / 2];
        match self.random.random_range(0..4) {
            0 => self.world.collect(name, cut(half)).await.map(|_| None),
            1 => self.world.collect(name, content).await.map(|_| None),
            _ => {
                let collected = self.world.collect(name, content).await?;
                let upload = uploads.receive(&self.world.actor, &self.guid, collected);
                upload.await.map(Some)
            }
        }
    }

    async fn send_pieces(&mut self, name: &str, content: &[u8]) -> Result<Option<Upload>, Error> {
        let World { uploads, actor, .. } = self.world;
        let (id, bytes) = (UploadId::random(), content.len() as u64);
        uploads.begin(actor, id, &self.guid, name, bytes).await?;
        let mut offset = 0;
        loop {
            if self.random.random_ratio(1, 6) {
                uploads.delete(actor, id).await?;
                return Ok(None);
            }
            let end = self.random.random_range(offset..=content.len());
            let piece = &content[offset..end];
            let sent = if self.random.random() {
                uploads.append(actor, id, offset as u64, cut(piece)).await?
            } else {
                uploads
                    .append(actor, id, offset as u64, Cursor::new(piece.to_vec()))
                    .await?
            };
            if sent.upload.is_some() {
                return Ok(sent.upload);
            }
            offset = uploads.offset(actor, id).await?.offset as usize;
            assert_eq!(offset, end);
        }
    }

    async fn keep(&mut self, upload: Upload, content: Vec<u8>) {
        if self.random.random_ratio(1, 4) {
            let World { uploads, actor, .. } = self.world;
            uploads.delete(actor, upload.id).await.unwrap();
        } else {
            let before = self.kept.insert(upload.file, content);
            assert_eq!(before, None, "two uploads are one file");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_uploads_leave_what_was_taken_and_nothing_else() {
    let world = World::in_memory(LIMITS).await;
    let mut senders = Vec::new();
    for number in 1..=WORKSPACES {
        let guid = world.workspace(number).await;
        senders.push(Sender {
            world: &world,
            guid,
            random: StdRng::seed_from_u64(number.into()),
            kept: BTreeMap::new(),
        });
    }
    let empty = other_files(&world);
    let each = UPLOADS / usize::from(WORKSPACES);
    let done = futures::future::join_all(senders.into_iter().map(|sender| sender.run(each))).await;

    let mut kept = 0;
    for sender in done {
        assert_eq!(world.files(&sender.guid), sender.kept);
        let listed = world
            .uploads
            .list(&world.actor, &sender.guid)
            .await
            .unwrap();
        assert_eq!(listed.len(), sender.kept.len());
        kept += listed.len();
    }
    assert!(kept > UPLOADS / 20, "{kept}");
    assert_eq!(world.drafts(), 0);
    assert_eq!(other_files(&world), empty);
}

/// All files of the data folder that are no uploads.
fn other_files(world: &World) -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(world.folders.data(), &mut found);
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("uploads") {
                collect(&path, found);
            }
        } else {
            found.push(path);
        }
    }
}
