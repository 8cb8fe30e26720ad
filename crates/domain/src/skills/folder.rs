//! The operator's own skills and agents: a folder with `skills/NAME/SKILL.md` and `agents/NAME.md`.
//!
//! It is read once, when the server starts, and all of it or nothing is taken. Links are followed
//! as long as they stay in the folder. Names that begin with a dot are left out.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::Dir;

use super::front_matter::{FrontMatter, check_name};
use super::{SKILL_FILE, SkillError, Skills, Taught};
use crate::folders::SharedFile;
use crate::publishing::beneath;

/// Bytes of one file.
const FILE_BYTES: u64 = 256 * 1024;
/// Bytes of all files. Every workspace has a copy.
const ALL_BYTES: u64 = 4 * 1024 * 1024;
/// Files in all.
const MAX_FILES: usize = 500;
/// Bytes of all descriptions. Every agent reads all of them in every turn.
const DESCRIPTIONS_BYTES: usize = 32 * 1024;
/// Folders in a skill's folder.
const MAX_DEPTH: usize = 8;

type Result<T> = std::result::Result<T, SkillError>;

impl Skills {
    /// These and the operator's, which replace those of the same name.
    ///
    /// # Errors
    /// Something in the folder is no skill or agent, or breaks a limit.
    pub fn with_folder(mut self, folder: &Path) -> Result<Self> {
        let mut reader = Reader::open(folder)?;
        let (skills, agents) = (reader.skills()?, reader.agents()?);
        if skills.is_empty() && agents.is_empty() {
            let reason = "it has no `skills/NAME/SKILL.md` and no `agents/NAME.md`";
            return Err(reader.bad("", reason));
        }
        let bytes = |taught: &Taught| taught.description.len();
        let all = skills
            .values()
            .chain(agents.values())
            .map(bytes)
            .sum::<usize>();
        if all > DESCRIPTIONS_BYTES {
            let limit = DESCRIPTIONS_BYTES / 1024;
            return Err(reader.bad("", format!("all descriptions have at most {limit} KiB")));
        }
        self.skills.extend(skills);
        self.agents.extend(agents);
        Ok(self)
    }
}

struct Reader {
    folder: PathBuf,
    root: File,
    files: usize,
    bytes: u64,
}

impl Reader {
    fn open(folder: &Path) -> Result<Self> {
        let root = File::open(folder).map_err(|error| SkillError {
            file: folder.to_path_buf(),
            reason: format!("it cannot be opened ({error})"),
        })?;
        Ok(Self {
            folder: folder.to_path_buf(),
            root,
            files: 0,
            bytes: 0,
        })
    }

    fn skills(&mut self) -> Result<BTreeMap<String, Taught>> {
        let mut skills = BTreeMap::new();
        for name in self.names("skills")? {
            let place = format!("skills/{name}");
            check_name(&name).map_err(|reason| self.bad(&place, reason))?;
            let mut files = Vec::new();
            self.collect(&place, &mut files, 0)?;
            let path = format!("{place}/{SKILL_FILE}");
            let Some(file) = files.iter().find(|file| file.path == path) else {
                return Err(self.bad(&place, format!("a skill is a folder with {SKILL_FILE}")));
            };
            let description = self.describe(file, &name)?;
            skills.insert(name, Taught { description, files });
        }
        Ok(skills)
    }

    fn agents(&mut self) -> Result<BTreeMap<String, Taught>> {
        let mut agents = BTreeMap::new();
        for file_name in self.names("agents")? {
            let path = format!("agents/{file_name}");
            let Some(name) = file_name.strip_suffix(".md") else {
                return Err(self.bad(&path, "an agent is a file NAME.md"));
            };
            check_name(name).map_err(|reason| self.bad(&path, reason))?;
            let opened = self.opened(&path)?;
            let file = self.file(path, opened)?;
            let description = self.describe(&file, name)?;
            let files = vec![file];
            agents.insert(name.to_owned(), Taught { description, files });
        }
        Ok(agents)
    }

    /// What the file says that it is for, if it says that it is `name`.
    fn describe(&self, file: &SharedFile, name: &str) -> Result<String> {
        let bad = |reason| self.bad(&file.path, reason);
        let text = std::str::from_utf8(&file.content).map_err(|_| bad("it is not UTF-8".into()))?;
        let found = FrontMatter::read(text).map_err(bad)?;
        if found.name != name {
            let reason = format!("its `name:` is `{}`; it must be `{name}`", found.name);
            return Err(bad(reason));
        }
        Ok(found.description)
    }

    /// The files at `place` and below.
    fn collect(&mut self, place: &str, files: &mut Vec<SharedFile>, depth: usize) -> Result<()> {
        let opened = self.opened(place)?;
        let found = opened
            .metadata()
            .map_err(|error| self.unread(place, &error))?;
        if !found.is_dir() {
            files.push(self.file(place.to_owned(), opened)?);
            return Ok(());
        }
        if depth > MAX_DEPTH {
            let reason = format!("at most {MAX_DEPTH} folders may lie in each other");
            return Err(self.bad(place, reason));
        }
        for name in self.names(place)? {
            self.collect(&format!("{place}/{name}"), files, depth + 1)?;
        }
        Ok(())
    }

    fn file(&mut self, path: String, opened: File) -> Result<SharedFile> {
        let found = opened
            .metadata()
            .map_err(|error| self.unread(&path, &error))?;
        if !found.is_file() {
            return Err(self.bad(&path, "it is no ordinary file"));
        }
        let mut content = Vec::new();
        opened
            .take(FILE_BYTES + 1)
            .read_to_end(&mut content)
            .map_err(|error| self.unread(&path, &error))?;
        let bytes = content.len() as u64;
        self.files += 1;
        self.bytes += bytes;
        if bytes > FILE_BYTES {
            let reason = format!("a file has at most {} KiB", FILE_BYTES / 1024);
            return Err(self.bad(&path, reason));
        }
        if self.files > MAX_FILES || self.bytes > ALL_BYTES {
            let mib = ALL_BYTES / (1024 * 1024);
            let reason = format!("all files together are at most {MAX_FILES} and {mib} MiB");
            return Err(self.bad(&path, reason));
        }
        Ok(SharedFile {
            path,
            content,
            executable: found.permissions().mode() & 0o100 != 0,
        })
    }

    /// What is in a folder, by name; nothing if there is no such folder.
    fn names(&self, place: &str) -> Result<Vec<String>> {
        let opened = match beneath::open(&self.root, Path::new(place)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            opened => opened.map_err(|error| self.unread(place, &error))?,
        };
        let entries = Dir::read_from(&opened).map_err(|error| self.unread(place, &error.into()))?;
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| self.unread(place, &error.into()))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if !name.starts_with('.') {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    fn opened(&self, path: &str) -> Result<File> {
        beneath::open(&self.root, Path::new(path)).map_err(|error| self.unread(path, &error))
    }

    fn unread(&self, path: &str, error: &io::Error) -> SkillError {
        match error.kind() {
            io::ErrorKind::CrossesDevices => self.bad(
                path,
                "it is a link out of the folder; copy what it leads to",
            ),
            _ => self.bad(path, format!("it cannot be read ({error})")),
        }
    }

    fn bad(&self, path: &str, reason: impl Into<String>) -> SkillError {
        SkillError {
            file: self.folder.join(path),
            reason: reason.into(),
        }
    }
}
