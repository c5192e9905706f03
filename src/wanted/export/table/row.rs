//! A row of a table: what it names, and which list or history it belongs to.

use super::super::Format;
use super::super::limits::{MAX_ARTISTS, MAX_LISTS};
use super::super::links::{self, Link, is_spotify_id, is_youtube_id};
use super::super::out::{Out, clean, named, names};
use super::super::time;
use super::layout::{Layout, Performers};
use super::length;
use super::look::is_list_id;
use super::means::{Means, service_of};
use super::values::{at_commas, at_tight_commas, location};
use crate::music::Wanted;
use crate::wanted::names::named as split;
use crate::wanted::{HeardElsewhere, ListKind, MAX_LINE, RowKind, TakenAlbum, TakenList, TakenRow};
use Means::*;
use std::collections::HashMap;

/// A word that exportify.net writes for what is not there.
const UNDEFINED: &str = "undefined";
/// What stands behind the title in the name of a playlist's file in a Takeout, in the languages that were seen.
const VIDEOS: [&str; 14] = [
    "-videos",
    "-vídeos",
    "-vidéos",
    "-video",
    "-videot",
    "-videoer",
    "-videor",
    "-filmy",
    "-videa",
    "-видео",
    "-відео",
    "-動画",
    "-동영상",
    "-videolar",
];

/// A table as it is read.
pub(in super::super) struct Table {
    layout: Layout,
    /// The lists by kind and name.
    lists: HashMap<(ListKind, String), usize>,
    /// What a Takeout of old says of the list above its songs.
    head: Option<TakenList>,
}

impl Table {
    pub fn new(layout: Layout) -> Self {
        Self {
            layout,
            lists: HashMap::new(),
            head: None,
        }
    }

    /// Takes a row that is no header.
    pub fn row(&mut self, cells: &[&str], out: &mut Out) {
        out.step();
        let row = Row {
            layout: &self.layout,
            cells,
        };
        match self.layout.format {
            _ if row.is_too_long() => out.unreadable(),
            Format::TakeoutTitles => out.title(cells.iter().map(|cell| clean(cell)).collect()),
            Format::TakeoutPlaylist => self.takeout(cells, out),
            Format::TuneMyMusic => self.tune_my_music(cells, out),
            Format::AppleActivity | Format::Deezer | Format::LastFm | Format::Scrobbler => {
                row.heard(out)
            }
            Format::TakeoutSongs if !is_youtube_id(row.get(Id("youtube"))) => out.unreadable(),
            Format::Yandex if is_true(row.get(IsDeleted)) => out.other(),
            _ => {
                let taken = row.taken();
                out.learn(&taken.wanted);
                let list = self.only(out);
                out.row(list, taken);
            }
        }
    }

    /// A table without rows is a list without rows.
    pub fn end(mut self, out: &mut Out) {
        use Format::*;
        let is_lists = !matches!(
            self.layout.format,
            TakeoutTitles | TuneMyMusic | AppleActivity | Deezer | LastFm | Scrobbler
        );
        if is_lists && self.lists.is_empty() {
            self.only(out);
        }
    }

    /// The one list of the file.
    fn only(&mut self, out: &mut Out) -> usize {
        let stem = out.stem.clone();
        let (kind, service, name) = match self.layout.format {
            Format::TakeoutSongs => (ListKind::Library, "youtube", String::new()),
            Format::TakeoutPlaylist => (ListKind::Playlist, "youtube", title_of(&stem)),
            Format::Exportify | Format::ExportifyNet => (ListKind::Playlist, "spotify", stem),
            Format::Yandex => (ListKind::Playlist, "yandex", stem),
            _ => (ListKind::Playlist, "", stem),
        };
        let head = TakenList {
            kind,
            ..named(service, &name)
        };
        let head = self.head.take().unwrap_or(head);
        let key = (kind, String::new());
        *self.lists.entry(key).or_insert_with(|| out.list(head))
    }

    fn takeout(&mut self, cells: &[&str], out: &mut Out) {
        let cell = |at: usize| cells.get(at).map_or(String::new(), |cell| clean(cell));
        if is_list_id(&cell(0)) && cells.len() > 4 {
            self.head = Some(TakenList {
                id: cell(0),
                description: cell(5),
                ..named("youtube", &cell(4))
            });
            return out.other();
        }
        let row = Row {
            layout: &self.layout,
            cells,
        };
        // The header of the second block.
        if self.head.is_some() && self.lists.is_empty() && !is_youtube_id(&cell(0)) {
            self.only(out);
            return out.other();
        }
        if !is_youtube_id(&cell(0)) {
            return out.unreadable();
        }
        let taken = row.taken();
        let list = self.only(out);
        out.row(list, taken);
    }

    fn tune_my_music(&mut self, cells: &[&str], out: &mut Out) {
        let row = Row {
            layout: &self.layout,
            cells,
        };
        let kind = match row.get(Type).to_ascii_lowercase().as_str() {
            "artist" => return out.other(),
            "album" => {
                let wanted = row.wanted();
                let title = match wanted.album.is_empty() {
                    true => wanted.title,
                    false => wanted.album,
                };
                return out.album(TakenAlbum {
                    title,
                    artists: wanted.artists,
                    external: wanted.external,
                });
            }
            "favorite" => ListKind::Liked,
            _ => ListKind::Playlist,
        };
        let taken = row.taken();
        let service = self.layout.columns.iter().find_map(|means| match means {
            Id(service) => Some(*service),
            _ => None,
        });
        let name = clean(row.get(ListName));
        let key = (kind, name.clone());
        let list = match self.lists.get(&key) {
            Some(list) => *list,
            None => {
                let head = TakenList {
                    kind,
                    ..named(service.unwrap_or_default(), &name)
                };
                let list = out.list(head);
                if list < MAX_LISTS {
                    self.lists.insert(key, list);
                }
                list
            }
        };
        out.row(list, taken);
    }
}

/// One row, as its layout reads it.
pub(super) struct Row<'r> {
    pub layout: &'r Layout,
    pub cells: &'r [&'r str],
}

impl<'r> Row<'r> {
    /// The first cell of that meaning; one that is not there is empty.
    pub fn get(&self, means: Means) -> &'r str {
        self.all(means).next().unwrap_or_default()
    }

    /// The cells of that meaning that say something.
    fn all(&self, means: Means) -> impl Iterator<Item = &'r str> {
        let columns = self.layout.columns.iter().zip(self.cells);
        let is_exportify = matches!(self.layout.format, Format::Exportify | Format::ExportifyNet);
        columns
            .filter(move |(column, _)| **column == means)
            .map(|(_, cell)| *cell)
            .filter(|cell| !cell.is_empty())
            .filter(move |cell| !is_exportify || *cell != UNDEFINED)
    }

    pub fn is_too_long(&self) -> bool {
        let mut columns = self.layout.columns.iter().zip(self.cells);
        columns.any(|(column, cell)| *column != Nothing && cell.len() > MAX_LINE)
    }

    pub fn taken(&self) -> TakenRow {
        let link = self.link();
        let is_exportify = matches!(self.layout.format, Format::Exportify | Format::ExportifyNet);
        let has_uri = self.layout.columns.contains(&Uri);
        let is_local = matches!(link, Some(Link::Local(_)))
            || (is_exportify && has_uri && self.get(Uri).is_empty());
        let kind = match link {
            Some(Link::Episode(..)) => RowKind::Episode,
            _ => RowKind::Track,
        };
        let paths = location(self.get(Location));
        TakenRow {
            wanted: self.wanted(),
            kind,
            added_at_ms: time::parse(self.get(AddedAt)),
            is_local: is_local || !paths.is_empty(),
            paths,
        }
    }

    fn link(&self) -> Option<Link> {
        let uri = self.get(Uri);
        match is_spotify_id(uri) {
            true => Some(Link::Song("spotify", uri.to_owned())),
            false => links::parse(uri).or_else(|| links::parse(self.get(Url))),
        }
    }

    fn wanted(&self) -> Wanted {
        let mut wanted = self.link().and_then(Link::row).unwrap_or_default().wanted;
        let (title, artists) = self.names();
        if !title.is_empty() {
            wanted.title = title;
        }
        if !artists.is_empty() {
            wanted.artists = artists;
        }
        let album = clean(self.get(Album));
        if !album.is_empty() {
            wanted.album = album;
        }
        let number = |means| self.get(means).parse().ok().filter(|number| *number > 0);
        wanted.track = number(Track);
        wanted.disc = number(Disc);
        wanted.isrc = links::isrc(self.get(Isrc));
        let ms = length::ms(self.get(Ms), true);
        let said = || length::ms(self.get(Length), self.layout.in_ms);
        wanted.length_ms = ms.or_else(said).or(wanted.length_ms);
        self.ids(&mut wanted);
        wanted
    }

    fn ids(&self, wanted: &mut Wanted) {
        for (means, cell) in self.layout.columns.iter().zip(self.cells) {
            if let Id(service) = means {
                links::learn(wanted, service, cell);
            }
        }
        if let Some(service) = service_of(self.get(Service)) {
            links::learn(wanted, service, self.get(ServiceId));
        }
    }

    fn names(&self) -> (String, Vec<String>) {
        let both = self.get(Both);
        let title = clean(self.get(Title));
        let artists: Vec<String> = match self.layout.columns.contains(&ArtistToo) {
            true => names(self.all(Artist).chain(self.all(ArtistToo)).map(clean)),
            false => names(self.performers().into_iter().map(|name| clean(&name))),
        };
        // Where the service knows no performers, the title has them.
        let of_video = self.layout.format == Format::TuneMyMusic && artists.is_empty();
        let text = match () {
            () if !both.is_empty() => clean(both),
            () if of_video => title,
            () => return (title, artists),
        };
        let wanted = split(&text, None);
        (wanted.title, wanted.artists)
    }

    fn performers(&self) -> Vec<String> {
        let cell = self.get(Artist);
        let ids = self.get(ArtistIds);
        let known = Some(ids.split(',').count()).filter(|_| !ids.is_empty());
        let split = match self.layout.performers {
            Performers::One if cell.contains(';') => cell.split(';').map(str::to_owned).collect(),
            Performers::One => vec![cell.to_owned()],
            Performers::Semicolons => cell.split(';').map(str::to_owned).collect(),
            Performers::Commas => at_commas(cell),
            Performers::TightCommas => at_tight_commas(cell),
        };
        // One address is one performer, whatever the name looks like.
        match known {
            Some(1) => vec![cell.replace("\\,", ",")],
            _ => split.into_iter().take(MAX_ARTISTS).collect(),
        }
    }

    fn heard(&self, out: &mut Out) {
        let wanted = self.wanted();
        let Some(at_ms) = self.when() else {
            return out.unreadable();
        };
        let ms =
            |cell: &str, unit: f64| cell.parse::<f64>().ok().map(|n| (n * unit).max(0.0) as u64);
        let played = ms(self.get(PlayedMs), 1.0).or_else(|| ms(self.get(PlayedSeconds), 1000.0));
        let has_names = !wanted.title.is_empty();
        // What was opened and not played, and what has no name, is no listening.
        if self.layout.format == Format::AppleActivity && (!has_names || played.unwrap_or(0) == 0) {
            return out.other();
        }
        let is_skip = self.get(Rating);
        let service = match self.layout.format {
            Format::AppleActivity => "apple",
            Format::Deezer => "deezer",
            Format::LastFm => "lastfm",
            _ => "",
        };
        out.heard(HeardElsewhere {
            at_ms,
            ms: played,
            wanted,
            service: service.to_owned(),
            skipped: (!is_skip.is_empty()).then_some(is_skip == "S"),
            ..HeardElsewhere::default()
        });
    }

    fn when(&self) -> Option<i64> {
        let (date, clock) = (self.get(When), self.get(Clock));
        let whole = format!("{date} {clock}");
        let days = || time::of_spreadsheet(date.parse().ok()?);
        let with_clock = (!clock.is_empty()).then(|| time::parse(&whole)).flatten();
        with_clock.or_else(|| time::parse(date)).or_else(days)
    }
}

fn is_true(cell: &str) -> bool {
    ["true", "yes", "1"].contains(&cell.to_ascii_lowercase().as_str())
}

/// The title of a playlist by its file's name in a Takeout.
fn title_of(stem: &str) -> String {
    let title = VIDEOS.iter().find_map(|end| stem.strip_suffix(end));
    title.unwrap_or(stem).to_owned()
}
