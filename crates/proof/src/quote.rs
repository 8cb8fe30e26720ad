//! A site's own words within a sentence.

/// Letters of an address that a sentence quotes.
pub const ADDRESS: usize = 200;

/// Words on one line, and not endless: at most so many letters.
#[must_use]
pub fn quoted(words: &str, letters: usize) -> String {
    let words = words.trim();
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let mut line: String = words.chars().take(letters).map(plain).collect();
    if words.chars().nth(letters).is_some() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_cut_between_letters() {
        assert_eq!(quoted(" tea\nlé ", 7), "tea lé");
        assert_eq!(quoted("éé", 1), "é…");
    }

    proptest! {
        #[test]
        fn any_words_are_one_short_line(words in any::<String>(), letters in 0_usize..50) {
            let line = quoted(&words, letters);
            prop_assert!(line.chars().count() <= letters + 1);
            prop_assert!(!line.chars().any(char::is_control));
        }
    }
}
