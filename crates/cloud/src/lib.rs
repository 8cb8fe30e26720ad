//! Where sites are hosted: on this machine, or on AWS. The only code that names AWS.

pub mod aws;
pub mod content_type;
pub mod hashed_name;
pub mod local;
