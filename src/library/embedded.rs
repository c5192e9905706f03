//! Pictures and lyrics inside a file, read when asked for and never in a scan. A path in, plain data out; nothing else is
//! touched, so it can run wherever foreign bytes are read.
//!
//! The decoder's own readers are used, as they unpack nothing: a picture that a tag holds deflated is no picture here.
//! Every byte comes through [`FileBytes`], whose budget bounds what a file can make us hold.

use super::bytes::{FileBytes, OpenFailure};
use std::io::{self, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{Attachment, FormatOptions, FormatReader};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::{
    MetadataBuffer, MetadataContainer, MetadataOptions, MetadataReader, MetadataRevision, RawValue,
    StandardTag, StandardVisualKey, Tag, Visual,
};
use symphonia::default::meta::{ApeReader, Id3v2Reader};

/// A larger picture is nobody's cover.
pub const MOST_PICTURE_BYTES: usize = 32 << 20;
/// A longer text is no lyrics.
pub const MOST_LYRICS_BYTES: usize = 1 << 20;
/// More pictures or texts of one file are not looked at.
const MOST_ITEMS: usize = 64;
/// More comments of one file are not told, and no longer ones.
const MOST_COMMENTS: usize = 1_024;
const MOST_COMMENT_BYTES: usize = 64 << 10;
/// Chunks that are walked over in search of a tag.
const MOST_CHUNKS: usize = 1_024;
/// The length of an APE tag's foot, and of ID3v1, before which it may stand.
const APE_FOOT_BYTES: u64 = 32;
const ID3V1_BYTES: u64 = 128;

/// What a file carries besides its sound.
#[derive(Debug, Default)]
pub struct Embedded {
    /// Pictures, in the file's order.
    pub pictures: Vec<Picture>,
    /// Lyrics as text, which may be LRC.
    pub texts: Vec<String>,
    /// Lyrics with times, as ID3's SYLT frames have them.
    pub timed: Vec<Vec<u8>>,
}

/// A picture, as the file has it.
#[derive(Debug)]
pub struct Picture {
    /// Its bytes, whatever they are.
    pub bytes: Vec<u8>,
    /// What it is said to show.
    pub shows: Shows,
}

/// What a picture is said to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// The front cover.
    Front,
    /// Nobody says.
    Unsaid,
    /// An icon, the back, the band …
    Other,
}

/// Reads what a file carries; a file that no reader understands carries nothing.
pub fn read(path: &Path) -> Result<Embedded, OpenFailure> {
    FileBytes::open(path)?;
    let read = || {
        let found = of_container(path).unwrap_or_default();
        if found.is_empty() {
            of_tags(path)
        } else {
            found
        }
    };
    // Only this file's data is in the closure, and it is thrown away with it.
    Ok(catch_unwind(AssertUnwindSafe(read)).unwrap_or_default())
}

fn stream(path: &Path) -> Option<MediaSourceStream<'static>> {
    let file = FileBytes::open(path).ok()?;
    Some(MediaSourceStream::new(
        Box::new(file),
        MediaSourceStreamOptions::default(),
    ))
}

/// Every text that a file's tags hold, under the names that they have there, in their order; `None`: no reader understands
/// it.
pub fn comments(path: &Path) -> Result<Option<Vec<(String, String)>>, OpenFailure> {
    FileBytes::open(path)?;
    let read = || {
        let mut all = Vec::new();
        let mut reader = probed(path)?;
        let mut metadata = reader.metadata();
        while let Some(revision) = metadata.pop() {
            add_comments(&revision, &mut all);
        }
        if let Some(revision) = metadata.current() {
            add_comments(revision, &mut all);
        }
        Some(all)
    };
    Ok(catch_unwind(AssertUnwindSafe(read)).unwrap_or_default())
}

fn add_comments(revision: &MetadataRevision, all: &mut Vec<(String, String)>) {
    let per_track = revision.per_track.iter().map(|track| &track.metadata);
    for tag in std::iter::once(&revision.media)
        .chain(per_track)
        .flat_map(|container| &container.tags)
    {
        let texts = match &tag.raw.value {
            RawValue::Binary(_) => continue,
            RawValue::StringList(texts) => texts.to_vec(),
            value => vec![value.to_string()],
        };
        for text in texts {
            if text.len() <= MOST_COMMENT_BYTES && all.len() < MOST_COMMENTS {
                all.push((name(tag).to_owned(), text));
            }
        }
    }
}

fn probed(path: &Path) -> Option<Box<dyn FormatReader>> {
    let mut hint = Hint::new();
    if let Some(extension) = path.extension().and_then(|extension| extension.to_str()) {
        hint.with_extension(extension);
    }
    symphonia::default::get_probe()
        .probe(
            &hint,
            stream(path)?,
            FormatOptions::default(),
            MetadataOptions::default(),
        )
        .ok()
}

fn of_container(path: &Path) -> Option<Embedded> {
    let mut reader = probed(path)?;
    let mut found = Embedded::default();
    let mut metadata = reader.metadata();
    while let Some(revision) = metadata.pop() {
        found.take(&revision);
    }
    if let Some(revision) = metadata.current() {
        found.take(revision);
    }
    for attachment in reader.attachments() {
        if let Attachment::File(file) = attachment
            && file
                .media_type
                .as_deref()
                .is_none_or(|kind| kind.starts_with("image/"))
        {
            // Matroska names the picture it means (matroska.org/technical/attachments.html).
            let is_front = file.name.to_ascii_lowercase().starts_with("cover");
            found.picture(
                &file.data,
                if is_front {
                    Shows::Front
                } else {
                    Shows::Unsaid
                },
            );
        }
    }
    Some(found)
}

/// The tags at either end of a file, or in a chunk of it, that no reader of its sound has looked at.
fn of_tags(path: &Path) -> Embedded {
    let mut found = Embedded::default();
    if let Some(read) = id3(path) {
        found.take_buffer(&read);
    }
    for from_end in [APE_FOOT_BYTES, APE_FOOT_BYTES + ID3V1_BYTES] {
        if let Some(read) = ape(path, from_end) {
            found.take_buffer(&read);
            break;
        }
    }
    found
}

fn id3(path: &Path) -> Option<MetadataBuffer> {
    let mut file = FileBytes::open(path).ok()?;
    let at = id3_chunk(&mut file).ok()?.unwrap_or(0);
    let is_id3 = file
        .array_at::<3>(at)
        .ok()?
        .is_some_and(|head| &head == b"ID3");
    if !is_id3 {
        return None;
    }
    let mut stream = stream(path)?;
    stream.seek(SeekFrom::Start(at)).ok()?;
    Id3v2Reader::try_new(stream, MetadataOptions::default())
        .ok()?
        .read_all()
        .ok()
}

/// Where the ID3 tag of a WAV, AIFF or DSF file begins. (Formats: RIFF, EA IFF 85, Sony's DSF specification.)
fn id3_chunk(file: &mut FileBytes) -> io::Result<Option<u64>> {
    let Some(head) = file.array_at::<12>(0)? else {
        return Ok(None);
    };
    if head.starts_with(b"DSD ") {
        return Ok(file.array_at::<8>(20)?.map(u64::from_le_bytes));
    }
    let size: fn([u8; 4]) -> u32 = match &head {
        [b'R', b'I', b'F', b'F', ..] | [b'R', b'F', b'6', b'4', ..] => u32::from_le_bytes,
        [b'F', b'O', b'R', b'M', ..] => u32::from_be_bytes,
        _ => return Ok(None),
    };
    let mut at = head.len() as u64;
    for _ in 0..MOST_CHUNKS {
        let Some([k0, k1, k2, k3, s0, s1, s2, s3]) = file.array_at::<8>(at)? else {
            break;
        };
        if [k0, k1, k2, k3].eq_ignore_ascii_case(b"ID3 ") {
            return Ok(Some(at.saturating_add(8)));
        }
        let length = u64::from(size([s0, s1, s2, s3]));
        at = at
            .saturating_add(8)
            .saturating_add(length)
            .saturating_add(length % 2);
    }
    Ok(None)
}

fn ape(path: &Path, from_end: u64) -> Option<MetadataBuffer> {
    let mut file = FileBytes::open(path).ok()?;
    let at = file.stamp().size.checked_sub(from_end)?;
    let is_ape = file
        .array_at::<8>(at)
        .ok()?
        .is_some_and(|head| &head == b"APETAGEX");
    if !is_ape {
        return None;
    }
    let mut stream = stream(path)?;
    stream.seek(SeekFrom::Start(at)).ok()?;
    ApeReader::try_new(stream, MetadataOptions::default())
        .ok()?
        .read_all()
        .ok()
}

impl Embedded {
    fn is_empty(&self) -> bool {
        self.pictures.is_empty() && self.texts.is_empty() && self.timed.is_empty()
    }

    fn take(&mut self, revision: &MetadataRevision) {
        self.take_container(&revision.media);
        for track in &revision.per_track {
            self.take_container(&track.metadata);
        }
    }

    fn take_buffer(&mut self, read: &MetadataBuffer) {
        self.take(&read.revision);
    }

    fn take_container(&mut self, container: &MetadataContainer) {
        for visual in &container.visuals {
            self.picture(&visual.data, shows(visual));
        }
        for tag in &container.tags {
            self.take_tag(tag);
        }
    }

    fn picture(&mut self, bytes: &[u8], shows: Shows) {
        if bytes.len() <= MOST_PICTURE_BYTES && self.pictures.len() < MOST_ITEMS {
            self.pictures.push(Picture {
                bytes: bytes.to_vec(),
                shows,
            });
        }
    }

    fn take_tag(&mut self, tag: &Tag) {
        if let (true, RawValue::Binary(bytes)) = (is_timed(&tag.raw.key), &tag.raw.value) {
            if bytes.len() <= MOST_LYRICS_BYTES && self.timed.len() < MOST_ITEMS {
                self.timed.push(bytes.to_vec());
            }
            return;
        }
        let text = match (&tag.std, &tag.raw.value) {
            (Some(StandardTag::Lyrics(text)), _) => text.to_string(),
            (_, RawValue::String(text)) if is_lyrics(name(tag)) => text.to_string(),
            (_, RawValue::StringList(texts)) if is_lyrics(name(tag)) => texts.join("\n"),
            _ => return,
        };
        let fits = text.len() <= MOST_LYRICS_BYTES && self.texts.len() < MOST_ITEMS;
        if fits && !text.trim().is_empty() {
            self.texts.push(text);
        }
    }
}

/// ID3's synchronised lyrics, under the names of v2.3 and v2.2.
fn is_timed(key: &str) -> bool {
    matches!(key, "SYLT" | "SLT")
}

/// What a tag is called: ID3's TXXX has its name inside.
fn name(tag: &Tag) -> &str {
    let inside = tag
        .raw
        .sub_fields
        .iter()
        .flatten()
        .find(|field| field.field == "DESCRIPTION");
    match inside.map(|field| &field.value) {
        Some(RawValue::String(name)) if tag.raw.key == "TXXX" => name,
        _ => &tag.raw.key,
    }
}

/// `LYRICS`, `UNSYNCEDLYRICS`, `SYNCEDLYRICS` and the same behind an owner's name, as MP4 has it.
fn is_lyrics(key: &str) -> bool {
    key.to_ascii_uppercase().ends_with("LYRICS")
}

fn shows(visual: &Visual) -> Shows {
    match visual.usage {
        Some(StandardVisualKey::FrontCover) => Shows::Front,
        // Taggers that ask nobody write "other".
        None | Some(StandardVisualKey::Other) => Shows::Unsaid,
        Some(_) => Shows::Other,
    }
}
