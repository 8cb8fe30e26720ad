//! Makes the database file, readable by its owner only.

use std::path::Path;

use domain::table::TableError;
use tokio::fs::{DirBuilder, OpenOptions};

use super::fault;

/// Makes the file and its folder where they are absent, with modes 0600 and 0700. SQLite gives its
/// other files the mode of this one.
pub async fn create(path: &Path) -> Result<(), TableError> {
    let failed = |source| fault::file("make the database file", fault::at(path, source));
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700);
        builder.create(folder).await.map_err(failed)?;
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).mode(0o600);
    options.open(path).await.map_err(failed)?;
    Ok(())
}
