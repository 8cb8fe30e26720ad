//! The server as a whole. Where no agent runs it is in this process; where one does it is the real
//! program, for agents and shells start by way of the program itself.

#![cfg(test)]

mod agents;
mod authorisation;
mod cli;
mod crash;
mod faults;
mod headers;
mod live;
mod messages;
mod support;
