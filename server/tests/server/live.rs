//! The live socket: its greeting, its limits, and how a tab comes to what it missed.
