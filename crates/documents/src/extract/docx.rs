//! Word since 2007: XML in a ZIP archive.

use std::fs::File;
use std::io::{BufReader, Read, Seek as _};

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;
use zip::ZipArchive;

use super::Outcome;
use crate::text::{Beginning, Full};

/// Where the text is.
const TEXT: &str = "word/document.xml";
/// Files in an archive. A document with a thousand pictures has few more.
const MAX_FILES: usize = 10_000;
/// Bytes of the XML with the text. A thousand pages have some 10 MB.
const MAX_TEXT: u64 = 64 * 1024 * 1024;
/// Bytes of all files, unpacked.
const MAX_UNPACKED: u64 = 512 * 1024 * 1024;
/// What packing makes of a document: even plain XML shrinks less than a hundredfold.
const MAX_RATIO: u64 = 200;

/// Reads a `.docx`.
pub fn read(mut file: File) -> Outcome {
    if super::doc::is_protected_docx(&file) {
        return Outcome::Protected;
    }
    let Ok(packed) = file.metadata().map(|it| it.len()) else {
        return Outcome::Damaged;
    };
    if file.rewind().is_err() {
        return Outcome::Damaged;
    }
    let Ok(mut archive) = ZipArchive::new(BufReader::new(file)) else {
        return Outcome::Damaged;
    };
    if archive.len() > MAX_FILES {
        return Outcome::TooDemanding;
    }
    let has = |name| archive.index_for_name(name).is_some();
    if !has("[Content_Types].xml") || !has(TEXT) {
        let what = match () {
            () if has("xl/workbook.xml") => "an Excel workbook",
            () if has("ppt/presentation.xml") => "a PowerPoint presentation",
            () => "a ZIP archive without a Word document in it",
        };
        return Outcome::Different(what.to_owned());
    }
    let Ok(unpacked) = unpacked(&mut archive) else {
        return Outcome::Damaged;
    };
    if unpacked > MAX_UNPACKED || unpacked > packed.saturating_mul(MAX_RATIO) {
        return Outcome::TooDemanding;
    }
    let Ok(content) = archive.by_name(TEXT) else {
        return Outcome::Damaged;
    };
    if content.size() > MAX_TEXT {
        return Outcome::TooDemanding;
    }
    // The size may be a lie.
    text(content.take(MAX_TEXT))
}

/// Bytes that all files say to have.
fn unpacked(archive: &mut ZipArchive<BufReader<File>>) -> zip::result::ZipResult<u64> {
    (0..archive.len()).try_fold(0_u64, |sum, index| {
        let size = archive.by_index_raw(index)?.size();
        Ok(sum.saturating_add(size))
    })
}

/// The text of the document's XML.
fn text(content: impl Read) -> Outcome {
    let mut reader = Reader::from_reader(BufReader::new(content));
    let mut beginning = Beginning::default();
    let mut place = Place::default();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let pushed = match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) if place.depth == 0 => break,
            Ok(Event::Eof) | Err(_) => return Outcome::Damaged,
            Ok(event) => place.see(&event, &mut beginning),
        };
        if pushed == Err(Full) {
            break;
        }
    }
    Outcome::Text(beginning.finish())
}

/// Where in the XML the reader is.
#[derive(Default)]
struct Place {
    /// Open elements.
    depth: usize,
    /// Whether it is in a text.
    in_text: bool,
    /// The depth of the element whose content is there a second time, for older programs.
    fallback: Option<usize>,
}

impl Place {
    fn see(&mut self, event: &Event<'_>, to: &mut Beginning) -> Result<(), Full> {
        match event {
            Event::Start(element) => {
                self.depth += 1;
                match element.local_name().as_ref() {
                    "t" => self.in_text = true,
                    "Fallback" if self.fallback.is_none() => self.fallback = Some(self.depth),
                    _ => {}
                }
            }
            Event::End(element) => {
                if self.fallback == Some(self.depth) {
                    self.fallback = None;
                }
                self.depth = self.depth.saturating_sub(1);
                match element.local_name().as_ref() {
                    "t" => self.in_text = false,
                    "p" if self.fallback.is_none() => return to.push('\n'),
                    _ => {}
                }
            }
            _ if self.fallback.is_some() => {}
            Event::Empty(element) => match element.local_name().as_ref() {
                "br" | "cr" => return to.push('\n'),
                "tab" => return to.push('\t'),
                _ => {}
            },
            Event::Text(text) if self.in_text => return to.push_str(text),
            Event::CData(text) if self.in_text => return to.push_str(text),
            Event::GeneralRef(name) if self.in_text => {
                let named = resolve_predefined_entity(name);
                let numbered = name.resolve_char_ref().ok().flatten();
                return match (named, numbered) {
                    (Some(text), _) => to.push_str(text),
                    (None, Some(c)) => to.push(c),
                    (None, None) => Ok(()),
                };
            }
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text_of(body: &str) -> Outcome {
        let xml = format!(r#"<?xml version="1.0"?><w:document xmlns:w="w">{body}</w:document>"#);
        text(xml.as_bytes())
    }

    fn found(words: &str) -> Outcome {
        Outcome::Text(Some(words.to_owned()))
    }

    #[test]
    fn paragraphs_are_lines() {
        let body = "<w:p><w:r><w:t>Willow &amp; Bakery</w:t></w:r></w:p>\
                    <w:p><w:r><w:t xml:space=\"preserve\">open </w:t><w:tab/><w:t>7&#x2013;18</w:t>\
                    <w:br/><w:delText>never</w:delText><w:instrText>PAGE</w:instrText></w:r></w:p>";
        assert_eq!(text_of(body), found("Willow & Bakery\nopen \t7–18"));
        assert_eq!(text_of("<w:p/>"), Outcome::Text(None));
    }

    #[test]
    fn what_is_there_twice_is_read_once() {
        let body = "<AlternateContent><Choice><p><t>once</t></p></Choice>\
                    <Fallback><p><t>twice</t></p></Fallback></AlternateContent><p><t>more</t></p>";
        assert_eq!(text_of(body), found("once\nmore"));
    }

    #[test]
    fn half_an_xml_is_damaged() {
        for xml in ["<a><t>cut", "<a></b>", "<a"] {
            assert_eq!(text(xml.as_bytes()), Outcome::Damaged, "{xml}");
        }
    }

    #[test]
    fn a_long_text_ends_the_reading() {
        struct Never;
        impl Read for Never {
            fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
                let text = b"<t>words </t>";
                to[..text.len()].copy_from_slice(text);
                Ok(text.len())
            }
        }
        let Outcome::Text(Some(text)) = text(b"<a>".chain(Never)) else {
            panic!("no text");
        };
        assert!(text.len() > protocol::UPLOAD_TEXT_BYTES - 10);
    }

    proptest! {
        #[test]
        fn no_xml_is_too_strange(parts in prop::collection::vec(
            prop::sample::select(vec!["<t>", "</t>", "<p>", "</p>", "<Fallback>", "</Fallback>",
                "&amp;", "&#0;", "&#xFFFFFFFF;", "&no;", "x", "<", "]]>", "<![CDATA[", "<!--", "<?", "<!DOCTYPE a ["]),
            0..24,
        )) {
            let _any = text(parts.concat().as_bytes());
        }
    }
}
