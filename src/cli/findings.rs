//! What was found to be well or not, as `doctor` and `ready` tell it: a marked line with what to do below it, a row in a pipe,
//! or JSON.

use super::Stop;
use super::out::{Mark, Out};
use crate::care::doctor::{Finding, State};
use serde_json::{Value, json};

/// Tells one.
pub fn tell(finding: &Finding, out: &mut Out) -> Result<(), Stop> {
    let (state, area) = (finding.state.name(), finding.area.name());
    if !out.is_terminal {
        let to_do = finding.to_do.as_deref().unwrap_or_default();
        let cells = [state, area, &finding.what, to_do];
        return Ok(out.table(&[], &[cells.map(str::to_owned).to_vec()])?);
    }
    let mark = match finding.state {
        State::Well => Mark::Well,
        State::Advice => Mark::Advice,
        State::Attention => Mark::Attention,
        State::Wrong => Mark::Wrong,
    };
    out.line(out.marked(mark, &format!("{area:<9} {}", finding.what)))?;
    if let Some(to_do) = &finding.to_do {
        out.line(format!("            → {to_do}"))?;
    }
    Ok(())
}

/// One as JSON.
pub fn json(finding: &Finding) -> Value {
    json!({
        "area": finding.area.name(), "state": finding.state.name(),
        "what": finding.what, "to_do": finding.to_do,
    })
}
