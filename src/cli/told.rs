//! News of the desk as sentences. It decides nothing.

use super::live::named;
use super::out::counted;
use crate::daemon::News;

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
        News::NotSaved { reason } => {
            format!("{reason}; the music plays all the same.")
        }
    })
}
