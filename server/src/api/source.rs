//! `/api/projects/{id}/source`

use std::fs::File;
use std::io::{self, Seek as _};
use std::path::{Path as FilePath, PathBuf};

use axum::body::Body as Content;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use domain::publishing::beneath;
use protocol::{ApiError, ProjectId};
use tokio_util::io::ReaderStream;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::http::App;
use crate::http::answer::{Answer, Path};
use crate::http::auth::Known;

/// `GET …/source`: the project's folder as a zip, without dot files and `node_modules`.
pub async fn download(
    State(app): State<App>,
    Known(actor): Known,
    Path(id): Path<ProjectId>,
) -> Answer {
    let (project, files) = app.services.projects.source(&actor, id).await?;
    let paths = files.files.into_iter().map(|file| file.path).collect();
    let packing = tokio::task::spawn_blocking(move || pack(&files.root, paths));
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

/// Packs files below `root` into a file without a name, which is gone when it is closed. What has
/// gone or leads out meanwhile is left out.
fn pack(root: &FilePath, paths: Vec<String>) -> io::Result<File> {
    let folder = File::open(root)?;
    let mut zip = ZipWriter::new(tempfile::tempfile()?);
    let options = SimpleFileOptions::default().large_file(true);
    for path in paths {
        let Ok(mut file) = beneath::open(&folder, &PathBuf::from(&path)) else {
            continue;
        };
        if file.metadata()?.is_file() {
            zip.start_file(path, options)?;
            io::copy(&mut file, &mut zip)?;
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

    use super::*;

    #[test]
    fn what_is_below_is_packed_and_what_leads_out_is_not() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("project");
        fs::create_dir_all(root.join("site")).unwrap();
        fs::write(root.join("site/index.html"), "<h1>Tea</h1>").unwrap();
        fs::write(place.path().join("secret"), "secret").unwrap();
        symlink("../secret", root.join("out")).unwrap();
        let paths = ["site/index.html", "out", "gone"].map(str::to_owned);
        let packed = pack(&root, paths.to_vec()).unwrap();
        let mut zip = zip::ZipArchive::new(packed).unwrap();
        assert_eq!(zip.len(), 1);
        let text = io::read_to_string(zip.by_name("site/index.html").unwrap()).unwrap();
        assert_eq!(text, "<h1>Tea</h1>");
    }
}
