//! The options that say how music sounds and when it ends, for every verb that plays: what is typed wins, then what
//! `config.toml` says, then what is usual.

use super::Context;
use super::levelling::LevelArgs;
use crate::config::{Config, Settings};
use crate::daemon::{Said, read_curve};
use crate::engine::{OnLoss, Output};
use crate::music::{Equalising, Levelling, Loudness, Speed, USUAL_LONG_MS};
use crate::player::{AtEnd, MAX_CROSSFADE_MS};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// How it sounds, and when it ends.
#[derive(clap::Args, Clone, Default)]
pub struct SoundArgs {
    #[command(flatten)]
    level: LevelArgs,
    /// Loudness in percent
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    volume: Option<u8>,
    /// Let songs overlap, up to 12 seconds; never two that follow each other on an album
    #[arg(long, value_name = "SECS", value_parser = parse_crossfade)]
    crossfade: Option<u32>,
    /// Play songs faster or slower at their own pitch, from 0.5 to 3 times
    #[arg(long, value_name = "TIMES")]
    speed: Option<Speed>,
    /// Open the output at each song's own rate and format, and touch no sample: no volume, no gain, no resampling
    ///
    /// Where rate or format change there is a gap. On a sound server the server decides what the device gets: it leaves
    /// the samples alone where it runs the device in the same rate and format, at full volume.
    #[arg(long, conflicts_with_all = ["volume", "speed"])]
    bit_perfect: bool,
    /// Fade out and end after so long, `45m`, `1h30m` or `90s`; or after the first `song`
    #[arg(long, value_name = "TIME|song", value_parser = Bedtime::parse)]
    sleep: Option<Bedtime>,
    /// What comes when the queue has been played: `stop`, `repeat`, or `go-on` with what fits
    ///
    /// What fits is, by the first rule that finds a song: one of the same artist, four in a row at most; of the same decade
    /// and genre; of those that you gave most stars and heard most; any. Never what is banned, long, or was among the last
    /// hundred that were heard or queued. `history` tells by which rule each came.
    #[arg(long, value_name = "WHAT")]
    then: Option<AtEnd>,
    /// Where the sound goes: `default`, `null`, `wav:FILE` or a name from `standin outputs`; of several, the first that opens
    #[arg(long, value_name = "OUTPUT[,…]")]
    output: Option<OutputList>,
}

/// Outputs to try in turn.
#[derive(Clone)]
struct OutputList(Vec<Output>);

impl FromStr for OutputList {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let outputs = text
            .split(',')
            .map(|name| Output::from_str(name.trim()).map_err(|error| error.to_string()));
        outputs.collect::<Result<_, _>>().map(Self)
    }
}

/// When the music ends before the queue does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bedtime {
    /// After so many ms, with a fade.
    InMs(u64),
    /// When the first song ends.
    AfterSong,
}

impl Bedtime {
    fn parse(text: &str) -> Result<Self, String> {
        if text == "song" {
            return Ok(Self::AfterSong);
        }
        let wrong = || "a time is 45m, 1h30m or 90s; or it is `song`".to_owned();
        let (mut rest, mut all_s) = (text, 0u64);
        for (unit, seconds) in [('h', 3_600), ('m', 60), ('s', 1)] {
            if let Some((number, after)) = rest.split_once(unit) {
                let number: u32 = number.parse().map_err(|_| wrong())?;
                all_s += u64::from(number) * seconds;
                rest = after;
            }
        }
        // A number alone is minutes, as on a radio.
        if !rest.is_empty() && rest == text {
            let minutes: u32 = rest.parse().map_err(|_| wrong())?;
            (rest, all_s) = ("", u64::from(minutes) * 60);
        }
        if !rest.is_empty() || all_s == 0 {
            return Err(wrong());
        }
        Ok(Self::InMs(all_s * 1_000))
    }
}

impl SoundArgs {
    /// To the null device, unless another one was typed.
    pub fn or_to_nowhere(self) -> Self {
        let nowhere = || OutputList(vec![Output::Null]);
        Self {
            output: self.output.or_else(|| Some(nowhere())),
            ..self
        }
    }
}

/// What was settled.
pub struct Sound {
    /// The first of these that opens.
    pub outputs: Vec<Output>,
    /// Loudness in percent, where somebody has said.
    pub volume_percent: Option<u8>,
    /// Loudness in percent that was typed: it wins over that of a queue that goes on.
    pub typed_volume_percent: Option<u8>,
    /// How songs are levelled.
    pub levelling: Levelling,
    /// How long songs overlap, in ms.
    pub crossfade_ms: u32,
    /// How fast songs are played.
    pub speed: Speed,
    /// The file that says the curve of the equaliser, where nobody says another one.
    pub equaliser: Option<PathBuf>,
    /// Which of these two were typed: they win over what was said while a queue that goes on played last.
    pub typed: Typed,
    /// Whether no sample is touched.
    pub bit_perfect: bool,
    /// What happens where the sound would come out of a device that nobody chose.
    pub on_loss: OnLoss,
    /// Files that play for so long go on where they were left, in ms; 0: none does.
    pub long_from_ms: u64,
    /// What runs on each new song.
    pub on_song: Option<String>,
    /// When it ends before the queue does.
    pub bedtime: Option<Bedtime>,
    /// What comes when the queue has been played.
    pub at_end: AtEnd,
    /// The same, where it was typed: it wins over that of a queue that goes on.
    pub typed_at_end: Option<AtEnd>,
}

/// What was typed.
#[derive(Clone, Copy)]
pub struct Typed {
    levelling: bool,
    crossfade: bool,
}

impl Sound {
    /// To the null device, in real time, with nothing done to it.
    pub fn to_nowhere() -> Self {
        Self {
            outputs: vec![Output::Null],
            volume_percent: None,
            typed_volume_percent: None,
            levelling: Levelling {
                how: Loudness::Off,
                preamp_db: 0.0,
            },
            crossfade_ms: 0,
            speed: Speed::default(),
            equaliser: None,
            typed: Typed {
                levelling: false,
                crossfade: false,
            },
            bit_perfect: false,
            on_loss: OnLoss::default(),
            long_from_ms: 0,
            on_song: None,
            bedtime: None,
            at_end: AtEnd::Stop,
            typed_at_end: None,
        }
    }

    /// With what was said of it while the queue that goes on played last.
    pub fn with_said(mut self, said: Said) -> Self {
        if let Some(how) = said.loudness.filter(|_| !self.typed.levelling) {
            self.levelling.how = how;
        }
        if let Some(ms) = said.crossfade_ms.filter(|_| !self.typed.crossfade) {
            self.crossfade_ms = ms;
        }
        self
    }
}

impl SoundArgs {
    /// The first typed option that only a player of one's own obeys, and not one that runs already.
    pub fn first_of_a_player(&self) -> Option<&'static str> {
        let typed = [
            (self.output.is_some(), "--output"),
            (self.bit_perfect, "--bit-perfect"),
            (self.sleep.is_some(), "--sleep"),
            (self.level.has_preamp(), "--preamp"),
        ];
        typed
            .into_iter()
            .find_map(|(is_typed, name)| is_typed.then_some(name))
    }

    /// Whether this key of config.toml was typed, so that what is set there is moot.
    pub fn types(&self, key: &str) -> bool {
        match key {
            "play.bit_perfect" => self.bit_perfect,
            _ => false,
        }
    }

    /// The first typed option of all; how songs are levelled is said by the environment, too, and is none.
    pub fn first_typed(&self) -> Option<&'static str> {
        let modes = [
            (self.volume.is_some(), "--volume"),
            (self.crossfade.is_some(), "--crossfade"),
            (self.speed.is_some(), "--speed"),
            (self.then.is_some(), "--then"),
        ];
        let first = modes.into_iter().find(|(is_typed, _)| *is_typed);
        self.first_of_a_player().or(first.map(|(_, name)| name))
    }

    /// The volume that was typed, in percent.
    pub fn volume(&self) -> Option<u8> {
        self.volume
    }

    /// The speed that was typed.
    pub fn speed(&self) -> Option<Speed> {
        self.speed
    }

    /// The overlap that was typed, in ms.
    pub fn crossfade_ms(&self) -> Option<u32> {
        self.crossfade
    }

    /// What was typed of the end of the queue.
    pub fn at_end(&self) -> Option<AtEnd> {
        self.then
    }

    /// Reads the config, and says what is wrong in it.
    pub fn settle(self, context: &Context) -> Sound {
        self.over(&settings(context))
    }

    /// What is typed, and where nothing is, what is set.
    pub fn over(self, settings: &Settings) -> Sound {
        let set = set_levelling(settings);
        let typed = self.output.map(|list| list.0);
        Sound {
            outputs: typed
                .or_else(|| settings.outputs.clone())
                .unwrap_or_else(|| vec![Output::Device(None)]),
            volume_percent: self.volume.or(settings.volume_percent),
            typed_volume_percent: self.volume,
            levelling: self.level.or(set),
            crossfade_ms: self.crossfade.or(settings.crossfade_ms).unwrap_or(0),
            speed: self.speed.unwrap_or_default(),
            equaliser: settings.equaliser.clone(),
            typed: Typed {
                levelling: self.level.is_typed(),
                crossfade: self.crossfade.is_some(),
            },
            bit_perfect: self.bit_perfect || settings.bit_perfect.unwrap_or(false),
            on_loss: settings.on_loss.unwrap_or_default(),
            long_from_ms: settings.long_from_ms.unwrap_or(USUAL_LONG_MS),
            on_song: settings.on_song.clone().filter(|line| !line.is_empty()),
            bedtime: self.sleep,
            at_end: self.then.or(settings.at_end).unwrap_or_default(),
            typed_at_end: self.then,
        }
    }
}

/// What config.toml sets; what is wrong in it is told.
pub fn settings(context: &Context) -> Settings {
    config(context).settings
}

/// What config.toml says, and where; what is wrong in it is told.
pub fn config(context: &Context) -> Config {
    let config = Config::read(&context.places.config_file());
    for warning in config.told() {
        context.out.warn(format!("{warning}; it is left out."));
    }
    config
}

/// The equaliser where nobody has said anything.
pub fn usual_curve(context: &Context) -> Equalising {
    curve_in(settings(context).equaliser.as_deref(), context)
}

/// What a file says, beside config.toml where its name is not a whole path. One that cannot be read is told, and none.
pub fn curve_in(file: Option<&Path>, context: &Context) -> Equalising {
    let Some(file) = file else {
        return Equalising::default();
    };
    let config = context.places.config_file();
    let file = config
        .parent()
        .map_or_else(|| file.to_owned(), |folder| folder.join(file));
    read_curve(&file).unwrap_or_else(|error| {
        context
            .out
            .warn(format!("{error}; the equaliser is left out."));
        Equalising::default()
    })
}

/// How songs are levelled where nothing is typed.
pub fn usual_levelling(context: &Context) -> Levelling {
    set_levelling(&Settings::read(&context.places.config_file()).0)
}

fn set_levelling(settings: &Settings) -> Levelling {
    let usual = Levelling::default();
    Levelling {
        how: settings.loudness.unwrap_or(usual.how),
        preamp_db: settings.preamp_db.unwrap_or(usual.preamp_db),
    }
}

/// Seconds as ms.
fn parse_crossfade(text: &str) -> Result<u32, String> {
    let most_s = f64::from(MAX_CROSSFADE_MS) / 1_000.0;
    let seconds = text.trim_end_matches('s').parse::<f64>().ok();
    seconds
        .filter(|seconds| (0.0..=most_s).contains(seconds))
        .map(|seconds| (seconds * 1_000.0).round() as u32)
        .ok_or_else(|| format!("a crossfade is a number of seconds from 0 to {most_s}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::music::Loudness;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        sound: SoundArgs,
    }

    fn settled(args: &[&str], settings: Settings) -> Sound {
        let args = std::iter::once(&"play").chain(args);
        Line::try_parse_from(args)
            .ok()
            .unwrap()
            .sound
            .over(&settings)
    }

    #[test]
    fn what_is_typed_wins_over_what_is_set() {
        let set = || Settings {
            outputs: Some(vec![Output::Null]),
            volume_percent: Some(40),
            loudness: Some(Loudness::Off),
            preamp_db: Some(-3.0),
            crossfade_ms: Some(5_000),
            bit_perfect: Some(true),
            on_loss: Some(OnLoss::Follow),
            ..Settings::default()
        };
        let sound = settled(&[], set());
        assert_eq!(
            (sound.outputs, sound.volume_percent),
            (vec![Output::Null], Some(40))
        );
        assert_eq!(
            (sound.levelling.how, sound.levelling.preamp_db),
            (Loudness::Off, -3.0)
        );
        assert_eq!(
            (sound.crossfade_ms, sound.bit_perfect, sound.on_loss),
            (5_000, true, OnLoss::Follow)
        );
        let typed = [
            "--volume=70",
            "--crossfade=1.5",
            "--output=default, null",
            "--replaygain=album",
            "--preamp=0",
        ];
        let sound = settled(&typed, set());
        assert_eq!(sound.outputs, [Output::Device(None), Output::Null]);
        assert_eq!(
            (sound.volume_percent, sound.crossfade_ms),
            (Some(70), 1_500)
        );
        assert_eq!(
            (sound.levelling.how, sound.levelling.preamp_db),
            (Loudness::Album, 0.0)
        );
        let sound = settled(&[], Settings::default());
        assert_eq!(
            (sound.outputs, sound.volume_percent),
            (vec![Output::Device(None)], None)
        );
        assert_eq!(
            (sound.crossfade_ms, sound.bit_perfect, sound.bedtime),
            (0, false, None)
        );
    }

    #[test]
    fn what_was_said_last_wins_over_what_is_set_and_not_over_what_is_typed() {
        let said = Said {
            crossfade_ms: Some(2_000),
            loudness: Some(Loudness::Track),
            goes_on: None,
        };
        let set = Settings {
            loudness: Some(Loudness::Off),
            ..Settings::default()
        };
        let sound = settled(&[], set).with_said(said);
        assert_eq!(
            (sound.levelling.how, sound.crossfade_ms),
            (Loudness::Track, 2_000)
        );
        let typed = ["--crossfade=1", "--replaygain=album"];
        let sound = settled(&typed, Settings::default()).with_said(said);
        assert_eq!(
            (sound.levelling.how, sound.crossfade_ms),
            (Loudness::Album, 1_000)
        );
    }

    #[test]
    fn bedtimes() {
        for (text, seconds) in [
            ("45m", 2_700),
            ("45", 2_700),
            ("1h30m", 5_400),
            ("90s", 90),
            ("2h", 7_200),
            ("1h5s", 3_605),
        ] {
            assert_eq!(
                Bedtime::parse(text),
                Ok(Bedtime::InMs(seconds * 1_000)),
                "{text}"
            );
        }
        assert_eq!(Bedtime::parse("song"), Ok(Bedtime::AfterSong));
        for text in [
            "",
            "0",
            "0m",
            "m",
            "-5m",
            "5x",
            "1m1h",
            "1h1",
            "1.5h",
            "99999999999m",
        ] {
            assert!(Bedtime::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn crossfades() {
        assert_eq!(parse_crossfade("4"), Ok(4_000));
        assert_eq!(parse_crossfade("0.5s"), Ok(500));
        for text in ["", "x", "-1", "12.1", "nan", "inf"] {
            assert!(parse_crossfade(text).is_err(), "{text}");
        }
    }
}
