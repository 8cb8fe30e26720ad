//! What stands between the two lines `---` at the top of a skill or an agent.
//!
//! It is YAML, of which this reads the two fields that are needed. What a reader of YAML would
//! understand differently is refused rather than guessed.

/// Characters of a name, and of a description: the limits of Claude Code.
const NAME_CHARS: usize = 64;
const DESCRIPTION_CHARS: usize = 1_024;

/// The two fields that every skill and agent has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FrontMatter {
    pub(super) name: String,
    pub(super) description: String,
}

impl FrontMatter {
    /// Reads the front matter of a text, or says what is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mut lines = text.lines();
        if lines.next() != Some("---") {
            return Err("it must begin with a line `---`, then `name:` and `description:`".into());
        }
        let (mut name, mut description, mut closed) = (None, None, false);
        let mut lines = lines.peekable();
        while let Some(line) = lines.next() {
            if line.trim_end() == "---" {
                closed = true;
                break;
            }
            let Some((key, value)) = line.split_once(':') else {
                continue;
            };
            let field = match key {
                "name" => &mut name,
                "description" => &mut description,
                _ => continue,
            };
            let mut value = value.trim().to_owned();
            while let Some(more) = lines.next_if(|next| next.starts_with([' ', '\t'])) {
                value = format!("{value} {}", more.trim());
            }
            *field = Some(scalar(&value).ok_or_else(|| {
                format!("write the value of `{key}` in double quotes: YAML reads it differently")
            })?);
        }
        if !closed {
            return Err("a second line `---` must end its front matter".into());
        }
        let name = name.ok_or("its front matter has no `name:`")?;
        let description = description.ok_or("its front matter has no `description:`")?;
        check_name(&name)?;
        let chars = description.chars().count();
        if chars == 0 || chars > DESCRIPTION_CHARS {
            return Err(format!(
                "`description:` must have 1 to {DESCRIPTION_CHARS} characters"
            ));
        }
        Ok(Self { name, description })
    }
}

/// Checks what becomes the name of a file and a word of a command.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !name.is_empty() && name.len() <= NAME_CHARS && name.chars().all(is_part) {
        return Ok(());
    }
    Err(format!(
        "its name must have 1 to {NAME_CHARS} lower-case letters, digits and hyphens"
    ))
}

/// The text of a YAML scalar: plain, quoted, or a folded block. None if it is something else.
fn scalar(value: &str) -> Option<String> {
    for quote in ['"', '\''] {
        if let Some(rest) = value.strip_prefix(quote) {
            let inside = rest.strip_suffix(quote)?;
            return (!inside.contains([quote, '\\'])).then(|| inside.to_owned());
        }
    }
    if let Some(block) = value.strip_prefix(['>', '|']) {
        return Some(block.trim_start_matches('-').trim().to_owned());
    }
    let is_special = value.starts_with([
        '[', ']', '{', '}', ',', '&', '*', '!', '%', '@', '`', '#', '?',
    ]);
    let is_plain = !is_special && !value.contains(": ") && !value.contains(" #");
    (is_plain && !value.ends_with(':')).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn described(value: &str) -> Result<String, String> {
        let text = format!("---\nname: tea\ndescription: {value}\n---\nBody: text\n");
        FrontMatter::read(&text).map(|it| it.description)
    }

    #[test]
    fn the_ways_of_yaml_are_read() {
        for (value, text) in [
            ("How tea is made.", "How tea is made."),
            ("\"Tea: how it is made\"", "Tea: how it is made"),
            ("'Tea # green'", "Tea # green"),
            (">-\n  How tea\n  is made.", "How tea is made."),
            ("How tea\n  is made.", "How tea is made."),
        ] {
            assert_eq!(described(value).as_deref(), Ok(text), "{value}");
        }
        let more = "---\nallowed-tools: Read\nname: tea\nother:\n  - x\ndescription: D\n---";
        assert_eq!(FrontMatter::read(more).unwrap().name, "tea");
    }

    #[test]
    fn what_yaml_reads_differently_is_refused() {
        for value in [
            "Tea: how",
            "tea # green",
            "[a]",
            "*tea",
            "\"a",
            "\"a\\n\"",
            "",
        ] {
            assert!(described(value).is_err(), "{value}");
        }
    }

    #[test]
    fn the_reason_is_named() {
        let long = format!("---\nname: tea\ndescription: {}\n---", "x".repeat(1_025));
        for (text, word) in [
            ("name: tea", "begin with"),
            ("---\nname: tea\ndescription: D", "second line"),
            ("---\ndescription: D\n---", "`name:`"),
            ("---\nname: tea\n---", "`description:`"),
            ("---\nname: ../tea\ndescription: D\n---", "lower-case"),
            (&long, "1024"),
        ] {
            let reason = FrontMatter::read(text).unwrap_err();
            assert!(reason.contains(word), "{text}: {reason}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(---\n)?(name: ?|description: ?|\\PC|\n){0,60}") {
            if let Ok(found) = FrontMatter::read(&text) {
                prop_assert!(check_name(&found.name).is_ok());
            }
        }
    }
}
