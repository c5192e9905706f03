//! `standin stats`.

use super::out::count;
use super::{Context, Exit, Outcome};
use crate::music::spoken_hours;
use serde_json::json;

/// How much music there is
#[derive(clap::Args)]
pub struct Args {}

pub fn run(_: Args, context: &mut Context) -> Outcome {
    let library = context.library();
    let stats = library.reader()?.stats()?;
    let person = library.person_reader()?;
    let (roots, playlists) = (person.roots()?.len(), person.playlists()?.len());
    let heard = person.totals()?;
    let (with_ffmpeg, not_playable) = (stats.with_ffmpeg, stats.not_playable);
    let out = &mut context.out;
    if out.json {
        out.json(json!({
            "songs": stats.songs, "artists": stats.artists, "albums": stats.albums, "length_ms": stats.length_ms, "size_bytes": stats.size_bytes,
            "skipped": stats.skipped, "gone": stats.gone, "roots": roots, "playlists": playlists,
            "plays": { "plays": stats.songs.saturating_sub(with_ffmpeg + not_playable), "with-ffmpeg": with_ffmpeg, "no": not_playable },
            "heard": { "plays": heard.plays, "skips": heard.skips, "songs": heard.songs },
            "codecs": stats.by_codec.iter().map(|(codec, songs)| (codec.name().to_owned(), json!(songs))).collect::<serde_json::Map<_, _>>(),
        }))?;
        return Ok(Exit::Done);
    }
    let codecs: Vec<String> = stats
        .by_codec
        .iter()
        .map(|(codec, songs)| {
            format!(
                "{} {}",
                count(*songs),
                if codec.name().is_empty() {
                    "unknown"
                } else {
                    codec.name()
                }
            )
        })
        .collect();
    for (name, value) in [
        ("songs", count(stats.songs)),
        ("artists", count(stats.artists)),
        ("albums", count(stats.albums)),
        ("playing time", spoken_hours(stats.length_ms)),
        ("size", size(stats.size_bytes)),
        ("formats", codecs.join(", ")),
        ("with ffmpeg", count(with_ffmpeg)),
        ("not playable", count(not_playable)),
        ("skipped files", count(stats.skipped)),
        ("gone files", count(stats.gone)),
        ("music folders", count(roots)),
        ("playlists", count(playlists)),
        ("songs heard", count(heard.songs)),
        ("plays", count(heard.plays)),
        ("skips", count(heard.skips)),
    ] {
        out.line(format!("{name:<14} {value}"))?;
    }
    Ok(Exit::Done)
}

/// `1.2 GB`, in powers of a thousand as disks are sold.
pub fn size(bytes: u64) -> String {
    let units = ["kB", "MB", "GB", "TB"];
    let mut value = bytes as f64;
    let mut unit = "B";
    for next in units {
        if value < 999.5 {
            break;
        }
        value /= 1000.0;
        unit = next;
    }
    if unit == "B" || value >= 99.95 {
        format!("{value:.0} {unit}")
    } else {
        format!("{value:.1} {unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (123_456, "123 kB"),
            (7_300_000_000, "7.3 GB"),
            (u64::MAX, "18446744 TB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }
}
