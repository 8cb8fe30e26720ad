//! File names that change with the content, so that a copy of the file is good for ever.

/// Digits of a hash in a name, at least.
const HASH_DIGITS: usize = 8;

/// Whether a name carries a hash of the content: `app.3f2a1b9c.js`, `app-3f2a1b9c.js`. Letters and
/// digits must both occur, for `photo-20260204.jpg` is a date; and only hexadecimal ones count, for
/// other words of that length are words.
#[must_use]
pub fn has_hash(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some((stem, _extension)) = name.rsplit_once('.') else {
        return false;
    };
    let is_hash = |part: &str| {
        part.len() >= HASH_DIGITS
            && part
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
            && part.bytes().any(|byte| byte.is_ascii_digit())
            && part.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    stem.split(['.', '-']).skip(1).any(is_hash)
}
