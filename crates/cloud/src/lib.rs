//! Where sites are hosted: on this machine.
