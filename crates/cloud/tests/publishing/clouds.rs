//! What a cloud may do besides: names that are taken, releases that spread, acts that take long.

use std::sync::atomic::Ordering;

use domain::hosting::Place;
use domain::publishing::Announcement;
use domain::publishing::record::SiteRecord;
use protocol::{ErrorKind, PublishAct, Role, SiteStatus};

use super::refusal;
use super::scene::{Blow, Fuse, Scene};

#[tokio::test]
async fn a_name_that_another_server_has_taken_is_left_to_it() {
    let scene = Scene::new().await;
    let (publishing, cloud) = scene.publishing_to_a_cloud();
    cloud.taken.lock().unwrap().extend([
        "tmux-010101010101-tea-shop-20260204-113925".to_owned(),
        "tmux-010101010101-tea-shop-20260204-113926".to_owned(),
    ]);
    let published = publishing
        .publish_new(&scene.actor, &scene.project, scene.source("one"))
        .await
        .unwrap();
    assert!(published.url.contains("-113927."), "{}", published.url);
    assert_eq!(
        scene.live_text(published.site).await.unwrap(),
        (1, "one".into())
    );
}

#[tokio::test]
async fn a_release_spreads_until_visitors_everywhere_get_it() {
    let scene = Scene::new().await;
    let (publishing, cloud) = scene.publishing_to_a_cloud();
    cloud.spreads.store(true, Ordering::SeqCst);
    let site = publishing
        .publish_new(&scene.actor, &scene.project, scene.source("one"))
        .await
        .unwrap()
        .site;
    let status = async || scene.sites().await[0].status;
    assert_eq!(status().await, SiteStatus::InProgress);
    drop(publishing);
    // Another process takes over.
    let (publishing, cloud) = scene.publishing_to_a_cloud();
    publishing.resume_unfinished().await.unwrap();
    cloud.spreads.store(false, Ordering::SeqCst);
    scene
        .until(async || status().await == SiteStatus::Deployed)
        .await;
    // It is stored, then told.
    let last_told = || {
        let told = scene.told.lock().unwrap();
        told.iter().rev().find_map(|told| match told {
            Announcement::Site(told) if told.id == site => Some(told.status),
            _ => None,
        })
    };
    scene
        .until(async || last_told() == Some(SiteStatus::Deployed))
        .await;
}

#[tokio::test]
async fn a_publish_can_be_cancelled_and_tried_again() {
    let scene = Scene::new().await;
    let (publishing, cloud) = scene.publishing_to_a_cloud();
    let site = publishing
        .publish_new(&scene.actor, &scene.project, scene.source("one"))
        .await
        .unwrap()
        .site;
    let nothing = refusal(publishing.retry(&scene.actor, site).await);
    assert_eq!(nothing.kind, ErrorKind::Conflict);

    cloud.stands_still.store(true, Ordering::SeqCst);
    let updating = publishing.update(&scene.actor, site, scene.source("two"));
    let cancelling = async {
        scene
            .until(async || scene.releases(site).await.contains(&2))
            .await;
        cloud.stands_still.store(false, Ordering::SeqCst);
        publishing.cancel(&scene.actor, site).await.unwrap();
    };
    let (updated, ()) = tokio::join!(updating, cancelling);
    assert!(refusal(updated).message.contains("Cancelled"));
    assert_eq!(scene.live_text(site).await.unwrap(), (1, "one".into()));
    assert_eq!(scene.sites().await[0].status, SiteStatus::Failed);
    assert_eq!(scene.intents().await, 0);

    let again = publishing.retry(&scene.actor, site).await.unwrap();
    assert_eq!((again.release, again.act), (2, PublishAct::Update));
    assert_eq!(scene.live_text(site).await.unwrap(), (2, "two".into()));
}

#[tokio::test]
async fn a_removed_site_is_gone_and_its_name_is_not_given_again() {
    let scene = Scene::new().await;
    let publishing = scene.publishing();
    let first = publishing
        .publish_new(&scene.actor, &scene.project, scene.source("one"))
        .await
        .unwrap();
    let viewer = scene.member(Role::Viewer).await;
    assert_eq!(
        refusal(publishing.remove(&viewer, first.site).await).kind,
        ErrorKind::Forbidden
    );
    publishing.remove(&scene.actor, first.site).await.unwrap();
    scene.until(async || scene.sites().await.is_empty()).await;
    assert_eq!(scene.releases(first.site).await, [0; 0]);
    let gone = |told: &Announcement| matches!(told, Announcement::Removed { site, .. } if *site == first.site);
    assert!(scene.told.lock().unwrap().iter().any(gone));
    let second = publishing
        .publish_new(&scene.actor, &scene.project, scene.source("two"))
        .await
        .unwrap();
    assert_ne!(second.url, first.url);
}

#[tokio::test]
async fn a_removal_that_was_cut_short_goes_on_at_the_next_start() {
    let scene = Scene::new().await;
    let site = scene
        .publishing()
        .publish_new(&scene.actor, &scene.project, scene.source("one"))
        .await
        .unwrap()
        .site;
    // The wish is written, then everything fails as if the process were gone.
    let dying = scene.publishing_with(Fuse::new(1, Blow::Before, true));
    dying.remove(&scene.actor, site).await.unwrap();
    let refused = refusal(
        scene
            .publishing()
            .update(&scene.actor, site, scene.source("two"))
            .await,
    );
    assert!(refused.message.contains("being removed"), "{refused:?}");
    scene.publishing().resume_unfinished().await.unwrap();
    scene.until(async || scene.sites().await.is_empty()).await;
}

#[tokio::test]
async fn a_site_that_another_engine_has_made_is_left_alone() {
    let scene = Scene::new().await;
    let publishing = scene.publishing();
    let site = publishing
        .publish_new(&scene.actor, &scene.project, scene.source("one"))
        .await
        .unwrap()
        .site;
    let elsewhere = |site: &mut SiteRecord| {
        site.place = Some(Place {
            id: "E2ABCDEF".into(),
            url: "https://d1.cloudfront.net".into(),
        });
        Ok(())
    };
    let key = SiteRecord::key_of(site);
    scene.records.update(&key, elsewhere).await.unwrap();
    let source = scene.source("two");
    for result in [
        publishing
            .update(&scene.actor, site, source)
            .await
            .map(drop),
        publishing.rollback(&scene.actor, site, 1).await.map(drop),
        publishing.refresh(&scene.actor, site).await,
        publishing.remove(&scene.actor, site).await,
    ] {
        let refused = refusal(result);
        assert_eq!(refused.kind, ErrorKind::Conflict);
        assert!(refused.message.contains("hosting"), "{refused:?}");
    }
    assert_eq!(scene.sites().await[0].status, SiteStatus::Deployed);
}
