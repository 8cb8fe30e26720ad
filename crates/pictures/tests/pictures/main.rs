//! The crate as others use it, on the sample pictures with notes put in. Another's library writes the
//! EXIF and reads what is left.

#![cfg(test)]

mod clean;
mod make;
mod place;

/// Counts what is in memory, for tests that bound it. Each test runs in a process of its own.
#[global_allocator]
static MEMORY: peak_alloc::PeakAlloc = peak_alloc::PeakAlloc;
