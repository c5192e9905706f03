//! A row beside a song: each field's outcome. It decides nothing.

use super::album::Agreement;
use super::facts::{Facts, Names, Reading};
use super::versions::{Difference, Overcome, differences, preferences};
use crate::music::Rung;
use crate::wanted::artist::{Aliases, Relation};
use crate::wanted::letters::errors;
use crate::wanted::title::{Kind, Title};

/// Lengths that differ by no more are the same: formats state whole seconds, and encoders pad.
pub(super) const SAME_LENGTH_MS: u64 = 3_000;
/// One typing error is allowed in so many characters of a title.
const LETTERS_PER_ERROR: usize = 8;

/// More of them are another word.
const MOST_ERRORS: usize = 3;

/// How two names of songs relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Base {
    /// They are other names.
    Other,
    /// A typing error apart.
    Misspelt,
    /// Equal but for what one has in brackets.
    Shortened,
    /// Named otherwise, and one work by its number in a catalogue.
    OneWork,
    /// Equal.
    Equal,
}

/// A row beside a song.
#[derive(Clone, Debug)]
pub(super) struct Comparison {
    /// It is the row's own file.
    pub identity: Option<Rung>,
    pub isrc: Agreement,
    pub recording: Agreement,
    pub artist: Relation,
    pub base: Base,
    pub numbers_agree: bool,
    /// Of versions; those that are overcome are not among them.
    pub differences: Vec<Difference>,
    /// Preferences that are not met.
    pub unmet: usize,
    /// The song's length less the one that is wanted, in ms.
    pub delta_ms: Option<i64>,
    pub album: Agreement,
    pub track: Agreement,
    /// The names had to be read otherwise than they stand there.
    pub guessed: bool,
    /// The name alone tells little.
    pub is_common: bool,
    /// Both are live.
    pub is_live: bool,
    /// What is wanted has no title: a code alone.
    pub is_nameless: bool,
}

impl Comparison {
    /// The best comparison over all readings of the names.
    pub fn of(asked: &Facts, has: &Facts, identity: Option<Rung>, aliases: &Aliases) -> Self {
        let with = |mine: &Names, other: &Names| {
            Self::of_names((asked, mine), (has, other), identity, aliases)
        };
        let mut best = with(&asked.names[0], &has.names[0]);
        if best.base == Base::Equal && best.artist == Relation::Same && best.differences.is_empty()
        {
            return best;
        }
        for mine in &asked.names {
            for other in &has.names {
                let one = with(mine, other);
                if one.rank() > best.rank() {
                    best = one;
                }
            }
        }
        best
    }

    fn of_names(
        asked: (&Facts, &Names),
        has: (&Facts, &Names),
        identity: Option<Rung>,
        aliases: &Aliases,
    ) -> Self {
        let ((asked, mine), (has, other)) = (asked, has);
        let delta_ms = asked
            .length_ms
            .zip(has.length_ms)
            .map(|(asked, has)| has as i64 - asked as i64);
        let album = asked.album.agreement(&has.album);
        let base = base(&mine.title, &other.title);
        let mut one = Self {
            identity,
            isrc: shared(&asked.isrcs, &has.isrcs),
            recording: shared(&asked.recordings, &has.recordings),
            artist: Relation::Unrelated,
            base,
            numbers_agree: numbers_agree(&mine.title, &other.title),
            differences: Vec::new(),
            unmet: preferences(mine, other),
            delta_ms,
            album,
            track: track(asked, has),
            guessed: mine.reading == Reading::Guessed || other.reading == Reading::Guessed,
            is_common: mine.title.is_common(),
            is_live: mine.title.is(Kind::Live) && other.title.is(Kind::Live),
            is_nameless: mine.title.base.is_empty(),
        };
        one.artist = artist((asked, mine), (has, other), aliases);
        if one.base == Base::Other && one.isrc != Agreement::Agrees {
            return one;
        }
        let all = differences((mine, &asked.album), (other, &has.album), album.agrees());
        one.differences = all
            .into_iter()
            .filter(|difference| !one.overcomes(difference.overcome))
            .collect();
        if other.credit.is_tribute() != mine.credit.is_tribute() && one.artist != Relation::Same {
            one.differences.push(Difference {
                kind: Kind::Karaoke,
                wanted_has: Some(mine.credit.is_tribute()),
                detail: String::new(),
                by_album: false,
                overcome: Overcome::Never,
            });
        }
        one
    }

    /// Whether the lengths differ by no more than this; not if one is unknown.
    pub fn within(&self, ms: u64) -> bool {
        self.delta_ms
            .is_some_and(|delta| delta.unsigned_abs() <= ms)
    }

    /// Whether the lengths are known and differ by more than this.
    pub fn beyond(&self, ms: u64) -> bool {
        self.delta_ms.is_some_and(|delta| delta.unsigned_abs() > ms)
    }

    fn overcomes(&self, by: Overcome) -> bool {
        match by {
            Overcome::Never => false,
            Overcome::ByLength => self.within(SAME_LENGTH_MS),
            Overcome::ByLengthAndAlbum => self.within(SAME_LENGTH_MS) && self.album.agrees(),
        }
    }

    fn rank(&self) -> impl Ord + use<> {
        let names = (self.base, self.artist);
        let fits = self.base != Base::Other && self.artist != Relation::Unrelated;
        (
            fits,
            self.numbers_agree,
            self.differences.is_empty(),
            names,
            !self.guessed,
        )
    }
}

fn artist(asked: (&Facts, &Names), has: (&Facts, &Names), aliases: &Aliases) -> Relation {
    let ((_, mine), (facts, other)) = (asked, has);
    let plain = mine.credit.relation(&other.credit, aliases);
    if plain == Relation::Same {
        return plain;
    }
    let guests = mine.everybody().relation(other.everybody(), aliases);
    let best = plain.max(guests);
    if best >= Relation::Contained {
        return best;
    }
    // The album's artist, or the composer, in the place of the performer.
    let by_album = mine.credit.relation(&facts.album_artists, aliases);
    let all_compose = !mine.credit.is_empty()
        && mine.credit.relation(&facts.composers, aliases) == Relation::Same;
    if by_album >= Relation::Contained || all_compose {
        return Relation::Contained;
    }
    best
}

fn base(a: &Title, b: &Title) -> Base {
    if are_equal(a, b) {
        return Base::Equal;
    }
    if !a.catalogue.is_empty() && a.catalogue == b.catalogue && a.numbers == b.numbers {
        return Base::OneWork;
    }
    let bare = |a: &Title, b: &Title| a.bare.as_ref() == Some(&b.base);
    if bare(a, b) || bare(b, a) {
        return Base::Shortened;
    }
    if is_misspelt(a, b) {
        Base::Misspelt
    } else {
        Base::Other
    }
}

fn are_equal(a: &Title, b: &Title) -> bool {
    let romanised = |a: &Title, b: &Title| b.latin.is_none() && a.latin.as_ref() == Some(&b.base);
    a.base == b.base && !a.base.is_empty()
        || romanised(a, b)
        || romanised(b, a)
        || is_censored(a, b)
}

/// `sh*t` and what it stands for.
fn is_censored(a: &Title, b: &Title) -> bool {
    if !a.base.contains('*') && !b.base.contains('*') || a.words.len() != b.words.len() {
        return false;
    }
    let word = |a: &str, b: &str| {
        let stars = |c: (char, char)| c.0 == '*' || c.1 == '*' || c.0 == c.1;
        a.chars().count() == b.chars().count() && a.chars().zip(b.chars()).all(stars)
    };
    let letters = a.base.chars().chain(b.base.chars()).any(|c| c != '*');
    letters && a.words.iter().zip(&b.words).all(|(a, b)| word(a, b))
}

fn is_misspelt(a: &Title, b: &Title) -> bool {
    if a.numbers != b.numbers {
        return false;
    }
    let sorted = |title: &Title| {
        let mut words = title.words.clone();
        words.sort_unstable();
        words
    };
    if a.words.len() == b.words.len() && a.words.len() > 1 && sorted(a) == sorted(b) {
        return true;
    }
    let letters = a.base.chars().count().min(b.base.chars().count());
    let same_start = a.base.chars().next() == b.base.chars().next();
    same_start
        && letters >= LETTERS_PER_ERROR
        && errors(
            &a.base,
            &b.base,
            (letters / LETTERS_PER_ERROR).min(MOST_ERRORS),
        )
        .is_some()
}

/// Whether the numbers of parts are equal, and those of catalogues where both have them.
fn numbers_agree(a: &Title, b: &Title) -> bool {
    let works = a.catalogue.is_empty() || b.catalogue.is_empty() || a.catalogue == b.catalogue;
    a.numbers == b.numbers && works
}

fn track(asked: &Facts, has: &Facts) -> Agreement {
    match (asked.disc, has.disc) {
        (Some(a), Some(b)) if a != b => Agreement::Differs,
        _ => Agreement::of(asked.track, has.track),
    }
}

fn shared(a: &[String], b: &[String]) -> Agreement {
    match (
        a.is_empty() || b.is_empty(),
        a.iter().any(|one| b.contains(one)),
    ) {
        (true, _) => Agreement::Unknown,
        (false, true) => Agreement::Agrees,
        (false, false) => Agreement::Differs,
    }
}
