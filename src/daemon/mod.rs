//! Where the rooms meet: the desk's thread, the snapshot, the saved state. It wires and decides nothing.
