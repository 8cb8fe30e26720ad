//! The documents port: what an uploaded file is by its content, and the text in it.
//!
//! Plain texts and images are looked at here, in small pieces. PDFs and documents of Word are
//! formats in which a file can make its reader loop, fill the memory or fall over, so each is read
//! in a process of its own, which the kernel holds within limits.

mod detect;
pub mod extract;
mod reader;
mod text;

pub use reader::DocumentReader;
