//! M3U and M3U8: paths, a line each, with `#EXTINF` before them. Nobody owns the format; what is read here is what
//! players write, see the table of tests.

mod path;
mod read;
mod write;

#[cfg(test)]
mod tests;

pub use read::read;
pub use write::write;
