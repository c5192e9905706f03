//! How loud it is, for who draws it: asked for many times a second, answered at once.

use crate::mpd::ack::Ack;
use crate::mpd::command::Call;

pub fn levels(call: &mut Call) -> Result<(), Ack> {
    let Some(levels) = call.house.desk.levels() else {
        return Ok(());
    };
    let out = &mut *call.out;
    out.pair("channels", levels.peak_db.len());
    out.pair("peak_db", in_a_row(&levels.peak_db));
    out.pair("rms_db", in_a_row(&levels.rms_db));
    out.pair("bands_db", in_a_row(&levels.bands_db));
    Ok(())
}

fn in_a_row(levels_db: &[f32]) -> String {
    let texts: Vec<String> = levels_db.iter().map(|db| format!("{db:.2}")).collect();
    texts.join(" ")
}
