//! The cloud access port: how an agent gets into the cloud account of its workspace, and no further.

use std::collections::BTreeMap;
use std::path::Path;

use async_trait::async_trait;
use protocol::{Guid, Secret, Timestamp};

use crate::hosting::HostingError;

/// Credentials that end by themselves and open one workspace.
#[derive(Clone, Debug)]
pub struct ShortLived {
    /// The public part of the key.
    pub key_id: String,
    /// Its secret part.
    pub secret: Secret,
    /// What goes with it.
    pub token: Secret,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What a process of an agent begins with.
#[derive(Clone, Copy, Debug)]
pub struct Access<'a> {
    /// The workspace.
    pub guid: &'a Guid,
    /// Where the agent may ask for credentials.
    pub credentials_url: &'a str,
    /// What it shows there.
    pub token: &'a Secret,
    /// The folder that it works in.
    pub folder: &'a Path,
    /// The operating-system user it runs as, where the server may choose.
    pub user: Option<u32>,
}

/// The cloud access port.
#[async_trait]
pub trait CloudAccess: Send + Sync + 'static {
    /// Short-lived credentials for a workspace.
    async fn credentials(&self, guid: &Guid) -> Result<ShortLived, HostingError>;

    /// The variables by which the programs of an agent find their credentials.
    async fn environment(
        &self,
        access: Access<'_>,
    ) -> Result<BTreeMap<String, String>, HostingError>;
}
