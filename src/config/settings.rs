//! What `config.toml` sets, as each room's options. Whatever is wrong in the file is left out with a warning: a slip in a file
//! never stops the music. What the keys are called, and what each of them may be, stands beside their tables.

use super::daemon::Daemon;
use super::file::Config;
use super::notes::Warning;
use super::outage::Outage;
use super::tui::Tui;
use crate::engine::{OnLoss, Output};
use crate::music::Loudness;
use crate::player::AtEnd;
use std::path::{Path, PathBuf};

/// What the person has set. `None`: nothing is said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Where the sound goes: the first of these that opens.
    pub outputs: Option<Vec<Output>>,
    /// Loudness in percent.
    pub volume_percent: Option<u8>,
    /// Which gains are applied.
    pub loudness: Option<Loudness>,
    /// Added to every gain, in dB.
    pub preamp_db: Option<f32>,
    /// How long songs overlap that are not one piece of music, in ms.
    pub crossfade_ms: Option<u32>,
    /// The file that says the equaliser's curve.
    pub equaliser: Option<PathBuf>,
    /// Open the output at each song's rate and format, and touch no sample.
    pub bit_perfect: Option<bool>,
    /// What happens where the sound would come out of a device that nobody chose.
    pub on_loss: Option<OnLoss>,
    /// Files that play for so long go on where they were left, in ms; 0: none does.
    pub long_from_ms: Option<u64>,
    /// What comes when the queue has been played.
    pub at_end: Option<AtEnd>,
    /// What runs on each new song, as a line of a shell.
    pub on_song: Option<String>,
    /// How clients reach the daemon.
    pub daemon: Daemon,
    /// Whether the desktop shows a notification for each song.
    pub notifications: Option<bool>,
    /// The screen.
    pub tui: Tui,
    /// Who is asked in an outage, and what is done.
    pub outage: Outage,
}

impl Settings {
    /// What the file says, and the first of what is wrong in it. A file that is not there says nothing, and nothing is wrong.
    pub fn read(path: &Path) -> (Self, Vec<Warning>) {
        let config = Config::read(path);
        let told = config.told().to_vec();
        (config.settings, told)
    }
}

#[cfg(test)]
pub(super) fn read_text(name: &str, text: &str) -> (Settings, Vec<String>) {
    let config = Config::parse(Path::new(name), text);
    let warnings = config.warnings.iter().map(ToString::to_string);
    (config.settings, warnings.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Settings, Vec<String>) {
        read_text("c.toml", text)
    }

    #[test]
    fn everything_that_can_be_set() {
        let (settings, warnings) = read(
            "# mine\n[play]\noutput = 'Desk DAC, null'\nvolume = 80\nreplaygain = \"album\"\npreamp_db = -3\n\
             crossfade_s = 4.5\nbit_perfect = true\non_output_loss = \"follow\"\nremember_from_min = 2.5\nat_end = \"go-on\"\n[hooks]\nsong = 'x \"$Y\"'\n[desktop]\nnotifications = true\n\
             [outage]\nguard = 'dry-run'\nhand_back = true\nlisten = true\n",
        );
        assert_eq!(warnings, [""; 0]);
        assert_eq!(
            settings,
            Settings {
                outputs: Some(vec![Output::Device(Some("Desk DAC".into())), Output::Null]),
                volume_percent: Some(80),
                loudness: Some(Loudness::Album),
                preamp_db: Some(-3.0),
                crossfade_ms: Some(4_500),
                bit_perfect: Some(true),
                on_loss: Some(OnLoss::Follow),
                long_from_ms: Some(150_000),
                at_end: Some(AtEnd::GoOn),
                on_song: Some("x \"$Y\"".into()),
                notifications: Some(true),
                outage: Outage {
                    guard: Some(crate::outage::Mode::DryRun),
                    hand_back: Some(true),
                    listen: Some(true),
                    ..Outage::default()
                },
                ..Settings::default()
            }
        );
    }

    #[test]
    fn what_is_wrong_is_named_and_the_rest_holds() {
        for (text, warned) in [
            (
                "[play]\nvolume = 101",
                "c.toml, line 2: volume is a whole number from 0 to 100",
            ),
            (
                "[play]\nvolume = 1.5",
                "c.toml, line 2: volume is a whole number from 0 to 100",
            ),
            (
                "[play]\n\nvolume = 'loud'",
                "c.toml, line 3: volume is a whole number from 0 to 100",
            ),
            (
                "[play]\nreplaygain = 'on'",
                "c.toml, line 2: replaygain is \"auto\", \"track\", \"album\" or \"off\"",
            ),
            (
                "[play]\npreamp_db = nan",
                "c.toml, line 2: preamp_db is a number of dB from -24 to 24",
            ),
            (
                "[play]\ncrossfade_s = -1",
                "c.toml, line 2: crossfade_s is a number of seconds from 0 to 12",
            ),
            (
                "[play]\nbit_perfect = 1",
                "c.toml, line 2: bit_perfect is true or false",
            ),
            (
                "[play]\non_output_loss = 'stop'",
                "c.toml, line 2: on_output_loss is \"pause\" or \"follow\"",
            ),
            (
                "[play]\nremember_from_min = -1",
                "c.toml, line 2: remember_from_min is a number of minutes from 0, which is never, to 1440",
            ),
            (
                "[play]\nat_end = 'again'",
                "c.toml, line 2: at_end is \"stop\", \"repeat\" or \"go-on\"",
            ),
            (
                "[play]\nvolum = 3",
                "c.toml, line 2: there is no setting volum; volume is one",
            ),
            ("volume = 3", "c.toml, line 1: volume belongs below [play]"),
            (
                "[pley]\nvolume = 3",
                "c.toml, line 1: there is no setting pley; play is one",
            ),
            ("play = 3", "c.toml, line 1: play is a table: [play]"),
            (
                "[play]\nnotifications = true",
                "c.toml, line 2: notifications belongs below [desktop]",
            ),
            (
                "notifications = true",
                "c.toml, line 1: notifications belongs below [desktop]",
            ),
            (
                "[outage]\nguard = true",
                "c.toml, line 2: guard is \"off\", \"dry-run\", \"ask\" or \"auto\"",
            ),
            (
                "[desktop]\nnotifications = 1",
                "c.toml, line 2: notifications is true or false",
            ),
        ] {
            let (settings, warnings) = read(text);
            assert_eq!(warnings, [warned], "{text}");
            assert_eq!(settings, Settings::default(), "{text}");
        }
        let (settings, warnings) = read("[play]\nwhatever = 3\nvolume = 40\n");
        assert_eq!(settings.volume_percent, Some(40));
        let told = "c.toml, line 2: there is no setting whatever; there are output, volume";
        assert!(warnings[0].starts_with(told), "{warnings:?}");
    }

    #[test]
    fn what_is_no_toml_is_named_with_its_line() {
        let (settings, warnings) = read("[play]\nvolume = 40\ncrossfade_s = = 3\n");
        assert!(
            warnings[0].starts_with("c.toml, line 3: this is not TOML: "),
            "{warnings:?}"
        );
        assert_eq!(settings.volume_percent, Some(40), "the rest holds");
    }

    #[test]
    fn a_file_that_is_not_there_says_nothing_and_one_that_is_none_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("config.toml");
        assert_eq!(Settings::read(&file), (Settings::default(), Vec::new()));
        std::fs::write(&file, b"\xff\xfe").unwrap();
        assert_eq!(Settings::read(&file).1[0].what, "is not text in UTF-8");
        assert_eq!(Settings::read(dir.path()).1.len(), 1);
    }

    #[test]
    fn a_file_that_is_all_wrong_is_told_up_to_a_limit() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("config.toml");
        let lines: String = (0..3_000).map(|at| format!("x{at} = 1\n")).collect();
        std::fs::write(&file, lines).unwrap();
        assert_eq!(Settings::read(&file).1.len(), 10);
        let config = Config::read(&file);
        assert_eq!(config.warnings.len() + config.untold, 3_000);
        assert!(config.warnings.is_sorted_by_key(|warning| warning.line));
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_odd(text in "\\PC*|(\\[play\\]\n)?([a-z_]{1,9} = [-0-9a-z.\"']{1,9}\n){0,30}") {
            read(&text);
        }
    }
}
