//! `standin info`.

use super::how_loud::HowLoud;
use super::how_often::HowOften;
use super::left_off::LeftAt;
use super::one::{all_songs, several};
use super::songs::ListArgs;
use super::sound::usual_levelling;
use super::{Context, Exit, Outcome, Stop, songs};
use crate::engine::ffmpeg_is_here;
use crate::music::{Field, Song, Typed, clock};
use serde_json::json;

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
    words: Vec<Typed>,
    /// All songs that fit, instead of naming them
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    list: ListArgs,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let mut found = all_songs(&args.words, args.all, context)?;
    if found.len() > 1 && !args.all {
        return Err(several(&args.words, &found)
            .hint("Add words until one is left, or tell all of them with --all"));
    }
    let how_often = with_own_stars(&mut found, context)?;
    tell(&found, &how_often, &args, context)
}

/// Stars that were given here count before those that another player left in the file. How often each was heard here.
fn with_own_stars(songs: &mut [Song], context: &Context) -> Result<Vec<HowOften>, Stop> {
    let person = context.library().person_reader()?;
    let mut how_often = Vec::new();
    for song in songs {
        let about = song.key.map(|key| person.about(key)).transpose()?.flatten();
        let about = about.unwrap_or_default();
        song.tags.rating = about.rating.or(song.tags.rating);
        how_often.push(HowOften::of(about, &person)?);
    }
    Ok(how_often)
}

fn tell(found: &[Song], how_often: &[HowOften], args: &Args, context: &mut Context) -> Outcome {
    let levelling = usual_levelling(context);
    let mut measured = context.library().measured_lookup();
    let loudness: Vec<_> = found
        .iter()
        .map(|song| HowLoud::of(song, levelling, &mut measured))
        .collect();
    let mut lookup = context.library().left_off_lookup();
    let left: Vec<_> = found
        .iter()
        .map(|song| LeftAt::of(song, &mut lookup))
        .collect();
    let out = &mut context.out;
    if out.json {
        let values: Vec<_> = found
            .iter()
            .zip(loudness.iter().zip(how_often).zip(&left))
            .map(|(song, ((loudness, how_often), left))| {
                let mut value = songs::json(song);
                left.insert_into(&mut value);
                loudness.insert_into(&mut value);
                how_often.insert_into(&mut value);
                value
            })
            .collect();
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
    let known = loudness.iter().zip(how_often).zip(&left);
    for (at, (song, ((loudness, how_often), left))) in found.iter().zip(known).enumerate() {
        if at > 0 {
            out.line("")?;
        }
        for (name, value) in fields(song, loudness, how_often, left) {
            if !value.is_empty() {
                out.line(format!("{name:<13} {value}"))?;
            }
        }
    }
    Ok(Exit::Done)
}

fn fields(
    song: &Song,
    loudness: &HowLoud,
    how_often: &HowOften,
    left: &LeftAt,
) -> Vec<(&'static str, String)> {
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
    let mut fields = vec![
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
        ("measured", loudness.measured_words()),
        ("plays at", loudness.gain_words()),
        (
            "rating",
            tags.rating
                .map_or(String::new(), |rating| format!("{rating} of 5")),
        ),
        ("heard", how_often.played_words()),
        ("skipped", how_often.skipped_words()),
        ("left at", left.words()),
        ("play count", number(tags.play_count)),
        ("ISRC", tags.isrc.clone()),
        ("MusicBrainz", tags.mb_recording.clone()),
        ("path", song.place.file().to_string_lossy().into_owned()),
        ("address", song.uri().to_string()),
        (
            "audio key",
            song.key.map_or(String::new(), |key| key.to_string()),
        ),
        ("charset", charset_words(&tags.guessed_charset)),
        ("from its path", from_path_words(&tags.from_path)),
    ];
    let more = Field::ALL.iter().map(|field| {
        (
            field.name(),
            tags.further(*field).collect::<Vec<_>>().join(", "),
        )
    });
    fields.extend(more.filter(|(_, value)| !value.is_empty()));
    fields
}

/// `guessed: windows-1251`
fn charset_words(guessed: &str) -> String {
    if guessed.is_empty() {
        return String::new();
    }
    format!("guessed: {}", guessed.to_lowercase())
}

/// `artist, album`
fn from_path_words(fields: &[Field]) -> String {
    fields
        .iter()
        .map(Field::to_string)
        .collect::<Vec<_>>()
        .join(", ")
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
