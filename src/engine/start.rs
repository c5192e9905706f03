//! The engine as the other rooms hold it: starts the threads, passes commands on, ends the threads.

use super::controls::Controls;
use super::feeder::{Feeder, Order, Wake};
use super::markers::Markers;
use super::output::{Device, Supervisor, Unpaced, create_wav, run_imitation, run_null, run_wav};
use super::ring::{CHANNELS, RingSource};
use super::{Command, EngineError, Notice, Options, Output, Position};
use crossbeam_channel::{Receiver, Sender, bounded};
use rtrb::{Consumer, Producer, RingBuffer};
use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle, Thread};

/// Music decoded ahead of the output.
const RING_SECONDS: u32 = 2;
/// The rate that the ring is made for where the first song's is not known yet.
const UNKNOWN_RATE: u32 = 48_000;
/// Commands that can wait for the feeder; more make the caller wait.
const MAX_ORDERS: usize = 64;

/// Plays what it is given, until it is dropped: then it fades out and ends its threads; a WAV file is finished.
pub struct Engine {
    controls: Arc<Controls>,
    markers: Arc<Markers>,
    /// Held while a command gets its number and its place in the channel, so that the two agree.
    orders: Mutex<Sender<Order>>,
    output_name: String,
    output: Thread,
    threads: Vec<JoinHandle<()>>,
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
        let (sender, orders) = bounded(MAX_ORDERS);
        let (name, producer, output) = start_output(options.output, &controls, &sender, &notices)?;
        let output_thread = output.thread().clone();
        let mut engine = Self {
            controls: controls.clone(),
            markers: Arc::default(),
            orders: Mutex::new(sender),
            output_name: name,
            output: output_thread.clone(),
            threads: vec![output],
        };
        let wake: Wake = Box::new(move || output_thread.unpark());
        let feeder = Feeder::new(producer, controls, engine.markers.clone(), notices, wake);
        engine
            .threads
            .push(spawn("feeder", move || feed(feeder, &orders))?);
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
                    .seek(&self.controls, item.entry, *at_ms, epoch + 1);
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
            Command::Follow(_) | Command::Output(_) => {}
        }
        self.output.unpark();
        let _ = orders.send(Order::Command(command, epoch));
    }

    /// Where the music is; `None`: nothing is heard. A seek within a song shows at once.
    pub fn position(&self) -> Option<Position> {
        self.markers.position(&self.controls)
    }

    /// No sample is touched: the volume has no effect.
    pub fn is_bit_perfect(&self) -> bool {
        self.controls.is_bit_perfect()
    }

    /// How often the ring ran empty in the middle of the music, because it was not decoded fast enough.
    pub fn underruns(&self) -> u64 {
        self.controls.dry.count()
    }

    /// Where the sound goes, for "playing to …".
    pub fn output_name(&self) -> String {
        self.output_name.clone()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.controls.quitting.store(true, Release);
        self.output.unpark();
        let orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = orders.send(Order::Quit);
        drop(orders);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn feed(feeder: Feeder, orders: &Receiver<Order>) {
    feeder.run(orders);
}

fn start_output(
    output: Output,
    controls: &Arc<Controls>,
    orders: &Sender<Order>,
    notices: &Sender<Notice>,
) -> Result<(String, Producer<f32>, JoinHandle<()>), EngineError> {
    let controls = controls.clone();
    match output {
        Output::Device(wanted) => {
            let device = Device::find(wanted.as_deref())?;
            let (name, rate) = (device.name.clone(), device.rate);
            controls.rate.store(rate, Release);
            let (producer, ring) = ring(rate);
            let source = RingSource::new(ring, controls, rate);
            let supervisor = Supervisor::new(wanted, device, source, notices.clone());
            Ok((name, producer, spawn("output", || supervisor.run())?))
        }
        Output::Null => {
            let (producer, ring) = ring(UNKNOWN_RATE);
            Ok((
                "the null device, in real time and without sound".into(),
                producer,
                spawn("output", || run_null(ring, controls))?,
            ))
        }
        Output::Imitated(imitation) => {
            let (producer, ring) = ring(UNKNOWN_RATE);
            let output = Unpaced {
                ring,
                controls,
                orders: orders.clone(),
                notices: notices.clone(),
            };
            Ok((
                format!("the null device as a bad one ({imitation:?})"),
                producer,
                spawn("output", move || run_imitation(output, imitation))?,
            ))
        }
        Output::Wav(path) => {
            let (producer, ring) = ring(UNKNOWN_RATE);
            let file = create_wav(&path)?;
            let output = Unpaced {
                ring,
                controls,
                orders: orders.clone(),
                notices: notices.clone(),
            };
            Ok((
                path.display().to_string(),
                producer,
                spawn("output", || run_wav(output, file))?,
            ))
        }
    }
}

fn ring(rate: u32) -> (Producer<f32>, Consumer<f32>) {
    RingBuffer::new((rate * RING_SECONDS) as usize * CHANNELS)
}

fn spawn(name: &str, life: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, EngineError> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(life)
        .map_err(|source| EngineError::Thread {
            source: Arc::new(source),
        })
}
