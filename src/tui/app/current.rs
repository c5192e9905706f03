//! What is shown about the song that plays beside its names: the words that are sung, and how loud it is.

use crate::tui::ask::{Ask, Levels, Sung};

/// The lowest level that is shown, in dB.
pub const FLOOR_DB: f32 = -60.0;
/// How fast a level that was higher falls, in dB a second.
const FALLS_DB: f32 = 45.0;

/// The song that plays.
#[derive(Debug, Default)]
pub struct Current {
    /// Whose words these are.
    of: Vec<u8>,
    pub lyrics: Vec<Sung>,
    pub levels: Levels,
    levels_at_ms: u64,
    waits_for_levels: bool,
}

impl Current {
    /// What has to be asked for to show the words of a song.
    pub fn wants(&mut self, uri: &[u8]) -> Option<Ask> {
        if self.of == uri {
            return None;
        }
        self.of = uri.to_vec();
        self.lyrics.clear();
        Some(Ask::Lyrics(uri.to_vec()))
    }

    /// The words of a song; too late where another one plays by now.
    pub fn told_lyrics(&mut self, uri: &[u8], lyrics: Vec<Sung>) {
        if self.of == uri {
            self.lyrics = lyrics;
        }
    }

    /// Words may be others by now.
    pub fn doubt(&mut self) {
        self.of.clear();
    }

    /// Asks how loud it is, where no answer is awaited.
    pub fn wants_levels(&mut self) -> Option<Ask> {
        (!std::mem::replace(&mut self.waits_for_levels, true)).then_some(Ask::Levels)
    }

    /// How loud it is at this time of the screen's clock: at once where it is louder, else falling.
    pub fn told_levels(&mut self, levels: Levels, at_ms: u64) {
        self.waits_for_levels = false;
        let fallen = at_ms.saturating_sub(self.levels_at_ms) as f32 / 1_000.0 * FALLS_DB;
        self.levels_at_ms = at_ms;
        fall(&mut self.levels.peaks, levels.peaks, fallen);
        fall(&mut self.levels.bands, levels.bands, fallen);
    }

    /// Nothing sounds, or nobody looks.
    pub fn hush(&mut self) {
        self.levels = Levels::default();
        self.waits_for_levels = false;
    }

    /// The line that is sung at this time of the song, in ms.
    pub fn sung_at(&self, ms: u64) -> Option<usize> {
        self.lyrics
            .iter()
            .rposition(|line| line.at_ms.is_some_and(|at| at <= ms))
    }

    /// When the next line after this time of the song is sung, in ms.
    pub fn next_line_after(&self, ms: u64) -> Option<u64> {
        self.lyrics
            .iter()
            .filter_map(|line| line.at_ms)
            .filter(|at| *at > ms)
            .min()
    }
}

fn fall(shown: &mut Vec<f32>, told: Vec<f32>, fallen: f32) {
    if shown.len() != told.len() {
        *shown = told;
        return;
    }
    for (shown, told) in shown.iter_mut().zip(told) {
        *shown = told.max(*shown - fallen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_rises_at_once_and_falls_slowly() {
        let mut current = Current::default();
        let levels = |db: f32| Levels {
            peaks: vec![db],
            bands: vec![db, -60.0],
        };
        current.told_levels(levels(-6.0), 1_000);
        current.told_levels(levels(-50.0), 1_100);
        assert_eq!(current.levels.peaks, [-10.5]);
        current.told_levels(levels(-3.0), 1_200);
        assert_eq!(current.levels.bands, [-3.0, -60.0]);
        assert!(current.wants_levels().is_some() && current.wants_levels().is_none());
    }

    #[test]
    fn the_line_that_is_sung_is_the_last_that_began() {
        let mut current = Current::default();
        let line = |at_ms| Sung {
            at_ms,
            text: String::new(),
        };
        assert!(current.wants(b"a").is_some() && current.wants(b"a").is_none());
        current.told_lyrics(b"late", vec![line(None)]);
        assert!(current.lyrics.is_empty());
        current.told_lyrics(
            b"a",
            vec![line(None), line(Some(1_000)), line(None), line(Some(3_000))],
        );
        assert_eq!(current.sung_at(999), None);
        assert_eq!(current.sung_at(2_999), Some(1));
        assert_eq!(current.sung_at(3_000), Some(3));
    }
}
