//! `ready` as one page of HTML with its plots. It needs nothing beside itself: no script, no font, no network. Pure.

use crate::care::doctor::{Finding, State};
use crate::care::missing::Offer;
use crate::care::ready::{ListReady, Month, Ready};
use crate::cli::out::{counted, hours};
use crate::music::Printable;
use std::fmt::Write;

/// Playlists that are drawn; the others are counted.
const MAX_LISTS: usize = 60;
/// Months between two names below the plot of them, so that none lies upon another.
const MONTHS_APART: usize = 4;

const STYLE: &str = include_str!("page.css");

/// The page.
pub(super) fn page(ready: &Ready, offers: &[Offer]) -> String {
    let mut page = String::new();
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>standin: {percent} % ready</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <h1>standin · ready for an outage?</h1>\n\
         <p class=\"number\">{percent} % <small>{of}</small></p>\n{wrong}",
        percent = ready.percent,
        of = escaped(&number_of(ready)),
        wrong = in_the_way(&ready.findings),
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
        &findings(&ready.findings.iter().collect::<Vec<_>>()),
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

/// What keeps everything from playing stands at the top.
fn in_the_way(all: &[Finding]) -> String {
    let wrong: Vec<&Finding> = all.iter().filter(|one| one.state == State::Wrong).collect();
    match wrong.is_empty() {
        true => String::new(),
        false => format!(
            "<section class=\"first\">\n{}</section>\n",
            findings(&wrong)
        ),
    }
}

fn lists(lists: &[ListReady]) -> String {
    let mut lists: Vec<&ListReady> = lists.iter().collect();
    lists.sort_by_key(|list| (list.coverage.percent_now(), list.coverage.name.clone()));
    let shown = &lists[..lists.len().min(MAX_LISTS)];
    let mut plot = String::new();
    for list in shown {
        let coverage = &list.coverage;
        let _ = writeln!(
            plot,
            "<div class=\"list\"><span class=\"name\" title=\"{name}\">{name}</span>\
             <span class=\"bar gap\"><i class=\"own\" style=\"width:{percent}%\"></i></span>\
             <span class=\"percent\">{percent} %</span><span class=\"rows faint\">{here} of {rows}</span></div>",
            name = escaped(&coverage.name),
            percent = coverage.percent_now(),
            here = coverage.here,
            rows = coverage.rows,
        );
    }
    if lists.len() > shown.len() {
        let more = lists.len() - shown.len();
        let _ = writeln!(plot, "<p>… and {more} more, of which more would play.</p>");
    }
    plot
}

fn months(months: &[Month]) -> String {
    let most = months.iter().map(|month| month.minutes.heard_ms).max();
    let most = most.unwrap_or(0);
    let mut plot = format!(
        "<p class=\"key\"><i class=\"own\"></i><span>you own it</span><i class=\"gap\"></i><span>you do not</span> · {} in the fullest month</p>\n\
         <div class=\"months\" role=\"img\" aria-label=\"Listening by month, and how much of it is owned\">\n",
        hours(most)
    );
    let percent = |ms: u64, of: u64| ms.saturating_mul(100).checked_div(of).unwrap_or(0);
    for month in months {
        let (heard, owned) = (month.minutes.heard_ms, month.minutes.owned_ms);
        let _ = writeln!(
            plot,
            "<span class=\"gap\" style=\"height:{tall}%\" title=\"{name}: {all} heard, {own} of it owned\">\
             <i class=\"own\" style=\"height:{share}%\"></i></span>",
            tall = percent(heard, most),
            share = percent(owned, heard),
            name = month.name,
            all = hours(heard),
            own = hours(owned),
        );
    }
    plot.push_str("</div>\n<div class=\"years\">");
    let is_january = |month: &Month| month.name.ends_with("-01");
    let next = months.iter().position(is_january);
    for (at, month) in months.iter().enumerate() {
        let is_first = at == 0 && next.is_none_or(|next| next >= MONTHS_APART);
        let name = match is_first || is_january(month) {
            true if is_january(month) => month.name.trim_end_matches("-01"),
            true => &month.name,
            false => "",
        };
        let _ = write!(plot, "<span>{name}</span>");
    }
    plot.push_str("</div>\n");
    plot
}

fn table(offers: &[Offer]) -> String {
    let mut table = String::from(
        "<table>\n<tr><th class=\"kind\">Get</th><th>Artist</th><th>Title</th><th class=\"n\">Songs</th><th class=\"n count\">Rows</th><th class=\"n\">Heard</th></tr>\n",
    );
    for offer in offers {
        let _ = writeln!(
            table,
            "<tr><td class=\"kind\">{}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n count\">{}</td><td class=\"n\">{}</td></tr>",
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

fn findings(findings: &[&Finding]) -> String {
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
    use crate::care::doctor::Area;
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
        assert!(page.contains("style=\"width:50%\""), "half of the bar");
        assert!(page.contains("2026-01: 2 h 0 min heard, 1 h 0 min of it owned"));
        assert!(page.contains("<i class=\"own\" style=\"height:50%\">"));
    }

    #[test]
    fn names_of_months_do_not_lie_upon_each_other() {
        let month = |name: &str| Month {
            name: name.into(),
            minutes: Minutes::default(),
        };
        let named = |names: &[&str]| {
            let all: Vec<Month> = names.iter().map(|name| month(name)).collect();
            let plot = months(&all);
            let years = plot.split_once("class=\"years\">").unwrap().1.to_owned();
            years.replace("<span></span>", "").replace("</span>", " ")
        };
        assert!(named(&["2025-11", "2025-12", "2026-01"]).starts_with("<span>2026 <"));
        let apart = [
            "2025-08", "2025-09", "2025-10", "2025-11", "2025-12", "2026-01",
        ];
        assert!(named(&apart).starts_with("<span>2025-08 <span>2026 <"));
        assert!(named(&["2025-08"]).starts_with("<span>2025-08 "));
    }

    #[test]
    fn what_keeps_everything_from_playing_stands_at_the_top() {
        let mut ready = ready();
        assert!(!page(&ready, &[]).contains("class=\"first\""));
        ready.findings = vec![Finding {
            area: Area::Output,
            state: State::Wrong,
            what: "There is no audio device.".into(),
            to_do: Some("Plug one in.".into()),
            is_root_away: false,
        }];
        let page = page(&ready, &[]);
        let top = page.find("There is no audio device.").unwrap();
        assert!(top < page.find("What would play now").unwrap());
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
