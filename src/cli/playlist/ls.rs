//! `standin playlist ls`: the playlists, and which of them are smart. It asks no smart one.

use super::smart::query_json;
use super::{Column, Context, Exit, Outcome, Value, clock, json};
use crate::library::person::PlaylistHead;

pub fn list(context: &mut Context) -> Outcome {
    let heads = context.library().person_reader()?.playlists()?;
    let out = &mut context.out;
    if out.json {
        let heads: Vec<Value> = heads.iter().map(head_json).collect();
        out.json(json!({ "playlists": heads }))?;
    } else if out.is_terminal && heads.is_empty() {
        out.say("There is no playlist yet. `standin playlist new NAME` makes one.");
    } else if out.is_terminal {
        let rows: Vec<_> = heads
            .iter()
            .map(|head| {
                let own = |text: String| match head.query {
                    None => text,
                    Some(_) => String::new(),
                };
                let rows = match head.query {
                    None => head.rows.to_string(),
                    Some(_) => "smart".into(),
                };
                vec![head.name.clone(), rows, own(clock(head.length_ms))]
            })
            .collect();
        out.table(
            &[
                Column::text("NAME").stays(),
                Column::number("ROWS"),
                Column::number("TIME"),
            ],
            &rows,
        )?;
    } else {
        heads
            .iter()
            .try_for_each(|head| out.line(head.name.as_str()))?;
    }
    Ok(Exit::Done)
}

/// What a smart one holds is only known when it is asked for.
fn head_json(head: &PlaylistHead) -> Value {
    let own = |number: u64| head.query.is_none().then_some(number);
    json!({
        "name": head.name, "rows": own(head.rows as u64), "length_ms": own(head.length_ms),
        "query": query_json(head.query.as_deref()),
    })
}
