//! What one client has set for itself. It moves with the client's requests, so that it is never locked.

use super::channels::Hearer;
use super::works::Worker;
use crate::music::{Field, Origin};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a client may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions {
    /// Asking.
    pub read: bool,
    /// Putting songs into the queue, and playlists.
    pub add: bool,
    /// Playing, and all that takes something away.
    pub control: bool,
    /// Scanning, outputs.
    pub admin: bool,
}

impl Permissions {
    /// Everything.
    pub const ALL: Self = Self {
        read: true,
        add: true,
        control: true,
        admin: true,
    };

    /// Nothing.
    pub const NONE: Self = Self {
        read: false,
        add: false,
        control: false,
        admin: false,
    };
}

/// Bytes of a picture in one answer, unless a client wants more or fewer.
const BINARY_LIMIT: usize = 8_192;

/// One client.
#[derive(Debug)]
pub struct Client {
    /// Which it is, for its channels and messages.
    pub number: u64,
    /// What it may do.
    pub may: Permissions,
    /// Whether it is the owner of the socket, on this machine.
    pub is_owner: bool,
    /// The tags that it wants to be told.
    pub tags: BTreeSet<Field>,
    /// Whether it wants no playlists beside the folders.
    pub hides_playlists: bool,
    /// Bytes of a picture in one answer.
    pub binary_limit: usize,
    /// Where what it puts into the queue comes from, where it has said.
    pub origin: Option<Arc<Origin>>,
    /// What it hears of other clients, once it does.
    pub hears: Option<Hearer>,
    /// The long work that it does, once it has said so.
    pub works: Option<Worker>,
}

impl Client {
    /// A client that has set nothing yet.
    pub fn new(number: u64, may: Permissions, is_owner: bool) -> Self {
        Self {
            number,
            may,
            is_owner,
            tags: Field::ALL.iter().copied().collect(),
            hides_playlists: false,
            binary_limit: BINARY_LIMIT,
            origin: None,
            hears: None,
            works: None,
        }
    }
}
