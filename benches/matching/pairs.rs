//! Labelled pairs of what is wanted and what is owned.

use crate::{aliases, wilson};
use standin::music::{Format, Place, Song, Tags, Wanted};
use standin::wanted::matcher::judge;
use standin::wanted::title::{Kind, Title};
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Default)]
struct Count {
    right: usize,
    accepted: usize,
    same: usize,
    others: usize,
}

pub fn measure(file: &Path) {
    let text = std::fs::read_to_string(file).unwrap();
    let mut rows = cells(&text).into_iter();
    let header = rows.next().unwrap_or_default();
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for row in rows.filter(|row| row.len() == header.len()) {
        let cell = |name: &str| {
            header
                .iter()
                .position(|head| head == name)
                .map_or(String::new(), |at| row[at].clone())
        };
        let side = |side: &str| wanted(&|name| cell(&format!("{side}_{name}")));
        let (asked, owned) = (side("wanted"), side("owned"));
        let is_same = cell("same") == "1";
        let own = match cell("stratum") {
            own if own.is_empty() => None,
            own => Some((format!("of {own}"), asked.clone())),
        };
        let made = strata(&asked);
        let made = made
            .into_iter()
            .map(|(name, asked)| (name.to_owned(), asked));
        for (stratum, asked) in made.chain(own) {
            let judgement = judge(&asked, &[song(&owned)], &aliases());
            let accepted = judgement.accepted().is_some();
            let is_all = stratum == "all";
            let count = counts.entry(stratum).or_default();
            count.right += usize::from(accepted && is_same);
            count.accepted += usize::from(accepted);
            count.same += usize::from(is_same);
            count.others += usize::from(!is_same);
            if is_all && accepted != is_same {
                let one = &judgement.told[0];
                let kind = if is_same { "not accepted" } else { "FALSE" };
                println!(
                    "{kind}: {}{} [{:?}] / {} [{:?}]: {:?} {:?}",
                    match cell("stratum") {
                        own if own.is_empty() => own,
                        own => format!("{own}: "),
                    },
                    asked.label(),
                    asked.length_ms,
                    owned.label(),
                    owned.length_ms,
                    one.grade,
                    one.failed
                );
            }
        }
    }
    for (stratum, count) in counts {
        println!(
            "{stratum:16} precision {}; recall {}; {} of {} others accepted",
            wilson(count.right, count.accepted),
            wilson(count.right, count.same),
            count.accepted - count.right,
            count.others
        );
    }
}

/// The row itself, and what it is without its length and its album.
fn strata(asked: &Wanted) -> Vec<(&'static str, Wanted)> {
    let title = Title::parse(&asked.title);
    let mut all = vec![("all", asked.clone())];
    let mut add = |name, holds: bool| all.extend(holds.then(|| (name, asked.clone())));
    add("feat", !title.guests.is_empty() || asked.artists.len() > 1);
    add("remaster", title.is(Kind::Remaster));
    add("classical", !title.catalogue.is_empty());
    add("non-Latin", title.latin.is_some());
    add("with version", !title.tags.is_empty());
    all.push((
        "no length",
        Wanted {
            length_ms: None,
            ..asked.clone()
        },
    ));
    all.push((
        "no album",
        Wanted {
            album: String::new(),
            ..asked.clone()
        },
    ));
    all.push((
        "neither",
        Wanted {
            length_ms: None,
            album: String::new(),
            ..asked.clone()
        },
    ));
    all
}

fn wanted(cell: &dyn Fn(&str) -> String) -> Wanted {
    let length_ms = |time: &str| {
        let (minutes, seconds) = time.split_once(':')?;
        Some((minutes.parse::<u64>().ok()? * 60 + seconds.parse::<u64>().ok()?) * 1_000)
    };
    Wanted {
        title: cell("title"),
        artists: vec![cell("artist")],
        album: cell("album"),
        length_ms: length_ms(&cell("time")),
        isrc: cell("isrc"),
        ..Wanted::default()
    }
}

fn song(wanted: &Wanted) -> Song {
    Song {
        id: None,
        place: Place::outside(Path::new("/music/one.flac")).unwrap(),
        key: None,
        part: 0,
        span: None,
        tags: Tags {
            title: wanted.title.clone(),
            artists: wanted.artists.clone(),
            album: wanted.album.clone(),
            isrc: wanted.isrc.clone(),
            ..Tags::default()
        },
        format: Format::default(),
        length_ms: wanted.length_ms,
        modified_ms: None,
    }
}

/// The cells of comma-separated values, with quotes.
fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            '\r' => {}
            c => cell.push(c),
        }
    }
    rows
}
