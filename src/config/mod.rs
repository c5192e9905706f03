//! The five places, as the XDG base directory specification has them, and what `config.toml` there says, as each room's
//! options. Rooms never import this one.

mod places;
mod settings;
mod suggest;

pub use places::Places;
pub use settings::{Settings, Warning};
