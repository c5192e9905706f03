//! Every key with the value that holds now, and where that comes from. It reads no file and asks nobody.

use super::file::Config;
use super::notes::{Said, value_of};
use super::tables::TABLES;
use super::variables::LEVELS;
use serde_json::Value;

/// Keys that a variable of the environment wins over.
const WON_OVER: [(&str, &str); 1] = [("play.replaygain", LEVELS)];

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// The file says it, in this line, from 1.
    Line(usize),
    /// The environment says it, by this variable.
    Variable(&'static str),
    /// Nobody says anything.
    Usual,
}

/// A key, and what holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// With its table: `play.volume`.
    pub key: String,
    /// The value; `None`: it is nobody's to read, or there is none.
    pub value: Option<Value>,
    /// Where it comes from.
    pub from: From,
}

impl Standing {
    /// The value as it would stand in the file; what is nobody's to read is only told to be set.
    pub fn words(&self) -> String {
        match (&self.value, self.from) {
            (Some(value), _) => super::as_toml(value),
            (None, From::Usual) => "not set".into(),
            (None, _) => "set".into(),
        }
    }
}

/// What holds, in the order of the tables; behind them the keys of the screen, and services and clients of the person's own.
/// `variable`: what the environment says.
pub fn standings(config: &Config, variable: impl Fn(&str) -> Option<String>) -> Vec<Standing> {
    let said = |key: &str| config.said.iter().find(|said| said.place == key);
    let mut all = Vec::new();
    let mut is_row = Vec::new();
    for table in TABLES.iter().filter(|table| !table.is_list()) {
        for row in table.rows() {
            let key = format!("{}.{}", table.name, row.name);
            let wins = WON_OVER.iter().find(|(won, _)| *won == key);
            let wins = wins.and_then(|(_, name)| Some((*name, variable(name)?)));
            all.push(match (wins, said(&key)) {
                (Some((name, value)), _) => Standing {
                    value: Some(value.into()),
                    from: From::Variable(name),
                    key: key.clone(),
                },
                (None, Some(said)) => of_file(said),
                (None, None) => Standing {
                    value: value_of(row.usual),
                    from: From::Usual,
                    key: key.clone(),
                },
            });
            is_row.push(key);
        }
    }
    let others = config
        .said
        .iter()
        .filter(|said| !is_row.contains(&said.place));
    all.extend(others.map(of_file));
    all
}

fn of_file(said: &Said) -> Standing {
    Standing {
        key: said.place.clone(),
        value: said.value.clone(),
        from: From::Line(said.line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn standing(text: &str, key: &str, variable: Option<&str>) -> Option<(String, From)> {
        let config = Config::parse(Path::new("c"), text);
        let all = standings(&config, |_| variable.map(str::to_owned));
        let mut found = all.into_iter().filter(|standing| standing.key == key);
        let first = found.next().map(|found| (found.words(), found.from));
        assert_eq!(found.next(), None, "{key} is told once");
        first
    }

    #[test]
    fn a_value_comes_from_somewhere() {
        let text = "[play]\nvolume = 0x28\nreplaygain = 'off'\n\n[daemon]\npassword = [{ password = 'sesame' }]\n\
                    [outage]\nservices = [ 'A',\n 'B\"' ]\n[tui.keys]\n'ctrl-n' = 'next'\n\
                    [[service]]\nname = 'Radio'\nprobe = { url = 'https://x.example', up = 200 }\n";
        for (key, words, from) in [
            ("play.volume", "40", From::Line(2)),
            ("play.crossfade_s", "0.0", From::Usual),
            ("play.replaygain", "\"off\"", From::Line(3)),
            ("daemon.password", "set", From::Line(6)),
            ("daemon.default_permissions", "not set", From::Usual),
            ("outage.services", "[\"A\", \"B\\\"\"]", From::Line(8)),
            ("outage.guard", "\"off\"", From::Usual),
            ("tui.keys.ctrl-n", "\"next\"", From::Line(11)),
            (
                "service.Radio.probe",
                "{ up = 200, url = \"https://x.example\" }",
                From::Line(14),
            ),
        ] {
            let is = standing(text, key, None);
            assert_eq!(is, Some((words.into(), from)), "{key}");
        }
        let is = standing(text, "play.replaygain", Some("track"));
        assert_eq!(is, Some(("\"track\"".into(), From::Variable(LEVELS))));
    }

    #[test]
    fn what_is_left_out_is_not_what_holds() {
        let is = standing("[play]\nvolume = 101\n", "play.volume", None);
        assert_eq!(is, Some(("100".into(), From::Usual)));
    }
}
