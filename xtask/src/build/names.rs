//! Takes the names of functions out of WebAssembly. They are half of a debug build, which every new
//! browser would read and every test would wait for; whoever looks for a panic has its file and line.

use std::{fs, path::Path};

use crate::failure::{Failure, Result};

/// What a module begins with: a mark and the version of the format.
const HEAD: &[u8] = b"\0asm\x01\0\0\0";
/// The id of a section that only tools read.
const CUSTOM: u8 = 0;

/// Does so in all modules of a folder.
pub fn remove(folder: &Path) -> Result<()> {
    let entries = fs::read_dir(folder).map_err(|error| Failure::file(folder, &error))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|ending| ending == "wasm") {
            let failed = |error| Failure::file(&path, &error);
            let module = fs::read(&path).map_err(failed)?;
            if let Some(nameless) = without_names(&module) {
                fs::write(&path, nameless).map_err(failed)?;
            }
        }
    }
    Ok(())
}

/// The module without names; `None` if it has none, or is no module that we know.
fn without_names(module: &[u8]) -> Option<Vec<u8>> {
    let mut rest = module.strip_prefix(HEAD)?;
    let mut kept = HEAD.to_vec();
    while let [id, after @ ..] = rest {
        let (bytes, content) = number(after)?;
        let (content, next) = content.split_at_checked(bytes)?;
        if *id != CUSTOM || number(content)?.1.get(..4) != Some(b"name") {
            kept.extend_from_slice(&rest[..rest.len() - next.len()]);
        }
        rest = next;
    }
    (kept.len() < module.len()).then_some(kept)
}

/// A number in front, seven bits a byte, and what follows it.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let end = bytes.iter().take(5).position(|byte| byte & 0x80 == 0)? + 1;
    let (digits, rest) = bytes.split_at(end);
    let add = |sum, byte: &u8| (sum << 7) | usize::from(byte & 0x7f);
    Some((digits.iter().rev().fold(0, add), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(sections: &[&[u8]]) -> Vec<u8> {
        [HEAD, &sections.concat()].concat()
    }

    #[test]
    fn names_go_and_all_else_stays() {
        let types: &[u8] = b"\x01\x04\x01\x60\0\0";
        let producers: &[u8] = b"\0\x0b\x09producers\0";
        let long = [b"\0\x85\x01\x04name", &[7; 128][..]].concat();
        let whole = module(&[types, &long, producers]);
        assert_eq!(without_names(&whole), Some(module(&[types, producers])));
        assert_eq!(without_names(&module(&[types, producers])), None);
    }

    #[test]
    fn what_is_no_module_stays() {
        for bytes in [
            &b""[..],
            b"\0asm\x02\0\0\0",
            b"\0asm\x01\0\0\0\0\x09\x04name",
        ] {
            assert_eq!(without_names(bytes), None, "{bytes:?}");
        }
    }
}
