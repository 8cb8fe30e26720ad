//! What the operator teaches every agent: house rules, and skills besides ours.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use domain::skills::{SkillError, Skills};
use domain::system_prompt::HOUSE_RULES_BYTES;

/// What the operator teaches.
#[derive(Args, Clone, Debug)]
pub struct TeachingSettings {
    /// A text file with what every agent on this server shall keep to.
    #[arg(long, value_name = "FILE", env = "TMUX_BUILDER_HOUSE_RULES")]
    pub house_rules: Option<PathBuf>,

    /// Folder with skills and agents of your own: `skills/NAME/SKILL.md` and `agents/NAME.md`. They
    /// replace those of the same name.
    #[arg(long, value_name = "DIR", env = "TMUX_BUILDER_SKILLS")]
    pub skills: Option<PathBuf>,
}

/// What agents are taught, and what is demanded of them.
pub struct Teaching {
    /// Our skills and the operator's.
    pub skills: Skills,
    /// The operator's rules; may be empty.
    pub house_rules: String,
}

/// Why what the operator teaches cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TeachingError {
    /// Something in the folder is no skill or agent.
    #[error("the folder of --skills cannot be used")]
    Skills(#[from] SkillError),
    /// The rules cannot be read, or are none.
    #[error("the house rules {file} cannot be used: {reason}")]
    HouseRules {
        /// The file.
        file: PathBuf,
        /// Why, and what to do.
        reason: String,
    },
}

impl Teaching {
    /// Reads what the settings name.
    ///
    /// # Errors
    /// The rules or the skills cannot be used.
    pub fn read(settings: &TeachingSettings) -> Result<Self, TeachingError> {
        let skills = match &settings.skills {
            Some(folder) => Skills::builtin().with_folder(folder)?,
            None => Skills::builtin(),
        };
        let house_rules = match &settings.house_rules {
            Some(file) => house_rules(file).map_err(|reason| TeachingError::HouseRules {
                file: file.clone(),
                reason,
            })?,
            None => String::new(),
        };
        Ok(Self {
            skills,
            house_rules,
        })
    }
}

fn house_rules(file: &Path) -> Result<String, String> {
    let file = File::open(file).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    file.take(HOUSE_RULES_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    if bytes.len() > HOUSE_RULES_BYTES {
        let limit = HOUSE_RULES_BYTES / 1024;
        return Err(format!(
            "they have at most {limit} KiB; say it in fewer words"
        ));
    }
    let text = String::from_utf8(bytes).map_err(|_| "they are not UTF-8")?;
    let is_text = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    if text.chars().all(is_text) {
        Ok(text)
    } else {
        Err("they have control characters; remove them".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn house_rules_are_a_bounded_text() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rules.md");
        std::fs::write(&file, "Be kind.\n").unwrap();
        assert_eq!(house_rules(&file).unwrap(), "Be kind.\n");
        let long = vec![b'x'; HOUSE_RULES_BYTES + 1];
        for (content, word) in [
            (long.as_slice(), "32 KiB"),
            (b"\xff", "UTF-8"),
            (b"a\0b", "control"),
        ] {
            std::fs::write(&file, content).unwrap();
            let reason = house_rules(&file).unwrap_err();
            assert!(reason.contains(word), "{reason}");
        }
        assert!(house_rules(&folder.path().join("none")).is_err());
    }
}
