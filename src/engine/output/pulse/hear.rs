//! What the server says: what it wants, where it stands, that it ran dry, and what became of the sink.

use super::life::PulseOutput;
use super::stream::State;
use super::wire::{Message, WireError};
use crate::engine::Notice;
use pulseaudio::protocol::{Command, PlaybackLatency};

impl PulseOutput {
    pub(super) fn listen(&mut self) -> Result<(), WireError> {
        while let Some(server) = &mut self.server
            && let Some(message) = server.wire.next_message()?
        {
            if std::mem::take(&mut self.hangs) {
                let _ = self.notices.try_send(Notice::OutputBack);
            }
            match message {
                Message::Event(event) => self.hear(*event)?,
                // Nothing is recorded here.
                Message::Sound(..) => {}
                Message::Answer(number, body) if server.asked_sink == Some(number) => {
                    self.hear_of_sink(&body)?;
                }
                Message::Answer(number, body) => self.hear_where(number, &body)?,
                Message::Refusal(number, _) if server.asked_sink == Some(number) => {
                    // It is gone, which is told in another way.
                    server.asked_sink = None;
                }
                Message::Refusal(number, _) => {
                    if let Some(stream) = &mut self.stream
                        && stream.asked.is_some_and(|(asked, _)| asked == number)
                    {
                        return Err(WireError::Gone);
                    }
                }
            }
        }
        Ok(())
    }

    fn hear(&mut self, event: Command) -> Result<(), WireError> {
        if let Command::SubscribeEvent(event) = event {
            return self.hear_of_change(event);
        }
        let (Some(server), Some(stream)) = (&mut self.server, &mut self.stream) else {
            return Ok(());
        };
        match event {
            Command::Request(request) if stream.is(request.channel) => {
                stream.note_request(request.length);
            }
            Command::Underflow(dry) if stream.is(dry.channel) => stream.note_dry(dry.offset),
            Command::Started(channel) if stream.is(channel) && stream.asked.is_none() => {
                stream.ask_where(&mut server.wire)?;
            }
            Command::PlaybackStreamKilled(channel) if stream.is(channel) => {
                return Err(WireError::Gone);
            }
            Command::PlaybackStreamMoved(moved) if stream.index == moved.stream_index => {
                return self.follow_move(moved.device_name);
            }
            _ => {}
        }
        Ok(())
    }

    fn hear_where(&mut self, number: u32, body: &[u8]) -> Result<(), WireError> {
        let (Some(server), Some(stream)) = (&mut self.server, &mut self.stream) else {
            return Ok(());
        };
        if stream.asked.is_none_or(|(asked, _)| asked != number) {
            return Ok(());
        }
        let answer: PlaybackLatency = server.wire.read(body)?;
        let standing = stream.note_where(&answer);
        if stream.state != State::Sounding {
            return Ok(());
        }
        if self.must_hush() {
            self.hush(standing)
        } else if self.sounds_otherwise() {
            self.level(standing)
        } else {
            Ok(())
        }
    }
}
