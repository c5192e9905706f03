//! The five places, as the XDG base directory specification has them, and what `config.toml` there says, as each room's
//! options. Rooms never import this one.
//!
//! | file | what it does |
//! |---|---|
//! | `places` | where everything is |
//! | `file` | `config.toml` is read: what it sets, what it says and where, what is wrong in it |
//! | `settings` | what can be set |
//! | `tables` | the tables of the file with all their keys |
//! | `play`, `daemon`, `hooks`, `desktop`, `tui`, `outage`, `service`, `client` | the keys of one table: each a row that says what it may be, what is usual, what it does, and how it is taken |
//! | `key` | such a row |
//! | `reader`, `notes` | a text → settings; what is noted meanwhile |
//! | `standing` | what holds now, and where it comes from |
//! | `used` | what somebody who runs goes on with, and what a changed file means to them |
//! | `sense` | what may be so and makes no sense together |
//! | `example` | a file in which all is told |
//! | `variables` | what the environment says |
//! | `suggest` | the name that was meant |

mod client;
mod daemon;
mod desktop;
mod example;
mod file;
mod hooks;
mod key;
mod notes;
mod outage;
mod places;
mod play;
mod reader;
mod sense;
mod service;
mod settings;
mod standing;
mod suggest;
mod tables;
mod tui;
mod used;
mod variables;

pub use daemon::{Daemon, address};
pub use example::example;
pub use file::Config;
pub use key::{Row, Taken};
pub use notes::{Said, Warning, as_toml};
pub use outage::Outage;
pub use places::{Place, Places};
pub use sense::senseless;
pub use settings::Settings;
pub use standing::{From, Standing, standings};
pub use suggest::nearest;
pub use tables::{TABLES, Table, row_of};
pub use tui::Tui;
pub use used::{Other, Used};
pub use variables::{VARIABLES, Variable};
