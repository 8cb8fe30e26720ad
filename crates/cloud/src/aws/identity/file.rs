//! The file `.aws_credentials`, for agents that cannot ask for short-lived credentials.

use std::io::Write as _;
use std::os::unix::fs::fchown;
use std::path::Path;

use protocol::Guid;
use serde::Serialize;

use super::super::names;
use super::{Identities, IdentityError};

const NAME: &str = ".aws_credentials";

/// What is in the file, in this order.
#[derive(Serialize)]
struct Credentials<'a> {
    user_name: String,
    access_key_id: &'a str,
    secret_access_key: &'a str,
    region: &'a str,
    guid: &'a str,
}

impl Identities {
    /// Writes the workspace's own key into `folder`, readable for `user` alone (for us, without
    /// one). A file before it, whatever it is, is replaced and not followed.
    ///
    /// # Errors
    /// As [`Self::clients`], or the file cannot be written.
    pub async fn write_credentials_file(
        &self,
        guid: &Guid,
        folder: &Path,
        user: Option<u32>,
    ) -> Result<(), IdentityError> {
        let key = self.key(guid).await?;
        let credentials = Credentials {
            user_name: names::user(guid),
            access_key_id: &key.id,
            secret_access_key: &key.secret,
            region: self.0.provisioner.region(),
            guid: guid.as_str(),
        };
        // Temporary files are for their owner only.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer_pretty(&mut file, &credentials).map_err(std::io::Error::from)?;
        file.write_all(b"\n")?;
        if user.is_some() {
            fchown(file.as_file(), user, user)?;
        }
        file.as_file().sync_all()?;
        file.persist(folder.join(NAME))
            .map_err(|error| error.error)?;
        Ok(())
    }
}
