//! One workspace cannot touch what another one has: every action, with the workspace's key and with
//! short-lived credentials, on its own things, on another's, and on what is nobody's.

mod act;
mod documents;

use cloud::aws::clients::{AccessKey, Clients};
use cloud::aws::identity::Identities;
use cloud::aws::names;
use protocol::Guid;

use super::support::Scene;
use super::support::scene::guid;
use super::support::site::{make, target};
use act::{Act, Verdict, attempt};

use Verdict::{Allowed, Denied};

/// What may be done to one's own things. On all others everything is denied.
const TABLE: [(Act, Verdict); 45] = [
    (Act::HeadBucket, Allowed),
    (Act::ListObjects, Allowed),
    (Act::ListVersions, Allowed),
    (Act::ListUploads, Allowed),
    (Act::GetBucketLocation, Allowed),
    (Act::GetBucketPolicy, Denied),
    (Act::PutBucketPolicy, Denied),
    (Act::DeleteBucketPolicy, Denied),
    (Act::PutPublicAccessBlock, Denied),
    (Act::PutBucketVersioning, Denied),
    (Act::PutBucketCors, Denied),
    (Act::PutBucketTagging, Denied),
    (Act::CreateBucket, Denied),
    (Act::DeleteBucket, Denied),
    (Act::GetObject, Allowed),
    (Act::HeadObject, Allowed),
    (Act::GetVersion, Allowed),
    (Act::PutObject, Allowed),
    (Act::Upload, Allowed),
    (Act::CopyFrom, Allowed),
    (Act::CopyTo, Allowed),
    (Act::GetObjectTagging, Allowed),
    (Act::PutObjectTagging, Allowed),
    (Act::PutObjectAcl, Denied),
    (Act::DeleteVersion, Denied),
    (Act::DeleteObject, Allowed),
    (Act::GetDistribution, Allowed),
    (Act::CreateInvalidation, Allowed),
    (Act::GetInvalidation, Allowed),
    (Act::GetDistributionConfig, Denied),
    (Act::DeleteDistribution, Denied),
    (Act::TagDistribution, Denied),
    (Act::ReadLedger, Denied),
    (Act::QueryLedger, Denied),
    (Act::ScanLedger, Denied),
    (Act::WriteLedger, Denied),
    (Act::DeleteFromLedger, Denied),
    (Act::GetUser, Denied),
    (Act::ListKeys, Denied),
    (Act::CreateKey, Denied),
    (Act::DeleteKey, Denied),
    (Act::PutUserPolicy, Denied),
    (Act::DeleteUserPolicy, Denied),
    (Act::DropBoundary, Denied),
    (Act::DeleteUser, Denied),
];

/// A workspace's things, or things that are like them.
pub struct Things {
    pub guid: Guid,
    pub bucket: String,
    /// An older version of the object `live/index.html`.
    pub version: String,
    pub distribution: String,
    pub invalidation: String,
}

/// A workspace with a site.
async fn workspace(scene: &Scene, identities: &Identities, guid: Guid) -> Things {
    identities.ensure(&guid).await.unwrap();
    let site = target(&guid, "tea-shop");
    let distribution = make(&scene.root, &scene.ledger, &site).await;
    identities.renew_policy(&guid).await.unwrap();
    Things {
        version: put(&scene.root, &site.name).await,
        invalidation: act::invalidate(&scene.root, &distribution).await.unwrap(),
        bucket: site.name,
        distribution,
        guid,
    }
}

/// Writes the object anew, and returns its version.
async fn put(root: &Clients, bucket: &str) -> String {
    let object = root.s3.put_object().bucket(bucket).key("live/index.html");
    let put = object.body(b"tea".to_vec().into()).send().await.unwrap();
    put.version_id.unwrap_or_default()
}

/// Other buckets, with everything else of another workspace.
async fn bucket_named(scene: &Scene, bucket: &str, other: &Things) -> Things {
    let made = scene.root.s3.create_bucket().bucket(bucket).send().await;
    made.unwrap();
    Things {
        guid: other.guid.clone(),
        bucket: bucket.to_owned(),
        version: put(&scene.root, bucket).await,
        distribution: other.distribution.clone(),
        invalidation: other.invalidation.clone(),
    }
}

/// Credentials that a workspace makes for itself in the name of another one, for everything.
async fn pretend(key: &Clients, other: &Guid) -> Clients {
    let token = key.sts.get_federation_token().name(names::user(other));
    let token = token.policy(act::DOCUMENT).send().await.unwrap();
    let made = token.credentials.unwrap();
    key.acting_with(&AccessKey {
        id: made.access_key_id,
        secret: made.secret_access_key,
        token: Some(made.session_token),
    })
}

#[tokio::test]
async fn a_workspace_reaches_its_own_things_and_no_others() {
    let scene = Scene::new().await;
    let identities = scene.identities();
    let own = workspace(&scene, &identities, guid(1)).await;
    let others = workspace(&scene, &identities, guid(2)).await;
    let outside = bucket_named(&scene, "payroll", &others).await;
    // Begins like the own ones but for the last character of the prefix.
    let nearly = format!("tmux-{}tea", own.guid.short());
    let nearly = bucket_named(&scene, &nearly, &others).await;

    let key = identities.clients(&own.guid).await.unwrap();
    let short_lived = identities.credentials(&own.guid).await.unwrap();
    let short_lived = scene.root.acting_with(&short_lived.key);
    let pretending = pretend(&key, &others.guid).await;
    let mut wrong = Vec::new();
    let mut cells = 0;
    for (whose, things) in [
        ("own", &own),
        ("another's", &others),
        ("nobody's", &outside),
        ("nearly its own", &nearly),
    ] {
        for (with, clients) in [
            ("the key", &key),
            ("short-lived credentials", &short_lived),
            ("credentials in another's name", &pretending),
        ] {
            put(&scene.root, &things.bucket).await;
            for (act, verdict) in TABLE {
                let expected = if whose == "own" { verdict } else { Denied };
                let found = attempt(act, clients, things, &own).await;
                cells += 1;
                if found != expected {
                    wrong.push(format!("{act:?} on {whose} with {with}: {found:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "of {cells}:\n{}", wrong.join("\n"));

    // Nothing of the other one has changed.
    let clients = identities.clients(&others.guid).await.unwrap();
    assert_eq!(
        attempt(Act::GetObject, &clients, &others, &others).await,
        Allowed
    );
    assert_eq!(scene.keys(&others.guid).await.len(), 1);
    let rows = scene.ledger.of_workspace(&others.guid).await.unwrap();
    assert_eq!(rows.len(), 4);
    let user = scene
        .root
        .iam
        .get_user()
        .user_name(names::user(&others.guid));
    let user = user.send().await.unwrap().user.unwrap();
    assert!(user.permissions_boundary.is_some());
}
