//! A workspace with a project, real storage and hosting, and a fuse that lets any step fail.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use cloud::local::LocalHosting;
use domain::actor::{Actor, Via};
use domain::clock::HandClock;
use domain::hosting::{Bundle, Hosting, HostingError, Place, Report, Target};
use domain::projects::ProjectRecord;
use domain::publishing::record::{IntentRecord, Pending as _, ReleaseRecord, SiteRecord};
use domain::publishing::{Announcement, Publishing, Source};
use domain::records::{Records, put};
use domain::table::{Condition, Item, Key, Query, Table, TableError, Write};
use domain::workspaces::record::{MemberRecord, WorkspaceRecord};
use protocol::{
    Account, AccountId, Guid, Project, ProjectId, Resource, Role, SignInId, SiteId, Timestamp,
};
use storage::Sqlite;

pub struct Scene {
    folder: tempfile::TempDir,
    table: Arc<Sqlite>,
    hosting: Arc<LocalHosting>,
    pub clock: Arc<HandClock>,
    pub records: Records,
    pub project: Project,
    pub actor: Actor,
    pub told: Arc<Mutex<Vec<Announcement>>>,
}

impl Scene {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let table = Arc::new(
            Sqlite::open(folder.path().join("data.sqlite"))
                .await
                .unwrap(),
        );
        let records = Records::new(table.clone());
        let guid = Guid::from_bytes([1; 32]);
        let created_at = Timestamp::from_millis(1_770_205_165_123);
        let workspace = WorkspaceRecord {
            guid: guid.clone(),
            name: "Home".into(),
            created_at,
            archived: false,
            number: 1,
        };
        let project = Project {
            id: ProjectId::random(),
            guid,
            name: "Tea Shop".into(),
            slug: "tea-shop".into(),
            description: String::new(),
            rules: String::new(),
            created_at,
            archived: false,
        };
        let record = ProjectRecord {
            project: project.clone(),
            sessions: 0,
        };
        let writes = vec![
            put(&workspace, Condition::Absent),
            put(&record, Condition::Absent),
        ];
        records.transact(writes).await.unwrap();
        let hosting = LocalHosting::new(
            folder.path().join("sites"),
            "http://{name}.localhost:3001".into(),
        );
        let mut scene = Self {
            folder,
            table,
            hosting: Arc::new(hosting),
            clock: Arc::new(HandClock::at(created_at)),
            records,
            project,
            actor: person(),
            told: Arc::default(),
        };
        scene.actor = scene.member(Role::Editor).await;
        scene
    }

    pub async fn member(&self, role: Role) -> Actor {
        let actor = person();
        let guid = self.project.guid.clone();
        let member = MemberRecord {
            guid,
            account: actor.account.id,
            role,
        };
        self.records
            .transact(vec![put(&member, Condition::Absent)])
            .await
            .unwrap();
        actor
    }

    pub fn publishing(&self) -> Publishing {
        self.publishing_over(self.table.clone(), self.hosting.clone())
    }

    pub fn publishing_with(&self, fuse: Fuse) -> Publishing {
        let hosting = self.cloud(fuse);
        let table = FusedTable {
            table: self.table.clone(),
            fuse: hosting.fuse.clone(),
        };
        self.publishing_over(Arc::new(table), hosting)
    }

    /// Publishing to an engine that behaves like a cloud, and the engine.
    pub fn publishing_to_a_cloud(&self) -> (Publishing, Arc<FusedHosting>) {
        let cloud = self.cloud(Fuse::new(-1, Blow::Before, false));
        let publishing = self.publishing_over(self.table.clone(), cloud.clone());
        (publishing, cloud)
    }

    fn cloud(&self, fuse: Fuse) -> Arc<FusedHosting> {
        Arc::new(FusedHosting {
            hosting: self.hosting.clone(),
            fuse: Arc::new(fuse),
            taken: Mutex::default(),
            spreads: AtomicBool::new(false),
            stands_still: AtomicBool::new(false),
        })
    }

    fn publishing_over(&self, table: Arc<dyn Table>, hosting: Arc<dyn Hosting>) -> Publishing {
        let told = self.told.clone();
        let announce = Arc::new(move |news| told.lock().unwrap().push(news));
        Publishing::new(Records::new(table), self.clock.clone(), hosting, announce)
    }

    /// A project folder of its own with a one-page site that says `text`.
    pub fn source(&self, text: &str) -> Source {
        let root = self
            .folder
            .path()
            .join("projects")
            .join(SiteId::random().to_string());
        std::fs::create_dir_all(root.join("dist")).unwrap();
        std::fs::write(root.join("dist/index.html"), text).unwrap();
        Source {
            root,
            directory: PathBuf::from("dist"),
        }
    }

    /// Number and text of what visitors see.
    pub async fn live_text(&self, site: SiteId) -> Option<(u32, String)> {
        let site = self
            .records
            .get::<SiteRecord>(&SiteRecord::key_of(site))
            .await
            .unwrap()?;
        let live = self.hosting.live(&site.name).unwrap()?;
        let text = std::fs::read_to_string(live.folder.join("index.html")).unwrap();
        Some((live.number, text))
    }

    /// The text of a stored release.
    pub fn text(&self, site: &SiteRecord, release: u32) -> String {
        let folder = self
            .hosting
            .release_folder(&site.target(), release)
            .unwrap();
        std::fs::read_to_string(folder.join("index.html")).unwrap()
    }

    pub async fn sites(&self) -> Vec<SiteRecord> {
        let query = SiteRecord::sites_of(&self.project.guid);
        let found = self.records.query::<SiteRecord>(query).await.unwrap();
        found.into_iter().map(|site| site.value).collect()
    }

    pub async fn releases(&self, site: SiteId) -> Vec<u32> {
        let query = ReleaseRecord::releases_of(site);
        let found = self.records.query::<ReleaseRecord>(query).await.unwrap();
        found
            .into_iter()
            .map(|release| release.value.release.number)
            .collect()
    }

    pub async fn intents(&self) -> usize {
        self.records
            .query::<IntentRecord>(IntentRecord::all())
            .await
            .unwrap()
            .len()
    }

    /// Waits until `holds`.
    pub async fn until(&self, mut holds: impl AsyncFnMut() -> bool) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while !holds().await {
            assert!(Instant::now() < deadline, "it never came about");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Somebody who is signed in and a member of nothing.
pub fn person() -> Actor {
    let id = AccountId::random();
    let email = format!("{id}@example.org").parse().unwrap();
    let account = Account {
        id,
        email,
        created_at: Timestamp::default(),
    };
    Actor {
        account,
        via: Via::SignIn(SignInId::random()),
    }
}

/// Whether the step that fails takes effect.
#[derive(Clone, Copy, Debug)]
pub enum Blow {
    Before,
    After,
}

/// Lets one step fail.
#[derive(Debug)]
pub struct Fuse {
    left: AtomicI64,
    blow: Blow,
    /// Whether all steps after it fail too, and take no effect.
    pub is_fatal: bool,
}

impl Fuse {
    /// Lets the step number `step` fail, counted from 0.
    pub fn new(step: i64, blow: Blow, is_fatal: bool) -> Self {
        Self {
            left: AtomicI64::new(step),
            blow,
            is_fatal,
        }
    }

    /// Does a step, or lets it fail with `error`.
    async fn step<T, E>(
        &self,
        error: impl FnOnce() -> E,
        step: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        match self.left.fetch_sub(1, Ordering::SeqCst) {
            0 if matches!(self.blow, Blow::After) => step.await.and_then(|_| Err(error())),
            0 => Err(error()),
            left if left < 0 && self.is_fatal => Err(error()),
            _ => step.await,
        }
    }
}

struct FusedTable {
    table: Arc<Sqlite>,
    fuse: Arc<Fuse>,
}

#[async_trait]
impl Table for FusedTable {
    async fn get(&self, key: &Key) -> Result<Option<Item>, TableError> {
        self.table.get(key).await
    }

    async fn query(&self, query: &Query) -> Result<Vec<Item>, TableError> {
        self.table.query(query).await
    }

    async fn transact(&self, writes: Vec<Write>) -> Result<(), TableError> {
        let error = || TableError::Engine {
            doing: "write",
            source: "the fuse blew".into(),
        };
        self.fuse.step(error, self.table.transact(writes)).await
    }
}

/// The local engine, with what a cloud may do besides.
pub struct FusedHosting {
    hosting: Arc<LocalHosting>,
    fuse: Arc<Fuse>,
    /// Names that other servers have taken.
    pub taken: Mutex<BTreeSet<String>>,
    /// Whether what was activated is still on its way to visitors.
    pub spreads: AtomicBool,
    /// Whether activating never ends.
    pub stands_still: AtomicBool,
}

fn blown() -> HostingError {
    let source = std::io::Error::other("the fuse blew");
    HostingError::File {
        doing: "write",
        path: "somewhere".into(),
        source,
    }
}

#[async_trait]
impl Hosting for FusedHosting {
    fn is_cloud(&self) -> bool {
        true
    }

    fn has_made(&self, target: &Target, place: &Place) -> bool {
        self.hosting.has_made(target, place)
    }

    fn url(&self, target: &Target) -> Option<String> {
        self.hosting.url(target)
    }

    async fn claim(&self, target: &Target) -> Result<(), HostingError> {
        let taken = self.taken.lock().unwrap().contains(&target.name);
        if taken {
            return Err(HostingError::NameTaken(target.name.clone()));
        }
        self.fuse.step(blown, self.hosting.claim(target)).await
    }

    async fn create(&self, target: &Target, report: Report<'_>) -> Result<Place, HostingError> {
        self.fuse
            .step(blown, self.hosting.create(target, report))
            .await
    }

    async fn store(
        &self,
        target: &Target,
        release: u32,
        bundle: &Bundle,
        report: Report<'_>,
    ) -> Result<(), HostingError> {
        self.fuse
            .step(blown, self.hosting.store(target, release, bundle, report))
            .await
    }

    async fn activate(
        &self,
        target: &Target,
        release: u32,
        report: Report<'_>,
    ) -> Result<(), HostingError> {
        if self.stands_still.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        self.fuse
            .step(blown, self.hosting.activate(target, release, report))
            .await
    }

    async fn is_deployed(&self, target: &Target) -> Result<bool, HostingError> {
        if self.spreads.load(Ordering::SeqCst) {
            return Ok(false);
        }
        self.hosting.is_deployed(target).await
    }

    async fn refresh(&self, target: &Target) -> Result<(), HostingError> {
        self.hosting.refresh(target).await
    }

    async fn remove(&self, target: &Target, report: Report<'_>) -> Result<(), HostingError> {
        self.fuse
            .step(blown, self.hosting.remove(target, report))
            .await
    }

    async fn resources(&self, guid: &Guid) -> Result<Vec<Resource>, HostingError> {
        self.hosting.resources(guid).await
    }

    fn release_folder(&self, target: &Target, release: u32) -> Option<PathBuf> {
        self.hosting.release_folder(target, release)
    }
}
