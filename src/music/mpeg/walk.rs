//! A walk over the frames of a stream: where each is, when it is heard, and where something lies between two of them that
//! is neither a frame nor a tag. It decodes nothing.

use super::frame::{MPEG_HEAD, MpegFrame, VBRI_AT};
use super::tags::behind_tags;
use std::io;
use std::ops::Range;

/// So far the next frame is looked for behind damage.
const MOST_JUNK: u64 = 16 << 20;
/// So much is walked over at most to learn how much is left behind damage.
const MOST_REST: u64 = 48 << 20;
/// What is missing for longer is not taken for what damage cost: it may be the count that is wrong.
const MOST_LOST_S: u64 = 60;
/// Read at once.
const BLOCK: usize = 16 << 10;
/// Encoders that count wrongly leave one byte between two frames.
const SLIP: u64 = 1;

/// Where the bytes of a file come from.
pub trait MpegBytes {
    /// Reads up to so many bytes at a place of the file; fewer only at its end.
    fn read_at(&mut self, at: u64, out: &mut [u8]) -> io::Result<usize>;
}

/// A frame on the walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MpegStep {
    /// Where it stands.
    pub at: u64,
    /// What it is.
    pub frame: MpegFrame,
    /// Its first sample, counted from the beginning of the walk; what was lost before it is counted too.
    pub sample: u64,
    /// Something between the frame before and this one is no frame and no tag: there was sound, perhaps.
    pub is_behind_damage: bool,
    /// An encoder's count stands between the first frame and this one: it is of another stream, joined to the first.
    pub is_joined: bool,
}

/// A walk over the frames of a stream, behind any count at its beginning, and where it is.
pub struct MpegWalk<S> {
    bytes: Held<S>,
    start: u64,
    /// All samples that there have to be, where they are counted.
    told: Option<u64>,
    /// The first damage, and how many samples it cost.
    first_loss: Option<(u64, u64)>,
    place: Place,
}

#[derive(Clone, Copy, Default)]
struct Place {
    at: u64,
    sample: u64,
    frames: u64,
    frame_bytes: u64,
    before: Option<MpegFrame>,
    is_joined: bool,
}

impl<S: MpegBytes> MpegWalk<S> {
    /// Over these bytes. `told`: how many samples an encoder has counted from the start on.
    pub fn new(source: S, stream: Range<u64>, told: Option<u64>) -> Self {
        Self {
            bytes: Held {
                source,
                end: stream.end,
                block: Vec::new(),
                block_at: 0,
            },
            start: stream.start,
            told,
            first_loss: None,
            place: Place {
                at: stream.start,
                ..Place::default()
            },
        }
    }

    /// Back to the first frame.
    pub fn rewind(&mut self) {
        self.place = Place {
            at: self.start,
            ..Place::default()
        };
    }

    /// The first sample of the next frame, if nothing is lost before it.
    pub fn next_sample(&self) -> u64 {
        self.place.sample
    }

    /// Where the bytes come from.
    pub fn into_source(self) -> S {
        self.bytes.source
    }

    /// The bytes of the frame that was just walked to.
    pub fn frame_bytes(&mut self, step: &MpegStep) -> io::Result<&[u8]> {
        let count = usize::try_from(step.frame.bytes).unwrap_or(usize::MAX);
        self.bytes.at(step.at, count)
    }

    /// Whether the first frame holds no sound, but an encoder's count.
    pub(super) fn is_told(&mut self, first: &MpegStep) -> io::Result<bool> {
        Ok(first.frame.counts(self.bytes.at(first.at, VBRI_AT + 4)?))
    }

    /// The next frame with sound in it; `None`: there is none.
    pub fn next_sound(&mut self) -> io::Result<Option<MpegStep>> {
        let mut is_behind_damage = false;
        while let Some(step) = self.next()? {
            is_behind_damage |= step.is_behind_damage;
            if !self.is_told(&step)? {
                return Ok(Some(MpegStep {
                    is_behind_damage,
                    ..step
                }));
            }
            // It lasts no time.
            self.place.sample = step.sample;
            self.place.is_joined = true;
        }
        Ok(None)
    }

    /// The next frame; `None`: there is none.
    pub(super) fn next(&mut self) -> io::Result<Option<MpegStep>> {
        let at = behind_tags(&mut self.bytes, self.place.at)?;
        let here = self.bytes.frame(at)?;
        if let Some(frame) = here
            && self.is_trusted(at, &frame)?
        {
            return Ok(Some(self.step(at, frame, None)));
        }
        let here = here.filter(|frame| self.is_like_before(frame));
        let found = self.find(at + 1)?;
        match (here, found) {
            // Nothing follows: it is the last one.
            (Some(frame), None) => Ok(Some(self.step(at, frame, None))),
            (None, None) => Ok(None),
            // Where what follows it is broken it is whole; a frame that ends elsewhere than it says is not.
            (Some(frame), Some((found, _)))
                if (frame.bytes..=2 * frame.bytes + SLIP).contains(&(found - at)) =>
            {
                Ok(Some(self.step(at, frame, None)))
            }
            (_, Some((found, frame))) => {
                let is_damage = self.place.frames > 0 && found - at > SLIP;
                let lost = match is_damage {
                    true => Some(self.lost(at, found, &frame)?),
                    false => None,
                };
                Ok(Some(self.step(found, frame, lost)))
            }
        }
    }

    /// On behind this frame.
    fn step(&mut self, at: u64, frame: MpegFrame, lost: Option<u64>) -> MpegStep {
        let place = &mut self.place;
        place.sample += lost.unwrap_or(0);
        let sample = place.sample;
        place.at = at + frame.bytes;
        place.sample += frame.samples;
        place.frames += 1;
        place.frame_bytes += frame.bytes;
        place.before = Some(frame);
        MpegStep {
            at,
            frame,
            sample,
            is_behind_damage: lost.is_some(),
            is_joined: place.is_joined,
        }
    }

    fn is_like_before(&self, frame: &MpegFrame) -> bool {
        self.place.before.is_none_or(|before| before.is_kin(frame))
    }

    /// Whether what stands here is a frame: what follows it says so.
    fn is_trusted(&mut self, at: u64, frame: &MpegFrame) -> io::Result<bool> {
        // All of it at once: what is asked of it next is there then.
        let all = usize::try_from(frame.bytes).unwrap_or(usize::MAX);
        self.bytes.at(at, all.saturating_add(2 * MPEG_HEAD))?;
        let end = at + frame.bytes;
        for next in [end, end + SLIP] {
            if self.bytes.head(next)?.is_some_and(|it| it.is_kin(frame)) {
                return Ok(true);
            }
        }
        Ok(self.is_like_before(frame) && self.ends_at(end)?)
    }

    /// Whether the file or this part of it ends here.
    fn ends_at(&mut self, at: u64) -> io::Result<bool> {
        let is_end = self.bytes.at(at, MPEG_HEAD)?.len() < MPEG_HEAD;
        Ok(is_end || behind_tags(&mut self.bytes, at)? > at)
    }

    /// The first frame from here on that another one follows: bytes that look like one stand anywhere.
    fn find(&mut self, from: u64) -> io::Result<Option<(u64, MpegFrame)>> {
        let most = from.saturating_add(MOST_JUNK).min(self.bytes.end);
        for at in from..most {
            let Some(frame) = self.bytes.frame(at)? else {
                continue;
            };
            if self.is_trusted(at, &frame)? {
                return Ok(Some((at, frame)));
            }
        }
        Ok(None)
    }

    /// How many samples were lost between these two places, the second one that of a frame.
    fn lost(&mut self, at: u64, found: u64, frame: &MpegFrame) -> io::Result<u64> {
        if let Some((first, lost)) = self.first_loss
            && first == at
        {
            return Ok(lost);
        }
        let mean = (self.place.frame_bytes / self.place.frames.max(1)).max(1);
        let guessed = (found - at + mean / 2) / mean * frame.samples;
        if self.first_loss.is_some() {
            return Ok(guessed);
        }
        self.first_loss = Some((at, guessed));
        let counted = self.counted_loss(found, frame)?;
        let lost = counted.unwrap_or(guessed);
        self.first_loss = Some((at, lost));
        Ok(lost)
    }

    /// What the encoder has counted and is neither before nor behind the damage.
    fn counted_loss(&mut self, found: u64, frame: &MpegFrame) -> io::Result<Option<u64>> {
        let Some(told) = self.told else {
            return Ok(None);
        };
        let here = self.place;
        self.place.at = found;
        let rest = self.rest();
        self.place = here;
        let lost = rest?.and_then(|end| told.checked_sub(end));
        Ok(lost.filter(|lost| *lost <= MOST_LOST_S * u64::from(frame.rate)))
    }

    /// Where the last sample is, as if nothing was lost here; `None`: the file is cut off, or it takes too long.
    fn rest(&mut self) -> io::Result<Option<u64>> {
        let most = self.place.at.saturating_add(MOST_REST);
        while self.next_sound()?.is_some() {
            if self.place.at > most {
                return Ok(None);
            }
        }
        let cut_off = self.bytes.head(self.place.at)?;
        let is_cut_off = cut_off.is_some_and(|frame| self.is_like_before(&frame));
        Ok((!is_cut_off).then_some(self.place.sample))
    }
}

/// Bytes of a file, some of which are held.
pub(super) struct Held<S> {
    source: S,
    pub(super) end: u64,
    block: Vec<u8>,
    block_at: u64,
}

impl<S: MpegBytes> Held<S> {
    /// The frame that stands here whole: of the last one a part may be cut off, which gives no sound.
    fn frame(&mut self, at: u64) -> io::Result<Option<MpegFrame>> {
        let frame = self.head(at)?;
        Ok(frame.filter(|frame| at.saturating_add(frame.bytes) <= self.end))
    }

    /// The frame whose header stands here.
    fn head(&mut self, at: u64) -> io::Result<Option<MpegFrame>> {
        let head = self.at(at, MPEG_HEAD)?.first_chunk();
        Ok(head.and_then(|head| MpegFrame::of(*head)))
    }

    /// So many bytes from here on, or fewer at the end.
    pub(super) fn at(&mut self, at: u64, count: usize) -> io::Result<&[u8]> {
        let block_end = self.block_at + self.block.len() as u64;
        let wanted_end = at.saturating_add(count as u64).min(self.end);
        if at < self.block_at || wanted_end > block_end {
            self.read(at, block_end)?;
        }
        let from = usize::try_from(at - self.block_at).unwrap_or(usize::MAX);
        let rest = self.block.get(from..).unwrap_or_default();
        Ok(&rest[..rest.len().min(count)])
    }

    /// Holds what stands here; of what is held already nothing is read again.
    fn read(&mut self, at: u64, block_end: u64) -> io::Result<()> {
        let passed = at
            .checked_sub(self.block_at)
            .filter(|_| at <= block_end)
            .and_then(|passed| usize::try_from(passed).ok());
        match passed {
            Some(passed) => drop(self.block.drain(..passed)),
            None => self.block.clear(),
        }
        let held = self.block.len();
        self.block_at = at;
        self.block.resize(held.max(BLOCK), 0);
        let most = usize::try_from(self.end.saturating_sub(at)).unwrap_or(usize::MAX);
        self.block.truncate(most);
        let out = self.block.get_mut(held..).unwrap_or_default();
        let read = self.source.read_at(at + held as u64, out);
        self.block.truncate(held + *read.as_ref().unwrap_or(&0));
        read.map(|_| ())
    }
}
