//! What each fuzz target does with its bytes. The fuzzer runs these functions, and so does tests/fuzz_corpus.rs with the
//! seeds: it includes this very file. They hold no more than that nothing of ours panics and what the asserts here say.
//!
//! Readers of files catch the panics of other people's parsers, which are data there. So a panic counts where it began:
//! in our code it fails the run, in a dependency's it does not.

mod guard;
mod peers;
mod queue;

pub use peers::{bus, probe, reply};
use standin::cli::format::Format;
use standin::daemon::{Counter, Desk, Leveller};
use standin::engine::{Engine, Music, OnLoss, Options, Output};
use standin::library::lyrics::{lrc, sylt};
use standin::library::person::{Carried, Contents, Person};
use standin::library::query::{self, Case};
use standin::library::scan::ignored::{Added, KINDS, Rules};
use standin::library::scan::{Found, SkipReason, by_path, read_tags};
use standin::library::worker::{ReadIn, wire};
use standin::library::{Cover, CoverSource, Library, embedded_cover, embedded_lyrics};
use standin::mpd::rehearsal::Rehearsal;
use standin::mpd::{House, Settings};
use standin::music::{
    Equaliser, Format as SoundFormat, Levelling, Place, RelPath, Song, Tags, Wanted,
};
use standin::outage;
use standin::player::Player;
use standin::wanted;
use standin::wanted::artist::Aliases;
use standin::wanted::matcher;
use std::cell::{Cell, RefCell};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Once, OnceLock, PoisonError};

/// What a target does with the bytes.
pub type Run = fn(&[u8]);

/// Every target, by the name of its file in fuzz_targets/.
pub const TARGETS: &[(&str, Run)] = &[
    ("adopt", adopt),
    ("backup", backup),
    ("bus", bus),
    ("cue", cue),
    ("decisions", decisions),
    ("decode", decode),
    ("equaliser", equaliser),
    ("export", export),
    ("filter", filter),
    ("format", format),
    ("guard", guard),
    ("ignore", ignore),
    ("lyrics", lyrics),
    ("matching", matching),
    ("path_names", path_names),
    ("picture", picture),
    ("playlist", playlist),
    ("probe", probe),
    ("queue", queue),
    ("reply", reply),
    ("session", session),
    ("tags", tags),
    ("trace", trace),
    ("worker", worker),
];

/// Backups and second copies: as they are, and with the sum that fits put before each line, so that what is in them is
/// reached. What is put back of one is whole.
pub fn backup(bytes: &[u8]) {
    let _ = Contents::of(bytes);
    let lines = bytes.split(|byte| *byte == b'\n');
    let lines = lines.map(|line| line.splitn(2, |byte| *byte == b' ').last().unwrap_or(line));
    let summed = lines.map(|json| {
        let sum = blake3::hash(json).to_hex();
        [&sum.as_bytes()[..16], b" ", json, b"\n"].concat()
    });
    let text: Vec<u8> = summed.flatten().collect();
    if Contents::of(&text).is_err() {
        return;
    }
    let folder = tempfile::tempdir_in(memory()).expect("a folder");
    let file = folder.path().join("backup.jsonl");
    std::fs::write(&file, text).expect("a backup");
    let mut person = Person::open(folder.path()).expect("a database");
    if person.restore(&file.to_string_lossy(), true).is_ok() {
        person.check().expect("what was put back is whole");
        person.back_up().expect("and can be backed up");
    }
}

/// Decisions that are carried here: those that are lines of ours are kept, and found again.
pub fn decisions(bytes: &[u8]) {
    let carried = Carried::read(bytes).expect("bytes are always read");
    if carried.decisions.is_empty() {
        return;
    }
    let folder = tempfile::tempdir_in(memory()).expect("a folder");
    let mut person = Person::open(folder.path()).expect("a database");
    let asked = carried.decisions.clone();
    person.restore_decisions(carried.decisions).expect("room");
    let all = person.decisions().expect("decisions");
    for decision in &asked {
        let _ = all.of(&decision.row);
    }
    let written = Carried::write(&person.all_decisions().expect("decisions")).expect("JSON");
    let again = Carried::read(written.as_slice()).expect("bytes are always read");
    assert!(again.bad.is_empty(), "what is written is read");
}

/// Names as services and tags have them, taken apart and held against each other: the row is the first line, as
/// `artist; artist | title | album | ISRC`, and each further one is a song.
pub fn matching(bytes: &[u8]) {
    const SONGS: usize = 16;
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    let tags = |line: &str| {
        let mut fields = line.split('|').map(str::trim);
        let artists = fields.next().unwrap_or_default().split(';');
        Tags {
            artists: artists.map(str::to_owned).collect(),
            title: fields.next().unwrap_or_default().to_owned(),
            album: fields.next().unwrap_or_default().to_owned(),
            isrc: fields.next().unwrap_or_default().to_owned(),
            ..Tags::default()
        }
    };
    let asked = tags(lines.next().unwrap_or_default());
    let songs: Vec<Song> = lines.take(SONGS).map(|line| song(tags(line))).collect();
    let wanted = Wanted {
        title: asked.title,
        artists: asked.artists,
        album: asked.album,
        isrc: asked.isrc,
        ..Wanted::default()
    };
    let mut aliases = Aliases::default();
    aliases.learn(&wanted.artists);
    let judged = matcher::judge(&wanted, &songs, &aliases);
    assert!(judged.accepted().is_none() || !songs.is_empty());
}

fn song(tags: Tags) -> Song {
    Song {
        id: None,
        place: Place::outside(Path::new("/m/a.flac")).expect("a place"),
        key: None,
        part: 0,
        span: None,
        tags,
        format: SoundFormat::default(),
        length_ms: None,
        modified_ms: None,
    }
}

/// Sound, by the decoders inside alone: from the beginning, from the middle, and from beyond the end.
pub fn decode(bytes: &[u8]) {
    /// Blocks that are taken from one place.
    const BLOCKS: usize = 200;
    of_file(bytes, |path| {
        let Ok(mut music) = Music::open_inside(path) else {
            return;
        };
        let (channels, length) = (music.channels(), music.length_frames().unwrap_or(1 << 20));
        for frame in [0, length / 2, length.saturating_add(1)] {
            if music.seek(frame).is_err() {
                continue;
            }
            for _ in 0..BLOCKS {
                let Ok(Some(block)) = music.next_block() else {
                    break;
                };
                assert_eq!(block.len() % channels, 0, "a frame is whole");
            }
        }
        let _ = music.take_damage();
    });
}

/// Playlist files of every format.
pub fn playlist(bytes: &[u8]) {
    let _ = wanted::read_playlist(bytes);
}

/// What other players keep in formats of their own, each by the first byte.
pub fn adopt(bytes: &[u8]) {
    use wanted::adopt::{Adoptable, cmus, mpd, quodlibet, rhythmbox};
    let Some((which, bytes)) = bytes.split_first() else {
        return;
    };
    let mut all = Adoptable::default();
    match which {
        0 => drop(quodlibet::read_songs(bytes)),
        1 => drop(cmus::read_cache(bytes)),
        2 => rhythmbox::read_songs(bytes, &mut all),
        3 => rhythmbox::read_lists(bytes, &mut all),
        4 => drop(mpd::Conf::read(&String::from_utf8_lossy(bytes))),
        _ => drop(mpd::queue(bytes)),
    }
    assert!(all.songs.len() <= all.known);
}

/// What people export of services, each importer by the first byte; the first of them is told by what stands in the bytes.
pub fn export(bytes: &[u8]) {
    let Some((importer, bytes)) = bytes.split_first() else {
        return;
    };
    let stated = match importer {
        b'a'..=b'z' => None,
        importer => wanted::export::Format::all().nth(usize::from(*importer)),
    };
    let limits = wanted::export::Limits {
        bytes_out: 16 << 20,
        piece: 1 << 20,
        ..wanted::export::Limits::default()
    };
    let mut counted = Counted::default();
    let mut gulp = wanted::export::Gulp::new(&mut counted, limits, stated);
    gulp.read("fuzz", &mut std::io::Cursor::new(bytes));
    // A second name, so that rows with an id alone meet what names them.
    gulp.read("again", &mut std::io::Cursor::new(bytes));
    let reports = gulp.end();
    let rows: u64 = reports.iter().map(|report| report.counts.rows()).sum();
    assert!(
        rows >= counted.rows,
        "{rows} rows are told, {} were taken",
        counted.rows
    );
}

/// Counts what is taken.
#[derive(Default)]
struct Counted {
    rows: u64,
}

impl wanted::Taker for Counted {
    fn list(&mut self, list: wanted::TakenList) {
        self.rows += list.rows.len() as u64;
    }
    fn heard(&mut self, _: wanted::HeardElsewhere) {
        self.rows += 1;
    }
    fn known(&mut self, _: wanted::Known) {}
    fn banned(&mut self, _: wanted::Banned) {
        self.rows += 1;
    }
    fn album(&mut self, _: wanted::TakenAlbum) {
        self.rows += 1;
    }
}

/// Facts for a guard, in any order and at any times.
pub fn guard(bytes: &[u8]) {
    guard::walk(bytes);
}

/// Traces: what is read is written and read the same, and is played to a guard.
pub fn trace(bytes: &[u8]) {
    let Ok(facts) = outage::read_trace(bytes) else {
        return;
    };
    let lines: String = facts.iter().map(outage::trace_line).collect();
    // Numbers that are too large for JSON's readers become none, and none is no float.
    if let Ok(again) = outage::read_trace(lines.as_bytes()) {
        assert_eq!(again.len(), facts.len());
    }
    let settings = outage::Settings {
        mode: outage::Mode::Auto,
        ..outage::Settings::default()
    };
    outage::replay(&facts, settings);
}

/// Cue sheets.
pub fn cue(bytes: &[u8]) {
    let _ = wanted::cue::parse(bytes);
}

/// Filters in MPD's syntax, as `find` and as `search` read them.
pub fn filter(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for case in [Case::Exact, Case::Folded] {
        if let Err(error) = query::parse(&text, case) {
            assert!((1..=text.chars().count() + 1).contains(&error.at));
        }
    }
}

/// Formats of `-f`, rendered for a song with some values.
pub fn format(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(format) = text.parse::<Format>() else {
        return;
    };
    let value = |name: &str| match name {
        "title" => Some(b"So \xff What".to_vec()),
        "album" => Some(Vec::new()),
        _ => None,
    };
    let _ = format.render(&value);
    // Nothing is repeated: without values, a line is no longer than its format.
    assert!(format.render(&|_| Some(Vec::new())).len() <= text.len());
}

/// Lyrics as a text and as ID3's frame of times.
pub fn lyrics(bytes: &[u8]) {
    for line in lrc::parse(&wanted::text_of(bytes)) {
        let _ = line.at_ms.map(lrc::time);
    }
    let timed = sylt::parse(bytes);
    assert!(timed.is_sorted_by_key(|line| line.at_ms));
}

/// Curves of an equaliser, as AutoEq writes them and as we do: what is read is finite, and is read again from our own line.
pub fn equaliser(bytes: &[u8]) {
    let ours = std::str::from_utf8(bytes)
        .ok()
        .and_then(|text| text.parse().ok());
    for curve in Equaliser::from_auto_eq(bytes).ok().into_iter().chain(ours) {
        assert!(curve.preamp_db().is_finite());
        assert!(curve.response_db(1_000.0, 48_000).is_finite());
        assert_eq!(curve.to_string().parse(), Ok(curve));
    }
}

/// Ignore files of every kind, and the names of their own lines.
pub fn ignore(bytes: &[u8]) {
    let folder = tempfile::tempdir_in(memory()).expect("a folder");
    for kind in KINDS {
        std::fs::write(folder.path().join(kind.name()), bytes).expect("an ignore file");
    }
    // `true`: the folder is a root, whose `.nomedia` is not obeyed.
    let Added::Rules(rules, _) = Rules::default().with(folder.path(), &KINDS, true) else {
        panic!("a root was ignored");
    };
    let lines = bytes.split(|byte| *byte == b'\n').take(16);
    for name in lines.chain([b"a/b.flac".as_slice()]) {
        let below = [folder.path().as_os_str().as_bytes(), b"/", name].concat();
        for is_folder in [false, true] {
            let _ = rules.ignore(Path::new(OsStr::from_bytes(&below)), is_folder);
        }
    }
}

/// What names of files and folders tell, below a root and outside of every root.
pub fn path_names(bytes: &[u8]) {
    let Ok(path) = RelPath::new(bytes) else {
        return;
    };
    let by_one = Tags {
        artists: vec!["Nina Simone".to_owned()],
        album: "Pastel Blues".to_owned(),
        ..Tags::default()
    };
    for known in [Tags::default(), by_one] {
        for fill in [by_path::fill, by_path::fill_outside] {
            let mut tags = known.clone();
            fill(&mut tags, &path, &|| vec![1, 2, 4]);
            assert!(!tags.title.contains(char::is_control));
        }
    }
}

/// Covers and lyrics in a file, and the kind and size of a picture.
pub fn picture(bytes: &[u8]) {
    told(|| {
        let _ = Cover::of(bytes.to_vec(), CoverSource::Folder(PathBuf::new()));
    });
    of_file(bytes, |path| {
        let _ = embedded_cover(path);
        let _ = embedded_lyrics(path);
    });
}

/// All that one client sends, to a house in which nothing plays: each answer is whole lines, and steers no terminal.
pub fn session(bytes: &[u8]) {
    // It ends the process, as it should.
    if bytes.windows(4).any(|word| word == b"kill") {
        return;
    }
    static HOUSE: OnceLock<Arc<House>> = OnceLock::new();
    let house = HOUSE
        .get_or_init(|| Arc::new(quiet_house(|_, _| {})))
        .clone();
    let (answer, _) = Rehearsal::new(house).say(bytes);
    assert!(answer.is_empty() || answer.ends_with(b"\n"));
    let text = String::from_utf8(answer).expect("nothing here has a name that is no text");
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
}

/// Edits of the queue, which each byte chooses.
pub fn queue(bytes: &[u8]) {
    // One walk at a time: each has the whole queue.
    static HOUSE: Mutex<Option<Arc<House>>> = Mutex::new(None);
    let mut house = HOUSE.lock().unwrap_or_else(PoisonError::into_inner);
    let house = house.get_or_insert_with(|| Arc::new(quiet_house(queue::stock)));
    queue::walk(house, bytes);
}

fn quiet_house(stock: fn(&Library, &Path)) -> House {
    let folder = tempfile::tempdir_in(memory()).expect("a folder").keep();
    let library = Library::new(&folder, &folder, ReadIn::default());
    stock(&library, &folder);
    let (notices, noticed) = crossbeam_channel::bounded(64);
    let options = Options {
        output: Output::Null,
        volume_percent: 100,
        bit_perfect: false,
        on_loss: OnLoss::Pause,
        waits: false,
    };
    let engine = Engine::start(options, notices).expect("threads");
    let leveller = Leveller::new(Levelling::default(), Box::new(|_| None));
    let counter = Counter::new(library.clone(), &folder);
    let player = Player::new(1, 100);
    let desk = Desk::start(player, engine, noticed, None, leveller, counter).expect("a thread");
    House::new(Arc::new(desk), library, Settings::default())
}

/// Tags, sound and songs of a file; what is found goes over the worker's wire and back.
pub fn tags(bytes: &[u8]) {
    of_file(bytes, |path| {
        let found = read_tags(path);
        let mut sent = Vec::new();
        // No file of the fuzzer's is so long that its answer would be refused.
        wire::write_answer(&mut sent, &found).expect("an answer");
        let Ok(Some((back, used))) = wire::take_answer::<Answer>(&sent) else {
            panic!("an answer did not arrive");
        };
        let mut again = Vec::new();
        wire::write_answer(&mut again, &back).expect("an answer");
        assert!(used == sent.len() && sent == again);
    });
}

type Answer = Result<Found, SkipReason>;

/// Both directions of the worker's wire.
pub fn worker(bytes: &[u8]) {
    let mut rest = bytes;
    while let Ok(Some((_, used))) = wire::take_answer::<Answer>(rest) {
        rest = &rest[used..];
    }
    let mut from = bytes;
    while let Ok(Some(_)) = wire::read_question(&mut from) {}
}

/// Does something with a file of these bytes, without a name that tells its format and with one.
fn of_file(bytes: &[u8], with: impl Fn(&Path)) {
    for name in ["", ".mp3"] {
        let mut named = tempfile::Builder::new();
        let file = named.suffix(name).tempfile_in(memory()).expect("a file");
        std::fs::write(file.path(), bytes).expect("a file");
        told(|| with(file.path()));
    }
}

/// Where a file costs least.
fn memory() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() {
        memory
    } else {
        std::env::temp_dir()
    }
}

thread_local! {
    static IS_TOLD: Cell<bool> = const { Cell::new(false) };
    static OURS: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs something that catches panics, and panics after it where one of them began in our code.
pub fn told(run: impl FnOnce()) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let is_theirs = |place: &std::panic::Location| place.file().contains("/registry/src/");
            if IS_TOLD.get() {
                if panic.location().is_some_and(is_theirs) {
                    return;
                }
                OURS.set(Some(panic.to_string()));
            }
            before(panic);
        }));
    });
    IS_TOLD.set(true);
    run();
    IS_TOLD.set(false);
    if let Some(panic) = OURS.take() {
        panic!("{panic}");
    }
}
