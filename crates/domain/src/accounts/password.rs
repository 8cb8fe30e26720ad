//! Hashing of passwords with argon2id, off the async threads and few at a time.

use std::sync::Arc;
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::{Error as HashError, PasswordHasher, PasswordVerifier, phc};
use protocol::{ApiError, PASSWORD_MAX_BYTES};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, Result};

/// Hashes that are computed at the same time. Each takes 19 MiB and a processor.
const AT_ONCE: usize = 2;
/// How long a hash waits for its turn before its request is refused.
const PATIENCE: Duration = Duration::from_secs(10);
/// Verified where there is no account, so that this takes as long. It has the parameters that
/// [`Argon2::default`] gives to all others, and is the hash of no known password.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$dG11eC1idWlsZGVyLTAwMQ$\
     6b7cGm0o3q0sJ4n8nqZ0dXo0v5gH1c2y9S3kQ7rTtUw";

/// Hashes and verifies passwords.
pub struct Passwords {
    turns: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

impl Passwords {
    /// The hash of a new password, as a PHC string.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let password = password.to_owned();
        let hash = self.compute(move || {
            let hash: phc::PasswordHash = Argon2::default().hash_password(password.as_bytes())?;
            Ok(hash.to_string())
        });
        hash.await
    }

    /// Whether `password` has this hash. Without a hash: no, in the time that it takes to say so.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        if password.len() > PASSWORD_MAX_BYTES {
            return Ok(false);
        }
        let exists = hash.is_some();
        let password = password.to_owned();
        let hash = hash.unwrap_or(NOBODYS).to_owned();
        let matches = self.compute(move || {
            match Argon2::default().verify_password(password.as_bytes(), hash.as_str()) {
                Ok(()) => Ok(true),
                Err(HashError::PasswordInvalid) => Ok(false),
                Err(error) => Err(error),
            }
        });
        Ok(matches.await? && exists)
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
    ) -> Result<T> {
        let turn = self.turn().await?;
        let work = move || {
            let result = work();
            // The turn ends with the work, even if nobody waits for it any more.
            drop(turn);
            result
        };
        let failed = |source| Error::corrupt("password", source);
        match tokio::task::spawn_blocking(work).await {
            Ok(result) => result.map_err(|error| failed(error.to_string())),
            Err(error) => Err(failed(error.to_string())),
        }
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        match tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => {
                let message = "Too many people sign in at this moment. Try again in a minute.";
                Err(ApiError::unavailable(message).into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_has_its_own_hash_only() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse battery").await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(
            passwords
                .verify("correct horse battery", Some(&hash))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .verify("incorrect horse", Some(&hash))
                .await
                .unwrap()
        );
        assert_ne!(hash, passwords.hash("correct horse battery").await.unwrap());
    }

    #[tokio::test]
    async fn nobody_has_a_password_that_costs_as_much_to_refuse() {
        let passwords = Passwords::default();
        assert!(!passwords.verify("anything at all", None).await.unwrap());
        let hash = passwords.hash("anything at all").await.unwrap();
        let cost = |hash: &str| {
            hash.split('$')
                .take(4)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(cost(NOBODYS), cost(&hash));
        assert_eq!(NOBODYS.len(), hash.len());
    }

    #[tokio::test]
    async fn a_damaged_hash_is_an_error_and_no_refusal() {
        let damaged = Passwords::default()
            .verify("anything", Some("$argon2id$"))
            .await;
        assert!(matches!(damaged, Err(Error::Corrupt { .. })), "{damaged:?}");
    }
}
