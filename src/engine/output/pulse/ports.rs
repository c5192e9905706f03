//! The ways out of a sink (headphones, speakers …), and whether another one of them was anybody's choice; pure.

use pulseaudio::protocol::SinkInfo;
use pulseaudio::protocol::port_info::{PortAvailable, PortInfo, PortType};

/// Ways out of one sink; the sound takes one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ports {
    all: Vec<Port>,
    /// The name of the one in use.
    active: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Port {
    name: String,
    /// As people know it.
    description: String,
    kind: Kind,
    is_unplugged: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// One pair of ears hears it.
    Private,
    Speaker,
    Other,
}

/// The sound has left one port, whose plug was pulled, for another one that everybody hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pulled {
    pub from: String,
    pub to: String,
}

impl Ports {
    pub(super) fn of(info: &SinkInfo) -> Self {
        let active = info.ports.get(info.active_port);
        Self {
            all: info.ports.iter().map(Port::of).collect(),
            active: active.map(|port| port.name.to_string_lossy().into_owned()),
        }
    }

    /// What nobody chose, between these ports and what they are `now`.
    ///
    /// Who takes another port by hand leaves a plug where it is. Who plugs headphones in has chosen them; a speaker that
    /// counts as unplugged then is only mute.
    pub(super) fn pulled(&self, now: &Self) -> Option<Pulled> {
        let (before, after) = (self.active()?, now.active()?);
        let was = now.named(&before.name)?;
        let is_choice = before.name == after.name
            || !was.is_unplugged
            || before.kind == Kind::Speaker
            || after.kind == Kind::Private;
        (!is_choice).then(|| Pulled {
            from: before.description.clone(),
            to: after.description.clone(),
        })
    }

    fn active(&self) -> Option<&Port> {
        self.named(self.active.as_deref()?)
    }

    fn named(&self, name: &str) -> Option<&Port> {
        self.all.iter().find(|port| port.name == name)
    }
}

impl Port {
    fn of(info: &PortInfo) -> Self {
        let name = info.name.to_string_lossy().into_owned();
        let described = info.description.as_ref();
        let described = described.map(|text| text.to_string_lossy().into_owned());
        Self {
            description: described
                .filter(|text| !text.is_empty())
                .unwrap_or_else(|| name.clone()),
            kind: Kind::of(info.port_type, &name),
            is_unplugged: info.available == PortAvailable::No,
            name,
        }
    }
}

impl Kind {
    /// Servers before PulseAudio 14 tell no type: the names of ALSA's ports do.
    fn of(told: PortType, name: &str) -> Self {
        let has = |word| name.contains(word);
        match told {
            PortType::Headphones | PortType::Headset | PortType::Handset | PortType::Earpiece => {
                Self::Private
            }
            PortType::Speaker => Self::Speaker,
            PortType::Unknown | PortType::Analog if has("headphone") || has("headset") => {
                Self::Private
            }
            PortType::Unknown | PortType::Analog if has("speaker") => Self::Speaker,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CString;

    const YES: PortAvailable = PortAvailable::Yes;
    const NO: PortAvailable = PortAvailable::No;
    const UNKNOWN: PortAvailable = PortAvailable::Unknown;

    /// A sink as a server tells of it: ports of these names, kinds and plugs, the one of that number in use.
    fn told(ports: &[(&str, PortType, PortAvailable)], active_port: usize) -> Ports {
        let port = |(name, port_type, available): &(&str, PortType, PortAvailable)| PortInfo {
            name: CString::new(*name).unwrap(),
            description: CString::new(name.to_uppercase()).ok(),
            port_type: *port_type,
            available: *available,
            dir: pulseaudio::protocol::port_info::PortDirection::Output,
            priority: 0,
            availability_group: None,
        };
        Ports::of(&SinkInfo {
            ports: ports.iter().map(port).collect(),
            active_port,
            ..SinkInfo::default()
        })
    }

    #[test]
    fn only_a_pulled_plug_that_leads_to_a_loudspeaker_is_nobodys_choice() {
        use PortType::{Analog, Hdmi, Headphones, Headset, Line, Speaker, Unknown};
        // From the first port to the second: their kinds, and the plugs before and after.
        let cases = [
            (
                "headphones pulled",
                Headphones,
                YES,
                NO,
                Speaker,
                UNKNOWN,
                true,
            ),
            ("a headset pulled", Headset, YES, NO, Speaker, YES, true),
            ("to a line out", Headphones, YES, NO, Line, UNKNOWN, true),
            ("to a television", Headphones, YES, NO, Hdmi, YES, true),
            ("a line out pulled", Line, YES, NO, Speaker, YES, true),
            ("by hand", Headphones, YES, YES, Speaker, YES, false),
            (
                "by hand, plugs not told",
                Headphones,
                UNKNOWN,
                UNKNOWN,
                Speaker,
                UNKNOWN,
                false,
            ),
            (
                "headphones plugged in",
                Speaker,
                UNKNOWN,
                NO,
                Headphones,
                YES,
                false,
            ),
            (
                "headphones to a headset",
                Headphones,
                YES,
                NO,
                Headset,
                YES,
                false,
            ),
            (
                "a television plugged in",
                Speaker,
                YES,
                NO,
                Hdmi,
                YES,
                false,
            ),
            ("kinds not told", Unknown, YES, NO, Unknown, YES, true),
            ("kinds half told", Analog, YES, NO, Analog, YES, true),
        ];
        for (what, from, plug_before, plug_after, to, plug, is_pulled) in cases {
            let names = ("analog-output-headphones", "analog-output-speaker");
            let names = match from {
                Speaker => (names.1, names.0),
                _ => names,
            };
            let to_plug_before = if plug == YES { UNKNOWN } else { plug };
            let before = told(
                &[(names.0, from, plug_before), (names.1, to, to_plug_before)],
                0,
            );
            let after = told(&[(names.0, from, plug_after), (names.1, to, plug)], 1);
            let expected = is_pulled.then(|| Pulled {
                from: names.0.to_uppercase(),
                to: names.1.to_uppercase(),
            });
            assert_eq!(before.pulled(&after), expected, "{what}");
            assert_eq!(before.pulled(&before), None, "{what}, and nothing changes");
            assert_eq!(
                after.pulled(&after),
                None,
                "{what}, and nothing more changes"
            );
        }
    }

    #[test]
    fn a_plug_that_is_told_before_the_port_changes_is_remembered_by_the_port() {
        use PortType::{Headphones, Speaker};
        let ports = |plug| [("a", Headphones, plug), ("b", Speaker, UNKNOWN)];
        let (plugged, pulled) = (told(&ports(YES), 0), told(&ports(NO), 0));
        assert_eq!(plugged.pulled(&pulled), None, "it still plays there");
        assert!(pulled.pulled(&told(&ports(NO), 1)).is_some());
    }

    #[test]
    fn sinks_without_ports_change_nothing() {
        let (none, some) = (
            told(&[], 0),
            told(&[("a", PortType::Speaker, PortAvailable::Yes)], 0),
        );
        assert_eq!(none.pulled(&some), None);
        assert_eq!(some.pulled(&none), None);
        assert_eq!(none.pulled(&none), None);
    }
}
