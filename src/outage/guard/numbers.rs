//! Every number of the guard, each with its reason. Times are in ms of the facts' clock.

/// A client that plays and neither moves on nor sounds for so long is suspected: gaps between songs are shorter.
pub(super) const SUSPECT_MS: u64 = 3_000;
/// Silence of a client whose service is known to fail, before our music steps in: the cache has run dry, and a person waits.
pub(super) const READY_MS: u64 = 2_000;
/// The same where its failing was seen in the silence: two probes need so long.
pub(super) const FAILING_MS: u64 = 5_000;
/// The same where nothing fails: log-ins and audio servers die while every probe is fine. Buffers fill in less.
pub(super) const FINE_MS: u64 = 12_000;
/// More silence is borne where the own copy is silent at that place too: longer than that, it is no passage of it.
pub(super) const QUIET_MS: u64 = 30_000;
/// Where the own copy sounds again after such a passage, the client may still be so late: copies and clocks differ.
pub(super) const PASSAGE_END_MS: u64 = 1_500;
/// The own copy is looked at anew so often meanwhile, for the place moves on.
pub(super) const QUIET_LOOK_MS: u64 = 4_000;
/// So much more silence is borne between two songs of a client whose sound alone is known: songs end and begin with it.
pub(super) const SEAM_MS: u64 = 2_000;
/// That near to its end or beginning a song is at a seam.
pub(super) const NEAR_END_MS: u64 = 3_000;
/// A route that has been gone for so long is gone: it flickers where networks change, and positions are looked at once in it.
pub(super) const OFF_MS: u64 = 1_000;
/// Failures that make a failing service; a single one may be the network's hiccup.
pub(super) const FAILURES: u32 = 2;
/// A probe that has not answered for so long counts as failed while the client is silent: the person waits. What it answers
/// later still counts as what it is.
pub(super) const PROBE_MS: u64 = 1_500;
/// A probe that has not answered at all by now never will: its own deadline is 5 s.
pub(super) const PROBE_LOST_MS: u64 = 8_000;
/// Answers that have not come; one service is never asked more at once.
pub(super) const MAX_ASKED: usize = 4;
/// A service is down, not merely out of reach, if of the last so many probes …
pub(super) const DOWN_OF: usize = 4;
/// … so many failed …
pub(super) const DOWN_FAILURES: usize = 3;
/// … on so many different checks …
pub(super) const DOWN_CHECKS: u32 = 2;
/// … over so long: a server that is started anew is not down.
pub(super) const DOWN_SPAN_MS: u64 = 15_000;
/// A service is back after so many good answers in a row …
pub(super) const BACK_GOODS: u32 = 3;
/// … over so long: services that come back fall again.
pub(super) const BACK_SPAN_MS: u64 = 60_000;
/// What was found longer ago tells nothing of now.
pub(super) const STALE_MS: u64 = 90_000;
/// A client that sounds again for so long is no longer suspected.
pub(super) const SOUNDS_MS: u64 = 3_000;
/// A client that was just begun may load for so long before its silence counts.
pub(super) const START_MS: u64 = 3_000;
/// So long after the machine woke nothing counts: networks, clients and clocks find themselves.
pub(super) const WOKE_MS: u64 = 15_000;
/// A client that ignored being paused and sounds for so long again has come back.
pub(super) const RETURNED_MS: u64 = 2_000;
/// After the person ended our music the guard does nothing for so long.
pub(super) const MANUAL_MS: u64 = 30 * 60_000;
/// Two take-overs within this are flapping …
pub(super) const FLAP_MS: u64 = 10 * 60_000;
/// … and are followed by so long without giving the music back.
pub(super) const LOCAL_MS: u64 = 10 * 60_000;
/// A question that nobody answers no longer stands.
pub(super) const ASK_MS: u64 = 5 * 60_000;
/// A client that stops by itself has been silent for so long; one that a person stops has not.
pub(super) const FAULT_MS: u64 = 1_000;
/// A name that vanished is waited on for so long where the service answers: the music may have gone to another device.
pub(super) const GHOST_MS: u64 = FINE_MS;
/// A song that a client no longer names is still what it played for so long.
pub(super) const NAMELESS_MS: u64 = 60_000;
/// The latest time that is believed; traces are foreign, and sums of times must not run over.
pub(super) const LATEST_MS: u64 = 1 << 53;
/// Clients that are known at once; a bus with more is not a person's.
pub(super) const MAX_CLIENTS: usize = 16;
/// Services that are known at once.
pub(super) const MAX_SERVICES: usize = 16;
/// Songs that tell which list a client is in.
pub(super) const MAX_BEFORE: usize = 8;
/// Looks at a position that lie nearer are one look.
pub(super) const LOOK_MS: u64 = 300;
/// A position that was not looked at for so long tells nothing.
pub(super) const UNSEEN_MS: u64 = 2_500;
/// Moves that make a position one that moves: some clients have shown 0 for years.
pub(super) const MOVES: u32 = 2;
/// Seconds in which our own copy may be looked at for a client that has just fallen silent.
pub(super) const NOTICED_MS: u64 = 300;
/// Probes that silences cost, and that as many songs do without: over a day there is no more than one for each song.
pub(super) const MAX_DEBT: u32 = 25;
