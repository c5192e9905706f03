//! Whose fault it is, in one word. It looks at nothing: evidence becomes a verdict in `probe`.

use serde::{Deserialize, Serialize};

/// What a probe, or all that is known, says of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The service answers as it should.
    Up,
    /// It answers and wants less of us, or answers slowly; never an outage.
    Limited,
    /// The service fails, and the network is known to work.
    ServiceDown,
    /// The service's names alone are unknown.
    ServiceDns,
    /// The service refuses this region or this network.
    Blocked,
    /// The service fails, and nothing is known of the network: whose fault it is cannot be told.
    Unreachable,
    /// There is no way out of this machine.
    Offline,
    /// No name at all is known.
    Dns,
    /// A network's log-in page answers for everybody.
    Portal,
    /// Certificates are refused for this machine's clock.
    TlsClock,
    /// Everything answers, and the client is silent.
    ClientStall,
}

/// Who has to do something about a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is nothing to do.
    Nobody,
    /// It cannot be told, or it is half as bad.
    Unknown,
    /// The service.
    Service,
    /// Whoever has this machine and its network.
    Here,
}

impl Verdict {
    /// Whether nothing stands between the client and its service, as far as a probe can tell.
    pub fn is_well(self) -> bool {
        matches!(self, Self::Up | Self::Limited | Self::ClientStall)
    }

    /// Who has to do something about it.
    pub fn fault(self) -> Fault {
        match self {
            Self::Up | Self::ClientStall => Fault::Nobody,
            Self::ServiceDown | Self::ServiceDns | Self::Blocked => Fault::Service,
            Self::Limited | Self::Unreachable => Fault::Unknown,
            Self::Offline | Self::Dns | Self::Portal | Self::TlsClock => Fault::Here,
        }
    }

    /// The whole sentence about a service, with the evidence in it.
    pub fn sentence(self, service: &str, evidence: &str) -> String {
        match self {
            Self::Up => format!("{service} answers: {evidence}."),
            Self::Limited => {
                format!("{service} answers, but slowly or only now and then: {evidence}.")
            }
            Self::ServiceDown => format!("{service} is down: {evidence}; not you."),
            Self::ServiceDns => format!("{service} cannot be found: {evidence}."),
            Self::Blocked => {
                format!("{service} refuses this network or this region: {evidence}.")
            }
            Self::Unreachable => {
                format!("{service} does not answer: {evidence}; whose fault it is cannot be told.")
            }
            Self::Offline => format!("You are offline: {evidence}."),
            Self::Dns => format!("No name can be looked up: {evidence}; it is your network."),
            Self::Portal => format!(
                "A log-in page stands before the network: {evidence}; log in with a browser."
            ),
            Self::TlsClock => format!("This machine's clock is wrong: {evidence}; set it."),
            Self::ClientStall => {
                format!("The client fell silent, and {service} answers: {evidence}.")
            }
        }
    }

    /// The one word for it everywhere.
    pub fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Limited => "limited",
            Self::ServiceDown => "service-down",
            Self::ServiceDns => "service-dns",
            Self::Blocked => "blocked",
            Self::Unreachable => "unreachable",
            Self::Offline => "offline",
            Self::Dns => "dns",
            Self::Portal => "portal",
            Self::TlsClock => "tls-clock",
            Self::ClientStall => "client-stall",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_is_what_is_written() {
        for verdict in [Verdict::Up, Verdict::ServiceDns, Verdict::TlsClock] {
            let json = serde_json::to_value(verdict).unwrap();
            assert_eq!(json, verdict.word());
        }
    }
}
