//! Where sites are hosted: on this machine.

pub mod content_type;
pub mod local;
