//! Secrets that prove something: 256 random bits, of which only a hash is stored.
//!
//! A secret is too long to be guessed, so a plain SHA-256 of it is as good as a slow hash, and finding
//! the record by the hash reveals nothing by its timing.

use protocol::Secret;
use sha2::{Digest, Sha256};

/// A new secret: `prefix` and 64 hexadecimal digits.
pub fn random(prefix: &str) -> Secret {
    let bits: [u8; 32] = rand::random();
    Secret::new(format!("{prefix}{}", hex(&bits)))
}

/// What is stored of a secret.
pub fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
