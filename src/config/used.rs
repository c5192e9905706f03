//! What somebody who runs goes on with, as they read it, and what a file that has changed since means to them.

use super::file::Config;
use super::key::Taken;
use super::notes::{as_toml, value_of};
use super::tables::row_of;
use std::collections::{BTreeMap, BTreeSet};

/// Keys with their tables, and their values as they would stand in the file. What is nobody's to read is not in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Used(BTreeMap<String, String>);

/// A key whose value is not what the file says now.
#[derive(Clone, Debug, PartialEq)]
pub struct Other {
    /// The key with its table.
    pub key: String,
    /// What somebody goes on with, as it would stand in the file; `""`: nothing.
    pub value: String,
    /// When a change is taken.
    pub taken: Taken,
}

impl FromIterator<(String, String)> for Used {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(pairs: T) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl Used {
    /// All that a file says.
    pub fn of(config: &Config) -> Self {
        let readable = config.said.iter();
        readable
            .filter_map(|said| Some((said.place.clone(), as_toml(said.value.as_ref()?))))
            .collect()
    }

    /// Each key and its value.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.0.iter();
        pairs.map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Whose values are not those of the file. A key that is said with its usual value is as good as not said.
    pub fn others(&self, file: &Config) -> Vec<Other> {
        let file = Self::of(file);
        let keys: BTreeSet<&String> = self.0.keys().chain(file.0.keys()).collect();
        let keys = keys.into_iter().filter_map(|key| {
            let taken = row_of(key)?.taken;
            let (value, says) = (self.value(key), file.value(key));
            (value != says).then(|| Other {
                key: key.clone(),
                value,
                taken,
            })
        });
        keys.collect()
    }

    /// Takes what the file says now, but for what is only taken at the start: those keys are given.
    pub fn read_again(&mut self, file: &Config) -> Vec<String> {
        let others = self.others(file).into_iter();
        let kept: Vec<Other> = others
            .filter(|other| other.taken == Taken::AtStart)
            .collect();
        *self = Self::of(file);
        for other in &kept {
            self.0.insert(other.key.clone(), other.value.clone());
        }
        kept.into_iter().map(|other| other.key).collect()
    }

    fn value(&self, key: &str) -> String {
        let said = self.0.get(key).cloned();
        said.or_else(|| Some(as_toml(&value_of(row_of(key)?.usual)?)))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn file(text: &str) -> Config {
        Config::parse(Path::new("c"), text)
    }

    #[test]
    fn a_change_is_taken_or_told() {
        let mut used = Used::of(&file("[play]\nvolume = 80\n[daemon]\nwatch = false\n"));
        let now = file(
            "[play]\nvolume = 40\n[daemon]\nwatch = true\nlisten = ['::1']\n[tui]\nmouse = false\n",
        );
        let keys = |others: Vec<Other>| -> Vec<String> {
            others.into_iter().map(|other| other.key).collect()
        };
        let others = keys(used.others(&now));
        assert_eq!(
            others,
            ["daemon.listen", "daemon.watch", "play.volume", "tui.mouse"]
        );
        assert_eq!(used.read_again(&now), ["daemon.listen", "daemon.watch"]);
        assert_eq!(keys(used.others(&now)), ["daemon.listen", "daemon.watch"]);
        assert_eq!(used.read_again(&now), ["daemon.listen", "daemon.watch"]);
        let back = file("[daemon]\nwatch = false\n");
        assert_eq!(used.read_again(&back), [""; 0]);
        assert_eq!(used.others(&back), []);
    }

    #[test]
    fn what_is_usual_need_not_be_said_and_secrets_are_not_kept() {
        let mut used = Used::of(&file("[daemon]\npassword = 'sesame'\n"));
        assert_eq!(used.pairs().count(), 0);
        let usual = file("[daemon]\nwatch = true\nlisten = []\n[play]\nbit_perfect = false\n");
        assert_eq!(used.read_again(&usual), [""; 0]);
    }

    #[test]
    fn one_of_several_is_told_by_its_name() {
        let text =
            "[[service]]\nname = 'R.fm'\nprobe = 'tcp://x.example:1'\n[tui.keys]\n'.' = 'next'\n";
        let others = Used::default().others(&file(text));
        let keys: Vec<&str> = others.iter().map(|other| other.key.as_str()).collect();
        assert_eq!(
            keys,
            ["service.R.fm.name", "service.R.fm.probe", "tui.keys.."]
        );
        assert!(
            others
                .iter()
                .all(|other| other.value.is_empty() || other.value == "{}")
        );
    }
}
