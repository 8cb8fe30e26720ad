//! The first run: whoever can read the server's output becomes the first owner.

use protocol::{Account, ApiError, Secret};
use subtle::ConstantTimeEq;

use super::record::SetupRecord;
use super::{Accounts, Subject};
use crate::error::Result;
use crate::records::put;
use crate::table::Condition;

/// Letters and digits that are not taken for one another. 32 of them: 5 bits each.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const CODE_CHARS: usize = 12;
const GROUP_CHARS: usize = 4;

/// The one-time code of the first run: 60 random bits, new at each start of the server.
pub struct SetupCode(String);

impl SetupCode {
    pub fn random() -> Self {
        let bytes: [u8; CODE_CHARS] = rand::random();
        let chars = bytes.map(|byte| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
        Self(chars.iter().collect())
    }

    /// As people read it: `K7QM-2XHD-9RTA`.
    fn grouped(&self) -> String {
        let groups = self.0.as_bytes().chunks(GROUP_CHARS);
        groups
            .map(String::from_utf8_lossy)
            .collect::<Vec<_>>()
            .join("-")
    }

    /// Whether somebody typed this code, in capitals or not, with hyphens and blanks or not. Takes
    /// the same time for every wrong code.
    fn matches(&self, typed: &str) -> bool {
        let typed: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
        let typed = typed.to_ascii_uppercase();
        typed.as_bytes().ct_eq(self.0.as_bytes()).into()
    }
}

impl Accounts {
    /// Whether there is no account yet.
    ///
    /// # Errors
    /// The storage fails.
    pub async fn needs_owner(&self) -> Result<bool> {
        let key = SetupRecord::the_key();
        Ok(self.records.get::<SetupRecord>(&key).await?.is_none())
    }

    /// The code that [`Self::create_owner`] asks for. For the server's operator only.
    #[must_use]
    pub fn setup_code(&self) -> String {
        self.setup_code.grouped()
    }

    /// Makes the first account and signs it in. Works once in the life of the data.
    ///
    /// # Errors
    /// There is an account already, the code is wrong (or was so too often), address or password
    /// break a rule, or the storage fails.
    pub async fn create_owner(
        &self,
        code: &str,
        email: &str,
        password: &str,
        user_agent: &str,
    ) -> Result<(Account, Secret)> {
        if !self.needs_owner().await? {
            return Err(has_owner().into());
        }
        let attempt = self.limiter.attempt([Subject::SetupCode])?;
        if !self.setup_code.matches(code) {
            let message = "This is not the code that the server printed when it started.";
            return Err(ApiError::invalid("code", message).into());
        }
        attempt.succeed();
        let account = self.new_account(email.parse()?, password).await?;
        let (sign_in, secret) = self.new_sign_in(&account, user_agent);
        let mut writes = account.creation();
        writes.push(put(&SetupRecord {}, Condition::Absent));
        writes.push(put(&sign_in, Condition::Absent));
        match self.records.transact(writes).await {
            Ok(()) => Ok((account.account(), secret)),
            // Whichever condition failed: somebody made an account in the meantime.
            Err(error) if error.failed_condition().is_some() => Err(has_owner().into()),
            Err(error) => Err(error),
        }
    }
}

fn has_owner() -> ApiError {
    ApiError::conflict("The owner's account exists already. Sign in.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_grouped_and_typed_freely() {
        let code = SetupCode("K7QM2XHD9RTA".to_owned());
        assert_eq!(code.grouped(), "K7QM-2XHD-9RTA");
        for typed in ["K7QM-2XHD-9RTA", " k7qm 2xhd 9rta\n", "K7QM2XHD9RTA"] {
            assert!(code.matches(typed), "{typed}");
        }
        for typed in ["", "K7QM-2XHD-9RTB", "K7QM-2XHD", "K7QM-2XHD-9RTA-A", "é"] {
            assert!(!code.matches(typed), "{typed}");
        }
    }

    #[test]
    fn codes_differ() {
        assert_ne!(SetupCode::random().0, SetupCode::random().0);
        assert_eq!(SetupCode::random().0.len(), CODE_CHARS);
    }
}
