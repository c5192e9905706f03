//! Covers of the songs that are looked at: the last few are held, and one at a time is asked for.

use crate::tui::ask::Ask;
use crate::tui::cover::Picture;
use std::collections::VecDeque;

/// Covers that are held, none of them larger than a screen shows.
const MAX_HELD: usize = 6;

/// Covers by the address of a song.
#[derive(Debug, Default)]
pub struct Art {
    held: VecDeque<(Vec<u8>, Option<Picture>)>,
    /// The last that was asked for: of those before, some may never be told.
    asked: Option<Vec<u8>>,
}

impl Art {
    /// The cover of a song; `None`: it has none, or it is not here yet.
    pub fn get(&self, uri: &[u8]) -> Option<&Picture> {
        self.held.iter().find(|(of, _)| of == uri)?.1.as_ref()
    }

    /// What has to be asked for to show it.
    pub fn wants(&mut self, uri: &[u8]) -> Option<Ask> {
        let is_known = self.held.iter().any(|(of, _)| of == uri);
        if is_known || self.asked.as_deref() == Some(uri) {
            return None;
        }
        self.asked = Some(uri.to_vec());
        Some(Ask::Cover(uri.to_vec()))
    }

    /// It has this one, or none.
    pub fn put(&mut self, uri: Vec<u8>, picture: Option<Picture>) {
        if self.asked.as_ref() == Some(&uri) {
            self.asked = None;
        }
        self.held.retain(|(of, _)| *of != uri);
        self.held.push_front((uri, picture));
        self.held.truncate(MAX_HELD);
    }

    /// Covers may be others by now.
    pub fn doubt(&mut self) {
        self.held.clear();
        self.asked = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cover_is_asked_for_once_and_again_where_its_answer_was_skipped() {
        let mut art = Art::default();
        assert!(art.wants(b"a").is_some() && art.wants(b"a").is_none());
        assert!(art.wants(b"b").is_some());
        // Who asks for another one meanwhile may have got no answer.
        assert!(art.wants(b"a").is_some());
        art.put(b"a".to_vec(), None);
        assert!(art.wants(b"a").is_none() && art.get(b"a").is_none());
        for number in 0..2 * MAX_HELD {
            art.put(vec![number as u8], None);
        }
        assert_eq!(art.held.len(), MAX_HELD);
        assert!(art.wants(b"a").is_some());
    }
}
