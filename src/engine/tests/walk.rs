//! Orders by chance, songs by chance: whatever comes, the feeder neither stumbles nor stands still.

use super::*;

const RATES: [u32; 6] = [8_000, 22_050, 44_100, 48_000, 96_000, 44_056];
const CROSSFADES_MS: [u32; 5] = [0, 0, 5, 300, 3_000];

/// Songs of all rates and lengths, among them some that are missing, empty or cut off.
fn songs(shelf: &mut Shelf, chance: &mut Chance) -> Vec<Item> {
    (0..24)
        .map(|n| {
            let rate = RATES[chance.below(RATES.len())];
            let frames = match chance.below(4) {
                0 => 1 + chance.below(49),
                1 => 50 + chance.below(2_950),
                _ => 3_000 + chance.below(3 * rate as usize - 3_000),
            };
            let mut item = shelf.wav(rate, &tones(rate, frames));
            let cut_to = |bytes: u64| {
                let file = std::fs::File::options().write(true).open(&item.file);
                file.unwrap().set_len(bytes).unwrap();
            };
            match n {
                0 => item.file = PathBuf::from("/nowhere"),
                1 => cut_to(44),
                2 => cut_to(44 + frames as u64 * 2),
                _ => {}
            }
            item.crossfade_ms = CROSSFADES_MS[chance.below(CROSSFADES_MS.len())];
            item
        })
        .collect()
}

fn one_of<'a>(items: &'a [Item], chance: &mut Chance) -> &'a Item {
    &items[chance.below(items.len())]
}

fn walk(seed: u64, items: &[Item]) {
    let mut chance = Chance(seed);
    let mut bench = Bench::new([44_100, 48_000][chance.below(2)]);
    let mut out = Vec::new();
    bench.play(one_of(items, &mut chance), 0);
    for _ in 0..60 {
        match chance.below(10) {
            0 => bench.play(one_of(items, &mut chance), chance.below(2_500) as u64),
            1 if chance.below(2) == 0 => {
                bench.epoch += 1;
                bench.controls.epoch.store(bench.epoch, Relaxed);
                bench.feeder.obey(Command::Stop, bench.epoch);
            }
            1 => bench.follow(None),
            2..5 => bench.follow(Some(one_of(items, &mut chance))),
            5 => bench.fill_the_ring(),
            _ => {
                bench.feeder.step();
                out.extend(bench.hear(chance.below(40_000)));
            }
        }
        bench.notices.try_iter().for_each(drop);
    }
    let last = one_of(items, &mut chance).clone();
    bench.play(&last, 0);
    let mut more = 4;
    let (rest, told) = bench.hear_all(|_| {
        more -= 1;
        (more > 0).then(|| one_of(items, &mut chance).clone())
    });
    out.extend(rest);
    assert!(out.iter().all(|sample| sample.abs() <= 1.0), "seed {seed}");
    let songs = heard(&told).len() + failed(&told).len();
    assert!((1..=8).contains(&songs), "seed {seed}: {told:?}");
    assert!(
        bench.markers.position(&bench.controls).is_none(),
        "seed {seed}"
    );
}

#[test]
fn orders_by_chance_never_stop_the_music_for_good() {
    let mut shelf = Shelf::new();
    let items = songs(&mut shelf, &mut Chance(20_261_124));
    for seed in 0..12 {
        walk(seed, &items);
    }
}
