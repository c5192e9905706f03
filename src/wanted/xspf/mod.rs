//! XSPF (xspf.org, version 1): a playlist in XML, lengths in ms. Read with or without its namespace, and with paths where
//! URIs should be, as players write them.
//!
//! The formats have no element for an ISRC and one text for all performers; what is written for these, and read back,
//! stands in `meta` elements under names of the Music Ontology and Dublin Core, which others step over.

mod read;
mod write;

#[cfg(test)]
mod tests;

pub use read::read;
pub(in crate::wanted) use read::resolved;
pub use write::write;
