//! How long a search takes inside the program: words typed letter by letter, the first 50 songs in order of rank.
//!
//! `cargo bench --bench finding -- LIBRARY.DB ROOT [SONGS]` takes the names of so many songs of the root (default 300), asks
//! for each beginning of them as a person types it, and prints the median, the 99th percentile and the slowest, in ms.
//! `benches/finding.py` makes an index and puts peers beside it. It asserts nothing.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use standin::library::{Index, Reader};
use standin::music::{Root, Song};
use std::sync::Arc;
use std::time::Instant;

/// Songs asked for, as a screen of them.
const SHOWN: usize = 50;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|word| word != "--bench");
    let (Some(path), Some(name)) = (arguments.next(), arguments.next()) else {
        return println!("Finding was not measured: name a library.db and a root in it");
    };
    let samples: usize = arguments.next().map_or(300, |count| count.parse().unwrap());
    // No file is looked at: where the root lies does not matter.
    let dir = "/".into();
    let root = Arc::new(Root { name, dir });
    let reader = Index::at(path).reader(&[root]).unwrap();
    let queries: Vec<String> = phrases(&reader, samples)
        .iter()
        .flat_map(|text| typed(text))
        .collect();
    // What the first questions bring into memory is there for a person's second one too.
    for query in queries.iter().take(20) {
        reader.search_near(query, SHOWN).unwrap();
    }
    let mut times = Vec::new();
    for query in &queries {
        let began = Instant::now();
        let found = reader.search_near(query, SHOWN).unwrap();
        times.push((
            began.elapsed().as_secs_f64() * 1_000.0,
            query,
            found.songs.len(),
        ));
    }
    times.sort_by(|a, b| a.0.total_cmp(&b.0));
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].0;
    let (slowest, query, found) = times.last().unwrap();
    println!(
        "{} searches of {} songs: median {:.2} ms, p99 {:.2} ms, slowest {slowest:.2} ms (“{query}”, {found} songs)",
        times.len(),
        reader.song_count().unwrap(),
        at(0.5),
        at(0.99),
    );
}

/// What people ask for: a title, an artist, an album, or an artist and a title, of songs all over the index.
fn phrases(reader: &Reader, samples: usize) -> Vec<String> {
    let songs = reader.all_by_album().unwrap();
    let step = (songs.len() / samples.max(1)).max(1);
    let phrase = |(n, song): (usize, &Song)| {
        let (tags, artists) = (&song.tags, song.tags.artists.join(" "));
        match n % 4 {
            0 => tags.title.clone(),
            1 => artists,
            2 => tags.album.clone(),
            _ => format!("{artists} {}", tags.title),
        }
    };
    songs
        .iter()
        .step_by(step)
        .take(samples)
        .enumerate()
        .map(phrase)
        .collect()
}

/// Each beginning of a text, letter by letter.
fn typed(text: &str) -> Vec<String> {
    let ends = text
        .char_indices()
        .map(|(at, letter)| at + letter.len_utf8());
    let beginnings = ends.map(|end| text[..end].to_owned());
    beginnings.filter(|text| !text.ends_with(' ')).collect()
}
