//! Where two titles name other versions. It decides nothing: it lists what differs and how much that says.

use super::album::Album;
use super::facts::Names;
use crate::wanted::artist::{Act, Credit};
use crate::wanted::title::{Bearing, Kind, Tag};

/// How a difference of versions may be overcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overcome {
    /// By nothing: it is another recording.
    Never,
    /// By lengths that agree.
    ByLength,
    /// By lengths and albums that agree.
    ByLengthAndAlbum,
}

/// A version that only one side names, or that both name otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub kind: Kind,
    /// Whether what is wanted has it; `None`: both, of another kind.
    pub wanted_has: Option<bool>,
    /// What is told of it.
    pub detail: String,
    /// It is told by the album alone.
    pub by_album: bool,
    pub overcome: Overcome,
}

/// All differences that make another recording, unless they are overcome.
pub(super) fn differences(
    asked: (&Names, &Album),
    has: (&Names, &Album),
    same_album: bool,
) -> Vec<Difference> {
    let mut all = Vec::new();
    let (mine, others) = (&asked.0.title.tags, &has.0.title.tags);
    for (tag, wanted_has) in mine
        .iter()
        .map(|tag| (tag, true))
        .chain(others.iter().map(|tag| (tag, false)))
    {
        let (on_other, other_album) = match wanted_has {
            true => (others, has.1),
            false => (mine, asked.1),
        };
        let same_kind: Vec<&Tag> = on_other
            .iter()
            .filter(|other| other.kind == tag.kind)
            .collect();
        if same_kind.is_empty() {
            if !other_album.kinds.contains(&tag.kind) {
                all.extend(one_sided(tag, wanted_has));
            }
        } else if wanted_has && let Some(overcome) = clash(tag, &same_kind) {
            all.push(Difference {
                kind: tag.kind,
                wanted_has: None,
                detail: tag.detail.clone(),
                by_album: false,
                overcome,
            });
        }
    }
    if !same_album {
        all.extend(of_albums(asked, has));
    }
    if guests_differ(asked.0, has.0) {
        all.push(Difference {
            kind: Kind::Named,
            wanted_has: None,
            detail: "guests".into(),
            by_album: false,
            overcome: Overcome::Never,
        });
    }
    all
}

/// How many preferences, mono or stereo, explicit or clean, are on one side only.
pub(super) fn preferences(asked: &Names, has: &Names) -> usize {
    let of = |tags: &[Tag]| -> Vec<Kind> {
        let kinds = tags.iter().map(|tag| tag.kind);
        kinds
            .filter(|kind| kind.bearing() == Bearing::Preference)
            .collect()
    };
    let (mine, others) = (of(&asked.title.tags), of(&has.title.tags));
    let missing = mine.iter().filter(|kind| !others.contains(kind)).count();
    missing + others.iter().filter(|kind| !mine.contains(kind)).count()
}

fn one_sided(tag: &Tag, wanted_has: bool) -> Option<Difference> {
    let overcome = match tag.kind.bearing() {
        Bearing::None | Bearing::Preference => return None,
        Bearing::Length => Overcome::ByLength,
        Bearing::Another => Overcome::Never,
    };
    Some(Difference {
        kind: tag.kind,
        wanted_has: Some(wanted_has),
        detail: tag.detail.clone(),
        by_album: false,
        overcome,
    })
}

/// Versions of one kind that are told otherwise: two remixers, two concerts.
fn clash(tag: &Tag, others: &[&Tag]) -> Option<Overcome> {
    let ways = others
        .iter()
        .map(|other| clash_of_two(tag.kind, &tag.detail, &other.detail));
    ways.min_by_key(|way| match way {
        None => 0,
        Some(Overcome::ByLength) => 1,
        Some(Overcome::ByLengthAndAlbum) => 2,
        Some(Overcome::Never) => 3,
    })?
}

fn clash_of_two(kind: Kind, mine: &str, other: &str) -> Option<Overcome> {
    let words = |text: &str| -> Vec<String> {
        text.split(' ')
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (a, b) = (words(mine), words(other));
    let within = |a: &[String], b: &[String]| a.iter().all(|word| b.contains(word));
    if a == b || a.concat() == b.concat() {
        return None;
    }
    match (a.is_empty() || b.is_empty(), kind) {
        // Live, and nobody says where: the length has to tell, as it has for any concert.
        (true, Kind::Live) => None,
        (true, _) => Some(Overcome::ByLength),
        (false, _) if within(&a, &b) || within(&b, &a) => None,
        (false, Kind::Live) if a.iter().any(|word| b.contains(word)) => Some(Overcome::ByLength),
        (false, Kind::Live) => Some(Overcome::ByLengthAndAlbum),
        (false, _) => Some(Overcome::Never),
    }
}

/// What the albums tell where the titles do not.
fn of_albums(asked: (&Names, &Album), has: (&Names, &Album)) -> Vec<Difference> {
    let told = |(names, album): (&Names, &Album), kind: Kind| {
        names.title.is(kind) || album.kinds.contains(&kind)
    };
    let kinds = asked.1.kinds.iter().chain(&has.1.kinds);
    let mut one_sided: Vec<Kind> = kinds
        .copied()
        .filter(|kind| told(asked, *kind) != told(has, *kind))
        .collect();
    one_sided.sort();
    one_sided.dedup();
    let difference = |kind| Difference {
        kind,
        wanted_has: Some(told(asked, kind)),
        detail: String::new(),
        by_album: true,
        overcome: Overcome::Never,
    };
    one_sided.into_iter().map(difference).collect()
}

/// Whether both titles name guests, and nobody is in both, by any word of a name.
fn guests_differ(asked: &Names, has: &Names) -> bool {
    let (mine, others) = (&asked.title.guests, &has.title.guests);
    if mine.is_empty() || others.is_empty() {
        return false;
    }
    let of = |guests: &[String]| Credit::default().with_guests(guests);
    let (mine, others) = (of(mine), of(others));
    // A guest here may be among the artists there.
    let known = |act: &Act, credit: &Credit| credit.acts.iter().any(|other| other.core == act.core);
    let shared = |act: &Act| {
        act.words.iter().any(|word| {
            word.chars().count() > 2 && others.acts.iter().any(|other| other.words.contains(word))
        })
    };
    !mine
        .acts
        .iter()
        .any(|act| shared(act) || known(act, has.everybody()))
        && !others.acts.iter().any(|act| known(act, asked.everybody()))
}
