//! The uploads service over real files.

#![cfg(test)]

mod faults;
mod generated;
mod life;
mod limits;
mod world;
