//! Hours of playing in short: thousands of songs, and nothing grows.

use super::*;

/// Songs before the first measurement, so that everything that is made once is there.
const WARM_UP: u64 = 100;

/// Plays so many songs in a row; after each `every` of them `measure` is called.
fn play_songs(output: Output, songs: u64, every: u64, mut measure: impl FnMut(u64)) -> Engine {
    let mut shelf = Shelf::new();
    let mut files = Vec::new();
    for (n, (rate, channels)) in [(44_100, 2), (48_000, 2), (44_100, 1), (22_050, 2)]
        .into_iter()
        .enumerate()
    {
        let path = shelf.path(&format!("{n}.wav"));
        write_wav(&path, rate, channels, &tones(rate, 3_000));
        files.push(path);
    }
    files.extend(shelf.encoded());
    files.push("/nowhere/at/all.flac".into());
    let (engine, notices) = start(output);
    let mut item = |_| {
        let file = files[shelf.made as usize % files.len()].clone();
        shelf.item(file)
    };
    engine.command(play(&item(()), 0));
    let mut ended = 0;
    while ended < songs {
        let notice = notices.recv_timeout(PATIENCE).unwrap();
        let ends = matches!(notice, Notice::Heard { .. } | Notice::Failed { .. });
        if let Notice::WantsNext { .. } = notice {
            engine.command(Command::Follow(Some(item(()))));
        }
        if ends {
            ended += 1;
            if ended % every == 0 {
                measure(ended);
            }
        }
    }
    engine
}

impl Shelf {
    /// A short song in each format that a tool here makes.
    fn encoded(&self) -> Vec<PathBuf> {
        let source = self.path("source.wav");
        write_wav(&source, 44_100, 2, &tones(44_100, 5_000));
        let names = ["a.flac", "a.mp3", "a.ogg", "a.opus", "a.m4a"].map(|name| self.path(name));
        let made = names.into_iter().filter(|file| {
            let made = Process::new("ffmpeg")
                .args(["-v", "error", "-y", "-i"])
                .arg(&source)
                .arg(file)
                .stdin(Stdio::null())
                .status();
            made.is_ok_and(|status| status.success())
        });
        made.collect()
    }
}

/// Descriptors that this process has open.
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Memory of this process that is its own, in KiB.
fn private_kib() -> u64 {
    let maps = std::fs::read_to_string("/proc/self/smaps_rollup").unwrap();
    let lines = maps.lines().filter_map(|line| {
        let (name, rest) = line.split_once(':')?;
        let kib = rest.trim().strip_suffix(" kB")?.parse::<u64>().ok()?;
        name.starts_with("Private_").then_some(kib)
    });
    lines.sum()
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// The slope of the line of least squares through equally spaced values, a step.
fn slope(values: &[f64]) -> f64 {
    let middle = (values.len() - 1) as f64 / 2.0;
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let (mut with, mut square) = (0.0, 0.0);
    for (n, value) in values.iter().enumerate() {
        let x = n as f64 - middle;
        with += x * (value - mean);
        square += x * x;
    }
    with / square
}

#[test]
fn hundreds_of_songs_leave_no_descriptor_behind() {
    const SONGS: u64 = 400;
    let mut open = Vec::new();
    let engine = play_songs(Output::Imitated(Imitation::Fast), SONGS, 50, |_| {
        open.push(descriptors());
    });
    assert_eq!(engine.underruns(), 0);
    drop(engine);
    // Other tests of this process open files too.
    // A descriptor a song would be 350 more of them.
    let (first, last) = (open[0], open[open.len() - 1]);
    assert!(last < first + 200, "{open:?}");
}

#[test]
fn a_slope_is_one() {
    assert!((slope(&[1.0, 3.0, 5.0, 7.0]) - 2.0).abs() < 1e-9);
    assert!(slope(&[4.0, 4.0, 4.0]).abs() < 1e-9);
}

/// `cargo test --lib soak -- --ignored`, alone in its process: thousands of songs of 0.1 s, as fast as they are decoded,
/// then, with STANDIN_SOAK_MINUTES, so long in real time. STANDIN_SOAK_SONGS: another number than 30,000.
#[test]
#[ignore = "minutes long, and wants the process for itself"]
fn a_night_of_songs_leaves_nothing_behind() {
    let songs = number("STANDIN_SOAK_SONGS").unwrap_or(30_000);
    let (mut kib, mut open) = (Vec::new(), Vec::new());
    let engine = play_songs(
        Output::Imitated(Imitation::Fast),
        songs,
        songs / 60,
        |ended| {
            if ended >= WARM_UP {
                kib.push(private_kib() as f64);
                open.push(descriptors());
            }
        },
    );
    assert_eq!(engine.underruns(), 0);
    drop(engine);
    println!("KiB: {kib:?}");
    println!("descriptors: {open:?}");
    let later = &kib[kib.len() / 4..];
    let grown = slope(later) * later.len() as f64;
    assert!(grown < 512.0, "{grown} KiB in {songs} songs");
    let most = open.iter().max().unwrap();
    assert!(most - open.iter().min().unwrap() <= 4, "{open:?}");

    let minutes = number("STANDIN_SOAK_MINUTES").unwrap_or(0);
    let per_minute = 60 * 10;
    if minutes > 0 {
        let engine = play_songs(Output::Null, minutes * per_minute, per_minute, |ended| {
            println!("{ended} songs, {} KiB", private_kib());
        });
        assert_eq!(engine.underruns(), 0);
    }
}

#[test]
fn music_plays_through_on_every_bad_device() {
    for (name, imitation) in Imitation::ALL {
        let mut shelf = Shelf::new();
        let items = [
            shelf.wav(44_100, &tones(44_100, 66_000)),
            shelf.wav(44_100, &tones(44_100, 22_000)),
        ];
        let (engine, notices) = start(Output::Imitated(imitation));
        let told = play_through(&engine, &notices, &items);
        assert_eq!(heard(&told), [1, 2], "{name}");
        // On a busy machine decoding may start too late for a first burst; the long form holds that nothing runs dry.
        assert!(engine.underruns() <= 1, "{name}: {}", engine.underruns());
        let count = |wanted: fn(&Notice) -> bool| told.iter().filter(|told| wanted(told)).count();
        let lost = count(|notice| matches!(notice, Notice::OutputLost { .. }));
        let back = count(|notice| matches!(notice, Notice::OutputBack));
        let deaths = usize::from(imitation == Imitation::Dying);
        // One that dies when all of it has been heard need not come back before the end is told.
        assert!(
            back >= deaths && back <= lost && lost <= back + 1,
            "{name}: {lost}, {back}"
        );
        assert_eq!(lost > 0, deaths > 0, "{name}");
    }
}

/// A lie of two seconds may not make the position leave the song, nor run backwards by more than the lie.
#[test]
fn the_position_stays_within_the_song_whatever_the_device_says() {
    let mut shelf = Shelf::new();
    let item = shelf.wav(44_100, &tones(44_100, 44_100));
    let (engine, notices) = start(Output::Imitated(Imitation::Lying));
    engine.command(play(&item, 0));
    loop {
        match notices.recv_timeout(PATIENCE).unwrap() {
            Notice::WantsNext { .. } => engine.command(Command::Follow(None)),
            Notice::Finished { .. } => break,
            _ => {}
        }
        if let Some(position) = engine.position() {
            assert!(position.elapsed_ms <= 1_000, "{position:?}");
            assert_eq!(position.length_ms, Some(1_000));
        }
    }
}
