//! Readers against real files.
