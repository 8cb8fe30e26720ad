//! How an agent gets into its workspace's part of the account.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::cloud_access::{Access, CloudAccess, ShortLived};
use domain::hosting::HostingError;
use protocol::{Guid, Secret};

use super::identity::Identities;

/// How agents find their credentials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// They ask this server, the way programs in a container do, and get short-lived ones.
    #[default]
    Endpoint,
    /// The workspace's own key is put into a file and their environment, for agents that need it.
    Inject,
}

/// Gives agents access.
#[derive(Clone, Debug)]
pub struct AgentAccess {
    /// The workspaces' users.
    pub identities: Identities,
    /// The region of buckets.
    pub region: String,
    /// How.
    pub delivery: Delivery,
}

#[async_trait]
impl CloudAccess for AgentAccess {
    async fn credentials(&self, guid: &Guid) -> Result<ShortLived, HostingError> {
        let found = self.identities.credentials(guid).await?;
        Ok(ShortLived {
            key_id: found.key.id,
            secret: Secret::new(found.key.secret),
            token: Secret::new(found.key.token.unwrap_or_default()),
            expires_at: found.expires_at,
        })
    }

    async fn environment(
        &self,
        access: Access<'_>,
    ) -> Result<BTreeMap<String, String>, HostingError> {
        let found = match self.delivery {
            Delivery::Endpoint => vec![
                (
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                    access.credentials_url.to_owned(),
                ),
                (
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
                    format!("Bearer {}", access.token.reveal()),
                ),
            ],
            Delivery::Inject => {
                self.identities
                    .write_credentials_file(access.guid, access.folder, access.user)
                    .await?;
                let key = self.identities.key(access.guid).await?;
                vec![
                    ("AWS_ACCESS_KEY_ID", key.id),
                    ("AWS_SECRET_ACCESS_KEY", key.secret),
                ]
            }
        };
        let region = ("AWS_REGION", self.region.clone());
        Ok(found
            .into_iter()
            .chain([region])
            .map(|(name, value)| (name.to_owned(), value))
            .collect())
    }
}
