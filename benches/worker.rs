//! What it costs a scan that tags are read in workers: full scans of one folder, in turn with and without them, in one run.
//!
//! `cargo bench --bench worker -- FOLDER [RUNS]` prints each one's median, and the median of the ratios of neighbours.
//! `benches/run` makes a folder and calls it. It asserts nothing.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use standin::library::Index;
use standin::library::scan::{ScanOptions, scan};
use standin::library::worker::ReadIn;
use standin::music::Root;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|word| word != "--bench");
    let Some(folder) = arguments.next() else {
        return println!("The worker's cost was not measured: name a music folder");
    };
    let runs: usize = arguments.next().map_or(5, |runs| runs.parse().unwrap());
    let root = Arc::new(Root {
        name: "Music".into(),
        dir: PathBuf::from(folder).canonicalize().unwrap(),
    });
    let worker = ReadIn::Workers(env!("CARGO_BIN_EXE_standin").into());
    // Fills the page cache.
    full_scan(&root, &worker);
    let mut pairs = Vec::new();
    for run in 0..runs {
        let here = || full_scan(&root, &ReadIn::ThisProcess);
        let there = || full_scan(&root, &worker);
        // Who comes first changes, so that neither profits.
        pairs.push(if run % 2 == 0 {
            let here = here();
            (here, there())
        } else {
            let there = there();
            (here(), there)
        });
    }
    let in_process = median(pairs.iter().map(|(here, _)| *here));
    let in_workers = median(pairs.iter().map(|(_, there)| *there));
    let ratio = median(pairs.iter().map(|(here, there)| there / here));
    println!(
        "full scan, {runs} pairs: in this process {in_process:.3} s, in workers {in_workers:.3} s, ratio {ratio:.3}"
    );
}

/// Seconds of a scan into an empty index.
fn full_scan(root: &Arc<Root>, read_in: &ReadIn) -> f64 {
    let home = tempdir();
    let options = ScanOptions {
        read_in: read_in.clone(),
        ..ScanOptions::default()
    };
    let began = Instant::now();
    let index = Index::at(home.join("library.db"));
    scan(
        &index,
        std::slice::from_ref(root),
        &options,
        &|_| {},
        &AtomicBool::new(false),
    )
    .unwrap();
    let seconds = began.elapsed().as_secs_f64();
    std::fs::remove_dir_all(&home).unwrap();
    seconds
}

fn tempdir() -> PathBuf {
    let name = format!("standin-bench-{}", std::process::id());
    let folder = Path::new(&std::env::temp_dir()).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
