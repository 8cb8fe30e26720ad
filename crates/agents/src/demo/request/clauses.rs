//! A message cut into its wishes: sentences, and “… and make …” within them.

/// Verbs with which a new wish begins.
const VERBS: [&str; 20] = [
    "make", "add", "change", "remove", "delete", "use", "call", "rename", "put", "set", "give",
    "hide", "show", "include", "fix", "write", "turn", "take", "drop", "mend",
];
/// What may stand before such a verb.
const JOINTS: [&str; 5] = [", and then ", ", and ", " and then ", " and ", ", "];

/// The wishes, in order.
pub(super) fn split(message: &str) -> Vec<&str> {
    let mut clauses = Vec::new();
    for sentence in sentences(message) {
        let mut rest = sentence;
        while let Some((wish, next)) = first_wish(rest) {
            clauses.push(wish);
            rest = next;
        }
        clauses.push(rest);
    }
    let clauses = clauses
        .into_iter()
        .map(|clause| clause.trim().trim_end_matches(['.', '!', ';', ',']).trim());
    clauses
        .filter(|clause| clause.chars().any(char::is_alphanumeric))
        .collect()
}

/// Cuts at sentence ends, but not within quotes.
fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let (mut start, mut is_quoted) = (0, false);
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let ends = match letter {
            '"' => {
                is_quoted = !is_quoted;
                false
            }
            '“' | '„' | '«' => {
                is_quoted = true;
                false
            }
            '”' | '»' => {
                is_quoted = false;
                false
            }
            '\n' => true,
            '.' | '!' | '?' | ';' => letters.peek().is_none_or(|(_, next)| next.is_whitespace()),
            _ => false,
        };
        if ends && (!is_quoted || letter == '\n') {
            is_quoted = false;
            sentences.push(&text[start..at + letter.len_utf8()]);
            start = at + letter.len_utf8();
        }
    }
    sentences.push(&text[start..]);
    sentences
}

/// The first wish of a sentence that has more than one, and the rest, which begins with a verb.
fn first_wish(sentence: &str) -> Option<(&str, &str)> {
    let lower = sentence.to_ascii_lowercase();
    let cuts = JOINTS.iter().flat_map(|joint| {
        let found = lower.match_indices(joint);
        found.map(|(at, joint)| (at, at + joint.len()))
    });
    let cuts = cuts.filter(|(at, next)| {
        let word = lower[*next..].split(|c: char| !c.is_alphanumeric()).next();
        let is_quoted = sentence[..*at]
            .chars()
            .filter(|c| matches!(c, '"' | '“' | '”'))
            .count()
            % 2
            == 1;
        !is_quoted && word.is_some_and(|word| VERBS.contains(&word))
    });
    let (at, next) = cuts.min()?;
    Some((&sentence[..at], &sentence[next..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_told_apart() {
        assert_eq!(
            split("Call it Green Leaf and make it darker"),
            ["Call it Green Leaf", "make it darker"]
        );
        assert_eq!(
            split("Add \"Open. And make tea\"! Remove the FAQ, add a map; use a serif font."),
            [
                "Add \"Open. And make tea\"",
                "Remove the FAQ",
                "add a map",
                "use a serif font"
            ]
        );
        assert_eq!(
            split("Bread and Butter at 9.30"),
            ["Bread and Butter at 9.30"]
        );
        assert_eq!(split(" . "), [""; 0]);
    }
}
