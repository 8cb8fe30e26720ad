//! What agents are taught: skills (how something is done here) and agents (helpers that they may
//! send out), ours and the operator's.
//!
//! They lie in the workspace's folder `.claude`, in the layout of a plugin of Claude Code, and the
//! agent is started with that folder named. It is the server's own, outside of every project: what
//! an upload or a cloned repository brings in a `.claude` of its own is not read.

mod folder;
mod front_matter;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use protocol::Guid;

use crate::folders::{Folders, SharedFile};
use front_matter::FrontMatter;

/// What Claude Code calls all of it: a skill is `tmux-builder:NAME` there.
pub const PLUGIN: &str = "tmux-builder";

/// The file that makes a folder a skill.
const SKILL_FILE: &str = "SKILL.md";

/// Our own skills: name and text.
const SKILLS: [(&str, &str); 5] = [
    (
        "cloudfront-create",
        include_str!("../skills/skills/cloudfront-create/SKILL.md"),
    ),
    (
        "cloudfront-invalidate",
        include_str!("../skills/skills/cloudfront-invalidate/SKILL.md"),
    ),
    ("cors", include_str!("../skills/skills/cors/SKILL.md")),
    (
        "s3-upload",
        include_str!("../skills/skills/s3-upload/SKILL.md"),
    ),
    (
        "test-and-verify",
        include_str!("../skills/skills/test-and-verify/SKILL.md"),
    ),
];

/// Our own agents: name and text.
const AGENTS: [(&str, &str); 1] = [(
    "static-deployer",
    include_str!("../skills/agents/static-deployer.md"),
)];

/// Why the operator's folder of skills cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {reason}", file.display())]
pub struct SkillError {
    /// The file or folder at fault.
    pub file: PathBuf,
    /// What is wrong with it, and what to do.
    pub reason: String,
}

/// All that agents are taught.
#[derive(Debug)]
pub struct Skills {
    skills: BTreeMap<String, Taught>,
    agents: BTreeMap<String, Taught>,
    /// Held while a workspace's folder is replaced, for two sessions may start at once.
    installing: Mutex<()>,
}

/// A skill or an agent: what it is for, and its files, by their paths in the plugin.
#[derive(Debug)]
struct Taught {
    description: String,
    files: Vec<SharedFile>,
}

/// A skill or an agent, for whoever lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lesson<'a> {
    /// Its name, without the plugin's.
    pub name: &'a str,
    /// What it is for.
    pub description: &'a str,
}

impl Skills {
    /// Our own.
    #[must_use]
    pub fn builtin() -> Self {
        let taught = |path: String, text: &str| Taught {
            description: FrontMatter::read(text)
                .map(|it| it.description)
                .unwrap_or_default(),
            files: vec![SharedFile::text(path, text)],
        };
        let skills = SKILLS.map(|(name, text)| {
            let path = format!("skills/{name}/{SKILL_FILE}");
            (name.to_owned(), taught(path, text))
        });
        let agents = AGENTS.map(|(name, text)| {
            let path = format!("agents/{name}.md");
            (name.to_owned(), taught(path, text))
        });
        Self {
            skills: skills.into(),
            agents: agents.into(),
            installing: Mutex::default(),
        }
    }

    /// The skills, by name.
    pub fn skills(&self) -> impl Iterator<Item = Lesson<'_>> {
        lessons(&self.skills)
    }

    /// The agents, by name.
    pub fn agents(&self) -> impl Iterator<Item = Lesson<'_>> {
        lessons(&self.agents)
    }

    /// Puts all of it into a workspace's folder, in place of what was there.
    ///
    /// # Errors
    /// A file or folder cannot be made.
    pub fn install(&self, folders: &Folders, guid: &Guid, number: u32) -> io::Result<()> {
        let manifest = serde_json::json!({
            "name": PLUGIN,
            "version": env!("CARGO_PKG_VERSION"),
            "description": "How sites are built, checked and published with Tmux Builder.",
        });
        let manifest = SharedFile::text(".claude-plugin/plugin.json", &manifest.to_string());
        let taught = self.skills.values().chain(self.agents.values());
        let files: Vec<_> = taught
            .flat_map(|taught| &taught.files)
            .chain([&manifest])
            .collect();
        let _alone = self
            .installing
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        folders.replace_skills(guid, number, &files)
    }
}

fn lessons(taught: &BTreeMap<String, Taught>) -> impl Iterator<Item = Lesson<'_>> {
    taught.iter().map(|(name, taught)| Lesson {
        name,
        description: &taught.description,
    })
}

#[cfg(test)]
mod tests;
