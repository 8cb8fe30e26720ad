//! `/api/projects/{id}/source`

use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::path::Path as FilePath;

use axum::body::Body as Content;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use domain::hosting::Bundle;
use domain::publishing::beneath;
use protocol::{ApiError, ProjectId};
use tokio::sync::Semaphore;
use tokio_util::io::ReaderStream;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::http::App;
use crate::http::answer::{Answer, Path};
use crate::http::auth::Known;

/// Reading and packing a folder takes a core and much of the disk, so that few do it at a time.
/// Others wait, for as long as their connections are open.
static PACKING: Semaphore = Semaphore::const_new(2);

/// `GET …/source`: the project's folder as a zip, without dot files and `node_modules`.
pub async fn download(
    State(app): State<App>,
    Known(actor): Known,
    Path(id): Path<ProjectId>,
) -> Answer {
    let turn = PACKING.acquire().await.map_err(|_| ApiError::internal())?;
    let (project, files) = app.services.projects.source(&actor, id).await?;
    let packing = tokio::task::spawn_blocking(move || {
        // Packing goes on even if nobody waits for it any more, and so does its turn.
        let _turn = turn;
        pack(&files, &app.data)
    });
    let packed = packing.await.map_err(|_| ApiError::internal())?;
    let zip = packed.map_err(|error| {
        tracing::warn!(%error, project = %id, "a project's source was not packed");
        ApiError::unavailable("The files could not be packed: the disk may be full. Try again.")
    })?;
    let bytes = zip.metadata().map(|found| found.len()).unwrap_or_default();
    let name = format!("attachment; filename=\"{}.zip\"", project.slug);
    let stream = ReaderStream::new(tokio::fs::File::from_std(zip));
    let headers = [
        (CONTENT_TYPE, "application/zip".to_owned()),
        (CONTENT_DISPOSITION, name),
        (CONTENT_LENGTH, bytes.to_string()),
    ];
    Ok::<Response, _>((headers, Content::from_stream(stream)).into_response())
}

/// Packs what was listed into a file in `place` without a name, which is gone when it is closed.
/// What has gone or leads out meanwhile is left out, and of what has grown there is as much as was
/// listed: an agent that writes on does not fill the disk.
fn pack(listed: &Bundle, place: &FilePath) -> io::Result<File> {
    let folder = File::open(&listed.root)?;
    let mut zip = ZipWriter::new(tempfile::tempfile_in(place)?);
    let options = SimpleFileOptions::default().large_file(true);
    for entry in &listed.files {
        let Ok(file) = beneath::open(&folder, FilePath::new(&entry.path)) else {
            continue;
        };
        if file.metadata()?.is_file() {
            zip.start_file(&entry.path, options)?;
            io::copy(&mut file.take(entry.bytes), &mut zip)?;
        }
    }
    let mut packed = zip.finish()?;
    packed.rewind()?;
    Ok(packed)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use domain::hosting::BundleFile;

    use super::*;

    #[test]
    fn what_is_below_is_packed_and_what_leads_out_is_not() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("project");
        fs::create_dir_all(root.join("site")).unwrap();
        fs::write(root.join("site/index.html"), "<h1>Tea</h1>").unwrap();
        fs::write(place.path().join("secret"), "secret").unwrap();
        fs::write(root.join("log.txt"), "grows ... and grows").unwrap();
        symlink("../secret", root.join("out")).unwrap();
        let listed = ["site/index.html", "log.txt", "out", "gone"].map(|path| BundleFile {
            path: path.to_owned(),
            bytes: if path == "log.txt" { 5 } else { 12 },
            hash: String::new(),
        });
        let files = listed.to_vec();
        let packed = pack(&Bundle { root, files }, place.path()).unwrap();
        let mut zip = zip::ZipArchive::new(packed).unwrap();
        assert_eq!(zip.len(), 2);
        for (path, packed) in [("site/index.html", "<h1>Tea</h1>"), ("log.txt", "grows")] {
            let text = io::read_to_string(zip.by_name(path).unwrap()).unwrap();
            assert_eq!(text, packed);
        }
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 2);
    }
}
