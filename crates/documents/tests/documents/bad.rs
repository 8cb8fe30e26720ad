//! Files that mean harm, or are broken.

use std::time::{Duration, Instant};

use domain::documents::{DocumentError, Format};
use pdf_extract::encryption::crypt_filters::{Aes128CryptFilter, CryptFilter};
use pdf_extract::{
    Document, EncryptionState, EncryptionVersion, Object, Permissions, StringFormat,
};

use super::{make, read};

/// The word for how a file is refused.
async fn refusal(content: &[u8], format: Format) -> String {
    match read(content, format).await {
        Ok(text) => format!("taken with {text:?}"),
        Err(DocumentError::Different(what)) => what,
        Err(other) => other.to_string(),
    }
}

#[tokio::test]
async fn a_file_is_what_it_is_and_not_what_it_is_called() {
    let pdf = make::page("");
    let docx = make::docx("<w:p/>");
    let workbook = make::zip(&[("xl/workbook.xml", b"<a/>")]);
    let old_workbook = make::compound(&[("/Workbook", b"x")]);
    for (content, format, what) in [
        (&pdf[..], Format::Png, "a PDF"),
        (&pdf, Format::Text, "a PDF"),
        (b"just words", Format::Pdf, "a plain text"),
        (b"#!/bin/sh\nreboot", Format::Jpeg, "a plain text"),
        (
            &make::doc("x", 0),
            Format::Pdf,
            "an old Word document (.doc)",
        ),
        (&docx, Format::Pdf, "a Word document (.docx)"),
        (&docx, Format::Text, "a Word document (.docx)"),
        (b"caf\xe9", Format::Text, "not plain text in UTF-8"),
        (
            b"GIF89a\x01\0\x01\0",
            Format::Text,
            "a file of the type image/gif",
        ),
        (&workbook, Format::Docx, "an Excel workbook"),
        (
            &make::zip(&[("a", b"b")]),
            Format::Docx,
            "a ZIP archive without a Word document in it",
        ),
        (&old_workbook, Format::Doc, "an Excel workbook"),
        (
            &make::compound(&[]),
            Format::Doc,
            "another kind of Office file",
        ),
    ] {
        assert_eq!(refusal(content, format).await, what, "{format:?}");
    }
}

#[tokio::test]
async fn two_kinds_in_one_file_are_what_the_beginning_says() {
    let (pdf, zip) = (make::page("BT (x) Tj ET"), make::docx("<w:p/>"));
    let pdf_first = [&pdf[..], &zip].concat();
    let zip_first = [&zip[..], &pdf].concat();
    assert_eq!(refusal(&pdf_first, Format::Docx).await, "a PDF");
    assert_ne!(refusal(&zip_first, Format::Docx).await, "a PDF");
    let shifted = [b"words ", &pdf[..]].concat();
    assert_eq!(refusal(&shifted, Format::Pdf).await, "a plain text");
}

#[tokio::test]
async fn what_is_protected_is_refused_as_that() {
    for user in ["secret", ""] {
        let pdf = encrypted(&make::page("BT /F 12 Tf 10 100 Td (Willow) Tj ET"), user);
        let found = read(&pdf, Format::Pdf).await;
        if user.is_empty() {
            // Everybody may read it; only changing it takes a password.
            assert_eq!(found.unwrap().as_deref(), Some("Willow"));
        } else {
            assert!(matches!(found, Err(DocumentError::Protected)), "{found:?}");
        }
    }
    let doc = make::doc("Willow", 0x0100);
    let docx = make::compound(&[("/EncryptedPackage", b"x")]);
    for (content, format) in [(doc, Format::Doc), (docx, Format::Docx)] {
        assert_eq!(
            refusal(&content, format).await,
            "it is protected with a password"
        );
    }
}

fn encrypted(pdf: &[u8], user: &str) -> Vec<u8> {
    let mut document = Document::load_mem(pdf).unwrap();
    let id = || Object::String(vec![7; 16], StringFormat::Literal);
    document.trailer.set("ID", vec![id(), id()]);
    let filter: std::sync::Arc<dyn CryptFilter> = std::sync::Arc::new(Aes128CryptFilter);
    let version = EncryptionVersion::V4 {
        document: &document,
        encrypt_metadata: true,
        crypt_filters: [(b"StdCF".to_vec(), filter)].into(),
        stream_filter: b"StdCF".to_vec(),
        string_filter: b"StdCF".to_vec(),
        owner_password: "owner",
        user_password: user,
        permissions: Permissions::all(),
    };
    let state = EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[tokio::test]
async fn half_a_document_is_damaged() {
    let doc = make::doc(&"Willow Bakery\n".repeat(2_000), 0);
    let docx = make::docx("<w:p><w:t>Willow</w:t></w:p>");
    for (content, format) in [(&docx, Format::Docx), (&doc, Format::Doc)] {
        let half = &content[..content.len() / 2];
        assert_eq!(refusal(half, format).await, "it is damaged", "{format:?}");
    }
    assert_eq!(
        refusal(b"%PDF-1.7\nand no more", Format::Pdf).await,
        "it is damaged"
    );
    let broken = make::zip(&[
        ("[Content_Types].xml", b"<a/>"),
        ("word/document.xml", b"<a><b>"),
    ]);
    assert_eq!(refusal(&broken, Format::Docx).await, "it is damaged");
}

#[tokio::test]
async fn bombs_do_not_go_off() {
    let blanks = " ".repeat(40 * 1024 * 1024);
    let many: Vec<_> = (0..10_001).map(|number| number.to_string()).collect();
    let many: Vec<_> = many.iter().map(|name| (name.as_str(), &b""[..])).collect();
    for content in [make::docx(&blanks), make::zip(&many)] {
        assert!(content.len() < 2 * 1024 * 1024);
        assert_eq!(
            refusal(&content, Format::Docx).await,
            "it takes too much time or memory to read"
        );
    }
}

#[tokio::test]
async fn a_pdf_that_goes_round_in_circles_ends() {
    let began = Instant::now();
    let own_parent = make::pdf(&[
        "<</Type /Catalog /Pages 2 0 R>>",
        "<</Type /Pages /Kids [2 0 R 3 0 R] /Count 2 /Parent 2 0 R>>",
        "<</Type /Page /Parent 2 0 R>>",
    ]);
    let own_form = make::pdf(&[
        "<</Type /Catalog /Pages 2 0 R>>",
        "<</Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 200 200]>>",
        "<</Type /Page /Parent 2 0 R /Contents 4 0 R /Resources 5 0 R>>",
        "<</Length 5>>\nstream\n/X Do\nendstream",
        "<</XObject <</X 6 0 R>>>>",
        "<</Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources 5 0 R /Length 5>>\nstream\n/X Do\nendstream",
    ]);
    let deep = format!("{}{}", "[".repeat(500_000), "]".repeat(500_000));
    let deep = make::pdf(&["<</Type /Catalog /Pages 2 0 R>>", &deep]);
    for (name, content) in [
        ("own parent", own_parent),
        ("own form", own_form),
        ("deep", deep),
    ] {
        let found = refusal(&content, Format::Pdf).await;
        assert!(!found.contains("Some"), "{name}: {found}");
    }
    assert!(began.elapsed() < Duration::from_secs(60));
}
