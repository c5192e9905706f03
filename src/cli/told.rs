//! News of the desk as sentences. It decides nothing.

use super::live::named;
use super::out::counted;
use crate::daemon::News;
use crate::engine::Touch;
use crate::music::Song;

/// What a person is told of it, where that is anything.
pub fn sentence(news: &News) -> Option<String> {
    Some(match news {
        News::Began { .. } => return None,
        News::Failed { song, error } => format!("Skipped {}: {error}.", named(song)),
        News::Damaged { song, error } => format!("{} is damaged: {error}.", named(song)),
        News::OutputLost { reason } => {
            format!("The sound is gone ({reason}); the music waits for it.")
        }
        News::OutputBack => "The sound is back.".into(),
        News::OutputMoved { name } => format!("The sound comes out of {name} now."),
        News::OutputRefused { reason } => reason.clone(),
        News::Paused { reason } => format!("Paused: {reason}. Resume to play there."),
        News::FolderAway { missing } => format!(
            "{} in a row are not there: your music folder seems to be away. `standin play` goes on with them when it is back.",
            counted(*missing, "song")
        ),
        News::Touched { song, how } => touched(song, *how),
        News::VolumeIsFixed => {
            "The volume has no effect: bit-perfect playing touches no sample.".into()
        }
        News::NextFile { path } => format!("The music goes on in {}.", path.display()),
        News::NotHere { missing, rows } => not_here(*missing, *rows),
        News::NoRest { reason } => format!(
            "The rest of the queue was not found ({reason}); it stays saved, and the music ends before it."
        ),
        News::NotSaved { reason } => {
            format!("{reason}; the music plays all the same.")
        }
    })
}

/// Of a queue that goes on.
pub fn not_here(missing: usize, rows: usize) -> String {
    format!("{missing} of {rows} songs of the queue are not here.")
}

fn touched(song: &Song, how: Touch) -> String {
    let why = match how {
        Touch::Folded(channels) => format!("its {channels} channels are folded to two"),
        Touch::Shortened(bits) => format!("24 of its {bits} bits are kept"),
    };
    format!("{} is not bit-perfect: {why}.", named(song))
}
