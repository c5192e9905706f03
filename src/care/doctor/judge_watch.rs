//! Facts → findings about who keeps the index current. Pure.

use super::facts::{Facts, RootFacts};
use super::{Area, Finding};
use crate::library::watch::How;

pub(super) fn watch(facts: &Facts) -> Vec<Finding> {
    if !facts.is_watched {
        return vec![not_running(facts)];
    }
    let heard: Vec<String> = facts
        .roots
        .iter()
        .filter(|root| is_heard(root))
        .map(quoted)
        .collect();
    let mut found: Vec<Finding> = facts.roots.iter().filter_map(not_heard).collect();
    if !heard.is_empty() {
        let what = format!("A watch keeps {} current.", heard.join(", "));
        found.insert(0, Finding::well(Area::Watch, what));
    }
    found
}

/// Whether the watch looks by itself, because the system lets no more be watched.
pub(super) fn is_at_a_limit(root: &RootFacts) -> bool {
    matches!(&root.watched, Some(How::Polled { remedy, .. }) if !remedy.is_empty())
}

/// Shell lines as a sentence: the first raises a limit now, the second for good.
pub(super) fn raises(lines: &[String]) -> String {
    match lines {
        [now, for_good, ..] => {
            format!("`{now}` raises it, and `{for_good}` beyond the next start of the system.")
        }
        lines => format!("`{}` raises it.", lines.join("; ")),
    }
}

/// What a watch would hear of, and where it would hear nothing.
fn not_running(facts: &Facts) -> Finding {
    const START: &str = "No watch runs; `standin watch` keeps the index current";
    let silent = facts.roots.iter().filter_map(|root| {
        let kind = root.silent_type.as_ref()?;
        Some(format!("{} lies on {kind}", quoted(root)))
    });
    let silent: Vec<String> = silent.collect();
    Finding::well(
        Area::Watch,
        match silent.is_empty() {
            true => format!("{START}."),
            false => format!(
                "{START}. {}, which tells of no changes: there it looks once a minute.",
                silent.join(", ")
            ),
        },
    )
}

fn is_heard(root: &RootFacts) -> bool {
    root.watched == Some(How::Watched)
}

/// `None`: nothing more is to be said of it.
fn not_heard(root: &RootFacts) -> Option<Finding> {
    const AREA: Area = Area::Watch;
    let name = quoted(root);
    match &root.watched {
        Some(How::Polled {
            every_s,
            why,
            remedy,
            ..
        }) => {
            let what = format!("The watch looks at {name} every {every_s} s: {why}.");
            Some(match is_at_a_limit(root) {
                true => Finding::attention(AREA, what, raises(remedy)),
                false => Finding::well(AREA, what),
            })
        }
        None if root.is_here => Some(Finding::advice(
            AREA,
            format!("The watch that runs does not look after {name}."),
            "End it and start `standin watch` without a folder: it looks after all of them.",
        )),
        // A folder that is away is told as such.
        Some(How::Watched | How::Away) | None => None,
    }
}

fn quoted(root: &RootFacts) -> String {
    format!("“{}”", root.name)
}
