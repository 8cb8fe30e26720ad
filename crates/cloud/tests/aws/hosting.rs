//! Sites on AWS, from their beginning to their end, as their visitors see them.

pub mod scene;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;

use cloud::aws::hosting::Keep;
use cloud::aws::ledger::{Kind, State};
use domain::hosting::{Hosting as _, HostingError};
use protocol::SiteId;

use crate::support::faults::{Fault, Faults};
use scene::{Scene, publish, read};

#[tokio::test]
async fn a_site_is_published_updated_and_rolled_back() {
    let scene = Scene::new().await;
    let first = scene
        .bundle(&[
            ("index.html", "one"),
            ("style.css", "one"),
            ("app.3f2a1b9c.js", "same"),
            ("docs/index.html", "docs"),
            ("about.html", "about"),
            ("LICENSE", "free"),
        ])
        .await;
    let site = scene.publish_new("tea", &first).await;
    assert_eq!(scene.get(&site, "/").text(), "one");
    for (path, text, kind, caching) in [
        (
            "/index.html",
            "one",
            "text/html; charset=utf-8",
            "public, max-age=0",
        ),
        (
            "/style.css",
            "one",
            "text/css; charset=utf-8",
            "public, max-age=10",
        ),
        (
            "/app.3f2a1b9c.js",
            "same",
            "text/javascript; charset=utf-8",
            "public, max-age=31536000",
        ),
        (
            "/docs/",
            "docs",
            "text/html; charset=utf-8",
            "public, max-age=0",
        ),
        (
            "/docs",
            "docs",
            "text/html; charset=utf-8",
            "public, max-age=0",
        ),
        (
            "/about.html",
            "about",
            "text/html; charset=utf-8",
            "public, max-age=0",
        ),
        (
            "/about",
            "about",
            "text/html; charset=utf-8",
            "public, max-age=0",
        ),
        (
            "/LICENSE",
            "free",
            "application/octet-stream",
            "public, max-age=10",
        ),
    ] {
        let answer = scene.get(&site, path);
        assert_eq!((answer.status, answer.text()), (200, text), "{path}");
        assert_eq!(answer.header("content-type"), Some(kind), "{path}");
        assert!(
            answer.header("cache-control").unwrap().starts_with(caching),
            "{path}"
        );
    }
    assert!(scene.hosting.is_deployed(&site).await.unwrap());

    let second = scene
        .bundle(&[
            ("index.html", "two"),
            ("style.css", "two"),
            ("app.3f2a1b9c.js", "same"),
            ("docs/index.html", "docs"),
            ("LICENSE", "free"),
        ])
        .await;
    scene.update(&site, 2, &second).await;
    assert_eq!(scene.written(), 2, "only what has changed");
    assert_eq!(scene.get(&site, "/").text(), "two");
    assert_eq!(scene.get(&site, "/style.css").text(), "two");
    assert_eq!(
        scene.get(&site, "/about.html").text(),
        "two",
        "the page is gone"
    );

    let faults = Faults::before(&scene.base.ministack).await;
    let watched = scene.engine(&faults.root().await);
    watched.activate(&site, 1, &|_| {}).await.unwrap();
    let count = |word| {
        faults
            .calls()
            .iter()
            .filter(|line| line.contains(word))
            .count()
    };
    assert_eq!(count("x-id=CopyObject"), 4, "{:?}", faults.calls());
    assert_eq!(count("x-id=PutObject"), 0, "going back uploads nothing");
    assert_eq!(scene.get(&site, "/").text(), "one");
    assert_eq!(scene.get(&site, "/about").text(), "about");
    let live = scene.get(&site, "/style.css");
    assert_eq!(live.header("content-type"), Some("text/css; charset=utf-8"));

    scene.activate(&site, 1).await;
    assert_eq!(scene.written(), 0, "done twice is the same as once");
}

#[tokio::test]
async fn every_file_name_works_from_the_upload_to_the_visitor() {
    let scene = Scene::new().await;
    let names = [
        ("a b.txt", "/a%20b.txt"),
        ("ü/茶.txt", "/%C3%BC/%E8%8C%B6.txt"),
        ("1+1.txt", "/1+1.txt"),
        ("2+2.txt", "/2%2B2.txt"),
        ("100%.txt", "/100%25.txt"),
        ("%41.txt", "/%2541.txt"),
        ("it's \"quoted\".txt", "/it's%20%22quoted%22.txt"),
        ("who?.txt", "/who%3F.txt"),
        ("#1&a=b.txt", "/%231&a=b.txt"),
        ("~[x]{y}^|.txt", "/~[x]%7By%7D%5E|.txt"),
    ];
    let texts = |text| -> Vec<_> {
        let pages = names.iter().map(|(name, _)| (*name, text));
        pages.chain([("index.html", text)]).collect()
    };
    let site = scene
        .publish_new("names", &scene.bundle(&texts("one")).await)
        .await;
    scene
        .update(&site, 2, &scene.bundle(&texts("two")).await)
        .await;
    for (_, address) in names {
        assert_eq!(scene.get(&site, address).text(), "two", "{address}");
    }
    scene.activate(&site, 1).await;
    for (_, address) in names {
        assert_eq!(scene.get(&site, address).text(), "one", "{address}");
    }
}

#[tokio::test]
async fn large_and_empty_files_arrive_whole() {
    let scene = Scene::new().await;
    let source = scene.source();
    let big: u64 = 100 * 1024 * 1024;
    let file = File::create(source.join("film.mp4")).unwrap();
    file.set_len(big).unwrap();
    file.write_all_at(b"the end", big - 7).unwrap();
    fs::write(source.join("index.html"), "film").unwrap();
    fs::write(source.join("empty.txt"), "").unwrap();
    let site = scene.publish_new("film", &read(source).await).await;
    let empty = scene.get(&site, "/empty.txt");
    assert_eq!((empty.status, empty.body.len()), (200, 0));
    let film = scene.get(&site, "/film.mp4");
    assert_eq!(film.body.len() as u64, big);
    assert!(film.body.ends_with(b"the end"));
    let told = scene.told.lock().unwrap().clone();
    assert_eq!(told.last().unwrap().bytes, big + 4);
    assert!(
        told.iter()
            .any(|told| told.bytes > 0 && told.bytes < big / 2),
        "{told:?}"
    );

    scene
        .update(&site, 2, &scene.bundle(&[("index.html", "no film")]).await)
        .await;
    scene.activate(&site, 1).await;
    assert_eq!(scene.written(), 1, "the film was still there");
    assert_eq!(scene.get(&site, "/").text(), "film");
}

#[tokio::test]
async fn more_files_than_one_listing_holds() {
    let scene = Scene::new().await;
    let source = scene.source();
    fs::write(source.join("index.html"), "many").unwrap();
    for number in 0..1_010 {
        fs::write(source.join(format!("{number}.txt")), format!("{number}")).unwrap();
    }
    let site = scene.publish_new("many", &read(source.clone()).await).await;
    assert_eq!(scene.written(), 1_011);
    scene.activate(&site, 1).await;
    assert_eq!(scene.written(), 0);
    fs::write(source.join("1009.txt"), "changed").unwrap();
    scene.update(&site, 2, &read(source).await).await;
    assert_eq!(scene.written(), 1);
    assert_eq!(scene.get(&site, "/1009.txt").text(), "changed");
    scene.hosting.remove(&site, &|_| {}).await.unwrap();
}

#[tokio::test]
async fn what_is_not_found_is_answered_by_the_release() {
    let scene = Scene::new().await;
    let application = scene.bundle(&[("index.html", "app"), ("a.js", "")]).await;
    let site = scene.publish_new("spa", &application).await;
    let answer = scene.get(&site, "/products/42");
    assert_eq!((answer.status, answer.text()), (200, "app"));
    let pages = scene
        .bundle(&[("index.html", "pages"), ("404.html", "none")])
        .await;
    scene.update(&site, 2, &pages).await;
    let answer = scene.get(&site, "/products/42");
    assert_eq!((answer.status, answer.text()), (404, "none"));
    scene.activate(&site, 1).await;
    let answer = scene.get(&site, "/products/42");
    assert_eq!((answer.status, answer.text()), (200, "app"));
}

#[tokio::test]
async fn the_network_forgets_what_has_changed() {
    let scene = Scene::new().await;
    let one = scene
        .bundle(&[("index.html", "one"), ("a b.css", "one"), ("c.css", "")])
        .await;
    let site = scene.publish_new("fresh", &one).await;
    assert_eq!(
        scene.forgotten(&site).await,
        BTreeSet::new(),
        "nobody had seen anything"
    );
    let two = scene
        .bundle(&[("index.html", "one"), ("a b.css", "two"), ("c.css", "")])
        .await;
    scene.update(&site, 2, &two).await;
    assert_eq!(
        scene.forgotten(&site).await,
        BTreeSet::from(["/a%20b.css".to_owned()])
    );
    scene.activate(&site, 2).await;
    assert_eq!(scene.invalidations(&site).await, 1, "nothing has changed");
    scene.hosting.refresh(&site).await.unwrap();
    assert!(scene.forgotten(&site).await.contains("/*"));
}

#[tokio::test]
async fn old_assets_stay_for_open_pages_and_go_after_some_days() {
    let keep = Keep {
        releases: 1,
        asset_days: 7,
    };
    let scene = Scene::keeping(keep).await;
    let one = scene
        .bundle(&[("index.html", "one"), ("old.js", "old")])
        .await;
    let site = scene.publish_new("tidy", &one).await;
    let two = scene
        .bundle(&[("index.html", "two"), ("new.js", "new")])
        .await;
    scene.update(&site, 2, &two).await;
    assert_eq!(scene.get(&site, "/old.js").text(), "old");
    scene.pass_days(6);
    scene.activate(&site, 2).await;
    assert_eq!(scene.get(&site, "/old.js").text(), "old");
    scene.pass_days(1);
    scene.activate(&site, 2).await;
    assert_eq!(
        scene.get(&site, "/old.js").text(),
        "two",
        "it is gone; the application answers"
    );
    scene.activate(&site, 2).await;
    scene.activate(&site, 2).await;
    let left = scene.versions(&site).await;
    assert_eq!(
        left,
        ["live/index.html", "live/new.js"],
        "nothing else stays"
    );
    // The release is on this machine all the same.
    scene.activate(&site, 1).await;
    assert_eq!(scene.get(&site, "/old.js").text(), "old");
}

#[tokio::test]
async fn a_name_belongs_to_one_site() {
    let scene = Scene::new().await;
    let target = scene.target("tea");
    scene.hosting.claim(&target).await.unwrap();
    scene.hosting.claim(&target).await.unwrap();
    let mut other = target.clone();
    other.site = SiteId::random();
    let refused = scene.hosting.claim(&other).await;
    assert!(matches!(refused, Err(HostingError::NameTaken(name)) if name == target.name));
    let elsewhere = scene.target("coffee");
    scene
        .base
        .root
        .s3
        .create_bucket()
        .bucket(&elsewhere.name)
        .send()
        .await
        .unwrap();
    scene
        .tag_bucket(&elsewhere.name, &SiteId::random().to_string())
        .await;
    let refused = scene.hosting.create(&elsewhere, &|_| {}).await;
    assert!(
        matches!(refused, Err(HostingError::NameTaken(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn done_twice_is_the_same_as_once() {
    let scene = Scene::new().await;
    let bundle = scene.bundle(&[("index.html", "one")]).await;
    let mut target = scene.target("twice");
    for _ in 0..2 {
        scene.hosting.claim(&target).await.unwrap();
        scene
            .hosting
            .store(&target, 1, &bundle, &|_| {})
            .await
            .unwrap();
    }
    let first = scene.hosting.create(&target, &|_| {}).await.unwrap();
    let second = scene.hosting.create(&target, &|_| {}).await.unwrap();
    assert_eq!(first, second);
    target.place = Some(first);
    for _ in 0..2 {
        scene.hosting.activate(&target, 1, &|_| {}).await.unwrap();
        assert_eq!(scene.get(&target, "/").text(), "one");
    }
    assert_eq!(scene.differences().await, Vec::<String>::new());
    let rows = scene
        .base
        .ledger
        .of_site(&target.guid, target.site)
        .await
        .unwrap();
    let kinds: BTreeSet<_> = rows.iter().map(|row| (row.kind, row.state)).collect();
    let active = [Kind::Bucket, Kind::Distribution, Kind::AccessControl];
    assert_eq!(kinds, active.map(|kind| (kind, State::Active)).into());
    assert_eq!(rows.len(), 3);
    for _ in 0..2 {
        scene.hosting.remove(&target, &|_| {}).await.unwrap();
    }
    assert_eq!(scene.differences().await, Vec::<String>::new());
    assert!(
        !scene
            .base
            .folder
            .path()
            .join("sites")
            .join(&target.name)
            .exists()
    );
}

#[tokio::test]
async fn two_sites_are_published_at_once() {
    let scene = Scene::new().await;
    let (one, two) = (
        scene.bundle(&[("index.html", "one")]).await,
        scene.bundle(&[("index.html", "two")]).await,
    );
    let (mut first, mut second) = (scene.target("one"), scene.target("two"));
    let (a, b) = tokio::join!(
        publish(&scene.hosting, &mut first, 1, &one, &|_| {}),
        publish(&scene.hosting, &mut second, 1, &two, &|_| {}),
    );
    a.unwrap();
    b.unwrap();
    assert_eq!(scene.get(&first, "/").text(), "one");
    assert_eq!(scene.get(&second, "/").text(), "two");
    assert_eq!(scene.differences().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_bucket_is_private_and_its_owner_is_known() {
    let scene = Scene::new().await;
    let site = scene
        .publish_new("safe", &scene.bundle(&[("index.html", "one")]).await)
        .await;
    let s3 = &scene.base.root.s3;
    let block = s3
        .get_public_access_block()
        .bucket(&site.name)
        .send()
        .await
        .unwrap();
    let block = block.public_access_block_configuration.unwrap();
    assert_eq!(block.block_public_policy, Some(true));
    assert_eq!(block.restrict_public_buckets, Some(true));
    let versions = s3
        .get_bucket_versioning()
        .bucket(&site.name)
        .send()
        .await
        .unwrap();
    assert_eq!(versions.status.unwrap().as_str(), "Enabled");
    let encryption = s3
        .get_bucket_encryption()
        .bucket(&site.name)
        .send()
        .await
        .unwrap();
    assert!(format!("{encryption:?}").contains("Aes256"));
    let cloudfront = &scene.base.root.cloudfront;
    let id = &site.place.as_ref().unwrap().id;
    let made = cloudfront
        .get_distribution()
        .id(id)
        .send()
        .await
        .unwrap()
        .distribution
        .unwrap();
    let tags = cloudfront
        .list_tags_for_resource()
        .resource(made.arn)
        .send()
        .await
        .unwrap();
    let tags = format!("{tags:?}");
    for owner in [
        site.guid.to_string(),
        site.project.to_string(),
        site.site.to_string(),
    ] {
        assert!(tags.contains(&owner), "{tags}");
    }
}

#[tokio::test]
async fn an_upload_that_is_given_up_leaves_no_parts() {
    let scene = Scene::new().await;
    let one = scene.bundle(&[("index.html", "one")]).await;
    let site = scene.publish_new("film", &one).await;
    let source = scene.source();
    fs::write(source.join("index.html"), "two").unwrap();
    let film = File::create(source.join("film.mp4")).unwrap();
    film.set_len(40 * 1024 * 1024).unwrap();
    let two = read(source).await;
    scene.hosting.store(&site, 2, &two, &|_| {}).await.unwrap();

    let faults = Faults::before(&scene.base.ministack).await;
    let engine = scene.engine(&faults.root().await);
    // The versions are listed, the upload is begun, and a part of it gets stuck.
    let attempt = engine.activate(&site, 2, &|_| {});
    let (result, is_stuck) = faults.with(Fault::Stuck, 2, attempt).await;
    assert!(is_stuck && result.is_none());
    assert!(
        faults.calls()[2].contains("partNumber"),
        "{:?}",
        faults.calls()
    );
    scene.until(async || scene.uploads(&site).await == 0).await;
    assert_eq!(scene.get(&site, "/").text(), "one", "pages come last");
    scene.activate(&site, 2).await;
    assert_eq!(scene.get(&site, "/film.mp4").body.len(), 40 * 1024 * 1024);
}

#[tokio::test]
async fn a_site_is_deployed_when_the_network_says_so() {
    let scene = Scene::new().await;
    let one = scene.bundle(&[("index.html", "one")]).await;
    let site = scene.publish_new("slow", &one).await;
    let faults = Faults::before(&scene.base.ministack).await;
    let engine = scene.engine(&faults.root().await);
    faults.deploy_after(1);
    assert!(!engine.is_deployed(&site).await.unwrap());
    assert!(engine.is_deployed(&site).await.unwrap());
    assert_eq!(engine.url(&site), site.place.clone().map(|place| place.url));
    assert!(!engine.is_deployed(&scene.target("none")).await.unwrap());
}
