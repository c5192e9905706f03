//! Notices on their way to a reader that may be slow: nothing here ever waits.

use super::Notice;
use crossbeam_channel::{Sender, TrySendError};
use std::collections::VecDeque;

/// Notices kept for a slow reader.
const MAX_KEPT: usize = 256;

/// Sends what the channel takes and keeps the rest, in order.
pub(super) struct Post {
    notices: Sender<Notice>,
    kept: VecDeque<Notice>,
}

impl Post {
    pub(super) fn new(notices: Sender<Notice>) -> Self {
        Self {
            notices,
            kept: VecDeque::new(),
        }
    }

    pub(super) fn send(&mut self, notice: Notice) {
        self.kept.push_back(notice);
        if self.kept.len() > MAX_KEPT {
            self.kept.pop_front();
        }
        self.send_kept();
    }

    /// Nothing waits for the reader.
    pub(super) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Tries again.
    pub(super) fn send_kept(&mut self) {
        while let Some(notice) = self.kept.pop_front() {
            match self.notices.try_send(notice) {
                Ok(()) => {}
                Err(TrySendError::Full(notice)) => return self.kept.push_front(notice),
                Err(TrySendError::Disconnected(_)) => return self.kept.clear(),
            }
        }
    }
}
