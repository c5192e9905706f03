//! The guard against tables, chance and whole days, in virtual time.

mod days;
mod deaths;
mod laws;
mod scripts;
mod world;
