//! What comes when the queue has been played, as `status` tells it of a player.

use crate::mpd::remote::{Pairs, Remote, RemoteError};
use crate::music::Printable;
use crate::player::AtEnd;
use serde_json::Value;

/// What a player tells of the end of its queue.
pub struct Ending(Pairs);

impl Ending {
    /// Asks; `None`: it is another server, or an older standin.
    pub fn ask(remote: &mut Remote) -> Result<Option<Self>, RemoteError> {
        match remote.ask("standin_at_end") {
            Ok(told) => Ok(Some(Self(told))),
            Err(RemoteError::Refused { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Adds it to what `status --json` tells.
    pub fn insert_into(&self, value: &mut Value) {
        if let Some(at_end) = self.0.text("at_end") {
            value["at_end"] = at_end.into();
        }
        if let Some(came) = self.0.text("came") {
            value["came"] = came.into();
        }
    }

    /// In one line, where it is not as usual.
    pub fn line(&self) -> Option<String> {
        if self.0.text("at_end")? != AtEnd::GoOn.word() {
            return None;
        }
        let came = self.0.text("came");
        let came = came.map_or(String::new(), |came| format!("; this song {came}"));
        let line = format!("at the end: what fits{came}");
        Some(Printable::new(&line).to_string())
    }
}
