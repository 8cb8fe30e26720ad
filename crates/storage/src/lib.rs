//! Engines of the table port: SQLite.
