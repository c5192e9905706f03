//! JSPF: XSPF as JSON, as ListenBrainz and others write it. See [`xspf`](super::xspf) for what has no field there.

mod read;
mod write;

#[cfg(test)]
mod tests;

pub use read::read;
pub use write::write;
