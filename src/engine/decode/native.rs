//! One file, decoded block by block through symphonia, inside this program. Damage that can be stepped over is stepped over and remembered.
//!
//! Frames are counted at the file's own rate, from the first frame of the music: encoder delay and padding are cut off.

mod half;
mod lost;

pub(super) use half::described_rate;
pub(super) use lost::IS_MISSING;

use super::Decode;
use super::bounded::{Allowance, BoundedFile};
use super::codec::Codec;
use super::flac::{TO_PADDING, large_comments};
use super::matroska::chapters_id;
use super::mp4::{self, PacketTimes};
use super::mpeg::{MpegReader, is_mpeg};
use super::ogg;
use super::opus::OpusHead;
use super::signature::tag_bytes;
use super::sound::{Track, codec_of, is_mp4, length_by_frames, probe, refusal, sound_of};
use super::trim::Trim;
use crate::engine::DecodeError;
use crate::engine::form::SampleKind;
use crate::engine::shape::Speaker;
use crate::music::MpegLength;
use std::collections::VecDeque;
use std::io::{self, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatReader, SeekMode, SeekTo};
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

/// Packets in a row that may give no sound before the file counts as broken.
const MAX_BARREN_PACKETS: u32 = 4_096;
/// Packets dropped at most on the way to a seek's target before a new order may be heard.
const MAX_DROPPED_AT_ONCE: u32 = 64;
/// Frames of a packet of AAC, whatever its own time.
const AAC_FRAMES: u64 = 1_024;
const ENDS_EARLY: &str = "the file ends before its sound does";
/// A file that ends this much before its head says is cut off.
const CUT_OFF_MS: u64 = 200;

/// An open file.
pub(super) struct Native {
    path: PathBuf,
    format: Box<dyn FormatReader>,
    codec: Box<dyn Codec>,
    allowance: Allowance,
    track: Track,
    /// Its end shows that there was more of it.
    is_cut_off: bool,
    trim: Trim,
    /// Where its packets have their places by number, and not by time.
    times: Option<PacketTimes>,
    /// The next frame that the codec gives, counted from the first it gives for this file.
    raw_at: u64,
    /// Where the last packet ended by its own time: beyond `raw_at` where something was lost before it. `None`: nothing
    /// tells where the next one has to begin.
    told_at: Option<u64>,
    /// Frames of the packet before.
    packet_frames: u64,
    /// The packet before which silence was last put in place of what was lost.
    made_up_before: Option<Timestamp>,
    /// Packets that are read already.
    held: VecDeque<Packet>,
    /// After a seek, the raw frame to begin with.
    wanted: Option<u64>,
    /// The container has given its last packet.
    is_read_up: bool,
    /// Something came of it, or was looked for elsewhere than at its beginning.
    has_sounded: bool,
    damage: Option<DecodeError>,
}

impl Native {
    /// Opens the file and finds its sound, by content, whatever its name.
    pub(super) fn open(path: &Path) -> Result<Self, DecodeError> {
        guarded(|| Self::open_unguarded(path)).unwrap_or_else(|| {
            Err(DecodeError::Damaged {
                path: path.to_owned(),
                at_ms: 0,
                what: "its head makes the decoder panic".into(),
            })
        })
    }

    fn open_unguarded(path: &Path) -> Result<Self, DecodeError> {
        let not_open = |source: io::Error| DecodeError::Open {
            path: path.to_owned(),
            source: Arc::new(source),
        };
        let (mut file, allowance) = BoundedFile::open(path).map_err(not_open)?;
        // Tags are the library's business: none is read here, however large.
        let tags = tag_bytes(&mut file).map_err(not_open)?;
        file.begin_at(tags);
        file.rewind().map_err(not_open)?;
        let is_cut_off = ogg::is_cut_off(&mut file);
        file.rewind().map_err(not_open)?;
        let is_mp4 = is_mp4(&mut file).map_err(not_open)?;
        let told = match is_mp4 {
            true => mp4::told(&mut file),
            false => mp4::Told::default(),
        };
        file.rewind().map_err(not_open)?;
        let mpeg_length = length_by_frames(&mut file);
        allowance.renew();
        if let Some(offset) = chapters_id(&mut file) {
            file.veil(offset, 1);
        } else if let Some(offset) = large_comments(&mut file) {
            file.veil(offset, TO_PADDING);
        }
        file.rewind().map_err(not_open)?;
        let format = probe(file).map_err(|error| refusal(path, error))?;
        let format = match is_mpeg(&*format) {
            true => Box::new(MpegReader::instead_of(
                format,
                mpeg_length == MpegLength::Told,
            )),
            false => format,
        };
        let (track, params) = sound_of(&*format, path)?;
        let track = track.counted(mpeg_length);
        let codec = codec_of(path, &params)?;
        let trim = if track.is_opus {
            let skip = u64::from(OpusHead::of(&params).pre_skip);
            Trim {
                skip,
                ..Trim::default()
            }
        } else {
            let trim = told
                .trim
                .map(|trim| trim.at_rate(track.rate, track.told_rate));
            trim.map_or(Trim::default(), |trim| trim.within(track.raw_frames))
        };
        let times = told.times.filter(|_| track.is_aac);
        // FLAC counts from the beginning, other streams may be cut out of longer ones.
        let told_at = (track.is_flac && track.raw_frames.is_some()).then_some(0);
        allowance.renew();
        Ok(Self {
            path: path.to_owned(),
            format,
            codec,
            allowance,
            track,
            is_cut_off,
            trim,
            times,
            raw_at: 0,
            told_at,
            packet_frames: 0,
            made_up_before: None,
            held: VecDeque::new(),
            wanted: None,
            is_read_up: false,
            has_sounded: false,
            damage: None,
        })
    }

    /// What plays is half of what there is.
    pub(super) fn tell_half(&mut self) {
        let path = self.path.clone();
        self.damage.get_or_insert(DecodeError::Half { path });
    }

    fn reopen(&mut self) -> Result<(), DecodeError> {
        let damage = self.damage.take();
        *self = Self::open(&self.path)?;
        self.damage = damage;
        Ok(())
    }

    fn seek_raw(&mut self, target: u64) -> Option<bool> {
        let raw = target.saturating_sub(self.track.settle_frames);
        let to = SeekTo::Timestamp {
            ts: self.time_of(raw)?,
            track_id: self.track.id,
        };
        guarded(|| {
            self.format.seek(SeekMode::Accurate, to).ok()?;
            self.codec.reset();
            self.held.clear();
            self.told_at = None;
            self.made_up_before = None;
            Some(())
        })
        .map(|sought| sought.is_some())
    }

    /// A raw frame as the time of its packet.
    fn time_of(&self, raw: u64) -> Option<Timestamp> {
        let time = if let Some(times) = &self.times {
            times.begins(raw / AAC_FRAMES)
        } else {
            let base = self.track.time_base?;
            let (second, ticks) = (u128::from(base.denom.get()), u128::from(base.numer.get()));
            let time = u128::from(raw) * second / (ticks * u128::from(self.track.rate)).max(1);
            u64::try_from(time).ok()?
        };
        Some(Timestamp::new(i64::try_from(time).ok()?))
    }

    fn is_past_the_end(&self) -> bool {
        let end = self
            .trim
            .keep
            .map(|keep| self.trim.skip.saturating_add(keep));
        end.is_some_and(|end| self.wanted.unwrap_or(self.raw_at) >= end)
    }

    fn next_packet(&mut self) -> Result<Option<Packet>, DecodeError> {
        match self.held.pop_front() {
            Some(packet) => Ok(Some(packet)),
            None => self.read_packet(),
        }
    }

    fn read_packet(&mut self) -> Result<Option<Packet>, DecodeError> {
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

    /// Whether frames of the music came of it.
    fn decode(&mut self, packet: &Packet, block: &mut Vec<f32>) -> Result<bool, DecodeError> {
        let channels = self.track.speakers.len();
        let decoded = guarded(|| {
            let shape = self.codec.decode(packet, block)?;
            Ok(shape.rate == self.track.rate && shape.channels == channels)
        });
        match decoded {
            Some(Ok(true)) => {}
            Some(Ok(false)) => return Err(self.damaged("its format changes in the middle")),
            Some(Err(Error::IoError(_) | Error::DecodeError(_))) => {
                self.drop_block(block, "a packet is broken")
            }
            Some(Err(error)) => return Err(self.damaged(&error.to_string())),
            None => {
                self.codec.reset();
                self.drop_block(block, "a packet makes the decoder panic");
            }
        }
        let channels = self.track.speakers.len();
        let told = usize::try_from(self.frames_in(packet.dur)).unwrap_or(usize::MAX);
        let is_short = self.track.last_packet_is_short && told < block.len() / channels;
        if is_short && self.is_last(packet)? {
            block.truncate(told.saturating_mul(channels));
        }
        Ok(self.cut_to_music(packet, block))
    }

    fn drop_block(&mut self, block: &mut Vec<f32>, what: &str) {
        block.clear();
        self.step_over(what);
    }

    /// Leaves in the block what is wanted of it, and counts it; false where that is nothing.
    fn cut_to_music(&mut self, packet: &Packet, block: &mut Vec<f32>) -> bool {
        let channels = self.track.speakers.len();
        let samples = |frames: u64| {
            usize::try_from(frames)
                .unwrap_or(usize::MAX)
                .saturating_mul(channels)
        };
        let frames = (block.len() / channels) as u64;
        if frames == 0 {
            return false;
        }
        let first = match self.wanted {
            Some(_) => self.raw_frame(packet.pts),
            None => self.raw_at,
        };
        let (first, end) = (first, first.saturating_add(frames));
        let from = self.wanted.unwrap_or(0).max(self.trim.skip);
        let music_end = self
            .trim
            .keep
            .map_or(u64::MAX, |keep| self.trim.skip.saturating_add(keep));
        self.raw_at = end;
        self.packet_frames = frames;
        self.told_at = Some(self.raw_frame(packet.pts).saturating_add(frames));
        if end <= from || first >= music_end {
            block.clear();
            return false;
        }
        self.wanted = None;
        block.truncate(samples(frames - end.saturating_sub(music_end)));
        block.drain(..samples(from.saturating_sub(first)).min(block.len()));
        !block.is_empty()
    }

    /// Whether the music ends in this packet. Before that its time says little: encoders hand on the uneven times of what
    /// they were given.
    fn is_last(&mut self, packet: &Packet) -> Result<bool, DecodeError> {
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

    fn frames_in(&self, time: Duration) -> u64 {
        let Some(base) = self.track.time_base else {
            return u64::MAX;
        };
        let (ticks, second) = (u128::from(base.numer.get()), u128::from(base.denom.get()));
        let frames = u128::from(time.get()) * ticks * u128::from(self.track.rate) / second.max(1);
        u64::try_from(frames).unwrap_or(u64::MAX)
    }

    /// A packet's time as a frame; encoder delay has a negative time and is cut off by the codec.
    fn raw_frame(&self, time: Timestamp) -> u64 {
        if self.track.seek_is_broken {
            return self.raw_at;
        }
        let time = time.get().max(0).unsigned_abs();
        match &self.times {
            Some(times) => times.packet_at(time).saturating_mul(AAC_FRAMES),
            None if self.track.time_base.is_none() => self.raw_at,
            None => self.frames_in(Duration::new(time)),
        }
    }

    fn next_music(&mut self, block: &mut Vec<f32>) -> Result<bool, DecodeError> {
        block.clear();
        let mut dropped = 0;
        for _ in 0..MAX_BARREN_PACKETS {
            if self.is_past_the_end() {
                return Ok(false);
            }
            let Some(packet) = self.next_packet()? else {
                return self.end_of_file(block);
            };
            let Some(mut packet) = self.make_up(packet, block) else {
                return Ok(true);
            };
            if self.track.trims_are_wrong {
                (packet.trim_start, packet.trim_end) = (Duration::ZERO, Duration::ZERO);
            }
            let before = self.raw_at;
            if packet.track_id == self.track.id && self.decode(&packet, block)? {
                self.allowance.renew();
                return Ok(true);
            }
            if self.wanted.is_some() && self.raw_at > before {
                self.allowance.renew();
                dropped += 1;
            }
            if dropped == MAX_DROPPED_AT_ONCE {
                return Ok(true);
            }
        }
        Err(self.damaged("there is no sound in it for too long"))
    }

    /// Tells a file that is cut off from one that lost something before its end.
    fn end_of_file(&mut self, block: &mut Vec<f32>) -> Result<bool, DecodeError> {
        if self.allowance.has_shrunk() {
            return Err(self.damaged("the file was cut off while it played"));
        }
        if self.is_cut_off && self.wanted.is_none() {
            return Err(self.damaged(ENDS_EARLY));
        }
        let told = self.track.raw_frames.filter(|_| self.track.length_is_exact);
        let (Some(told), None) = (told, self.wanted) else {
            return Ok(false);
        };
        let is_short = |at: u64| {
            let missing = told.saturating_sub(at).saturating_mul(1_000);
            missing / u64::from(self.track.rate) >= CUT_OFF_MS
        };
        if is_short(self.raw_at.max(self.told_at.unwrap_or(0))) {
            return Err(self.damaged(ENDS_EARLY));
        }
        if is_short(self.raw_at) {
            self.step_over(IS_MISSING);
            return Ok(false);
        }
        Ok(self.make_up_end(told, block))
    }

    fn step_over(&mut self, what: &str) {
        let damage = self.damaged(what);
        self.damage.get_or_insert(damage);
    }

    fn damaged(&self, what: &str) -> DecodeError {
        DecodeError::Damaged {
            path: self.path.clone(),
            at_ms: self.raw_at.saturating_mul(1_000) / u64::from(self.track.rate),
            what: what.to_owned(),
        }
    }
}

impl Decode for Native {
    fn rate(&self) -> u32 {
        self.track.rate
    }

    fn speakers(&self) -> &[Speaker] {
        &self.track.speakers
    }

    fn sample_kind(&self) -> SampleKind {
        self.track.kind
    }

    fn length_is_guessed(&self) -> bool {
        self.track.length_is_guessed
    }

    fn length_frames(&self) -> Option<u64> {
        let told = self
            .track
            .raw_frames
            .map(|raw| raw.saturating_sub(self.trim.skip));
        match (self.trim.keep, told) {
            (Some(keep), Some(told)) => Some(keep.min(told)),
            (keep, told) => keep.or(told),
        }
    }

    fn take_damage(&mut self) -> Option<DecodeError> {
        self.damage.take()
    }

    /// Exact to the frame.
    fn seek(&mut self, frame: u64) -> Result<(), DecodeError> {
        let target = frame.saturating_add(self.trim.skip);
        if self.is_read_up && self.track.ends_for_good {
            self.reopen()?;
        }
        // Where the container cannot seek, everything before the frame is decoded and dropped.
        if self.track.seek_is_broken || !self.seek_raw(target).unwrap_or(false) {
            self.reopen()?;
        }
        self.wanted = Some(target);
        self.has_sounded = true;
        Ok(())
    }

    fn next_block(&mut self, block: &mut Vec<f32>) -> Result<bool, DecodeError> {
        let more = self.next_music(block)?;
        if !more && !self.has_sounded {
            return Err(self.damaged("nothing in it could be decoded"));
        }
        self.has_sounded |= !block.is_empty();
        Ok(more)
    }
}

/// Runs foreign code; `None`: it panicked.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}
