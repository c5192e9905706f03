//! What the standin that runs goes on with, beside what the file says now. It changes nothing there.

use crate::cli::Context;
use crate::cli::out::counted;
use crate::cli::wire::own;
use crate::config::{Config, Other, Taken, Used};
use crate::mpd::remote::Pairs;
use serde_json::{Value, json};

/// The version of this program.
const HERE: &str = env!("CARGO_PKG_VERSION");

/// A standin that runs, and its settings that are not those of the file.
pub struct Running {
    /// Its version, where it tells it.
    version: Option<String>,
    others: Vec<Other>,
}

impl Running {
    /// Asks it; `None`: none runs, or it is one that cannot tell.
    pub fn ask(config: &Config, context: &Context) -> Option<Self> {
        let told = own(context)?.ask("standin_config").ok()?;
        let mut others = used(&told).others(config);
        // A screen reads them when it begins, and so does a probe.
        others.retain(|other| other.taken != Taken::EachTime);
        Some(Self {
            version: told.text("version"),
            others,
        })
    }

    /// Says so, where there is something to say.
    pub fn tell(&self, context: &Context) {
        let out = &context.out;
        if let Some(version) = self.version.as_ref().filter(|version| *version != HERE) {
            out.note(format!(
                "the standin that runs is {version}, this is {HERE}; started again it is this one."
            ));
        }
        if self.others.is_empty() {
            return;
        }
        let others: Vec<String> = self.others.iter().map(words).collect();
        out.note(format!(
            "the standin that runs has not taken {}: {}.",
            counted(self.others.len(), "change"),
            others.join(", ")
        ));
    }

    /// As JSON tells it.
    pub fn json(&self) -> Value {
        let json = |other: &Other| json!({ "key": other.key, "value": other.value, "taken": other.taken.words() });
        let differs: Vec<Value> = self.others.iter().map(json).collect();
        json!({ "version": self.version, "differs": differs })
    }
}

fn words(other: &Other) -> String {
    let taken = other.taken.words();
    match other.value.as_str() {
        "" => format!("{} is not set there (taken {taken})", other.key),
        value => format!("{} is {value} there (taken {taken})", other.key),
    }
}

/// What it goes on with: pairs of `key` and `value`.
fn used(told: &Pairs) -> Used {
    let mut key = None;
    let pair = |(name, value): &(String, Vec<u8>)| {
        let value = String::from_utf8_lossy(value).into_owned();
        match name.as_str() {
            "key" => key = Some(value),
            "value" => return Some((key.take()?, value)),
            _ => {}
        }
        None
    };
    told.0.iter().filter_map(pair).collect()
}
