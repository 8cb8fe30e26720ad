//! Encrypts what is stored of access keys.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};

/// Bytes of the secret key.
const KEY_BYTES: usize = 32;
/// Bytes of a nonce, random for each text.
const NONCE_BYTES: usize = 24;

/// Why a vault cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The secret key is no key.
    #[error(
        "{0} must be 64 hexadecimal digits (`openssl rand -hex 32` makes them); without the old ones, stored access keys have to be rotated"
    )]
    BadKey(String),
    /// Others can read the secret key.
    #[error("others can read {0}; change that: `chmod 600 {0}`")]
    Open(PathBuf),
    /// The file cannot be used.
    #[error("could not use {path}")]
    File {
        /// The file with the secret key.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What is stored was encrypted with another secret key, or damaged.
    #[error(
        "the stored access key cannot be decrypted; set the TMUX_BUILDER_SECRET_KEY that it was encrypted with (or restore `secret.key`), or rotate the access key"
    )]
    Sealed,
}

/// Seals secrets, so that the database alone does not give them away. Cloning is cheap.
#[derive(Clone)]
pub struct Vault {
    cipher: XChaCha20Poly1305,
}

impl Vault {
    /// The vault whose secret key are these 64 hexadecimal digits. `source` names where they come
    /// from, for people.
    ///
    /// # Errors
    /// [`VaultError::BadKey`].
    pub fn new(digits: &str, source: &str) -> Result<Self, VaultError> {
        let key = decode(digits.trim()).and_then(|key| <[u8; KEY_BYTES]>::try_from(key).ok());
        let key = key.ok_or_else(|| VaultError::BadKey(source.to_owned()))?;
        Ok(Self {
            cipher: XChaCha20Poly1305::new(&key.into()),
        })
    }

    /// The vault whose secret key is in `file`, which is made if it is not there.
    ///
    /// # Errors
    /// The file cannot be read or made, others can read it, or it holds something else.
    pub fn open(file: &Path) -> Result<Self, VaultError> {
        let failed = |source| VaultError::File {
            path: file.to_owned(),
            source,
        };
        if !file.try_exists().map_err(failed)? {
            create(file).map_err(failed)?;
        }
        let mut opened = fs::File::open(file).map_err(failed)?;
        if opened.metadata().map_err(failed)?.mode() & 0o077 != 0 {
            return Err(VaultError::Open(file.to_owned()));
        }
        let mut digits = String::new();
        opened.read_to_string(&mut digits).map_err(failed)?;
        Self::new(&digits, &file.display().to_string())
    }

    /// Encrypts `secret`. It can be opened only as being about the same thing.
    pub(super) fn seal(&self, about: &str, secret: &str) -> String {
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let payload = Payload {
            msg: secret.as_bytes(),
            aad: about.as_bytes(),
        };
        #[expect(
            clippy::expect_used,
            reason = "only texts of hundreds of gigabytes cannot be encrypted"
        )]
        let sealed = (self.cipher)
            .encrypt(&XNonce::from(nonce), payload)
            .expect("an access key is short");
        encode(&[&nonce[..], &sealed].concat())
    }

    /// Decrypts what [`Self::seal`] has made.
    pub(super) fn unseal(&self, about: &str, sealed: &str) -> Result<String, VaultError> {
        let bytes = decode(sealed).ok_or(VaultError::Sealed)?;
        let (nonce, text) = bytes
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(VaultError::Sealed)?;
        let payload = Payload {
            msg: text,
            aad: about.as_bytes(),
        };
        let secret = (self.cipher).decrypt(&XNonce::from(*nonce), payload);
        String::from_utf8(secret.map_err(|_| VaultError::Sealed)?).map_err(|_| VaultError::Sealed)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault")
    }
}

/// Makes a file with a new secret key, whole or not at all. Of two who do it at once, one wins.
fn create(file: &Path) -> io::Result<()> {
    let beside = file.with_extension(format!("{}.new", encode(&rand::random::<[u8; 8]>())));
    let key: [u8; KEY_BYTES] = rand::random();
    let mut new = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)?;
    new.write_all(format!("{}\n", encode(&key)).as_bytes())?;
    new.sync_all()?;
    let linked = fs::hard_link(&beside, file);
    fs::remove_file(&beside)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn encode(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn decode(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| match pair {
            [high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()
            }
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    const DIGITS: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    #[test]
    fn what_is_sealed_opens_with_the_same_key_about_the_same_thing() {
        let vault = Vault::new(DIGITS, "test").unwrap();
        let sealed = vault.seal("A", "secret");
        assert!(!sealed.contains("secret"));
        assert_ne!(sealed, vault.seal("A", "secret"), "a nonce is used once");
        assert_eq!(vault.unseal("A", &sealed).unwrap(), "secret");
        assert!(matches!(
            vault.unseal("B", &sealed),
            Err(VaultError::Sealed)
        ));
        let other = Vault::new(&DIGITS.replace('0', "1"), "test").unwrap();
        assert!(matches!(
            other.unseal("A", &sealed),
            Err(VaultError::Sealed)
        ));
    }

    #[test]
    fn every_changed_digit_is_noticed() {
        let vault = Vault::new(DIGITS, "test").unwrap();
        let sealed = vault.seal("A", "secret");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            let digit = if &sealed[at..=at] == "0" { "1" } else { "0" };
            changed.replace_range(at..=at, digit);
            assert!(vault.unseal("A", &changed).is_err(), "digit {at}");
        }
        for broken in ["", "0", "zz", "é0", &sealed[2..], &sealed[..40]] {
            assert!(vault.unseal("A", broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn a_file_is_made_once_and_only_for_us() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret.key");
        let sealed = Vault::open(&file).unwrap().seal("A", "secret");
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let again = Vault::open(&file).unwrap();
        assert_eq!(again.unseal("A", &sealed).unwrap(), "secret");

        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(Vault::open(&file), Err(VaultError::Open(_))));
    }

    #[test]
    fn a_key_that_is_none_is_named() {
        for digits in ["", "00", &DIGITS[1..], &format!("{DIGITS}00"), "password"] {
            let error = Vault::new(digits, "TMUX_BUILDER_SECRET_KEY").unwrap_err();
            assert!(error.to_string().starts_with("TMUX_BUILDER_SECRET_KEY"));
        }
    }
}
