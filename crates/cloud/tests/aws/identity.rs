//! One user of IAM per workspace: made once, rotated, suspended, deleted, whatever gets in between.

mod faults;

use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use cloud::aws::clients::{AccessKey, Clients};
use cloud::aws::identity::{ByWorkspace, Identities, IdentityError, Vault, policy};
use cloud::aws::ledger::{Kind, Ledger, Row, State};
use cloud::aws::names;
use domain::clock::Clock as _;
use futures::future::join_all;
use protocol::Guid;

use super::support::Scene;
use super::support::faults::{Fault, Faults};
use super::support::ministack::ACCOUNT;
use super::support::scene::guid;

/// A day, in seconds.
const DAY: i64 = 86_400;
/// For so long a key is accepted after it was replaced gently, in seconds.
const LINGER: i64 = 3_600;

/// Whether AWS accepts a key.
async fn is_accepted(scene: &Scene, key: &AccessKey) -> bool {
    let who = scene.root.acting_with(key).sts.get_caller_identity();
    who.send().await.is_ok()
}

/// Whether a workspace's bucket can be listed.
async fn can_list(clients: &Clients, bucket: &str) -> bool {
    clients
        .s3
        .list_objects_v2()
        .bucket(bucket)
        .send()
        .await
        .is_ok()
}

async fn make_bucket(scene: &Scene, guid: &Guid) -> String {
    let bucket = format!("tmux-{}-tea-shop", guid.short());
    let made = scene.root.s3.create_bucket().bucket(&bucket).send().await;
    made.unwrap();
    bucket
}

async fn state(scene: &Scene, guid: &Guid) -> Option<State> {
    let row = scene.ledger.get(guid, Kind::User, &names::user(guid)).await;
    row.unwrap().map(|row| row.state)
}

/// The user is there and right in every respect, with exactly one key, which works.
async fn assert_right(scene: &Scene, identities: &Identities, guid: &Guid) {
    let key = scene.key(identities, guid).await;
    assert_eq!(scene.keys(guid).await, [key.id.as_str()]);
    let who = identities
        .clients(guid)
        .await
        .unwrap()
        .sts
        .get_caller_identity();
    let arn = who.send().await.unwrap().arn.unwrap();
    assert_eq!(arn, names::user_arn(ACCOUNT, &names::user(guid)));

    let iam = &scene.root.iam;
    let user = iam.get_user().user_name(names::user(guid)).send().await;
    let user = user.unwrap().user.unwrap();
    let tags: Vec<_> = user
        .tags()
        .iter()
        .map(|tag| (tag.key(), tag.value()))
        .collect();
    assert_eq!(tags, [(names::GUID_TAG, guid.as_str())]);
    let boundary = user.permissions_boundary.unwrap().permissions_boundary_arn;
    assert_eq!(boundary, Some(names::boundary_arn(ACCOUNT)));
    let document = policy_of(scene, guid).await;
    assert!(document.contains(&names::buckets(guid)), "{document}");
    assert_eq!(state(scene, guid).await, Some(State::Active));
}

async fn policy_of(scene: &Scene, guid: &Guid) -> String {
    let policy = scene
        .root
        .iam
        .get_user_policy()
        .user_name(names::user(guid))
        .policy_name(names::USER_POLICY);
    let document = policy.send().await.unwrap().policy_document;
    percent_encoding::percent_decode_str(&document)
        .decode_utf8()
        .unwrap()
        .into_owned()
}

#[tokio::test]
async fn an_identity_is_made_once_and_its_key_is_encrypted() {
    let scene = Scene::new().await;
    let identities = scene.identities();
    identities.ensure(&guid(1)).await.unwrap();
    assert_right(&scene, &identities, &guid(1)).await;
    let key = scene.key(&identities, &guid(1)).await;
    identities.ensure(&guid(1)).await.unwrap();
    assert_eq!(scene.key(&identities, &guid(1)).await, key);
    assert_eq!(scene.key(&scene.identities(), &guid(1)).await, key);

    for file in std::fs::read_dir(scene.folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let secret = key.secret.as_bytes();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
    assert!(!format!("{identities:?}{key:?}").contains(&key.secret));
}

#[tokio::test]
async fn servers_that_make_it_at_once_share_one_key() {
    let scene = Scene::new().await;
    let servers = [scene.identities(), scene.identities()];
    let asked = (0..8).map(|number| {
        let identities = servers[number % 2].clone();
        async move { written_key(&identities).await }
    });
    let ids = join_all(asked).await;
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_right(&scene, &servers[0], &guid(1)).await;
}

/// The key as it is written for agents.
async fn written_key(identities: &Identities) -> String {
    let folder = tempfile::tempdir().unwrap();
    let guid = guid(1);
    let written = identities.write_credentials_file(&guid, folder.path(), None);
    written.await.unwrap();
    std::fs::read_to_string(folder.path().join(".aws_credentials")).unwrap()
}

#[tokio::test]
async fn the_file_for_agents_holds_what_was_agreed_and_is_theirs_alone() {
    let scene = Scene::new().await;
    let identities = scene.identities();
    let folder = tempfile::tempdir().unwrap();
    let (file, elsewhere) = (
        folder.path().join(".aws_credentials"),
        folder.path().join("elsewhere"),
    );
    std::os::unix::fs::symlink(&elsewhere, &file).unwrap();
    let guid = guid(1);
    let written = identities.write_credentials_file(&guid, folder.path(), None);
    written.await.unwrap();
    assert!(!elsewhere.exists(), "a link must not be followed");
    let mode = std::fs::symlink_metadata(&file)
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode, 0o100_600);

    let key = scene.key(&identities, &guid).await;
    let expected = format!(
        r#"{{
  "user_name": "tmux-user-010101010101",
  "access_key_id": "{}",
  "secret_access_key": "{}",
  "region": "us-east-1",
  "guid": "{}"
}}
"#,
        key.id, key.secret, guid
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), expected);
}

#[tokio::test]
async fn a_second_guid_with_the_same_beginning_is_refused() {
    let scene = Scene::new().await;
    let identities = scene.identities();
    identities.ensure(&guid(1)).await.unwrap();
    let mut bytes = [1; 32];
    bytes[31] = 2;
    let second = Guid::from_bytes(bytes);
    assert_eq!(second.short(), guid(1).short());
    for _ in 0..2 {
        let refused = identities.ensure(&second).await.unwrap_err();
        assert!(matches!(refused, IdentityError::Taken(_)), "{refused}");
        assert!(
            refused.to_string().contains("make a new workspace"),
            "{refused}"
        );
        assert!(identities.clients(&second).await.is_err());
        let deleted = identities.delete(&second).await.unwrap_err();
        assert!(matches!(deleted, IdentityError::Taken(_)), "{deleted}");
        let suspended = identities.suspend(&second).await.unwrap_err();
        assert!(matches!(suspended, IdentityError::Taken(_)), "{suspended}");
    }
    assert_right(&scene, &identities, &guid(1)).await;
}

#[tokio::test]
async fn a_user_that_somebody_else_made_is_left_alone() {
    let scene = Scene::new().await;
    let made = scene
        .root
        .iam
        .create_user()
        .user_name(names::user(&guid(1)));
    made.send().await.unwrap();
    let refused = scene.identities().ensure(&guid(1)).await.unwrap_err();
    assert!(matches!(refused, IdentityError::NotOurs(_)), "{refused}");
    assert!(scene.identities().delete(&guid(1)).await.is_err());
    assert_eq!(scene.keys(&guid(1)).await, [""; 0]);
}

#[tokio::test]
async fn a_rotated_key_replaces_the_one_before() {
    let scene = Scene::new().await;
    let identities = scene.identities();
    identities.ensure(&guid(1)).await.unwrap();
    let before = scene.key(&identities, &guid(1)).await;
    identities.rotate(&guid(1)).await.unwrap();
    assert_right(&scene, &identities, &guid(1)).await;
    let after = scene.key(&identities, &guid(1)).await;
    assert_ne!(after.id, before.id);
    assert!(!is_accepted(&scene, &before).await);

    // By age: only what is old enough, and nothing that is suspended.
    scene.clock.pass(30 * DAY);
    identities.ensure(&guid(2)).await.unwrap();
    identities.ensure(&guid(3)).await.unwrap();
    let young = scene.key(&identities, &guid(2)).await;
    scene.clock.pass(DAY);
    let age = Duration::from_secs(30 * 86_400);
    let rotated = identities.rotate_older(age).await.unwrap();
    let [(of, Ok(()))] = &rotated[..] else {
        panic!("{rotated:?}");
    };
    assert_eq!(*of, guid(1));
    assert!(!is_accepted(&scene, &after).await);
    assert_eq!(scene.key(&identities, &guid(2)).await, young);
}

#[tokio::test]
async fn a_gently_replaced_key_works_for_an_hour_more() {
    let scene = Scene::new().await;
    let identities = scene.identities();
    let bucket = make_bucket(&scene, &guid(1)).await;
    let under_way = identities.clients(&guid(1)).await.unwrap();
    let before = scene.key(&identities, &guid(1)).await;
    scene.clock.pass(DAY);
    let day = Duration::from_secs(86_400);
    assert_all_done(identities.rotate_older_gently(day).await, 1);

    let after = scene.key(&identities, &guid(1)).await;
    assert_ne!(after.id, before.id);
    assert!(is_accepted(&scene, &after).await && can_list(&under_way, &bucket).await);
    scene.clock.pass(LINGER - 1);
    // Neither of these takes it away, and AWS has no room for a third.
    identities.ensure(&guid(1)).await.unwrap();
    assert_all_done(identities.delete_replaced().await, 0);
    assert_all_done(identities.rotate_older_gently(Duration::ZERO).await, 0);
    assert!(can_list(&under_way, &bucket).await);

    scene.clock.pass(1);
    assert_all_done(identities.delete_replaced().await, 1);
    assert!(!is_accepted(&scene, &before).await);
    assert_eq!(scene.key(&identities, &guid(1)).await, after);
    assert_right(&scene, &identities, &guid(1)).await;
    assert_all_done(identities.delete_replaced().await, 0);
}

#[tokio::test]
async fn a_rotation_at_once_does_not_wait_for_a_key_that_lingers() {
    let scene = Scene::new().await;
    let identities = scene.identities();
    identities.ensure(&guid(1)).await.unwrap();
    assert_all_done(identities.rotate_older_gently(Duration::ZERO).await, 1);
    assert_eq!(scene.keys(&guid(1)).await.len(), 2);
    let lingering = scene.key(&identities, &guid(1)).await;
    identities.rotate(&guid(1)).await.unwrap();
    assert!(!is_accepted(&scene, &lingering).await);
    assert_right(&scene, &identities, &guid(1)).await;
}

#[tokio::test]
async fn a_replaced_key_that_could_not_be_deleted_is_looked_for_again() {
    let (scene, guid) = (Scene::new().await, guid(1));
    let faults = Faults::before(&scene.ministack).await;
    let through = faults.root().await;
    scene.identities().ensure(&guid).await.unwrap();
    let identities = scene.identities_of(&through);
    identities.rotate(&guid).await.unwrap();
    let rotation = identities.rotate(&guid);
    let (done, _) = faults.with(Fault::Refused, usize::MAX, rotation).await;
    done.unwrap().unwrap();
    let deletion = faults.calls().len() - 1;

    let old = Duration::from_secs(86_400);
    for number in 0..3 {
        let before = scene.key(&identities, &guid).await;
        let rotation = identities.rotate(&guid);
        let (done, _) = faults.with(Fault::Refused, deletion, rotation).await;
        let refused = done.unwrap().unwrap_err().to_string();
        assert!(refused.contains("iam:DeleteAccessKey"), "{refused}");
        assert!(is_accepted(&scene, &before).await);
        let after = scene.key(&identities, &guid).await;
        assert_ne!(after.id, before.id);

        // What looks for it is another process, to which the new key is young.
        let identities = scene.identities();
        match number {
            0 => identities.ensure(&guid).await.unwrap(),
            1 => assert_all_done(identities.rotate_older(old).await, 1),
            _ => assert_all_done(identities.delete_replaced().await, 1),
        }
        assert!(!is_accepted(&scene, &before).await);
        assert_eq!(scene.key(&identities, &guid).await, after);
        assert_right(&scene, &identities, &guid).await;
    }
}

/// So many workspaces were looked after, and nothing failed.
fn assert_all_done(outcome: Result<ByWorkspace, IdentityError>, count: usize) {
    let by_workspace = outcome.unwrap();
    assert_eq!(by_workspace.len(), count, "{by_workspace:?}");
    assert!(
        by_workspace.iter().all(|(_, result)| result.is_ok()),
        "{by_workspace:?}"
    );
}

#[tokio::test]
async fn a_suspended_identity_can_do_nothing_until_it_is_resumed() {
    let scene = Scene::new().await;
    let identities = scene.identities();
    let bucket = make_bucket(&scene, &guid(1)).await;
    let clients = identities.clients(&guid(1)).await.unwrap();
    let short = identities.credentials(&guid(1)).await.unwrap();
    let short = scene.root.acting_with(&short.key);
    assert!(can_list(&clients, &bucket).await && can_list(&short, &bucket).await);

    identities.suspend(&guid(1)).await.unwrap();
    assert!(!can_list(&clients, &bucket).await);
    assert!(!can_list(&short, &bucket).await, "they must end too");
    let refused = |result: Result<(), IdentityError>| {
        assert!(
            matches!(result, Err(IdentityError::Suspended)),
            "{result:?}"
        );
    };
    refused(identities.ensure(&guid(1)).await);
    refused(identities.rotate(&guid(1)).await);
    refused(identities.renew_policy(&guid(1)).await);
    refused(identities.clients(&guid(1)).await.map(drop));
    refused(identities.credentials(&guid(1)).await.map(drop));

    identities.resume(&guid(1)).await.unwrap();
    assert!(can_list(&clients, &bucket).await && can_list(&short, &bucket).await);
    assert_right(&scene, &identities, &guid(1)).await;
}

#[tokio::test]
async fn a_deleted_identity_leaves_nothing_and_can_be_made_again() {
    let scene = Scene::new().await;
    let identities = scene.identities();
    identities.delete(&guid(1)).await.unwrap();
    identities.ensure(&guid(1)).await.unwrap();
    let key = scene.key(&identities, &guid(1)).await;
    for _ in 0..2 {
        identities.delete(&guid(1)).await.unwrap();
        assert!(!is_accepted(&scene, &key).await);
        let user = scene.root.iam.get_user().user_name(names::user(&guid(1)));
        assert!(user.send().await.is_err());
        assert_eq!(state(&scene, &guid(1)).await, Some(State::Deleted));
    }
    identities.ensure(&guid(1)).await.unwrap();
    assert_right(&scene, &identities, &guid(1)).await;
}

#[tokio::test]
async fn short_lived_credentials_are_kept_until_shortly_before_their_end() {
    let scene = Scene::new().await;
    let identities = scene.identities();
    let first = identities.credentials(&guid(1)).await.unwrap();
    assert!(first.key.token.is_some());
    let left = first.expires_at.millis() - scene.clock.now().millis();
    assert!((3_500_000..=3_700_000).contains(&left), "{left}");
    assert_eq!(identities.credentials(&guid(1)).await.unwrap(), first);
    scene.clock.pass(2_600);
    assert_eq!(identities.credentials(&guid(1)).await.unwrap(), first);
    scene.clock.pass(200);
    let second = identities.credentials(&guid(1)).await.unwrap();
    assert_ne!(second.key.id, first.key.id);

    identities.rotate(&guid(1)).await.unwrap();
    let third = identities.credentials(&guid(1)).await.unwrap();
    assert_ne!(third.key.id, second.key.id, "they hang on the key");
}

#[tokio::test]
async fn the_policy_names_the_distributions_of_the_ledger() {
    let scene = Scene::new().await;
    let identities = scene.identities();
    identities.ensure(&guid(1)).await.unwrap();
    for (of, id) in [(1, "EFIRST"), (1, "ESECOND"), (2, "EOTHER")] {
        scene.clock.pass(1);
        let row = Row::of_workspace(&guid(of), Kind::Distribution, id, scene.clock.now());
        scene.ledger.adopt(&row).await.unwrap();
    }
    identities.renew_policy(&guid(1)).await.unwrap();
    let expected = policy::workspace(ACCOUNT, &guid(1), &["ESECOND".into(), "EFIRST".into()]);
    let found: serde_json::Value =
        serde_json::from_str(&policy_of(&scene, &guid(1)).await).unwrap();
    assert_eq!(found.to_string(), expected);
    assert!(expected.contains("distribution/ESECOND") && !expected.contains("EOTHER"));
}

#[tokio::test]
async fn a_boundary_of_an_older_version_is_brought_up_to_date() {
    let scene = Scene::new().await;
    let old = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}]}"#;
    let policy = scene.root.iam.create_policy().policy_name(names::BOUNDARY);
    policy.policy_document(old).send().await.unwrap();
    for _ in 0..4 {
        let version = scene.root.iam.create_policy_version();
        let version = version.policy_arn(names::boundary_arn(ACCOUNT));
        version
            .policy_document(old)
            .set_as_default(true)
            .send()
            .await
            .unwrap();
    }
    scene.identities().ensure(&guid(1)).await.unwrap();
    let bucket = make_bucket(&scene, &guid(1)).await;
    let clients = scene.identities().clients(&guid(1)).await.unwrap();
    assert!(can_list(&clients, &bucket).await);
}

#[tokio::test]
async fn what_was_changed_by_hand_is_put_right() {
    let scene = Scene::new().await;
    let identities = scene.identities();
    identities.ensure(&guid(1)).await.unwrap();
    let (iam, user) = (&scene.root.iam, names::user(&guid(1)));

    // Its key was deleted, another one made, its policy and its boundary removed.
    let key = scene.keys(&guid(1)).await.remove(0);
    let gone = iam.delete_access_key().user_name(&user).access_key_id(key);
    gone.send().await.unwrap();
    iam.create_access_key()
        .user_name(&user)
        .send()
        .await
        .unwrap();
    let policy = iam
        .delete_user_policy()
        .user_name(&user)
        .policy_name(names::USER_POLICY);
    policy.send().await.unwrap();
    let boundary = iam.delete_user_permissions_boundary().user_name(&user);
    boundary.send().await.unwrap();

    identities.ensure(&guid(1)).await.unwrap();
    assert_right(&scene, &identities, &guid(1)).await;
}

#[tokio::test]
async fn a_lost_secret_key_is_named_and_rotation_helps() {
    let scene = Scene::new().await;
    scene.identities().ensure(&guid(1)).await.unwrap();
    let other = Identities::new(
        scene.root.clone(),
        Ledger::new(&scene.root),
        scene.records.clone(),
        Vault::new(&"5a".repeat(32), "TMUX_BUILDER_SECRET_KEY").unwrap(),
        scene.clock.clone(),
    );
    let refused = other.clients(&guid(1)).await.unwrap_err();
    assert!(
        refused.to_string().contains("rotate the access key"),
        "{refused}"
    );
    other.rotate(&guid(1)).await.unwrap();
    assert_right(&scene, &other, &guid(1)).await;
}
