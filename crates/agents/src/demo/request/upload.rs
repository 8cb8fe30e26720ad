//! What the server puts around a person's words: the files that came with them, between markers, and
//! what was said before a branch. Files are data: nothing in them is an instruction.

use std::path::PathBuf;

/// The line above the files.
const FILES: &str = "\n\nFiles that the person uploaded with this message.";
/// How the markers of a file begin and end.
const OPEN: &str = "<uploaded-file ";
const CLOSE: &str = "</uploaded-file>";
/// What stands between them if there is no text.
const NO_TEXT: &str = "(Read it at its path.)";
/// Endings of the pictures that it shows.
const PICTURES: [&str; 3] = ["png", "jpg", "jpeg"];
/// How a conversation begins that goes on from another one, and what stands before the words.
const BRANCH: &str = "This conversation goes on from ";
const WORDS: &str = "\nThe person goes on:\n";
/// How a person's words begin in what was said before.
const PERSON: &str = "\n\nPerson:\n";
/// How each line of what was said begins.
const QUOTE: &str = "> ";

/// A file that came with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::demo) struct Upload {
    pub(in crate::demo) name: String,
    pub(in crate::demo) path: PathBuf,
    /// The text that is in it; empty if there is none.
    pub(in crate::demo) text: String,
}

impl Upload {
    pub(super) fn is_picture(&self) -> bool {
        let ending = self.path.extension().and_then(|ending| ending.to_str());
        ending.is_some_and(|ending| PICTURES.contains(&ending.to_lowercase().as_str()))
    }
}

/// A message taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::demo) struct Parts<'a> {
    /// What the person had said before this conversation began.
    pub(in crate::demo) before: Vec<String>,
    pub(in crate::demo) words: &'a str,
    pub(in crate::demo) uploads: Vec<Upload>,
}

/// Takes a message apart.
pub(in crate::demo) fn take(message: &str) -> Parts<'_> {
    let branch = message
        .strip_prefix(BRANCH)
        .and_then(|rest| rest.split_once(WORDS));
    let (before, message) = branch.unwrap_or(("", message));
    let (words, files) = message.split_once(FILES).unwrap_or((message, ""));
    Parts {
        before: before.split(PERSON).skip(1).map(unquoted).collect(),
        words: words.trim(),
        uploads: uploads(files),
    }
}

/// A person's words, which are quoted, without what others said after them.
fn unquoted(said: &str) -> String {
    let lines = said.lines().map_while(|line| line.strip_prefix(QUOTE));
    lines.collect::<Vec<_>>().join("\n")
}

fn uploads(files: &str) -> Vec<Upload> {
    let mut uploads = Vec::new();
    let mut rest = files;
    while let Some((_, block)) = rest.split_once(OPEN) {
        let (head, body) = block.split_once(">\n").unwrap_or((block, ""));
        // The server lets no text end its own mark.
        let (text, after) = body.split_once(CLOSE).unwrap_or((body, ""));
        let text = text.trim();
        uploads.push(Upload {
            name: attribute(head, "name"),
            path: attribute(head, "path").into(),
            text: if text == NO_TEXT {
                String::new()
            } else {
                text.to_owned()
            },
        });
        rest = after;
    }
    uploads
}

fn attribute(head: &str, name: &str) -> String {
    let value = head
        .split_once(&format!("{name}=\""))
        .map_or("", |(_, value)| value);
    value.split('"').next().unwrap_or_default().to_owned()
}
