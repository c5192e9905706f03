//! The objects that MPRIS wants on the session bus: a call becomes an event of the desk, a property is read from its
//! snapshot. What a call asks is done when it is answered.

use super::house::House;
use super::shown::{self, Properties, metadata, micros};
use crate::music::Speed;
use crate::player::{Event, Once};
use zbus::fdo::{Error, RequestNameFlags, RequestNameReply};
use zbus::object_server::SignalEmitter;
use zbus::{Connection, ObjectPath, connection, interface};

/// Where MPRIS has its object.
pub const PATH: &str = "/org/mpris/MediaPlayer2";

/// The interface whose properties change.
pub const PLAYER: &str = "org.mpris.MediaPlayer2.Player";

/// Our name on the bus; a second player of this user has its process's number behind it.
const NAME: &str = "org.mpris.MediaPlayer2.standin";

/// Puts the player on a bus.
pub async fn put_up(bus: connection::Builder<'_>, house: &House) -> zbus::Result<Connection> {
    let bus = bus
        .serve_at(PATH, Root)
        .serve_at(PATH, Player(house.clone()))
        .build()
        .await?;
    let now_or_never = RequestNameFlags::DO_NOT_QUEUE;
    let asked = bus.request_name_with_flags(NAME, now_or_never).await;
    if !matches!(asked, Ok(RequestNameReply::PrimaryOwner)) {
        let own = format!("{NAME}.instance{}", std::process::id());
        bus.request_name(own).await?;
    }
    Ok(bus)
}

struct Root;

#[interface(name = "org.mpris.MediaPlayer2", introspection_docs = false)]
impl Root {
    fn raise(&self) {}

    fn quit(&self) {}

    #[zbus(property(emits_changed_signal = "const"))]
    fn can_quit(&self) -> bool {
        false
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn can_raise(&self) -> bool {
        false
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn has_track_list(&self) -> bool {
        false
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn identity(&self) -> &str {
        "Standin"
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn desktop_entry(&self) -> &str {
        "standin"
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn supported_uri_schemes(&self) -> Vec<&str> {
        Vec::new()
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn supported_mime_types(&self) -> Vec<&str> {
        Vec::new()
    }
}

pub struct Player(House);

// Properties that can be set tell of no change by themselves: `life` tells it, of all that have changed together.
#[interface(
    name = "org.mpris.MediaPlayer2.Player",
    spawn = false,
    introspection_docs = false
)]
impl Player {
    fn next(&self) {
        self.0.step(Event::Next);
    }

    fn previous(&self) {
        let elapsed_ms = self.0.elapsed_ms(&self.0.shown());
        self.0.step(Event::Previous { elapsed_ms });
    }

    fn pause(&self) {
        self.0.ask(Event::Pause);
    }

    fn play_pause(&self) {
        self.0.ask(Event::Toggle);
    }

    fn stop(&self) {
        self.0.ask(Event::Stop);
    }

    fn play(&self) {
        self.0.ask(Event::Play);
    }

    /// So many µs further, or back; behind the end is the next song.
    #[zbus(name = "Seek")]
    fn seek_by(&self, offset: i64) {
        let shown = self.0.shown();
        let elapsed_ms = self.0.elapsed_ms(&shown);
        let at_ms = elapsed_ms.saturating_add_signed(offset / 1_000);
        let length_ms = shown.track().and_then(|track| track.song.length_ms);
        match length_ms.is_some_and(|length_ms| at_ms > length_ms) {
            true => self.0.step(Event::Next),
            false => self.0.seek(&shown, at_ms),
        }
    }

    /// Of another song than the one that is heard, or outside it, it is left alone.
    fn set_position(&self, track_id: ObjectPath<'_>, position: i64) {
        let shown = self.0.shown();
        let Some(track) = shown.track() else { return };
        let Ok(at_ms) = u64::try_from(position / 1_000) else {
            return;
        };
        let is_inside = track.song.length_ms.is_none_or(|length| at_ms <= length);
        if position >= 0 && is_inside && track_id == shown::track_id(track.entry) {
            self.0.seek(&shown, at_ms);
        }
    }

    fn open_uri(&self, uri: &str) -> Result<(), Error> {
        let why = format!("standin plays what it has scanned, not {uri}");
        Err(Error::NotSupported(why))
    }

    #[zbus(signal)]
    pub async fn seeked(emitter: &SignalEmitter<'_>, position: i64) -> zbus::Result<()>;

    #[zbus(property)]
    fn playback_status(&self) -> &str {
        self.0.shown().status()
    }

    #[zbus(property(emits_changed_signal = "false"))]
    fn loop_status(&self) -> &str {
        self.0.shown().loop_status()
    }

    #[zbus(property)]
    fn set_loop_status(&self, to: &str) -> Result<(), Error> {
        let was_single = self.0.is_single();
        let (repeat, single) = match to {
            "None" => (false, false),
            "Track" => (true, true),
            "Playlist" => (true, false),
            _ => return Err(Error::InvalidArgs("None, Track or Playlist".into())),
        };
        self.0.ask(Event::Repeat(repeat));
        if single != was_single {
            let mode = if single { Once::On } else { Once::Off };
            self.0.ask(Event::Single(mode));
        }
        Ok(())
    }

    #[zbus(property(emits_changed_signal = "false"))]
    fn rate(&self) -> f64 {
        self.0.speed().times().into()
    }

    /// 0 is a pause, as MPRIS has it; what is out of range is left alone.
    #[zbus(property)]
    fn set_rate(&self, rate: f64) {
        match Speed::new(rate as f32) {
            _ if rate == 0.0 => self.0.ask(Event::Pause),
            Some(speed) => self.0.set_speed(speed),
            None => {}
        }
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn minimum_rate(&self) -> f64 {
        (*Speed::RANGE.start()).into()
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn maximum_rate(&self) -> f64 {
        (*Speed::RANGE.end()).into()
    }

    #[zbus(property(emits_changed_signal = "false"))]
    fn shuffle(&self) -> bool {
        self.0.shown().shuffle()
    }

    #[zbus(property)]
    fn set_shuffle(&self, on: bool) {
        self.0.ask(Event::Random(on));
    }

    #[zbus(property)]
    fn metadata(&self) -> Properties {
        metadata(self.0.shown().track())
    }

    #[zbus(property(emits_changed_signal = "false"))]
    fn volume(&self) -> f64 {
        self.0.shown().volume()
    }

    #[zbus(property)]
    fn set_volume(&self, volume: f64) {
        if !volume.is_nan() {
            let percent = (volume.clamp(0.0, 1.0) * 100.0).round();
            self.0.ask(Event::Volume(percent as u8));
        }
    }

    #[zbus(property(emits_changed_signal = "false"))]
    fn position(&self) -> i64 {
        micros(self.0.elapsed_ms(&self.0.shown()))
    }

    #[zbus(property)]
    fn can_go_next(&self) -> bool {
        self.0.shown().can_go_next()
    }

    #[zbus(property)]
    fn can_go_previous(&self) -> bool {
        self.0.shown().can_go_previous()
    }

    #[zbus(property)]
    fn can_play(&self) -> bool {
        self.0.shown().can_play()
    }

    #[zbus(property)]
    fn can_pause(&self) -> bool {
        self.0.shown().can_play()
    }

    #[zbus(property)]
    fn can_seek(&self) -> bool {
        self.0.shown().can_seek()
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn can_control(&self) -> bool {
        true
    }
}
