//! The wire to a PulseAudio server, or to PipeWire in its place, for who asks it about what others play. It plays nothing.

pub use super::output::pulse::{
    ANSWER_TIMEOUT, Message, Waker, Wire, WireError, Woken, cookie, socket, waker,
};
