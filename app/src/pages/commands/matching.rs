//! Which commands are meant by a few typed letters.

/// Whether every word of `typed` begins a word of `text`, in any order and case.
#[must_use]
pub(super) fn is_meant(typed: &str, text: &str) -> bool {
    let text = text.to_lowercase();
    let words = || text.split(|c: char| !c.is_alphanumeric());
    let typed = typed.to_lowercase();
    typed.split_whitespace().all(|part| {
        words().any(|word| word.starts_with(part)) || text.contains(part) && part.len() > 2
    })
}

#[cfg(test)]
mod tests {
    use super::is_meant;

    #[test]
    fn words_are_found_by_their_beginnings_in_any_order() {
        for (typed, is_found) in [
            ("", true),
            ("tea", true),
            ("SHOP te", true),
            ("hop", true),
            ("ho", false),
            ("tea x", false),
        ] {
            assert_eq!(is_meant(typed, "Tea Shop · Project"), is_found, "{typed}");
        }
    }
}
