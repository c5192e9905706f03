//! A file is opened by its content, whatever its name: what tells its form, its sound, its length and what is cut off.

use super::{Native, guarded};
use crate::engine::DecodeError;
use crate::engine::decode::bounded::BoundedFile;
use crate::engine::decode::flac::{TO_PADDING, large_comments};
use crate::engine::decode::matroska::chapters_id;
use crate::engine::decode::mpeg::{MpegReader, is_mpeg};
use crate::engine::decode::opus::OpusHead;
use crate::engine::decode::signature::tag_bytes;
use crate::engine::decode::sound::{codec_of, is_mp4, length_by_frames, probe, refusal, sound_of};
use crate::engine::decode::trim::Trim;
use crate::engine::decode::{mp4, ogg};
use crate::music::MpegLength;
use std::collections::VecDeque;
use std::io::{self, Seek};
use std::path::Path;
use std::sync::Arc;

impl Native {
    /// Opens the file and finds its sound, by content, whatever its name.
    pub(in super::super) fn open(path: &Path) -> Result<Self, DecodeError> {
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

    pub(super) fn reopen(&mut self) -> Result<(), DecodeError> {
        let damage = self.damage.take();
        *self = Self::open(&self.path)?;
        self.damage = damage;
        Ok(())
    }
}
