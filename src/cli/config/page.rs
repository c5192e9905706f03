//! `standin-config(5)`: the manual page of the config file, made of the rows of its keys.

use crate::config::{Row, TABLES, Table, VARIABLES};
use clap_mangen::roff::{Inline, Roff, bold, italic, roman};

/// What its file is called.
pub const NAME: &str = "standin-config.5";

/// The page, as `man` reads it.
pub fn page() -> String {
    let mut page = Roff::new();
    page.control("TH", ["standin-config", "5", "", "standin", "File formats"]);
    page.control("SH", ["NAME"]);
    page.text([roman("standin-config - what can be set in standin")]);
    page.control("SH", ["DESCRIPTION"]);
    page.text([
        italic("$XDG_CONFIG_HOME/standin/config.toml"),
        roman(" (~/.config else) is a TOML file. It is read and never written, and it need not be there. What is wrong in it is left out with a warning, and the rest holds: "),
        bold("standin config check"),
        roman(" names each line, "),
        bold("standin config show"),
        roman(" tells what holds and where it comes from, "),
        bold("standin config example"),
        roman(" prints a file to begin with. What is typed at a verb wins over the environment, and that over the file."),
    ]);
    page.control("PP", []);
    page.text([roman(
        "A daemon reads the file again on SIGHUP. Of each key is told whether it takes a change then; of those that it does not take it says so.",
    )]);
    TABLES.iter().for_each(|table| tell_table(table, &mut page));
    page.control("SH", ["ENVIRONMENT"]);
    for variable in &VARIABLES {
        tagged(variable.name, [roman(variable.about)], &mut page);
    }
    page.control("SH", ["SEE ALSO"]);
    page.text([
        bold("standin"),
        roman("(1), "),
        bold("standin-config"),
        roman("(1)"),
    ]);
    page.render()
}

fn tell_table(table: &Table, page: &mut Roff) {
    page.control("SH", [table.head().as_str()]);
    page.text([roman(table.about)]);
    table.rows().iter().for_each(|row| tell_row(row, page));
}

fn tell_row(row: &Row, page: &mut Roff) {
    let usual = match row.usual {
        "" => String::new(),
        usual => format!(" Usual: {usual}."),
    };
    let told = format!(
        "{} It is {}.{usual} Changes are taken {}.",
        row.about,
        row.allowed,
        row.taken.words()
    );
    tagged(row.name, [roman(told)], page);
    page.control("IP", []);
    page.text([bold(format!("{} = {}", row.name, row.example))]);
}

fn tagged(name: &str, told: impl Into<Vec<Inline>>, page: &mut Roff) {
    page.control("TP", []);
    page.text([bold(name)]);
    page.text(told);
}
