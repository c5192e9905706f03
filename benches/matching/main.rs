//! How well and how fast rows are matched with songs. It asserts nothing and prints what went wrong.
//!
//! `cargo bench --bench matching -- pairs PAIRS.csv`: labelled pairs, with the columns `same` (1 or 0) and for `wanted_` and
//! `owned_` each `title`, `artist`, `album`, `time` (m:ss) and, where they are there, `isrc`, and `stratum`, by which the figures
//! are told, too. `benches/matching/own-pairs.csv` are ours: tags as they might stand, of recordings that are known.
//! `… -- made [SONGS] [SEED]`: a made library, its rows spoilt at the rates that exports show, and decoys: the song taken
//! away, and only other versions of it left.
//! `… -- index DATA CACHE [ROWS]`: rows spoilt from the songs of an index, found again through it: what a row costs.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod decoys;
mod made;
mod pairs;
mod shelf;
mod spoil;

use standin::library::Library;
use standin::library::worker::ReadIn;
use standin::wanted::artist::Aliases;
use std::path::Path;
use std::time::Instant;

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let number =
        |at: usize, default: usize| words.get(at).map_or(default, |word| word.parse().unwrap());
    match words.as_slice() {
        ["pairs", file, ..] => pairs::measure(Path::new(file)),
        ["made", ..] => made::measure(number(1, 10_000), number(2, 7) as u64),
        ["index", data, cache, ..] => index(data, cache, number(3, 2_000)),
        _ => println!(
            "Matching was not measured: say `pairs FILE.csv`, `made [SONGS] [SEED]` or `index DATA CACHE [ROWS]`"
        ),
    }
}

/// What a row costs, through the index.
fn index(data: &str, cache: &str, rows: usize) {
    let library = Library::new(Path::new(data), Path::new(cache), ReadIn::ThisProcess);
    let songs = library.reader().unwrap().all_by_album().unwrap();
    let mut random = fastrand::Rng::with_seed(7);
    let spoilt: Vec<_> = (0..rows)
        .map(|_| {
            let song = &songs[random.usize(..songs.len())];
            spoil::spoil(song, &mut random).0
        })
        .collect();
    let mut missing = spoilt.clone();
    for (row, word) in missing
        .iter_mut()
        .zip(["Nowhere", "Elsewhere", "Otherwise"].iter().cycle())
    {
        row.title = format!("{word} {}", row.title);
        row.isrc.clear();
    }
    library.resolve(&spoilt[..rows.min(50)]).unwrap();
    for (name, rows) in [("owned", &spoilt), ("not owned", &missing)] {
        let began = Instant::now();
        let verdicts = library.resolve(rows).unwrap();
        let ms = began.elapsed().as_secs_f64() * 1_000.0 / rows.len() as f64;
        let found = verdicts
            .iter()
            .filter(|verdict| verdict.song().is_some())
            .count();
        let mut times: Vec<f64> = rows
            .iter()
            .take(500)
            .map(|row| {
                let began = Instant::now();
                library.explain(row).unwrap();
                began.elapsed().as_secs_f64() * 1_000.0
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!(
            "{name}: {} rows over {} songs: {ms:.3} ms a row, {found} found; with all evidence, the index opened anew: median {:.2} ms, slowest {:.2} ms",
            rows.len(),
            songs.len(),
            times[times.len() / 2],
            times.last().unwrap()
        );
    }
}

/// The share of successes and the bounds that it lies within at 95 %, by Wilson.
fn wilson(right: usize, all: usize) -> String {
    if all == 0 {
        return "none".into();
    }
    let (n, p, z) = (all as f64, right as f64 / all as f64, 1.96_f64);
    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt() / (1.0 + z * z / n);
    format!(
        "{p:.4} ({right} of {all}; {:.4} to {:.4})",
        (middle - half).max(0.0),
        (middle + half).min(1.0)
    )
}

fn aliases() -> Aliases {
    Aliases::default()
}
