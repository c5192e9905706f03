//! Names that mean one act: those that an import brought under one id, and a few that everybody knows. It invents none.

use crate::wanted::letters::{folded, key, words};
use std::collections::HashMap;

/// Acts that renamed themselves, or that both names are in use of.
const RENAMED: &[&[&str]] = &[
    &["Kanye West", "Ye"],
    &["Puff Daddy", "P. Diddy", "Diddy", "Sean Combs"],
    &["Cat Stevens", "Yusuf", "Yusuf Islam", "Yusuf / Cat Stevens"],
    &["Snoop Dogg", "Snoop Doggy Dogg", "Snoop Lion"],
    &["Mos Def", "Yasiin Bey"],
    &["Charli XCX", "xcx"],
    &["Ms. Lauryn Hill", "Lauryn Hill"],
    &["Dixie Chicks", "The Chicks"],
    &["Lady Antebellum", "Lady A"],
    &["BTS", "방탄소년단"],
    &["Marina and the Diamonds", "MARINA"],
    &["Tyler, the Creator", "Tyler the Creator"],
];

/// Which names mean one act.
#[derive(Clone, Debug)]
pub struct Aliases {
    /// The group of a name's key.
    group_of: HashMap<String, usize>,
    groups: usize,
}

impl Default for Aliases {
    fn default() -> Self {
        let mut aliases = Self {
            group_of: HashMap::new(),
            groups: 0,
        };
        for names in RENAMED {
            aliases.learn(names);
        }
        aliases
    }
}

impl Aliases {
    /// Takes names that are known to mean one act, of one external id, say.
    pub fn learn<S: AsRef<str>>(&mut self, names: &[S]) {
        let keys: Vec<String> = names.iter().map(|name| alias_key(name.as_ref())).collect();
        let known: Vec<usize> = keys
            .iter()
            .filter_map(|key| self.group_of.get(key).copied())
            .collect();
        let group = known.first().copied().unwrap_or(self.groups);
        self.groups += usize::from(known.is_empty());
        for joined in self.group_of.values_mut().filter(|of| known.contains(of)) {
            *joined = group;
        }
        for key in keys.into_iter().filter(|key| !key.is_empty()) {
            self.group_of.insert(key, group);
        }
    }

    /// Whether two names, as keys, are known to mean one act.
    pub fn are_one(&self, a: &str, b: &str) -> bool {
        match (self.group_of.get(a), self.group_of.get(b)) {
            (Some(a), Some(b)) => a == b,
            _ => false,
        }
    }

    /// All names, as keys, of the act that this one means; without it.
    pub fn others<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let group = self.group_of.get(key).copied();
        let all = self
            .group_of
            .iter()
            .filter(move |(_, of)| group == Some(**of));
        all.map(|(name, _)| name.as_str())
            .filter(move |name| *name != key)
    }
}

fn alias_key(name: &str) -> String {
    let folded = folded(name);
    key(&words(&folded), &folded)
}
