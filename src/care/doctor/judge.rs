//! Facts → findings, for all but the music and its folders. Pure.

use super::facts::{Database, Disk, Facts};
use super::judge_library::{folders, music};
use super::judge_watch::{is_at_a_limit, raises, watch};
use super::{Area, Finding};
use crate::library::person::Agreement;
use crate::library::watch::Raise;
use crate::music::{FFMPEG_PACKAGE, Playing, Printable};

/// Less room than this is little: an index of 100,000 songs and a copy of it.
const LITTLE_BYTES: u64 = 200 << 20;
/// Open files that a player, a scan and a watch take together, with some to spare.
const LEAST_OPEN_FILES: u64 = 256;
/// A change is preceded by a backup where the newest is a day old; with an hour for clocks that were set.
const BACKUP_MS: i64 = 25 * 60 * 60 * 1_000;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

pub(super) fn judge(facts: &Facts) -> Vec<Finding> {
    let mut found = folders(facts);
    found.extend(watch(facts));
    found.push(index(facts));
    found.extend(own(facts));
    found.extend(backups(facts));
    found.push(output(facts));
    found.push(tools(facts));
    found.extend(limits(facts));
    found.extend(disks(facts));
    found.extend(music(facts));
    found
}

fn index(facts: &Facts) -> Finding {
    const AREA: Area = Area::Index;
    match &facts.index {
        Database::None => Finding::attention(
            AREA,
            "There is no index yet.",
            "`standin scan` makes it from your music.",
        ),
        Database::Opens { read } => Finding::well(AREA, opens("The index", *read)),
        Database::Damaged(how) => Finding::wrong(
            AREA,
            sentence(how),
            "`standin doctor --mend` keeps the damaged file beside it and makes the index again from your music.",
        ),
        Database::Unusable(how) => Finding::wrong(AREA, sentence(how), LET_IT_BE_USED),
    }
}

const LET_IT_BE_USED: &str =
    "Let this user read and write it, and use the newest standin that ever wrote it.";

fn own(facts: &Facts) -> Vec<Finding> {
    const AREA: Area = Area::Own;
    let mut found = vec![match &facts.own {
        Database::None => Finding::well(AREA, "Nothing was made yet: no folder, no playlist."),
        Database::Opens { read } => Finding::well(AREA, opens("What you made", *read)),
        Database::Damaged(how) => Finding::wrong(
            AREA,
            sentence(how),
            "`standin doctor --mend` keeps the damaged file beside it and makes it again from its second copy, or the newest backup.",
        ),
        Database::Unusable(how) => Finding::wrong(AREA, sentence(how), LET_IT_BE_USED),
    }];
    let renew = "`standin doctor --mend` writes it anew.";
    found.extend(facts.copy.map(|copy| match copy {
        Agreement::Same => Finding::well(AREA, "Its second copy says the same."),
        Agreement::None => Finding::well(AREA, "Its second copy comes with the next change."),
        Agreement::Behind => Finding::attention(
            AREA,
            "Its second copy, standin.jsonl, is missing or has lost something.",
            renew,
        ),
        Agreement::Other => {
            Finding::attention(AREA, "Its second copy, standin.jsonl, is damaged.", renew)
        }
    }));
    found.extend(facts.set_aside.iter().map(|path| {
        Finding::attention(
            AREA,
            format!("{} was damaged and set aside.", Printable::path(path)),
            "Delete it once nothing of yours is missing.",
        )
    }));
    found
}

fn backups(facts: &Facts) -> Vec<Finding> {
    const AREA: Area = Area::Backups;
    let dates = facts.backups;
    let mut found = vec![match (dates.newest_at_ms, dates.changed_at_ms) {
        (None, _) if !facts.has_made_something => {
            Finding::well(AREA, "There is nothing to back up yet.")
        }
        (None, _) => Finding::attention(
            AREA,
            "There is no backup of what you made.",
            "`standin backup create` makes one.",
        ),
        (Some(newest), Some(changed)) if changed - newest > BACKUP_MS => Finding::attention(
            AREA,
            format!(
                "The newest backup is {} older than your last change: backups could not be made.",
                days(changed - newest)
            ),
            "`standin backup create` makes one, or says why it cannot.",
        ),
        (Some(newest), _) => Finding::well(
            AREA,
            format!("The newest backup is {} old.", days(facts.now_ms - newest)),
        ),
    }];
    found.extend(facts.damaged_backups.iter().map(|name| {
        Finding::attention(
            AREA,
            format!("The backup {} is damaged.", Printable::new(name)),
            "Delete it: `standin backup create` makes a new one.",
        )
    }));
    found
}

fn output(facts: &Facts) -> Finding {
    match &facts.output {
        Ok(opened) => Finding::well(
            Area::Output,
            format!(
                "“{}” opens, through {}, at {} Hz.",
                opened.name, opened.through, opened.rate
            ),
        ),
        Err(why) => Finding::wrong(
            Area::Output,
            sentence(why),
            "Start the sound server or plug a device in; `standin outputs` names what is there.",
        ),
    }
}

fn tools(facts: &Facts) -> Finding {
    const AREA: Area = Area::Tools;
    let with_ffmpeg = songs_by_codec(facts, Playing::WithFfmpeg);
    match (facts.ffmpeg_is_here, with_ffmpeg) {
        (true, None) => Finding::well(AREA, "ffmpeg is here, and no song needs it."),
        (true, Some((songs, _))) => {
            Finding::well(AREA, format!("ffmpeg is here, for {songs} songs."))
        }
        (false, None) => Finding::well(AREA, "ffmpeg is not here, and no song needs it."),
        (false, Some((songs, codecs))) => Finding::attention(
            AREA,
            format!("{songs} songs play only with ffmpeg, which is not here: {codecs}."),
            format!("Install the package {FFMPEG_PACKAGE}."),
        ),
    }
}

/// How many songs play so, and their codecs.
pub(super) fn songs_by_codec(facts: &Facts, such: Playing) -> Option<(u64, String)> {
    let mut codecs: Vec<(&str, u64)> = Vec::new();
    for (codec, playing, songs) in &facts.music.by_playing {
        let name = match codec.name() {
            "" => "unknown",
            name => name,
        };
        match codecs.iter_mut().find(|(known, _)| *known == name) {
            _ if *playing != such => {}
            Some((_, known)) => *known += songs,
            None => codecs.push((name, *songs)),
        }
    }
    codecs.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let songs = codecs.iter().map(|(_, songs)| songs).sum();
    let each = codecs.iter().map(|(name, songs)| format!("{songs} {name}"));
    (songs > 0).then(|| (songs, each.collect::<Vec<_>>().join(", ")))
}

fn limits(facts: &Facts) -> Vec<Finding> {
    const AREA: Area = Area::Limits;
    let folders: u64 = facts.roots.iter().map(|root| root.folders).sum();
    // A watch that has met the limit tells more than a count of folders.
    let is_told = facts.roots.iter().any(is_at_a_limit);
    let known = facts.limits.watches.filter(|_| folders > 0 && !is_told);
    let watches = known.map(|watches| {
        if folders < watches {
            return Finding::well(
                AREA,
                format!("{watches} folders may be watched, and your music has {folders}."),
            );
        }
        let lines = Raise::watches_for(folders, watches).lines();
        Finding::attention(
            AREA,
            format!("Only {watches} folders may be watched, and your music has {folders}."),
            raises(&lines),
        )
    });
    let few = facts
        .limits
        .open_files
        .filter(|most| *most < LEAST_OPEN_FILES);
    let open_files = few.map(|most| {
        Finding::attention(
            AREA,
            format!("Only {most} files may be open at once."),
            "`ulimit -n 1024` raises it in this shell.",
        )
    });
    watches.into_iter().chain(open_files).collect()
}

fn disks(facts: &Facts) -> Vec<Finding> {
    facts.disks.iter().map(disk).collect()
}

fn disk(disk: &Disk) -> Finding {
    const AREA: Area = Area::Disk;
    let folder = Printable::path(&disk.folder);
    let free = disk.free_bytes / 1_000_000;
    if !disk.is_writable {
        return Finding::wrong(
            AREA,
            format!("{folder} cannot be written: playlists, stars and the queue are not kept."),
            "Let this user write there, or name another place with --home DIR.",
        );
    }
    if disk.free_bytes < LITTLE_BYTES {
        return Finding::attention(
            AREA,
            format!("There are only {free} MB free for {folder}."),
            "Make room on that disk.",
        );
    }
    Finding::well(
        AREA,
        format!("{folder} can be written, with {free} MB free."),
    )
}

fn opens(what: &str, read: bool) -> String {
    match read {
        true => format!("{what} is whole."),
        false => format!("{what} opens; --deep reads all of it."),
    }
}

/// What was told without capital and full stop, with both.
pub(super) fn sentence(told: &str) -> String {
    let mut letters = told.trim_end_matches('.').chars();
    let first = letters.next().map(|first| match first.is_lowercase() {
        // A path begins as it does.
        true => first.to_uppercase().collect(),
        false => first.to_string(),
    });
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

/// `3 days`, `1 day`, `less than a day`.
fn days(ms: i64) -> String {
    match ms / DAY_MS {
        ..=0 => "less than a day".into(),
        1 => "1 day".into(),
        days => format!("{days} days"),
    }
}
