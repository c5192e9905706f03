//! News of the desk as sentences. It decides nothing.

use super::live::named;
use super::out::counted;
use crate::daemon::{Desk, News};
use crate::engine::{DecodeError, Touch};
use crate::music::{Song, clock};

/// A sound server that goes so often is told of every [`RARELY`] times from then on.
const OFTEN: u64 = 5;
const RARELY: u64 = 10;

/// What a person is told of it, where that is anything.
pub fn sentence(news: &News) -> Option<String> {
    Some(match news {
        News::Began { .. } => return None,
        News::GoesOn { at_ms, .. } => format!("Going on at {}.", clock(*at_ms)),
        News::Failed { song, error } => format!("Skipped {}: {error}.", named(song)),
        News::Damaged {
            song,
            error: error @ DecodeError::Half { .. },
        } => format!("{} is not whole: {error}.", named(song)),
        News::Damaged { song, error } => format!("{} is damaged: {error}.", named(song)),
        News::OutputLost { reason, times } => return lost(reason, *times),
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
        News::QueueDamaged { lines } => queue_damaged(*lines),
        News::NoRest { reason } => format!(
            "The rest of the queue was not found ({reason}); it stays saved, and the music ends before it."
        ),
        News::NoOthers { reason } => {
            format!("All else that is here could not be read ({reason}): the music ends before it.")
        }
        News::CountedLater { reason } => format!(
            "What you hear cannot be counted now ({reason}); it is kept, and counted when that is over."
        ),
        News::NotCounted { reason } => format!("What you hear is not counted: {reason}."),
        News::Guard { sentence } => sentence.clone(),
        News::NotSaved { reason } => {
            format!("{reason}; the music plays all the same.")
        }
    })
}

/// How often the music was late, for those who want to know more.
pub fn underruns(desk: &Desk) -> String {
    let of_ring = counted(desk.underruns() as usize, "underrun");
    let of_server = desk.server_underruns();
    format!("{of_ring} of the ring, {of_server} of the sound server.")
}

/// Of a saved queue.
pub fn queue_damaged(lines: usize) -> String {
    let lines = counted(lines, "line");
    format!("{lines} of the saved queue cannot be read; the others are kept.")
}

/// Of a queue that goes on.
pub fn not_here(missing: usize, rows: usize) -> String {
    format!("{missing} of {rows} songs of the queue are not here.")
}

/// One line each time, and that only where it is news: what comes back is heard.
fn lost(reason: &str, times: u64) -> Option<String> {
    Some(match times {
        0 | 1 => {
            format!("The sound is gone ({reason}); the music waits, and goes on when it is back.")
        }
        OFTEN => format!(
            "The sound is gone again ({reason}), {times} times by now; from here on every {RARELY}th time is told."
        ),
        _ if times < OFTEN || times.is_multiple_of(RARELY) => {
            format!("The sound is gone again ({reason}), {times} times by now.")
        }
        _ => return None,
    })
}

fn touched(song: &Song, how: Touch) -> String {
    let why = match how {
        Touch::Folded(channels) => format!("its {channels} channels are folded to two"),
        Touch::Shortened(bits) => format!("24 of its {bits} bits are kept"),
    };
    format!("{} is not bit-perfect: {why}.", named(song))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_server_that_goes_all_night_fills_no_log() {
        let told = |times| {
            let reason = "the sound server has ended".to_owned();
            sentence(&News::OutputLost { reason, times })
        };
        assert_eq!(
            told(1).unwrap(),
            "The sound is gone (the sound server has ended); the music waits, and goes on when it is back."
        );
        assert_eq!(
            told(2).unwrap(),
            "The sound is gone again (the sound server has ended), 2 times by now."
        );
        assert!(told(5).unwrap().ends_with("every 10th time is told."));
        assert!(told(6).is_none());
        let lines = |losses| (1..=losses).filter_map(told).count();
        assert_eq!((lines(10), lines(1_000)), (6, 105));
    }
}
