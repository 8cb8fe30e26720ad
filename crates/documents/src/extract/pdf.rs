//! PDF.

use std::fs::File;
use std::io::{self, Read as _, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::encryption::DecryptionError;
use pdf_extract::{Document, Error, PlainTextOutput, output_doc};

use super::{Outcome, without_panic};
use crate::text::Beginning;

/// Reads a PDF. One without text, such as a scan, is a good one; so is one whose text cannot be
/// had, for whoever looks at its pages can read it.
pub fn read(mut file: File) -> Outcome {
    let mut bytes = Vec::new();
    if file.read_to_end(&mut bytes).is_err() {
        return Outcome::Damaged;
    }
    let mut text = Writer::default();
    let outcome = without_panic(AssertUnwindSafe(|| {
        let document = match open(&bytes) {
            Ok(document) => document,
            Err(outcome) => return outcome,
        };
        let to: &mut dyn Write = &mut text;
        let mut output = PlainTextOutput::new(&mut *to);
        let _some_of_it = catch_unwind(AssertUnwindSafe(|| output_doc(&document, &mut output)));
        Outcome::Text(None)
    }));
    match outcome {
        Outcome::Text(_) => Outcome::Text(text.0.finish()),
        other => other,
    }
}

/// Opens a PDF that has pages, without a password.
fn open(bytes: &[u8]) -> Result<Document, Outcome> {
    let mut document = Document::load_mem(bytes).map_err(outcome)?;
    if document.is_encrypted() {
        document.decrypt("").map_err(outcome)?;
    }
    if document.get_pages().is_empty() {
        return Err(Outcome::Damaged);
    }
    Ok(document)
}

fn outcome(error: Error) -> Outcome {
    match error {
        Error::Decryption(DecryptionError::IncorrectPassword) | Error::InvalidPassword => {
            Outcome::Protected
        }
        _ => Outcome::Damaged,
    }
}

/// Takes text until there is enough.
#[derive(Default)]
struct Writer(Beginning);

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // The library writes whole strings, so no letter is torn.
        match self.0.push_str(&String::from_utf8_lossy(bytes)) {
            Ok(()) => Ok(bytes.len()),
            Err(_) => Err(io::ErrorKind::StorageFull.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
