//! The buttons on what the guard says: its question is answered there, and music that stands in is stopped. A button of a
//! notification that is no longer the last one does nothing. Servers without buttons are sent none.
//!
//! Source: Desktop Notifications Specification 1.2 (Notify, GetCapabilities, ActionInvoked).

use super::notify::{NAME, PATH};
use crate::daemon::stepping::Told;
use std::future::{pending, poll_fn};
use std::num::NonZeroUsize;
use std::pin::Pin;
use zbus::export::futures_core::Stream;
use zbus::message::Type;
use zbus::{Connection, MatchRule, MessageStream};

/// Presses that wait; nobody presses more at once.
const MAX_WAITING: NonZeroUsize = NonZeroUsize::new(8).unwrap();

/// What can be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// Yes to the guard's question.
    Play,
    /// No to it.
    NotNow,
    /// Ends the music that stands in.
    Stop,
}

impl Button {
    const ALL: [Self; 3] = [Self::Play, Self::NotNow, Self::Stop];

    /// Its name on the bus, and what people read.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Play => ("yes", "Play"),
            Self::NotNow => ("no", "Not now"),
            Self::Stop => ("stop", "Stop"),
        }
    }

    /// Those that fit to what the guard tells.
    pub fn fitting(told: &Told) -> &'static [Self] {
        match (told.asks, &told.instead_of) {
            (true, _) => &[Self::Play, Self::NotNow],
            (false, Some(_)) => &[Self::Stop],
            (false, None) => &[],
        }
    }

    fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|button| button.names().0 == name)
    }
}

/// Presses of buttons, as the server of notifications tells them.
#[derive(Default)]
pub struct Presses(Option<MessageStream>);

impl Presses {
    /// Of this bus, from now on; where it cannot be listened to, none is ever told.
    pub async fn on(bus: &Connection) -> Self {
        let rule = MatchRule::builder()
            .msg_type(Type::Signal)
            .sender(NAME)
            .path(PATH)
            .interface(NAME)
            .member("ActionInvoked")
            .build();
        let Ok(rule) = rule else { return Self(None) };
        let listened = MessageStream::for_match_rule(rule, bus, Some(MAX_WAITING));
        Self(listened.await.ok())
    }

    /// The next one: of which notification, and which button. It may wait for ever.
    pub async fn next(&mut self) -> (u32, Button) {
        while let Some(messages) = &mut self.0 {
            let next = poll_fn(|context| Pin::new(&mut *messages).poll_next(context)).await;
            let Some(Ok(message)) = next else {
                // The bus has gone.
                self.0 = None;
                break;
            };
            if let Ok((id, name)) = message.body().deserialize::<(u32, &str)>()
                && let Some(button) = Button::named(name)
            {
                return (id, button);
            }
        }
        pending().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_has_two_answers_and_music_that_stands_in_one_end() {
        let told = Told::default();
        assert!(Button::fitting(&told).is_empty());
        let stands_in = Told {
            instead_of: Some("x".into()),
            ..told
        };
        assert_eq!(Button::fitting(&stands_in), [Button::Stop]);
        let asks = Told {
            asks: true,
            ..stands_in
        };
        assert_eq!(Button::fitting(&asks), [Button::Play, Button::NotNow]);
        for button in Button::ALL {
            assert_eq!(Button::named(button.names().0), Some(button));
        }
        assert_eq!(Button::named("default"), None);
    }
}
