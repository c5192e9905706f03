//! `standin eq`.

use super::table::Column;
use super::{Context, Exit, Outcome, Stop, sound, wire};
use crate::daemon::{CurveError, KeptEqualiser, read_curve};
use crate::mpd::remote::{Remote, Words};
use crate::music::{Band, Equaliser, EqualiserError, Equalising, TEN_BANDS_HZ};
use serde_json::{Value, json};
use std::path::PathBuf;

/// The equaliser: shape what is heard, by ten bands or by a file of AutoEq
///
/// Alone it draws the curve. A change is heard at once where something plays, and holds from then on; before anything
/// was said here, `[play] equaliser` in config.toml holds. A curve that raises something lowers everything first, so
/// that nothing goes beyond full scale. Where the curve is flat no sample is touched, and bit-perfect playing touches
/// none anyway.
#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  standin eq                                the curve, octave by octave
  standin eq load \"HD 600 ParametricEQ.txt\" what AutoEq says of a headphone
  standin eq bands \"3 2 0 0 0 0 0 0 1 2\"    ten bands, 31 Hz to 16 kHz, in dB
  standin eq band 3 -2.5                    the third band alone
  standin eq off"
)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Turn it on again, with the curve that it had
    On,
    /// Turn it off; the curve is kept
    Off,
    /// Ten bands of an octave, from 31 Hz to 16 kHz: -12 to 12 dB each
    Bands {
        /// Ten numbers as one argument, between blanks or commas
        #[arg(value_name = "DB…", allow_hyphen_values = true)]
        gains: String,
    },
    /// Another gain of one band; where there is no curve yet, of ten flat ones
    Band {
        /// Which, from 1
        number: usize,
        /// Its gain in dB, not what is added to it
        #[arg(value_name = "DB", allow_negative_numbers = true)]
        gain: f32,
    },
    /// What everything is lowered by, or raised
    Preamp {
        /// In dB, or `auto`: as much as the curve's highest point wants
        #[arg(value_name = "DB|auto", allow_hyphen_values = true)]
        preamp: String,
    },
    /// Take over a file of AutoEq: ParametricEQ.txt, FixedBandEQ.txt or GraphicEQ.txt
    Load {
        /// The file; of a graphic curve 31 bands are made, a third of an octave apart
        file: PathBuf,
    },
    /// As config.toml says again, or flat
    Usual,
}

pub fn run(args: Args, context: &mut Context) -> Outcome {
    let mut place = Place::find(context);
    if let Some(action) = args.action {
        obey(action, &mut place, context)?;
        if !context.out.json {
            let now = place.now(context)?;
            context.out.say(sentence(&now));
            return Ok(Exit::Done);
        }
    }
    let now = place.now(context)?;
    show(&now, context)?;
    Ok(Exit::Done)
}

fn obey(action: Action, place: &mut Place, context: &Context) -> Result<(), Stop> {
    let now = place.now(context)?.is;
    let said = match action {
        Action::On => Equalising { is_on: true, ..now },
        Action::Off => Equalising {
            is_on: false,
            ..now
        },
        Action::Usual => return place.say(None),
        Action::Bands { gains } => Equalising {
            is_on: true,
            name: String::new(),
            curve: ten(&gains)?,
        },
        Action::Load { file } => read_curve(&file)?,
        Action::Band { number, gain } => Equalising {
            is_on: true,
            curve: now.curve.with_gain(number, gain)?,
            ..now
        },
        Action::Preamp { preamp } => Equalising {
            is_on: true,
            curve: now.curve.with_preamp(decibels_or_auto(&preamp)?)?,
            ..now
        },
    };
    place.say(Some(said))
}

/// What holds.
struct Now {
    is: Equalising,
    /// Samples are shaped, or would be where something plays.
    is_heard: bool,
}

/// Whom to ask: the player that runs, else what is kept for the next one.
enum Place {
    Running(Box<Remote>),
    Kept(KeptEqualiser),
}

impl Place {
    fn find(context: &Context) -> Self {
        wire::own(context).map_or_else(
            || Self::Kept(KeptEqualiser::in_folder(&context.places.state)),
            |remote| Self::Running(Box::new(remote)),
        )
    }

    fn now(&mut self, context: &Context) -> Result<Now, Stop> {
        match self {
            Self::Running(remote) => {
                let told = remote.ask("standin_eq")?;
                let curve = told.text("curve").and_then(|curve| curve.parse().ok());
                let is = Equalising {
                    is_on: told.number::<u8>("on") == Some(1),
                    name: told.text("name").unwrap_or_default(),
                    curve: curve.ok_or_else(|| {
                        Stop::failed("the player that runs is another version, whose curve is not understood")
                            .hint("Start it again")
                    })?,
                };
                let is_heard = told.number::<u8>("heard") == Some(1);
                Ok(Now { is, is_heard })
            }
            Self::Kept(kept) => {
                let is = kept.read().unwrap_or_else(|| sound::usual_curve(context));
                let is_heard = !is.in_effect().is_flat();
                Ok(Now { is, is_heard })
            }
        }
    }

    /// `None`: as is usual.
    fn say(&mut self, said: Option<Equalising>) -> Result<(), Stop> {
        match self {
            Self::Running(remote) => {
                let words = Words::new("standin_eq");
                remote.ask(match said {
                    None => words.with("usual"),
                    Some(said) if !said.is_on => words.with("off"),
                    Some(said) => {
                        let name = said.name.replace(char::is_control, " ");
                        words.with("set").with(name).with(said.curve.to_string())
                    }
                })?;
                Ok(())
            }
            Self::Kept(kept) => kept
                .write(said.as_ref())
                .map_err(|error| Stop::failed(error.to_string())),
        }
    }
}

/// Ten numbers between blanks or commas.
fn ten(text: &str) -> Result<Equaliser, Stop> {
    let words = text
        .split([' ', ',', ';', '\t'])
        .filter(|word| !word.is_empty());
    let gains: Result<Vec<f32>, _> = words.map(str::parse).collect();
    let gains = gains
        .ok()
        .and_then(|gains| <[f32; 10]>::try_from(gains).ok());
    let wrong = || Stop::new(Exit::Usage, "ten bands are ten numbers of dB");
    Ok(Equaliser::ten_bands(gains.ok_or_else(wrong)?)?)
}

fn decibels_or_auto(text: &str) -> Result<Option<f32>, Stop> {
    let wrong = || Stop::new(Exit::Usage, "a preamp is a number of dB, or auto");
    match text {
        "auto" => Ok(None),
        text => Ok(Some(text.parse().map_err(|_| wrong())?)),
    }
}

impl From<EqualiserError> for Stop {
    fn from(error: EqualiserError) -> Self {
        Self::new(Exit::Usage, error.to_string())
    }
}

impl From<CurveError> for Stop {
    fn from(error: CurveError) -> Self {
        let is_foreign = matches!(error, CurveError::Foreign { .. });
        let stop = Self::failed(error.to_string());
        match is_foreign {
            true => {
                stop.hint("ParametricEQ.txt, FixedBandEQ.txt and GraphicEQ.txt of AutoEq are read")
            }
            false => stop,
        }
    }
}

/// Cells of the picture to each side.
const CELLS: f64 = 12.0;
/// The rate that the curve is shown for, in Hz.
const SHOWN_RATE: u32 = 48_000;

fn show(now: &Now, context: &mut Context) -> Result<(), Stop> {
    if context.out.json {
        return Ok(context.out.json(as_json(now))?);
    }
    let is_terminal = context.out.is_terminal;
    let curve = &now.is.curve;
    context.out.line(sentence(now))?;
    if is_terminal && !curve.bands().is_empty() {
        context.out.line("")?;
        for line in picture(curve) {
            context.out.line(line)?;
        }
        context.out.line("")?;
    }
    if curve.bands().is_empty() {
        return Ok(());
    }
    let columns = [
        Column::number("band").stays(),
        Column::word("shape"),
        Column::number("Hz").stays(),
        Column::number("dB").stays(),
        Column::number("Q"),
    ];
    let rows: Vec<Vec<String>> = curve.bands().iter().zip(1..).map(row).collect();
    Ok(context.out.table(&columns, &rows)?)
}

fn row((band, number): (&Band, usize)) -> Vec<String> {
    vec![
        number.to_string(),
        band.shape().word().to_owned(),
        band.hz().to_string(),
        format!("{:+}", band.gain_db()),
        format!("{:.2}", band.q()),
    ]
}

/// What holds, as a sentence.
fn sentence(now: &Now) -> String {
    let curve = &now.is.curve;
    let name = match now.is.name.as_str() {
        "" if curve.is_ten_bands() => "ten bands",
        "" => "a curve",
        name => name,
    };
    let preamp = format!("preamp {:+.1} dB", curve.preamp_db());
    match (now.is.is_on, curve.is_flat()) {
        (_, true) => "The equaliser is flat: no sample is touched.".into(),
        (false, _) => format!("The equaliser is off: {name}, {preamp}."),
        (true, _) if now.is_heard => format!("The equaliser is on: {name}, {preamp}."),
        (true, _) => format!(
            "The equaliser is on and not heard, for bit-perfect playing touches no sample: {name}, {preamp}."
        ),
    }
}

/// The curve at each octave, in dB.
fn octaves(curve: &Equaliser) -> Vec<(f32, f64)> {
    let at = |hz: f32| (hz, curve.response_db(hz.into(), SHOWN_RATE));
    TEN_BANDS_HZ.into_iter().map(at).collect()
}

/// An octave a line: what is raised to the right, what is lowered to the left.
fn picture(curve: &Equaliser) -> Vec<String> {
    let octaves = octaves(curve);
    let most = octaves.iter().map(|(_, db)| db.abs()).fold(CELLS, f64::max);
    let line = |(hz, db): &(f32, f64)| {
        // Without a sign before nothing.
        let db = (db * 10.0).round() / 10.0 + 0.0;
        let hz = match *hz {
            hz if hz < 1_000.0 => format!("{hz:.0} Hz"),
            hz => format!("{:.0} kHz", hz / 1_000.0),
        };
        let halves = (db.abs() / most * CELLS * 2.0).round() as usize;
        let (cells, half) = (halves / 2, halves % 2);
        let (full, width) = ("█".repeat(cells), CELLS as usize);
        let (left, right) = match db < 0.0 {
            true => (format!("{}{full}", "▐".repeat(half)), String::new()),
            false => (String::new(), format!("{full}{}", "▌".repeat(half))),
        };
        format!("{hz:>7} {db:>+6.1} dB  {left:>width$}│{right}")
    };
    octaves.iter().map(line).collect()
}

/// -3.1 is -3.1 also in twice the bits.
fn as_written(number: f32) -> f64 {
    number.to_string().parse().unwrap_or(number.into())
}

fn as_json(now: &Now) -> Value {
    let curve = &now.is.curve;
    let bands = curve.bands().iter().map(|band| {
        json!({
            "shape": band.shape().word(),
            "hz": as_written(band.hz()),
            "gain_db": as_written(band.gain_db()),
            "q": as_written(band.q()),
        })
    });
    let name = Some(&now.is.name).filter(|name| !name.is_empty());
    let octaves = octaves(curve).into_iter();
    json!({
        "on": now.is.is_on,
        "heard": now.is_heard,
        "name": name,
        "preamp_db": as_written(curve.preamp_db()),
        "preamp_is_auto": curve.said_preamp_db().is_none(),
        "bands": bands.collect::<Vec<_>>(),
        "octaves": octaves.map(|(hz, db)| json!({ "hz": hz, "db": db })).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_numbers_however_they_are_parted() {
        for text in [
            "0 2 3 0 0 0 -1 0 0 12",
            "0,2,3,0,0,0,-1,0,0,12",
            " 0 2 +3 0 0 0 -1.0; 0 0 12",
        ] {
            let gains: Vec<f32> = ten(text)
                .ok()
                .unwrap()
                .bands()
                .iter()
                .map(Band::gain_db)
                .collect();
            assert_eq!(gains, [0.0, 2.0, 3.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 12.0]);
        }
        for text in [
            "",
            "1 2 3",
            "0 0 0 0 0 0 0 0 0 13",
            "0 0 0 0 0 0 0 0 0 x",
            "0 0 0 0 0 0 0 0 0 0 0",
        ] {
            assert!(ten(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_picture_of_a_curve() {
        let curve = Equaliser::default()
            .with_gain(1, 6.0)
            .unwrap()
            .with_gain(8, -12.0)
            .unwrap();
        let lines = picture(&curve);
        assert_eq!(lines[0], "  31 Hz   +6.0 dB              │██████");
        assert_eq!(lines[7], "  4 kHz  -12.0 dB  ████████████│");
        assert_eq!(lines.len(), 10);
    }
}
