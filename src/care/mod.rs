//! What looks after the whole: `verify` decodes every file. Each is a function over the rooms below; none of them prints.

pub mod verify;
