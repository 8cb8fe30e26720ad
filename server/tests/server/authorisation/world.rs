//! A workspace with one of everything, its people, and somebody who has nothing to do with it.

use std::fs;

use domain::actor::Actor;
use domain::publishing::Source;
use protocol::{
    AccountId, Guid, InvitationId, ProjectId, Role, SessionId, ShareId, SignInId, SiteId, TokenId,
    UploadId,
};

use crate::support::{Answer, Client, PASSWORD, TestServer};

/// A word in the names of everything that strangers must not hear of.
pub const MARK: &str = "zebra";

pub struct World {
    pub server: TestServer,
    /// Not signed in.
    pub nobody: Client,
    /// Signed in, with a workspace of her own.
    pub stranger: Client,
    pub viewer: Client,
    pub editor: Client,
    pub owner: Client,
    pub owner_actor: Actor,
    pub owner_id: AccountId,
    pub sign_in: SignInId,
    pub token: TokenId,
    pub guid: Guid,
    pub invitation: InvitationId,
    pub project: ProjectId,
    pub session: SessionId,
    pub site: SiteId,
    pub share: ShareId,
    pub upload: UploadId,
    /// One that nobody misses.
    pub spare_upload: UploadId,
    /// An upload of which nothing has arrived.
    pub draft: UploadId,
}

impl World {
    pub async fn new() -> Self {
        let server = TestServer::start().await;
        let services = &server.services;
        let accounts = &services.accounts;
        let (actor, owner) = server.account("zebra-owner@example.org").await;
        let (foreigner, stranger) = server.account("stranger@example.org").await;
        services
            .workspaces
            .create(&foreigner, "Elsewhere")
            .await
            .unwrap();
        let workspace = services.workspaces.create(&actor, "zebra workspace").await;
        let guid = workspace.unwrap().guid;
        let project = services.projects.create(&actor, &guid, "zebra project", "");
        let project = project.await.unwrap();
        let session = services
            .sessions
            .create(&actor, project.id, Default::default());
        let session = session.await.unwrap().id;
        let renamed = services.sessions.rename(&actor, session, "zebra session");
        renamed.await.unwrap();
        let folder = server.folder.beside().join("site");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("index.html"), "<h1>zebra site</h1>").unwrap();
        let source = Source {
            root: folder,
            directory: ".".into(),
        };
        let published = services.publishing.publish_new(&actor, &project, source);
        let site = published.await.unwrap().site;
        let pictures = server.folder.path().join(format!("proofs/{site}"));
        fs::create_dir_all(&pictures).unwrap();
        fs::write(pictures.join("1-390.jpg"), "zebra picture").unwrap();
        let (token, _) = accounts
            .create_token(&actor, "zebra token", &protocol::Scope::ALL)
            .await
            .unwrap();
        let upload = upload(&server, &actor, &guid).await;
        let spare_upload = self::upload(&server, &actor, &guid).await;
        let draft = UploadId::random();
        let begun = services.uploads.begin(&actor, draft, &guid, "zebra.txt", 1);
        begun.await.unwrap();
        let shared = services.shares.share(&actor, session, 7).await;
        let (invitation, _) = accounts.invite(&actor, &guid, Role::Editor).await.unwrap();
        let viewer = member(&server, &actor, &guid, Role::Viewer).await;
        let editor = member(&server, &actor, &guid, Role::Editor).await;
        Self {
            nobody: Client::stranger(&server.url),
            stranger,
            viewer,
            editor,
            owner,
            owner_id: actor.account.id,
            sign_in: actor.sign_in().unwrap(),
            token: token.id,
            guid,
            invitation: invitation.id,
            project: project.id,
            session,
            site,
            share: shared.unwrap().0.id,
            upload,
            spare_upload,
            draft,
            owner_actor: actor,
            server,
        }
    }

    /// Checks that this answers as if there were nothing.
    #[track_caller]
    pub fn hidden(&self, what: &str, answer: &Answer) {
        assert_eq!(answer.status, 404, "{what}: {}", answer.text);
        self.silent(what, answer);
    }

    /// Checks that this tells nothing of the workspace.
    #[track_caller]
    pub fn silent(&self, what: &str, answer: &Answer) {
        let text = answer.text.to_lowercase();
        assert!(!text.contains(MARK), "{what}: {}", answer.text);
    }
}

async fn upload(server: &TestServer, owner: &Actor, guid: &Guid) -> UploadId {
    let uploads = &server.services.uploads;
    let file = uploads.collect(owner, Some(guid), "zebra.txt", &b"zebra"[..]);
    let file = file.await.unwrap();
    uploads.receive(owner, guid, file).await.unwrap().id
}

async fn member(server: &TestServer, owner: &Actor, guid: &Guid, role: Role) -> Client {
    let accounts = &server.services.accounts;
    let (_, secret) = accounts.invite(owner, guid, role).await.unwrap();
    let email = format!("zebra-{role:?}@example.org");
    let accepted = accounts.accept_invitation(secret.reveal(), &email, PASSWORD, "test");
    let (_, cookie) = accepted.await.unwrap();
    Client::signed_in(&server.url, cookie.reveal())
}
