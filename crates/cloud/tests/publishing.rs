//! The publishing service over the local engine and SQLite.
#![expect(
    clippy::unwrap_used,
    reason = "a test fails at what it does not expect"
)]

#[path = "publishing/clouds.rs"]
mod clouds;
#[path = "publishing/scene.rs"]
mod scene;

use std::collections::BTreeSet;

use domain::error::Error;
use domain::proof::record::{ProofRecord, ProvingRecord};
use domain::publishing::Announcement;
use domain::publishing::record::Pending as _;
use domain::records::{Record as _, delete, put};
use domain::table::Condition;
use futures::future::join_all;
use protocol::{ApiError, ErrorKind, PublishAct, Role, SiteId, SiteStatus};

use self::scene::{Blow, Fuse, Scene, person};

fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> ApiError {
    result.unwrap_err().into_api()
}

#[tokio::test]
async fn new_update_and_rollback() {
    let scene = Scene::new().await;
    let publishing = scene.publishing();
    let first = publishing
        .publish_new(&scene.actor, &scene.project, scene.source("one"))
        .await
        .unwrap();
    assert_eq!((first.release, first.act), (1, PublishAct::New));
    assert_eq!(
        scene.live_text(first.site).await.unwrap(),
        (1, "one".into())
    );
    assert!(
        first.url.starts_with("http://tmux-010101010101-tea-shop-"),
        "{}",
        first.url
    );
    assert!(first.url.ends_with(".localhost:3001"), "{}", first.url);

    scene.clock.pass(1);
    let second = publishing
        .update(&scene.actor, first.site, scene.source("two"))
        .await
        .unwrap();
    assert_eq!((second.release, second.act), (2, PublishAct::Update));
    assert_eq!(second.url, first.url);
    assert_eq!(
        scene.live_text(first.site).await.unwrap(),
        (2, "two".into())
    );

    let back = publishing
        .rollback(&scene.actor, first.site, 1)
        .await
        .unwrap();
    assert_eq!((back.release, back.act), (1, PublishAct::Rollback));
    assert_eq!(
        scene.live_text(first.site).await.unwrap(),
        (1, "one".into())
    );
    let third = publishing
        .update(&scene.actor, first.site, scene.source("three"))
        .await
        .unwrap();
    assert_eq!(third.release, 3, "a number is never used twice");
    for missing in [0, 4] {
        let error = refusal(publishing.rollback(&scene.actor, first.site, missing).await);
        assert_eq!(error.kind, ErrorKind::NotFound);
    }
}

#[tokio::test]
async fn deployments_come_newest_first_with_their_releases() {
    let scene = Scene::new().await;
    let publishing = scene.publishing();
    let mut sites = vec![];
    for _ in 0..3 {
        scene.clock.pass(1);
        let published = publishing
            .publish_new(&scene.actor, &scene.project, scene.source("x"))
            .await;
        sites.push(published.unwrap().site);
    }
    scene.clock.pass(1);
    publishing
        .update(&scene.actor, sites[0], scene.source("y"))
        .await
        .unwrap();
    let rows = publishing
        .deployments(&scene.actor, &scene.project.guid)
        .await
        .unwrap();
    let order: Vec<_> = rows.iter().map(|row| row.site.id).collect();
    assert_eq!(order, [sites[0], sites[2], sites[1]]);
    assert_eq!(rows[0].project_name, "Tea Shop");
    assert_eq!(rows[0].site.status, SiteStatus::Deployed);
    let numbers: Vec<_> = rows[0]
        .releases
        .iter()
        .map(|release| release.number)
        .collect();
    assert_eq!(numbers, [2, 1]);
    assert_eq!(
        (rows[0].releases[0].files, rows[0].releases[0].bytes),
        (1, 1)
    );
    let listed = publishing
        .sites(&scene.actor, &scene.project.guid)
        .await
        .unwrap();
    assert_eq!(
        listed.iter().map(|site| site.id).collect::<Vec<_>>(),
        [sites[2], sites[1], sites[0]]
    );
}

#[tokio::test]
async fn those_who_watch_see_it_move() {
    let scene = Scene::new().await;
    let publishing = scene.publishing();
    publishing
        .publish_new(&scene.actor, &scene.project, scene.source("one"))
        .await
        .unwrap();
    let told: Vec<_> = scene.told.lock().unwrap().drain(..).collect();
    let states: Vec<_> = told
        .iter()
        .filter_map(|told| match told {
            Announcement::Site(site) => Some((site.status, site.live)),
            Announcement::Progress { .. }
            | Announcement::Removed { .. }
            | Announcement::ToCheck { .. } => None,
        })
        .collect();
    assert_eq!(
        states,
        [
            (SiteStatus::InProgress, 0),
            // Its address is known now.
            (SiteStatus::InProgress, 0),
            (SiteStatus::Deployed, 1)
        ]
    );
    assert!(
        told.iter()
            .any(|told| matches!(told, Announcement::Progress { .. })),
        "{told:?}"
    );
}

#[tokio::test]
async fn what_goes_live_is_to_be_checked_once() {
    let scene = Scene::new().await;
    let publishing = scene.publishing();
    let first = publishing.publish_new(&scene.actor, &scene.project, scene.source("1"));
    let site = first.await.unwrap().site;
    let key = ProvingRecord::key_of(site);
    let waiting = async || scene.records.get::<ProvingRecord>(&key).await.unwrap();
    assert_eq!(waiting().await.unwrap().release, 1);
    let update = publishing.update(&scene.actor, site, scene.source("2"));
    update.await.unwrap();
    let second = waiting().await.unwrap();
    assert_eq!(
        second.release, 2,
        "the newest release replaces the one before"
    );

    let proof = ProofRecord {
        proof: second.proof(),
    };
    let done = vec![
        put(&proof, Condition::Absent),
        delete(key.clone(), second.unchanged()),
    ];
    scene.records.transact(done).await.unwrap();
    publishing.rollback(&scene.actor, site, 1).await.unwrap();
    assert_eq!(waiting().await.unwrap().release, 1, "it was never checked");
    let done = vec![delete(key.clone(), Condition::Present)];
    scene.records.transact(done).await.unwrap();
    publishing.rollback(&scene.actor, site, 2).await.unwrap();
    assert_eq!(waiting().await, None, "it was checked before");

    publishing.remove(&scene.actor, site).await.unwrap();
    let key = proof.key();
    let is_gone = async || {
        let found = scene.records.get::<ProofRecord>(&key).await.unwrap();
        found.is_none()
    };
    scene.until(is_gone).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_sites_of_one_second_have_ten_names() {
    let scene = Scene::new().await;
    let publishing = scene.publishing();
    let acts = (0..10).map(|number| {
        publishing.publish_new(
            &scene.actor,
            &scene.project,
            scene.source(&number.to_string()),
        )
    });
    let urls: BTreeSet<_> = join_all(acts)
        .await
        .into_iter()
        .map(|site| site.unwrap().url)
        .collect();
    assert_eq!(urls.len(), 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn updates_of_one_site_wait_for_each_other() {
    let scene = Scene::new().await;
    let publishing = scene.publishing();
    let first = publishing
        .publish_new(&scene.actor, &scene.project, scene.source("0"))
        .await
        .unwrap();
    let acts = (0..8).map(|number| {
        publishing.update(&scene.actor, first.site, scene.source(&number.to_string()))
    });
    let numbers: BTreeSet<_> = join_all(acts)
        .await
        .into_iter()
        .map(|done| done.unwrap().release)
        .collect();
    assert_eq!(numbers, (2..=9).collect());
    let (live, _) = scene.live_text(first.site).await.unwrap();
    assert_eq!(
        publishing
            .site(&scene.actor, first.site)
            .await
            .unwrap()
            .live,
        live
    );
    assert_eq!(live, 9);
}

#[tokio::test]
async fn strangers_learn_nothing_and_viewers_do_not_publish() {
    let scene = Scene::new().await;
    let publishing = scene.publishing();
    let site = publishing
        .publish_new(&scene.actor, &scene.project, scene.source("1"))
        .await
        .unwrap()
        .site;
    let stranger = person();
    let unknown = refusal(publishing.site(&stranger, SiteId::random()).await);
    assert_eq!(unknown.kind, ErrorKind::NotFound);
    let source = || scene.source("2");
    for refused in [
        refusal(publishing.site(&stranger, site).await),
        refusal(publishing.update(&stranger, site, source()).await),
        refusal(publishing.rollback(&stranger, site, 1).await),
    ] {
        assert_eq!(refused, unknown);
    }
    let guid = &scene.project.guid;
    for refused in [
        refusal(
            publishing
                .publish_new(&stranger, &scene.project, source())
                .await,
        ),
        refusal(publishing.deployments(&stranger, guid).await),
        refusal(publishing.sites(&stranger, guid).await),
    ] {
        assert_eq!(refused.kind, ErrorKind::NotFound);
    }
    let viewer = scene.member(Role::Viewer).await;
    assert!(publishing.deployments(&viewer, guid).await.is_ok());
    for refused in [
        refusal(
            publishing
                .publish_new(&viewer, &scene.project, source())
                .await,
        ),
        refusal(publishing.update(&viewer, site, source()).await),
        refusal(publishing.rollback(&viewer, site, 1).await),
    ] {
        assert_eq!(refused.kind, ErrorKind::Forbidden);
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_a_site_leaves_no_trace() {
    let scene = Scene::new().await;
    let publishing = scene.publishing();
    let mut source = scene.source("one");
    source.directory = "none".into();
    let refused = refusal(
        publishing
            .publish_new(&scene.actor, &scene.project, source.clone())
            .await,
    );
    assert_eq!(refused.field.as_deref(), Some("directory"));
    assert!(
        publishing
            .sites(&scene.actor, &scene.project.guid)
            .await
            .unwrap()
            .is_empty()
    );
    let mut archived = scene.project.clone();
    archived.archived = true;
    let refused = refusal(
        publishing
            .publish_new(&scene.actor, &archived, scene.source("one"))
            .await,
    );
    assert_eq!(refused.kind, ErrorKind::Conflict);
    let site = publishing
        .publish_new(&scene.actor, &scene.project, scene.source("one"))
        .await
        .unwrap()
        .site;
    refusal(publishing.update(&scene.actor, site, source).await);
    assert_eq!(
        publishing.site(&scene.actor, site).await.unwrap().status,
        SiteStatus::Deployed
    );
}

#[tokio::test]
async fn an_act_goes_on_when_its_caller_goes_away() {
    let scene = Scene::new().await;
    let publishing = scene.publishing();
    let site = publishing
        .publish_new(&scene.actor, &scene.project, scene.source("1"))
        .await
        .unwrap()
        .site;
    scene.told.lock().unwrap().clear();
    {
        let act = publishing.update(&scene.actor, site, scene.source("2"));
        let begun = scene.until(async || !scene.told.lock().unwrap().is_empty());
        tokio::select! {
            () = begun => {}
            done = act => drop(done.unwrap()),
        }
    }
    scene
        .until(async || {
            scene
                .live_text(site)
                .await
                .is_some_and(|(live, _)| live == 2)
        })
        .await;
}

/// Which act is killed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Act {
    New,
    Update,
    Rollback,
}

/// Lets each step of an act fail, once before and once after it took effect; either everything
/// after it fails too (the server was killed) or nothing does (a passing fault).
async fn let_each_step_fail(act: Act, least_steps: i64) {
    for blow in [Blow::Before, Blow::After] {
        for is_fatal in [true, false] {
            let mut step = 0;
            while fails_and_recovers(act, Fuse::new(step, blow, is_fatal)).await {
                step += 1;
            }
            assert!(step >= least_steps, "{act:?} has only {step} steps");
        }
    }
}

#[tokio::test]
async fn a_new_site_killed_between_any_two_steps_is_finished_or_marked_as_failed() {
    let_each_step_fail(Act::New, 6).await;
}

#[tokio::test]
async fn an_update_killed_between_any_two_steps_is_finished_or_marked_as_failed() {
    let_each_step_fail(Act::Update, 5).await;
}

#[tokio::test]
async fn a_rollback_killed_between_any_two_steps_is_finished_or_marked_as_failed() {
    let_each_step_fail(Act::Rollback, 3).await;
}

/// Whether the fuse blew; if so, everything that must hold was checked.
async fn fails_and_recovers(act: Act, fuse: Fuse) -> bool {
    let case = format!("{act:?} {fuse:?}");
    let is_fatal = fuse.is_fatal;
    let scene = Scene::new().await;
    let sound = scene.publishing();
    let mut first = None;
    if act != Act::New {
        let new = sound
            .publish_new(&scene.actor, &scene.project, scene.source("release 1"))
            .await
            .unwrap();
        sound
            .update(&scene.actor, new.site, scene.source("release 2"))
            .await
            .unwrap();
        first = Some(new.site);
    }
    let fused = scene.publishing_with(fuse);
    let result = match (act, first) {
        (Act::New, _) => {
            fused
                .publish_new(&scene.actor, &scene.project, scene.source("release 1"))
                .await
        }
        (Act::Rollback, Some(site)) => fused.rollback(&scene.actor, site, 1).await,
        (_, Some(site)) => {
            fused
                .update(&scene.actor, site, scene.source("release 3"))
                .await
        }
        (_, None) => unreachable!(),
    };
    if result.is_ok() {
        return false;
    }
    if let Some(site) = first {
        let (live, text) = scene.live_text(site).await.unwrap_or_default();
        assert_eq!(
            text,
            format!("release {live}"),
            "{case}: what is live is whole"
        );
    }
    let after = if is_fatal { scene.publishing() } else { fused };
    if is_fatal {
        after.resume_unfinished().await.unwrap();
        assert_eq!(scene.intents().await, 0, "{case}");
        after.resume_unfinished().await.unwrap();
        for site in scene.sites().await {
            let live = scene.live_text(site.id).await.map_or(0, |(live, _)| live);
            assert_eq!(site.live, live, "{case}: record and disk agree");
            match site.status {
                SiteStatus::Deployed => assert_eq!(site.failure, None, "{case}"),
                SiteStatus::Failed => assert!(site.failure.is_some(), "{case}"),
                SiteStatus::InProgress | SiteStatus::Removing => {
                    panic!("{case}: still {:?}", site.status)
                }
            }
        }
    }
    for site in scene.sites().await {
        let before: BTreeSet<u32> = scene.releases(site.id).await.into_iter().collect();
        let next = site.releases + 1;
        let source = scene.source(&format!("release {next}"));
        let done = after.update(&scene.actor, site.id, source).await.unwrap();
        assert_eq!(done.release, next, "{case}");
        assert!(!before.contains(&next), "{case}: one number, one release");
        assert_eq!(
            scene.live_text(site.id).await,
            Some((next, format!("release {next}"))),
            "{case}"
        );
        for number in scene.releases(site.id).await {
            assert_eq!(
                scene.text(&site, number),
                format!("release {number}"),
                "{case}"
            );
        }
    }
    assert_eq!(scene.intents().await, 0, "{case}");
    true
}
