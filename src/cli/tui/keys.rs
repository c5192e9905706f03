//! `standin tui --keys`: what the keys do, those of config.toml among them. It binds none.

use crate::cli::table::Column;
use crate::cli::{Context, Exit, Outcome};
use crate::tui::{ACTIONS, Group, Keymap, Line};
use serde_json::{Value, json};

const COLUMNS: [Column; 3] = [
    Column::word("ACTION").stays(),
    Column::text("KEYS").stays(),
    Column::text("WHAT IT DOES"),
];

pub fn print(keys: &Keymap, context: &mut Context) -> Outcome {
    // As the help of the screen has them under each other.
    let of_group = |group| ACTIONS.iter().filter(move |line| line.group == group);
    let lines = Group::ALL.into_iter().flat_map(of_group);
    let out = &mut context.out;
    if out.json {
        let row = |line| json(line, keys);
        let all: Vec<Value> = lines.map(row).collect();
        out.json(json!({ "keys": all }))?;
        return Ok(Exit::Done);
    }
    let row = |line: &Line| {
        let keys = keys.keys_of(line.action).join(" ");
        vec![line.name.into(), keys, line.help.into()]
    };
    let rows: Vec<Vec<String>> = lines.map(row).collect();
    out.table(&COLUMNS, &rows)?;
    Ok(Exit::Done)
}

fn json(line: &Line, keys: &Keymap) -> Value {
    json!({
        "action": line.name,
        "keys": keys.keys_of(line.action),
        "group": line.group.name(),
        "help": line.help,
    })
}
