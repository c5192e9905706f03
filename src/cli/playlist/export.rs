//! `standin playlist export`: a list for any other player, missing rows included.

use super::super::out::Out;
use super::{Context, Outcome, Printable, Stop, Wanted, counted};
use crate::library::{Choice, Library};
use crate::music::Verdict;
use crate::wanted::{WriteOptions, m3u};
use std::io::Write;
use std::path::{Path, PathBuf};

pub fn export(
    name: &str,
    file: Option<&Path>,
    relative: bool,
    force: bool,
    context: &mut Context,
) -> Outcome {
    let library = context.library();
    let playlist = library.resolved_playlist(name)?;
    let missing = playlist.missing().count();
    match file {
        None => context.out.bytes(&written(&playlist, None, &library)?)?,
        Some(file) => {
            let file = std::path::absolute(file).map_err(|error| {
                Stop::failed(format!("cannot find {}: {error}", Printable::path(file)))
            })?;
            let relative_to = file.parent().filter(|_| relative);
            write_file(&file, &written(&playlist, relative_to, &library)?, force)?;
            say_export(playlist.rows.len(), missing, &file, &context.out);
        }
    }
    Ok(super::partial_if(missing))
}

/// The list as M3U8. A row whose file is gone keeps the path where it last was.
fn written(
    playlist: &Choice,
    relative_to: Option<&Path>,
    library: &Library,
) -> Result<Vec<u8>, Stop> {
    let reader = library.reader()?;
    let file = |wanted: &Wanted, verdict: &Verdict| match verdict.song() {
        Some(song) => Some(song.place.file()),
        None => reader.file_of(wanted.place.as_ref()?),
    };
    let row = |(wanted, verdict): &(Wanted, Verdict)| (wanted.clone(), file(wanted, verdict));
    let rows: Vec<(Wanted, Option<PathBuf>)> = playlist.rows.iter().map(row).collect();
    Ok(m3u::write(
        &rows,
        WriteOptions {
            name: Some(playlist.name()),
            relative_to,
        },
    ))
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

fn write_file(file: &Path, bytes: &[u8], force: bool) -> Result<(), Stop> {
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
