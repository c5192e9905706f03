//! Which folders a scan walks: those asked for, none of which lies in another. It looks at no disk.

use super::known::is_in;
use super::walk::Start;
use crate::library::LibraryError;
use crate::library::lookup::root_and_folder;
use crate::music::{Root, Uri};
use std::sync::Arc;

/// The folders to walk: none lies in another one.
pub fn starts(roots: &[Arc<Root>], only: &[Uri]) -> Result<Vec<Start>, LibraryError> {
    let whole = |root| Start {
        root,
        below: Vec::new(),
    };
    if only.is_empty() {
        return Ok((0..roots.len()).map(whole).collect());
    }
    let mut starts = only
        .iter()
        .map(|uri| start(roots, uri))
        .collect::<Result<Vec<_>, _>>()?;
    starts.sort_by(|a, b| (a.root, &a.below).cmp(&(b.root, &b.below)));
    let mut kept: Vec<Start> = Vec::new();
    for start in starts {
        let covers = |upper: &Start| upper.root == start.root && is_in(&start.below, &upper.below);
        if !kept.iter().any(covers) {
            kept.push(start);
        }
    }
    Ok(kept)
}

fn start(roots: &[Arc<Root>], uri: &Uri) -> Result<Start, LibraryError> {
    let (name, below) = root_and_folder(uri);
    let at = roots.iter().position(|root| root.name.as_bytes() == name);
    let root =
        at.ok_or_else(|| LibraryError::NoSuchRoot(String::from_utf8_lossy(name).into_owned()))?;
    let below = below.to_vec();
    Ok(Start { root, below })
}
