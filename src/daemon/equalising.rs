//! The equaliser at the desk: which curve holds, who has said so, and that it is kept. The engine shapes the sound.

use super::desk::Desk;
use super::running::{Ask, Running};
use super::saved::KeptEqualiser;
use super::snapshot::News;
use crate::engine::Command;
use crate::music::Equalising;
use crate::player::Changes;
use crossbeam_channel::Sender;
use std::sync::Arc;

/// What is asked of it.
pub(super) enum EqualiserAsk {
    /// This holds where nobody says otherwise, and what is said is kept there.
    Usual(Equalising, Option<KeptEqualiser>),
    /// Somebody says so; `None`: what is usual holds again.
    Say(Option<Equalising>, Sender<()>),
}

/// What the desk holds of it.
#[derive(Default)]
pub(super) struct Curves {
    usual: Equalising,
    said: Option<Equalising>,
    kept: Option<KeptEqualiser>,
}

impl Running {
    pub(super) fn obey_equaliser(&mut self, ask: EqualiserAsk) {
        match ask {
            EqualiserAsk::Usual(usual, kept) => {
                self.curves.usual = usual;
                if let Some(kept) = kept {
                    self.curves.said = kept.read();
                    self.curves.kept = Some(kept);
                }
                self.equalise();
            }
            EqualiserAsk::Say(said, answer) => {
                self.curves.said = said;
                self.equalise();
                self.keep_curve();
                answer.send(()).ok();
            }
        }
    }

    fn equalise(&mut self) {
        let holds = self.curves.said.as_ref().unwrap_or(&self.curves.usual);
        if *self.outside.equaliser == *holds {
            return;
        }
        self.outside.equaliser = Arc::new(holds.clone());
        self.engine.command(Command::Equalise(holds.in_effect()));
        self.show(Changes::OPTIONS);
    }

    fn keep_curve(&self) {
        let Some(kept) = &self.curves.kept else {
            return;
        };
        if let Err(error) = kept.write(self.curves.said.as_ref()) {
            let reason = error.to_string();
            self.tell(News::NotSaved { reason });
        }
    }
}

impl Desk {
    /// This curve holds where nobody says otherwise; `kept`: where what is said is kept, and was.
    pub fn equalise_usually(&self, usual: Equalising, kept: Option<KeptEqualiser>) {
        self.send(Ask::Equaliser(EqualiserAsk::Usual(usual, kept)));
    }

    /// All that is heard is shaped so from now on, and that is kept; `None`: as is usual. Waits until it is done.
    pub fn equalise(&self, said: Option<Equalising>) {
        self.wait_for(|answer| Ask::Equaliser(EqualiserAsk::Say(said, answer)));
    }
}
