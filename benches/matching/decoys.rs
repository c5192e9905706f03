//! Decoys: a song taken away, and only other versions of it left. Whatever is accepted then is wrong.

use crate::made::{Made, place, told};
use crate::spoil::{pick, spoil};
use crate::{aliases, wilson};
use fastrand::Rng;
use standin::music::Song;
use standin::wanted::matcher::judge;
use std::collections::BTreeMap;

/// Versions that are other recordings.
pub const OTHERS: &[&str] = &[
    "Live",
    "Live at Example Hall",
    "Acoustic",
    "Demo",
    "Some DJ Remix",
    "Instrumental",
    "Karaoke Version",
    "Sped Up",
    "Re-Recorded",
    "Orchestral Version",
    "Alternate Take",
    "A Cappella",
    "Spanish Version",
    "Unplugged",
    "Reprise",
    "Cover",
    "In the Style of Example",
    "8D Audio",
    "Slowed + Reverb",
    "Club Mix",
];

/// Another version of a song: of its very length, or of another one.
pub fn other_version(song: &Song, version: &str, number: usize, random: &mut Rng) -> Song {
    let length = song.length_ms.unwrap_or_default();
    let length = if random.bool() {
        length + random.u64(..1_500)
    } else {
        length + random.u64(5_000..60_000)
    };
    let mut other = song.clone();
    other.tags.title = match random.u32(..3) {
        0 => format!("{} - {version}", song.tags.title),
        1 => format!("{} [{version}]", song.tags.title),
        _ => format!("{} ({version})", song.tags.title),
    };
    other.tags.isrc = String::new();
    other.length_ms = Some(length);
    other.place = place(number);
    other
}

/// The true file taken away: whatever is accepted is wrong.
pub fn decoys(made: &[Made], random: &mut Rng) {
    let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    let mut shown = 0;
    for (song, _) in made.iter().take(5_000) {
        if OTHERS
            .iter()
            .any(|version| song.tags.title.contains(version))
        {
            continue;
        }
        let mut row = spoil(song, random).0;
        row.isrc = String::new();
        for (kind, decoy) in decoys_of(song, random) {
            let judgement = judge(&row, &[&decoy as &Song], &aliases());
            let accepted = usize::from(judgement.accepted().is_some());
            for stratum in ["all", kind] {
                let count = counts.entry(stratum).or_default();
                count[0] += accepted;
                count[1] += 1;
            }
            if accepted > 0 && shown < 15 {
                shown += 1;
                println!("FALSE ({kind}): {} / {}", told(&row), told(&decoy.wanted()));
            }
        }
    }
    for (kind, [accepted, all]) in counts {
        println!("decoys, {kind:16} accepted {}", wilson(accepted, all));
    }
}

fn decoys_of(song: &Song, random: &mut Rng) -> Vec<(&'static str, Song)> {
    let version = OTHERS[random.usize(..OTHERS.len())];
    let mut all = vec![("version", other_version(song, version, 0, random))];
    let mut cover = other_version(song, "Cover", 0, random);
    cover.tags.title = song.tags.title.clone();
    cover.tags.artists = vec![
        pick(
            random,
            &["Karaoke Stars", "The Other Ones", "Tribute Players"],
        )
        .into(),
    ];
    all.push(("by others", cover));
    let mut live = other_version(song, "Live", 0, random);
    live.tags.title = song.tags.title.clone();
    live.tags.album = pick(
        random,
        &["Live at Example Hall", "Example (Live)", "MTV Unplugged"],
    )
    .into();
    all.push(("live album", live));
    let mut part = song.clone();
    part.tags.title = match song.tags.title.as_str() {
        title if title.contains("Pt. 1") => title.replace("Pt. 1", "Pt. 2"),
        title if title.contains("Pt. 2") => title.replace("Pt. 2", "Pt. 1"),
        title if title.contains(": I. ") => title.replace(": I. ", ": II. "),
        title if title.contains("Op. ") => title.replace("Op. ", "Op. 1"),
        title => format!("{title}, Pt. 2"),
    };
    part.tags.isrc = String::new();
    all.push(("part", part));
    let mut longer = song.clone();
    longer.tags.title = format!("{} Again", song.tags.title);
    longer.tags.isrc = String::new();
    all.push(("longer title", longer));
    all
}
