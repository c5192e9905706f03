//! The screen as a person drives it, on a real terminal by tmux: keys and clicks in, pictures as text out.
//!
//! `STANDIN_NEW_PICTURES=1 cargo test --test main screen_views` writes `tests/pictures/` anew, to be looked at before they are kept.

use crate::home::{Home, sample_media, wait_until};
use crate::screen::Screen;
use crate::terminal::{code, press, see, start_sized};
use std::fs;
use std::path::Path;

const TUI: &[&str] = &["tui", "--output", "null"];
const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

/// Two albums with covers, in many scripts, and two playlists.
fn home() -> Home {
    let home = Home::new();
    home.run(&["scan", sample_media().to_str().unwrap()])
        .ended(0);
    let list = sample_media().join("Playlists/Rain on the Harbour.m3u8");
    home.run(&["playlist", "new", "Rain", list.to_str().unwrap()])
        .ended(0);
    home
}

/// Waits until the picture is the one that is kept: on its way there it is seen in halves. `text` stands in it.
#[track_caller]
fn hold(name: &str, (width, height): (u16, u16), screen: &Screen, text: &str) {
    let file = format!("tests/pictures/{name}-{width}x{height}.txt");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("STANDIN_NEW_PICTURES").is_some() {
        fs::write(&file, screen.wait_for(text)).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(kept.contains(text), "{text} stands in {}", file.display());
    let what = format!("the picture of {}:\n{kept}", file.display());
    screen.wait_until(&what, |picture| picture == kept);
}

#[test]
fn the_whole_looks_as_it_was_looked_at() {
    let home = home();
    for size in SIZES {
        let Some(screen) = Screen::open(&home, size, TUI, &[]) else {
            return;
        };
        screen.wait_for("Snowbound Kettle");
        screen.keys(&["2", "j", "l", "l"]);
        hold("library", size, &screen, "1 of 6");
        screen.keys(&["/"]);
        screen.write("кett");
        screen.wait_for("Nothing is found.");
        screen.keys(&["C-u"]);
        screen.write("kett lant");
        hold("search", size, &screen, "Ærø by Lantern");
        screen.keys(&["Enter", "4"]);
        screen.wait_for("Ночной трамвай");
        screen.keys(&["l"]);
        hold("playlists", size, &screen, "1 of 7");
        screen.keys(&["?"]);
        hold("help", size, &screen, "begin again at the end");
        screen.keys(&["?", "q"]);
        screen.ended(0);
    }
}

#[test]
fn somebody_new_is_offered_the_scan() {
    let home = Home::new();
    fs::create_dir_all(home.music()).unwrap();
    home.run(&["scan", "Music"]).ended(0);
    // Nobody but the key looks for music.
    fs::create_dir_all(home.path("home/config")).unwrap();
    let config = home.path("home/config/config.toml");
    fs::write(config, "[daemon]\nwatch = false\n").unwrap();
    let Some(screen) = Screen::open(&home, (80, 24), TUI, &[]) else {
        return;
    };
    screen.wait_for("U   scans your music folder");
    for (number, file) in ["one.wav", "two.wav"].iter().enumerate() {
        home.tone(file, number, 400);
    }
    screen.keys(&["U"]);
    screen.wait_for("Ready: 2 songs");
    screen.wait_for("(no artist)");
    screen.keys(&["q"]);
    screen.ended(0);
}

#[test]
fn a_scan_that_cannot_be_says_why() {
    let home = Home::new();
    let Some(screen) = Screen::open(&home, (120, 24), TUI, &[]) else {
        return;
    };
    screen.wait_for("U   scans your music folder");
    screen.keys(&["U"]);
    screen.wait_for("The scan failed: ");
    screen.keys(&["q"]);
    screen.ended(0);
}

#[test]
fn songs_are_added_moved_taken_out_and_put_back() {
    let home = home();
    let Some(screen) = Screen::open(&home, (120, 30), TUI, &[]) else {
        return;
    };
    screen.wait_for("Snowbound Kettle");
    // The artist is the first of two.
    screen.keys(&["2", "g", "a"]);
    screen.wait_for("Added all of");
    screen.keys(&["1"]);
    screen.wait_for("1 of 6");
    let queue = || -> Vec<String> {
        let told = home.run(&["queue", "-f", "%file%"]).ended(0).out;
        told.lines().map(str::to_owned).collect()
    };
    let before = queue();
    assert_eq!(before.len(), 6, "{before:?}");
    // Two songs are marked and moved below the third.
    screen.keys(&["v", "v", "J"]);
    wait_until(|| queue()[0] == before[2]);
    screen.keys(&["u"]);
    wait_until(|| queue() == before);
    screen.keys(&["Escape", "g", "v", "v", "d"]);
    wait_until(|| queue().len() == 4);
    screen.keys(&["u"]);
    wait_until(|| queue() == before);
    screen.keys(&["D"]);
    screen.wait_for("The queue is empty");
    wait_until(|| queue().is_empty());
    screen.keys(&["u"]);
    wait_until(|| queue() == before);
    screen.keys(&["q"]);
    screen.ended(0);
}

#[test]
fn a_filter_leaves_some_rows_and_plays_the_right_one() {
    let home = home();
    let Some(screen) = Screen::open(&home, (120, 30), TUI, &[]) else {
        return;
    };
    screen.wait_for("Snowbound Kettle");
    screen.keys(&["2", "g", "a", "1"]);
    screen.wait_for("1 of 6");
    screen.keys(&["f"]);
    screen.write("waltz");
    let left = screen.wait_until("one row is left", |picture| picture.contains("1 of 1 "));
    assert!(left.contains("filter: waltz"), "{left}");
    screen.keys(&["Enter", "Enter"]);
    screen.wait_for("▶ Weathervane Waltz");
    screen.keys(&["Escape"]);
    screen.wait_for(" of 6");
    screen.keys(&["q"]);
    screen.ended(0);
}

#[test]
fn a_command_is_completed_done_and_answered() {
    let home = home();
    let Some(screen) = Screen::open(&home, (100, 30), TUI, &[]) else {
        return;
    };
    screen.wait_for("vol 100 %");
    screen.keys(&[":"]);
    screen.write("vol");
    screen.keys(&["Tab"]);
    screen.write("30");
    screen.wait_for(":volume 30");
    screen.keys(&["Enter"]);
    screen.wait_for("vol 30 %");
    screen.keys(&[":"]);
    screen.write("ready");
    screen.keys(&["Enter"]);
    screen.wait_for("songs here");
    // What no server knows the program does itself.
    screen.keys(&[":"]);
    screen.write("list artist");
    screen.keys(&["Enter"]);
    screen.wait_until("what it prints", |picture| {
        picture.contains("standin list artist") && picture.contains("Snowbound Kettle Assembly")
    });
    screen.keys(&["?"]);
    screen.wait_for("Artists");
    screen.keys(&[":"]);
    screen.write("explode");
    screen.keys(&["Enter"]);
    screen.wait_for("There is no “explode”");
    screen.keys(&[":"]);
    screen.write("play waltz");
    screen.keys(&["Enter"]);
    screen.wait_for("▶ Weathervane Waltz");
    screen.keys(&[":"]);
    screen.write("q");
    screen.keys(&["Enter"]);
    screen.ended(0);
}

/// A click as xterm's people know it: on this column and row from 1.
fn click(screen: &Screen, column: u16, row: u16) {
    screen.write(&format!("\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m"));
}

#[test]
fn the_mouse_chooses_plays_and_seeks() {
    let home = Home::new();
    for (number, file) in ["one.wav", "two.wav"].iter().enumerate() {
        home.wav(file, &crate::home::tone(number, 8_000 * 120), 8_000);
    }
    home.run(&["scan", "Music"]).ended(0);
    let Some(screen) = Screen::open(&home, (80, 24), TUI, &[]) else {
        return;
    };
    screen.wait_for("Ready: 2 songs");
    screen.keys(&["g", "a"]);
    screen.wait_for("Added");
    // The tab of the queue, then its second row twice.
    click(&screen, 4, 1);
    screen.wait_for("1 of 2");
    click(&screen, 10, 4);
    screen.wait_for("2 of 2");
    click(&screen, 10, 4);
    screen.wait_for("▶ two");
    // The middle of the bar.
    click(&screen, 41, 23);
    screen.wait_until("it is in its middle", |picture| {
        let bar = picture.lines().nth(22).unwrap_or_default();
        bar.starts_with(" 1:0") || bar.starts_with(" 0:59")
    });
    screen.keys(&["q"]);
    screen.ended(0);
}

#[test]
fn it_keeps_its_shape_while_the_terminal_changes_its_own() {
    let home = home();
    let Some(screen) = Screen::open(&home, (200, 60), TUI, &[]) else {
        return;
    };
    screen.wait_for("Snowbound Kettle");
    screen.keys(&[":"]);
    screen.write("play kettle");
    screen.keys(&["Enter"]);
    screen.wait_for("▶");
    for view in ["1", "2", "3", "4", "5"] {
        screen.keys(&[view]);
        for (width, height) in [(60, 16), (300, 90), (20, 6), (80, 24)] {
            screen.resize((width, height));
            screen.wait_until("the clock is where it belongs", |picture| {
                let lines: Vec<&str> = picture.lines().collect();
                let clock = lines.get(usize::from(height) - 2);
                let is_clock =
                    clock.is_some_and(|line| line.starts_with(" 0:") && line.contains('━'));
                lines.len() == usize::from(height) && is_clock
            });
        }
        screen.keys(&["Escape"]);
    }
    screen.keys(&["q"]);
    screen.ended(0);
}

#[test]
fn without_colour_nothing_is_lost() {
    let home = home();
    let Some(screen) = Screen::open(&home, (120, 40), TUI, &[("NO_COLOR", "1")]) else {
        return;
    };
    screen.wait_for("Snowbound Kettle");
    screen.keys(&["2", "j", "l"]);
    screen.wait_for("6 songs");
    let styled = screen.styled();
    let has_colour = styled.split('\x1b').skip(1).any(|part| {
        let codes = part
            .split('m')
            .next()
            .unwrap_or_default()
            .trim_start_matches('[');
        codes
            .split(';')
            .any(|code| matches!(code.parse(), Ok(30..=38 | 40..=48 | 90..=107)))
    });
    assert!(!has_colour, "{styled:?}");
    assert!(
        styled.contains("\x1b[7m"),
        "the row is seen by being reversed: {styled:?}"
    );
    screen.keys(&["q"]);
    screen.ended(0);
}

#[test]
fn nothing_in_a_name_steers_the_terminal() {
    let home = Home::new();
    let evil = "x\x1b]2;owned\x07\x1b[2J\u{9b}31m\u{202e}y.wav";
    home.tone(evil, 1, 44_100 * 120);
    home.run(&["scan", "Music"]).ended(0);
    home.run(&["playlist", "new", "list", "Music"]).ended(0);
    let Some(screen) = Screen::open(&home, (100, 24), TUI, &[]) else {
        return;
    };
    screen.wait_for("Ready: 1 song");
    screen.keys(&["g", "l", "l"]);
    screen.wait_for("owned");
    screen.keys(&["Enter"]);
    for view in ["1", "2", "4", "5"] {
        screen.keys(&[view]);
        let picture = screen.wait_for("owned");
        assert!(
            !picture
                .chars()
                .any(|letter| letter.is_control() && letter != '\n'),
            "{picture:?}"
        );
        assert!(!picture.contains('\u{202e}'), "{picture:?}");
    }
    assert_ne!(screen.title(), "owned");
    screen.keys(&["q"]);
    screen.ended(0);
}

#[test]
fn a_terminal_that_takes_nothing_holds_up_neither_the_music_nor_the_end() {
    let home = home();
    let mut session = start_sized(&home, TUI);
    // Between two words stands a move of the cursor, and not a space.
    see(&mut session, "Snowbound");
    // Nobody reads the terminal any more, and every key paints all of it.
    for _ in 0..200 {
        press(&mut session, "?");
    }
    home.run(&["play", "waltz"]).ended(0);
    wait_until(|| home.run(&["status"]).ended(0).out.contains("[playing]"));
    press(&mut session, "1");
    see(&mut session, "Weathervane");
    press(&mut session, "q");
    session.exp_eof().unwrap();
    assert_eq!(code(&session), 0);
}

#[test]
fn what_sounds_is_shown_with_its_words_and_its_level() {
    let home = Home::new();
    home.wav("one.wav", &crate::home::tone(1, 44_100 * 120), 44_100);
    let words = "[00:00.00]the first line\n[01:30.00]the last line\n";
    fs::write(home.music().join("one.lrc"), words).unwrap();
    home.run(&["scan", "Music"]).ended(0);
    let Some(screen) = Screen::open(&home, (100, 30), TUI, &[]) else {
        return;
    };
    screen.wait_for("Ready: 1 song");
    screen.keys(&[":"]);
    screen.write("play one");
    screen.keys(&["Enter"]);
    screen.wait_for("▶ one");
    screen.keys(&["5"]);
    screen.wait_for("the last line");
    // The bars of the spectrum, and the peak in figures.
    screen.wait_until("the level", |picture| {
        picture.contains(" dB") && picture.contains('█')
    });
    screen.keys(&["m"]);
    screen.wait_until("no level", |picture| !picture.contains(" dB"));
    screen.keys(&["q"]);
    screen.ended(0);
}

#[test]
fn a_row_without_a_song_is_shown_as_missing() {
    let home = home();
    let list = home.path("wanted.m3u8");
    let text = "#EXTM3U\n#EXTINF:200,Nobody - Nowhere\nnowhere.flac\n";
    fs::write(&list, text).unwrap();
    let list = list.to_str().unwrap();
    home.run(&["playlist", "new", "Wanted", list]).ended(0);
    let Some(screen) = Screen::open(&home, (100, 24), TUI, &[]) else {
        return;
    };
    screen.wait_for("Ready: 12 songs");
    screen.keys(&["4", "G"]);
    screen.wait_for("× Nowhere");
    screen.keys(&["q"]);
    screen.ended(0);
}
