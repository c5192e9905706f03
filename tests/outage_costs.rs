//! What an outage costs, measured for the release: how long it is silent before our music steps in, for each way in which a
//! service fails, and what the guard takes of the machine while all is well.

use crate::home::{RATE, Ran, unshared};
use crate::knocking::Client;
use crate::streamer::SPOTIFY;
use crate::whole_outage::{Came, Desk, When, fails, is, outage};
use crate::zoo::How;
use std::process::Command;
use std::time::Duration;

/// Its name, when it begins, and how the service fails.
type Case = (&'static str, When, fn() -> How);

#[test]
#[ignore = "takes minutes: for the release"]
fn how_long_it_is_silent() {
    // One case alone, by its name, where that is asked for.
    let wanted = std::env::var("STANDIN_CASE").ok();
    let is_wanted = |name: &str| wanted.as_ref().is_none_or(|wanted| wanted == name);
    if is_wanted(ROUTE) {
        how_long_where_the_route_is_lost();
    }
    let fine = || How::json("{}");
    let cases: [Case; 6] = [
        ("warned in time", When::Before, || How::Refuses),
        ("refused", When::Then, || How::Refuses),
        ("HTTP 502", When::Then, || How::status(502)),
        ("hangs", When::Then, || How::Hangs),
        ("black hole", When::Then, || How::BlackHole),
        ("every probe is fine", When::Then, fine),
    ];
    for (name, when, how) in cases.into_iter().filter(|case| is_wanted(case.0)) {
        println!("{}", how_long(name, when, || fails(how())));
    }
}

/// Tries it so often as for the release, and says what came of it.
fn how_long<F: Fn(&Desk)>(name: &str, when: When, fail: impl Fn() -> F) -> String {
    let came: Vec<Came> = (0..TIMES).filter_map(|_| outage(when, fail())).collect();
    let sorted = |of: fn(&Came) -> i64| {
        let mut all: Vec<i64> = came.iter().map(of).collect();
        all.sort_unstable();
        all
    };
    let silence = sorted(|came| came.silence_ms as i64);
    let back = sorted(|came| came.back_ms);
    format!("{name}: silence {silence:?} ms, {back:?} ms before the place")
}

/// How often each case is tried for the release.
const TIMES: usize = 5;

const INSIDE: &str = "STANDIN_TEST_ROUTE";
const ROUTE: &str = "the route is lost";

/// This binary runs again inside a network of its own, whose only route goes while the client plays.
fn how_long_where_the_route_is_lost() {
    let script = "ip link set lo up; ip route add default dev lo; exec \"$@\"";
    let Some(mut command) = unshared(script) else {
        return;
    };
    let inside = "outage_costs::inside_a_network_of_its_own";
    command.arg(std::env::current_exe().unwrap());
    command.args(["--exact", inside, "--nocapture"]);
    let ran = Ran::from(command.env(INSIDE, "1").output().unwrap()).ended(0);
    for line in ran.out.lines().filter(|line| line.contains(ROUTE)) {
        println!("{line}");
    }
}

#[test]
fn inside_a_network_of_its_own() {
    if std::env::var_os(INSIDE).is_none() {
        return;
    }
    let route = |change: &str| {
        let mut ip = Command::new("ip");
        ip.args(["route", change, "default", "dev", "lo"]);
        assert!(ip.status().unwrap().success());
    };
    let told = how_long(ROUTE, When::Meanwhile, || {
        route("replace");
        |_: &Desk| route("del")
    });
    println!("{told}");
}

/// So many times [`A_WHILE_SECONDS`] are measured.
const WHILES: usize = 4;
const A_WHILE_SECONDS: usize = 45;

#[test]
#[ignore = "takes minutes: for the release"]
fn how_much_the_guard_takes_while_all_is_well() {
    for listens in [true, false] {
        let Some(desk) = Desk::that_listens(listens) else {
            return;
        };
        let daemon = desk.guard();
        let mut guard = Client::at(&desk.home);
        let (client, _tone) = desk.client(SPOTIFY);
        client.play_of("abc", "First", 0, 1_000_000);
        is(&mut guard, "watch");
        drop(guard);
        let mut recording = desk.pulse.record("null");
        let took = || cpu_time(daemon.running.child.id());
        recording.sound(10 * RATE as usize);
        let before = took();
        for _ in 0..WHILES {
            recording.until_now_and(A_WHILE_SECONDS * RATE as usize);
            recording.samples.clear();
        }
        let took = took().saturating_sub(before).as_secs_f64();
        let percent = 100.0 * took / (WHILES * A_WHILE_SECONDS) as f64;
        println!("listening {listens}: {percent:.3} % of a core");
        daemon.end().ended(0);
    }
}

/// What a process has taken, by the kernel's own count.
fn cpu_time(process: u32) -> Duration {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let of_task = |task: std::io::Result<std::fs::DirEntry>| {
        let task = task.unwrap().path();
        let name = std::fs::read_to_string(task.join("comm")).unwrap();
        let stat = std::fs::read_to_string(task.join("schedstat")).unwrap();
        let nanos: u64 = stat.split_whitespace().next().unwrap().parse().unwrap();
        println!("{:>16} {:.1} ms", name.trim(), nanos as f64 / 1e6);
        nanos
    };
    Duration::from_nanos(tasks.map(of_task).sum())
}
