//! `standin playlist export`: a list for any other player, missing rows included.

use super::super::out::Out;
use super::smart::found_nothing;
use super::{Context, Outcome, Printable, Stop, Wanted, counted};
use crate::library::{Choice, Library};
use crate::music::{Grade, Verdict};
use crate::wanted::{PlaylistFormat, WriteOptions, write_playlist};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Every player reads it; lengths in seconds, one text for all artists
    #[value(alias = "m3u")]
    M3u8,
    /// XML; lengths in ms, ISRC, MusicBrainz ids
    Xspf,
    /// The same as JSON
    Jspf,
}

impl Format {
    /// By the end of the file's name.
    fn of(file: &Path) -> Option<Self> {
        let end = file.extension()?.to_str()?.to_ascii_lowercase();
        match end.as_str() {
            "m3u8" | "m3u" => Some(Self::M3u8),
            "xspf" => Some(Self::Xspf),
            "jspf" => Some(Self::Jspf),
            _ => None,
        }
    }
}

impl From<Format> for PlaylistFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::M3u8 => Self::M3u,
            Format::Xspf => Self::Xspf,
            Format::Jspf => Self::Jspf,
        }
    }
}

/// How to write.
#[derive(Clone, Copy)]
pub struct How {
    pub format: Option<Format>,
    pub relative: bool,
    pub force: bool,
}

pub fn export(name: &str, file: Option<&Path>, how: How, context: &mut Context) -> Outcome {
    let library = context.library();
    let format = match (how.format, file) {
        (Some(format), _) => format,
        (None, None) => Format::M3u8,
        (None, Some(file)) => Format::of(file).ok_or_else(|| unknown(file))?,
    };
    let stored = library.stored_playlist(name)?;
    let is_smart = stored.query.is_some();
    let playlist = library.resolved(stored)?;
    if let Some(nothing) = found_nothing(&playlist, is_smart) {
        return Err(nothing);
    }
    let missing = playlist.missing().count();
    let Some(file) = file else {
        let bytes = written(&playlist, format, None, &library)?;
        context.out.document(&bytes)?;
        return Ok(super::partial_if(missing));
    };
    let file = std::path::absolute(file)
        .map_err(|error| Stop::failed(format!("cannot find {}: {error}", Printable::path(file))))?;
    let relative_to = file.parent().filter(|_| how.relative);
    let bytes = written(&playlist, format, relative_to, &library)?;
    write_file(&file, &bytes, how.force)?;
    say_export(playlist.rows.len(), missing, &file, &context.out);
    Ok(super::partial_if(missing))
}

fn unknown(file: &Path) -> Stop {
    Stop::new(
        super::Exit::Usage,
        format!(
            "the name {} does not tell what to write",
            Printable::path(file)
        ),
    )
    .hint("end it in .m3u8, .xspf or .jspf, or name one with --format")
}

/// The list as a file. A row whose file is gone keeps the path where it last was.
pub fn written(
    playlist: &Choice,
    format: Format,
    relative_to: Option<&Path>,
    library: &Library,
) -> Result<Vec<u8>, Stop> {
    let reader = library.reader()?;
    let file = |wanted: &Wanted, verdict: &Verdict| match verdict.song() {
        Some(song) => Some(song.path()),
        None => reader.file_of(wanted.place.as_ref()?),
    };
    let row = |(wanted, verdict): &(Wanted, Verdict)| {
        (with_recording(wanted, verdict), file(wanted, verdict))
    };
    let rows: Vec<(Wanted, Option<PathBuf>)> = playlist.rows.iter().map(row).collect();
    let options = WriteOptions {
        name: Some(playlist.name()),
        relative_to,
    };
    write_playlist(format.into(), &rows, options)
        .ok_or_else(|| Stop::failed("this format is only read"))
}

/// The row with the MusicBrainz id that its song has, where it surely is that song.
fn with_recording(wanted: &Wanted, verdict: &Verdict) -> Wanted {
    const SERVICE: &str = "musicbrainz";
    let mut wanted = wanted.clone();
    let knows = wanted
        .external
        .iter()
        .any(|(service, _)| service == SERVICE);
    if let Verdict::Found {
        song,
        grade: Grade::Exact,
        ..
    } = verdict
        && !knows
        && !song.tags.mb_recording.is_empty()
    {
        let id = song.tags.mb_recording.clone();
        wanted.external.push((SERVICE.into(), id));
    }
    wanted
}

fn say_export(rows: usize, missing: usize, file: &Path, out: &Out) {
    let kept = if missing > 0 {
        format!("; {missing} missing, kept by name")
    } else {
        String::new()
    };
    out.say(format!(
        "Wrote {} to {}{kept}.",
        counted(rows, "row"),
        Printable::path(file)
    ));
}

/// Writes a file that was asked for; over one that is there only with `force`.
pub fn write_file(file: &Path, bytes: &[u8], force: bool) -> Result<(), Stop> {
    let mut options = std::fs::File::options();
    options.write(true);
    if force {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    let written = options
        .open(file)
        .and_then(|mut file| file.write_all(bytes));
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Stop::failed(format!("{} is there already", Printable::path(file)))
                .hint("--force writes over it")
        }
        _ => Stop::failed(format!("cannot write {}: {error}", Printable::path(file))),
    })
}
