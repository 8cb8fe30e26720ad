//! The pictures of sites, as files: `{data}/proofs/{site}/{release}-{width}.jpg`.

use std::path::Path;
use std::{fs, io};

use protocol::SiteId;

use super::{Picture, Proofs};
use crate::error::{Error, Result};
use crate::publishing::record::SiteRecord;

const WHAT: &str = "the pictures of sites";

impl Proofs {
    /// Keeps the pictures of a release, and returns their widths.
    pub(super) async fn keep(
        &self,
        site: SiteId,
        release: u32,
        pictures: Vec<Picture>,
    ) -> Result<Vec<u32>> {
        let folders = self.parts.folders.clone();
        in_background(move || {
            let mut widths = Vec::new();
            for Picture { width, jpeg } in pictures {
                write(&folders.picture(site, release, width), &jpeg)?;
                widths.push(width);
            }
            Ok(widths)
        })
        .await
    }

    /// The picture of a release, if there is one.
    pub(super) async fn read_picture(
        &self,
        site: SiteId,
        release: u32,
        width: u32,
    ) -> Result<Option<Vec<u8>>> {
        let path = self.parts.folders.picture(site, release, width);
        in_background(move || match fs::read(path) {
            Ok(jpeg) => Ok(Some(jpeg)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        })
        .await
    }

    /// Removes the pictures of sites that are gone.
    pub(super) async fn sweep(&self) -> Result<()> {
        let folder = self.parts.folders.pictures();
        let listed = folder.clone();
        let sites = in_background(move || Ok(sites_in(&listed))).await?;
        for site in sites {
            let key = SiteRecord::key_of(site);
            if self.parts.records.get::<SiteRecord>(&key).await?.is_none() {
                let gone = folder.join(site.to_string());
                in_background(move || fs::remove_dir_all(gone)).await?;
            }
        }
        Ok(())
    }
}

/// Writes a file as a whole: a reader sees all of it or nothing.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(folder)?;
    let draft = path.with_extension("new");
    fs::write(&draft, bytes)?;
    fs::rename(draft, path)
}

fn sites_in(folder: &Path) -> Vec<SiteId> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter_map(|name| name.parse().ok()).collect()
}

async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(io::Error::other(error)))
        .map_err(|source| Error::Io { what: WHAT, source })
}
