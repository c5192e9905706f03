//! Which of a server's streams are a client's: by the process that has the client's name on the bus, or one that it started;
//! in a sandbox, where processes have other numbers, by name. It asks the kernel for parents and nobody else.

use pulseaudio::protocol::{Prop, Props, SinkInputInfo};

/// From a process to its parent at most so often.
const MAX_PARENTS: usize = 16;

/// A client that is listened to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// Its name on the bus.
    pub client: String,
    /// The process that has it.
    pub process: Option<u32>,
    /// As it calls itself.
    pub identity: String,
}

/// A stream that is played.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    /// Its number.
    pub index: u32,
    /// Its sink's.
    pub sink: u32,
    /// Whether its program has halted it.
    pub is_corked: bool,
    /// The connection that it came through.
    pub connection: Option<u32>,
    /// Its process, where that is told.
    pub process: Option<u32>,
    /// What its program is called, in whatever ways.
    pub names: Vec<String>,
}

impl Input {
    /// As the server tells of it.
    pub fn of(info: &SinkInputInfo) -> Self {
        Self {
            index: info.index,
            sink: info.sink_index,
            is_corked: info.corked,
            connection: info.client_index,
            process: process(&info.props),
            names: names(&info.props),
        }
    }

    /// What its connection tells besides.
    pub fn add(&mut self, props: &Props) {
        self.process = self.process.or_else(|| process(props));
        self.names.extend(names(props));
    }
}

fn process(props: &Props) -> Option<u32> {
    text(props, Prop::ApplicationProcessId)?.parse().ok()
}

fn names(props: &Props) -> Vec<String> {
    let name = text(props, Prop::ApplicationName);
    let binary = text(props, Prop::ApplicationProcessBinary);
    // `com.spotify.Client` is called Client; its middle is what its program is known by, and its binary tells that too.
    let portal = props.get_bytes(c"pipewire.access.portal.app_id");
    let portal = portal.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let id = text(props, Prop::ApplicationId).or(portal);
    let last = id.and_then(|id| {
        id.trim_end_matches('\0')
            .rsplit('.')
            .next()
            .map(str::to_owned)
    });
    let all = [name, binary, last].into_iter().flatten();
    all.map(|name| folded(&name))
        .filter(|name| !name.is_empty())
        .collect()
}

fn text(props: &Props, prop: Prop) -> Option<String> {
    let bytes = props.get(prop)?;
    let bytes = bytes.strip_suffix(b"\0").unwrap_or(bytes);
    Some(String::from_utf8_lossy(bytes).into_owned())
}

/// The streams of a client, by their places in `inputs`. `parent`: of a process.
pub fn of_client(
    followed: &Followed,
    inputs: &[Input],
    parent: impl Fn(u32) -> Option<u32>,
) -> Vec<usize> {
    let stands_below = |process: u32, above: u32| {
        let line = std::iter::successors(Some(process), |process| parent(*process));
        line.take(MAX_PARENTS).any(|process| process == above)
    };
    let is_of_process = |input: &Input| match (input.process, followed.process) {
        (Some(process), Some(above)) => stands_below(process, above),
        _ => false,
    };
    let by_process = places(inputs, is_of_process);
    if !by_process.is_empty() {
        return by_process;
    }
    let called = names_of(followed);
    let is_called_so = |input: &Input| input.names.iter().any(|name| called.contains(name));
    places(inputs, is_called_so)
}

fn places(inputs: &[Input], is_it: impl Fn(&Input) -> bool) -> Vec<usize> {
    (0..inputs.len()).filter(|at| is_it(&inputs[*at])).collect()
}

/// As it calls itself, and as its name on the bus says: `spotify` of `org.mpris.MediaPlayer2.spotify.instance7`.
fn names_of(followed: &Followed) -> Vec<String> {
    let on_bus = followed.client.split('.').nth(3).unwrap_or_default();
    let names = [&*followed.identity, on_bus].map(folded);
    names.into_iter().filter(|name| !name.is_empty()).collect()
}

/// Letters and digits alone, in lower case.
fn folded(name: &str) -> String {
    let letters = name.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// The parent of a process, as the kernel tells.
pub fn parent(process: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // A name may hold anything: it ends with the last bracket.
    let (_, rest) = stat.rsplit_once(')')?;
    let parent = rest.split_whitespace().nth(1)?.parse().ok()?;
    (parent > 1).then_some(parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(index: u32, process: Option<u32>, name: &str) -> Input {
        Input {
            index,
            process,
            names: vec![folded(name)],
            ..Input::default()
        }
    }

    fn followed(client: &str, process: Option<u32>, identity: &str) -> Followed {
        Followed {
            client: format!("org.mpris.MediaPlayer2.{client}"),
            process,
            identity: identity.into(),
        }
    }

    #[test]
    fn a_stream_is_its_process_s_or_a_child_s_before_it_is_a_name_s() {
        let inputs = [
            input(0, Some(7), "Chromium"),
            input(1, Some(31), "Chromium"),
            input(2, Some(20), "else"),
            input(3, None, "Spotify"),
        ];
        // 31 was started by 30, which was started by 20.
        let parent = |process| match process {
            31 => Some(30),
            30 => Some(20),
            _ => None,
        };
        let of = |followed| of_client(&followed, &inputs, parent);
        assert_eq!(
            of(followed("chromium.instance30", Some(30), "Chromium")),
            [1]
        );
        assert_eq!(of(followed("x", Some(20), "x")), [1, 2]);
        // In a sandbox the number is another one's, or nobody's.
        assert_eq!(of(followed("chromium.instance2", Some(9), "")), [0, 1]);
        assert_eq!(of(followed("spotify", Some(9), "")), [3]);
        assert_eq!(of(followed("y", None, "SPOTIFY!")), [3]);
        assert_eq!(of(followed("y", Some(9), "")), [0; 0]);
    }

    #[test]
    fn parents_end_even_where_they_go_round() {
        let inputs = [input(0, Some(5), "")];
        let round = |process: u32| Some(process % 3 + 7);
        assert_eq!(
            of_client(&followed("x", Some(1), ""), &inputs, round),
            [0; 0]
        );
        let own = std::process::id();
        assert!(parent(own).is_some(), "a test has a parent");
        assert_eq!(parent(u32::MAX), None);
    }
}
