//! A listener with a site and a session, as tests need them.

use super::*;

pub(super) const PRODUCT: &str = "http://localhost:3000";

pub(super) struct Scene {
    pub(super) folder: TempDir,
    pub(super) hosting: Arc<LocalHosting>,
    pub(super) session: SessionId,
    pub(super) router: Router,
}

/// A response that was read to its end.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Seen {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

pub(super) fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, content) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}

/// The site `tea`.
fn target() -> Target {
    Target {
        guid: Guid::from_bytes([1; 32]),
        project: ProjectId::random(),
        site: SiteId::random(),
        name: "tea".into(),
        place: None,
    }
}

impl Scene {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let session = SessionId::random();
        let working = folder.path().join("working");
        fs::create_dir(&working).unwrap();
        let hosting = LocalHosting::new(
            folder.path().join("sites"),
            "http://{name}.localhost".into(),
        );
        let hosting = Arc::new(hosting);
        let previews: PreviewRoots = Arc::new(move |asked| {
            let root = (asked == session).then(|| working.clone());
            Box::pin(async move { root })
        });
        let stored = hosting.clone();
        let releases: ReleaseRoots = Arc::new(move |_, number| {
            let root = stored.release_folder(&target(), number);
            Box::pin(async move { root })
        });
        let state = SitesState {
            hosting: hosting.clone(),
            previews,
            releases,
            domain: "localhost".into(),
            frame_origins: vec![PRODUCT.into()],
        };
        Self {
            folder,
            hosting,
            session,
            router: router(state).unwrap(),
        }
    }

    /// A scene with the site `tea` in its first release.
    pub(super) async fn with_site(files: &[(&str, &str)]) -> Self {
        let scene = Self::new();
        scene.publish(1, files).await;
        scene
    }

    pub(super) async fn publish(&self, number: u32, files: &[(&str, &str)]) {
        let root = self.folder.path().join(format!("source-{number}"));
        write(&root, files);
        let bundle = bundle::read(Source {
            root,
            directory: ".".into(),
        })
        .await
        .unwrap();
        let target = target();
        self.hosting
            .store(&target, number, &bundle, &|_| {})
            .await
            .unwrap();
        self.hosting
            .activate(&target, number, &|_| {})
            .await
            .unwrap();
    }

    pub(super) fn working(&self) -> std::path::PathBuf {
        self.folder.path().join("working")
    }

    pub(super) fn preview_host(&self) -> String {
        format!(
            "{}.localhost:3001",
            protocol::names::preview_name(self.session)
        )
    }

    pub(super) async fn ask(
        &self,
        method: &str,
        host: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Seen {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", host);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Seen {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body,
        }
    }

    pub(super) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Seen {
        self.ask("GET", "tea.localhost:3001", path, headers).await
    }

    pub(super) async fn preview(&self, path: &str) -> Seen {
        self.ask("GET", &self.preview_host(), path, &[]).await
    }
}
