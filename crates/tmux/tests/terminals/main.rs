//! The terminals port against a real tmux.

#![cfg(test)]

mod faults;
mod floods;
mod streams;
mod support;
mod windows;
