//! The guard against tables, chance and whole days, in virtual time.

mod days;
mod deaths;
mod world;
