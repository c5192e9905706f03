//! Whether the terminal that keys come from is still there. It reads no key: who waits for one from a terminal that is gone gets
//! nothing, at once and for ever.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::FileType;
use std::io;
use std::time::Duration;

/// Waits so long for the terminal to go; true: it is gone. Of a stdin that is no device, a pipe say, nobody reads keys.
pub fn terminal_is_gone(within: Duration) -> bool {
    let stdin = io::stdin();
    let mut fds = [PollFd::new(&stdin, PollFlags::empty())];
    let within = Timespec::try_from(within).ok();
    // Interrupted by a signal: it is seen the next time.
    let waited = poll(&mut fds, within.as_ref());
    let is_device = || {
        // A terminal that is gone does not say any more that it is one.
        let kind = rustix::fs::fstat(&stdin).map(|stat| FileType::from_raw_mode(stat.st_mode));
        kind == Ok(FileType::CharacterDevice)
    };
    let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
    waited.is_ok_and(|count| count > 0) && fds[0].revents().intersects(gone) && is_device()
}
