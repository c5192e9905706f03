//! What is sung, line by line and with times where there are some.

use crate::library::{LyricsSource, lyrics};
use crate::mpd::ack::Ack;
use crate::mpd::command::Call;
use crate::music::Song;
use std::sync::Arc;

/// Of the song that an argument names, else of the one that plays.
pub fn tell(call: &mut Call) -> Result<(), Ack> {
    let Some(song) = meant(call)? else {
        return Ok(());
    };
    let Some(lyrics) = lyrics(&song)? else {
        return Ok(());
    };
    let out = &mut *call.out;
    out.pair(
        "source",
        match lyrics.source {
            LyricsSource::File(_) => "file",
            LyricsSource::Beside(_) => "beside",
        },
    );
    out.pair("synced", u8::from(lyrics.is_synced()));
    for line in &lyrics.lines {
        if let Some(ms) = line.at_ms {
            out.number("ms", ms);
        }
        out.text("line", &line.text);
    }
    Ok(())
}

fn meant(call: &Call) -> Result<Option<Arc<Song>>, Ack> {
    let playing = call.house.desk.snapshot().current;
    let playing = playing.map(|playing| playing.song);
    // What plays need not be in the library.
    let is_meant = |song: &Arc<Song>| call.args[0] == song.uri().as_bytes();
    if call.args.is_empty() || playing.as_ref().is_some_and(is_meant) {
        return Ok(playing);
    }
    call.song(0, "No such song").map(Arc::new).map(Some)
}
