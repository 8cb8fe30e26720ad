//! tmux over control mode: windows, screens, streams.
