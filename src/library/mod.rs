//! What is owned: the scan as named steps (walk → compare → tags → store), search, what the person made, `resolve`,
//! watch. It never writes into a music folder and never deletes a song because its root is away.

pub mod person;
pub mod resolve;
pub mod sqlite;
