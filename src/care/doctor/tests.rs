//! From facts to findings, one thing wrong at a time.

use super::facts::{Database, Disk, Facts, Limits, MusicFacts, RootFacts};
use super::judge::judge;
use super::{Area, Finding, State};
use crate::engine::OpenedOutput;
use crate::library::person::{Agreement, BackupDates};
use crate::library::watch::How;
use crate::music::{Codec, Playing};
use std::path::PathBuf;

pub(super) const NOW_MS: i64 = 1_800_000_000_000;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A library with which all is well.
pub(super) fn well() -> Facts {
    Facts {
        now_ms: NOW_MS,
        roots: vec![RootFacts {
            name: "Music".into(),
            dir: PathBuf::from("/m"),
            is_here: true,
            is_scanned: true,
            songs: 1_000,
            folders: 80,
            looked_for: 100,
            not_there: 0,
            silent_type: None,
            watched: None,
        }],
        is_watched: false,
        index: Database::Opens { read: true },
        own: Database::Opens { read: true },
        copy: Some(Agreement::Same),
        has_made_something: true,
        backups: BackupDates {
            newest_at_ms: Some(NOW_MS - 3 * DAY_MS),
            changed_at_ms: Some(NOW_MS - 2 * DAY_MS),
        },
        damaged_backups: Vec::new(),
        set_aside: Vec::new(),
        output: Ok(OpenedOutput {
            name: "Speakers".into(),
            through: "pulseaudio 16.1".into(),
            rate: 48_000,
        }),
        ffmpeg_is_here: true,
        limits: Limits {
            watches: Some(65_536),
            open_files: Some(1_024),
        },
        disks: vec![Disk {
            folder: PathBuf::from("/d"),
            free_bytes: 9 << 30,
            is_writable: true,
        }],
        music: MusicFacts {
            by_playing: vec![
                (Codec::Flac, Playing::Plays, 900),
                (Codec::Ape, Playing::WithFfmpeg, 100),
            ],
            files: 1_000,
            ..MusicFacts::default()
        },
    }
}

/// What is not well.
pub(super) fn wrong(facts: &Facts) -> Vec<Finding> {
    let mut found = judge(facts);
    for finding in &found {
        let sentences = [Some(&finding.what), finding.to_do.as_ref()];
        for sentence in sentences.into_iter().flatten() {
            assert!(sentence.ends_with('.'), "{sentence}");
        }
        assert_eq!(finding.to_do.is_none(), finding.state == State::Well);
    }
    found.retain(|finding| finding.state != State::Well);
    found
}

#[test]
fn where_all_is_well_each_area_says_so() {
    assert_eq!(wrong(&well()), []);
    let areas: Vec<Area> = judge(&well()).iter().map(|found| found.area).collect();
    use Area::*;
    assert_eq!(
        areas,
        [
            Folders, Watch, Index, Own, Own, Backups, Output, Tools, Limits, Disk, Music
        ]
    );
}

#[test]
fn what_is_as_it_should_be_is_not_told_as_wrong() {
    let fine: &[fn(&mut Facts)] = &[
        |all| all.own = Database::None,
        |all| all.index = Database::Opens { read: false },
        |all| all.copy = Some(Agreement::None),
        |all| {
            all.backups = BackupDates::default();
            all.has_made_something = false;
        },
        |all| {
            all.ffmpeg_is_here = false;
            all.music.by_playing.truncate(1);
        },
        |all| all.limits.watches = None,
        |all| all.roots[0].silent_type = Some("nfs4".into()),
        |all| watched(all, How::Watched),
        |all| watched(all, polled(&[])),
        |all| {
            watched(all, How::Watched);
            all.limits.watches = None;
        },
    ];
    for (at, spoil) in fine.iter().enumerate() {
        let mut facts = well();
        spoil(&mut facts);
        assert_eq!(wrong(&facts), [], "{at}");
    }
}

pub(super) fn watched(all: &mut Facts, how: How) {
    all.is_watched = true;
    all.roots[0].watched = Some(how);
}

pub(super) fn polled(remedy: &[&str]) -> How {
    How::Polled {
        every_s: 60,
        in_short: "blind".into(),
        why: "it is blind".into(),
        remedy: remedy.iter().map(|line| (*line).into()).collect(),
    }
}

#[test]
fn what_a_watch_does_is_told() {
    let told = |spoil: &dyn Fn(&mut Facts)| {
        let mut facts = well();
        spoil(&mut facts);
        let found = judge(&facts).into_iter();
        let found = found.filter(|one| one.area == Area::Watch);
        found.map(|one| one.what).collect::<Vec<_>>()
    };
    let second = |all: &mut Facts| {
        let mut root = all.roots[0].clone();
        root.name = "Other".into();
        all.roots.push(root);
    };
    assert_eq!(
        told(&|_| ()),
        ["No watch runs; `standin watch` keeps the index current."]
    );
    assert_eq!(
        told(&|all| {
            watched(all, How::Watched);
            second(all);
        }),
        ["A watch keeps “Music”, “Other” current."]
    );
    assert_eq!(
        told(&|all| {
            second(all);
            watched(all, polled(&[]));
            all.roots[1].watched = Some(How::Watched);
        }),
        [
            "A watch keeps “Other” current.",
            "The watch looks at “Music” every 60 s: it is blind."
        ]
    );
    let away = told(&|all| {
        watched(all, How::Away);
        all.roots[0].is_here = false;
    });
    assert!(away.is_empty(), "{away:?}");
}

#[test]
fn of_an_index_that_cannot_be_asked_nothing_is_made_up() {
    let mut facts = well();
    facts.index = Database::Damaged("/x is damaged".into());
    facts.roots[0].is_scanned = false;
    facts.roots[0].folders = 0;
    facts.music = MusicFacts::default();
    let found = judge(&facts);
    assert_eq!(wrong(&facts).len(), 1, "{found:#?}");
    assert!(
        found.iter().all(|one| !one.what.contains(" 0 ")),
        "{found:#?}"
    );
    assert!(
        found.iter().all(|one| one.area != Area::Music),
        "{found:#?}"
    );
}
