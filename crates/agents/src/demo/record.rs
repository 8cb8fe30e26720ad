//! What the demo agent has built in a project, kept beside the files that it wrote: whichever
//! conversation comes next goes on from what is there. Others may write into the folder, so what is
//! read is data: the page that it describes, and no path or address that is followed.

use std::fs::OpenOptions;
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};

use super::build::SITE;
use super::page::Page;

/// Its name in the project's folder. What begins with a dot is never published.
const FILE: &str = ".demo-agent.json";
/// Bytes of it at most: a page has a tenth of that.
const BYTES: u64 = 1024 * 1024;
/// The names under which pictures are put into a site.
const PICTURES: [&str; 2] = ["picture.png", "picture.jpg"];

/// What the files in the site's folder were made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) page: Page,
    /// The page before its last change.
    #[serde(default)]
    pub(super) previous: Option<Page>,
    /// The id of the site at which it was published: a hint, to be looked for among the project's.
    #[serde(default)]
    pub(super) site: Option<String>,
}

impl Record {
    /// What is kept in this project's folder. What cannot be read counts as nothing.
    pub(super) fn load(folder: &Path) -> Option<Self> {
        // Neither through a link, nor waiting for the other end of a pipe.
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let file = OpenOptions::new()
            .read(true)
            .custom_flags(i32::try_from(flags.bits()).ok()?)
            .open(folder.join(FILE))
            .ok()?;
        let facts = file.metadata().ok()?;
        if !facts.is_file() || facts.len() > BYTES {
            return None;
        }
        let mut bytes = Vec::new();
        file.take(BYTES).read_to_end(&mut bytes).ok()?;
        let mut record: Self = serde_json::from_slice(&bytes).ok()?;
        keep_own_picture(&mut record.page, folder);
        if let Some(previous) = &mut record.previous {
            keep_own_picture(previous, folder);
        }
        Some(record)
    }

    /// Keeps it in this project's folder, all of it or nothing.
    pub(super) fn save(&self, folder: &Path) -> io::Result<()> {
        let mut file = tempfile::Builder::new().prefix(FILE).tempfile_in(folder)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.persist(folder.join(FILE))?;
        Ok(())
    }

    /// Whether it is of another site than this one, as far as both are known.
    pub(super) fn is_of_another(&self, site: Option<&str>) -> bool {
        let recorded = self.site.as_deref();
        recorded.is_some() && site.is_some() && recorded != site
    }
}

/// Takes a picture off the page that is not one which lies in the site.
fn keep_own_picture(page: &mut Page, folder: &Path) {
    page.picture = page.picture.take().filter(|picture| {
        PICTURES.contains(&picture.file.as_str()) && folder.join(SITE).join(&picture.file).is_file()
    });
}

#[cfg(test)]
mod tests {
    use super::super::page::Picture;
    use super::*;

    fn record() -> Record {
        let page = Page::new("Tea Shop", "tea shop");
        Record {
            previous: Some(Page::new("Tea House", "tea house")),
            page,
            site: Some("site-1".into()),
        }
    }

    #[test]
    fn what_is_kept_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Record::load(folder.path()), None);
        record().save(folder.path()).unwrap();
        assert_eq!(Record::load(folder.path()), Some(record()));
        let names = std::fs::read_dir(folder.path()).unwrap();
        assert_eq!(names.count(), 1);
    }

    #[test]
    fn what_others_left_there_counts_as_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let whole = serde_json::to_vec(&record()).unwrap();
        let large = [vec![b' '; BYTES as usize], whole.clone()].concat();
        for bytes in [&b""[..], b"{}", b"\xff\x00", &whole[1..], &large] {
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(Record::load(folder.path()), None);
        }
        std::fs::remove_file(&path).unwrap();
        let elsewhere = folder.path().join("elsewhere.json");
        std::fs::write(&elsewhere, &whole).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
        assert_eq!(Record::load(folder.path()), None);
        // A link is replaced, not followed.
        record().save(folder.path()).unwrap();
        assert_eq!(std::fs::read(&elsewhere).unwrap(), whole);
        assert!(Record::load(folder.path()).is_some());
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert_eq!(Record::load(folder.path()), None);
    }

    #[test]
    fn only_a_picture_of_the_site_stays_on_the_page() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join(SITE);
        std::fs::create_dir(&site).unwrap();
        std::fs::write(site.join("picture.png"), "").unwrap();
        std::fs::write(folder.path().join("secret.png"), "").unwrap();
        for (file, stays) in [
            ("picture.png", true),
            ("picture.jpg", false),
            ("../secret.png", false),
            ("https://elsewhere.example/picture.png", false),
        ] {
            let mut record = record();
            record.page.picture = Some(Picture {
                file: file.into(),
                alt: String::new(),
                width: 1,
                height: 1,
            });
            record.save(folder.path()).unwrap();
            let found = Record::load(folder.path()).unwrap();
            assert_eq!(found.page.picture.is_some(), stays, "{file}");
        }
    }
}
