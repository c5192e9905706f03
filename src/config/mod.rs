//! The five places, as the XDG base directory specification has them, and what `config.toml` there says, as each room's
//! options. Rooms never import this one.

mod daemon;
mod places;
mod settings;
mod suggest;

pub use daemon::{Daemon, address};
pub use places::Places;
pub use settings::{Settings, Warning};
