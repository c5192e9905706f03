//! What was watched on YouTube, where the person asked for JSON. What is no music goes no further than to the playlists of the
//! same gulp.

use super::super::NotTaken;
use super::super::links::{self, Link};
use super::super::out::Out;
use super::super::text::Utf8;
use super::super::watched::{Watched, put};
use super::rows;
use super::said::Said;
use serde::Deserialize;

/// `watch-history.json`
pub(super) fn read(text: &mut Utf8, out: &mut Out) -> Result<(), NotTaken> {
    rows(text, out, &mut |entry: Entry, out| entry.put(out))
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Entry {
    header: Said,
    title: Said,
    title_url: Said,
    subtitles: Option<Vec<Channel>>,
    time: Said,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Channel {
    name: Said,
}

impl Entry {
    fn put(self, out: &mut Out) {
        let url = self.title_url.text();
        let Some(Link::Song("youtube", id)) = links::parse(&url) else {
            return out.other();
        };
        let channels = self.subtitles.unwrap_or_default();
        // `Watched TITLE`, in the person's language: which word it is shows where the title is known.
        let title = self.title.text();
        let title = title.strip_prefix("Watched ").unwrap_or(&title);
        put(
            Watched {
                id,
                title: title.to_owned(),
                channel: channels
                    .first()
                    .map(|one| one.name.text())
                    .unwrap_or_default(),
                is_music: url.contains("//music.youtube.com/")
                    || self.header.text() == "YouTube Music",
                at_ms: self.time.at_ms(),
            },
            out,
        );
    }
}
