//! The frames of a stream of MPEG audio, one packet each, in place of symphonia's own reader: that one takes whatever
//! looks like a header for one, and does not tell what it passes over. The stream's head (delay, padding, count) stays
//! symphonia's business. It decodes nothing.

use super::native::IS_MISSING;
use crate::music::{MpegBytes, MpegStep, MpegWalk};
use std::io::{self, Read, Seek, SeekFrom};
use symphonia::core::errors::{Error, Result, SeekErrorKind};
use symphonia::core::formats::{
    FormatInfo, FormatReader, MediaInfo, SeekMode, SeekTo, SeekedTo, Track,
};
use symphonia::core::io::{MediaSource, MediaSourceStream};
use symphonia::core::meta::{Metadata, MetadataLog};
use symphonia::core::packet::{Packet, PacketBuilder};
use symphonia::core::units::{Duration, Timestamp};

/// Whether symphonia calls it so.
pub(super) fn is_mpeg(format: &dyn FormatReader) -> bool {
    matches!(format.format_info().short_name, "mp1" | "mp2" | "mp3")
}

/// A stream of frames.
pub(super) struct MpegReader<'s> {
    info: FormatInfo,
    media_info: MediaInfo,
    metadata: MetadataLog,
    tracks: Vec<Track>,
    walk: MpegWalk<Stream<'s>>,
    /// Walked to, and not given yet.
    held: Option<MpegStep>,
}

struct Stream<'s>(MediaSourceStream<'s>);

impl<'s> MpegReader<'s> {
    /// Instead of symphonia's, which has read the head just now. `is_counted`: the head tells how many frames there are.
    pub(super) fn instead_of(format: Box<dyn FormatReader + 's>, is_counted: bool) -> Self {
        let info = *format.format_info();
        let media_info = *format.media_info();
        let tracks = format.tracks().to_vec();
        let stream = format.into_inner();
        let begin = symphonia::core::io::ReadBytes::pos(&stream);
        let end = stream.byte_len().unwrap_or(u64::MAX);
        let told = tracks.first().filter(|_| is_counted).and_then(told_samples);
        Self {
            info,
            media_info,
            metadata: MetadataLog::default(),
            tracks,
            walk: MpegWalk::new(Stream(stream), begin..end, told),
            held: None,
        }
    }

    fn track(&self) -> Option<&Track> {
        self.tracks.first()
    }

    /// When a sample is heard, by the time of its packets: the encoder's delay comes before zero.
    fn time_of(&self, sample: u64) -> Timestamp {
        let delay = self.track().and_then(|track| track.delay).unwrap_or(0);
        let sample = i64::try_from(sample).unwrap_or(i64::MAX);
        Timestamp::new(sample.saturating_sub(i64::from(delay)))
    }

    fn packet(&mut self, step: &MpegStep) -> Result<Packet> {
        let data = self.walk.frame_bytes(step)?.to_vec();
        // What the first head counts ends where another stream was joined to it.
        let counted = self.track().filter(|_| !step.is_joined);
        let end = counted
            .and_then(|track| track.num_frames)
            .and_then(|frames| Duration::from(frames).timestamp_from(Timestamp::ZERO));
        Ok(PacketBuilder::new()
            .track_id(0)
            .pts(self.time_of(step.sample))
            .trimmed_dur(Duration::from(step.frame.samples), end)
            .data(data)
            .build())
    }

    /// To the frame in which this time is.
    fn walk_to(&mut self, wanted: Timestamp) -> Result<Timestamp> {
        let next = self
            .held
            .map_or(self.walk.next_sample(), |step| step.sample);
        if wanted < self.time_of(next) {
            self.walk.rewind();
            self.held = None;
        }
        while let Some(step) = self.next_step()? {
            if self.time_of(step.sample + step.frame.samples) > wanted {
                // What is lost before it lies behind.
                self.held = Some(MpegStep {
                    is_behind_damage: false,
                    ..step
                });
                return Ok(self.time_of(step.sample));
            }
        }
        Err(Error::SeekError(SeekErrorKind::OutOfRange))
    }

    fn next_step(&mut self) -> io::Result<Option<MpegStep>> {
        match self.held.take() {
            Some(step) => Ok(Some(step)),
            None => self.walk.next_sound(),
        }
    }
}

impl FormatReader for MpegReader<'_> {
    fn format_info(&self) -> &FormatInfo {
        &self.info
    }

    fn media_info(&self) -> &MediaInfo {
        &self.media_info
    }

    fn metadata(&mut self) -> Metadata<'_> {
        self.metadata.metadata()
    }

    fn seek(&mut self, _mode: SeekMode, to: SeekTo) -> Result<SeekedTo> {
        let SeekTo::Timestamp { ts, track_id } = to else {
            return Err(Error::SeekError(SeekErrorKind::Unseekable));
        };
        Ok(SeekedTo {
            track_id,
            required_ts: ts,
            actual_ts: self.walk_to(ts)?,
        })
    }

    fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    /// Damage is told by an error, once, and the packet behind it comes next.
    fn next_packet(&mut self) -> Result<Option<Packet>> {
        let Some(step) = self.next_step()? else {
            return Ok(None);
        };
        if step.is_behind_damage {
            self.held = Some(MpegStep {
                is_behind_damage: false,
                ..step
            });
            return Err(Error::DecodeError(IS_MISSING));
        }
        self.packet(&step).map(Some)
    }

    fn into_inner<'s>(self: Box<Self>) -> MediaSourceStream<'s>
    where
        Self: 's,
    {
        self.walk.into_source().0
    }
}

impl MpegBytes for Stream<'_> {
    fn read_at(&mut self, at: u64, out: &mut [u8]) -> io::Result<usize> {
        if symphonia::core::io::ReadBytes::pos(&self.0) != at {
            self.0.seek(SeekFrom::Start(at))?;
        }
        // It reads until there is no more.
        self.0.read(out)
    }
}

/// All samples that the head counts, delay and padding too.
fn told_samples(track: &Track) -> Option<u64> {
    let around = u64::from(track.delay.unwrap_or(0)) + u64::from(track.padding.unwrap_or(0));
    Some(track.num_frames?.saturating_add(around))
}
