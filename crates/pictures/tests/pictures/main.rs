//! The crate as others use it, on the sample pictures with notes put in. Another's library writes the
//! EXIF and reads what is left.

#![cfg(test)]

mod clean;
mod make;
mod place;
