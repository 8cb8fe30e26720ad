//! Hosting on AWS against an emulator that checks signatures and policies. Each test has its own.
#![expect(
    clippy::unwrap_used,
    reason = "a test fails at what it does not expect"
)]

mod emulator;
mod hosting;
mod identity;
mod isolation;
mod ledger;
mod operator;
mod publish_faults;
mod support;
mod teardown;
mod two_servers;
mod verify;
