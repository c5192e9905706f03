//! One connection to a sound server: which streams are whose, an ear at each, and how each client sounds. It waits for an
//! answer no longer than the wire does, and asks for little.

use super::ear::{self, Ear};
use super::whose::{self, Followed, Input};
use crate::engine::pulse::{Message, Wire, WireError, Woken, cookie, socket};
use crate::outage::Level;
use pulseaudio::protocol::{
    ClientInfo, Command, CreateRecordStreamReply, GetSinkInfo, Prop, Props, ServerInfo,
    SetClientNameReply, SinkInfo, SinkInputInfo, SubscriptionEventFacility, SubscriptionMask,
};
use std::ffi::CString;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// Streams of one client that are listened to.
const MAX_EARS: usize = 4;

/// Streams on a server that are looked at.
const MAX_INPUTS: usize = 1_024;

/// Streams that come, go and change have the list read at most this often.
const BETWEEN_LISTS: Duration = Duration::from_millis(50);

/// A connection.
pub struct Server {
    wire: Wire,
    inputs: Vec<Input>,
    ears: Vec<Ear>,
    /// The clients, and the places of their streams in `inputs`.
    pairs: Vec<(Followed, Vec<usize>)>,
    list_at: Option<Instant>,
    listed_at: Instant,
}

impl Server {
    /// Connects to the server of this session.
    pub fn connect(woken: Arc<Woken>, quitting: Arc<AtomicBool>) -> Result<Self, WireError> {
        let variable = |name: &str| std::env::var(name).ok();
        let path = socket(variable).map_err(WireError::NoAddress)?;
        let mut wire = Wire::connect(&path, cookie(variable), woken, quitting)?;
        let _: SetClientNameReply = wire.ask(&Command::SetClientName(who_we_are()))?;
        wire.send(&Command::Subscribe(SubscriptionMask::SINK_INPUT))?;
        let now = Instant::now();
        Ok(Self {
            wire,
            inputs: Vec::new(),
            ears: Vec::new(),
            pairs: Vec::new(),
            list_at: Some(now),
            listed_at: now,
        })
    }

    /// Takes in what has come, and listens to these.
    pub fn work(&mut self, followed: &[Followed], now: Instant) -> Result<(), WireError> {
        while let Some(message) = self.wire.next_message()? {
            self.hear(message, now);
        }
        let is_news = !self.pairs.iter().map(|(one, _)| one).eq(followed);
        if is_news || self.list_at.is_some_and(|at| at <= now) {
            self.list(now)?;
            let of_client = |one: &Followed| whose::of_client(one, &self.inputs, whose::parent);
            self.pairs = followed
                .iter()
                .map(|one| (one.clone(), of_client(one)))
                .collect();
            self.lend_ears(now)?;
        }
        if self.ears.iter().any(|ear| ear.is_quiet(now)) {
            self.ask_after_quiet(now)?;
        }
        Ok(())
    }

    /// How each client sounds; `None`: that is not known yet.
    pub fn levels(&self) -> impl Iterator<Item = (&str, Option<Level>)> {
        let level = |(one, places): &(Followed, Vec<usize>)| self.level(one.process, places);
        self.pairs
            .iter()
            .map(move |pair| (&*pair.0.client, level(pair)))
    }

    /// Waits for something to do, at most so long.
    pub fn wait(&self, at_most: Duration) -> Result<(), WireError> {
        let list = self
            .list_at
            .map(|at| at.saturating_duration_since(Instant::now()));
        let quiet = self.ears.iter().any(|ear| ear.channel.is_some());
        let quiet = quiet.then_some(ear::QUIET);
        let waits = [list, quiet].into_iter().flatten();
        self.wire.wait(waits.chain([at_most]).min())
    }

    fn hear(&mut self, message: Message, now: Instant) {
        match message {
            Message::Sound(channel, peaks) => {
                let is_its = |ear: &&mut Ear| ear.channel == Some(channel);
                if let Some(ear) = self.ears.iter_mut().find(is_its) {
                    ear.hear(&peaks, now);
                }
            }
            Message::Event(event) => match *event {
                Command::SubscribeEvent(event)
                    if event.event_facility == SubscriptionEventFacility::SinkInput =>
                {
                    self.list_soon(now);
                }
                Command::RecordStreamKilled(channel) => {
                    self.ears.retain(|ear| ear.channel != Some(channel));
                    self.list_soon(now);
                }
                _ => {}
            },
            // To a subscription, or to an ear that was let go.
            Message::Answer(..) | Message::Refusal(..) => {}
        }
    }

    fn list_soon(&mut self, now: Instant) {
        let at = now.max(self.listed_at + BETWEEN_LISTS);
        self.list_at = self.list_at.or(Some(at));
    }

    fn list(&mut self, now: Instant) -> Result<(), WireError> {
        (self.list_at, self.listed_at) = (None, now);
        let list: Vec<SinkInputInfo> = self.wire.ask(&Command::GetSinkInputInfoList)?;
        self.inputs = list.iter().take(MAX_INPUTS).map(Input::of).collect();
        if self.inputs.iter().any(|input| input.process.is_none()) {
            self.ask_connections()?;
        }
        Ok(())
    }

    /// Some tell of their process with their connection alone.
    fn ask_connections(&mut self) -> Result<(), WireError> {
        let connections: Vec<ClientInfo> = self.wire.ask(&Command::GetClientInfoList)?;
        for input in &mut self.inputs {
            let is_its = |one: &&ClientInfo| Some(one.index) == input.connection;
            if let Some(connection) = connections.iter().find(is_its) {
                input.add(&connection.props);
            }
        }
        Ok(())
    }

    /// An ear at each stream that runs, and at no other.
    fn lend_ears(&mut self, now: Instant) -> Result<(), WireError> {
        let of_clients = self
            .pairs
            .iter()
            .flat_map(|(_, places)| self.running(places));
        let wanted: Vec<(u32, u32)> = of_clients.map(|input| (input.index, input.sink)).collect();
        let is_wanted = |ear: &Ear| wanted.contains(&(ear.input, ear.sink));
        let (stay, go): (Vec<Ear>, Vec<Ear>) = self.ears.drain(..).partition(is_wanted);
        self.ears = stay;
        for channel in go.iter().filter_map(|ear| ear.channel) {
            self.wire.send(&Command::DeleteRecordStream(channel))?;
        }
        for (input, sink) in wanted {
            if self.ears.iter().all(|ear| ear.input != input) {
                let channel = self.open(input, sink)?;
                self.ears.push(Ear {
                    input,
                    sink,
                    channel,
                    level: None,
                    heard_at: now,
                });
            }
        }
        Ok(())
    }

    /// `None`: the server does not let us, or would have us hear something else.
    fn open(&mut self, input: u32, sink: u32) -> Result<Option<u32>, WireError> {
        let asked = GetSinkInfo {
            index: Some(sink),
            name: None,
        };
        let sink: Option<SinkInfo> = unless_refused(self.wire.ask(&Command::GetSinkInfo(asked)))?;
        let Some(monitor) = sink.and_then(|sink| sink.monitor_source_index) else {
            return Ok(None);
        };
        let ask = Command::CreateRecordStream(ear::wanted(input, monitor));
        let made: Option<CreateRecordStreamReply> = unless_refused(self.wire.ask(&ask))?;
        let Some(made) = made else { return Ok(None) };
        if ear::is_as_wanted(&made, monitor) {
            return Ok(Some(made.channel));
        }
        self.wire.send(&Command::DeleteRecordStream(made.channel))?;
        Ok(None)
    }

    /// A server that answers has nothing to tell of these: no sample has come. One that does not is given up.
    fn ask_after_quiet(&mut self, now: Instant) -> Result<(), WireError> {
        let _: ServerInfo = self.wire.ask(&Command::GetServerInfo)?;
        let mut messages = Vec::new();
        while let Some(message) = self.wire.next_message()? {
            messages.push(message);
        }
        messages
            .into_iter()
            .for_each(|message| self.hear(message, now));
        for ear in self.ears.iter_mut().filter(|ear| ear.is_quiet(now)) {
            ear.hear(&[], now);
        }
        Ok(())
    }

    fn level(&self, process: Option<u32>, places: &[usize]) -> Option<Level> {
        // Until the process is known it may be anybody's.
        if places.is_empty() {
            return process.map(|_| Level::Gone);
        }
        let mut levels = self.running(places).map(|input| {
            let ear = self.ears.iter().find(|ear| ear.input == input.index);
            ear.and_then(|ear| ear.level)
        });
        let Some(first) = levels.next() else {
            return Some(Level::Corked);
        };
        let all: Vec<Option<Level>> = levels.chain([first]).collect();
        match all.contains(&Some(Level::Sounds)) {
            true => Some(Level::Sounds),
            // Where one is not heard yet, nothing is known of all.
            false => all.into_iter().min_by_key(Option::is_some).flatten(),
        }
    }

    fn running<'a>(&'a self, places: &'a [usize]) -> impl Iterator<Item = &'a Input> {
        let inputs = places.iter().filter_map(|at| self.inputs.get(*at));
        inputs.filter(|input| !input.is_corked).take(MAX_EARS)
    }
}

/// `None`: what was asked about has just left.
fn unless_refused<T>(answer: Result<T, WireError>) -> Result<Option<T>, WireError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(WireError::Refused(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn who_we_are() -> Props {
    let mut props = Props::new();
    props.set(Prop::ApplicationName, c"standin guard");
    if let Ok(number) = CString::new(std::process::id().to_string()) {
        props.set(Prop::ApplicationProcessId, number);
    }
    props
}
