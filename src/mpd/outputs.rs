//! Outputs as clients count them: a number for each name, for as long as the door is open. One at a time has the sound.

use std::sync::{Mutex, PoisonError};

/// Names that are numbered; further ones are not told.
const MAX_NAMES: usize = 256;

/// What clients have been told.
#[derive(Default)]
pub struct Outputs(Mutex<Vec<String>>);

impl Outputs {
    /// Numbers what is here now: the first is where the sound goes, which keeps the number that it has. Names that are
    /// gone keep theirs too, and are not told.
    pub fn number(&self, here: &[String]) -> Vec<(usize, String)> {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for name in here {
            if !names.contains(name) && names.len() < MAX_NAMES {
                names.push(name.clone());
            }
        }
        let numbered = names.iter().cloned().enumerate();
        numbered.filter(|(_, name)| here.contains(name)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_means_the_same_output_for_as_long_as_the_door_is_open() {
        let outputs = Outputs::default();
        let told = |here: &[&str]| {
            let here: Vec<String> = here.iter().map(ToString::to_string).collect();
            let told = outputs.number(&here).into_iter();
            told.map(|(number, name)| format!("{number}{name}"))
                .collect::<String>()
        };
        assert_eq!(told(&["b", "a"]), "0b1a");
        assert_eq!(told(&["a", "b"]), "0b1a");
        assert_eq!(told(&["c", "b"]), "0b2c");
        assert_eq!(told(&["a"]), "1a");
    }
}
