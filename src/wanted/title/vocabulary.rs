//! The words that name versions, in the languages that shops and players write them in. A table and nothing else.

use super::kind::Kind::{self, *};

/// Where in a segment a phrase says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Where {
    /// Wherever it stands.
    Any,
    /// As its beginning.
    Start,
    /// As its beginning or its end.
    Edge,
    /// Where nothing stands beside it that is not in this table.
    Alone,
}
use Where::{Alone, Any, Edge, Start};

/// A phrase, folded and without signs; what it names; where it does.
pub(super) type Phrase = (&'static str, Kind, Where);

/// All phrases; of several that begin alike the longest counts.
#[rustfmt::skip]
pub(super) const PHRASES: &[Phrase] = &[
    // The same recording.
    ("remaster", Remaster, Any), ("remasters", Remaster, Any), ("remastered", Remaster, Any), ("remastering", Remaster, Any),
    ("remasterise", Remaster, Any), ("remasterizado", Remaster, Any), ("remasterizada", Remaster, Any),
    ("remasterizzato", Remaster, Any), ("digital master", Remaster, Any), ("remast", Remaster, Any), ("リマスター", Remaster, Any),
    ("リマスタリング", Remaster, Any), ("新混音", Remaster, Any),
    ("mono", Mono, Edge), ("mono version", Mono, Any), ("mono mix", Mono, Any), ("monaural", Mono, Any),
    ("stereo", Stereo, Edge), ("stereo version", Stereo, Any), ("stereo mix", Stereo, Any),
    ("album version", SameCut, Any), ("lp version", SameCut, Any), ("album mix", SameCut, Any), ("album edit", SameCut, Any),
    ("single version", SameCut, Any), ("single", SameCut, Alone), ("album", SameCut, Alone), ("main version", SameCut, Any),
    ("main mix", SameCut, Any), ("original version", SameCut, Any), ("original mix", SameCut, Any), ("original", SameCut, Alone),
    ("original recording", SameCut, Any), ("original album", SameCut, Any), ("original single", SameCut, Any),
    ("original studio", SameCut, Any), ("studio version", SameCut, Any), ("studio", SameCut, Alone), ("vocal version", SameCut, Any),
    ("version originale", SameCut, Any), ("version original", SameCut, Any), ("original lp", SameCut, Any),
    ("bonus", SameCut, Edge), ("bonus track", SameCut, Any), ("bonus tracks", SameCut, Any), ("hidden track", SameCut, Any),
    ("deluxe", SameCut, Any), ("expanded", SameCut, Alone), ("expanded edition", SameCut, Any), ("special edition", SameCut, Any),
    ("anniversary", SameCut, Any), ("limited edition", SameCut, Any), ("edition", SameCut, Edge), ("reissue", SameCut, Edge), ("disc", SameCut, Alone), ("disk", SameCut, Alone), ("cd", SameCut, Alone), ("cd1", SameCut, Alone), ("cd2", SameCut, Alone), ("cd3", SameCut, Alone), ("standard", SameCut, Alone),
    ("complete", SameCut, Alone),
    ("official video", SameCut, Any), ("official music video", SameCut, Any), ("official audio", SameCut, Any),
    ("official lyric video", SameCut, Any), ("official visualizer", SameCut, Any), ("official visualiser", SameCut, Any),
    ("official", SameCut, Edge), ("music video", SameCut, Any), ("lyric video", SameCut, Any), ("lyrics video", SameCut, Any),
    ("videoclip", SameCut, Any), ("video oficial", SameCut, Any), ("audio oficial", SameCut, Any), ("clip officiel", SameCut, Any),
    ("offizielles video", SameCut, Any), ("video", SameCut, Alone), ("audio", SameCut, Alone), ("lyrics", SameCut, Alone),
    ("lyric", SameCut, Alone), ("with lyrics", SameCut, Any), ("visualizer", SameCut, Any), ("visualiser", SameCut, Any),
    ("full song", SameCut, Any), ("full audio", SameCut, Any), ("letra", SameCut, Alone), ("paroles", SameCut, Alone), ("hd", SameCut, Alone), ("hq", SameCut, Alone), ("4k", SameCut, Alone), ("mv", SameCut, Alone), ("m v", SameCut, Alone),
    ("full album", SameCut, Alone), ("digital booklet", SameCut, Any), ("prod", SameCut, Start), ("produced by", SameCut, Start),
    ("non album track", SameCut, Any), ("non album", SameCut, Alone), ("b side", SameCut, Alone), ("a side", SameCut, Alone),
    ("album track", SameCut, Alone), ("new version", Named, Any), ("ep", SameCut, Alone), ("lp", SameCut, Alone),
    ("single edit", Edit, Any), ("explicit", Explicit, Alone), ("uncensored", Explicit, Any), ("clean", Clean, Alone),
    ("censored", Clean, Alone), ("edited", Clean, Alone), ("clean version", Clean, Any), ("explicit version", Explicit, Any),
    ("amended", Clean, Alone), ("dirty", Explicit, Alone), ("dirty version", Explicit, Any),
    ("soundtrack", Soundtrack, Any), ("motion picture", Soundtrack, Any), ("ost", Soundtrack, Edge), ("from the film", Soundtrack, Any),
    ("from the movie", Soundtrack, Any), ("from the series", Soundtrack, Any), ("from the musical", Soundtrack, Any),
    ("from", Soundtrack, Start), ("theme from", Soundtrack, Start), ("music from", Soundtrack, Start),
    ("banda sonora", Soundtrack, Any), ("bande originale", Soundtrack, Any), ("de la pelicula", Soundtrack, Any),
    ("bof", Soundtrack, Edge), ("aus dem film", Soundtrack, Any), ("dal film", Soundtrack, Any), ("movie version", Soundtrack, Any), ("film version", Soundtrack, Any),
    // Another one.
    ("unplugged", Live, Any), ("mtv unplugged", Live, Any), ("in concert", Live, Edge), ("concert", Live, Edge), ("live session", Live, Any),
    ("live sessions", Live, Any), ("live version", Live, Any), ("live at", Live, Any), ("live from", Live, Any), ("live in", Live, Start),
    ("live on", Live, Start), ("live recording", Live, Any), ("recorded live", Live, Any), ("recorded at", Live, Start),
    ("live acoustic", Live, Any), ("live performance", Live, Any), ("live lounge", Live, Any), ("live mix", Live, Any),
    ("live video", Live, Any), ("live edit", Live, Any), ("live", Live, Edge), ("session", Live, Edge), ("sessions", Live, Edge),
    ("bbc", Live, Start), ("peel session", Live, Any), ("tiny desk", Live, Any), ("en vivo", Live, Any), ("ao vivo", Live, Any),
    ("en directo", Live, Any), ("en direct", Live, Any), ("dal vivo", Live, Any), ("en public", Live, Edge), ("en concert", Live, Any),
    ("en concierto", Live, Any), ("in concerto", Live, Any), ("koncert", Live, Edge), ("zivo", Live, Alone), ("ライブ", Live, Any),
    ("ライヴ", Live, Any), ("라이브", Live, Any), ("现场", Live, Edge), ("現場", Live, Edge), ("现场版", Live, Any), ("现场", Live, Any), ("live at the", Live, Any),
    ("живой", Live, Edge), ("концерт", Live, Edge),
    ("acoustic", Acoustic, Any), ("acoustica", Acoustic, Any), ("acustico", Acoustic, Any), ("acustica", Acoustic, Any),
    ("acoustique", Acoustic, Any), ("akustik", Acoustic, Any), ("akustisch", Acoustic, Any), ("stripped", Acoustic, Edge),
    ("stripped down", Acoustic, Any), ("piano version", Acoustic, Any), ("piano", Acoustic, Alone), ("guitar version", Acoustic, Any),
    ("demo", Demo, Any), ("demos", Demo, Any), ("demo version", Demo, Any), ("home recording", Demo, Any), ("work tape", Demo, Any),
    ("orchestral", Orchestral, Any), ("orchestra", Orchestral, Edge), ("orchestra version", Orchestral, Any),
    ("symphonic", Orchestral, Any), ("with orchestra", Orchestral, Any), ("with strings", Orchestral, Any), ("strings", Orchestral, Alone),
    ("string quartet", Orchestral, Any), ("string version", Orchestral, Any), ("strings version", Orchestral, Any),
    ("remix", Remix, Any), ("remixed", Remix, Any), ("remixed by", Remix, Any), ("remix by", Remix, Any), ("rmx", Remix, Any), ("rework", Remix, Any), ("reworked", Remix, Any),
    ("refix", Remix, Any), ("bootleg", Remix, Edge), ("mashup", Remix, Any), ("mash up", Remix, Any), ("flip", Remix, Edge),
    ("vip mix", Remix, Any), ("vip", Remix, Alone), ("dub", Remix, Edge), ("dub mix", Remix, Any), ("dub version", Remix, Any),
    ("re edit", Remix, Any), ("reedit", Remix, Any), ("remix radio", Remix, Any), ("remix version", Remix, Any), ("リミックス", Remix, Any),
    ("ремикс", Remix, Any),
    ("instrumental", Instrumental, Any), ("instrumental version", Instrumental, Any), ("instrumentale", Instrumental, Any),
    ("off vocal", Instrumental, Any), ("no vocals", Instrumental, Any), ("without vocals", Instrumental, Any), ("inst", Instrumental, Alone), ("inst version", Instrumental, Any),
    ("インストゥルメンタル", Instrumental, Any), ("インスト", Instrumental, Any), ("伴奏", Instrumental, Any),
    ("カラオケ", Karaoke, Any), ("노래방", Karaoke, Any), ("караоке", Karaoke, Any), ("минус", Karaoke, Alone),
    ("a cappella", Acappella, Any), ("acappella", Acappella, Any), ("acapella", Acappella, Any), ("a capella", Acappella, Any),
    ("vocals only", Acappella, Any), ("isolated vocals", Acappella, Any),
    ("karaoke", Karaoke, Any), ("tribute", Karaoke, Any), ("tribute to", Karaoke, Any), ("made famous by", Karaoke, Any), ("as made famous by", Karaoke, Any),
    ("in the style of", Karaoke, Any), ("originally performed by", Karaoke, Any), ("backing track", Karaoke, Any),
    ("backing version", Karaoke, Any), ("playback", Karaoke, Edge), ("sing along", Karaoke, Any), ("singalong", Karaoke, Any),
    ("cover", Karaoke, Edge), ("cover version", Karaoke, Any), ("cover of", Karaoke, Start), ("covered by", Karaoke, Start),
    ("cover by", Karaoke, Start), ("as performed by", Karaoke, Any), ("originally by", Karaoke, Start), ("lullaby version", Karaoke, Any), ("lullaby rendition", Karaoke, Any),
    ("music box", Karaoke, Any), ("8 bit", Karaoke, Any), ("8bit", Karaoke, Any), ("chiptune", Karaoke, Any), ("midi", Karaoke, Edge), ("ringtone", Karaoke, Any),
    ("sped up", Speed, Any), ("spedup", Speed, Any), ("speed up", Speed, Any), ("slowed", Speed, Any), ("slowed down", Speed, Any),
    ("slow version", Speed, Any), ("slowed and reverb", Speed, Any), ("reverb", Speed, Any), ("nightcore", Speed, Any),
    ("daycore", Speed, Any), ("8d", Speed, Edge), ("8d audio", Speed, Any), ("8d version", Speed, Any), ("fast version", Speed, Any), ("chopped", Speed, Any),
    ("screwed", Speed, Any), ("chopped and screwed", Speed, Any), ("bass boosted", Speed, Any), ("432 hz", Speed, Any), ("432hz", Speed, Any),
    ("super slowed", Speed, Any), ("hardstyle", Remix, Edge),
    ("re recorded", Rerecorded, Any), ("rerecorded", Rerecorded, Any), ("re recording", Rerecorded, Any), ("rerecording", Rerecorded, Any),
    ("re recorded version", Rerecorded, Any), ("newly recorded", Rerecorded, Any), ("new recording", Rerecorded, Any), ("neuaufnahme", Rerecorded, Any),
    ("revisited", Rerecorded, Edge), ("reimagined", Rerecorded, Any),
    ("reprise", Reprise, Alone), ("interlude", Interlude, Alone), ("intro", Interlude, Alone), ("outro", Interlude, Alone),
    ("skit", Interlude, Alone), ("prelude", Interlude, Alone), ("coda", Interlude, Alone), ("transition", Interlude, Alone),
    ("tv size", TvSize, Any), ("tv version", TvSize, Any), ("tv edit", TvSize, Any), ("tvサイズ", TvSize, Any), ("tv", TvSize, Alone),
    ("anime size", TvSize, Any), ("game size", TvSize, Any), ("short size", TvSize, Any), ("tv mix", TvSize, Any),
    ("alternate", Alternate, Any), ("alternative version", Alternate, Any), ("alternative mix", Alternate, Any), ("alternative take", Alternate, Any), ("alternative", Alternate, Alone),
    ("alt version", Alternate, Any), ("alt", Alternate, Alone), ("outtake", Alternate, Any), ("outtakes", Alternate, Any), ("take", Alternate, Alone), ("early version", Alternate, Any),
    ("early take", Alternate, Any), ("rehearsal", Alternate, Any), ("rough mix", Alternate, Any), ("unreleased version", Alternate, Any), ("false start", Alternate, Any), ("monitor mix", Alternate, Any),
    ("commentary", Commentary, Any), ("voice memo", Commentary, Any), ("interview", Commentary, Edge), ("track by track", Commentary, Any),
    ("spoken word", Commentary, Any), ("audiobook", Commentary, Any),
    ("ringtone version", Edit, Any),
    // Another length of the same.
    ("radio edit", Edit, Any), ("radio version", Edit, Any), ("radio mix", Edit, Any), ("radio cut", Edit, Any), ("radio", Edit, Alone), ("edit", Edit, Alone),
    ("video edit", Edit, Any), ("video version", Edit, Any), ("video mix", Edit, Any), ("short version", Edit, Any), ("short edit", Edit, Any), ("single mix", Edit, Any),
    ("7inch", Edit, Any), ("7 inch", Edit, Any), ("7inch version", Edit, Any), ("7inch mix", Edit, Any), ("7 inch version", Edit, Any),
    ("7 inch mix", Edit, Any), ("shortened", Edit, Any), ("promo edit", Edit, Any), ("us version", Edit, Any), ("uk version", Edit, Any), ("international version", Edit, Any),
    ("extended", Extended, Any), ("extended mix", Extended, Any), ("extended version", Extended, Any), ("extended edit", Extended, Any), ("12inch", Extended, Any),
    ("12 inch", Extended, Any), ("12inch version", Extended, Any), ("12inch mix", Extended, Any), ("12 inch version", Extended, Any),
    ("12 inch mix", Extended, Any), ("maxi version", Extended, Any), ("maxi", Extended, Alone), ("long version", Extended, Any), ("full version", Extended, Any),
    ("full length", Extended, Any), ("uncut", Extended, Any), ("continuous mix", Extended, Any), ("continuous", Extended, Alone), ("mixed", Extended, Alone), ("dj mix", Extended, Any), ("longue version", Extended, Any),
    ("version longue", Extended, Any), ("radio edit version", Edit, Any),
];

/// Words that say nothing beside a phrase that counts alone.
#[rustfmt::skip]
pub(super) const FILLERS: &[&str] = &[
    "the", "a", "an", "of", "on", "in", "at", "by", "and", "for", "from", "version", "ver", "vers", "mix", "track", "edition", "cut", "edit",
    "song", "only", "year", "years", "st", "nd", "rd", "th", "vol", "no", "to", "with",
];

/// What goes on behind `live` where it is the verb.
#[rustfmt::skip]
pub(super) const NO_CONCERT: &[&str] = &[
    "your", "my", "our", "forever", "life", "like", "for", "free", "to", "it", "while", "without", "through", "wire", "again", "a", "is", "or",
    "long", "love", "this", "that", "fast", "young", "alone", "now", "today", "tonight", "together",
];

/// What ends a segment that names a version by its first words: `Taylor's Version`, `Example Mix`.
#[rustfmt::skip]
pub(super) const NOUNS: &[(&str, Kind)] = &[
    ("mix", Remix), ("edit", Remix), ("version", Named), ("ver", Named), ("vers", Named), ("versione", Named), ("versao", Named), ("verzio", Named),
    ("versio", Named), ("fassung", Named), ("バージョン", Named), ("ヴァージョン", Named), ("버전", Named), ("版", Named),
    ("rendition", Named), ("take", Alternate), ("cut", Named), ("arrangement", Named), ("версия", Named),
];

/// Languages that a song is sung in.
#[rustfmt::skip]
pub(super) const LANGUAGES: &[(&str, &str)] = &[
    ("english", "english"), ("ingles", "english"), ("anglais", "english"), ("spanish", "spanish"), ("espanol", "spanish"),
    ("spanglish", "spanglish"), ("german", "german"), ("deutsch", "german"), ("deutsche", "german"), ("french", "french"),
    ("francais", "french"), ("francaise", "french"), ("italian", "italian"), ("italiano", "italian"), ("italiana", "italian"),
    ("portuguese", "portuguese"), ("portugues", "portuguese"), ("japanese", "japanese"), ("jpn", "japanese"), ("korean", "korean"), ("kor", "korean"),
    ("chinese", "chinese"), ("mandarin", "chinese"), ("cantonese", "cantonese"), ("russian", "russian"), ("hebrew", "hebrew"),
    ("arabic", "arabic"), ("hindi", "hindi"), ("tamil", "tamil"), ("telugu", "telugu"), ("malayalam", "malayalam"), ("swedish", "swedish"), ("dutch", "dutch"), ("latin", "latin"),
];
