//! The facts' clock: it goes forward whatever the clock on the wall does, and stands while the machine sleeps.

use std::sync::LazyLock;
use std::time::Instant;

/// It began when somebody first looked at it.
static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Where it stands at 0.
pub(super) fn began() -> Instant {
    *BEGAN
}

/// In ms.
pub(super) fn now_ms() -> u64 {
    u64::try_from(BEGAN.elapsed().as_millis()).unwrap_or(u64::MAX)
}
