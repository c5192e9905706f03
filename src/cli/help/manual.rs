//! The pages of tasks as manual pages, section 7. It lays out what stands in a page, and adds nothing.

use super::Page;
use clap_mangen::roff::{Roff, bold, roman};

/// Where manuals keep overviews.
const SECTION: &str = "7";

/// `standin-NAME.7`, and its text.
pub fn page(page: &Page) -> (String, Vec<u8>) {
    let name = format!("standin-{}", page.name);
    let mut roff = Roff::new();
    roff.control(
        "TH",
        [
            &*name,
            SECTION,
            "",
            concat!("standin ", env!("CARGO_PKG_VERSION")),
        ],
    );
    roff.control("SH", ["NAME"]);
    roff.text([roman(format!("{name} - {}", page.title()))]);
    roff.control("SH", ["DESCRIPTION"]);
    let mut alone = false;
    for line in page.body() {
        let is_alone = Page::stands_alone(line);
        if line.is_empty() {
            roff.control("PP", []);
        } else if is_alone {
            if alone {
                roff.control("br", []);
            }
            roff.text([bold(line.to_owned())]);
        } else {
            roff.text([roman(line.to_owned())]);
        }
        alone = is_alone;
    }
    roff.control("SH", ["SEE ALSO"]);
    roff.text([bold("standin"), roman("(1)")]);
    (format!("{name}.{SECTION}"), roff.render().into_bytes())
}
