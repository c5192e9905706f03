//! Songs by what they are like: `find`, `search`, what they add to, `count` and `list`. It only reads the arguments and
//! tells what the library finds.

use super::queue;
use crate::library::person::{Person, PersonError};
use crate::library::query::{
    AskedError, Case, Counted, Expression, ListedType, Listing, Sort, strictly,
};
use crate::mpd::ack::Ack;
use crate::mpd::command::{ANY, Call, Command, Needs, aside, range};
use crate::mpd::song::{self, spelt};
use crate::mpd::subsystem::Subsystems;
use crate::music::{self, Field, Song};
use crate::player::Event;
use std::ops::Range;
use std::sync::Arc;

pub const COMMANDS: &[Command] = &[
    aside("find", Needs::Read, 1..=ANY, |call| {
        tell_found(call, Case::Exact)
    }),
    aside("search", Needs::Read, 1..=ANY, |call| {
        tell_found(call, Case::Folded)
    }),
    aside("findadd", Needs::Add, 1..=ANY, |call| {
        add_found(call, Case::Exact)
    }),
    aside("searchadd", Needs::Add, 1..=ANY, |call| {
        add_found(call, Case::Folded)
    }),
    aside("searchaddpl", Needs::Control, 2..=ANY, add_to_playlist),
    aside("count", Needs::Read, 1..=ANY, |call| {
        count(call, Case::Exact)
    }),
    aside("searchcount", Needs::Read, 1..=ANY, |call| {
        count(call, Case::Folded)
    }),
    aside("list", Needs::Read, 1..=ANY, list),
];

/// What is asked for.
struct Wanted {
    filter: Expression,
    sort: Option<Sort>,
    window: Range<usize>,
    /// Which argument says where what is found goes.
    position: Option<usize>,
}

impl Wanted {
    /// `FILTER [sort TYPE] [window START:END] [position POSITION]`, of which the last only where something is added.
    fn read(call: &Call, from: usize, case: Case, adds: bool) -> Result<Self, Ack> {
        let texts = call.texts(from)?;
        let mut rest = texts.as_slice();
        let position = take_option("position", &mut rest).filter(|_| adds);
        if position.is_none() {
            rest = &texts;
        }
        let window = take_option("window", &mut rest).map(range);
        let sort = take_option("sort", &mut rest).map(order);
        Ok(Self {
            filter: strictly(rest, case).map_err(refusal)?,
            sort: sort.transpose()?,
            window: window.transpose()?.unwrap_or(0..usize::MAX),
            position: position.map(|_| call.args.len() - 1),
        })
    }

    fn songs(&self, call: &Call) -> Result<Vec<Arc<Song>>, Ack> {
        let mut songs = Vec::new();
        self.each(call, &mut |song| {
            songs.push(Arc::new(song.clone()));
            true
        })?;
        Ok(songs)
    }

    fn each(&self, call: &Call, see: &mut dyn FnMut(&Song) -> bool) -> Result<(), Ack> {
        let reader = call.here()?;
        Ok(reader.each_found(&self.filter, self.sort, self.window.clone(), see)?)
    }
}

/// The value of an option that stands at the end.
fn take_option<'t>(name: &str, rest: &mut &'t [String]) -> Option<&'t str> {
    match *rest {
        [before @ .., option, value] if option == name && !before.is_empty() => {
            *rest = before;
            Some(value)
        }
        _ => None,
    }
}

fn order(name: &str) -> Result<Sort, Ack> {
    let spelt = name
        .to_ascii_lowercase()
        .replace("last-modified", "modified");
    spelt.parse().map_err(|_| Ack::arg("Unknown sort tag"))
}

/// In MPD's words where it has some.
fn refusal(error: AskedError) -> Ack {
    Ack::arg(match error {
        AskedError::NoValue(_) => "Incorrect number of filter arguments".to_owned(),
        AskedError::Mixed(_) => "Unknown filter type".to_owned(),
        AskedError::NotListed(name) => format!("Unknown tag type: {name}"),
        AskedError::GroupedByItself(_) => "Conflicting group".to_owned(),
        error => error.to_string(),
    })
}

fn tell_found(call: &mut Call, case: Case) -> Result<(), Ack> {
    let wanted = Wanted::read(call, 0, case, false)?;
    let reader = call.here()?;
    reader.each_found(&wanted.filter, wanted.sort, wanted.window, &mut |song| {
        song::tell(song, call.client, call.out);
        !call.out.is_gone()
    })?;
    Ok(())
}

fn add_found(call: &mut Call, case: Case) -> Result<(), Ack> {
    let wanted = Wanted::read(call, 0, case, true)?;
    let at = match wanted.position {
        Some(argument) => queue::position(call, argument)?,
        None => None,
    };
    let songs = wanted.songs(call)?;
    if songs.is_empty() {
        return Ok(());
    }
    call.ask(match at {
        None => Event::Append(songs),
        Some(at) => Event::Insert { songs, at },
    })
    .map(drop)
}

fn add_to_playlist(call: &mut Call) -> Result<(), Ack> {
    let name = call.text(0)?.to_owned();
    let wanted = Wanted::read(call, 1, Case::Folded, false)?;
    let mut rows = Vec::new();
    wanted.each(call, &mut |song| {
        rows.push(song.wanted());
        true
    })?;
    if rows.is_empty() {
        return Ok(());
    }
    let mut person = call.house.library.person()?;
    put_rows(&mut person, &name, &rows).map_err(|error| Ack::arg(error.to_string()))?;
    call.house.stir.tell(Subsystems::STORED_PLAYLIST);
    Ok(())
}

fn put_rows(person: &mut Person, name: &str, rows: &[music::Wanted]) -> Result<(), PersonError> {
    let known = person.playlists()?;
    match known.iter().any(|list| list.name == name) {
        true => person.append(name, rows),
        false => person.create(name, rows),
    }
}

fn count(call: &mut Call, case: Case) -> Result<(), Ack> {
    let texts = call.texts(0)?;
    let (rest, group) = match texts.as_slice() {
        [before @ .., group, by] if group == "group" => {
            let field = Field::from_name(by);
            let unknown = || Ack::arg(format!("Unknown tag type: {by}"));
            (before, Some(field.ok_or_else(unknown)?))
        }
        all => (all, None),
    };
    let filter = strictly(rest, case).map_err(refusal)?;
    let reader = call.here()?;
    let Some(field) = group else {
        tell_count(reader.counted(&filter)?, call);
        return Ok(());
    };
    for (value, counted) in reader.counted_by(&filter, field)? {
        call.out.text(spelt(field), &value);
        tell_count(counted, call);
    }
    Ok(())
}

fn tell_count(counted: Counted, call: &mut Call) {
    call.out.pair("songs", counted.songs);
    call.out.pair("playtime", counted.length_ms / 1_000);
}

fn list(call: &mut Call) -> Result<(), Ack> {
    let texts = call.texts(0)?;
    let mut listing = Listing::read(&texts).map_err(|error| match error {
        AskedError::Mixed(_) if texts.len() == 2 => Ack::arg("should be \"Album\" for 3 arguments"),
        error => refusal(error),
    })?;
    // The last one that is named is the outermost, as in MPD.
    listing.groups.reverse();
    let reader = call.here()?;
    let ListedType::Field(field) = listing.what else {
        reader.each_found(&listing.filter, None, 0..usize::MAX, &mut |song| {
            call.out.uri("file", song.uri().as_bytes());
            !call.out.is_gone()
        })?;
        return Ok(());
    };
    let fields: Vec<Field> = listing.groups.iter().copied().chain([field]).collect();
    let mut before: Vec<String> = Vec::new();
    for row in reader.listed(&listing)? {
        let same = row
            .iter()
            .zip(&before)
            .take_while(|(one, other)| one == other);
        let same = same.count().min(fields.len() - 1);
        for (field, value) in fields.iter().zip(&row).skip(same) {
            call.out.text(spelt(*field), value);
        }
        before = row;
    }
    Ok(())
}
