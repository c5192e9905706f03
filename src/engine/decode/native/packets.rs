//! Packets, one after another, out of a container that may be broken.

use super::IS_MISSING;
use super::{MAX_BARREN_PACKETS, Native, guarded};
use crate::engine::DecodeError;
use crate::engine::decode::sound::{Track, codec_of, sound_of};
use std::io;
use symphonia::core::errors::Error;
use symphonia::core::packet::Packet;
use symphonia::core::units::Duration;

impl Native {
    pub(super) fn next_packet(&mut self) -> Result<Option<Packet>, DecodeError> {
        match self.held.pop_front() {
            Some(packet) => Ok(Some(packet)),
            None => self.read_packet(),
        }
    }

    pub(super) fn read_packet(&mut self) -> Result<Option<Packet>, DecodeError> {
        for _ in 0..MAX_BARREN_PACKETS {
            let read = guarded(|| self.format.next_packet());
            let error = match read {
                Some(Ok(packet)) => {
                    self.is_read_up |= packet.is_none();
                    return Ok(packet);
                }
                Some(Err(error)) => error,
                None => return Err(self.damaged("its container makes the decoder panic")),
            };
            match error {
                _ if self.allowance.is_spent() => {
                    return Err(self.damaged("it is too long without any sound"));
                }
                Error::IoError(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    self.is_read_up = true;
                    return Ok(None);
                }
                Error::IoError(error) => {
                    return Err(self.damaged(&format!("it cannot be read on: {error}")));
                }
                Error::ResetRequired => self.begin_next_link()?,
                Error::DecodeError(IS_MISSING) => self.begin_behind_damage(),
                error => self.step_over(&error.to_string()),
            }
        }
        Err(self.damaged("its container is broken"))
    }

    /// What the next packets need of those before them is not there, or is not theirs.
    fn begin_behind_damage(&mut self) {
        self.codec.reset();
        self.step_over(IS_MISSING);
    }

    /// A chained Ogg stream goes on with a new head.
    fn begin_next_link(&mut self) -> Result<(), DecodeError> {
        let (track, params) = sound_of(&*self.format, &self.path)?;
        if track.rate != self.track.rate || track.speakers != self.track.speakers {
            return Err(self.damaged("its format changes in the middle"));
        }
        self.codec = codec_of(&self.path, &params)?;
        self.track = Track {
            length_is_exact: false,
            seek_is_broken: true,
            ..track
        };
        Ok(())
    }

    /// Whether the music ends in this packet. Before that its time says little: encoders hand on the uneven times of what
    /// they were given.
    pub(super) fn is_last(&mut self, packet: &Packet) -> Result<bool, DecodeError> {
        if let Some(end) = self.track.raw_frames {
            let ends = packet.pts.get().saturating_add_unsigned(packet.dur.get());
            return Ok(self.frames_in(Duration::new(ends.max(0).unsigned_abs())) >= end);
        }
        // The head of a file in fragments does not know where the end is; that nothing follows tells it.
        if self.held.is_empty() {
            let next = self.read_packet()?;
            self.held.extend(next);
        }
        Ok(self.held.is_empty())
    }
}
