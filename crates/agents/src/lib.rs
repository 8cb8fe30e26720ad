//! Agent drivers: Claude (chat) and the demo agent.
