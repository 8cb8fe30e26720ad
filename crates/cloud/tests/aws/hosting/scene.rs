//! A workspace with sites on AWS, and a visitor.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use aws_sdk_s3::types::{Tag, Tagging};
use cloud::aws::clients::Clients;
use cloud::aws::hosting::{AwsHosting, Keep};
use cloud::aws::ledger::Ledger;
use cloud::aws::names::SITE_TAG;
use cloud::aws::verify::{Scope, verify};
use domain::clock::Clock as _;
use domain::hosting::{Bundle, Hosting as _, HostingError, Progress, Target};
use domain::publishing::bundle::{self, Source};
use protocol::{Guid, ProjectId, SiteId, names};

use crate::support;

const DAY: i64 = 24 * 60 * 60;

/// An engine with everything that it needs.
pub struct Scene {
    pub base: support::Scene,
    pub hosting: AwsHosting,
    pub guid: Guid,
    /// What was told of the last act.
    pub told: Mutex<Vec<Progress>>,
}

/// What a visitor gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.headers.lines();
        lines
            .filter_map(|line| line.split_once(": "))
            .find(|(its, _)| its.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

impl Scene {
    pub async fn new() -> Self {
        Self::keeping(Keep::default()).await
    }

    pub async fn keeping(keep: Keep) -> Self {
        let base = support::Scene::new().await;
        Self {
            hosting: engine(&base, &base.root, keep),
            base,
            guid: support::scene::guid(7),
            told: Mutex::default(),
        }
    }

    /// Another engine on the same things with these clients: as after a restart.
    pub fn engine(&self, clients: &Clients) -> AwsHosting {
        engine(&self.base, clients, Keep::default())
    }

    pub fn pass_days(&self, days: i64) {
        self.base.clock.pass(days * DAY);
    }

    /// A site that is not made yet.
    pub fn target(&self, slug: &str) -> Target {
        Target {
            guid: self.guid.clone(),
            project: ProjectId::random(),
            site: SiteId::random(),
            name: names::resource_name(&self.guid, slug, self.base.clock.now()),
            place: None,
        }
    }

    /// A bundle of these files.
    pub async fn bundle(&self, files: &[(&str, &str)]) -> Bundle {
        let root = self.source();
        for (path, content) in files {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        read(root).await
    }

    /// An empty folder for a bundle.
    pub fn source(&self) -> PathBuf {
        let root = self
            .base
            .folder
            .path()
            .join("source")
            .join(SiteId::random().to_string());
        std::fs::create_dir_all(&root).unwrap();
        root
    }

    /// Publishes a new site.
    pub async fn publish_new(&self, slug: &str, bundle: &Bundle) -> Target {
        let mut target = self.target(slug);
        publish(&self.hosting, &mut target, 1, bundle, &self.report())
            .await
            .unwrap();
        target
    }

    /// Publishes another release of a site.
    pub async fn update(&self, target: &Target, release: u32, bundle: &Bundle) {
        let mut target = target.clone();
        publish(&self.hosting, &mut target, release, bundle, &self.report())
            .await
            .unwrap();
    }

    pub async fn activate(&self, target: &Target, release: u32) {
        self.hosting
            .activate(target, release, &self.report())
            .await
            .unwrap();
    }

    /// How many files the last act wrote.
    pub fn written(&self) -> usize {
        let told = self.told.lock().unwrap();
        told.iter()
            .map(|progress| progress.all_files)
            .max()
            .unwrap_or_default()
    }

    fn report(&self) -> impl Fn(Progress) + Send + Sync {
        self.told.lock().unwrap().clear();
        |progress| {
            if progress.step == "Uploading files" {
                self.told.lock().unwrap().push(progress);
            }
        }
    }

    /// What the ledger and AWS disagree about.
    pub async fn differences(&self) -> Vec<String> {
        self.differences_in(Scope::All).await
    }

    /// The same of one site.
    pub async fn differences_of(&self, target: &Target) -> Vec<String> {
        self.differences_in(Scope::Site(&target.guid, target.site))
            .await
    }

    async fn differences_in(&self, scope: Scope<'_>) -> Vec<String> {
        let found = verify(&self.base.root, &self.base.ledger, scope)
            .await
            .unwrap();
        found.iter().map(ToString::to_string).collect()
    }

    /// Paths of all invalidations of the site.
    pub async fn forgotten(&self, target: &Target) -> BTreeSet<String> {
        let id = &target.place.as_ref().unwrap().id;
        let cloudfront = &self.base.root.cloudfront;
        let mut paths = BTreeSet::new();
        for invalidation in self.listed_invalidations(id).await {
            let get = cloudfront
                .get_invalidation()
                .distribution_id(id)
                .id(invalidation);
            let got = get.send().await.unwrap().invalidation.unwrap();
            let batch = got.invalidation_batch.unwrap();
            paths.extend(batch.paths.unwrap().items.unwrap());
        }
        paths
    }

    pub async fn invalidations(&self, target: &Target) -> usize {
        let id = &target.place.as_ref().unwrap().id;
        self.listed_invalidations(id).await.len()
    }

    async fn listed_invalidations(&self, id: &str) -> Vec<String> {
        let list = self
            .base
            .root
            .cloudfront
            .list_invalidations()
            .distribution_id(id);
        let listed = list.send().await.unwrap().invalidation_list.unwrap();
        listed
            .items
            .unwrap_or_default()
            .into_iter()
            .map(|item| item.id)
            .collect()
    }

    /// Keys of all versions of all objects, and of all marks of deletion.
    pub async fn versions(&self, target: &Target) -> Vec<String> {
        let list = self
            .base
            .root
            .s3
            .list_object_versions()
            .bucket(&target.name);
        let listed = list.send().await.unwrap();
        let versions = listed.versions.unwrap_or_default().into_iter();
        let marks = listed.delete_markers.unwrap_or_default().into_iter();
        let keys = versions.map(|version| version.key.unwrap());
        keys.chain(marks.map(|mark| mark.key.unwrap())).collect()
    }

    /// Uploads in parts that have begun and not ended.
    pub async fn uploads(&self, target: &Target) -> usize {
        let list = self
            .base
            .root
            .s3
            .list_multipart_uploads()
            .bucket(&target.name);
        list.send().await.unwrap().uploads.unwrap_or_default().len()
    }

    /// Waits until `holds`.
    pub async fn until(&self, mut holds: impl AsyncFnMut() -> bool) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while !holds().await {
            assert!(Instant::now() < deadline, "it never came about");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Says that the bucket belongs to a site.
    pub async fn tag_bucket(&self, bucket: &str, site: &str) {
        let tag = Tag::builder().key(SITE_TAG).value(site).build().unwrap();
        let tagging = Tagging::builder().tag_set(tag).build().unwrap();
        let put = self
            .base
            .root
            .s3
            .put_bucket_tagging()
            .bucket(bucket)
            .tagging(tagging);
        put.send().await.unwrap();
    }

    /// What a visitor of the site gets at a path, which is written as in a request.
    pub fn get(&self, target: &Target, path: &str) -> Answer {
        let url = &target.place.as_ref().unwrap().url;
        let host = url.strip_prefix("https://").unwrap();
        visit(self.base.ministack.port(), host, path)
    }
}

fn engine(base: &support::Scene, clients: &Clients, keep: Keep) -> AwsHosting {
    AwsHosting::new(
        clients.clone(),
        base.identities_of(clients),
        Ledger::new(clients),
        base.folder.path().join("sites"),
        base.clock.clone(),
        keep,
    )
}

/// All steps of a publish, as the service above does them.
pub async fn publish(
    hosting: &AwsHosting,
    target: &mut Target,
    release: u32,
    bundle: &Bundle,
    report: &(dyn Fn(Progress) + Send + Sync),
) -> Result<(), HostingError> {
    if target.place.is_none() {
        hosting.claim(target).await?;
    }
    hosting.store(target, release, bundle, report).await?;
    if target.place.is_none() {
        target.place = Some(hosting.create(target, report).await?);
    }
    hosting.activate(target, release, report).await
}

pub async fn read(root: PathBuf) -> Bundle {
    let directory = Path::new(".").to_owned();
    bundle::read(Source { root, directory }).await.unwrap()
}

/// Asks the emulator's delivery network.
pub fn visit(port: u16, host: &str, path: &str) -> Answer {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    let headers = String::from_utf8(answer[..end].to_vec()).unwrap();
    let status = headers.split(' ').nth(1).unwrap().parse().unwrap();
    let mut body = answer.split_off(end + 4);
    if headers
        .to_ascii_lowercase()
        .contains("transfer-encoding: chunked")
    {
        body = unchunked(&body);
    }
    Answer {
        status,
        headers,
        body,
    }
}

fn unchunked(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    loop {
        let end = body.windows(2).position(|two| two == b"\r\n").unwrap();
        let length = std::str::from_utf8(&body[..end]).unwrap();
        let length = usize::from_str_radix(length, 16).unwrap();
        if length == 0 {
            return whole;
        }
        whole.extend_from_slice(&body[end + 2..end + 2 + length]);
        body = &body[end + 2 + length + 2..];
    }
}
