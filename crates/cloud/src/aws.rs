//! Hosting on AWS, and everything that belongs to it.
//!
//! Two identities act: the **provisioner** (the operator's credentials) makes users, buckets and
//! distributions and writes the ledger; the **workspace user** uploads, lists and invalidates.

pub mod agent_access;
pub mod clients;
pub mod error;
pub mod hosting;
pub mod identity;
pub mod ledger;
pub mod names;
pub mod operator;
pub mod teardown;
pub mod verify;
