//! Accounts, sign-ins, tokens, invitations and members, on a real SQLite file.

#![expect(clippy::unwrap_used, reason = "this is test code")]

mod authorisation;
mod first_run;
mod invitations;
mod members;
mod records;
mod sign_ins;
mod tokens;
mod world;
