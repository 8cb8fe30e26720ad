//! The server as a whole: in this process where no agent runs, as a child process where one does.

#![cfg(test)]

mod support;
