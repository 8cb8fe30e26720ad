//! What is found by reading.

use std::io::Cursor;

use exif::experimental::Writer;
use exif::{Field, In, Rational, Tag, Value};
use protocol::Severity;

use crate::site::{Site, page, page_with};

#[tokio::test]
async fn a_good_site_has_no_findings() {
    let site = Site::of([
        (
            "index.html",
            page_with(
                "<link rel=stylesheet href=/css/style.css><link rel=manifest href=app.webmanifest>",
                "<a href=about>About</a><a href=about.html#team>Team</a><a href=#>Top</a>\
                 <a href='mailto:a@example.org'>Write</a><a href='http://example.org'>Elsewhere</a>\
                 <img src=cup.png alt=Cup srcset='cup.png 1x, cup@2x.png 2x'><a href=docs/>Docs</a>",
            ),
        ),
        ("about.html", page("<h2 id=team>Team</h2><a href=/>Home</a>")),
        ("docs/index.html", page("<a href=../index.html>Home</a>")),
        ("css/style.css", "body{background:url(../cup.png)}".to_owned()),
        ("cup.png", "png".to_owned()),
        ("cup@2x.png", "png".to_owned()),
        ("app.webmanifest", r#"{"icons":[{"src":"cup.png"}]}"#.to_owned()),
    ])
    .await;
    let checked = site.check(None).await;
    assert_eq!(checked.findings, []);
    assert_eq!((checked.pages, checked.files), (3, 7));
    assert!(!checked.browser && checked.pictures.is_empty());
    assert!(checked.note.is_some_and(|note| note.contains("Chromium")));
    let is_own = |asked: &String| asked.starts_with("release-1-");
    assert!(site.asked().iter().all(is_own), "{:?}", site.asked());
}

#[tokio::test]
async fn what_is_broken_is_an_error() {
    let site = Site::of([
        (
            "index.html",
            page(
                "<a href=missing.html>x</a><a href=missing.html>again</a><a href=gone>x</a>\
                 <a href=#nowhere>x</a><a href=about.html#nowhere>x</a><img src=lost.png alt=''>\
                 <script src='http://cdn.example.org/a.js'></script>\
                 <a href='http://localhost:5173/'>x</a><img src=there.png>",
            ),
        ),
        ("about.html", page("").replace("<title>Tea</title>", "")),
        (
            "unlinked.html",
            page("<link rel=stylesheet href=unlinked.css>"),
        ),
        (
            "unlinked.css",
            "@import 'lost.css'; a{background:url(lost.png)}".to_owned(),
        ),
        ("there.png", "png".to_owned()),
    ])
    .await;
    let found = site.findings().await;
    let errors: Vec<_> = found
        .iter()
        .filter(|line| line.starts_with("error"))
        .collect();
    assert_eq!(
        errors,
        [
            "error /: A link leads to “http://localhost:5173/”, which is on the computer where the site was made.",
            "error /: It loads “http://cdn.example.org/a.js” without encryption, which browsers refuse. Use https.",
            "error /: It loads “lost.png”, which is not there.",
            "error /: The link to “#nowhere” leads to a place that its page does not have.",
            "error /: The link to “about.html#nowhere” leads to a place that its page does not have.",
            "error /: The link to “gone” leads nowhere: there is no such page.",
            "error /: The link to “missing.html” leads nowhere: there is no such page.",
            "error /: The picture “there.png” has no alternative text (alt) for those who cannot see it.",
            "error /about.html: The page has no title.",
            "error /unlinked.css: It loads “lost.css”, which is not there.",
            "error /unlinked.css: It loads “lost.png”, which is not there.",
        ]
    );
}

#[tokio::test]
async fn what_could_be_better_is_a_warning() {
    let head = "<!doctype html><title>Tea</title><meta name=viewport content='width=device-width'>";
    let site = Site::of([
        (
            "index.html",
            format!(
                "{head}<h1>a</h1><h1>b</h1><img alt='' src=big.png><script src=big.js></script>\
                     <link rel=stylesheet href='https://fonts.example.org/a.css'>"
            ),
        ),
        ("big.png", "x".repeat(1024 * 1024 + 1)),
        ("big.js", "x".repeat(2 * 1024 * 1024)),
    ])
    .await;
    let checked = site.check(None).await;
    let all = checked.findings.iter();
    assert!(all.clone().all(|it| it.severity == Severity::Warning));
    let words: Vec<_> = all.map(|it| it.what.as_str()).collect();
    for expected in [
        "lang",
        "description",
        "several",
        "3.0 MiB",
        "large",
        "icon",
        "fonts.example.org",
    ] {
        let is_said = words.iter().any(|words| words.contains(expected));
        assert!(is_said, "{expected}: {words:#?}");
    }
    assert_eq!(words.len(), 7, "{words:#?}");
}

#[tokio::test]
async fn a_picture_that_says_where_it_was_taken_is_named() {
    let images = "<img src=team/we.jpg alt=We><img src=cup.jpg alt=Cup>";
    let site = Site::of([
        ("index.html", page(images).into_bytes()),
        ("team/we.jpg", photo(&[Tag::GPSLatitude, Tag::GPSLongitude])),
        ("cup.jpg", photo(&[Tag::XResolution])),
        (
            "not-shown.jpg",
            photo(&[Tag::GPSLatitude, Tag::GPSLongitude]),
        ),
    ])
    .await;
    assert_eq!(
        site.findings().await,
        [
            "error /team/we.jpg: The picture says where it was taken. Remove its location, for instance with \
          “exiftool -overwrite_original -gps:all= -xmp:all= FILE”."
        ]
    );
}

/// A picture whose EXIF has numbers with these names.
fn photo(tags: &[Tag]) -> Vec<u8> {
    let sample = include_bytes!("../../../documents/tests/samples/willow.jpg");
    let number = |tag| Field {
        tag,
        ifd_num: In::PRIMARY,
        value: Value::Rational(vec![Rational { num: 52, denom: 1 }; 3]),
    };
    let fields: Vec<Field> = tags.iter().copied().map(number).collect();
    let mut writer = Writer::new();
    for field in &fields {
        writer.push_field(field);
    }
    let mut tiff = Cursor::new(Vec::new());
    writer.write(&mut tiff, true).unwrap();
    let exif = [b"Exif\0\0", tiff.get_ref().as_slice()].concat();
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    // Behind the first segment.
    let (begin, rest) = sample.split_at(20);
    [begin, b"\xff\xe1", &length, &exif, rest].concat()
}

#[tokio::test]
async fn pages_of_an_application_are_no_broken_links() {
    let app = page_with(
        "<script type=module src=app.js></script>",
        "<a href=/shop>Shop</a><a href=lost.html>x</a>",
    );
    let site = Site::of([("index.html", app), ("app.js", String::new())]).await;
    let found = site.findings().await;
    assert_eq!(
        found,
        ["error /: The link to “lost.html” leads nowhere: there is no such page."]
    );
}

#[tokio::test]
async fn a_site_that_leads_in_circles_ends() {
    let site = Site::of([
        ("index.html", page("<a href=a.html>a</a><a href='a.html?x=1'>a</a><a href='?page=2'>b</a>")),
        ("a.html", page("<a href=index.html>i</a><a href=./a.html>a</a><iframe src=a.html title=a></iframe>")),
        ("s.css", "@import 's.css';".to_owned()),
    ])
    .await;
    assert_eq!(site.findings().await, Vec::<String>::new());
    assert!(site.asked().len() <= 4, "{:?}", site.asked());
}

#[tokio::test]
async fn of_a_huge_page_only_the_beginning_is_checked() {
    let filler = "Tea and cups. Mugs. ".repeat(250_000);
    let site = Site::of([
        ("index.html", page("<a href=huge.html#end>End</a>")),
        (
            "huge.html",
            page(&format!("{filler}<p id=end><a href=missing.html>x</a>")),
        ),
    ])
    .await;
    assert_eq!(
        site.findings().await,
        [
            "warning /huge.html: The file is larger than 4.0 MiB: only its beginning was checked.",
            "warning /huge.html: The page loads 4.7 MiB before it is seen; more than 3.0 MiB is slow on phones.",
        ]
    );
}

#[tokio::test]
async fn what_a_site_says_is_kept_within_bounds() {
    let long = "x".repeat(3_000);
    let links: String = (0..12_000)
        .map(|at| format!("<a href='?{at}'>x</a>"))
        .collect();
    let head = format!("<base href='/{long}/'>");
    let site = Site::of([("index.html", page_with(&head, &links))]).await;
    let checked = site.check(None).await;
    assert_eq!(checked.findings.len(), protocol::FINDINGS);
    let note = checked.note.unwrap();
    assert!(note.contains("The site is large"), "{note}");
}
