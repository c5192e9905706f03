//! Where the sound of a desk can go, by name.

use super::desk::Desk;
use crate::engine::{self, Output, OutputInfo};

impl Desk {
    /// Where the sound can go; where it goes now comes first. Asking may take a second.
    pub fn outputs(&self) -> Vec<String> {
        let known = engine::outputs();
        let outside = self.snapshot().outside;
        let shown = outside.output;
        let is_now = |output: &&OutputInfo| match &shown {
            Some(now) => output.name == *now || output.description == *now,
            None => output.is_default,
        };
        let now = known.iter().find(is_now).map(|output| output.name.clone());
        let now = now.or(outside.began_at).or(shown);
        let now = now.unwrap_or_else(|| self.output_name());
        let others = known.into_iter().map(|output| output.name);
        let others = others.filter(|name| *name != now);
        std::iter::once(now.clone()).chain(others).collect()
    }

    /// The sound goes there from now on, by a name of [`outputs`](Self::outputs); news tell whether it does.
    pub fn send_sound_to_named(&self, name: &str) {
        let known = engine::outputs();
        let is_default = known.iter().any(|one| one.name == name && one.is_default);
        let name = if is_default { "default" } else { name };
        let Ok(output) = name.parse::<Output>();
        self.send_sound_to(output);
    }
}
