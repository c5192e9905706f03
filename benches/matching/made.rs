//! A made library, rows of it that are spoilt, and decoys.

use crate::decoys::{OTHERS, decoys, other_version};
use crate::shelf::Shelf;
use crate::spoil::{Spoilt, chance, pick, spoil};
use crate::{aliases, wilson};
use fastrand::Rng;
use standin::library::resolve::resolve;
use standin::music::{Format, Place, Song, Tags, Verdict, Wanted};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

const ADJECTIVES: &[&str] = &[
    "Broken", "Golden", "Silent", "Electric", "Lonely", "Northern", "Velvet", "Amber", "Restless",
    "Paper", "Hollow", "Crimson", "Distant", "Early", "Frozen", "Gentle", "Hidden", "Iron",
    "Little", "Midnight", "Second", "Wild", "Blue", "Young", "Süße", "Żywy", "Última", "Été",
];
const NOUNS: &[&str] = &[
    "River", "Mirror", "Garden", "Engine", "Letter", "Harbour", "Winter", "Anchor", "Lantern",
    "Island", "Window", "Thunder", "Shadow", "Carousel", "Highway", "Feather", "Compass",
    "Orchard", "Signal", "Summer", "Ladder", "Stranger", "Ocean", "Kingdom", "Love", "Night",
    "Home", "Heart's",
];
const VERBS: &[&str] = &[
    "Chasing",
    "Holding",
    "Over",
    "Under",
    "Beyond",
    "Don't Follow",
    "Waiting for",
    "Leaving",
    "Between",
    "I'm",
    "After",
    "Burning",
    "We Are",
    "Let's Find",
    "Counting",
    "You and",
    "Remember",
    "Behind",
    "Singing",
    "Goodbye",
    "Dreaming of",
    "Rock 'n' Roll",
    "Hello",
    "Without",
];
const FOREIGN: &[&str] = &[
    "群青の",
    "アイドル",
    "夜に駆ける",
    "Группа крови",
    "Чумачечая",
    "Звезда",
    "사랑",
    "봄날",
    "Σίσυφος",
    "月光",
];
/// A song and the number of its recording, which copies share.
pub type Made = (Arc<Song>, usize);

pub fn measure(songs: usize, seed: u64) {
    let mut random = Rng::with_seed(seed);
    let made = library(songs, &mut random);
    let recording: HashMap<String, usize> = made
        .iter()
        .map(|(song, recording)| (song.place.uri().to_string(), *recording))
        .collect();
    let shelf = Shelf::of(made.iter().map(|(song, _)| song.clone()).collect());
    let mut counts: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let rows: Vec<(&Made, (Wanted, Spoilt))> = (0..songs.min(10_000))
        .map(|_| {
            let one = &made[random.usize(..made.len())];
            (one, spoil(&one.0, &mut random))
        })
        .collect();
    let began = Instant::now();
    let verdicts: Vec<Verdict> = rows
        .iter()
        .map(|(_, (row, _))| resolve(&shelf, row, &aliases()))
        .collect();
    let ms = began.elapsed().as_secs_f64() * 1_000.0 / rows.len() as f64;
    let mut shown = 0;
    for ((truth, (row, spoilt)), verdict) in rows.iter().zip(&verdicts) {
        let found = verdict
            .song()
            .map(|song| recording[&song.place.uri().to_string()]);
        let outcome = match found {
            Some(found) if found == truth.1 => 0,
            Some(_) => 1,
            None => 2,
        };
        for stratum in strata(row, spoilt) {
            let count = counts.entry(stratum).or_default();
            count[outcome] += 1;
            count[3] += 1;
        }
        if outcome != 0 && shown < 25 {
            shown += 1;
            let kind = if outcome == 1 { "WRONG" } else { "missed" };
            println!(
                "{kind}, {}: {} / {}",
                verdict.word(),
                told(row),
                told(&truth.0.wanted())
            );
        }
    }
    println!("{songs} songs, seed {seed}, {ms:.3} ms a row without an index's own time");
    for (stratum, [right, wrong, _, all]) in counts {
        println!("{stratum:12} top-1 {}; wrong {wrong}", wilson(right, all));
    }
    decoys(&made, &mut random);
}

/// A row in short.
pub fn told(row: &Wanted) -> String {
    let seconds = row.length_ms.map(|ms| ms / 1_000);
    format!("{} [{}] {seconds:?} s", row.label(), row.album)
}

fn strata(row: &Wanted, spoilt: &Spoilt) -> Vec<&'static str> {
    let told = [
        ("all", true),
        ("no length", spoilt.no_length),
        ("no album", spoilt.no_album),
        ("neither", spoilt.no_length && spoilt.no_album),
        ("remaster", spoilt.remaster),
        ("feat", spoilt.feat),
        ("misspelt", spoilt.misspelt),
        (
            "non-Latin",
            FOREIGN.iter().any(|word| row.title.contains(word)),
        ),
        ("classical", row.title.contains("Op.")),
        ("ISRC", !row.isrc.is_empty()),
    ];
    told.into_iter()
        .filter(|(_, holds)| *holds)
        .map(|(name, _)| name)
        .collect()
}

fn library(count: usize, random: &mut Rng) -> Vec<Made> {
    let mut made: Vec<Made> = Vec::with_capacity(count);
    let mut titles: HashMap<String, usize> = HashMap::new();
    let mut recordings = 0;
    while made.len() < count {
        let artist = artist(random, made.len());
        for _ in 0..random.usize(1..=3) {
            let album = format!("{} {}", pick(random, ADJECTIVES), pick(random, NOUNS));
            for track in 1..=random.u32(8..=14) {
                let title = title(random, track);
                // An artist has one song of a name, but for its intros.
                let known = titles.entry(format!("{artist}{title}")).or_default();
                *known += 1;
                if *known > 1 {
                    continue;
                }
                recordings += 1;
                let one = song(&artist, &title, &album, track, made.len(), random);
                made.push((Arc::new(one.clone()), recordings));
                if chance(random, 5.0) {
                    let mut copy = one.clone();
                    copy.tags.album = "Best of Everything".into();
                    copy.tags.isrc = String::new();
                    copy.place = place(made.len());
                    made.push((Arc::new(copy), recordings));
                }
                if chance(random, 6.0) {
                    recordings += 1;
                    let other = other_version(&one, pick(random, OTHERS), made.len(), random);
                    made.push((Arc::new(other), recordings));
                }
                if chance(random, 2.0) {
                    recordings += 1;
                    let by_others = self::artist(random, made.len() + 1);
                    let cover = song(&by_others, &title, &album, track, made.len(), random);
                    made.push((Arc::new(cover), recordings));
                }
            }
        }
    }
    made.truncate(count);
    made
}

fn artist(random: &mut Rng, number: usize) -> String {
    let (adjective, noun) = (pick(random, ADJECTIVES), pick(random, NOUNS));
    match random.u32(..20) {
        0 => format!("{noun}, {adjective} & Fire {number}"),
        1 => format!("{noun} & The {adjective}s {number}"),
        2 => format!("{adjective} {noun}{number}; Guest {noun}"),
        3 => format!("Кино {number}"),
        4 => format!("A$AP {noun} {number}"),
        _ => format!("The {adjective} {noun} {number}"),
    }
}

fn title(random: &mut Rng, track: u32) -> String {
    let plain = format!(
        "{} {} {}",
        pick(random, VERBS),
        pick(random, ADJECTIVES),
        pick(random, NOUNS)
    );
    match random.u32(..200) {
        0..8 if track == 1 => "Intro".into(),
        8..10 => pick(random, FOREIGN).into(),
        10..12 => format!(
            "Symphony No. {} in C Minor, Op. {}: {}. Allegro",
            random.u32(1..9),
            random.u32(1..120),
            pick(random, &["I", "II", "III", "IV"])
        ),
        12..14 => format!("{plain}, Pt. {}", random.u32(1..=2)),
        14..16 => random.u32(1900..2100).to_string(),
        16..20 => pick(random, NOUNS).into(),
        20..24 => format!("{plain} (To the {})", pick(random, NOUNS)),
        _ => plain,
    }
}

fn song(
    artist: &str,
    title: &str,
    album: &str,
    track: u32,
    number: usize,
    random: &mut Rng,
) -> Song {
    let isrc = if random.bool() {
        format!("QZEXA{number:07}")
    } else {
        String::new()
    };
    Song {
        id: None,
        place: place(number),
        key: None,
        part: 0,
        span: None,
        tags: Tags {
            title: title.into(),
            artists: artist.split("; ").map(str::to_owned).collect(),
            album: album.into(),
            track: Some(track),
            isrc,
            ..Tags::default()
        },
        format: Format::default(),
        length_ms: Some(random.u64(90_000..400_000)),
        modified_ms: None,
    }
}

pub fn place(number: usize) -> Place {
    Place::outside(Path::new(&format!("/music/{number}.flac"))).unwrap()
}
