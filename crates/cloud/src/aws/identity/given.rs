//! What is given out of an identity: clients for us, short-lived credentials for agents.

use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_sdk_sts::operation::get_federation_token::GetFederationTokenOutput;
use protocol::{Guid, Timestamp};

use super::super::clients::{AccessKey, Clients};
use super::super::error::failed;
use super::super::names;
use super::{Identities, IdentityError, exclusive, policy};

/// For how long short-lived credentials are made, in seconds.
const SESSION_SECONDS: i32 = 3_600;
/// They are renewed so long before they end, in seconds. Clients ask again some minutes before.
const RENEW_SECONDS: i64 = 900;

/// Credentials that end by themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortLived {
    /// The key, with its token.
    pub key: AccessKey,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Identities {
    /// Clients that act as the workspace's user, which is made if it is missing.
    ///
    /// # Errors
    /// As [`Self::ensure`], or the stored key cannot be decrypted.
    pub async fn clients(&self, guid: &Guid) -> Result<Clients, IdentityError> {
        let key = self.key(guid).await?;
        let known = lock(&self.0.clients).get(guid).cloned();
        if let Some((_, clients)) = known.filter(|(of, _)| *of == key.id) {
            return Ok(clients);
        }
        let clients = self.0.provisioner.acting_with(&key);
        lock(&self.0.clients).insert(guid.clone(), (key.id, clients.clone()));
        Ok(clients)
    }

    /// Credentials for the workspace's agents, good for at least some minutes.
    ///
    /// # Errors
    /// As [`Self::clients`].
    pub async fn credentials(&self, guid: &Guid) -> Result<ShortLived, IdentityError> {
        let clients = self.clients(guid).await?;
        let id = self.key(guid).await?.id;
        let renew_from = self.0.clock.now().plus_seconds(RENEW_SECONDS);
        let known = lock(&self.0.sessions).get(guid).cloned();
        if let Some((_, known)) =
            known.filter(|(of, known)| *of == id && known.expires_at > renew_from)
        {
            return Ok(known);
        }
        let asked = clients
            .sts
            .get_federation_token()
            .name(names::user(guid))
            .policy(policy::session(self.account().await?, guid))
            .duration_seconds(SESSION_SECONDS)
            .send()
            .await;
        let session = short_lived(asked.map_err(failed("sts:GetFederationToken"))?);
        lock(&self.0.sessions).insert(guid.clone(), (id, session.clone()));
        Ok(session)
    }

    /// The key in use. Makes the user if it has none.
    pub(in crate::aws) async fn key(&self, guid: &Guid) -> Result<AccessKey, IdentityError> {
        let stored = exclusive::find(&self.0.records, guid).await?;
        let stored = match stored {
            Some(record) if record.suspended => return Err(IdentityError::Suspended),
            Some(record) if record.key.is_some() => Some(record),
            _ => {
                self.ensure(guid).await?;
                exclusive::find(&self.0.records, guid).await?
            }
        };
        // Somebody else may have deleted it in between.
        let key = stored.and_then(|record| record.key);
        let key = key.ok_or(IdentityError::Busy)?;
        Ok(key.unseal(&self.0.vault, guid)?)
    }

    /// Gives out nothing any more that was made before.
    pub(super) fn forget(&self, guid: &Guid) {
        lock(&self.0.clients).remove(guid);
        lock(&self.0.sessions).remove(guid);
    }
}

fn short_lived(answer: GetFederationTokenOutput) -> ShortLived {
    let (id, secret, token, seconds) = answer.credentials.map_or_else(Default::default, |made| {
        let seconds = made.expiration.secs();
        (
            made.access_key_id,
            made.secret_access_key,
            made.session_token,
            seconds,
        )
    });
    ShortLived {
        key: AccessKey {
            id,
            secret,
            token: Some(token),
        },
        expires_at: Timestamp::from_millis(seconds.saturating_mul(1_000)),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is kept is only a copy; half of a change does no harm.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
