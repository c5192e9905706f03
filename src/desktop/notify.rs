//! Notifications: one for the song that is heard, and one for what the guard says, each in the place of the last one.

use super::buttons::Button;
use super::shown::Track;
use crate::music::Printable;
use std::collections::HashMap;
use zbus::{Connection, Variant};

pub const NAME: &str = "org.freedesktop.Notifications";
pub const PATH: &str = "/org/freedesktop/Notifications";

/// The server decides how long it is shown.
const AS_THE_SERVER_LIKES: i32 = -1;

/// The notification that is shown.
#[derive(Default)]
pub struct Notice {
    /// 0: none was shown yet.
    id: u32,
    /// What the server can, where it was asked.
    can: Option<Can>,
}

/// What a server of notifications can.
#[derive(Clone, Copy)]
struct Can {
    markup: bool,
    buttons: bool,
}

impl Notice {
    /// Shows a song. Where nobody shows notifications, nothing happens.
    pub async fn show(&mut self, session: &Connection, track: &Track) {
        let mut hints: HashMap<&str, Variant<'_>> = HashMap::from([
            ("category", "x-standin.song".into()),
            ("urgency", 0_u8.into()),
            ("transient", true.into()),
        ]);
        hints.extend(
            track
                .art
                .as_deref()
                .map(|art| ("image-path", Variant::from(art))),
        );
        self.put(session, &track.title(), &body(track), &[], hints)
            .await;
    }

    /// Shows a sentence below a title, with these buttons where there can be any; it stays until somebody has seen it.
    pub async fn say(
        &mut self,
        session: &Connection,
        title: &str,
        sentence: &str,
        buttons: &[Button],
    ) {
        let sentence = Printable::new(sentence).to_string();
        let hints = HashMap::from([
            ("category", "x-standin.guard".into()),
            ("urgency", 1_u8.into()),
        ]);
        self.put(session, title, &sentence, buttons, hints).await;
    }

    /// Whether this is the one that is shown.
    pub fn is(&self, id: u32) -> bool {
        self.id != 0 && self.id == id
    }

    /// Shows it no more.
    pub async fn take_down(&mut self, session: &Connection) {
        if self.id != 0 {
            let taken = (self.id,);
            let down =
                session.call_method(Some(NAME), PATH, Some(NAME), "CloseNotification", &taken);
            // It may have been closed before.
            down.await.ok();
            self.id = 0;
        }
    }

    async fn put(
        &mut self,
        session: &Connection,
        title: &str,
        body: &str,
        buttons: &[Button],
        mut hints: HashMap<&str, Variant<'_>>,
    ) {
        let can = self.can(session).await;
        let body = match can.markup {
            true => escaped(body),
            false => body.to_owned(),
        };
        let buttons = buttons.iter().filter(|_| can.buttons);
        let actions: Vec<&str> = buttons
            .flat_map(|button| <[&str; 2]>::from(button.names()))
            .collect();
        let title = Printable::new(title).to_string();
        hints.insert("desktop-entry", "standin".into());
        let told = (
            "Standin",
            self.id,
            "standin",
            title,
            body,
            actions,
            hints,
            AS_THE_SERVER_LIKES,
        );
        let shown = session.call_method(Some(NAME), PATH, Some(NAME), "Notify", &told);
        if let Ok(answer) = shown.await {
            self.id = answer.body().deserialize().unwrap_or(0);
        }
    }

    async fn can(&mut self, session: &Connection) -> Can {
        if self.can.is_none() {
            let asked = session.call_method(Some(NAME), PATH, Some(NAME), "GetCapabilities", &());
            self.can = asked.await.ok().and_then(|answer| {
                let can: Vec<String> = answer.body().deserialize().ok()?;
                let has = |name: &str| can.iter().any(|can| can == name);
                Some(Can {
                    markup: has("body-markup"),
                    buttons: has("actions"),
                })
            });
        }
        self.can.unwrap_or(Can {
            markup: true,
            buttons: false,
        })
    }
}

/// Who plays, and below it from which album.
fn body(track: &Track) -> String {
    let tags = &track.song.tags;
    let lines = [tags.artist(), tags.album.clone()];
    let lines = lines.iter().filter(|line| !line.is_empty());
    let lines: Vec<String> = lines.map(|line| Printable::new(line).to_string()).collect();
    lines.join("\n")
}

/// As text that a reader of markup shows as it is.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::music::{EntryId, Song};
    use std::sync::Arc;

    #[test]
    fn a_song_is_told_in_two_lines_and_no_tag_is_markup() {
        let mut song = Song::at("/m/x.flac");
        song.tags.artists = vec!["Simon & <b>Garfunkel</b>".into()];
        song.tags.album = "\"It's\"\n".into();
        let track = |song: &Song| Track {
            entry: EntryId(1),
            song: Arc::new(song.clone()),
            art: None,
            stand_in: None,
            comment: None,
        };
        assert_eq!(
            escaped(&body(&track(&song))),
            "Simon &amp; &lt;b&gt;Garfunkel&lt;/b&gt;\n&quot;It&#39;s&quot;\u{fffd}"
        );
        assert_eq!(body(&track(&Song::at("/m/x.flac"))), "");
    }
}
