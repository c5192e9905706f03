//! Decoding by ffmpeg, as a child process that gives samples through its pipe: for what has no decoder inside. It
//! never reads anything but the one local file that it is given, and ends with the decoder.
//!
//! - `tools`: where ffmpeg is, and how it is called so that a file's name or content can ask nothing of it.
//! - `child`: a child's pipes under a limit and a deadline.
//! - `probe`: what ffprobe tells of the sound.

mod child;
mod probe;
mod tools;

pub(super) use tools::Tools;

use super::Decode;
use crate::engine::DecodeError;
use crate::engine::form::SampleKind;
use crate::engine::shape::Speaker;
use child::Child;
use probe::Sound;
use std::io;
use std::path::{Path, PathBuf};

/// Bytes taken from the pipe at once: what Linux holds in one.
const READ_BYTES: usize = 64 * 1024;
const SAMPLE_BYTES: usize = size_of::<f32>();
/// A file that ends this much before its head says is cut off.
const CUT_OFF_MS: u64 = 200;

/// A file that ffmpeg decodes.
pub(super) struct Ffmpeg {
    path: PathBuf,
    tools: Tools,
    sound: Sound,
    run: Option<Child>,
    /// The next frame that the child gives.
    at: u64,
    /// The first frame that is wanted: what comes before it is dropped.
    wanted: u64,
    has_ended: bool,
    has_sounded: bool,
    /// Bytes of a frame that is not whole yet.
    rest: Vec<u8>,
    damage: Option<DecodeError>,
}

impl Ffmpeg {
    /// Asks ffprobe what is in the file; ffmpeg starts with the first block.
    pub(super) fn open(path: &Path, tools: &Tools) -> Result<Self, DecodeError> {
        let sound = probe::probe(path, tools).map_err(|what| DecodeError::Ffmpeg {
            path: path.to_owned(),
            what,
        })?;
        if sound.is_protected {
            return Err(DecodeError::Unsupported {
                path: path.to_owned(),
                what: "it is protected against copying, and its key is not here".to_owned(),
            });
        }
        Ok(Self {
            path: path.to_owned(),
            tools: tools.clone(),
            sound,
            run: None,
            at: 0,
            wanted: 0,
            has_ended: false,
            has_sounded: false,
            rest: Vec::new(),
            damage: None,
        })
    }

    fn frame_bytes(&self) -> usize {
        self.sound.speakers.len() * SAMPLE_BYTES
    }

    fn start(&mut self) -> Result<(), DecodeError> {
        if self.sound.seeks_exactly {
            self.at = self.wanted;
        }
        let command = self
            .tools
            .decode(&self.path, self.at, self.sound.rate, self.sound.halved);
        self.run = Some(Child::start(command).map_err(|error| self.failed(&error.to_string()))?);
        Ok(())
    }

    /// Whole frames from the pipe, appended to `bytes`; `false`: the child has said all.
    fn read(&mut self, bytes: &mut Vec<u8>) -> Result<bool, DecodeError> {
        let Some(run) = &mut self.run else {
            return Ok(false);
        };
        let from = bytes.len();
        bytes.resize(from + READ_BYTES, 0);
        let read = run.read(&mut bytes[from..], self.tools.patience);
        bytes.truncate(from + read.as_ref().copied().unwrap_or(0));
        match read {
            Ok(read) => Ok(read > 0),
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                self.run = None;
                let seconds = self.tools.patience.as_secs_f32();
                Err(self.failed(&format!("it hangs: no sound came for {seconds} s")))
            }
            Err(error) => Err(self.failed(&error.to_string())),
        }
    }

    fn take_samples(&mut self, bytes: &[u8], block: &mut Vec<f32>) {
        let frame = self.frame_bytes();
        let whole = bytes.len() / frame * frame;
        let frames = (whole / frame) as u64;
        let skipped = self.wanted.saturating_sub(self.at).min(frames);
        self.at += frames;
        self.has_sounded |= frames > 0;
        let skip = usize::try_from(skipped).unwrap_or(0) * frame;
        block.extend(
            bytes[skip..whole]
                .as_chunks::<SAMPLE_BYTES>()
                .0
                .iter()
                .map(|sample| f32::from_le_bytes(*sample)),
        );
        self.rest = bytes[whole..].to_vec();
    }

    /// Tells a file that is cut off, one that lost something, and a child that gave nothing.
    fn end(&mut self) -> Result<(), DecodeError> {
        self.has_ended = true;
        let Some(run) = self.run.take() else {
            return Ok(());
        };
        let ended = run.end();
        if !self.has_sounded && !ended.well {
            return Err(self.failed(&ended.said_or("it gave no sound")));
        }
        let told = self.sound.frames.filter(|_| self.sound.length_is_exact);
        let missing = told.map_or(0, |told| told.saturating_sub(self.at));
        if missing.saturating_mul(1_000) / u64::from(self.sound.rate) >= CUT_OFF_MS
            && self.wanted <= self.at
        {
            return Err(self.damaged("the file ends before its sound does"));
        }
        if !ended.well || !ended.said.is_empty() {
            let damage = self.damaged(&ended.said_or("ffmpeg gave up"));
            self.damage.get_or_insert(damage);
        }
        Ok(())
    }

    fn failed(&self, what: &str) -> DecodeError {
        DecodeError::Ffmpeg {
            path: self.path.clone(),
            what: what.to_owned(),
        }
    }

    fn damaged(&self, what: &str) -> DecodeError {
        DecodeError::Damaged {
            path: self.path.clone(),
            at_ms: self.at.saturating_mul(1_000) / u64::from(self.sound.rate),
            what: what.to_owned(),
        }
    }
}

impl Decode for Ffmpeg {
    fn rate(&self) -> u32 {
        self.sound.rate
    }

    fn speakers(&self) -> &[Speaker] {
        &self.sound.speakers
    }

    fn sample_kind(&self) -> SampleKind {
        self.sound.kind
    }

    fn length_frames(&self) -> Option<u64> {
        self.sound.frames
    }

    fn take_damage(&mut self) -> Option<DecodeError> {
        self.damage.take()
    }

    /// ffmpeg's own seek is exact only in some containers; in all others everything before the frame is decoded and
    /// dropped, at some hundred times the speed of the music.
    fn seek(&mut self, frame: u64) -> Result<(), DecodeError> {
        self.run = None;
        self.rest.clear();
        self.at = 0;
        self.wanted = frame;
        self.has_ended = false;
        Ok(())
    }

    fn next_block(&mut self, block: &mut Vec<f32>) -> Result<bool, DecodeError> {
        block.clear();
        if self.has_ended {
            return Ok(false);
        }
        if self.run.is_none() {
            self.start()?;
        }
        let mut bytes = std::mem::take(&mut self.rest);
        if !self.read(&mut bytes)? {
            self.end()?;
            return Ok(false);
        }
        self.take_samples(&bytes, block);
        Ok(true)
    }
}
