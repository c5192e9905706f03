//! Where one act ends and the next begins in a line of names. Names that have such signs in them are for the caller to
//! compare whole.

/// Words that stand between acts; they may have a full stop.
const BETWEEN: &[&str] = &[
    "&",
    "and",
    "x",
    "×",
    "vs",
    "feat",
    "ft",
    "featuring",
    "with",
    "w/",
    "+",
    "/",
    "pres",
    "presents",
    "|",
];
/// Behind `&`: the rest of one band's name.
const ONE_BAND: &[&str] = &[
    "the", "his", "her", "los", "die", "thee", "their", "friends",
];

/// The acts of a folded line: `a & b`, `a,b`, `a;b`, `a feat. b`; `x & the ys` and `x, the y` are one.
pub(super) fn split(folded: &str) -> Vec<String> {
    let mut acts = Vec::new();
    // `a (feat. b)`.
    let folded = folded.replace(['(', ')', '[', ']'], " ");
    for piece in folded.split([';', '、', '\0', '\u{1f}', '\n']) {
        let mut open: Option<String> = None;
        for name in piece.split([',', '，']) {
            let name = name.trim();
            // `tyler, the creator`, `beatles, the`.
            let goes_on = name.split_whitespace().next() == Some("the");
            match open.take() {
                Some(before) if goes_on => open = Some(format!("{before} {name}")),
                before => {
                    before
                        .iter()
                        .for_each(|line| between_words(line, &mut acts));
                    open = Some(name.to_owned());
                }
            }
        }
        open.iter().for_each(|line| between_words(line, &mut acts));
    }
    acts
}

fn between_words(line: &str, acts: &mut Vec<String>) {
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut act: Vec<&str> = Vec::new();
    let mut end = |act: &mut Vec<&str>| {
        // `ac/dc` whole is compared before its halves are.
        let name = act.join(" ");
        acts.extend(
            name.split('/')
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .map(str::to_owned),
        );
        act.clear();
    };
    for (at, word) in words.iter().enumerate() {
        let is_between = BETWEEN.contains(&word.trim_end_matches('.')) || BETWEEN.contains(word);
        let next = words.get(at + 1).map(|next| next.trim_end_matches(','));
        let is_inner = !act.is_empty() && next.is_some();
        let joins_band =
            matches!(*word, "&" | "and" | "+") && next.is_some_and(|next| ONE_BAND.contains(&next));
        if is_between && is_inner && !joins_band {
            end(&mut act);
        } else {
            act.push(word);
        }
    }
    end(&mut act);
}
