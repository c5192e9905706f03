//! An outage, whole: a scripted client plays a tone on a private PulseAudio and shows itself on a private bus, its service is a
//! server on loopback that fails in some way, the client falls silent, and the guard of the built program steps in. What came out of
//! the sink is recorded: the tone, the silence, and our own music, a ramp that tells its place.

use crate::desktop::Bus;
use crate::devices::{places, ramp_of};
use crate::home::{Home, RATE, has};
use crate::knocking::{Client, Daemon};
use crate::pulse::{Pulse, Recording};
use crate::streamer::{Profile, SPOTIFY, Streamer, Tone};
use crate::zoo::{How, Zoo};
use lofty::config::WriteOptions;
use lofty::tag::{Accessor, Tag, TagExt, TagType};
use std::time::{Duration, Instant};

/// As long as a ramp can be whose samples tell their place.
const SONG_SECONDS: usize = 70;
/// Where in the song the client begins, in ms: it has played a while.
const BEGINS_AT_MS: u64 = 20_000;
/// So long it sounds before it falls silent, in s: one that was just begun may load for 3 s.
const PLAYS_SECONDS: usize = 5;
/// The client's own tone is quieter than this, and the ramp is louder where it begins.
const TONE_HERTZ: f64 = 440.0;
/// Shorter silences are gaps of the sound server.
const A_SILENCE: usize = RATE as usize / 2;

/// A machine on which somebody listens to a stream.
pub struct Desk {
    pub home: Home,
    bus: Bus,
    pub pulse: Pulse,
    pub zoo: Zoo,
}

/// What an outage came to.
#[derive(Debug)]
pub struct Came {
    /// From the client's last sound to our first.
    pub silence_ms: u64,
    /// Where in the song our music began, before where the client stopped; negative: behind it.
    pub back_ms: i64,
}

impl Desk {
    /// `None`: something is missing here, which was said.
    pub fn new() -> Option<Self> {
        Self::that_listens(true)
    }

    /// As [`Self::new`]; whether it may be listened to whether the client sounds.
    pub fn that_listens(listens: bool) -> Option<Self> {
        let home = Home::new();
        if !has("pacat") || !has("dbus-daemon") {
            return None;
        }
        let pulse = Pulse::start(&home)?;
        let song = ramp_of(&home, SONG_SECONDS);
        let mut tag = Tag::new(TagType::Id3v2);
        tag.set_artist("Some One".into());
        tag.set_title("First".into());
        tag.set_album("Some Tones".into());
        tag.save_to_path(&song, WriteOptions::default()).unwrap();
        home.run(&["scan", "Music"]).ended(0);
        let zoo = Zoo::plain(How::json("{}"));
        let config = format!(
            "[outage]\nlisten = {listens}\n[[service]]\nname = 'Spotify'\nprobe = '{}'\nmpris = 'spotify'\n",
            zoo.url()
        );
        std::fs::create_dir_all(home.path("home/config")).unwrap();
        std::fs::write(home.path("home/config/config.toml"), config).unwrap();
        let bus = Bus::new();
        Some(Self {
            home,
            bus,
            pulse,
            zoo,
        })
    }

    pub fn guard(&self) -> Daemon {
        let mut command = self.home.command(&["guard", "--auto", "-v"]);
        command.env("PULSE_SERVER", &self.pulse.socket);
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.bus.address);
        Daemon::of(&self.home, command)
    }

    pub fn client(&self, profile: Profile) -> (Streamer, Tone) {
        let client = Streamer::on(&self.bus.address, profile);
        let tone = Tone::start(&self.pulse, TONE_HERTZ, profile.identity);
        client.play_of("abc", "First", BEGINS_AT_MS, 1_000 * SONG_SECONDS as u64);
        (client, tone)
    }
}

/// Waits until the guard is in this state.
#[track_caller]
pub fn is(guard: &mut Client, state: &str) {
    guard.wait_until(|guard| guard.value("standin_guard", "guard_state") == state);
}

/// When what fails begins to fail.
#[derive(Clone, Copy, PartialEq)]
pub enum When {
    /// Before the client plays: the guard asks at the first song, and the client plays on from its cache.
    Before,
    /// While it plays, and the guard sees it.
    Meanwhile,
    /// As it falls silent.
    Then,
}

/// The client falls silent and the guard steps in.
pub fn outage(when: When, fail: impl Fn(&Desk)) -> Option<Came> {
    let desk = Desk::new()?;
    let daemon = desk.guard();
    let mut guard = Client::at(&desk.home);
    let mut recording = desk.pulse.record("null");
    if when == When::Before {
        fail(&desk);
    }
    let (client, tone) = desk.client(SPOTIFY);
    let began = Instant::now();
    recording.sound(PLAYS_SECONDS * RATE as usize);
    if when != When::Before {
        is(&mut guard, "watch");
        fail(&desk);
    }
    if when != When::Then {
        is(&mut guard, "ready");
    }
    client.stall(true);
    tone.starve();
    let stopped_at_ms = BEGINS_AT_MS + millis(began.elapsed());
    is(&mut guard, "take-over");
    client.hears("Pause");
    guard.wait_until(|guard| guard.value("status", "state") == "play");
    let came = measured(&mut recording, stopped_at_ms);
    drop(tone);
    let ran = daemon.end().ended(0);
    assert!(ran.err.contains("First"), "{ran:?}");
    Some(came)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap()
}

/// The client's last sound and our first, in frames, of a recording that grows.
#[derive(Default)]
struct Gap {
    at: usize,
    last: Option<usize>,
    ours: Option<usize>,
}

impl Gap {
    /// Looks at what is new; our first sound, once it is there.
    fn look(&mut self, samples: &[f32]) -> Option<usize> {
        while self.ours.is_none() && self.at < samples.len() / 2 {
            if samples[2 * self.at] != 0.0 {
                match self.last {
                    Some(last) if self.at - last > A_SILENCE => self.ours = Some(self.at),
                    _ => self.last = Some(self.at),
                }
            }
            self.at += 1;
        }
        self.ours
    }
}

/// What the recording tells, once a second of the ramp has been heard.
fn measured(recording: &mut Recording, stopped_at_ms: u64) -> Came {
    let second = RATE as usize;
    let mut gap = Gap::default();
    let samples = recording.until(|all| {
        let ours = gap.look(all);
        ours.is_some_and(|ours| all.len() / 2 >= ours + second)
    });
    let (last, ours) = (gap.last.unwrap(), gap.ours.unwrap());
    let heard = places(&samples[2 * ours..]);
    let (at, place) = heard[0];
    let frames_ms = |frames: usize| (frames * 1_000 / second) as u64;
    let began_at_ms = frames_ms(place.saturating_sub(at));
    Came {
        silence_ms: frames_ms(ours - last - 1),
        back_ms: stopped_at_ms as i64 - began_at_ms as i64,
    }
}

/// The service fails in this way.
pub fn fails(how: How) -> impl Fn(&Desk) {
    move |desk| desk.zoo.set(how.clone())
}

#[test]
fn who_was_warned_goes_on_with_the_same_song_at_its_place() {
    let Some(came) = outage(When::Before, fails(How::Refuses)) else {
        return;
    };
    println!("{came:?}");
    assert!((0..=4_000).contains(&came.back_ms), "{came:?}");
}

#[test]
fn a_silence_alone_is_noticed_and_the_same_song_goes_on() {
    let Some(came) = outage(When::Then, fails(How::Resets)) else {
        return;
    };
    println!("{came:?}");
    assert!((0..=4_000).contains(&came.back_ms), "{came:?}");
}
