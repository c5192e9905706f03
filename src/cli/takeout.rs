//! `standin export --all`: everything that a person made, as files that any other program reads. It takes nothing away, writes
//! over nothing, and asks no network.

use super::out::{count, counted};
use super::playlist::{self, Format as PlaylistFormat};
use super::scrobbles::{self, Way};
use super::table::Column;
use super::{Context, Exit, Outcome, Stop};
use crate::care::pack::file_name;
use crate::library::person::{About, Carried, Kept, Person};
use crate::library::{Library, Reader};
use crate::music::Printable;
use serde_json::json;
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// UTF-16 units of the name of a playlist's file, without its ending.
const MOST_UNITS: usize = 120;

/// What is told of each file.
const COLUMNS: [Column; 3] = [
    Column::word("FILE").stays(),
    Column::number("HOLDS"),
    Column::text("WHAT"),
];

/// Everything that you made, as plain files
///
/// Playlists as M3U8 and XSPF, every row of them, whether its file is here or not; stars, counts and dates of songs as a
/// table; what was heard, as last.fm and ListenBrainz take it; your decisions, bans, music folders and the diary of outages;
/// and a backup that holds all of it, for `standin backup restore`. No music is in it, and nothing here changes.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin export --all ~/standin-data
  standin playlist export \"Road Trip\" road.xspf     one playlist alone
  standin history --scrobbles heard.log             what was heard alone

To remove standin and all that it keeps, see `standin help leaving`.")]
pub struct Args {
    /// Everything
    #[arg(long, required = true)]
    all: bool,
    /// A folder that is empty, or that is not there yet
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

/// What was written: for each file its name, what it is, and how much.
type Written = Vec<(String, &'static str, usize)>;

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let folder = std::path::absolute(&args.folder).map_err(|error| cannot(&args.folder, &error))?;
    let is_free = match fs::read_dir(&folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    };
    if !is_free {
        let shown = Printable::path(&folder);
        return Err(
            Stop::failed(format!("{shown} is there, and is no empty folder"))
                .hint("name a folder that is not there yet"),
        );
    }
    fs::create_dir_all(&folder).map_err(|error| cannot(&folder, &error))?;
    let library = context.library();
    let person = library.person_reader()?;
    let mut written = Written::new();
    playlists(&library, &person, &folder, &mut written)?;
    songs(&library.reader()?, &person, &folder, &mut written)?;
    for (way, name, what) in [
        (
            Way::ScrobblerLog,
            "heard.scrobbler.log",
            "songs heard or skipped, as last.fm's importers take them",
        ),
        (
            Way::ListenBrainz,
            "heard.listenbrainz.jsonl",
            "songs heard, as ListenBrainz takes them",
        ),
    ] {
        let count = scrobbles::write_all_of(way, &person, &folder.join(name))?;
        written.push((name.into(), what, count));
    }
    records(&person, &folder, &mut written)?;
    backup(&library, &folder, &mut written)?;
    config(context, &folder, &mut written)?;
    put(&folder, "README.txt", readme(&written).as_bytes())?;
    tell(&folder, &written, context)
}

/// Each playlist in two formats; what a smart one asks stands in a table of its own, beside what it finds today.
fn playlists(
    library: &Library,
    person: &Person,
    folder: &Path,
    written: &mut Written,
) -> Result<(), Stop> {
    let heads = person.playlists()?;
    let mut taken = HashSet::new();
    let mut smart = Vec::new();
    if !heads.is_empty() {
        let inner = folder.join("playlists");
        fs::create_dir(&inner).map_err(|error| cannot(&inner, &error))?;
    }
    for head in &heads {
        let stem = free(file_name(&head.name, MOST_UNITS, "Playlist"), &mut taken);
        let stored = library.stored_playlist(&head.name)?;
        if let Some(query) = &stored.query {
            smart.push([head.name.clone(), query.clone()]);
        }
        let resolved = library.resolved(stored)?;
        for (format, end) in [
            (PlaylistFormat::M3u8, "m3u8"),
            (PlaylistFormat::Xspf, "xspf"),
        ] {
            let bytes = playlist::written(&resolved, format, None, library)?;
            put(folder, &format!("playlists/{stem}.{end}"), &bytes)?;
        }
    }
    written.push((
        "playlists/".into(),
        "playlists, each as M3U8 and as XSPF",
        heads.len(),
    ));
    if !smart.is_empty() {
        let count = smart.len();
        table(folder, "smart-playlists.csv", &["name", "query"], smart)?;
        written.push((
            "smart-playlists.csv".into(),
            "what your smart playlists ask",
            count,
        ));
    }
    Ok(())
}

/// The name, or with a number behind it where another playlist has it, on file systems that know no case too.
fn free(name: String, taken: &mut HashSet<String>) -> String {
    let mut stem = name.clone();
    let mut number = 2_usize;
    while !taken.insert(stem.to_lowercase()) {
        stem = format!("{name} ({number})");
        number += 1;
    }
    stem
}

/// A row for each song that something is kept of: its names, its file where one is here, and what is kept.
fn songs(
    reader: &Reader,
    person: &Person,
    folder: &Path,
    written: &mut Written,
) -> Result<(), Stop> {
    let added = person.columns(&[Kept::Added])?;
    let added = added.into_iter().next().unwrap_or_default();
    let mut abouts = BTreeMap::new();
    person.each_kept(|about| {
        if let Some(key) = about.song.key {
            abouts.insert(key, about);
        }
    })?;
    for (key, _) in added.iter() {
        abouts.entry(key).or_default();
    }
    let mut rows = Vec::with_capacity(abouts.len());
    for (
        key,
        About {
            song,
            rating,
            plays,
            skips,
            played_at_ms,
            skipped_at_ms,
        },
    ) in abouts
    {
        let here = reader.songs_by_key(key)?.into_iter().next();
        let (artist, title, album) = match &here {
            Some(here) => (here.tags.artist(), here.title(), here.tags.album.clone()),
            None => (song.artists.join("; "), song.title, song.album),
        };
        let when =
            |at_ms: Option<i64>| at_ms.map_or(Ok(String::new()), |at_ms| person.local_time(at_ms));
        rows.push([
            artist,
            title,
            album,
            rating.map_or(String::new(), |rating| rating.to_string()),
            plays.to_string(),
            skips.to_string(),
            when(played_at_ms)?,
            when(skipped_at_ms)?,
            when(added.get(key))?,
            here.map_or(String::new(), |here| {
                here.path().to_string_lossy().into_owned()
            }),
            key.to_string(),
        ]);
    }
    let count = rows.len();
    let head = [
        "artist",
        "title",
        "album",
        "stars",
        "plays",
        "skips",
        "last heard",
        "last skipped",
        "added",
        "file",
        "audio key",
    ];
    table(folder, "songs.csv", &head, rows)?;
    written.push((
        "songs.csv".into(),
        "songs with your stars, counts and dates",
        count,
    ));
    Ok(())
}

/// What is a list of records: lines of JSON.
fn records(person: &Person, folder: &Path, written: &mut Written) -> Result<(), Stop> {
    let decisions = person.all_decisions()?;
    let bytes = Carried::write(&decisions).map_err(|error| Stop::failed(error.to_string()))?;
    put(folder, "decisions.jsonl", &bytes)?;
    written.push((
        "decisions.jsonl".into(),
        "decisions about matches, for `standin match import`",
        decisions.len(),
    ));
    let bans = person.all_bans()?;
    let rows = bans.iter().map(|(_, ban)| [ban.label()]).collect();
    table(folder, "bans.csv", &["never plays by itself"], rows)?;
    written.push(("bans.csv".into(), "what never plays by itself", bans.len()));
    let roots = person.roots()?;
    let rows = roots
        .iter()
        .map(|root| [root.name.clone(), root.dir.to_string_lossy().into_owned()]);
    table(
        folder,
        "music-folders.csv",
        &["name", "folder"],
        rows.collect(),
    )?;
    written.push(("music-folders.csv".into(), "music folders", roots.len()));
    let outages = person.outages()?;
    let mut bytes = Vec::new();
    for outage in &outages {
        serde_json::to_writer(&mut bytes, outage)
            .map_err(|error| Stop::failed(error.to_string()))?;
        bytes.push(b'\n');
    }
    put(folder, "outages.jsonl", &bytes)?;
    written.push((
        "outages.jsonl".into(),
        "outages that were noticed",
        outages.len(),
    ));
    Ok(())
}

/// Where nothing was ever made there is nothing that a backup could hold.
fn backup(library: &Library, folder: &Path, written: &mut Written) -> Result<(), Stop> {
    if written.iter().all(|(_, _, count)| *count == 0) {
        return Ok(());
    }
    let made = library.person()?.back_up()?;
    let name = "everything.jsonl";
    fs::copy(&made.path, folder.join(name)).map_err(|error| cannot(&folder.join(name), &error))?;
    written.push((
        name.into(),
        "all of it, for `standin backup restore FILE`",
        1,
    ));
    Ok(())
}

fn config(context: &Context, folder: &Path, written: &mut Written) -> Result<(), Stop> {
    let file = context.places.config_file();
    if !file.is_file() {
        return Ok(());
    }
    let to = folder.join("config.toml");
    fs::copy(&file, &to).map_err(|error| cannot(&to, &error))?;
    written.push(("config.toml".into(), "your settings", 1));
    Ok(())
}

fn table<const N: usize>(
    folder: &Path,
    name: &str,
    head: &[&str; N],
    rows: Vec<[String; N]>,
) -> Result<(), Stop> {
    let failed = |error: csv::Error| Stop::failed(error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(head).map_err(failed)?;
    for row in rows {
        writer.write_record(row).map_err(failed)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| Stop::failed(error.to_string()))?;
    put(folder, name, &bytes)
}

fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Stop> {
    super::playlist::write_file(&folder.join(name), bytes, false)
}

fn cannot(path: &Path, error: &std::io::Error) -> Stop {
    Stop::failed(format!("cannot write {}: {error}", Printable::path(path)))
}

fn readme(written: &Written) -> String {
    let mut text = "What standin kept for you, as plain files: UTF-8, tables with commas, one JSON value a line.\n\n".to_owned();
    for (name, what, count) in written {
        text += &format!("{name:<26} {count:>9}  {what}\n");
    }
    text
}

fn tell(folder: &Path, written: &Written, context: &mut Context) -> Outcome {
    let out = &mut context.out;
    if out.json {
        let files: Vec<_> = written
            .iter()
            .map(|(name, what, count)| json!({ "name": name, "what": what, "count": count }))
            .collect();
        let mut answer = json!({ "files": files });
        super::songs::insert_path(&mut answer, "folder", folder);
        out.json(answer)?;
        return Ok(Exit::Done);
    }
    let row = |(name, what, number): &(String, &str, usize)| {
        vec![name.clone(), count(*number), (*what).to_owned()]
    };
    out.table(&COLUMNS, &written.iter().map(row).collect::<Vec<_>>())?;
    out.say(format!(
        "Wrote {} into {}.",
        counted(written.len(), "kind"),
        Printable::path(folder)
    ));
    Ok(Exit::Done)
}
