//! The library in three columns: artists, the albums of one, the songs of one album. It holds the songs of one artist at a time.

use super::cursor::Cursor;
use super::names::Names;
use crate::tui::ask::Ask;
use crate::tui::row::Row;

/// A column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Column {
    #[default]
    Artists,
    Albums,
    Songs,
}

/// An album of an artist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Album {
    pub title: String,
    pub year: String,
    /// Its songs among those of the artist, in order.
    pub songs: Vec<usize>,
}

/// The view.
#[derive(Debug, Default)]
pub struct Library {
    pub artists: Names,
    pub column: Column,
    pub of_albums: Cursor,
    pub of_songs: Cursor,
    /// Whose songs these are.
    pub artist: Option<String>,
    pub songs: Vec<Row>,
    pub albums: Vec<Album>,
}

impl Library {
    /// The songs of an artist; too late where somebody else is looked at by now.
    pub fn set_songs(&mut self, artist: String, songs: Vec<Row>) {
        if self.artists.meant() != Some(&artist) {
            return;
        }
        let is_same = self.artist.as_ref() == Some(&artist);
        self.albums = albums(&songs);
        self.songs = songs;
        self.artist = Some(artist);
        match is_same {
            true => self.of_albums.set_count(self.albums.len()),
            false => self.of_albums.begin(self.albums.len()),
        }
        self.show_album(is_same);
    }

    fn show_album(&mut self, is_same: bool) {
        let count = self.meant_album().map_or(0, |album| album.songs.len());
        match is_same {
            true => self.of_songs.set_count(count),
            false => self.of_songs.begin(count),
        }
    }

    /// The album on which the second column stands.
    pub fn meant_album(&self) -> Option<&Album> {
        self.albums.get(self.of_albums.at())
    }

    /// A song of the third column.
    pub fn song(&self, at: usize) -> Option<&Row> {
        let album = self.meant_album()?;
        self.songs.get(*album.songs.get(at)?)
    }

    /// The cursor of the column where someone is.
    pub fn cursor(&mut self) -> &mut Cursor {
        match self.column {
            Column::Artists => &mut self.artists.cursor,
            Column::Albums => &mut self.of_albums,
            Column::Songs => &mut self.of_songs,
        }
    }

    /// After a move: what has to be shown beside it, and what that needs.
    pub fn moved(&mut self) -> Option<Ask> {
        match self.column {
            Column::Artists => self.wants(),
            Column::Albums => {
                self.show_album(false);
                None
            }
            Column::Songs => None,
        }
    }

    /// The songs of whom is looked at, where they are not here.
    pub fn wants(&self) -> Option<Ask> {
        let meant = self.artists.meant()?;
        let is_here = self.artist.as_deref() == Some(meant);
        (!is_here).then(|| Ask::SongsOf(meant.to_owned()))
    }

    /// To a column beside it, also where its rows are still on their way: who types ahead loses no key.
    pub fn go_right(&mut self) {
        self.column = match self.column {
            Column::Artists if self.artists.meant().is_some() => Column::Albums,
            Column::Artists => Column::Artists,
            Column::Albums | Column::Songs => Column::Songs,
        };
    }

    /// To a column beside it.
    pub fn go_left(&mut self) {
        self.column = match self.column {
            Column::Songs => Column::Albums,
            Column::Albums | Column::Artists => Column::Artists,
        };
    }

    /// The songs that an order is about.
    pub fn chosen(&self) -> Vec<Row> {
        let of_album = |album: &Album| {
            let rows = album.songs.iter().filter_map(|at| self.songs.get(*at));
            rows.cloned().collect::<Vec<_>>()
        };
        match self.column {
            // Of several artists the songs are not here: they are asked for by name.
            Column::Artists => self.albums.iter().flat_map(of_album).collect(),
            Column::Albums => {
                let chosen = self.of_albums.chosen();
                let albums = chosen.iter().filter_map(|at| self.albums.get(*at));
                albums.flat_map(of_album).collect()
            }
            Column::Songs => {
                let chosen = self.of_songs.chosen();
                chosen
                    .iter()
                    .filter_map(|at| self.song(*at).cloned())
                    .collect()
            }
        }
    }
}

/// Albums by date and title, each with its songs by disc and track.
fn albums(songs: &[Row]) -> Vec<Album> {
    let mut order: Vec<usize> = (0..songs.len()).collect();
    let place = |at: usize| {
        let row = &songs[at];
        (row.year(), &row.album, row.disc, row.track, &row.title)
    };
    order.sort_by(|one, other| place(*one).cmp(&place(*other)));
    let mut albums: Vec<Album> = Vec::new();
    for at in order {
        let row = &songs[at];
        match albums.iter_mut().find(|album| album.title == row.album) {
            Some(album) => album.songs.push(at),
            None => albums.push(Album {
                title: row.album.clone(),
                year: row.year().to_owned(),
                songs: vec![at],
            }),
        }
    }
    albums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn song(album: &str, date: &str, track: u32) -> Row {
        Row {
            album: album.into(),
            date: date.into(),
            track: Some(track),
            title: format!("{album} {track}"),
            ..Row::default()
        }
    }

    fn library() -> Library {
        let mut library = Library::default();
        library.artists.set(vec!["A".into(), "B".into()]);
        assert!(matches!(library.wants(), Some(Ask::SongsOf(artist)) if artist == "A"));
        let songs = vec![
            song("Late", "2001", 1),
            song("Early", "1999", 2),
            song("Early", "1999", 1),
        ];
        library.set_songs("A".into(), songs);
        library
    }

    #[test]
    fn albums_stand_by_date_and_songs_by_track() {
        let mut library = library();
        assert!(library.wants().is_none());
        let titles: Vec<_> = library.albums.iter().map(|album| &*album.title).collect();
        assert_eq!(titles, ["Early", "Late"]);
        let chosen = library.chosen();
        assert_eq!(chosen[0].title, "Early 1");
        assert_eq!(chosen.len(), 3);
        library.go_right();
        assert_eq!(library.chosen().len(), 2);
        library.go_right();
        library.cursor().go_by(1);
        assert_eq!(library.chosen()[0].title, "Early 2");
    }

    #[test]
    fn keys_that_come_before_the_rows_are_not_lost() {
        let mut library = Library::default();
        library.go_right();
        assert_eq!(library.column, Column::Artists, "there is nobody yet");
        library.artists.set(vec!["A".into()]);
        library.go_right();
        library.go_right();
        library.set_songs("A".into(), vec![song("One", "2001", 1)]);
        assert_eq!((library.column, library.chosen().len()), (Column::Songs, 1));
    }

    #[test]
    fn an_answer_that_comes_late_changes_nothing() {
        let mut library = library();
        library.artists.cursor.go_by(1);
        assert!(library.moved().is_some());
        library.set_songs("A".into(), Vec::new());
        assert_eq!(library.songs.len(), 3);
        library.set_songs("B".into(), Vec::new());
        assert!(library.songs.is_empty() && library.meant_album().is_none());
    }
}
