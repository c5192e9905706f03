//! `standin ls`.

use super::out::Out;
use super::songs::{self, ListArgs, insert_uri};
use super::table::Column;
use super::{Context, Exit, Outcome, Stop, scan};
use crate::library::query::Sort;
use crate::library::{FolderEntry, Library, LibraryError, Question, Reader};
use crate::music::{Song, Uri};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// How many of the songs that were added last are listed where nothing is said.
const MOST_RECENT: usize = 50;

/// What lies in a folder of the library; without one, the music folders
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  standin ls\n  standin ls --recent\n  standin ls --recent -n 20 | standin play -\n  standin ls Music/Nina\n  standin ls -0 ~/Music/Nina | xargs -0 du -ch"
)]
pub struct Args {
    /// A folder: its path, or its name here (`Music/Nina`)
    folder: Option<PathBuf>,
    /// The files that are not in the index, each with the reason
    #[arg(long, conflicts_with = "folder")]
    skipped: bool,
    /// The songs that were added last, in the folder and all below it, the newest first
    #[arg(long, conflicts_with = "skipped")]
    recent: bool,
    /// So many of them
    #[arg(short = 'n', long, value_name = "N", requires = "recent", default_value_t = MOST_RECENT)]
    limit: usize,
    #[command(flatten)]
    list: ListArgs,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let library = context.library();
    if args.skipped {
        return list_skipped(&library, &mut context.out);
    }
    let uri = library.folder_uri(args.folder.as_deref())?;
    if args.recent {
        return list_recent(args, &uri, context);
    }
    let entries = library.reader()?.folder(&uri)?;
    if entries.is_empty() {
        return Err(nothing_in(args.folder.as_deref()));
    }
    let (folders, found): (Vec<_>, Vec<_>) = entries
        .into_iter()
        .partition(|entry| matches!(entry, FolderEntry::Folder(_)));
    let folders: Vec<Uri> = folders
        .into_iter()
        .filter_map(|entry| {
            if let FolderEntry::Folder(uri) = entry {
                Some(uri)
            } else {
                None
            }
        })
        .collect();
    let found: Vec<_> = found
        .into_iter()
        .filter_map(|entry| {
            if let FolderEntry::Song(song) = entry {
                Some(song)
            } else {
                None
            }
        })
        .collect();
    let out = &mut context.out;
    if out.json {
        let songs: Vec<Value> = found.iter().map(|song| songs::json(song)).collect();
        let folders: Vec<Value> = folders.iter().map(folder_json).collect();
        out.json(json!({ "folders": folders, "songs": songs }))?;
        return Ok(Exit::Done);
    }
    // Paths for another program are paths of files, and a folder has no tags.
    let shown = if args.list.is_for_songs_alone() {
        &[][..]
    } else {
        &folders
    };
    for folder in shown {
        if out.is_terminal {
            let line = out.bold(&format!("{folder}/"));
            out.line(line)?;
        } else {
            out.record(&[folder.as_bytes(), b"/"].concat(), b'\n')?;
        }
    }
    if !found.is_empty() {
        songs::print(&found, args.list, out)?;
    }
    Ok(Exit::Done)
}

fn nothing_in(folder: Option<&Path>) -> Stop {
    let folder = folder.map_or("the library".into(), |folder| folder.display().to_string());
    Stop::new(
        Exit::NothingFound,
        format!("nothing is indexed in {folder}"),
    )
    .hint("`standin root ls` tells the music folders, `standin scan` indexes them")
}

fn list_recent(args: Args, folder: &Uri, context: &mut Context) -> Outcome {
    let reader = context.library().reader()?;
    let mut found = match folder.as_bytes() {
        b"" => reader.answer(&Question {
            sort: Some(Sort::NEWEST),
            limit: Some(args.limit),
            ..Question::default()
        })?,
        _ => newest_below(folder, args.limit, &reader)?,
    };
    if found.is_empty() {
        return Err(nothing_in(args.folder.as_deref()));
    }
    let out = &mut context.out;
    if out.json {
        reader.give_own_stars(&mut found)?;
        let songs: Vec<Value> = found.iter().map(songs::json).collect();
        out.json(json!({ "folders": [], "songs": songs }))?;
    } else {
        songs::print(&found, args.list, out)?;
    }
    Ok(Exit::Done)
}

fn newest_below(folder: &Uri, limit: usize, reader: &Reader) -> Result<Vec<Song>, LibraryError> {
    let mut songs = reader.songs_below(folder)?;
    reader.sort(&mut songs, Sort::NEWEST)?;
    songs.truncate(limit);
    Ok(songs)
}

fn folder_json(uri: &Uri) -> Value {
    let mut value = json!({});
    insert_uri(&mut value, "uri", uri);
    value
}

fn list_skipped(library: &Library, out: &mut Out) -> Outcome {
    let skipped = library.reader()?.skipped()?;
    if out.json {
        let values = skipped.iter().map(scan::skip_json).collect::<Vec<_>>();
        out.json(json!({ "skipped": values }))?;
    } else {
        let rows: Vec<_> = skipped
            .iter()
            .map(|skip| {
                vec![
                    skip.path.to_string_lossy().into_owned(),
                    skip.reason.clone(),
                ]
            })
            .collect();
        out.table(
            &[Column::text("FILE").stays(), Column::text("REASON")],
            &rows,
        )?;
    }
    Ok(Exit::Done)
}
