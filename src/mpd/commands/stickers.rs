//! Stickers: values that clients keep of songs. Stars and counts are the library's own, under the names that clients use:
//!
//! | name | what it is |
//! |---|---|
//! | `rating` | half stars, 0 to 10: may be set |
//! | `playCount`, `skipCount` | how often it was heard or stepped over here |
//! | `lastPlayed`, `lastSkipped` | when that was last, in s since 1970 |

use super::queue;
use crate::library::Reader;
use crate::library::person::{About, Kept, Person};
use crate::mpd::ack::Ack;
use crate::mpd::command::{ANY, Call, Command, Needs, aside, range};
use crate::mpd::subsystem::Subsystems;
use crate::music::{AudioKey, Rating, Song, Uri};
use std::cmp::Ordering;

pub const COMMANDS: &[Command] = &[
    aside("sticker", Needs::Admin, 3..=ANY, sticker),
    aside("stickernames", Needs::Admin, 0..=0, |call| {
        names(call, |name, call| call.out.text("name", name))
    }),
    aside("stickertypes", Needs::Admin, 0..=0, |call| {
        call.out.pair("stickertype", "song");
        Ok(())
    }),
    aside("stickernamestypes", Needs::Admin, 0..=1, |call| {
        if !call.args.is_empty() {
            of_songs(call.text(0)?)?;
        }
        names(call, |name, call| {
            call.out.text("name", name);
            call.out.pair("type", "song");
        })
    }),
];

/// Names whose values are the library's own.
const OWN: &[(&str, Kept)] = &[
    ("rating", Kept::Rating),
    ("playCount", Kept::Plays),
    ("skipCount", Kept::Skips),
    ("lastPlayed", Kept::LastPlayed),
    ("lastSkipped", Kept::LastSkipped),
];

/// Stickers that are found with one question, before they are cut to a window.
const MAX_FOUND: usize = 1_000_000;

fn own(name: &str) -> Option<Kept> {
    let found = OWN.iter().find(|(own, _)| *own == name);
    found.map(|(_, kept)| *kept)
}

fn of_songs(domain: &str) -> Result<(), Ack> {
    match domain {
        "song" => Ok(()),
        _ => Err(Ack::arg("unknown sticker domain")),
    }
}

fn no_such() -> Ack {
    Ack::no_exist("no such sticker")
}

fn sticker(call: &mut Call) -> Result<(), Ack> {
    of_songs(call.text(1)?)?;
    match (call.text(0)?, call.args.len()) {
        ("get", 4) => get(call),
        ("set", 5) => set(call),
        ("inc", 5) => change(call, 1),
        ("dec", 5) => change(call, -1),
        ("delete", 3 | 4) => delete(call),
        ("list", 3) => list(call),
        ("find", 4..) => find(call),
        _ => Err(Ack::arg("bad request")),
    }
}

fn names(call: &mut Call, tell: fn(&str, &mut Call)) -> Result<(), Ack> {
    let kept = call.house.library.person_reader()?.sticker_names()?;
    let own = OWN.iter().map(|(name, _)| (*name).to_owned());
    let mut all: Vec<String> = own.chain(kept).collect();
    all.sort_unstable();
    all.dedup();
    all.iter().for_each(|name| tell(name, call));
    Ok(())
}

/// A song, and what is kept of it.
struct KeptOf {
    song: Song,
    person: Person,
    about: Option<About>,
}

impl KeptOf {
    fn read(call: &Call) -> Result<Self, Ack> {
        let song = call.song(2, "No such song")?;
        let person = call.house.library.person_reader()?;
        let about = song.key.map(|key| person.about(key)).transpose()?.flatten();
        Ok(Self {
            song,
            person,
            about,
        })
    }

    /// What the library keeps itself, as it stands on the wire.
    fn own(&self, kept: Kept) -> Option<i64> {
        let about = self.about.as_ref();
        let count = |count: u32| (count > 0).then_some(i64::from(count));
        let number = match kept {
            Kept::Rating => {
                let rating = about.and_then(|about| about.rating);
                Some(rating.or(self.song.tags.rating)?.halves().into())
            }
            Kept::Plays => count(about?.plays),
            Kept::Skips => count(about?.skips),
            Kept::LastPlayed => about?.played_at_ms,
            Kept::LastSkipped => about?.skipped_at_ms,
            Kept::Added => None,
        };
        number.map(|number| on_wire(kept, number))
    }

    fn value(&self, name: &str) -> Result<Option<String>, Ack> {
        if let Some(kept) = own(name) {
            return Ok(self.own(kept).map(|number| number.to_string()));
        }
        let value = self.song.key.map(|key| self.person.sticker(key, name));
        Ok(value.transpose()?.flatten())
    }
}

/// Times are in seconds there.
fn on_wire(kept: Kept, number: i64) -> i64 {
    match kept {
        Kept::LastPlayed | Kept::LastSkipped | Kept::Added => number.div_euclid(1_000),
        Kept::Rating | Kept::Plays | Kept::Skips => number,
    }
}

fn tell(name: &str, value: &str, call: &mut Call) {
    call.out.text("sticker", &format!("{name}={value}"));
}

fn get(call: &mut Call) -> Result<(), Ack> {
    let name = call.text(3)?.to_owned();
    let value = KeptOf::read(call)?.value(&name)?;
    tell(&name, &value.ok_or_else(no_such)?, call);
    Ok(())
}

fn list(call: &mut Call) -> Result<(), Ack> {
    let kept = KeptOf::read(call)?;
    let own = OWN.iter().filter_map(|(name, which)| {
        let number = kept.own(*which)?;
        Some(((*name).to_owned(), number.to_string()))
    });
    let stickers = kept.song.key.map(|key| kept.person.stickers(key));
    let stickers = stickers.transpose()?.unwrap_or_default().into_iter();
    let mut all: Vec<_> = own
        .chain(stickers.map(|one| (one.name, one.value)))
        .collect();
    all.sort_unstable();
    for (name, value) in all {
        tell(&name, &value, call);
    }
    Ok(())
}

/// What stickers hang on.
fn key_of(song: &Song) -> Result<AudioKey, Ack> {
    let silent = "nothing can be kept of this song: its sound has not been looked at";
    song.key.ok_or_else(|| Ack::no_exist(silent))
}

fn set(call: &mut Call) -> Result<(), Ack> {
    let song = call.song(2, "No such song")?;
    let (name, value) = (call.text(3)?, call.text(4)?);
    let key = key_of(&song)?;
    match own(name) {
        Some(kept) => {
            let halves = value
                .parse()
                .ok()
                .filter(|halves| *halves <= Rating::MOST_HALVES);
            rate(&song, kept, halves, call)?;
        }
        None => call.house.library.person()?.stick(key, name, value)?,
    }
    call.house.stir.tell(Subsystems::STICKER);
    Ok(())
}

/// Stars can be given; what was heard is counted and nothing else.
fn rate(song: &Song, kept: Kept, halves: Option<u8>, call: &Call) -> Result<(), Ack> {
    if kept != Kept::Rating {
        return Err(Ack::arg("what was heard is counted here and cannot be set"));
    }
    let wrong = || Ack::arg("a rating is a number from 0 to 10");
    let rating = Rating::from_halves(halves.ok_or_else(wrong)?);
    let mut person = call.house.library.person()?;
    person.rate(&[song.wanted()], Some(rating))?;
    Ok(())
}

/// `inc` and `dec`: what is not there yet counts as 0.
fn change(call: &mut Call, sign: i64) -> Result<(), Ack> {
    let by = i64::from(call.unsigned(4)?).saturating_mul(sign);
    let kept = KeptOf::read(call)?;
    let name = call.text(3)?;
    let key = key_of(&kept.song)?;
    match own(name) {
        Some(which) => {
            let now = kept.own(which).unwrap_or(0);
            let most = i64::from(Rating::MOST_HALVES);
            let halves = now.saturating_add(by).clamp(0, most);
            rate(&kept.song, which, u8::try_from(halves).ok(), call)?;
        }
        None => {
            let mut person = call.house.library.person()?;
            let mut is_number = true;
            person.stick_made(key, name, |before| {
                match before.unwrap_or("0").parse::<i64>() {
                    Ok(number) => Some(number.saturating_add(by).to_string()),
                    Err(_) => {
                        is_number = false;
                        None
                    }
                }
            })?;
            if !is_number {
                return Err(Ack::arg("its value is no number"));
            }
        }
    }
    call.house.stir.tell(Subsystems::STICKER);
    Ok(())
}

/// Without a name all of them; what was heard stays.
fn delete(call: &mut Call) -> Result<(), Ack> {
    let kept = KeptOf::read(call)?;
    let name = match call.args.len() {
        3 => None,
        _ => Some(call.text(3)?),
    };
    if name
        .and_then(own)
        .is_some_and(|which| which != Kept::Rating)
    {
        return Err(Ack::arg(
            "what was heard is counted here and cannot be deleted",
        ));
    }
    let is_rated = kept
        .about
        .as_ref()
        .is_some_and(|about| about.rating.is_some());
    let unrates = is_rated && name.is_none_or(|name| name == "rating");
    let mut person = call.house.library.person()?;
    let mut gone = usize::from(unrates);
    if unrates {
        person.rate(&[kept.song.wanted()], None)?;
    }
    if let Some(key) = kept.song.key {
        gone += person.unstick(key, name)?;
    }
    if gone == 0 {
        return Err(no_such());
    }
    call.house.stir.tell(Subsystems::STICKER);
    Ok(())
}

/// `find song FOLDER NAME [OPERATOR VALUE] [sort TYPE] [window START:END]`.
fn find(call: &mut Call) -> Result<(), Ack> {
    let name = call.text(3)?.to_owned();
    let texts = call.texts(4)?;
    let mut rest = texts.as_slice();
    let window = match rest {
        [before @ .., option, value] if option == "window" => {
            rest = before;
            range(value)?
        }
        _ => 0..usize::MAX,
    };
    let sort = match rest {
        [before @ .., option, value] if option == "sort" => {
            rest = before;
            Some(Order::read(value)?)
        }
        _ => None,
    };
    let test = match rest {
        [] => None,
        [operator, value] => Some(Test::read(operator, value)?),
        _ => return Err(Ack::arg("bad request")),
    };
    let folder = queue::uri(&call.args[2]);
    let Ok(folder) = folder.map(|uri| String::from_utf8_lossy(uri.as_bytes()).into_owned()) else {
        return Ok(());
    };
    let reader = call.here()?;
    let mut found = found(&folder, &name, &reader, call)?;
    found.retain(|(_, value)| test.as_ref().is_none_or(|test| test.holds(value)));
    if let Some(order) = sort {
        order.sort(&mut found);
    }
    let end = window.end.min(found.len());
    for (uri, value) in found.get(window.start..end).unwrap_or_default() {
        call.out.uri("file", uri.as_bytes());
        tell(&name, value, call);
    }
    Ok(())
}

/// Songs in a folder that have such a sticker, by address.
fn found(
    folder: &str,
    name: &str,
    reader: &Reader,
    call: &Call,
) -> Result<Vec<(Uri, String)>, Ack> {
    if let Some(kept) = own(name) {
        let all = reader.kept_below(folder, kept)?.into_iter();
        let all = all.map(|(uri, number)| (uri, on_wire(kept, number).to_string()));
        return Ok(all.collect());
    }
    let below = [folder, "/"].concat();
    let is_below = |uri: &Uri| folder.is_empty() || uri.as_bytes().starts_with(below.as_bytes());
    let mut all = Vec::new();
    for sticker in call.house.library.person_reader()?.stickers_named(name)? {
        let songs = reader.songs_by_key(sticker.key)?.into_iter();
        let uris = songs.map(|song| song.uri()).filter(is_below);
        all.extend(uris.map(|uri| (uri, sticker.value.clone())));
        if all.len() >= MAX_FOUND {
            break;
        }
    }
    all.sort_by(|(one, _), (other, _)| one.as_bytes().cmp(other.as_bytes()));
    Ok(all)
}

/// What a value must be like.
struct Test<'a> {
    operator: Operator,
    value: &'a str,
}

#[derive(Clone, Copy)]
enum Operator {
    /// As texts.
    Text(Ordering),
    /// As whole numbers.
    Number(Ordering),
    Contains,
    Begins,
}

impl<'a> Test<'a> {
    fn read(operator: &str, value: &'a str) -> Result<Self, Ack> {
        let operator = match operator {
            "=" => Operator::Text(Ordering::Equal),
            "<" => Operator::Text(Ordering::Less),
            ">" => Operator::Text(Ordering::Greater),
            "eq" => Operator::Number(Ordering::Equal),
            "lt" => Operator::Number(Ordering::Less),
            "gt" => Operator::Number(Ordering::Greater),
            "contains" => Operator::Contains,
            "starts_with" => Operator::Begins,
            _ => return Err(Ack::arg("bad operator")),
        };
        Ok(Self { operator, value })
    }

    fn holds(&self, value: &str) -> bool {
        match self.operator {
            Operator::Text(order) => value.cmp(self.value) == order,
            Operator::Number(order) => number(value).cmp(&number(self.value)) == order,
            Operator::Contains => value.contains(self.value),
            Operator::Begins => value.starts_with(self.value),
        }
    }
}

/// As SQLite reads it, which MPD asks: what is no number is 0.
fn number(value: &str) -> i64 {
    value.trim().parse().unwrap_or(0)
}

/// In which order what is found is told.
struct Order {
    by: By,
    is_reversed: bool,
}

enum By {
    Uri,
    Value,
    Number,
}

impl Order {
    fn read(name: &str) -> Result<Self, Ack> {
        let (is_reversed, name) = match name.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, name),
        };
        let by = match name {
            "uri" => By::Uri,
            "value" => By::Value,
            "value_int" => By::Number,
            _ => return Err(Ack::arg("Unknown sort tag")),
        };
        Ok(Self { by, is_reversed })
    }

    fn sort(&self, found: &mut [(Uri, String)]) {
        found.sort_by(|(one_uri, one), (other_uri, other)| {
            let order = match self.by {
                By::Uri => one_uri.as_bytes().cmp(other_uri.as_bytes()),
                By::Value => one.cmp(other),
                By::Number => number(one).cmp(&number(other)),
            };
            match self.is_reversed {
                true => order.reverse(),
                false => order,
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_compared_as_texts_or_as_numbers() {
        for (value, operator, wanted, holds) in [
            ("10", "=", "10", true),
            ("10", "<", "9", true),
            ("10", "lt", "9", false),
            ("10", "gt", "9", true),
            ("10", "eq", " 10 ", true),
            ("x", "eq", "0", true),
            ("calm sea", "contains", "m s", true),
            ("calm sea", "starts_with", "sea", false),
        ] {
            let test = Test::read(operator, wanted).unwrap();
            assert_eq!(test.holds(value), holds, "{value} {operator} {wanted}");
        }
        assert!(Test::read("==", "x").is_err());
    }

    #[test]
    fn what_is_found_is_sorted_either_way() {
        let found = |order: &str| {
            let all = [("b", "10"), ("a", "9"), ("c", "10")];
            let mut all = all.map(|(uri, value)| (Uri::new(uri), value.to_owned()));
            Order::read(order).unwrap().sort(&mut all);
            all.map(|(uri, _)| uri.to_string()).concat()
        };
        for (order, wanted) in [
            ("uri", "abc"),
            ("-uri", "cba"),
            ("value", "bca"),
            ("value_int", "abc"),
            ("-value_int", "bca"),
        ] {
            assert_eq!(found(order), wanted, "{order}");
        }
    }
}
