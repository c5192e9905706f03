//! The sockets of a desk and who looks after them: taken first, so that two players never share one, and opened once the
//! desk is there. It answers nothing itself.

use super::{Context, Stop};
use crate::daemon::stepping::Switch;
use crate::daemon::{Desk, Librarian, LibraryNews, OnNews, Renewer};
use crate::library::Library;
use crate::mpd::{self, House, Listener, Serving, Subsystems, socket};
use listenfd::ListenFd;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// Sockets that may be handed over at the start.
const MAX_HANDED: usize = 16;

/// Files that a daemon has open beside its clients, and then some.
const OTHER_FILES: u64 = 512;

/// The right to serve, and where clients will knock.
pub struct Sockets {
    _held: Option<socket::Held>,
    bound: Option<socket::Bound>,
    others: Vec<Listener>,
}

impl Sockets {
    /// That of this user alone.
    pub fn of_user(context: &Context) -> Result<Self, mpd::SocketError> {
        Ok(Self {
            _held: None,
            bound: Some(socket::bind(&context.places.runtime)?),
            others: Vec::new(),
        })
    }

    /// Those that the system hands over, else that of this user; and these addresses.
    pub fn of_service(
        context: &Context,
        addresses: &[SocketAddr],
        settings: &mpd::Settings,
    ) -> Result<Self, Stop> {
        let mut others = handed_over(settings)?;
        let is_unix = |listener: &Listener| matches!(listener, Listener::Unix(_));
        let runtime = &context.places.runtime;
        // Whoever handed a socket over has its file too.
        let (held, bound) = match others.iter().any(is_unix) {
            true => (Some(socket::hold(runtime)?), None),
            false => (None, Some(socket::bind(runtime)?)),
        };
        for address in addresses {
            others.push(Listener::Tcp(socket::listen(*address, settings)?));
        }
        Ok(Self {
            _held: held,
            bound,
            others,
        })
    }

    fn listeners(&mut self) -> io::Result<Vec<Listener>> {
        let mut listeners = std::mem::take(&mut self.others);
        if let Some(bound) = &self.bound {
            listeners.push(Listener::Unix(bound.listener.try_clone()?));
        }
        Ok(listeners)
    }
}

/// Sockets of systemd's, as `LISTEN_FDS` tells.
fn handed_over(settings: &mpd::Settings) -> Result<Vec<Listener>, Stop> {
    let mut handed = ListenFd::from_env();
    let mut listeners = Vec::new();
    for at in 0..handed.len().min(MAX_HANDED) {
        if let Ok(Some(unix)) = handed.take_unix_listener(at) {
            listeners.push(Listener::Unix(unix));
        } else if let Ok(Some(tcp)) = handed.take_tcp_listener(at) {
            let address = tcp.local_addr().map_err(cannot)?;
            socket::may_listen(address, settings)?;
            listeners.push(Listener::Tcp(tcp));
        } else {
            return Err(Stop::failed(format!(
                "socket {} that was handed over is neither a stream of this machine nor TCP",
                at + 1
            )));
        }
    }
    Ok(listeners)
}

/// What a service has that a player in the foreground has not.
#[derive(Default)]
pub struct Services {
    /// Whether the music folders are watched.
    pub watches: bool,
    /// The folder that a first scan takes, where none was ever named.
    pub music: Option<PathBuf>,
    /// Who steps in for a streaming client.
    pub guard: Option<Arc<Switch>>,
}

/// Sockets that are answered. Dropping it closes them.
pub struct Door {
    house: Arc<House>,
    librarian: Librarian,
    /// Closed before anything of the house ends.
    serving: Option<Serving>,
    _sockets: Sockets,
}

impl Door {
    /// Answers from now on. `tell` is told what the librarian says.
    pub fn open(
        mut sockets: Sockets,
        desk: &Arc<Desk>,
        library: Library,
        settings: mpd::Settings,
        services: Services,
        tell: OnNews,
    ) -> io::Result<Self> {
        let listeners = sockets.listeners()?;
        let mut house = House::new(desk.clone(), library.clone(), settings);
        let renewer = Renewer::start(Arc::downgrade(desk), library.clone())?;
        let stir = house.stir.clone();
        let news = Arc::new(move |news: LibraryNews| {
            stir.tell(subsystems(&news));
            if matches!(news, LibraryNews::Changed) {
                renewer.ask();
            }
            tell(news);
        });
        let librarian = Librarian::start(&library, services.watches, services.music, news)?;
        house.librarian = Some(librarian.clone());
        house.guard = services.guard;
        let house = Arc::new(house);
        let serving = mpd::serve(listeners, house.clone())?;
        Ok(Self {
            house,
            librarian,
            serving: Some(serving),
            _sockets: sockets,
        })
    }

    /// From now on it is kept so.
    pub fn keep(&self, settings: mpd::Settings) {
        self.house.keep_door(settings);
    }

    /// Clients that ask are told these keys and values of the config from now on.
    pub fn tell_config(&self, pairs: Vec<(String, String)>) {
        self.house.tell_config(pairs);
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.serving.take();
        self.librarian.end();
    }
}

fn subsystems(news: &LibraryNews) -> Subsystems {
    match news {
        LibraryNews::Updating => Subsystems::UPDATE,
        LibraryNews::Changed => Subsystems::DATABASE,
        LibraryNews::Watch(_) | LibraryNews::Failed(_) => Subsystems::default(),
    }
}

/// As many files may be open as so many clients need, where the system lets us.
pub fn make_room_for(clients: usize) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let now = getrlimit(Resource::Nofile);
    let wanted = clients as u64 + OTHER_FILES;
    let allowed = now.maximum.map_or(wanted, |most| most.min(wanted));
    if now.current.is_some_and(|current| current < allowed) {
        let raised = Rlimit {
            current: Some(allowed),
            ..now
        };
        setrlimit(Resource::Nofile, raised).ok();
    }
}

impl From<mpd::SocketError> for Stop {
    fn from(error: mpd::SocketError) -> Self {
        Stop::failed(error.to_string())
    }
}

/// What the system refused to a desk that is to be reached.
pub fn cannot(error: io::Error) -> Stop {
    Stop::failed(format!("cannot serve: {error}"))
}
