//! `standin config keys`: what can be set.

use super::is_meant;
use crate::cli::table::Column;
use crate::cli::{Context, Exit, Outcome, Stop};
use crate::config::{Row, TABLES, Table};
use serde_json::{Value, json};

/// Every key that there is: what it may be, what is usual, what it does
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin config keys
  standin config keys loud
  standin config keys --json")]
pub struct Args {
    /// Only keys in which, or in what is told of them, these words are
    words: Vec<String>,
}

pub fn run(args: &Args, context: &mut Context) -> Outcome {
    let all = TABLES.iter();
    let all = all.flat_map(|table| table.rows().into_iter().map(move |row| (table, row)));
    let meant = |(table, row): &(&Table, Row)| is_meant(&args.words, &key(table, row), row.about);
    let keys: Vec<(&Table, Row)> = all.filter(meant).collect();
    if keys.is_empty() {
        let message = format!("there is no key about “{}”", args.words.join(" "));
        return Err(
            Stop::new(Exit::NothingFound, message).hint("`standin config keys` names them all")
        );
    }
    if context.out.json {
        let keys: Vec<Value> = keys.iter().map(|(table, row)| json(table, row)).collect();
        context.out.json(json!({ "keys": keys }))?;
    } else {
        let rows: Vec<Vec<String>> = keys.iter().map(|(table, row)| cells(table, row)).collect();
        context.out.table(&COLUMNS, &rows)?;
    }
    Ok(Exit::Done)
}

const COLUMNS: [Column; 5] = [
    Column::text("KEY").stays(),
    Column::text("USUAL"),
    Column::text("ALLOWED"),
    Column::text("CHANGES ARE TAKEN"),
    Column::text("WHAT IT DOES"),
];

fn key(table: &Table, row: &Row) -> String {
    format!("{}.{}", table.name, row.name)
}

fn cells(table: &Table, row: &Row) -> Vec<String> {
    vec![
        key(table, row),
        row.usual.into(),
        row.allowed.into(),
        row.taken.words().into(),
        row.about.into(),
    ]
}

fn json(table: &Table, row: &Row) -> Value {
    json!({
        "table": table.name, "is_list": table.is_list(), "key": row.name, "allowed": row.allowed,
        "usual": Some(row.usual).filter(|usual| !usual.is_empty()), "about": row.about, "example": row.example,
        "taken": row.taken.words(),
    })
}
