//! The name that was meant by a mistyped one.

/// How alike two names must be, from 0 to 1 (Jaro-Winkler).
const ALIKE: f64 = 0.8;

/// The most similar of the names that are known, where one is similar at all.
pub fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let likeness = |other: &&'a str| (strsim::jaro_winkler(name, other), *other);
    let mut rated: Vec<_> = known.iter().map(likeness).collect();
    rated.sort_by(|a, b| b.0.total_cmp(&a.0));
    rated
        .first()
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .map(|(_, name)| *name)
}
