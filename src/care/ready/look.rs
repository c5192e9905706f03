//! Sees what there is. It changes nothing; of files it begins some.

use super::judge::{judge, percent};
use super::seen::{ListReady, Minutes, Month, Seen};
use crate::care::doctor::{self, Area, DoctorOptions, Finding, State};
use crate::care::missing::Coverage;
use crate::care::now_ms;
use crate::engine::Music;
use crate::library::person::{Mirror, Person, Plays};
use crate::library::{Choice, Library, LibraryError, network_type};
use crate::music::date::date_of;
use crate::music::{AudioKey, Miss, Song, Verdict, Wanted};
use crate::outage::{Mode, Profile};
use crate::wanted::song_name;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
const YEAR_MS: i64 = 365 * DAY_MS;
/// So much of a file is decoded. In seconds.
const BEGIN_S: u64 = 3;
/// How long a song lasts of which nobody knows it. In ms.
const USUAL_MS: u64 = 210_000;
/// Months that are told.
const MAX_MONTHS: usize = 36;

/// How to look.
pub struct ReadyOptions {
    /// How to look at folders, databases and the output.
    pub doctor: DoctorOptions,
    /// So many files are begun.
    pub files: usize,
    /// How far the guard may go.
    pub guard: Mode,
    /// Whether it may measure if a client's own stream sounds.
    pub listens: bool,
    /// What the person knows of streaming clients.
    pub clients: Vec<Profile>,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Ready {
    /// How much would play now, in percent.
    pub percent: u64,
    /// Each thing, with what to do.
    pub findings: Vec<Finding>,
    /// Each playlist, by name.
    pub playlists: Vec<ListReady>,
    /// All their rows.
    pub all: Coverage,
    /// What was heard elsewhere in the last year.
    pub year: Option<Minutes>,
    /// The same, month after month, as far as it was imported.
    pub months: Vec<Month>,
    /// How long the playlists' songs last that are here, each once, in ms.
    pub listed_last_ms: u64,
    /// How long all songs last that are here, in ms.
    pub songs_last_ms: u64,
    /// What was imported, and when, in ms since 1970.
    pub imports: Vec<(String, i64)>,
}

/// Looks at everything that an outage would need.
pub fn ready(library: &Library, options: &ReadyOptions) -> Result<Ready, LibraryError> {
    let mut findings = doctor::doctor(library, &options.doctor);
    findings.retain(|finding| matters(finding.area));
    let is_wrong =
        |finding: &Finding| finding.area == Area::Output && finding.state == State::Wrong;
    let mut seen = Seen {
        now_ms: now_ms(),
        has_output: !findings.iter().any(is_wrong),
        guard: options.guard,
        listens: options.listens,
        clients: options.clients.clone(),
        ..Seen::default()
    };
    let person = library.person_reader()?;
    let mut songs = Songs::default();
    let (all_here, _) = library.all_here_by_album()?;
    for song in all_here {
        songs.all.take(&Arc::new(song));
    }
    let mut rows = Vec::new();
    for list in person
        .playlists()?
        .into_iter()
        .filter(|list| list.query.is_none())
    {
        let choice = library.resolved_playlist(&list.name)?;
        let is_mirror = person.mirror(&list.name)?.is_some_and(|_: Mirror| true);
        let list = list_of(&choice, is_mirror, &mut songs);
        seen.lists.push(list);
        rows.push(choice.rows);
    }
    let months = listen(&person, library, &rows, &mut seen)?;
    total(&mut seen);
    (seen.songs, seen.songs_last_ms) = (songs.all.count, songs.all.last_ms);
    (seen.listed, seen.listed_last_ms) = (songs.listed.count, songs.listed.last_ms);
    seen.measured = measured(library, &songs.all)?;
    seen.far = far(library)?;
    let imports = person.imports()?.into_iter();
    seen.imports = imports.map(|(name, import)| (name, import.at_ms)).collect();
    let tried = if songs.listed.songs.is_empty() {
        &songs.all
    } else {
        &songs.listed
    };
    begin_some(tried, options.files, &mut seen);
    findings.extend(judge(&seen));
    Ok(Ready {
        percent: percent(&seen),
        findings,
        playlists: seen.lists,
        all: seen.all,
        year: seen.year,
        months,
        listed_last_ms: seen.listed_last_ms,
        songs_last_ms: seen.songs_last_ms,
        imports: seen.imports,
    })
}

fn matters(area: Area) -> bool {
    matches!(
        area,
        Area::Folders | Area::Index | Area::Own | Area::Backups | Area::Output
    )
}

/// Songs, each once.
#[derive(Default)]
struct Once {
    known: HashSet<AudioKey>,
    songs: Vec<Arc<Song>>,
    count: u64,
    last_ms: u64,
}

#[derive(Default)]
struct Songs {
    all: Once,
    listed: Once,
}

impl Once {
    fn take(&mut self, song: &Arc<Song>) {
        if song.key.is_some_and(|key| !self.known.insert(key)) {
            return;
        }
        self.count += 1;
        let length_ms = song.length_ms.unwrap_or(USUAL_MS);
        self.last_ms = self.last_ms.saturating_add(length_ms);
        self.songs.push(song.clone());
    }
}

fn list_of(choice: &Choice, is_mirror: bool, songs: &mut Songs) -> ListReady {
    let mut coverage = Coverage {
        name: choice.name().to_owned(),
        ..Coverage::default()
    };
    for (_, verdict) in &choice.rows {
        coverage.rows += 1;
        coverage.away += usize::from(matches!(verdict, Verdict::Missing(Miss::RootAway)));
        if let Some(song) = verdict.song() {
            coverage.here += 1;
            songs.listed.take(song);
        }
    }
    ListReady {
        coverage,
        year: None,
        is_mirror,
    }
}

fn total(seen: &mut Seen) {
    for list in &seen.lists {
        seen.all.rows += list.coverage.rows;
        seen.all.here += list.coverage.here;
        seen.all.away += list.coverage.away;
    }
}

/// Looks through what was heard elsewhere: which of it is owned, in the last year, by playlist and by month.
fn listen(
    person: &Person,
    library: &Library,
    lists: &[Vec<(Wanted, Verdict)>],
    seen: &mut Seen,
) -> Result<Vec<Month>, LibraryError> {
    let mut heard: Vec<Plays> = Vec::new();
    person.each_elsewhere(|plays| heard.push(plays))?;
    if heard.is_empty() {
        return Ok(Vec::new());
    }
    let wanted: Vec<Wanted> = heard.iter().map(|plays| plays.wanted.clone()).collect();
    let verdicts = library.resolve(&wanted)?;
    let since_ms = seen.now_ms - YEAR_MS;
    let (mut year, mut of_song) = (Minutes::default(), HashMap::new());
    let mut months: BTreeMap<String, Minutes> = BTreeMap::new();
    for (plays, verdict) in heard.iter().zip(&verdicts) {
        let is_owned = verdict.song().is_some();
        let usual = plays.wanted.length_ms.unwrap_or(USUAL_MS);
        let mut in_year = Minutes::default();
        for (at_ms, ms) in &plays.plays {
            let ms = ms.unwrap_or(usual);
            months.entry(month(*at_ms)).or_default().add(ms, is_owned);
            if *at_ms >= since_ms {
                in_year.add(ms, is_owned);
            }
        }
        year.add(in_year.owned_ms, true);
        year.add(in_year.heard_ms - in_year.owned_ms, false);
        if let Some(name) = song_name(&plays.wanted) {
            of_song.insert(name, in_year.heard_ms);
        }
    }
    seen.year = (year.heard_ms > 0).then_some(year);
    for (list, rows) in seen.lists.iter_mut().zip(lists) {
        let mut minutes = Minutes::default();
        for (wanted, verdict) in rows {
            let ms = song_name(wanted).and_then(|name| of_song.get(&name));
            minutes.add(ms.copied().unwrap_or(0), verdict.song().is_some());
        }
        list.year = Some(minutes);
    }
    let skipped = months.len().saturating_sub(MAX_MONTHS);
    let months = months.into_iter().skip(skipped);
    Ok(months
        .map(|(name, minutes)| Month { name, minutes })
        .collect())
}

/// `2026-11`, by universal time.
fn month(at_ms: i64) -> String {
    let (year, month, _) = date_of(at_ms.div_euclid(DAY_MS));
    format!("{year:04}-{month:02}")
}

fn measured(library: &Library, songs: &Once) -> Result<u64, LibraryError> {
    let person = library.person_reader()?;
    let mut measured = 0;
    for key in songs.songs.iter().filter_map(|song| song.key) {
        measured += u64::from(person.measured(key)?.is_some());
    }
    Ok(measured)
}

fn far(library: &Library) -> Result<Vec<(String, String, u64)>, LibraryError> {
    let reader = library.reader()?;
    let mut far = Vec::new();
    for root in reader.roots() {
        if let Some(kind) = network_type(&root.dir) {
            let songs = reader.songs_in_root(&root.name)?;
            far.push((root.name.clone(), kind, songs));
        }
    }
    Ok(far)
}

/// Begins some of the files, evenly chosen.
fn begin_some(songs: &Once, files: usize, seen: &mut Seen) {
    let step = songs.songs.len().div_ceil(files.max(1)).max(1);
    let chosen = songs.songs.iter().step_by(step).take(files);
    for song in chosen {
        seen.tried += 1;
        let path = song.place.file();
        if let Err(why) = begin(&path) {
            seen.failed.push((path, why));
        }
    }
}

fn begin(path: &Path) -> Result<(), String> {
    let begun = catch_unwind(AssertUnwindSafe(|| {
        let mut music = Music::open(path)?;
        let enough = u64::from(music.rate()) * BEGIN_S;
        let channels = music.channels().max(1);
        let mut frames = 0;
        while frames < enough
            && let Some(block) = music.next_block()?
        {
            frames += (block.len() / channels) as u64;
        }
        Ok(frames)
    }));
    match begun {
        Ok(Ok(0)) => Err("nothing of it sounds".into()),
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(crate::engine::DecodeError::to_string(&error)),
        Err(_) => Err("it makes the decoder panic".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::month;

    #[test]
    fn months_of_moments() {
        for (at_ms, name) in [
            (0, "1970-01"),
            (951_782_400_000, "2000-02"),
            (951_868_800_000, "2000-03"),
            (1_795_794_637_051, "2026-11"),
            (1_798_761_599_999, "2026-12"),
            (1_798_761_600_000, "2027-01"),
        ] {
            assert_eq!(month(at_ms), name, "{at_ms}");
        }
    }
}
