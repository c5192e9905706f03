//! What `[[client]]` in `config.toml` says of a streaming client: a profile of the person's own, in the words of those that are
//! built in. What it leaves out is as for the built-in client of that name; else nothing more is known than its name.

use super::key::{Key, Row, Taken, each};
use crate::outage::service::Service;
use crate::outage::{BUS, Position, Profile, built_in};
use toml::de::{DeTable, DeValue};

/// More clients than anybody has.
pub(super) const MAX_CLIENTS: usize = 64;

/// Values of one list; more are none.
const MAX_VALUES: usize = 32;

/// The longest text of one, in characters; a name on the bus has 255 at most.
const MAX_TEXT: usize = 200;

/// What a `[[client]]` must say.
pub(super) const MUST: &str =
    "name = \"…\" and bus = \"…\", as it is called behind org.mpris.MediaPlayer2.";

/// The key that says as whom it is known.
const NAME: &str = "name";

pub(super) const KEYS: &[Key<Profile>] = &[
    Key {
        row: Row {
            name: NAME,
            allowed: "a name",
            usual: "",
            about: "As whom it is known. That of a built-in client tells more of that one; what is left out is as it is built in.",
            example: "\"Foo\"",
            taken: Taken::AtOnce,
        },
        // Taken first of all: see `named`.
        take: |_, value| text(value).is_some(),
    },
    Key {
        row: Row {
            name: "bus",
            allowed: "a name on the bus or a list of them, with or without org.mpris.MediaPlayer2. before it",
            usual: "",
            about: "Its name on the bus behind org.mpris.MediaPlayer2., with or without .instance… behind it.",
            example: "\"foo\"",
            taken: Taken::AtOnce,
        },
        take: |profile, value| put(&mut profile.bus, few(value, bus)),
    },
    Key {
        row: Row {
            name: "service",
            allowed: "the name of a service, or \"\" for none",
            usual: "\"\"",
            about: "The service that it plays from: a built-in one, or that of a [[service]].",
            example: "\"Radio\"",
            taken: Taken::AtOnce,
        },
        take: |profile, value| put(&mut profile.service, short(value)),
    },
    Key {
        row: Row {
            name: "trusts",
            allowed: "\"progress\", \"sound\", \"both\" or \"nothing\": what tells whether it sounds",
            usual: "\"sound\"",
            about: "What tells whether it sounds: that its position moves, its own stream, both, or nothing.",
            example: "\"progress\"",
            taken: Taken::AtOnce,
        },
        take: |profile, value| {
            let trusts = value.as_str().and_then(|word| match word {
                "progress" => Some((true, false)),
                "sound" => Some((false, true)),
                "both" => Some((true, true)),
                "nothing" => Some((false, false)),
                _ => None,
            });
            if let Some((progress, sound)) = trusts {
                (profile.trusts_progress, profile.trusts_sound) = (progress, sound);
            }
            trusts.is_some()
        },
    },
    Key {
        row: Row {
            name: "position",
            allowed: "\"real\", \"wall-clock\", \"zero\" or \"unsupported\": what its position is worth",
            usual: "\"unsupported\"",
            about: "What its position is worth. Where progress is trusted and nothing is said, it is real.",
            example: "\"real\"",
            taken: Taken::AtOnce,
        },
        take: |profile, value| {
            let position = value.as_str().and_then(|word| match word {
                "real" => Some(Position::Real),
                "wall-clock" => Some(Position::WallClock),
                "zero" => Some(Position::Zero),
                "unsupported" => Some(Position::Unsupported),
                _ => None,
            });
            put(&mut profile.position, position)
        },
    },
    Key {
        row: Row {
            name: "ids",
            allowed: "a table of how its track ids begin and whose ids they are, { \"/com/spotify/track/\" = \"spotify\" }",
            usual: "{}",
            about: "How its track ids begin, and whose ids they are.",
            example: "{ \"/com/spotify/track/\" = \"spotify\" }",
            taken: Taken::AtOnce,
        },
        take: |profile, value| put(&mut profile.ids, ids(value)),
    },
    Key {
        row: Row {
            name: "ads",
            allowed: "how the track ids of advertisements begin, a list",
            usual: "[]",
            about: "How the track ids of its advertisements begin.",
            example: "[\"/com/spotify/ad/\"]",
            taken: Taken::AtOnce,
        },
        take: |profile, value| put(&mut profile.ads, few(value, text)),
    },
    Key {
        row: Row {
            name: "episodes",
            allowed: "how the track ids of podcasts begin, a list",
            usual: "[]",
            about: "How the track ids of its podcasts begin.",
            example: "[\"/com/spotify/episode/\"]",
            taken: Taken::AtOnce,
        },
        take: |profile, value| put(&mut profile.episodes, few(value, text)),
    },
    Key {
        row: Row {
            name: "blank_titles",
            allowed: "a list of titles that name no song",
            usual: "[]",
            about: "Titles of its that name no song.",
            example: "[\"Advertisement\"]",
            taken: Taken::AtOnce,
        },
        take: |profile, value| put(&mut profile.blank_titles, few(value, text)),
    },
    Key {
        row: Row {
            name: "tells_silence",
            allowed: "true or false: whether its silence is more than a gap",
            usual: "true",
            about: "Whether its silence is more than a gap between songs.",
            example: "true",
            taken: Taken::AtOnce,
        },
        take: |profile, value| put(&mut profile.tells_silence, value.as_bool()),
    },
    Key {
        row: Row {
            name: "vanish_is_disconnect",
            allowed: "true or false: whether it leaves the bus when it has lost its service",
            usual: "false",
            about: "Whether it leaves the bus when it has lost its service.",
            example: "true",
            taken: Taken::AtOnce,
        },
        take: |profile, value| put(&mut profile.vanish_is_disconnect, value.as_bool()),
    },
    Key {
        row: Row {
            name: "artist_joined",
            allowed: "true or false: whether its artists are one text with \", \" between them",
            usual: "false",
            about: "Whether its artists are one text with \", \" between them.",
            example: "true",
            taken: Taken::AtOnce,
        },
        take: |profile, value| put(&mut profile.artist_joined, value.as_bool()),
    },
    Key {
        row: Row {
            name: "is_browser",
            allowed: "true or false: whether it plays other things than music, too",
            usual: "false",
            about: "Whether it plays other things than music, too.",
            example: "true",
            taken: Taken::AtOnce,
        },
        take: |profile, value| put(&mut profile.is_browser, value.as_bool()),
    },
];

/// The profile that a `[[client]]` begins with; `None`: it has no name.
pub(super) fn named(table: &DeTable<'_>) -> Option<Profile> {
    let name = text(table.get(NAME)?.get_ref())?;
    let mut known = built_in().into_iter();
    let known = known.find(|profile| profile.name.eq_ignore_ascii_case(&name));
    Some(known.unwrap_or_else(|| Profile::bare(&name, &[], "")))
}

/// Where progress is all that tells, the position moves with the sound, unless something else is said of it.
pub(super) fn settle(profile: &mut Profile, table: &DeTable<'_>) {
    if table.get("position").is_none() && profile.trusts_progress {
        profile.position = Position::Real;
    }
}

/// The service of a profile as it is known; `None`: nobody of that name is.
pub(super) fn service_named(name: &str, own: &[Service]) -> Option<String> {
    let services = crate::outage::service::Services::with(own);
    match name {
        "" => Some(String::new()),
        name => services.named(name).map(|service| service.name.clone()),
    }
}

fn put<T>(place: &mut T, value: Option<T>) -> bool {
    let is_there = value.is_some();
    value.into_iter().for_each(|value| *place = value);
    is_there
}

fn few<T>(value: &DeValue<'_>, take: fn(&DeValue<'_>) -> Option<T>) -> Option<Vec<T>> {
    each(value, take).filter(|values| values.len() <= MAX_VALUES)
}

fn short(value: &DeValue<'_>) -> Option<String> {
    let text = value.as_str()?.trim();
    (text.chars().count() <= MAX_TEXT).then(|| text.to_owned())
}

fn text(value: &DeValue<'_>) -> Option<String> {
    short(value).filter(|text| !text.is_empty())
}

/// What stands behind `org.mpris.MediaPlayer2.`. Source of its letters: D-Bus specification, "Bus names".
fn bus(value: &DeValue<'_>) -> Option<String> {
    let name = text(value)?;
    let name = name.strip_prefix(BUS).unwrap_or(&name);
    let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let is_part = |part: &str| !part.is_empty() && part.chars().all(is_letter);
    name.split('.').all(is_part).then(|| name.to_owned())
}

fn ids(value: &DeValue<'_>) -> Option<Vec<(String, String)>> {
    let DeValue::Table(table) = value else {
        return None;
    };
    let id = |(start, service): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
        let start: &str = AsRef::<str>::as_ref(start.get_ref());
        let is_start = !start.is_empty() && start.chars().count() <= MAX_TEXT;
        let service = text(service.get_ref()).filter(|_| is_start)?;
        Some((start.to_owned(), service.to_lowercase()))
    };
    let ids: Option<Vec<_>> = table.iter().map(id).collect();
    ids.filter(|ids| ids.len() <= MAX_VALUES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::settings::read_text;

    fn read(text: &str) -> (Vec<Profile>, Vec<String>) {
        let (settings, warnings) = read_text("c", text);
        (settings.outage.clients, warnings)
    }

    #[test]
    fn everything_that_can_be_said_of_a_client() {
        let (clients, warnings) = read(
            "[[client]]\nname = 'Foo'\nbus = ['org.mpris.MediaPlayer2.foo', 'foo-beta']\nservice = 'mine'\ntrusts = 'progress'\n\
             position = 'wall-clock'\nids = { '/foo/track/' = 'Spotify' }\nads = '/foo/ad/'\nepisodes = ['/foo/pod/']\n\
             blank_titles = ['Foo']\ntells_silence = false\nvanish_is_disconnect = true\nartist_joined = true\n\
             is_browser = true\n[[service]]\nname = 'Mine'\nprobe = 'tcp://x.example:1'\n",
        );
        assert_eq!(warnings, [""; 0]);
        let foo = Profile {
            ids: vec![("/foo/track/".into(), "spotify".into())],
            position: Position::WallClock,
            trusts_progress: true,
            trusts_sound: false,
            tells_silence: false,
            vanish_is_disconnect: true,
            ads: vec!["/foo/ad/".into()],
            episodes: vec!["/foo/pod/".into()],
            artist_joined: true,
            blank_titles: vec!["Foo".into()],
            is_browser: true,
            ..Profile::bare("Foo", &["foo", "foo-beta"], "Mine")
        };
        assert_eq!(clients, [foo]);
    }

    #[test]
    fn what_is_left_out_is_as_it_is_built_in() {
        let (clients, warnings) = read("[[client]]\nname = 'spotify'\ntrusts = 'sound'\n");
        assert_eq!(warnings, [""; 0]);
        let mut spotify = built_in().into_iter().find(|one| one.name == "Spotify");
        if let Some(spotify) = &mut spotify {
            (spotify.trusts_progress, spotify.trusts_sound) = (false, true);
        }
        assert_eq!(clients.first(), spotify.as_ref());
        let (clients, warnings) = read("[[client]]\nname = 'Foo'\nbus = 'foo'\ntrusts = 'both'\n");
        assert_eq!(warnings, [""; 0]);
        assert_eq!(clients[0].position, Position::Real);
    }

    #[test]
    fn what_is_wrong_is_told_and_the_rest_holds() {
        for (text, warned, clients) in [
            (
                "client = 1",
                "c, line 1: client is a list of tables: [[client]]",
                0,
            ),
            (
                "[[client]]\nbus = 'foo'",
                "c, line 1: a [[client]] has name = ",
                0,
            ),
            (
                "[[client]]\nname = 'Foo'",
                "c, line 1: a [[client]] has name = ",
                0,
            ),
            (
                "[[client]]\nname = 'Foo'\nbus = 'a b'",
                "c, line 3: bus is a name on the bus",
                0,
            ),
            (
                "[[client]]\nname = 'Foo'\nbus = 'foo'\ntrust = 'sound'",
                "c, line 4: there is no setting trust; trusts is one",
                1,
            ),
            (
                "[[client]]\nname = 'Foo'\nbus = 'foo'\ntrusts = 'me'",
                "c, line 4: trusts is \"progress\", \"sound\"",
                1,
            ),
            (
                "[[client]]\nname = 'Foo'\nbus = 'foo'\nids = 'x'",
                "c, line 4: ids is a table of",
                1,
            ),
            (
                "[[client]]\nname = 'Foo'\nbus = 'foo'\nservice = 'Nobody'",
                "c, line 4: there is no service Nobody",
                1,
            ),
            (
                "[cliemt]\nname = 'Foo'",
                "c, line 1: there is no setting cliemt; client is one",
                0,
            ),
        ] {
            let (read, warnings) = read(text);
            assert!(
                warnings.iter().any(|one| one.starts_with(warned)),
                "{text}: {warnings:?}"
            );
            assert_eq!(read.len(), clients, "{text}");
            assert!(read.iter().all(|one| one.service.is_empty()), "{text}");
        }
        let many = "[[client]]\nname = 'Foo'\nbus = 'foo'\n".repeat(MAX_CLIENTS + 1);
        let (clients, warnings) = read(&many);
        assert_eq!((clients.len(), warnings.len()), (MAX_CLIENTS, 1));
    }
}
