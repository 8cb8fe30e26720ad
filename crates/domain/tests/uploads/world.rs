//! What each test begins with: a workspace, its people, and a clock that stands still.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use documents::DocumentReader;
use domain::actor::{Actor, Via};
use domain::clock::{Clock as _, HandClock};
use domain::error::{Error, Result};
use domain::folders::Folders;
use domain::records::{Record, Records, put};
use domain::table::{Condition, Table};
use domain::uploads::{Collected, UploadLimits, Uploads};
use domain::workspaces::record::{MemberRecord, WorkspaceRecord};
use protocol::{
    Account, AccountId, ApiError, Guid, Role, SessionId, SignInId, Timestamp, Upload, UploadId,
};
use storage::{Memory, Sqlite};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt as _, ReadBuf};

pub const TEXT: &[u8] = b"Willow Bakery\n\nRye and cinnamon rolls.\n";
pub const LIMITS: UploadLimits = UploadLimits {
    file_bytes: 100_000,
    workspace_bytes: 300_000,
};

pub struct World {
    pub uploads: Uploads,
    pub folders: Folders,
    pub clock: Arc<HandClock>,
    pub records: Records,
    pub guid: Guid,
    pub actor: Actor,
    _folder: TempDir,
}

impl World {
    pub async fn new() -> Self {
        Self::with(false, LIMITS).await
    }

    pub async fn with(separate_users: bool, limits: UploadLimits) -> Self {
        let folder = folder();
        let table = Sqlite::open(folder.path().join("data.db")).await.unwrap();
        Self::over(Arc::new(table), folder, separate_users, limits).await
    }

    /// With records in memory.
    pub async fn in_memory(limits: UploadLimits) -> Self {
        Self::over(Arc::new(Memory::default()), folder(), false, limits).await
    }

    async fn over(
        table: Arc<dyn Table>,
        folder: TempDir,
        separate_users: bool,
        limits: UploadLimits,
    ) -> Self {
        let folders = Folders::new(folder.path().join("data"), separate_users);
        folders.prepare().unwrap();
        let records = Records::new(table);
        let clock = Arc::new(HandClock::at(Timestamp::from_millis(1_770_205_165_123)));
        // Texts and images are looked at here; there is no program to read other documents.
        let documents = Arc::new(DocumentReader::new(PathBuf::from("/nowhere")));
        let uploads = Uploads::new(
            records.clone(),
            clock.clone(),
            folders.clone(),
            documents,
            limits,
        );
        let mut world = Self {
            uploads,
            folders,
            clock,
            records,
            guid: Guid::from_bytes([0; 32]),
            actor: person(),
            _folder: folder,
        };
        world.guid = world.workspace(1).await;
        world
    }

    /// Another workspace of the same person.
    pub async fn workspace(&self, number: u8) -> Guid {
        let guid = Guid::from_bytes([number; 32]);
        let workspace = WorkspaceRecord {
            guid: guid.clone(),
            name: "Tea".to_owned(),
            created_at: self.clock.now(),
            archived: false,
            number: number.into(),
        };
        self.store(&workspace).await;
        self.join(&guid, &self.actor, Role::Editor).await;
        self.folders.make_workspace(&guid, number.into()).unwrap();
        guid
    }

    pub async fn join(&self, guid: &Guid, actor: &Actor, role: Role) {
        let account = actor.account.id;
        let guid = guid.clone();
        self.store(&MemberRecord {
            guid,
            account,
            role,
        })
        .await;
    }

    async fn store<T: Record>(&self, record: &T) {
        let write = put(record, Condition::Always);
        self.records.transact(vec![write]).await.unwrap();
    }

    /// Uploads a file in one piece.
    pub async fn upload(&self, name: &str, content: &[u8]) -> Result<Upload> {
        let (id, content) = (self.begin(name, content).await?, content.to_vec());
        let appended = self
            .uploads
            .append(&self.actor, id, 0, io::Cursor::new(content));
        Ok(appended.await?.upload.unwrap())
    }

    pub async fn begin(&self, name: &str, content: &[u8]) -> Result<UploadId> {
        let bytes = content.len() as u64;
        let id = UploadId::random();
        let begun = self.uploads.begin(&self.actor, id, &self.guid, name, bytes);
        begun.await.map(|_| id)
    }

    /// Uploads a file as a form does.
    pub async fn receive(&self, name: &str, content: &[u8]) -> Result<Upload> {
        let collected = self.collect(name, content).await?;
        self.uploads
            .receive(&self.actor, &self.guid, collected)
            .await
    }

    /// The part of that before the workspace is told.
    pub async fn collect(
        &self,
        name: &str,
        content: impl AsyncRead + Send + Unpin,
    ) -> Result<Collected> {
        self.uploads.collect(&self.actor, None, name, content).await
    }

    /// The files of the workspace's uploads, with their contents.
    pub fn files(&self, guid: &Guid) -> BTreeMap<String, Vec<u8>> {
        contents(&self.folders.uploads(guid))
    }

    /// The files of uploads that are not complete.
    pub fn drafts(&self) -> usize {
        contents(&self.folders.drafts()).len()
    }

    /// Checks that nothing is here of any upload.
    #[track_caller]
    pub fn is_clean(&self) {
        assert_eq!(self.files(&self.guid), BTreeMap::new());
        assert_eq!(self.drafts(), 0);
    }
}

/// A folder of the test's own, in memory if that can be: nothing here is about the disk.
fn folder() -> TempDir {
    let memory = tempfile::tempdir_in("/dev/shm");
    memory.unwrap_or_else(|_| tempfile::tempdir().unwrap())
}

fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// Somebody with an account.
pub fn person() -> Actor {
    let account = Account {
        id: AccountId::random(),
        email: "ada@example.org".parse().unwrap(),
        created_at: Timestamp::default(),
    };
    Actor {
        account,
        via: Via::SignIn(SignInId::random()),
    }
}

/// An agent of the same account.
pub fn agent(actor: &Actor, guid: &Guid) -> Actor {
    let (guid, session) = (guid.clone(), SessionId::random());
    Actor {
        account: actor.account.clone(),
        via: Via::Agent { guid, session },
    }
}

/// These bytes, and then the connection is cut.
pub fn cut(content: &[u8]) -> impl AsyncRead + Send + Unpin + 'static {
    io::Cursor::new(content.to_vec()).chain(Broken)
}

/// A connection that is cut.
struct Broken;

impl AsyncRead for Broken {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
    }
}

/// What the caller was told.
#[track_caller]
pub fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> ApiError {
    result.unwrap_err().into_api()
}
