//! `standin cover`.

use super::one::one_song;
use super::playlist::write_file;
use super::songs::insert_path;
use super::{Context, Exit, Outcome, Stop, live};
use crate::library::{Cover, CoverSource, cover};
use crate::music::{Printable, Typed};
use serde_json::json;
use std::path::{Path, PathBuf};

/// The cover of a song, as it is
///
/// The picture in the song's file that is marked as the front cover, or is its only one; else one in the song's
/// folder (cover, folder, front, album, albumart …, also in Scans, and above CD1); else any other in the file. In a
/// pipe it is the picture's bytes; on a terminal, where and what it is.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  standin cover so what --output cover.jpg\n  standin cover ~/Music/x.flac | chafa\n  standin cover so what --json | jq .width"
)]
pub struct Args {
    /// A file, or words as for `search`
    #[arg(required = true, value_name = "PATH|WORDS")]
    words: Vec<Typed>,
    /// The file to write it to
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(short, long, requires = "output")]
    force: bool,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let song = one_song(&args.words, context)?;
    let Some(cover) = cover(&song)? else {
        let message = format!("{} has no cover", live::names(&song));
        return Err(Stop::new(Exit::NothingFound, message)
            .hint("Neither its file nor its folder holds a picture of a cover's name"));
    };
    if let Some(file) = &args.output {
        write_file(file, &cover.bytes, args.force)?;
    }
    tell(&cover, args.output.as_deref(), context)?;
    Ok(Exit::Done)
}

fn tell(cover: &Cover, output: Option<&Path>, context: &mut Context) -> Result<(), Stop> {
    let out = &mut context.out;
    let (source, path) = match &cover.source {
        CoverSource::File(path) => ("file", path),
        CoverSource::Folder(path) => ("folder", path),
    };
    if out.json {
        let (width, height) = cover.pixels.unzip();
        let mut value = json!({
            "source": source, "kind": cover.kind.name(), "width": width, "height": height, "bytes": cover.bytes.len(),
        });
        insert_path(&mut value, "path", path);
        if let Some(output) = output {
            insert_path(&mut value, "output", output);
        }
        return Ok(out.json(value)?);
    }
    let what = what(cover);
    match output {
        Some(output) => out.say(format!("Wrote {} ({what}).", Printable::path(output))),
        None if out.is_terminal => {
            out.line(format!("{} ({what})", Printable::path(path)))?;
            out.flush()?;
            out.say("--output FILE writes it to a file, and in a pipe it goes to the program behind it.");
        }
        None => out.document(&cover.bytes)?,
    }
    Ok(())
}

/// `jpeg, 600 × 600, 123 kB`
fn what(cover: &Cover) -> String {
    let pixels = cover.pixels.map_or(String::new(), |(width, height)| {
        format!(", {width} × {height}")
    });
    let bytes = super::stats::size(cover.bytes.len() as u64);
    format!("{}{pixels}, {bytes}", cover.kind.name())
}
