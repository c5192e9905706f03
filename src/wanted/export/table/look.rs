//! Which table it is. Values decide first, as labels are translated.

use super::super::Format;
use super::super::links::{self, is_spotify_id, is_youtube_id};
use super::super::time;
use super::layout::{Layout, Performers};
use super::length::are_ms;
use super::means::{Means, bare, of_label};
use Means::*;

/// What TuneMyMusic has in one of its columns.
const TYPES: [&str; 4] = ["playlist", "favorite", "album", "artist"];
/// exportify.app's columns have had their places since they are so many.
const FIXED: usize = 16;
/// How the places of exportify.app's columns are filled, whatever their labels.
const PLACES: [Means; FIXED] = [
    Uri, Title, ArtistIds, Artist, Nothing, Album, Nothing, Nothing, Nothing, Nothing, Disc, Track,
    Ms, Nothing, Nothing, Nothing,
];
/// The columns of a playlist of iTunes, new and old, whatever their labels.
const ITUNES: [(usize, [(usize, Means); 8]); 2] = [
    (
        31,
        [
            (0, Title),
            (1, Artist),
            (3, Album),
            (11, Length),
            (12, Disc),
            (14, Track),
            (18, AddedAt),
            (30, Location),
        ],
    ),
    (
        27,
        [
            (0, Title),
            (1, Artist),
            (3, Album),
            (7, Length),
            (8, Disc),
            (10, Track),
            (14, AddedAt),
            (26, Location),
        ],
    ),
];
/// Fewer columns than any playlist of iTunes has.
const ITUNES_LEAST: usize = 20;

/// The first rows of a table.
pub(super) struct Look<'r> {
    separator: u8,
    header: Vec<String>,
    rows: &'r [Vec<String>],
    all: &'r [Vec<String>],
    /// What the columns mean by their labels.
    pub(super) named: Vec<Means>,
}

impl<'r> Look<'r> {
    pub(super) fn new(separator: u8, all: &'r [Vec<String>]) -> Option<Self> {
        let (header, rows) = all.split_first()?;
        let mut named: Vec<Means> = header.iter().map(|label| of_label(label)).collect();
        let has_title = named.contains(&Title);
        for means in &mut named {
            if *means == TitleOrNumber {
                *means = if has_title { Track } else { Title };
            }
        }
        Some(Self {
            separator,
            header: header.iter().map(|label| bare(label)).collect(),
            rows,
            all,
            named,
        })
    }

    fn has(&self, means: Means) -> bool {
        self.named.contains(&means)
    }

    fn place(&self, means: Means) -> Option<usize> {
        self.named.iter().position(|named| *named == means)
    }

    pub(super) fn recognise(&self, text: &str) -> Option<Layout> {
        if text.starts_with("#AUDIOSCROBBLER/") {
            return Some(self.scrobbler());
        }
        None.or_else(|| self.tune_my_music())
            .or_else(|| self.exportify())
            .or_else(|| self.takeout())
            .or_else(|| self.itunes())
            .or_else(|| self.by_labels())
            .or_else(|| self.last_fm())
    }

    pub(super) fn layout(&self, format: Format, columns: Vec<Means>) -> Layout {
        let length = columns.iter().position(|means| *means == Length);
        let lengths = self.column(length.unwrap_or(usize::MAX));
        Layout {
            format,
            separator: self.separator,
            has_header: true,
            performers: Performers::One,
            in_ms: are_ms(lengths),
            columns,
        }
    }

    /// The values of a column that are there.
    fn column(&self, at: usize) -> impl Iterator<Item = &'r str> {
        let cells = self.rows.iter().filter_map(move |row| row.get(at));
        cells.map(String::as_str).filter(|cell| !cell.is_empty())
    }

    /// Whether a column has values that are so, and no more than half as many that are not: programs spoil some, and the
    /// last may be cut.
    fn are(&self, at: usize, is_one: impl Fn(&str) -> bool) -> bool {
        let all = self.column(at).count();
        let right = self.column(at).filter(|cell| is_one(cell)).count();
        right > 0 && (all - right) * 2 <= right
    }

    fn tune_my_music(&self) -> Option<Layout> {
        let is_type = |cell: &str| TYPES.contains(&cell.to_ascii_lowercase().as_str());
        let by_value = (1..self.header.len()).find(|at| self.are(*at, is_type));
        let by_label = self.place(Type).filter(|_| self.has(ListName));
        let at = by_label.or(by_value)?;
        if !self.has(Title) || self.header.len() < 4 {
            return None;
        }
        let mut columns = self.named.clone();
        columns[at] = Type;
        Some(self.layout(Format::TuneMyMusic, columns))
    }

    fn exportify(&self) -> Option<Layout> {
        let is_uri = |cell: &str| cell.starts_with("spotify:") || is_spotify_id(cell);
        let by_value = self.are(0, is_uri);
        let is_net = |columns: &[Means]| {
            let at = |means| columns.iter().position(|one| *one == means);
            at(Album)
                .zip(at(Artist))
                .is_some_and(|(album, artist)| album < artist)
        };
        // For some days exportify.net wrote no ids.
        let without_ids =
            is_net(&self.named) && self.header.iter().any(|label| label == "artist name(s)");
        if !by_value && self.named.first() != Some(&Uri) && !without_ids {
            return None;
        }
        let columns = match self.has(Title) && self.has(Artist) {
            true => self.fixed_too(),
            false if by_value && self.header.len() > FIXED => self.fixed(),
            false => return None,
        };
        let is_net = is_net(&columns);
        let format = match is_net {
            true => Format::ExportifyNet,
            false => Format::Exportify,
        };
        let at = columns
            .iter()
            .position(|means| *means == Artist)
            .unwrap_or(usize::MAX);
        let performers = match is_net {
            false => Performers::Commas,
            true if self.column(at).any(|cell| cell.contains(';')) => Performers::Semicolons,
            true => Performers::TightCommas,
        };
        let mut layout = Layout {
            performers,
            ..self.layout(format, columns)
        };
        if !layout.columns.contains(&Uri) && by_value {
            layout.columns[0] = Uri;
        }
        Some(layout)
    }

    /// Labels are known for five columns in each language; the others have their places.
    fn fixed_too(&self) -> Vec<Means> {
        let agree = [0, 1, 3, 5, 12]
            .iter()
            .all(|at| self.named.get(*at) == PLACES.get(*at));
        match agree {
            true => self.fixed(),
            false => self.named.clone(),
        }
    }

    fn fixed(&self) -> Vec<Means> {
        let mut columns = PLACES.to_vec();
        // Rows may be wider than their header.
        columns.resize(self.header.len().max(FIXED + 1), Nothing);
        let isrc = self.header.iter().position(|label| label == "isrc");
        let is_isrc = |cell: &str| !links::isrc(cell).is_empty();
        let isrc = isrc.or_else(|| Some(FIXED).filter(|at| self.are(*at, is_isrc)));
        if let Some(at) = isrc {
            columns[at] = Isrc;
        }
        // Who added it, and when; for some days there was one column more.
        let is_time = |cell: &str| cell.contains('-') && time::parse(cell).is_some();
        let from = isrc.map_or(FIXED, |at| at + 1);
        if let Some(at) = (from..self.header.len()).find(|at| self.are(*at, is_time)) {
            columns[at] = AddedAt;
        }
        columns
    }

    fn takeout(&self) -> Option<Layout> {
        if self.named.first() != Some(&Nothing) {
            return None;
        }
        let is_list = |cell: &str| is_list_id(cell);
        // Up to 2022 the list stands above its songs.
        let two_blocks = self.rows.len() > 1
            && self.rows[0].first().is_some_and(|id| is_list(id))
            && self.rows[2..]
                .iter()
                .all(|row| row.first().is_some_and(|id| is_youtube_id(id)))
            && self.rows[1].len() < self.rows[0].len();
        let titles = !two_blocks && self.header.len() > 3 && self.are(0, is_list);
        let labelled =
            self.rows.is_empty() && self.header.first().is_some_and(|label| label == "video id");
        let format = match self.header.len() {
            _ if two_blocks => Format::TakeoutPlaylist,
            _ if titles => Format::TakeoutTitles,
            _ if !self.are(0, is_youtube_id) && !labelled => return None,
            4.. => Format::TakeoutSongs,
            _ => Format::TakeoutPlaylist,
        };
        let width = self.all.iter().map(Vec::len).max().unwrap_or(0);
        let columns = match format {
            Format::TakeoutSongs => {
                let first = [Id("youtube"), Title, Album];
                first
                    .into_iter()
                    .chain(std::iter::repeat(ArtistToo))
                    .take(width)
                    .collect()
            }
            Format::TakeoutPlaylist => vec![Id("youtube"), AddedAt],
            _ => Vec::new(),
        };
        Some(self.layout(format, columns))
    }

    fn itunes(&self) -> Option<Layout> {
        if self.separator != b'\t' || self.header.len() < ITUNES_LEAST {
            return None;
        }
        let columns = match self.has(Title) && self.has(Artist) {
            true => self.named.clone(),
            false => {
                let places = ITUNES.iter().find(|(width, _)| *width == self.header.len());
                let mut columns = vec![Nothing; self.header.len()];
                for (at, means) in places?.1 {
                    columns[at] = means;
                }
                columns
            }
        };
        let mut layout = self.layout(Format::ItunesText, columns);
        layout.in_ms = false;
        Some(layout)
    }

    fn by_labels(&self) -> Option<Layout> {
        let is_named = |label: &str| self.header.iter().any(|known| known == label);
        let has_names = self.has(Title) && (self.has(Artist) || self.has(ArtistToo));
        let few = |count| self.header.len() == count && self.has(Isrc) && self.has(Album);
        let format = match () {
            () if self.has(PlayedMs) && self.has(Title) => Format::AppleActivity,
            () if self.has(Both) => Format::AppleRecent,
            () if self.has(PlayedSeconds) && has_names => Format::Deezer,
            () if !has_names => return None,
            () if is_named("track_id") && self.has(IsDeleted) => Format::Yandex,
            () if is_named("uts") || is_named("utc_time") => Format::LastFm,
            () if few(4) && self.separator == b';' => Format::Roon,
            () if self.has(Isrc) && self.has(Album) => Format::Soundiiz,
            () => Format::Csv,
        };
        let mut columns = self.named.clone();
        let is_history = matches!(
            format,
            Format::AppleActivity | Format::Deezer | Format::LastFm
        );
        for (at, means) in columns.iter_mut().enumerate() {
            *means = match *means {
                When if !is_history => AddedAt,
                Nothing if format == Format::Yandex && self.header[at] == "track_id" => {
                    Id("yandex")
                }
                other => other,
            };
        }
        Some(self.layout(format, columns))
    }

    /// Tables of listenings without a header: which column is the time shows.
    fn last_fm(&self) -> Option<Layout> {
        let rows = self.all;
        let is_time = |at: usize| {
            let cells = rows
                .iter()
                .map(|row| row.get(at).map_or("", String::as_str));
            rows.iter().all(|row| row.len() == 4)
                && cells.clone().all(|cell| time::parse(cell).is_some())
        };
        let columns = match () {
            () if is_time(3) => vec![Artist, Album, Title, When],
            () if is_time(0) => vec![When, Clock, Artist, Title],
            () => return None,
        };
        Some(Layout {
            has_header: false,
            ..self.layout(Format::LastFm, columns)
        })
    }

    fn scrobbler(&self) -> Layout {
        Layout {
            separator: b'\t',
            has_header: false,
            in_ms: false,
            ..self.layout(
                Format::Scrobbler,
                vec![
                    Artist,
                    Album,
                    Title,
                    Track,
                    Length,
                    Rating,
                    When,
                    Id("musicbrainz"),
                ],
            )
        }
    }
}

/// The shape of a playlist's id at YouTube.
pub(super) fn is_list_id(text: &str) -> bool {
    let starts = ["PL", "LL", "WL", "FL", "RD", "OLAK"];
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    text.len() > 12 && starts.iter().any(|start| text.starts_with(start)) && text.bytes().all(plain)
}
