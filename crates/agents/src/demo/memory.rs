//! What the demo agent remembers of a conversation, so that it can be resumed.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::page::Page;

/// A conversation.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Memory {
    /// The messages it has had. It does nothing on one that comes again.
    pub(super) messages: Vec<Uuid>,
    /// What it has built.
    pub(super) page: Option<Page>,
    /// That, before its last change.
    #[serde(default)]
    pub(super) previous: Option<Page>,
    /// The id of the site it has published.
    pub(super) site: Option<String>,
}

impl Memory {
    /// The conversation, if it has begun.
    pub(super) fn load(home: &Path, conversation: Uuid) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(path(home, conversation)).ok()?).ok()
    }

    pub(super) fn save(&self, home: &Path, conversation: Uuid) -> io::Result<()> {
        let path = path(home, conversation);
        let folder = path.parent().unwrap_or(home);
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.persist(path)?;
        Ok(())
    }
}

fn path(home: &Path, conversation: Uuid) -> PathBuf {
    home.join("conversations")
        .join(format!("{conversation}.json"))
}
