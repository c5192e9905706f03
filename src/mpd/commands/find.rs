//! Songs by what they are like: `find`, `search`, what they add to, `count` and `list`. It only reads the arguments and
//! tells what the library finds.

use super::filters::{Filter, refusal};
use super::queue;
use crate::library::person::{Person, PersonError};
use crate::library::query::{AskedError, Case, Counted, ListedType, Listing, strictly};
use crate::mpd::ack::Ack;
use crate::mpd::command::{ANY, Call, Command, Needs, aside};
use crate::mpd::song::{self, spelt};
use crate::mpd::subsystem::Subsystems;
use crate::music::{self, Field, Origin, Song};
use crate::player::Event;
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

impl Filter {
    fn songs(&self, call: &Call) -> Result<Vec<Song>, Ack> {
        let limit = Some(self.window.end).filter(|end| *end < usize::MAX);
        let mut songs = call.here()?.first_matching(&self.what, self.sort, limit)?;
        songs.drain(..self.window.start.min(songs.len()));
        Ok(songs)
    }
}

fn tell_found(call: &mut Call, case: Case) -> Result<(), Ack> {
    let filter = Filter::read(call, 0, case, false)?;
    let reader = call.here()?;
    let found = reader.pages_found(&filter.what, filter.sort, filter.window)?;
    call.tell_pages(found, |song, call| song::tell(song, call.client, call.out))
}

fn add_found(call: &mut Call, case: Case) -> Result<(), Ack> {
    let filter = Filter::read(call, 0, case, true)?;
    let at = match filter.position {
        Some(argument) => queue::position(call, argument)?,
        None => None,
    };
    let songs: Vec<Arc<Song>> = filter.songs(call)?.into_iter().map(Arc::new).collect();
    if songs.is_empty() {
        return Ok(());
    }
    let event = match at {
        None => Event::Append(songs),
        Some(at) => Event::Insert { songs, at },
    };
    let words = filter.words.join(" ");
    call.queue_up(event, Some(Origin::Search(words))).map(drop)
}

fn add_to_playlist(call: &mut Call) -> Result<(), Ack> {
    let name = call.text(0)?.to_owned();
    let filter = Filter::read(call, 1, Case::Folded, false)?;
    let songs = filter.songs(call)?;
    let rows: Vec<_> = songs.iter().map(Song::wanted).collect();
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
        let found = reader.pages_found(&listing.filter, None, 0..usize::MAX)?;
        return call.tell_pages(found, |song, call| song::tell_file(song, call.out));
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
