//! The five places, as the XDG base directory specification has them. Rooms never import this one.

mod places;

pub use places::Places;
