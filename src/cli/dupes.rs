//! `standin dupes`.

use super::out::{Out, counted};
use super::songs::{insert_path, insert_uri, length};
use super::stats::size;
use super::table::Column;
use super::{Context, Exit, Outcome, Stop};
use crate::care::dupes::{DupesReport, Evidence, Group, Owned, dupes};
use crate::music::Format;
use serde_json::{Value, json};
use std::os::unix::ffi::OsStrExt;

/// Recordings that you own more than once
///
/// Copies of the same audio, whatever their tags, and other encodings: the same title by the same artist, as long to
/// within two seconds. Of each the best one comes first: not damaged, as far as `verify` has looked; lossless before
/// others; more bits, or a higher bit rate as codecs go; more tags.
///
/// Nothing is ever deleted here. -0 prints the paths of the others, for a program of yours: look at the list first, for
/// two takes may have one name and one length. --same-audio leaves out all that only goes by its names.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  standin dupes\n  standin dupes --same-audio -0 | xargs -0 -r mv -t ~/spare --\n  standin dupes --json | jq .waste_bytes"
)]
pub struct Args {
    /// Only copies of the very same audio
    #[arg(long)]
    same_audio: bool,
    /// Only the paths of the files that are not the best of theirs, each ended by NUL, as `xargs -0` reads them
    #[arg(short = '0', long = "print0", conflicts_with = "json")]
    print0: bool,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let report = dupes(&context.library(), args.same_audio)?;
    let out = &mut context.out;
    if out.json {
        out.json(json(&report))?;
    } else if args.print0 {
        print_spare(&report, out)?;
    } else {
        tell(&report, out)?;
    }
    for root in &report.away {
        out.warn(format!(
            "“{root}” is away; none of its files was looked at."
        ));
    }
    let exit = match report.groups.is_empty() {
        true => Exit::NothingFound,
        false => Exit::Done,
    };
    Ok(match report.away.is_empty() {
        true => exit,
        false => exit.or_worse(Exit::RootAway),
    })
}

fn print_spare(report: &DupesReport, out: &mut Out) -> Result<(), Stop> {
    let copies = report.groups.iter().flat_map(|group| &group.copies);
    for spare in copies.filter(|copy| copy.is_spare) {
        let path = spare.song.place.file();
        out.record(path.as_os_str().as_bytes(), 0)?;
    }
    Ok(())
}

fn tell(report: &DupesReport, out: &mut Out) -> Result<(), Stop> {
    if report.groups.is_empty() {
        out.say("Nothing is owned twice.");
        return Ok(());
    }
    let numbered = report.groups.iter().zip(1..);
    let rows: Vec<Vec<String>> = numbered
        .flat_map(|(group, number)| rows(number, group))
        .collect();
    out.table(&COLUMNS, &rows)?;
    out.flush()?;
    let copies = || report.groups.iter().flat_map(|group| &group.copies);
    out.say(format!(
        "{} more than once; {} that are not the best take {}. Nothing was deleted.",
        counted(report.groups.len(), "recording"),
        counted(copies().filter(|copy| copy.is_spare).count(), "file"),
        size(waste(report)),
    ));
    Ok(())
}

const COLUMNS: [Column; 7] = [
    Column::number("GROUP"),
    Column::word("WHY"),
    Column::word("FORMAT"),
    Column::number("KBPS"),
    Column::number("TIME"),
    Column::number("SIZE"),
    Column::text("FILE").stays(),
];

fn rows(number: usize, group: &Group) -> Vec<Vec<String>> {
    let row = |copy: &Owned| {
        vec![
            number.to_string(),
            why(copy),
            format(&copy.song.format),
            copy.song
                .format
                .kbps
                .map_or(String::new(), |kbps| kbps.to_string()),
            length(&copy.song),
            size(copy.bytes),
            copy.song.path().to_string_lossy().into_owned(),
        ]
    };
    group.copies.iter().map(row).collect()
}

/// What a copy is beside the best one, in a few words.
fn why(copy: &Owned) -> String {
    let mut words = vec![match copy.evidence {
        Evidence::Best => "best",
        Evidence::Audio => "same audio",
        Evidence::Names => "same names",
    }];
    words.extend(link(copy));
    if copy.song.part > 0 {
        words.push("part of a file");
    }
    if copy.is_damaged {
        words.push("damaged");
    }
    words.join(", ")
}

fn link(copy: &Owned) -> Option<&'static str> {
    match (copy.is_symlink, copy.is_same_file) {
        (true, _) => Some("link"),
        (false, true) => Some("hard link"),
        (false, false) => None,
    }
}

/// `flac 24/96`, `mp3`: the bits and kHz where they tell copies apart.
fn format(format: &Format) -> String {
    let name = format.codec.name();
    match (format.codec.is_lossless(), format.bits, format.rate) {
        (true, Some(bits), Some(rate)) => format!("{name} {bits}/{}", f64::from(rate) / 1_000.0),
        _ => name.to_owned(),
    }
}

fn waste(report: &DupesReport) -> u64 {
    report.groups.iter().map(Group::waste).sum()
}

fn json(report: &DupesReport) -> Value {
    let group = |group: &Group| {
        let copies: Vec<Value> = group.copies.iter().map(copy_json).collect();
        json!({ "waste_bytes": group.waste(), "copies": copies })
    };
    json!({
        "groups": report.groups.iter().map(group).collect::<Vec<_>>(),
        "waste_bytes": waste(report), "away": report.away,
    })
}

fn copy_json(copy: &Owned) -> Value {
    let song = &copy.song;
    let evidence = match copy.evidence {
        Evidence::Best => "best",
        Evidence::Audio => "audio",
        Evidence::Names => "names",
    };
    let mut value = json!({
        "evidence": evidence, "spare": copy.is_spare, "frees_bytes": copy.frees, "bytes": copy.bytes,
        "codec": song.format.codec.name(), "lossless": song.format.codec.is_lossless(), "kbps": song.format.kbps,
        "rate": song.format.rate, "bits": song.format.bits, "length_ms": song.length_ms, "part": song.part,
        "damaged": copy.is_damaged, "symlink": copy.is_symlink, "same_file": copy.is_same_file,
    });
    insert_path(&mut value, "path", &song.place.file());
    insert_uri(&mut value, "uri", &song.uri());
    value
}
