//! `ready` as one page of HTML with plots drawn in SVG. It needs nothing beside itself: no script, no font, no network. Pure.

use crate::care::doctor::{Finding, State};
use crate::care::missing::Offer;
use crate::care::ready::{ListReady, Month, Ready};
use crate::cli::out::{counted, hours};
use crate::music::Printable;
use std::fmt::Write;

/// Playlists that are drawn; the others are counted.
const MAX_LISTS: usize = 60;
/// The height of a row of a plot of bars, and the width of its bars, in pixels.
const ROW: usize = 26;
const BAR_WIDTH: usize = 420;
/// The plot of months, in pixels.
const MONTHS_HEIGHT: u64 = 160;
const MONTH_WIDTH: usize = 22;

const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1d2026; --faint: #6b7280; --paper: #fbfbf9; --card: #fff; --line: #e3e3de;
  --own: #2f7d5b; --gap: #d9dad5; --warn: #b7791f; --bad: #b3362b; --info: #2b6cb0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e4; --faint: #9aa0aa; --paper: #16181c; --card: #1e2126;
  --line: #30343b; --own: #4fb286; --gap: #3a3f47; --warn: #e0a84a; --bad: #e5736a; --info: #6aa9e9; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 60rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.1rem; font-weight: 600; margin: 0 0 1.5rem; color: var(--faint); }
h2 { font-size: 1.05rem; margin: 2.5rem 0 .75rem; }
.number { font-size: 4.5rem; line-height: 1; font-weight: 700; font-variant-numeric: tabular-nums; }
.number small { display: block; margin-top: .75rem; font-size: 1.25rem; line-height: 1.4; font-weight: 400; color: var(--faint); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.25rem; overflow-x: auto; }
svg { display: block; max-width: 100%; height: auto; }
svg text { fill: var(--ink); font: 13px system-ui, sans-serif; }
svg .faint { fill: var(--faint); }
.own { fill: var(--own); } .gap { fill: var(--gap); }
ul { list-style: none; margin: 0; padding: 0; } li { padding: .4rem 0 .4rem 1.6rem; position: relative; }
li::before { position: absolute; left: 0; font-weight: 700; }
.well::before { content: '✓'; color: var(--own); } .advice::before { content: '•'; color: var(--info); }
.attention::before { content: '!'; color: var(--warn); } .wrong::before { content: '✗'; color: var(--bad); }
li p { margin: 0; } li .do { color: var(--faint); }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .3rem .75rem .3rem 0; }
th { color: var(--faint); font-weight: 400; } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
tr + tr td { border-top: 1px solid var(--line); }
code { font: .9em ui-monospace, monospace; }
";

/// The page.
pub(super) fn page(ready: &Ready, offers: &[Offer]) -> String {
    let mut page = String::new();
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>standin: {percent} % ready</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <h1>standin · ready for an outage?</h1>\n\
         <p class=\"number\">{percent} % <small>{of}</small></p>\n",
        percent = ready.percent,
        of = escaped(&number_of(ready)),
    );
    if !ready.playlists.is_empty() {
        part(
            &mut page,
            "What would play now, by playlist",
            &lists(&ready.playlists),
        );
    }
    if !ready.months.is_empty() {
        part(
            &mut page,
            "What you heard, and how much of it you own",
            &months(&ready.months),
        );
    }
    if !offers.is_empty() {
        part(&mut page, "What to get first", &table(offers));
    }
    part(
        &mut page,
        "Everything that was looked at",
        &findings(&ready.findings),
    );
    page.push_str("</body>\n</html>\n");
    page
}

fn number_of(ready: &Ready) -> String {
    let lasting = match ready.listed_last_ms {
        0 => ready.songs_last_ms,
        listed => listed,
    };
    let what = match (&ready.year, ready.all.rows) {
        (Some(year), _) => format!("of the {} you heard in a year", hours(year.heard_ms)),
        (None, 0) => "of your music".into(),
        (None, _) => format!("of {}", counted(ready.all.rows, "row")),
    };
    format!(
        "{what} would play now; {} before a song repeats",
        hours(lasting)
    )
}

fn part(page: &mut String, title: &str, body: &str) {
    let title = escaped(title);
    let _ = write!(page, "<h2>{title}</h2>\n<section>\n{body}</section>\n");
}

fn lists(lists: &[ListReady]) -> String {
    let mut lists: Vec<&ListReady> = lists.iter().collect();
    lists.sort_by_key(|list| (list.coverage.percent_now(), list.coverage.name.clone()));
    let shown = &lists[..lists.len().min(MAX_LISTS)];
    let height = shown.len() * ROW;
    let mut svg = format!(
        "<svg viewBox=\"0 0 900 {height}\" width=\"900\" height=\"{height}\" role=\"img\" aria-label=\"Share of each playlist that would play now\">\n"
    );
    for (at, list) in shown.iter().enumerate() {
        let (y, coverage) = (at * ROW, &list.coverage);
        let percent = coverage.percent_now();
        let own = BAR_WIDTH * percent / 100;
        let _ = writeln!(
            svg,
            "<text x=\"270\" y=\"{text}\" text-anchor=\"end\">{name}</text>\
             <rect class=\"gap\" x=\"285\" y=\"{bar}\" width=\"{BAR_WIDTH}\" height=\"14\" rx=\"3\"/>\
             <rect class=\"own\" x=\"285\" y=\"{bar}\" width=\"{own}\" height=\"14\" rx=\"3\"/>\
             <text x=\"720\" y=\"{text}\">{percent} %</text>\
             <text class=\"faint\" x=\"775\" y=\"{text}\">{here} of {rows}</text>",
            text = y + 17,
            bar = y + 6,
            name = escaped(&shortened(&coverage.name)),
            here = coverage.here,
            rows = coverage.rows,
        );
    }
    svg.push_str("</svg>\n");
    if lists.len() > shown.len() {
        let more = lists.len() - shown.len();
        let _ = writeln!(svg, "<p>… and {more} more, of which more would play.</p>");
    }
    svg
}

/// As many letters of a name as have room beside its bar.
fn shortened(name: &str) -> String {
    const ROOM: usize = 34;
    match name.chars().count() {
        0..=ROOM => name.to_owned(),
        _ => name.chars().take(ROOM - 1).chain(['…']).collect(),
    }
}

fn months(months: &[Month]) -> String {
    let most = months.iter().map(|month| month.minutes.heard_ms).max();
    let most = most.unwrap_or(0).max(1);
    let width = 60 + months.len() * MONTH_WIDTH;
    let height = MONTHS_HEIGHT + 50;
    let mut svg = format!(
        "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"Listening by month, and how much of it is owned\">\n\
         <text class=\"faint\" x=\"0\" y=\"14\">{}</text>\n",
        hours(most)
    );
    let tall = |ms: u64| ms.saturating_mul(MONTHS_HEIGHT) / most;
    for (at, month) in months.iter().enumerate() {
        let x = 60 + at * MONTH_WIDTH;
        let (heard, own) = (tall(month.minutes.heard_ms), tall(month.minutes.owned_ms));
        let title = format!(
            "{}: {} heard, {} of it owned",
            month.name,
            hours(month.minutes.heard_ms),
            hours(month.minutes.owned_ms)
        );
        let _ = writeln!(
            svg,
            "<g><title>{title}</title>\
             <rect class=\"gap\" x=\"{x}\" y=\"{heard_y}\" width=\"16\" height=\"{heard}\"/>\
             <rect class=\"own\" x=\"{x}\" y=\"{own_y}\" width=\"16\" height=\"{own}\"/></g>",
            heard_y = 20 + MONTHS_HEIGHT - heard,
            own_y = 20 + MONTHS_HEIGHT - own,
        );
        if at == 0 || month.name.ends_with("-01") {
            let y = MONTHS_HEIGHT + 40;
            let name = &month.name;
            let _ = writeln!(
                svg,
                "<text class=\"faint\" x=\"{x}\" y=\"{y}\">{name}</text>"
            );
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn table(offers: &[Offer]) -> String {
    let mut table = String::from(
        "<table>\n<tr><th>Get</th><th>Artist</th><th>Title</th><th class=\"n\">Songs</th><th class=\"n\">Rows</th><th class=\"n\">Heard</th></tr>\n",
    );
    for offer in offers {
        let _ = writeln!(
            table,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
            offer.kind.word(),
            escaped(&offer.artist),
            escaped(&offer.title),
            offer.songs,
            offer.rows,
            if offer.heard_ms > 0 {
                hours(offer.heard_ms)
            } else {
                String::new()
            },
        );
    }
    table.push_str("</table>\n");
    table
}

fn findings(findings: &[Finding]) -> String {
    let mut list = String::from("<ul>\n");
    let by_need = [State::Wrong, State::Attention, State::Advice, State::Well];
    for state in by_need {
        for finding in findings.iter().filter(|finding| finding.state == state) {
            let _ = write!(
                list,
                "<li class=\"{}\"><p>{}</p>",
                state.name(),
                escaped(&finding.what)
            );
            if let Some(to_do) = &finding.to_do {
                let _ = write!(list, "<p class=\"do\">{}</p>", with_code(&escaped(to_do)));
            }
            list.push_str("</li>\n");
        }
    }
    list.push_str("</ul>\n");
    list
}

/// What stands between backticks is a command.
fn with_code(escaped: &str) -> String {
    let mut text = String::new();
    for (at, piece) in escaped.split('`').enumerate() {
        match at % 2 {
            0 => text.push_str(piece),
            _ => {
                let _ = write!(text, "<code>{piece}</code>");
            }
        }
    }
    text
}

/// Text as HTML: nothing in a name is markup, and nothing of it steers anything.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in Printable::new(text).to_string().chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::care::missing::Coverage;
    use crate::care::ready::Minutes;

    fn ready() -> Ready {
        let list = |name: &str, here| ListReady {
            coverage: Coverage {
                name: name.into(),
                rows: 10,
                here,
                away: 0,
            },
            ..ListReady::default()
        };
        let minutes = Minutes {
            heard_ms: 7_200_000,
            owned_ms: 3_600_000,
        };
        Ready {
            percent: 50,
            findings: Vec::new(),
            playlists: vec![
                list("<script>alert(1)</script>", 5),
                list("Road \x1bTrip", 10),
            ],
            all: Coverage::default(),
            year: Some(minutes),
            months: vec![Month {
                name: "2026-01".into(),
                minutes,
            }],
            listed_last_ms: 60_000,
            songs_last_ms: 60_000,
            imports: Vec::new(),
        }
    }

    #[test]
    fn no_name_is_markup_and_the_least_ready_comes_first() {
        let page = page(&ready(), &[]);
        assert!(!page.contains("<script"));
        assert!(!page.contains('\x1b'));
        let first = page.find("&lt;script&gt;alert(1)").unwrap();
        assert!(first < page.find("Road").unwrap());
        assert!(page.contains("width=\"210\""), "half of the bar");
        assert!(page.contains("2026-01: 2 h 0 min heard, 1 h 0 min of it owned"));
    }

    #[test]
    fn the_page_is_well_formed_and_asks_for_nothing_elsewhere() {
        let page = page(&ready(), &[]);
        for elsewhere in ["http:", "https:", "src=", "href=", "url(", "@import"] {
            assert!(!page.contains(elsewhere), "{elsewhere}");
        }
        let mut open = Vec::new();
        let body = page.split_once("</head>").unwrap().1;
        for tag in body.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap();
            match tag.strip_prefix('/') {
                Some(name) => {
                    let last = open.pop();
                    assert!(last == Some(name) || name == "html", "{name} {last:?}");
                }
                None if tag.ends_with('/') => {}
                None => open.push(tag.split(' ').next().unwrap()),
            }
        }
        assert_eq!(open, [""; 0]);
    }
}
