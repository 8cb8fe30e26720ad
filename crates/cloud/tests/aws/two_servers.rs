//! Two servers, each with a storage of its own, publish to one account at the same second.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cloud::aws::hosting::{AwsHosting, Keep};
use cloud::aws::verify::{Scope, verify};
use domain::actor::{Actor, Via};
use domain::projects::ProjectRecord;
use domain::publishing::{Publishing, Source};
use domain::records::{Records, put};
use domain::table::Condition;
use domain::workspaces::record::{MemberRecord, WorkspaceRecord};
use futures::future::join_all;
use protocol::{Account, AccountId, Project, ProjectId, Role, SignInId, SiteStatus, Timestamp};
use storage::Sqlite;

use crate::support;

/// One of the servers.
struct Server {
    publishing: Publishing,
    actor: Actor,
    project: Project,
}

impl Server {
    /// A server that knows the workspace, but nothing of what others do there.
    async fn new(scene: &support::Scene, name: &str, project: &Project) -> Self {
        let folder = scene.folder.path().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let table = Sqlite::open(folder.join("data.sqlite")).await.unwrap();
        let records = Records::new(Arc::new(table));
        let actor = member(&records, project).await;
        let hosting = AwsHosting::new(
            scene.root.clone(),
            scene.identities(),
            scene.ledger.clone(),
            folder.join("sites"),
            scene.clock.clone(),
            Keep::default(),
        );
        let publishing = Publishing::new(
            records,
            scene.clock.clone(),
            Arc::new(hosting),
            Arc::new(|_| {}),
        );
        Self {
            publishing,
            actor,
            project: project.clone(),
        }
    }

    async fn publish(&self, root: &Path) -> String {
        let source = Source {
            root: root.to_path_buf(),
            directory: PathBuf::from("."),
        };
        let published = self
            .publishing
            .publish_new(&self.actor, &self.project, source);
        published.await.unwrap().url
    }
}

/// Stores the workspace and the project, and an editor.
async fn member(records: &Records, project: &Project) -> Actor {
    let account = Account {
        id: AccountId::random(),
        email: "ada@example.org".parse().unwrap(),
        created_at: Timestamp::default(),
    };
    let workspace = WorkspaceRecord {
        guid: project.guid.clone(),
        name: "Home".into(),
        created_at: Timestamp::default(),
        archived: false,
        number: 1,
    };
    let member = MemberRecord {
        guid: project.guid.clone(),
        account: account.id,
        role: Role::Editor,
    };
    let project = ProjectRecord {
        project: project.clone(),
        sessions: 0,
    };
    let writes = vec![
        put(&workspace, Condition::Absent),
        put(&member, Condition::Absent),
        put(&project, Condition::Absent),
    ];
    records.transact(writes).await.unwrap();
    Actor {
        account,
        via: Via::SignIn(SignInId::random()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_sites_of_one_name_and_second_are_ten_sites() {
    let scene = support::Scene::new().await;
    let project = Project {
        id: ProjectId::random(),
        guid: support::scene::guid(7),
        name: "Tea Shop".into(),
        slug: "tea-shop".into(),
        description: String::new(),
        rules: String::new(),
        created_at: Timestamp::default(),
        archived: false,
    };
    let (one, other) = tokio::join!(
        Server::new(&scene, "one", &project),
        Server::new(&scene, "other", &project)
    );
    let root = scene.folder.path().join("source");
    std::fs::create_dir_all(&root).unwrap();
    std::fs::write(root.join("index.html"), "<h1>Tea</h1>").unwrap();

    let servers = [&one, &other].into_iter().cycle().take(10);
    let urls = join_all(servers.map(|server| server.publish(&root))).await;
    assert_eq!(BTreeSet::from_iter(&urls).len(), 10, "{urls:?}");

    let mut names = BTreeSet::new();
    for server in [&one, &other] {
        let sites = server.publishing.sites(&server.actor, &project.guid).await;
        for site in sites.unwrap() {
            assert_eq!(site.status, SiteStatus::Deployed, "{site:?}");
            names.insert(site.name);
        }
    }
    assert_eq!(names.len(), 10, "{names:?}");
    let buckets = scene.root.s3.list_buckets().send().await.unwrap().buckets;
    let buckets: BTreeSet<_> = buckets
        .into_iter()
        .flatten()
        .filter_map(|it| it.name)
        .collect();
    assert_eq!(buckets, names);
    let differences = verify(&scene.root, &scene.ledger, Scope::All)
        .await
        .unwrap();
    assert!(differences.is_empty(), "{differences:?}");
}
