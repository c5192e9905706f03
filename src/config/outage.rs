//! What `[outage]` in `config.toml` says: who is asked when a stream falls silent, and how far the guard may go.
//! It asks nobody and starts nothing.

use super::key::{Key, Row, Taken, each, put};
use super::service::{MAX_SERVICES, name};
use crate::outage::probe::control_page;
use crate::outage::service::{Service, Target};
use crate::outage::{Mode, Profile};

/// What the person has set for outages. `None`: nothing is said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outage {
    /// The page whose answer is known: "is it me?"
    pub control: Option<Target>,
    /// The services that the person uses, by name.
    pub used: Option<Vec<String>>,
    /// The person's own, and those in a built-in one's place.
    pub services: Vec<Service>,
    /// What the person knows of streaming clients; it goes before what is built in.
    pub clients: Vec<Profile>,
    /// How far the guard may go.
    pub guard: Option<Mode>,
    /// Whether the client goes on by itself once its service is back, at the end of a song.
    pub hand_back: Option<bool>,
    /// Whether it may be measured how loud the client's own stream is.
    pub listen: Option<bool>,
}

pub(super) const KEYS: &[Key] = &[
    Key {
        row: Row {
            name: "control",
            allowed: "an address that begins with http:// and answers 204, or 200 and a few words",
            usual: "",
            about: "\"Is it me?\": the page that is asked when a service is in doubt, and whose answer is known.",
            example: "\"http://check.example/\"",
            taken: Taken::AtOnce,
        },
        take: |settings, value| {
            let page = value.as_str().and_then(control_page);
            put(&mut settings.outage.control, page)
        },
    },
    Key {
        row: Row {
            name: "services",
            allowed: "a list of names, [\"Spotify\"]",
            usual: "[]",
            about: "The services that you use: those that `standin probe` asks where none is named.",
            example: "[\"Spotify\"]",
            taken: Taken::EachTime,
        },
        take: |settings, value| {
            let names = each(value, name).filter(|names| names.len() <= MAX_SERVICES);
            put(&mut settings.outage.used, names)
        },
    },
    Key {
        row: Row {
            name: "guard",
            allowed: "\"off\", \"dry-run\", \"ask\" or \"auto\"",
            usual: "\"off\"",
            about: "How far the guard may go when a streaming client falls silent: not at all, only tell, ask first, or step in.",
            example: "\"ask\"",
            taken: Taken::AtOnce,
        },
        take: |settings, value| {
            let mode = value.as_str().and_then(|text| text.parse().ok());
            put(&mut settings.outage.guard, mode)
        },
    },
    Key {
        row: Row {
            name: "hand_back",
            allowed: "true or false",
            usual: "false",
            about: "Whether the client goes on by itself once its service is back, at the end of a song.",
            example: "true",
            taken: Taken::AtOnce,
        },
        take: |settings, value| put(&mut settings.outage.hand_back, value.as_bool()),
    },
    Key {
        row: Row {
            name: "listen",
            allowed: "true or false: whether the loudness of the client's own stream may be measured, never the microphone's",
            usual: "false",
            about: "Whether it may be measured how loud the client's own stream is. The microphone is never listened to.",
            example: "true",
            taken: Taken::AtOnce,
        },
        take: |settings, value| put(&mut settings.outage.listen, value.as_bool()),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::settings::read_text;

    fn read(text: &str) -> (Outage, Vec<String>) {
        let (settings, warnings) = read_text("c", text);
        (settings.outage, warnings)
    }

    #[test]
    fn everything_that_can_be_set() {
        let (outage, warnings) = read(
            "[outage]\ncontrol = 'http://check.example/'\nservices = ['Spotify', 'Mine']\n[[service]]\nname = 'Mine'\n\
             probe = ['https://a.example', { url = 'https://b.example/x', up = [200, 401], json = 'k', connect = 'c.example:443' }]\n\
             mpris = 'mine'\n[[service]]\nname = 'Other'\nprobe = 'tcp://d.example:1'\n",
        );
        assert_eq!(warnings, [""; 0]);
        assert_eq!(outage.control.unwrap().label(), "check.example");
        assert_eq!(outage.used.unwrap(), ["Spotify", "Mine"]);
        let [mine, other] = &outage.services[..] else {
            panic!("{:?}", outage.services);
        };
        assert_eq!(
            (mine.checks.len(), &*mine.mpris),
            (2, &["mine".to_owned()][..])
        );
        let check = &mine.checks[1];
        assert_eq!(
            (&*check.up, check.json.as_deref()),
            (&[200, 401][..], Some("k"))
        );
        assert_eq!(check.connect.as_ref().unwrap().to_string(), "c.example:443");
        assert_eq!(other.checks[0].target.label(), "d.example:1");
    }

    #[test]
    fn what_is_wrong_is_left_out_and_said() {
        for (text, warned) in [
            (
                "[outage]\ncontrol = 'https://x.example'",
                "c, line 2: control is an address",
            ),
            (
                "[outage]\ncontrol = 'x'",
                "c, line 2: control is an address",
            ),
            (
                "[outage]\nservices = [1]",
                "c, line 2: services is a list of names",
            ),
            (
                "[outage]\ncontrl = 'x'",
                "c, line 2: there is no setting contrl; control is one",
            ),
            (
                "[service]\nname = 'x'",
                "c, line 1: service is a list of tables: [[service]]",
            ),
            (
                "[[service]]\nname = 'x'",
                "c, line 1: a [[service]] has name = ",
            ),
            (
                "\n[[service]]\nname = 'x'\nprobe = []",
                "c, line 4: probe is a list of addresses",
            ),
            (
                "[[service]]\nname = ''\nprobe = 'tcp://x:1'",
                "c, line 2: name is a name",
            ),
            (
                "[[service]]\nname = 'x'\nprobe = 'ftp://x'",
                "c, line 3: probe is a list of addresses",
            ),
            (
                "[[service]]\nname = 'x'\nprobe = { url = 'http://x', up = [99] }",
                "c, line 3: probe is a list of addresses",
            ),
        ] {
            let (outage, warnings) = read(text);
            assert_eq!(outage, Outage::default(), "{text}");
            assert!(warnings[0].starts_with(warned), "{text}: {warnings:?}");
            assert_eq!(warnings.len(), 1, "{text}: {warnings:?}");
        }
        let (outage, warnings) =
            read("[[service]]\nname = 'x'\nprobe = 'tcp://x:1'\nprob = 1\nmpris = 7\n");
        assert_eq!(outage.services.len(), 1, "the rest holds");
        assert_eq!(
            warnings[0],
            "c, line 4: there is no setting prob; probe is one"
        );
        assert!(
            warnings[1].starts_with("c, line 5: mpris is "),
            "{warnings:?}"
        );
    }
}
