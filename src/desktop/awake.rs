//! Sleep, held off while music plays: the sleep that comes by itself, never one that a person asks for. A session's own
//! service is asked first, since it knows what that person's settings do; logind where there is none.

use super::PATIENCE;
use zbus::{Connection, OwnedFd, connection};

const GNOME: (&str, &str) = ("org.gnome.SessionManager", "/org/gnome/SessionManager");
const POWER: (&str, &str) = (
    "org.freedesktop.PowerManagement.Inhibit",
    "/org/freedesktop/PowerManagement/Inhibit",
);
const LOGIND: (&str, &str) = ("org.freedesktop.login1", "/org/freedesktop/login1");

/// GNOME: the session must not be suspended.
const NO_SUSPEND: u32 = 4;

const REASON: &str = "Music is playing";

/// What holds sleep off.
enum Held {
    /// Of the session's service, with the word that lets go.
    Cookie(Connection, (&'static str, &'static str), &'static str, u32),
    /// Of logind: held for as long as this is open.
    Open(#[allow(dead_code)] OwnedFd),
}

/// Holds sleep off, or does not.
#[derive(Default)]
pub struct Awake {
    held: Option<Held>,
    /// What was last wanted: who refused is asked again when music begins again.
    wanted: bool,
}

impl Awake {
    /// Holds sleep off from now on, or lets go.
    pub async fn keep(&mut self, wanted: bool, session: Option<&Connection>) {
        if std::mem::replace(&mut self.wanted, wanted) == wanted {
            return;
        }
        match wanted {
            true => self.held = hold(session).await,
            false => let_go(self.held.take()).await,
        }
    }

    /// The session's bus is gone, and with it what its services held: they are asked anew.
    pub fn forget_session(&mut self) {
        if let Some(Held::Cookie(..)) = self.held {
            *self = Self::default();
        }
    }
}

async fn hold(session: Option<&Connection>) -> Option<Held> {
    if let Some(session) = session {
        for ask in [by_gnome(session).await, by_power(session).await] {
            if ask.is_some() {
                return ask;
            }
        }
    }
    by_logind().await.ok().map(Held::Open)
}

async fn by_gnome(session: &Connection) -> Option<Held> {
    let body = ("standin", 0_u32, REASON, NO_SUSPEND);
    by_cookie(session, GNOME, &body, "Uninhibit").await
}

async fn by_power(session: &Connection) -> Option<Held> {
    by_cookie(session, POWER, &("standin", REASON), "UnInhibit").await
}

/// Nobody is started for it.
async fn by_cookie<B>(
    session: &Connection,
    whom: (&'static str, &'static str),
    body: &B,
    lets_go: &'static str,
) -> Option<Held>
where
    B: serde::Serialize + zbus::DynamicType,
{
    let (name, path) = whom;
    let bus = ("org.freedesktop.DBus", "/org/freedesktop/DBus");
    let asked = session.call_method(Some(bus.0), bus.1, Some(bus.0), "NameHasOwner", &name);
    if !asked.await.ok()?.body().deserialize::<bool>().ok()? {
        return None;
    }
    let held = session.call_method(Some(name), path, Some(name), "Inhibit", body);
    let cookie = held.await.ok()?.body().deserialize().ok()?;
    Some(Held::Cookie(session.clone(), whom, lets_go, cookie))
}

/// What is held outlives this connection: no other is kept for it.
async fn by_logind() -> zbus::Result<OwnedFd> {
    let system = connection::Builder::system().method_timeout(PATIENCE);
    let system = system.build().await?;
    let body = ("idle", "standin", REASON, "block");
    let (name, path) = LOGIND;
    let manager = Some("org.freedesktop.login1.Manager");
    let held = system.call_method(Some(name), path, manager, "Inhibit", &body);
    held.await?.body().deserialize()
}

async fn let_go(held: Option<Held>) {
    if let Some(Held::Cookie(session, (name, path), lets_go, cookie)) = held {
        let asked = session.call_method(Some(name), path, Some(name), lets_go, &cookie);
        // Who is gone holds nothing.
        asked.await.ok();
    }
}
