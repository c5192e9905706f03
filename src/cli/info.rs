//! `standin info`.

use super::search::nothing_found;
use super::songs::ListArgs;
use super::{Context, Exit, Outcome, Stop, live, songs};
use crate::engine::ffmpeg_is_here;
use crate::music::{Song, clock};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;

/// Songs that are looked at; words that fit more mean none of them.
const MAX_TOLD: usize = 100_000;

/// Songs that words may fit before a list of them helps nobody.
const MAX_NAMED: usize = 20;

/// Everything that is known of a song
///
/// PATH tells of a file, indexed or not; words tell of the one song that fits. Where several fit, they are named.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  standin info so what\n  standin info ~/Music/x.flac --json | jq .key"
)]
pub struct Args {
    /// A file, or words as for `search`
    #[arg(required = true, value_name = "PATH|WORDS")]
    words: Vec<String>,
    /// All songs that fit, instead of naming them
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    list: ListArgs,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let words = args.words.join(" ");
    let library = context.library();
    let path = Path::new(&words);
    if path.is_file() {
        let song = library.song_of_file(path)?;
        return tell(&[Arc::unwrap_or_clone(song)], &args, context);
    }
    let reader = library.reader()?;
    let found = reader.search(&words, MAX_TOLD)?;
    match found.len() {
        0 => Err(nothing_found(&words, reader.song_count()?)),
        1 => tell(&found, &args, context),
        _ if args.all => tell(&found, &args, context),
        _ => Err(several(&words, &found)),
    }
}

fn several(words: &str, found: &[Song]) -> Stop {
    let mut named: Vec<String> = found.iter().take(MAX_NAMED).map(live::names).collect();
    if found.len() > MAX_NAMED {
        named.push(format!("… and {} more", found.len() - MAX_NAMED));
    }
    Stop::new(Exit::Usage, format!("“{words}” fits {} songs", found.len()))
        .naming(named)
        .hint("Add words until one is left, or tell all of them with --all")
}

fn tell(found: &[Song], args: &Args, context: &mut Context) -> Outcome {
    let out = &mut context.out;
    if out.json {
        let values: Vec<_> = found.iter().map(songs::json).collect();
        let value = if args.all {
            json!({ "songs": values })
        } else {
            values.into_iter().next().unwrap_or_default()
        };
        out.json(value)?;
        return Ok(Exit::Done);
    }
    if args.list.is_for_songs_alone() && songs::print_lines(found, &args.list, out)? {
        return Ok(Exit::Done);
    }
    for (at, song) in found.iter().enumerate() {
        if at > 0 {
            out.line("")?;
        }
        for (name, value) in fields(song) {
            if !value.is_empty() {
                out.line(format!("{name:<13} {value}"))?;
            }
        }
    }
    Ok(Exit::Done)
}

fn fields(song: &Song) -> Vec<(&'static str, String)> {
    let tags = &song.tags;
    let number = |number: Option<u32>| number.map_or(String::new(), |number| number.to_string());
    let gain = |db: Option<f32>, peak: Option<f32>| {
        db.map_or(String::new(), |db| {
            format!(
                "{db:+.2} dB{}",
                peak.map_or(String::new(), |peak| format!(", peak {peak:.3}"))
            )
        })
    };
    vec![
        ("title", song.title()),
        ("artist", tags.artist()),
        ("album", tags.album.clone()),
        ("album artist", tags.album_artists.join(", ")),
        ("track", number(tags.track)),
        ("disc", number(tags.disc)),
        ("date", tags.date.clone()),
        ("genre", tags.genres.join(", ")),
        ("composer", tags.composers.join(", ")),
        ("length", song.length_ms.map_or(String::new(), clock)),
        ("format", format_words(song)),
        ("plays", song.format.playing().words(ffmpeg_is_here())),
        ("track gain", gain(tags.gain.track_db, tags.gain.track_peak)),
        ("album gain", gain(tags.gain.album_db, tags.gain.album_peak)),
        ("ISRC", tags.isrc.clone()),
        ("MusicBrainz", tags.mb_recording.clone()),
        ("path", song.place.file().to_string_lossy().into_owned()),
        ("address", song.place.uri().to_string()),
        (
            "audio key",
            song.key.map_or(String::new(), |key| key.to_string()),
        ),
    ]
}

/// `flac, 44.1 kHz, 16 bit, stereo, 712 kbit/s`
fn format_words(song: &Song) -> String {
    let format = song.format;
    let channels = |channels| match channels {
        1 => "mono".to_owned(),
        2 => "stereo".to_owned(),
        more => format!("{more} channels"),
    };
    let words = [
        (!format.codec.name().is_empty()).then(|| format.codec.name().to_owned()),
        format
            .rate
            .map(|rate| format!("{} kHz", f64::from(rate) / 1000.0)),
        format.bits.map(|bits| format!("{bits} bit")),
        format.channels.map(channels),
        format.kbps.map(|kbps| format!("{kbps} kbit/s")),
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
