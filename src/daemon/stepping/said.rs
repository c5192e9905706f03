//! What the guard does, in words: whose fault it is, how that is known, and what plays. Pure.

use crate::library::Instead;
use crate::music::{Printable, Song, Wanted};
use crate::outage::{TakeOver, Verdict, Why};

/// Evidence that is told of one outage.
const MAX_EVIDENCE: usize = 4;

/// A service or a client as a person reads it: `spotify` as `Spotify`, `org.mpris.MediaPlayer2.vlc` as `Vlc`.
pub fn named(service: &str, client: &str) -> String {
    let name = match service.is_empty() {
        false => service,
        true => {
            let own = client
                .strip_prefix("org.mpris.MediaPlayer2.")
                .unwrap_or(client);
            own.split('.').next().unwrap_or(own)
        }
    };
    let mut letters = name.chars();
    let first = letters.next().map(char::to_uppercase);
    let name: String = first.into_iter().flatten().chain(letters).collect();
    Printable::new(&name).to_string()
}

/// Whose fault it is, in a clause that begins a sentence.
pub fn fault(verdict: Verdict, name: &str) -> String {
    match verdict {
        Verdict::ServiceDown => format!("{name} does not answer"),
        Verdict::ServiceDns => format!("The name of {name} is not known"),
        Verdict::Blocked => format!("{name} refuses this network"),
        Verdict::Unreachable => format!("{name} cannot be reached"),
        Verdict::Offline => "There is no network".into(),
        Verdict::Dns => "The network knows no names".into(),
        Verdict::Portal => "The network wants you to log in".into(),
        Verdict::TlsClock => "The clock of this machine is wrong".into(),
        Verdict::Up | Verdict::Limited | Verdict::ClientStall => {
            format!("{name} fell silent, and its service answers")
        }
    }
}

/// The same with the evidence.
fn because(why: &Why, name: &str) -> String {
    let evidence = why.evidence.iter().take(MAX_EVIDENCE);
    let evidence: Vec<String> = evidence
        .map(|one| Printable::new(one).to_string())
        .collect();
    let fault = fault(why.verdict, name);
    match evidence.is_empty() {
        true => fault,
        false => format!("{fault} ({})", evidence.join("; ")),
    }
}

/// What plays instead of what.
#[derive(Clone, Copy)]
pub(super) struct Plays<'a> {
    pub song: &'a Song,
    pub instead: Instead,
    pub list: Option<&'a str>,
    /// Rows of that list that are stepped over before it.
    pub left_out: usize,
}

impl Plays<'_> {
    fn title(&self) -> String {
        quoted(&self.song.title())
    }
}

/// What is done about it, or would be.
#[derive(Clone, Copy)]
pub(super) enum Done {
    /// Our music plays.
    GoesOn,
    /// It would.
    Would,
    /// It is asked for.
    Asked,
    /// It would, but for the person, who has turned the sound off.
    SoundIsOff,
}

/// The whole sentence; `None`: nothing here could play.
pub(super) fn sentence(from: &TakeOver, plays: Option<Plays<'_>>, done: Done) -> String {
    let name = named(&from.service, &from.client);
    let why = because(&from.why, &name);
    let asked = label(&from.wanted);
    let Some(plays) = plays else {
        return format!("{why}, and nothing of yours can play instead of {asked}.");
    };
    let title = plays.title();
    let what = match (plays.instead, plays.list) {
        (Instead::Song, _) => format!("with {title} from your own files"),
        (Instead::Later, Some(list)) => {
            let left_out = match plays.left_out {
                0 => String::new(),
                1 => ", one row further on".to_owned(),
                rows => format!(", {rows} rows further on"),
            };
            format!(
                "with {title}, the next song of {} that is here{left_out}",
                quoted(list)
            )
        }
        (Instead::Later, None) => format!("with {title} from your own files"),
        (Instead::StandIn, _) => {
            format!("with {title} from your own files, which stands in for {asked}")
        }
    };
    match done {
        Done::GoesOn => format!("{why}: going on {what}."),
        Done::Would => format!("{why}: it would go on {what}."),
        Done::Asked => format!("{why}. Go on {what}? `standin guard yes` does."),
        Done::SoundIsOff => format!("{why}; nothing goes on, for the sound is turned off."),
    }
}

/// The service is back.
pub(super) fn is_back(name: &str, stands_in: bool) -> String {
    match stands_in {
        true => format!("{name} is back; your own music plays on until you start it there."),
        false => format!("{name} is back."),
    }
}

fn label(wanted: &Wanted) -> String {
    match wanted.title.is_empty() {
        true => "what it played".into(),
        false => quoted(&wanted.title),
    }
}

fn quoted(text: &str) -> String {
    format!("“{}”", Printable::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(verdict: Verdict, evidence: &[&str]) -> TakeOver {
        TakeOver {
            client: "org.mpris.MediaPlayer2.spotify".into(),
            service: "spotify".into(),
            wanted: Wanted {
                title: "Blue\u{7}".into(),
                ..Wanted::default()
            },
            why: Why {
                verdict,
                evidence: evidence.iter().map(|one| (*one).to_owned()).collect(),
            },
            ..TakeOver::default()
        }
    }

    #[test]
    fn a_sentence_says_whose_fault_it_is_how_that_is_known_and_what_plays() {
        let down = from(
            Verdict::ServiceDown,
            &[
                "apresolve.spotify.com: HTTP 502 three times in 25 s",
                "network test fine",
            ],
        );
        let mut song = Song::at("/m/x.flac");
        song.tags.title = "So What".into();
        let plays = |instead, list| {
            Some(Plays {
                song: &song,
                instead,
                list,
                left_out: usize::from(instead == Instead::Later) * 2,
            })
        };
        for (plays, done, said) in [
            (
                plays(Instead::Song, Some("Jazz")),
                Done::GoesOn,
                "Spotify does not answer (apresolve.spotify.com: HTTP 502 three times in 25 s; network test fine): going on with “So What” from your own files.",
            ),
            (
                plays(Instead::Later, Some("Jazz")),
                Done::Would,
                "Spotify does not answer (apresolve.spotify.com: HTTP 502 three times in 25 s; network test fine): it would go on with “So What”, the next song of “Jazz” that is here, 2 rows further on.",
            ),
            (
                plays(Instead::StandIn, None),
                Done::Asked,
                "Spotify does not answer (apresolve.spotify.com: HTTP 502 three times in 25 s; network test fine). Go on with “So What” from your own files, which stands in for “Blue\u{fffd}”? `standin guard yes` does.",
            ),
        ] {
            assert_eq!(sentence(&down, plays, done), said);
        }
        let stall = from(Verdict::ClientStall, &[]);
        assert_eq!(
            sentence(&stall, None, Done::GoesOn),
            "Spotify fell silent, and its service answers, and nothing of yours can play instead of “Blue\u{fffd}”."
        );
    }

    #[test]
    fn names_are_those_of_people() {
        assert_eq!(
            named("", "org.mpris.MediaPlayer2.spotifyd.instance12"),
            "Spotifyd"
        );
        assert_eq!(named("YouTube Music", "x"), "YouTube Music");
        assert_eq!(named("", ""), "");
    }
}
