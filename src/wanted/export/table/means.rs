//! What a column means, by what stands at its head, in the twelve languages of exportify.app and as other programs and people
//! write it.

/// What a column means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) enum Means {
    /// Nothing that is wanted; it is never looked at.
    #[default]
    Nothing,
    Title,
    Artist,
    /// One of several columns of performers.
    ArtistToo,
    /// How many performers there are, by their addresses.
    ArtistIds,
    Album,
    Isrc,
    /// The address or id of a song at Spotify.
    Uri,
    /// An id at a service.
    Id(&'static str),
    /// An address at any service.
    Url,
    Ms,
    /// A playing time, in what its values tell.
    Length,
    Track,
    Disc,
    AddedAt,
    ListName,
    /// Playlist, favourite, album, artist.
    Type,
    IsDeleted,
    When,
    /// A time of day, beside a date.
    Clock,
    PlayedMs,
    PlayedSeconds,
    /// `L` for heard, `S` for skipped.
    Rating,
    /// `Artist - Title`
    Both,
    Location,
    /// The service of a row.
    Service,
    /// The id at the row's service.
    ServiceId,
    /// `track`, which is a title beside an artist and a number beside a title.
    TitleOrNumber,
}

use Means::*;

/// Labels in small letters. What may be private has none.
const LABELS: &[(&str, Means)] = &[
    // exportify.app: English, German, Greek, Spanish, French, Italian, Japanese, Dutch, Portuguese, Swedish, Turkish, Arabic.
    ("track uri", Uri),
    ("track-uri", Uri),
    ("uri κομματιού", Uri),
    ("uri de la canción", Uri),
    ("uri du titre", Uri),
    ("uri della traccia", Uri),
    ("トラックuri", Uri),
    ("nummer uri", Uri),
    ("uri da faixa", Uri),
    ("låtens uri", Uri),
    ("parça uri", Uri),
    ("رابط الأغنية (uri)", Uri),
    ("track name", Title),
    ("track-name", Title),
    ("όνομα κομματιού", Title),
    ("nombre de la canción", Title),
    ("nom du titre", Title),
    ("nome della traccia", Title),
    ("トラック名", Title),
    ("nummernaam", Title),
    ("nome da faixa", Title),
    ("låtens namn", Title),
    ("parça adı", Title),
    ("اسم الأغنية", Title),
    ("artist name(s)", Artist),
    ("künstlername(n)", Artist),
    ("όνομα/τα καλλιτέχνη", Artist),
    ("nombre(s) del artista", Artist),
    ("nom(s) de l'artiste", Artist),
    ("nome dell'artista", Artist),
    ("アーティスト名", Artist),
    ("naam van artiest", Artist),
    ("nome(s) do artista", Artist),
    ("artistens namn", Artist),
    ("sanatçı adı", Artist),
    ("أسماء الفنانين", Artist),
    ("album name", Album),
    ("album-name", Album),
    ("όνομα άλμπουμ", Album),
    ("nombre del álbum", Album),
    ("nom de l'album", Album),
    ("nome dell'album", Album),
    ("アルバム名", Album),
    ("naam van album", Album),
    ("nome do álbum", Album),
    ("albumets namn", Album),
    ("albüm adı", Album),
    ("اسم الألبوم", Album),
    ("track duration (ms)", Ms),
    ("track-dauer (ms)", Ms),
    ("διάρκεια κομματιού (ms)", Ms),
    ("duración de la canción (ms)", Ms),
    ("durée du titre (ms)", Ms),
    ("durata della traccia (ms)", Ms),
    ("トラックの長さ（ミリ秒）", Ms),
    ("nummerduur (ms)", Ms),
    ("duração da faixa (ms)", Ms),
    ("låtlängd (ms)", Ms),
    ("parça süresi (ms)", Ms),
    ("مدة الأغنية (بالمللي ثانية)", Ms),
    ("artist uri(s)", ArtistIds),
    ("artist ids", ArtistIds),
    ("disc number", Disc),
    ("track number", Track),
    ("added at", AddedAt),
    // exportify.net, and exportify.app in its first years.
    ("spotify uri", Uri),
    ("spotify id", Uri),
    ("track id", Uri),
    ("duration (ms)", Ms),
    // Other programs, and people.
    ("title", Title),
    ("name", Title),
    ("song", Title),
    ("song title", Title),
    ("song name", Title),
    ("track title", Title),
    ("content name", Title),
    ("titel", Title),
    ("titre", Title),
    ("título", Title),
    ("titolo", Title),
    ("название", Title),
    ("track", TitleOrNumber),
    ("artist", Artist),
    ("artists", Artist),
    ("artist name", Artist),
    ("artist names", Artist),
    ("performer", Artist),
    ("künstler", Artist),
    ("interpret", Artist),
    ("artiste", Artist),
    ("artista", Artist),
    ("исполнитель", Artist),
    ("album", Album),
    ("album title", Album),
    ("release", Album),
    ("release name", Album),
    ("álbum", Album),
    ("альбом", Album),
    ("isrc", Isrc),
    ("isrc code", Isrc),
    ("duration", Length),
    ("length", Length),
    ("time", Length),
    ("total time", Length),
    ("dauer", Length),
    ("durée", Length),
    ("duración", Length),
    ("durata", Length),
    ("duration_ms", Ms),
    ("media duration in milliseconds", Ms),
    ("media duration in millis", Ms),
    ("track no", Track),
    ("track #", Track),
    ("disc", Disc),
    ("disc no", Disc),
    ("addeddate", AddedAt),
    ("added_at", AddedAt),
    ("date added", AddedAt),
    ("playlist name", ListName),
    ("playlist", ListName),
    ("type", Type),
    ("is_deleted", IsDeleted),
    ("url", Url),
    ("link", Url),
    ("platform", Service),
    ("trackid", ServiceId),
    ("track description", Both),
    ("location", Location),
    // Histories.
    ("event end timestamp", When),
    ("event timestamp", When),
    ("date", When),
    ("uts", When),
    ("listened at", When),
    ("utc_time", Clock),
    ("play duration milliseconds", PlayedMs),
    ("listening time", PlayedSeconds),
];

/// Services by how tables call them.
const SERVICES: &[(&str, &str)] = &[
    ("spotify", "spotify"),
    ("apple", "apple"),
    ("apple music", "apple"),
    ("applemusic", "apple"),
    ("youtube", "youtube"),
    ("youtube music", "youtube"),
    ("ytmusic", "youtube"),
    ("deezer", "deezer"),
    ("tidal", "tidal"),
    ("qobuz", "qobuz"),
    ("amazon", "amazon"),
    ("amazon music", "amazon"),
    ("soundcloud", "soundcloud"),
    ("yandex", "yandex"),
    ("napster", "napster"),
];

/// What a column means whose label is that.
pub(super) fn of_label(label: &str) -> Means {
    let label = bare(label);
    if let Some(service) = label.strip_suffix(" - id") {
        return service_of(service).map_or(Nothing, Id);
    }
    if label
        .strip_prefix("artist name ")
        .is_some_and(|rest| rest.parse::<u32>().is_ok())
    {
        return ArtistToo;
    }
    let found = LABELS.iter().find(|(known, _)| *known == label);
    found.map_or(Nothing, |(_, means)| *means)
}

/// The service's name in [`Wanted::external`](crate::music::Wanted::external).
pub(super) fn service_of(name: &str) -> Option<&'static str> {
    let name = bare(name);
    let found = SERVICES.iter().find(|(known, _)| *known == name);
    found.map(|(_, service)| *service)
}

/// A label as it is compared: one exporter puts tabs into it, and apostrophes are written in two ways.
pub(super) fn bare(label: &str) -> String {
    let label = label
        .trim_matches('\u{feff}')
        .replace('’', "'")
        .to_lowercase();
    label.split_whitespace().collect::<Vec<_>>().join(" ")
}
