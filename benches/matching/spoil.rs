//! Rows as exports would have them: a song's names, spoilt at the rates that were counted in exports of seven people.

use fastrand::Rng;
use standin::music::{Song, Wanted};

/// What was done to a row.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spoilt {
    pub no_length: bool,
    pub no_album: bool,
    pub remaster: bool,
    pub feat: bool,
    pub misspelt: bool,
}

/// The row of a song.
pub fn spoil(song: &Song, random: &mut Rng) -> (Wanted, Spoilt) {
    let mut spoilt = Spoilt::default();
    let tags = &song.tags;
    let mut title = renotated(&song.title(), random);
    let mut artists = tags.artists.clone();
    if chance(random, 1.9) {
        spoilt.feat = true;
        title = format!(
            "{title} ({} Some Guest)",
            pick(random, &["feat.", "ft.", "with", "featuring"])
        );
    } else if artists.len() > 1 && chance(random, 30.0) {
        spoilt.feat = true;
        let guests = artists.split_off(1).join(pick(random, &[" & ", ", "]));
        title = format!("{title} (feat. {guests})");
    }
    if chance(random, 3.0) {
        spoilt.remaster = true;
        title += pick(
            random,
            &[
                " - Remastered 2011",
                " - 2009 Remaster",
                " (Remastered)",
                " - Remastered",
                " - 2015 Digital Remaster",
            ],
        );
    } else if chance(random, 4.0) {
        title += pick(
            random,
            &[
                " - Album Version",
                " (Bonus Track)",
                " - Single Version",
                " - From \"Example\" Soundtrack",
                " - Mono",
                " [Explicit]",
                " - Original Mix",
            ],
        );
    }
    artists = credited(artists, random);
    if chance(random, 0.5) {
        spoilt.misspelt = true;
        title = misspelt(&title, random);
    }
    let album = match random.u32(..100) {
        0..15 => String::new(),
        15..25 => format!("{} (Deluxe Edition)", tags.album),
        25..30 => "Best of Everything".into(),
        _ => tags.album.clone(),
    };
    spoilt.no_album = album.is_empty();
    let length_ms = song
        .length_ms
        .filter(|_| random.bool())
        .map(|ms| jittered(ms, random));
    spoilt.no_length = length_ms.is_none();
    let isrc = if chance(random, 40.0) {
        tags.isrc.clone()
    } else {
        String::new()
    };
    let isrc = if chance(random, 3.0) {
        isrc.to_lowercase()
    } else {
        isrc
    };
    (
        Wanted {
            title,
            artists,
            album,
            length_ms,
            isrc,
            ..Wanted::default()
        },
        spoilt,
    )
}

/// The same title in another notation.
fn renotated(title: &str, random: &mut Rng) -> String {
    let mut title = title.to_owned();
    if let Some(inner) = title
        .strip_suffix(')')
        .and_then(|rest| rest.split_once(" ("))
    {
        title = match random.u32(..3) {
            0 => format!("{} - {}", inner.0, inner.1),
            1 => format!("{} [{}]", inner.0, inner.1),
            _ => title,
        };
    }
    if chance(random, 50.0) {
        title = title
            .replace(", Pt. 1", " (Part I)")
            .replace(", Pt. 2", " (Part II)");
    }
    match random.u32(..100) {
        0..4 => title.replace('\'', "’"),
        4..8 => title.to_uppercase(),
        8..12 => title.to_lowercase(),
        12..14 => title.replace(" and ", " & "),
        14..16 => standin::music::fold(&title),
        _ => title,
    }
}

fn credited(mut artists: Vec<String>, random: &mut Rng) -> Vec<String> {
    if artists.len() > 1 {
        match random.u32(..10) {
            0 => artists.truncate(1),
            1..4 => return vec![artists.join(", ")],
            4 => return vec![artists.join(" & ")],
            5 => return vec![artists.join(";")],
            6 => artists.reverse(),
            _ => {}
        }
    }
    if chance(random, 3.0) {
        artists = artists
            .iter()
            .map(|artist| standin::music::fold(artist))
            .collect();
    }
    artists
}

/// Two neighbours swapped, a letter left out or doubled.
fn misspelt(title: &str, random: &mut Rng) -> String {
    let mut letters: Vec<char> = title.chars().collect();
    if letters.len() < 4 {
        return title.to_owned();
    }
    let at = random.usize(1..letters.len() - 1);
    match random.u32(..3) {
        0 => letters.swap(at, at + 1),
        1 => drop(letters.remove(at)),
        _ => letters.insert(at, letters[at]),
    }
    letters.into_iter().collect()
}

/// Nine in ten lie within a second.
fn jittered(ms: u64, random: &mut Rng) -> u64 {
    let most = match random.u32(..100) {
        0..90 => 1_000,
        90..98 => 2_000,
        _ => 4_500,
    };
    (ms + random.u64(..=2 * most)).saturating_sub(most)
}

pub fn chance(random: &mut Rng, percent: f64) -> bool {
    random.f64() * 100.0 < percent
}

pub fn pick<'a>(random: &mut Rng, list: &[&'a str]) -> &'a str {
    list[random.usize(..list.len())]
}
