//! The port's limits on transactions, which every engine enforces before it begins.

use std::collections::HashSet;

use domain::table::{TableError, Write};

/// Writes in one transaction, at most.
const MAX_WRITES: usize = 100;

/// Checks that a transaction keeps the limits of the port.
pub fn check(writes: &[Write]) -> Result<(), TableError> {
    if writes.len() > MAX_WRITES {
        return Err(TableError::BadTransaction("it has more than 100 writes"));
    }
    let mut keys = HashSet::with_capacity(writes.len());
    if writes.iter().all(|write| keys.insert(write.key())) {
        Ok(())
    } else {
        Err(TableError::BadTransaction("it writes one key twice"))
    }
}
