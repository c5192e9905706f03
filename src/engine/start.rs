//! The engine as the other rooms hold it: starts the threads, passes commands on, ends the threads.

use super::controls::Controls;
use super::feeder::{Feeder, Order, Wake};
use super::levels::{Levels, Meter};
use super::markers::Markers;
use super::output::{Place, Player, Unpaced, create_wav, run_imitation, run_wav, waker};
use super::ring::{CHANNELS, RingSource};
use super::{Command, EngineError, Notice, OnLoss, Options, Output, Position};
use crossbeam_channel::{Receiver, Sender, bounded};
use rtrb::{Consumer, Producer, RingBuffer};
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

/// Music decoded ahead of the output.
const RING_SECONDS: u32 = 2;
/// The rate that the ring is made for where the first song's is not known yet.
const UNKNOWN_RATE: u32 = 48_000;
/// Commands that can wait for the feeder; more make the caller wait.
const MAX_ORDERS: usize = 64;

/// Wakes the output's thread, from any other.
type WakeOutput = Arc<dyn Fn() + Send + Sync>;

/// Plays what it is given, until it is dropped: then it fades out and ends its threads; a WAV file is finished.
pub struct Engine {
    controls: Arc<Controls>,
    markers: Arc<Markers>,
    /// Held while a command gets its number and its place in the channel, so that the two agree.
    orders: Mutex<Sender<Order>>,
    output_name: Arc<Mutex<String>>,
    wake_output: WakeOutput,
    player: Option<Player>,
    notices: Sender<Notice>,
    meter: Mutex<Meter>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Engine {
    /// Finds the output (a device is only opened once there is something to play) and starts the threads.
    ///
    /// `notices` should hold 64 or more; see [`Notice`].
    pub fn start(options: Options, notices: Sender<Notice>) -> Result<Self, EngineError> {
        let volume_percent = match options.bit_perfect {
            true => 100,
            false => options.volume_percent,
        };
        let controls = Arc::new(Controls::new(volume_percent));
        if options.bit_perfect {
            controls.be_bit_perfect();
        }
        controls.set_on_loss(options.on_loss);
        let (sender, orders) = bounded(MAX_ORDERS);
        let started = start_output(&options, &controls, &sender, &notices)?;
        let wake_output = started.wake.clone();
        let engine = Self {
            controls: controls.clone(),
            markers: Arc::default(),
            orders: Mutex::new(sender),
            output_name: started.name,
            wake_output: started.wake,
            player: started.player,
            notices: notices.clone(),
            meter: Mutex::default(),
            threads: Mutex::new(vec![started.thread]),
        };
        let wake: Wake = Box::new(move || wake_output());
        let feeder = Feeder::new(
            started.producer,
            controls,
            engine.markers.clone(),
            notices,
            wake,
        );
        let feeding = spawn("feeder", move || feed(feeder, &orders))?;
        engine.threads().push(feeding);
        Ok(engine)
    }

    /// Passes a command on. It waits only where 64 others are before it; pauses and volume take effect at once.
    pub fn command(&self, command: Command) {
        let orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        let mut epoch = self.controls.epoch.load(Acquire);
        match &command {
            Command::Play {
                item,
                at_ms,
                paused,
            } => {
                self.markers
                    .seek(&self.controls, item.entry, *at_ms, epoch + 1, *paused);
                epoch = self.controls.epoch.fetch_add(1, AcqRel) + 1;
                self.controls.fade_ms.store(0, Release);
                self.controls.paused.store(*paused, Release);
            }
            Command::Stop => {
                epoch = self.controls.epoch.fetch_add(1, AcqRel) + 1;
                self.controls.fade_ms.store(0, Release);
            }
            Command::Fade { over_ms } => {
                self.controls.fade_ms.store((*over_ms).max(1), Release);
            }
            Command::Pause | Command::Resume => {
                let paused = matches!(command, Command::Pause);
                self.controls.paused.store(paused, Release);
                self.controls.fade_ms.store(0, Release);
            }
            Command::Volume(percent) => self.controls.set_volume(*percent),
            Command::Equalise(curve) => self.controls.equalise(curve),
            Command::Speed(speed) => self.controls.set_speed(*speed),
            Command::Output(output) => self.move_to(output.clone()),
            Command::Follow(_) => {}
        }
        (self.wake_output)();
        let _ = orders.send(Order::Command(command, epoch));
    }

    /// Looks for the place on a thread of its own: a sound server may take seconds to answer.
    fn move_to(&self, output: Output) {
        let Some(player) = self.player.clone() else {
            let reason = "The sound goes into a file, and stays there.".to_owned();
            let _ = self.notices.try_send(Notice::OutputRefused { reason });
            return;
        };
        let wake = self.wake_output.clone();
        let looking = spawn("outputs", move || {
            if let Some(place) = player.look_for(output) {
                player.move_to(place);
                wake();
            }
        });
        if let Err(error) = looking {
            let reason = format!("The sound stays where it is: {error}.");
            let _ = self.notices.try_send(Notice::OutputRefused { reason });
        }
    }

    /// Where the music is; `None`: nothing is heard. A seek within a song shows at once.
    pub fn position(&self) -> Option<Position> {
        self.markers.position(&self.controls)
    }

    /// From now on this happens where the sound would come out of a device that nobody chose.
    pub fn set_on_loss(&self, on_loss: OnLoss) {
        self.controls.set_on_loss(on_loss);
    }

    /// No sample is touched: neither the volume nor the equaliser has any effect.
    pub fn is_bit_perfect(&self) -> bool {
        self.controls.is_bit_perfect()
    }

    /// How often the ring ran empty in the middle of the music, because it was not decoded fast enough.
    pub fn underruns(&self) -> u64 {
        self.controls.dry.count()
    }

    /// How often the sound server ran out in the middle of music that was decoded in time: nobody came to send it.
    pub fn server_underruns(&self) -> u64 {
        self.controls.starved.load(Relaxed)
    }

    /// How loud it is at this moment; `None`: nothing sounds, or the output keeps no time, so that nobody hears it.
    ///
    /// Who asks begins to be shown what sounds: the first answer may be none.
    pub fn levels(&self) -> Option<Levels> {
        let heard = self.controls.look()?;
        let mut meter = self.meter.lock().unwrap_or_else(PoisonError::into_inner);
        Some(meter.read(&heard))
    }

    /// Where the sound goes, for "playing to …".
    pub fn output_name(&self) -> String {
        let name = self.output_name.lock();
        name.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Engine {
    /// Fades out and ends the threads, whoever else still has it: nothing is played any more.
    pub fn end(&self) {
        self.controls.quitting.store(true, Release);
        (self.wake_output)();
        let orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = orders.send(Order::Quit);
        drop(orders);
        let threads = std::mem::take(&mut *self.threads());
        for thread in threads {
            let _ = thread.join();
        }
    }

    fn threads(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.end();
    }
}

fn feed(feeder: Feeder, orders: &Receiver<Order>) {
    feeder.run(orders);
}

/// An output that runs.
struct Started {
    name: Arc<Mutex<String>>,
    producer: Producer<f32>,
    thread: JoinHandle<()>,
    wake: WakeOutput,
    /// Of outputs that the sound can leave.
    player: Option<Player>,
}

fn start_output(
    options: &Options,
    controls: &Arc<Controls>,
    orders: &Sender<Order>,
    notices: &Sender<Notice>,
) -> Result<Started, EngineError> {
    let unpaced = |ring| {
        controls.keeps_time.store(false, Release);
        Unpaced {
            ring,
            controls: controls.clone(),
            orders: orders.clone(),
            notices: notices.clone(),
        }
    };
    match options.output.clone() {
        Output::Device(_) | Output::Null => start_playing(options, controls, notices),
        Output::Imitated(imitation) => {
            let (producer, ring) = ring(UNKNOWN_RATE);
            let output = unpaced(ring);
            let thread = spawn("output", move || run_imitation(output, imitation))?;
            let name = format!("the null device as a bad one ({imitation:?})");
            Ok(Started::to_stay(name, producer, thread))
        }
        Output::Wav(path) => {
            let (producer, ring) = ring(UNKNOWN_RATE);
            let (output, file) = (unpaced(ring), create_wav(&path)?);
            let thread = spawn("output", || run_wav(output, file))?;
            Ok(Started::to_stay(
                path.display().to_string(),
                producer,
                thread,
            ))
        }
    }
}

impl Started {
    fn to_stay(name: String, producer: Producer<f32>, thread: JoinHandle<()>) -> Self {
        let parked = thread.thread().clone();
        Self {
            name: Arc::new(Mutex::new(name)),
            producer,
            thread,
            wake: Arc::new(move || parked.unpark()),
            player: None,
        }
    }
}

/// An output that keeps time, and that the sound can leave for another one.
fn start_playing(
    options: &Options,
    controls: &Arc<Controls>,
    notices: &Sender<Notice>,
) -> Result<Started, EngineError> {
    let (waker, woken) = waker().map_err(no_thread)?;
    let woken = Arc::new(woken);
    let place = match options.output.clone() {
        Output::Device(wanted) => {
            match Place::device(wanted.clone(), woken.clone(), controls.clone()) {
                Err(missing) if options.waits => Place::Awaited { wanted, missing },
                found => found?,
            }
        }
        _ => Place::Null,
    };
    let name = Arc::new(Mutex::new(place.name()));
    let rate = match place.form() {
        Some(form) => {
            controls.set_form(form, 0);
            form.rate
        }
        None => UNKNOWN_RATE,
    };
    let (producer, ring) = ring(rate);
    let source = RingSource::new(ring, controls.clone(), controls.form().rate);
    let player = Player {
        controls: controls.clone(),
        notices: notices.clone(),
        woken,
        name: name.clone(),
        next: Arc::default(),
    };
    let playing = player.clone();
    let thread = spawn("output", move || playing.run(place, source))?;
    let parked = thread.thread().clone();
    Ok(Started {
        name,
        producer,
        thread,
        wake: Arc::new(move || {
            // It waits for the one or the other, by where it plays.
            waker.wake();
            parked.unpark();
        }),
        player: Some(player),
    })
}

fn ring(rate: u32) -> (Producer<f32>, Consumer<f32>) {
    RingBuffer::new((rate * RING_SECONDS) as usize * CHANNELS)
}

fn spawn(name: &str, life: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, EngineError> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(life)
        .map_err(no_thread)
}

fn no_thread(source: std::io::Error) -> EngineError {
    EngineError::Thread {
        source: Arc::new(source),
    }
}
