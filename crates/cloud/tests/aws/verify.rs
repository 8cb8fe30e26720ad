//! Every difference between ledger and AWS is named, and what can be adopted is.

use cloud::aws::ledger::{Kind, Row, State};
use cloud::aws::verify::{Difference, Scope, adopt, verify};
use domain::hosting::Target;
use protocol::{SiteId, Timestamp};

use super::support::Scene;
use super::support::scene::guid;
use super::support::site::{self, row, target};

/// The differences, each as its name and its subject's kind.
async fn differences(scene: &Scene, scope: Scope<'_>) -> Vec<(&'static str, Kind)> {
    let found = verify(&scene.root, &scene.ledger, scope).await.unwrap();
    let mut names: Vec<_> = found
        .iter()
        .map(|found| {
            assert!(!found.to_string().is_empty() && !found.cure().is_empty());
            let name = match found {
                Difference::Missing(_) => "missing",
                Difference::Unfinished(_) => "unfinished",
                Difference::NotActivated(..) => "not activated",
                Difference::HalfRemoved(_) => "half removed",
                Difference::StillThere(..) => "still there",
                Difference::OtherOwner(..) => "other owner",
                Difference::Unrecorded(_) => "unrecorded",
            };
            (name, found.subject().0)
        })
        .collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn a_published_site_has_no_differences() {
    let scene = Scene::new().await;
    site::make_user(&scene.root, &scene.ledger, &guid(1)).await;
    site::make(&scene.root, &scene.ledger, &target(&guid(1), "tea")).await;
    scene
        .root
        .s3
        .create_bucket()
        .bucket("tmux-backup-2026")
        .send()
        .await
        .unwrap();
    for scope in [
        Scope::All,
        Scope::Workspace(&guid(1)),
        Scope::Workspace(&guid(2)),
    ] {
        assert_eq!(differences(&scene, scope).await, [], "{scope:?}");
    }
}

#[tokio::test]
async fn every_difference_is_named() {
    let scene = Scene::new().await;
    let (root, ledger) = (&scene.root, &scene.ledger);
    let site = |slug| target(&guid(1), slug);

    ledger
        .intend(&row(&site("unfinished"), Kind::Bucket))
        .await
        .unwrap();

    let begun = site("begun");
    ledger.intend(&row(&begun, Kind::Bucket)).await.unwrap();
    site::make_bucket(root, &begun).await;

    let missing = row(&site("missing"), Kind::Bucket);
    ledger.intend(&missing).await.unwrap();
    ledger.activate(&missing).await.unwrap();

    let going = row(&site("going"), Kind::AccessControl);
    ledger.intend(&going).await.unwrap();
    ledger.mark_deleting(&going).await.unwrap();

    let gone = site("gone");
    ledger.intend(&row(&gone, Kind::Bucket)).await.unwrap();
    ledger
        .mark_deleting(&row(&gone, Kind::Bucket))
        .await
        .unwrap();
    ledger
        .mark_deleted(&row(&gone, Kind::Bucket))
        .await
        .unwrap();
    site::make_bucket(root, &gone).await;

    let claimed = site("claimed");
    ledger.intend(&row(&claimed, Kind::Bucket)).await.unwrap();
    site::make_bucket(
        root,
        &Target {
            site: SiteId::random(),
            ..claimed
        },
    )
    .await;

    let lost = site("lost");
    site::make_bucket(root, &lost).await;
    let access = site::make_access(root, &lost).await;
    site::make_distribution(root, &lost, &access).await;
    root.iam
        .create_user()
        .user_name("tmux-user-000000000000")
        .send()
        .await
        .unwrap();

    let of_workspace = [
        ("half removed", Kind::AccessControl),
        ("missing", Kind::Bucket),
        ("not activated", Kind::Bucket),
        ("other owner", Kind::Bucket),
        ("still there", Kind::Bucket),
        ("unfinished", Kind::Bucket),
        ("unrecorded", Kind::Bucket),
        ("unrecorded", Kind::Distribution),
        ("unrecorded", Kind::AccessControl),
    ];
    assert_eq!(
        differences(&scene, Scope::Workspace(&guid(1))).await,
        of_workspace
    );
    let mut all = of_workspace.to_vec();
    all.push(("unrecorded", Kind::User));
    assert_eq!(differences(&scene, Scope::All).await, all);
    let of_site = differences(&scene, Scope::Site(&guid(1), lost.site)).await;
    assert_eq!(of_site.len(), 2, "{of_site:?}");
    assert_eq!(differences(&scene, Scope::Workspace(&guid(2))).await, []);
}

#[tokio::test]
async fn what_bears_our_tags_is_adopted_and_nothing_else() {
    let scene = Scene::new().await;
    let (root, ledger) = (&scene.root, &scene.ledger);
    // All of a site, whose rows are lost.
    let lost = target(&guid(1), "lost");
    site::make_bucket(root, &lost).await;
    let access = site::make_access(root, &lost).await;
    let distribution = site::make_distribution(root, &lost, &access).await;
    // A distribution that was made before its id could be recorded.
    let begun = target(&guid(1), "begun");
    ledger
        .intend(&row(&begun, Kind::Distribution))
        .await
        .unwrap();
    let begun_id = site::make_distribution(root, &begun, "none").await;
    // Nobody's.
    let stray = "tmux-010101010101-stray-20260204-113925";
    root.s3.create_bucket().bucket(stray).send().await.unwrap();

    let now = Timestamp::from_millis(1_770_205_165_000);
    let adoption = adopt(root, ledger, Scope::All, now).await.unwrap();
    let left: Vec<_> = adoption
        .left
        .iter()
        .map(|found| found.subject().1)
        .collect();
    assert_eq!(left, [stray]);
    assert_eq!(adoption.adopted.len(), 4);
    let of_site = ledger.of_site(&guid(1), lost.site).await.unwrap();
    let mut ids: Vec<_> = of_site.iter().map(|row| row.id.clone()).collect();
    ids.sort_unstable();
    let mut wanted = [lost.name.clone(), access, distribution];
    wanted.sort_unstable();
    assert_eq!(ids, wanted);
    let is_whole = |row: &Row| {
        row.state == State::Active && row.project == Some(lost.project) && row.created_at == now
    };
    assert!(of_site.iter().all(is_whole), "{of_site:?}");
    let of_begun = ledger.of_site(&guid(1), begun.site).await.unwrap();
    assert_eq!(
        of_begun
            .iter()
            .map(|row| row.id.as_str())
            .collect::<Vec<_>>(),
        [begun_id]
    );
    // Its name is claimed now.
    let thief = Target {
        guid: guid(2),
        ..lost
    };
    assert!(ledger.intend(&row(&thief, Kind::Bucket)).await.is_err());
    // Again: nothing to do.
    let again = adopt(root, ledger, Scope::All, now).await.unwrap();
    assert_eq!((again.adopted.len(), again.left.len()), (0, 1));
}
