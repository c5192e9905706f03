//! The five places, as the XDG base directory specification has them, and what `config.toml` there says, as each room's
//! options. Rooms never import this one.

mod client;
mod daemon;
mod outage;
mod places;
mod settings;
mod suggest;
mod tui;

pub use daemon::{Daemon, address};
pub use outage::Outage;
pub use places::Places;
pub use settings::{Settings, Warning};
pub use tui::Tui;
