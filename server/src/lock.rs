//! Keeps a second server out of a data folder: two would write one chat.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::{FlockOperation, flock};

use crate::compose::ComposeError;

/// The right to serve a data folder. Ends with the process, however that ends.
#[derive(Debug)]
pub struct DataLock {
    _file: File,
}

impl DataLock {
    /// Takes the lock.
    ///
    /// # Errors
    /// Another server has it, or its file cannot be made.
    pub fn take(data: &Path) -> Result<Self, ComposeError> {
        let file = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(false)
            .mode(0o600)
            .open(data.join("server.lock"))
            .map_err(|source| ComposeError::Data {
                folder: data.to_path_buf(),
                source,
            })?;
        flock(&file, FlockOperation::NonBlockingLockExclusive)
            .map_err(|_| ComposeError::InUse(data.to_path_buf()))?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_server_has_a_data_folder() {
        let data = tempfile::tempdir().unwrap();
        let first = DataLock::take(data.path()).unwrap();
        assert!(matches!(
            DataLock::take(data.path()),
            Err(ComposeError::InUse(_))
        ));
        drop(first);
        DataLock::take(data.path()).unwrap();
    }
}
