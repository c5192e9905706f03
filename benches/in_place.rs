//! How long the guard needs to find what would play in a client's place: the song by an id, the list that it is in, and the
//! first rows behind it.
//!
//! `cargo bench --bench in_place -- HOME [QUESTIONS]` takes a home whose library is scanned, puts 500 playlists of 200 rows
//! with ids of a service into it (a home of its own: they stay there), asks (default 300), and prints the median, the 99th
//! percentile and the slowest, in ms. It asserts nothing.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use standin::library::Library;
use standin::library::worker::ReadIn;
use standin::music::Wanted;
use std::path::Path;
use std::time::Instant;

const LISTS: usize = 500;
const ROWS: usize = 200;

/// What was played before that is told.
const BEFORE: usize = 5;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|word| word != "--bench");
    let Some(home) = arguments.next() else {
        return println!("Nothing was measured: name a home whose library is scanned");
    };
    let questions: usize = arguments.next().map_or(300, |count| count.parse().unwrap());
    let home = Path::new(&home);
    let library = Library::new(&home.join("data"), &home.join("cache"), ReadIn::default());
    let rows = rows(&library);
    let mut times = Vec::new();
    let mut found = [0, 0, 0];
    for question in 0..questions {
        let at = question * 7_919 % rows.len();
        let at = at.max(at / ROWS * ROWS + BEFORE);
        let before: Vec<Wanted> = (1..=BEFORE).map(|back| id_of(&rows[at - back])).collect();
        let began = Instant::now();
        let in_place = library.in_place_of(&id_of(&rows[at]), &before).unwrap();
        times.push(began.elapsed().as_secs_f64() * 1_000.0);
        let expected = format!("List {:03}", at / ROWS);
        found[0] += usize::from(in_place.list.as_deref() == Some(&*expected));
        found[1] += usize::from(in_place.instead.is_some());
        found[2] += in_place.songs.len();
    }
    times.sort_by(f64::total_cmp);
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    println!(
        "{questions} questions among {} lists: median {:.1} ms, p99 {:.1} ms, slowest {:.1} ms; {} lists right, {} play, {} songs",
        LISTS,
        at(0.5),
        at(0.99),
        at(1.0),
        found[0],
        found[1],
        found[2],
    );
}

/// The rows of all lists, one list after the other; where they are not there they are made.
fn rows(library: &Library) -> Vec<Wanted> {
    let songs = library.reader().unwrap().all_by_album().unwrap();
    let row = |number: usize| {
        // Songs of one list lie all over the library.
        let song = &songs[number * 104_729 % songs.len()];
        Wanted {
            title: song.title(),
            artists: song.tags.artists.clone(),
            album: song.tags.album.clone(),
            length_ms: song.length_ms,
            external: vec![("spotify".into(), format!("{number:022}"))],
            ..Wanted::default()
        }
    };
    let rows: Vec<Wanted> = (0..LISTS * ROWS).map(row).collect();
    let mut person = library.person().unwrap();
    if person.playlists().unwrap().is_empty() {
        for (at, list) in rows.chunks(ROWS).enumerate() {
            person.create(&format!("List {at:03}"), list).unwrap();
        }
    }
    rows
}

fn id_of(row: &Wanted) -> Wanted {
    Wanted {
        external: row.external.clone(),
        ..Wanted::default()
    }
}
