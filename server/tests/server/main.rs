//! The server as a whole. Where no agent runs it is in this process; where one does it is the real
//! program, for agents and shells start by way of the program itself.

#![cfg(test)]

mod agents;
mod authorisation;
mod cli;
mod crash;
mod faults;
mod headers;
mod history;
mod live;
mod mcp;
mod messages;
mod openapi;
mod proofs;
mod support;
mod teaching;
mod uploads;

/// Counts what is in memory, for tests that bound it. Each test runs in a process of its own.
#[global_allocator]
static MEMORY: peak_alloc::PeakAlloc = peak_alloc::PeakAlloc;
