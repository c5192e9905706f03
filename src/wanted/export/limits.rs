//! How much an export may be. A file that says more is told and not followed.

/// Limits of one gulp. What is not here is limited by what its format holds: lists of files by
/// [`MAX_BYTES`](crate::wanted::MAX_BYTES), a value by [`MAX_LINE`](crate::wanted::MAX_LINE).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The members of one container.
    pub members: usize,
    /// What the members of all containers unpack to, in bytes. A history of a million listenings has less than 1 GB.
    pub bytes_out: u64,
    /// How many times larger than in its container a member may be; histories shrink to a thirtieth.
    pub ratio: u64,
    /// Containers within containers; Apple needs two.
    pub depth: usize,
    /// A container within a container, which is held in memory, in bytes.
    pub nested_bytes: u64,
    /// One row, or one list of JSON with its rows, in bytes.
    pub piece: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            members: 20_000,
            bytes_out: 8 << 30,
            ratio: 200,
            depth: 3,
            nested_bytes: 64 << 20,
            piece: 32 << 20,
        }
    }
}

/// So many bytes of a file tell what it is. The first playlist of an account may be longer; it is not needed whole.
pub(super) const HEAD: usize = 256 << 10;
/// A member that unpacks to less is no bomb, whatever its ratio, in bytes.
pub(super) const NO_BOMB: u64 = 4 << 20;
/// The rows that are held before a part of their list is handed on.
pub(super) const PART: usize = 10_000;
/// The lists that one file of rows may be split into.
pub(super) const MAX_LISTS: usize = 10_000;
/// The rows with an id alone that wait for the end of the gulp.
pub(super) const MAX_HELD: usize = 200_000;
/// The songs that rows with an id alone are joined with.
pub(super) const MAX_JOINED: usize = 200_000;
/// The songs of one library of iTunes, which its playlists name by number.
pub(super) const MAX_SONGS: usize = 500_000;
/// Performers of one row.
pub(super) const MAX_ARTISTS: usize = 64;
/// The texts that the cells of a spreadsheet share, in bytes.
pub(super) const MAX_SHARED: usize = 64 << 20;
/// Columns of a table that are looked at.
pub(super) const MAX_COLUMNS: usize = 256;
/// Rows of which the places are told.
pub(super) const MAX_PLACES: usize = 5;
