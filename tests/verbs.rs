//! Every verb that `--help` names: tests that walk all verbs fail when there is one that they do not know.

use crate::home::Home;
use std::collections::BTreeSet;

/// The verbs, those below others as `playlist show`.
pub fn all(home: &Home) -> BTreeSet<String> {
    let mut verbs = BTreeSet::new();
    for verb in commands(&home.run(&["--help"]).ended(0).out) {
        // Below a verb `help` is the parser's own.
        let mut below = commands(&home.run(&[&verb, "--help"]).ended(0).out);
        below.retain(|sub| sub != "help");
        if below.is_empty() {
            verbs.insert(verb);
        } else {
            verbs.extend(below.into_iter().map(|sub| format!("{verb} {sub}")));
        }
    }
    verbs
}

/// The names below `Commands:` in a help text.
fn commands(help: &str) -> Vec<String> {
    help.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}
