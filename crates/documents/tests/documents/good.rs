//! Files as people have them.

use std::fs::File;
use std::path::Path;

use domain::documents::Format;

use super::{make, read, read_file};

#[tokio::test]
async fn every_sample_is_read() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    for (name, format, has_text) in [
        ("willow.txt", Format::Text, true),
        ("willow.pdf", Format::Pdf, true),
        ("willow.doc", Format::Doc, true),
        ("willow.docx", Format::Docx, true),
        ("willow.jpg", Format::Jpeg, false),
        ("willow.jpeg", Format::Jpeg, false),
        ("willow.png", Format::Png, false),
    ] {
        let file = File::open(samples.join(name)).unwrap();
        let text = read_file(file, format).await.unwrap();
        assert_eq!(text.is_some(), has_text, "{name}");
        if let Some(text) = text {
            assert!(text.starts_with("Willow Bakery"), "{name}: {text}");
            assert!(text.ends_with("Call us: 555 0142"), "{name}: {text}");
            assert!(text.lines().count() >= 4, "{name}: {text}");
        }
    }
}

#[tokio::test]
async fn a_document_without_text_is_a_good_one() {
    for (content, format) in [
        (make::page("0 0 100 100 re f"), Format::Pdf),
        (make::docx("<w:p/>"), Format::Docx),
        (make::doc("\n", 0), Format::Doc),
    ] {
        assert_eq!(read(&content, format).await.unwrap(), None, "{format:?}");
    }
}

#[tokio::test]
async fn of_a_long_document_the_beginning_is_read() {
    let lines = "BT /F 12 Tf 10 100 Td (many words) Tj ET\n".repeat(20_000);
    let paragraphs = "<w:p><w:t>many words</w:t></w:p>".repeat(20_000);
    for (content, format) in [
        (make::page(&lines), Format::Pdf),
        (make::docx(&paragraphs), Format::Docx),
        (make::doc(&"many words\n".repeat(20_000), 0), Format::Doc),
        ("many words\n".repeat(20_000).into_bytes(), Format::Text),
    ] {
        let text = read(&content, format).await.unwrap().unwrap();
        let most = protocol::UPLOAD_TEXT_BYTES;
        assert!(
            (most - 20..=most).contains(&text.len()),
            "{format:?}: {}",
            text.len()
        );
        assert!(text.starts_with("many words"), "{format:?}");
    }
}
