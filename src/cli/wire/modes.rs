//! `volume`, `random`, `repeat`, `single`, `consume`, `crossfade`, `replaygain`, `speed`.

use super::heard::{Heard, tell};
use super::transport::ask;
use crate::cli::{Context, Exit, Outcome, Stop};
use crate::mpd::remote::{Remote, Words};
use crate::music::Speed;
use serde_json::json;
use std::str::FromStr;

/// How loud: `50`, `+5`, `-5`; alone it tells
#[derive(clap::Args)]
pub struct VolumeArgs {
    /// Percent; with + or - from where it is
    #[arg(value_name = "[+-]PERCENT", allow_hyphen_values = true)]
    to: Option<Volume>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Volume {
    To(u8),
    By(i16),
}

impl FromStr for Volume {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "a volume is 0 to 100, with + or - a change".to_owned();
        let number: i16 = text.parse().map_err(|_| wrong())?;
        match (text.starts_with(['+', '-']), u8::try_from(number)) {
            (true, _) if (-100..=100).contains(&number) => Ok(Self::By(number)),
            (false, Ok(percent)) if percent <= 100 => Ok(Self::To(percent)),
            _ => Err(wrong()),
        }
    }
}

/// A mode that is on or off; without a word it changes.
#[derive(clap::Args, Clone, Copy)]
pub struct SwitchArgs {
    #[arg(value_name = "on|off|toggle", hide_possible_values = true)]
    to: Option<Switch>,
}

#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
enum Switch {
    #[value(aliases = ["1", "true", "yes"])]
    On,
    #[value(aliases = ["0", "false", "no"])]
    Off,
    Toggle,
}

/// A mode that may also be on for one song; without a word it is turned on or off.
#[derive(clap::Args, Clone, Copy)]
pub struct OnceArgs {
    #[arg(value_name = "on|off|toggle|once", hide_possible_values = true)]
    to: Option<OnceSwitch>,
}

#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
enum OnceSwitch {
    #[value(aliases = ["1", "true", "yes"])]
    On,
    #[value(aliases = ["0", "false", "no"])]
    Off,
    Toggle,
    #[value(alias = "oneshot")]
    Once,
}

/// How long songs overlap; alone it tells
#[derive(clap::Args)]
pub struct CrossfadeArgs {
    /// Seconds; 0 turns it off
    seconds: Option<u32>,
}

/// Even out loudness; alone it tells how
#[derive(clap::Args)]
pub struct ReplayGainArgs {
    mode: Option<ReplayGain>,
}

/// How fast songs are played, at their own pitch; alone it tells
///
/// Times are those of the song: it is as long as ever, and its end comes sooner. At another speed than 1 songs join nearly without a
/// seam and do not overlap. It holds until the player ends.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin speed 1.25
  standin speed 1")]
pub struct SpeedArgs {
    /// From 0.5 to 3; 1 is as it is
    #[arg(value_name = "TIMES")]
    to: Option<Speed>,
}

#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
enum ReplayGain {
    Off,
    Track,
    Album,
    Auto,
}

pub fn volume(args: &VolumeArgs, remote: &mut Remote, context: &mut Context) -> Outcome {
    let now = Heard::ask(remote)?.status.number::<u8>("volume");
    let percent = match args.to {
        None if context.out.json => return tell(remote, context),
        None => {
            let told = now.map_or("volume: n/a".into(), |percent| {
                format!("volume:{percent:3}%")
            });
            context.out.line(told)?;
            return Ok(Exit::Done);
        }
        Some(Volume::To(percent)) => percent,
        Some(Volume::By(change)) => {
            let now =
                now.ok_or_else(|| Stop::failed("the server has no volume that could change"))?;
            (i16::from(now) + change).clamp(0, 100) as u8
        }
    };
    ask("setvol", Some(&percent.to_string()), remote, context)
}

pub fn switch(mode: &str, args: SwitchArgs, remote: &mut Remote, context: &mut Context) -> Outcome {
    let on = match args.to.unwrap_or(Switch::Toggle) {
        Switch::On => true,
        Switch::Off => false,
        Switch::Toggle => Heard::ask(remote)?.mode(mode) == "off",
    };
    ask(mode, Some(if on { "1" } else { "0" }), remote, context)
}

pub fn once(mode: &str, args: OnceArgs, remote: &mut Remote, context: &mut Context) -> Outcome {
    let word = match args.to.unwrap_or(OnceSwitch::Toggle) {
        OnceSwitch::On => "1",
        OnceSwitch::Off => "0",
        OnceSwitch::Once => "oneshot",
        OnceSwitch::Toggle if Heard::ask(remote)?.mode(mode) == "off" => "1",
        OnceSwitch::Toggle => "0",
    };
    ask(mode, Some(word), remote, context)
}

pub fn crossfade(args: &CrossfadeArgs, remote: &mut Remote, context: &mut Context) -> Outcome {
    if let Some(seconds) = args.seconds {
        remote.ask(Words::new("crossfade").with(seconds.to_string()))?;
        return Ok(Exit::Done);
    }
    if context.out.json {
        return tell(remote, context);
    }
    let seconds: u64 = remote.ask("status")?.number("xfade").unwrap_or(0);
    context.out.line(format!("crossfade: {seconds}"))?;
    Ok(Exit::Done)
}

pub fn replay_gain(args: &ReplayGainArgs, remote: &mut Remote, context: &mut Context) -> Outcome {
    if let Some(mode) = args.mode {
        let mode = match mode {
            ReplayGain::Off => "off",
            ReplayGain::Track => "track",
            ReplayGain::Album => "album",
            ReplayGain::Auto => "auto",
        };
        remote.ask(Words::new("replay_gain_mode").with(mode))?;
        return Ok(Exit::Done);
    }
    let mode = remote.ask("replay_gain_status")?.text("replay_gain_mode");
    let mode = mode.unwrap_or_default();
    match context.out.json {
        true => context.out.json(json!({ "replaygain": mode }))?,
        false => context.out.line(format!("replay_gain_mode: {mode}"))?,
    }
    Ok(Exit::Done)
}

pub fn speed(args: &SpeedArgs, remote: &mut Remote, context: &mut Context) -> Outcome {
    if let Some(speed) = args.to {
        remote.ask(Words::new("standin_speed").with(speed.to_string()))?;
        return Ok(Exit::Done);
    }
    let told: Option<f32> = remote.ask("standin_speed")?.number("speed");
    let speed = told.ok_or_else(|| Stop::failed("the server does not tell its speed"))?;
    match context.out.json {
        true => context.out.json(json!({ "speed": speed }))?,
        false => context.out.line(format!("speed: {speed}"))?,
    }
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes() {
        for (text, volume) in [
            ("5", Volume::To(5)),
            ("+5", Volume::By(5)),
            ("-100", Volume::By(-100)),
        ] {
            assert_eq!(text.parse(), Ok(volume));
        }
        for text in ["", "101", "+101", "-101", "x", "5%", "99999"] {
            assert!(text.parse::<Volume>().is_err(), "{text}");
        }
    }
}
