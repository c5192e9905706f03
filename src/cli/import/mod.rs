//! `standin import`.

mod told;

use super::play::is_address;
use super::{Context, Exit, Outcome, Stop, scan};
use crate::library::person::{Imported, ListImported};
use crate::library::scan::Heap;
use crate::library::{Exports, Library};
use crate::music::Verdict;
use crate::wanted::export::Format;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Playlists, library and listening history of a streaming service, as it hands them out
///
/// Point it at what was downloaded: a file, a zip as it came, a folder with all of it. Each file is recognised by what stands
/// in it. Playlists become playlists here, and are brought up to date when they are imported again: what the service has
/// dropped stays and is told, what you took out here stays out. Nothing is asked of a network, and what is private (addresses,
/// accounts, devices) is not read.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin import ~/Downloads/my_spotify_data.zip
  standin import ~/Downloads/takeout-20260101.zip --dry-run
  standin import spotify_playlists.zip Library.xml
  standin import list.txt --as lines
  standin match                 what of it you own")]
pub struct Args {
    /// Files, zips and folders
    #[arg(required = true, value_name = "FILE|DIR|ZIP")]
    paths: Vec<PathBuf>,
    /// Read every file as this, whatever it looks like
    #[arg(long = "as", value_name = "FORMAT", value_parser = format_of)]
    stated: Option<Format>,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
}

fn format_of(word: &str) -> Result<Format, String> {
    Format::of_word(word).ok_or_else(|| {
        let words: Vec<&str> = Format::all().map(Format::word).collect();
        format!("known are {}", words.join(", "))
    })
}

/// How long it is looked whether a folder with no export in it holds music.
const LONGEST_GLANCE: Duration = Duration::from_millis(500);

/// What an import came to.
struct Outcomes {
    exports: Exports,
    imported: Imported,
    /// Of each list, how its rows stand.
    verdicts: Vec<Verdicts>,
    /// The files below a folder that are no export: nobody asked for them one by one.
    passed_by: usize,
    dry_run: bool,
}

/// Rows by the word of their verdict.
#[derive(Clone, Copy, Default)]
struct Verdicts {
    exact: usize,
    likely: usize,
    ask: usize,
    substitute: usize,
    missing: usize,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    for path in &args.paths {
        if let Err(error) = std::fs::metadata(path) {
            if path.to_str().is_some_and(is_address) {
                let told = format!(
                    "{} is an address, and nothing is fetched from a network",
                    path.display()
                );
                return Err(Stop::failed(told)
                    .hint("ask the service for your data: `standin help playlists` tells how"));
            }
            let told = format!("cannot read {}: {}", path.display(), error);
            return Err(Stop::failed(told));
        }
    }
    let library = context.library();
    let bar = scan::progress_bar(&context.out);
    let read = library.read_exports(&args.paths, args.stated, |path| {
        bar.set_message(format!("Reading {}", crate::music::Printable::path(path)));
    });
    let mut exports = read?;
    let passed_by = pass_by(&mut exports, &args.paths);
    let gathered = std::mem::take(&mut exports.gathered);
    if gathered.is_empty() {
        bar.finish_and_clear();
        told::files(&exports, passed_by, context)?;
        return Err(nothing_in_it(&args.paths));
    }
    bar.set_message("Taking it in");
    let mut person = library.person_or_rehearsal(args.dry_run)?;
    let imported = person.import(gathered, &called(&args.paths))?;
    drop(person);
    bar.set_message("Looking for what you own");
    let verdicts = imported.lists.iter().map(|list| verdicts(list, &library));
    let verdicts = verdicts.collect::<Result<_, Stop>>();
    bar.finish_and_clear();
    let outcomes = Outcomes {
        exports,
        imported,
        verdicts: verdicts?,
        passed_by,
        dry_run: args.dry_run,
    };
    told::all(&outcomes, context)?;
    Ok(exit(&outcomes))
}

/// Files below a folder that are nothing known are counted and not told one by one.
fn pass_by(exports: &mut Exports, paths: &[PathBuf]) -> usize {
    use crate::wanted::export::NotTaken;
    let before = exports.files.len();
    exports.files.retain(|file| {
        let was_named = paths
            .iter()
            .any(|path| path.as_path() == Path::new(&file.file));
        let is_nothing = matches!(file.refused, Some(NotTaken::Unknown | NotTaken::SameAs(_)));
        was_named || !is_nothing
    });
    before - exports.files.len()
}

fn called(paths: &[PathBuf]) -> String {
    let name = |path: &PathBuf| {
        let whole = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        whole
            .file_name()
            .unwrap_or(whole.as_os_str())
            .to_string_lossy()
            .into_owned()
    };
    let names: Vec<String> = paths.iter().map(name).collect();
    match names.as_slice() {
        [one] => one.clone(),
        [first, others @ ..] => format!("{first} and {} more", others.len()),
        [] => String::new(),
    }
}

fn nothing_in_it(paths: &[PathBuf]) -> Stop {
    let is_music = |path: &&PathBuf| path.is_dir() && Heap::glance(path, LONGEST_GLANCE).files > 0;
    if let Some(folder) = paths.iter().find(is_music) {
        let folder = folder.display();
        return Stop::new(
            Exit::NothingFound,
            format!("there is nothing to import in {folder}: it holds music"),
        )
        .hint(format!("`standin scan {folder}` indexes it"));
    }
    let what = match paths {
        [one] => format!("there is nothing to import in {}", one.display()),
        _ => "there is nothing to import in any of them".to_owned(),
    };
    Stop::new(Exit::NothingFound, what)
        .hint("`standin import --help` names examples; `--as FORMAT` reads a file as what you say")
}

fn verdicts(list: &ListImported, library: &Library) -> Result<Verdicts, Stop> {
    let mut counts = Verdicts::default();
    for verdict in library.resolve(&list.rows)? {
        *counts.of(&verdict) += 1;
    }
    Ok(counts)
}

impl Verdicts {
    fn of(&mut self, verdict: &Verdict) -> &mut usize {
        match verdict.word() {
            "exact" => &mut self.exact,
            "likely" => &mut self.likely,
            "ask" => &mut self.ask,
            "substitute" => &mut self.substitute,
            _ => &mut self.missing,
        }
    }
}

/// Partial where something that was named was not read whole; rows that nobody owns are no fault of the import.
fn exit(outcomes: &Outcomes) -> Exit {
    let exports = &outcomes.exports;
    let is_broken = |file: &crate::wanted::export::FileReport| {
        file.refused.is_some() || file.ends_early || file.counts.unreadable > 0
    };
    let is_partial =
        exports.files.iter().any(is_broken) || !exports.not_opened.is_empty() || exports.has_more;
    if is_partial {
        Exit::Partial
    } else {
        Exit::Done
    }
}
