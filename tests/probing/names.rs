//! Names that are unknown and resolvers that hang, in a network of its own, where they can be made.

use super::{probed, well};
use crate::home::{Home, Ran, unshared};
use crate::zoo::{Authority, How, Zoo};
use serde_json::Value;
use std::thread;

#[test]
fn without_a_way_out_one_is_offline_and_nobody_is_asked() {
    let Some(mut command) = unshared("ip link set lo up; exec \"$@\"") else {
        return;
    };
    let home = Home::new();
    let inner = home.command(&["probe", "Spotify", "--json"]);
    command.arg(inner.get_program()).args(inner.get_args());
    let ran = Ran::from(command.output().unwrap()).ended(12);
    let service = &ran.json()["services"][0];
    assert_eq!(
        (&service["verdict"], &service["route"]),
        (&"offline".into(), &false.into())
    );
    assert_eq!(service["checks"], serde_json::json!([]));
}

const INSIDE: &str = "STANDIN_TEST_INSIDE";

#[test]
fn names_that_are_unknown_and_resolvers_that_hang() {
    inside(1);
}

#[test]
#[ignore = "for the release: each name 20 times, two minutes"]
fn names_twenty_times() {
    inside(20);
}

/// This binary runs again inside a network of its own, with a resolver of its own, and asks for each name so many times.
fn inside(times: usize) {
    let dir = tempfile::tempdir().unwrap();
    let conf = dir.path().join("resolv.conf");
    std::fs::write(
        &conf,
        "nameserver 127.0.0.1\noptions timeout:5 attempts:2\n",
    )
    .unwrap();
    let script = format!(
        "ip link set lo up; ip route add default dev lo; mount --bind {} /etc/resolv.conf; exec \"$@\"",
        conf.display()
    );
    let Some(mut command) = unshared(&script) else {
        return;
    };
    let ran = command
        .arg(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "probing::names::inside_a_network_of_its_own",
            "--nocapture",
        ])
        .env(INSIDE, times.to_string())
        .output()
        .unwrap();
    let ran = Ran::from(ran);
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.out, ran.err);
    let rows = ran.out.lines().filter(|line| line.starts_with("| "));
    assert_eq!(rows.inspect(|row| println!("{row}")).count(), 9);
}

#[test]
fn inside_a_network_of_its_own() {
    let Ok(times) = std::env::var(INSIDE) else {
        return;
    };
    let times: usize = times.parse().unwrap();
    resolver::serve();
    let authority = Authority::new();
    let server = Zoo::plain(well());
    let port = server.address().port();
    let dead = Zoo::at(
        format!("[::1]:{port}").parse().unwrap(),
        None,
        How::BlackHole,
    );
    let authority = &authority;
    let ask = move |name: &str, control: Option<&str>| {
        let services = [("Mine".to_owned(), format!("'http://{name}:{port}/'"))];
        let control = control.map(|name| format!("http://{name}:{port}/"));
        let found = probed(control.as_deref(), &services, authority).1;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mine = &found["Mine"];
        let took_ms = mine["took_ms"].as_u64().unwrap();
        (
            text(&mine["verdict"]),
            text(&mine["checks"][0]["saw"]),
            took_ms,
        )
    };
    let fine = Some("here.example");
    let gone = Some("gone.example");
    let hangs = Some("hangs.example");
    thread::scope(|scope| {
        for (name, control, verdict, saw) in [
            // The dead half of a name costs a moment and nothing more.
            ("both.example", None, "up", "well"),
            ("gone.example", fine, "service-dns", "no-such-name"),
            ("gone.example", None, "unreachable", "no-such-name"),
            ("gone.example", gone, "dns", "no-such-name"),
            ("broken.example", fine, "service-dns", "no-resolver"),
            ("broken.example", None, "dns", "no-resolver"),
            ("hangs.example", fine, "service-dns", "resolver-hangs"),
            ("hangs.example", None, "dns", "resolver-hangs"),
            ("hangs.example", hangs, "dns", "resolver-hangs"),
        ] {
            scope.spawn(move || {
                let mut slowest = 0;
                for _ in 0..times {
                    let (is, because, took_ms) = ask(name, control);
                    assert_eq!((&*is, &*because), (verdict, saw), "{name}, {control:?}");
                    slowest = slowest.max(took_ms);
                }
                let control = control.unwrap_or("none");
                println!("| {control} | {name}: {saw} | {verdict} | {times}/{times} | {slowest} |");
            });
        }
    });
    assert_eq!(dead.count(), 0);
}

/// A resolver that knows four names, each in its own way.
mod resolver {
    use std::net::UdpSocket;
    use std::thread;

    /// On the port of resolvers, in a network where that is allowed.
    pub fn serve() {
        let socket = UdpSocket::bind("127.0.0.1:53").unwrap();
        thread::spawn(move || {
            let mut bytes = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut bytes) {
                if let Some(answer) = answer(&bytes[..length]) {
                    socket.send_to(&answer, from).ok();
                }
            }
        });
    }

    /// Source: RFC 1035 §4.1. `None`: silence.
    fn answer(question: &[u8]) -> Option<Vec<u8>> {
        let name = question.get(12..)?;
        let end = name.iter().position(|byte| *byte == 0)?;
        let kind = name.get(end + 2)?;
        let first = name.get(1..1 + usize::from(name[0]))?;
        let (code, address): (u8, Option<Vec<u8>>) = match (first, kind) {
            (b"hangs", _) => return None,
            (b"broken", _) => (2, None),
            (b"here" | b"both", 1) => (0, Some(vec![127, 0, 0, 1])),
            (b"both", 28) => (0, Some([&[0; 15][..], &[1]].concat())),
            (b"here", _) => (0, None),
            _ => (3, None),
        };
        let asked = question.get(12..12 + end + 5)?;
        let mut bytes = question.get(..2)?.to_vec();
        bytes.extend([0x81, 0x80 | code, 0, 1, 0, u8::from(address.is_some())]);
        bytes.extend([0, 0, 0, 0]);
        bytes.extend(asked);
        if let Some(address) = address {
            bytes.extend([
                0xc0,
                12,
                0,
                *kind,
                0,
                1,
                0,
                0,
                0,
                60,
                0,
                address.len() as u8,
            ]);
            bytes.extend(address);
        }
        Some(bytes)
    }
}
