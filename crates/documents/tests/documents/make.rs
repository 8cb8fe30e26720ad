//! Documents made for one test.

use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A ZIP archive of these files.
pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let options = SimpleFileOptions::default();
        archive.start_file(*name, options).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A `.docx` with this in its body.
pub fn docx(body: &str) -> Vec<u8> {
    let xml = format!(r#"<w:document xmlns:w="w"><w:body>{body}</w:body></w:document>"#);
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", xml.as_bytes()),
    ])
}

/// A compound file of these streams.
pub fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (name, content) in streams {
        let mut stream = file.create_stream(name).unwrap();
        stream.write_all(content).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

/// A `.doc` of one piece; `flags` are those of its FIB.
pub fn doc(text: &str, flags: u16) -> Vec<u8> {
    const TEXT: usize = 0x800;
    let mut word = vec![0; TEXT];
    let mut put = |at: usize, bytes: &[u8]| word[at..at + bytes.len()].copy_from_slice(bytes);
    let characters = u32::try_from(text.len()).unwrap();
    put(0, &0xa5ec_u16.to_le_bytes());
    put(2, &0x00c1_u16.to_le_bytes());
    put(0x0a, &(flags | 0x0200).to_le_bytes());
    put(0x4c, &characters.to_le_bytes());
    put(0x1a6, &21_u32.to_le_bytes());
    word.extend(text.replace('\n', "\r").bytes());
    let place = (1 << 30) | (2 * u32::try_from(TEXT).unwrap());
    let mut table = vec![2];
    for number in [16, 0, characters] {
        table.extend(u32::to_le_bytes(number));
    }
    table.extend([0, 0]);
    table.extend(u32::to_le_bytes(place));
    table.extend([0, 0]);
    compound(&[("/WordDocument", &word), ("/1Table", &table)])
}

/// A PDF of these objects; the first is the catalogue.
pub fn pdf(objects: &[&str]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(objects) {
        places.push(file.len());
        write!(file, "{number} 0 obj\n{object}\nendobj\n").unwrap();
    }
    let table = file.len();
    let count = objects.len() + 1;
    write!(file, "xref\n0 {count}\n0000000000 65535 f \n").unwrap();
    for place in places {
        writeln!(file, "{place:010} 00000 n ").unwrap();
    }
    write!(
        file,
        "trailer\n<</Size {count} /Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n"
    )
    .unwrap();
    file
}

/// A page with this content, and what else its PDF needs.
pub fn page(content: &str) -> Vec<u8> {
    let content = format!(
        "<</Length {}>>\nstream\n{content}\nendstream",
        content.len()
    );
    pdf(&[
        "<</Type /Catalog /Pages 2 0 R>>",
        "<</Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 200 200]>>",
        "<</Type /Page /Parent 2 0 R /Contents 4 0 R /Resources <</Font <</F 5 0 R>>>>>>",
        &content,
        "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
    ])
}
