//! Where the rooms meet: the desk's thread, the snapshot, the saved state. It wires and decides nothing.
//!
//! [`Desk::start`] runs one thread, `desk`, which takes every [`Event`] in turn: a door asks, the engine tells, a second
//! has passed. It hands each to [`Player::handle`] and carries the effects out. Doors read the [`Snapshot`] and wait
//! for its next change; they never hold the desk up. What was heard is written by a thread of its own, `counts`.

mod counting;
mod desk;
mod equalising;
mod going_on;
mod hook;
mod leveller;
mod librarian;
mod more;
mod outputs;
mod renewing;
mod running;
mod saved;
#[cfg(test)]
pub(crate) mod silent;
mod snapshot;
mod speed;
mod standing_by;
pub mod stepping;
#[cfg(test)]
mod tests_of_rest;
mod why;

pub use counting::Counter;
pub use desk::{Desk, MAX_ASKED};
pub use going_on::{GoingOn, Here, Later, Rest};
pub use hook::{Hook, OnSaid};
pub use leveller::{Leveller, MeasuredOf};
pub use librarian::{Librarian, LibraryNews, OnNews, Scanning};
pub use renewing::Renewer;
pub use running::{Answer, QueueView};
pub use saved::{
    CurveError, Glance, KeptEqualiser, Said, Saved, SavedError, SavedOptions, SavedPlace, SavedRow,
    Unread, read_curve,
};
pub use snapshot::{News, Outside, Playing, Snapshot};
