//! `standin probe` against servers that fail in every way: each gets its verdict, with its evidence, before its time is over.

use crate::home::{HANG, Home, Ran, has};
use crate::zoo::{Authority, How, Proof, Zoo, config};
use serde_json::Value;
use standin::outage::probe::IN_ALL;
use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

/// Services that one run asks.
const AT_ONCE: usize = 16;

/// What is expected of an answer: JSON with something in it, as of Spotify's.
const JSON: &str = "up = [200], json = 'accesspoint'";

/// A case of the zoo: its name, how the server is, what the probe asks it, and what comes of it.
struct Case {
    name: &'static str,
    server: Zoo,
    asks: &'static str,
    verdict: &'static str,
    saw: &'static str,
}

/// Cases that share a network test.
struct Group {
    name: &'static str,
    control: Option<Zoo>,
    cases: Vec<Case>,
}

fn plain(how: How, asks: &'static str) -> (Zoo, &'static str) {
    (Zoo::plain(how), asks)
}

fn case(
    name: &'static str,
    (server, asks): (Zoo, &'static str),
    verdict: &'static str,
    saw: &'static str,
) -> Case {
    Case {
        name,
        server,
        asks,
        verdict,
        saw,
    }
}

fn well() -> How {
    How::json(r#"{"accesspoint":["127.0.0.1:1"]}"#)
}

/// The network is known to work: what fails is the service.
fn the_network_is_fine(authority: &Authority) -> Vec<Case> {
    let tls = |proof, how| (Zoo::tls(authority, proof, how), JSON);
    let down = "service-down";
    vec![
        case("200 json", plain(well(), JSON), "up", "well"),
        case("200 json, tls", tls(Proof::Good, well()), "up", "well"),
        case("204", plain(How::status(204), ""), "up", "well"),
        case("401 of an api", plain(How::status(401), ""), "up", "well"),
        case(
            "200 page, any will do",
            plain(How::page(), ""),
            "up",
            "page",
        ),
        case("429", plain(How::status(429), JSON), "limited", "limited"),
        case("403", plain(How::status(403), ""), "blocked", "blocked"),
        case("451", plain(How::status(451), JSON), "blocked", "blocked"),
        case("502", plain(How::status(502), JSON), down, "status"),
        case(
            "503 retry-after",
            plain(
                How::Answers(503, "Retry-After: 77\r\n".into(), String::new()),
                JSON,
            ),
            down,
            "status",
        ),
        case(
            "302 elsewhere",
            plain(How::login(), JSON),
            down,
            "elsewhere",
        ),
        case(
            "302 to itself for ever",
            plain(
                How::Answers(302, "Location: /\r\n".into(), String::new()),
                JSON,
            ),
            down,
            "elsewhere",
        ),
        case("200 page", plain(How::page(), JSON), down, "page"),
        case(
            "200 no json",
            plain(How::json("{\"accesspoint"), JSON),
            down,
            "no-json",
        ),
        case(
            "200 empty",
            plain(How::json(r#"{"accesspoint":[]}"#), JSON),
            down,
            "empty",
        ),
        case("hangs", plain(How::Hangs, JSON), down, "hangs"),
        case("tls hangs", tls(Proof::Good, How::Deaf), down, "tls-hangs"),
        case(
            "hangs behind tls",
            tls(Proof::Good, How::Hangs),
            down,
            "hangs",
        ),
        case(
            "black hole",
            plain(How::BlackHole, JSON),
            down,
            "connect-hangs",
        ),
        case("refuses", plain(How::Refuses, JSON), down, "refused"),
        case("resets", plain(How::Resets, JSON), down, "reset"),
        case("closes", plain(How::Closes, JSON), down, "closed"),
        case("breaks off", plain(How::BreaksOff, JSON), down, "closed"),
        case("drips", plain(How::Drips, JSON), down, "drips"),
        case(
            "drips headers",
            plain(How::DripsHeaders, JSON),
            down,
            "hangs",
        ),
        case(
            "sends for ever",
            plain(How::SendsForEver, JSON),
            down,
            "too-long",
        ),
        case(
            "sends for ever, tls",
            tls(Proof::Good, How::SendsForEver),
            down,
            "too-long",
        ),
        case(
            "sends headers for ever",
            plain(How::SendsHeadersForEver, JSON),
            down,
            "not-http",
        ),
        case("garbage", plain(How::Garbage, JSON), down, "not-http"),
        case(
            "self-signed",
            tls(Proof::SelfSigned, well()),
            down,
            "certificate-of-nobody-known",
        ),
        case(
            "wrong name",
            tls(Proof::WrongName, well()),
            down,
            "certificate-of-another",
        ),
        case(
            "expired",
            tls(Proof::Expired, well()),
            down,
            "certificate-expired",
        ),
        case(
            "not yet valid",
            tls(Proof::NotYetValid, well()),
            down,
            "certificate-not-yet-valid",
        ),
        case(
            "plain http on the https port",
            plain(well(), "https"),
            down,
            "not-tls",
        ),
        case(
            "tls, 503",
            tls(Proof::Good, How::status(503)),
            down,
            "status",
        ),
    ]
}

fn groups(authority: &Authority) -> Vec<Group> {
    let tls = |proof, how| (Zoo::tls(authority, proof, how), JSON);
    let mut groups = vec![
        Group {
            name: "no network test",
            control: None,
            cases: vec![
                case("up", plain(well(), JSON), "up", "well"),
                case(
                    "502",
                    plain(How::status(502), JSON),
                    "unreachable",
                    "status",
                ),
                case(
                    "refuses",
                    plain(How::Refuses, JSON),
                    "unreachable",
                    "refused",
                ),
                case("hangs", plain(How::Hangs, JSON), "unreachable", "hangs"),
                case(
                    "black hole",
                    plain(How::BlackHole, JSON),
                    "unreachable",
                    "connect-hangs",
                ),
                case(
                    "tls, 502",
                    tls(Proof::Good, How::status(502)),
                    "service-down",
                    "status",
                ),
                case(
                    "302 portal",
                    plain(How::login(), JSON),
                    "portal",
                    "elsewhere",
                ),
                case("200 page", plain(How::page(), JSON), "portal", "page"),
                case("511", plain(How::status(511), ""), "portal", "page"),
                case("429", plain(How::status(429), JSON), "limited", "limited"),
                case(
                    "expired",
                    tls(Proof::Expired, well()),
                    "unreachable",
                    "certificate-expired",
                ),
            ],
        },
        Group {
            name: "a portal: 302",
            control: Some(Zoo::plain(How::login())),
            cases: vec![
                case("refuses", plain(How::Refuses, JSON), "portal", "refused"),
                case("hangs", plain(How::Hangs, JSON), "portal", "hangs"),
                case(
                    "self-signed",
                    tls(Proof::SelfSigned, well()),
                    "portal",
                    "certificate-of-nobody-known",
                ),
                case("up, tls", tls(Proof::Good, well()), "up", "well"),
            ],
        },
        Group {
            name: "a portal: 200 page",
            control: Some(Zoo::plain(How::page())),
            cases: vec![
                case("302 portal", plain(How::login(), ""), "portal", "elsewhere"),
                case("200 page", plain(How::page(), ""), "portal", "page"),
                case(
                    "black hole",
                    plain(How::BlackHole, JSON),
                    "portal",
                    "connect-hangs",
                ),
            ],
        },
        Group {
            name: "network test in a black hole",
            control: Some(Zoo::plain(How::BlackHole)),
            cases: vec![
                case(
                    "black hole",
                    plain(How::BlackHole, JSON),
                    "offline",
                    "connect-hangs",
                ),
                case(
                    "refuses",
                    plain(How::Refuses, JSON),
                    "unreachable",
                    "refused",
                ),
            ],
        },
        Group {
            name: "a clock that is late",
            control: Some(Zoo::plain(How::control(3))),
            cases: vec![
                case(
                    "not yet valid",
                    tls(Proof::NotYetValid, well()),
                    "tls-clock",
                    "certificate-not-yet-valid",
                ),
                case(
                    "502",
                    plain(How::status(502), JSON),
                    "service-down",
                    "status",
                ),
            ],
        },
        Group {
            name: "a clock that is early",
            control: Some(Zoo::plain(How::control(-3))),
            cases: vec![case(
                "expired",
                tls(Proof::Expired, well()),
                "tls-clock",
                "certificate-expired",
            )],
        },
    ];
    let mut fine = the_network_is_fine(authority).into_iter().peekable();
    while fine.peek().is_some() {
        groups.push(Group {
            name: "network test fine",
            control: Some(Zoo::plain(How::control(0))),
            cases: fine.by_ref().take(AT_ONCE).collect(),
        });
    }
    groups
}

impl Case {
    fn probe(&self) -> (String, String) {
        let address = self.server.address();
        let probe = match self.asks {
            "https" => format!("'https://{address}/'"),
            asks => format!("{{ url = '{}', {asks} }}", self.server.url()),
        };
        (self.name.to_owned(), probe.replace(", }", " }"))
    }
}

/// Runs `probe` with this config, and gives what it says of each service.
fn probed(
    control: Option<&str>,
    services: &[(String, String)],
    authority: &Authority,
) -> (Ran, BTreeMap<String, Value>) {
    let home = Home::new();
    config(&home.path("home/config"), control, services);
    let names = services.iter().map(|(name, _)| name.as_str());
    let args: Vec<&str> = ["probe", "--json"].into_iter().chain(names).collect();
    let mut command = home.command(&args);
    command.env("SSL_CERT_FILE", authority.file());
    let began = Instant::now();
    let ran = Ran::from(command.output().unwrap());
    assert!(began.elapsed() < HANG, "it took {:?}", began.elapsed());
    let answer = ran.json();
    let all = answer["services"].as_array().unwrap().iter();
    let by_name = all.map(|one| (one["service"].as_str().unwrap().to_owned(), one.clone()));
    let by_name = by_name.collect();
    (ran, by_name)
}

/// What is wrong in a round over a group, and how long each of its cases took.
fn round(group: &Group, authority: &Authority) -> (Vec<String>, Vec<u64>) {
    let control = group.control.as_ref().map(Zoo::url);
    let services: Vec<_> = group.cases.iter().map(Case::probe).collect();
    let (_, found) = probed(control.as_deref(), &services, authority);
    let mut wrong = Vec::new();
    let mut took = Vec::new();
    for case in &group.cases {
        let answer = &found[case.name];
        let saw = &answer["checks"][0]["saw"];
        if answer["verdict"] != case.verdict || saw != case.saw {
            wrong.push(format!("{}, {}: {answer}", group.name, case.name));
        }
        took.push(answer["took_ms"].as_u64().unwrap());
    }
    (wrong, took)
}

#[test]
fn every_way_to_fail_has_its_verdict() {
    let authority = Authority::new();
    let groups = groups(&authority);
    let wrong: Vec<String> = thread::scope(|scope| {
        let authority = &authority;
        let run = |group| scope.spawn(move || round(group, authority).0);
        let running: Vec<_> = groups.iter().map(run).collect();
        running
            .into_iter()
            .flat_map(|one| one.join().unwrap())
            .collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Prints a table: case, verdict, how often it was right, and the slowest.
#[test]
#[ignore = "for the release: each case of the zoo 20 times, two minutes"]
fn every_way_to_fail_twenty_times() {
    const TIMES: usize = 20;
    let authority = Authority::new();
    let groups = groups(&authority);
    let mut lines = Vec::new();
    thread::scope(|scope| {
        let authority = &authority;
        let rounds = move |group| (0..TIMES).map(|_| round(group, authority)).collect();
        let run = |group| scope.spawn(move || rounds(group));
        let running: Vec<_> = groups.iter().map(|group| (group, run(group))).collect();
        for (group, running) in running {
            let rounds: Vec<(Vec<String>, Vec<u64>)> = running.join().unwrap();
            let wrong: Vec<&String> = rounds.iter().flat_map(|(wrong, _)| wrong).collect();
            assert!(wrong.is_empty(), "{wrong:?}");
            for (at, case) in group.cases.iter().enumerate() {
                let slowest = rounds.iter().map(|(_, took)| took[at]).max().unwrap();
                let in_time = slowest <= IN_ALL.as_millis() as u64;
                assert!(in_time, "{}: {slowest} ms", case.name);
                lines.push(format!(
                    "| {} | {} | {} | {TIMES}/{TIMES} | {slowest} |",
                    group.name, case.name, case.verdict
                ));
            }
        }
    });
    println!("| network test | case | verdict | right | slowest, ms |\n|---|---|---|--:|--:|");
    lines.iter().for_each(|line| println!("{line}"));
}

#[test]
fn a_service_that_fails_is_asked_once_and_the_network_test_once_for_all() {
    let authority = Authority::new();
    let control = Zoo::plain(How::control(0));
    let failing = [(); 3].map(|()| Zoo::plain(How::status(503)));
    let services: Vec<_> = failing
        .iter()
        .enumerate()
        .map(|(at, zoo)| (format!("s{at}"), format!("'{}'", zoo.url())))
        .collect();
    let (ran, _) = probed(Some(&control.url()), &services, &authority);
    ran.ended(10);
    assert!(failing.iter().all(|zoo| zoo.count() == 1));
    assert_eq!(control.count(), 1);
}

#[test]
fn where_all_is_well_the_network_test_is_not_asked() {
    let authority = Authority::new();
    let control = Zoo::plain(How::control(0));
    let server = Zoo::plain(well());
    let services = [("Mine".to_owned(), format!("'{}'", server.url()))];
    let (ran, _) = probed(Some(&control.url()), &services, &authority);
    ran.ended(0);
    assert_eq!((server.count(), control.count()), (1, 0));
}

#[test]
fn a_server_that_changes_is_seen_to() {
    let authority = Authority::new();
    let server = Zoo::plain(well());
    let services = [(
        "Mine".to_owned(),
        format!("{{ url = '{}', {JSON} }}", server.url()),
    )];
    let saw = |how| {
        server.set(how);
        let found = probed(None, &services, &authority).1;
        found["Mine"]["checks"][0]["saw"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    for (how, is) in [
        (How::Refuses, "refused"),
        (well(), "well"),
        (How::BlackHole, "connect-hangs"),
        (How::status(502), "status"),
    ] {
        assert_eq!(saw(how.clone()), is, "{how:?}");
    }
    let flips = How::Flips(Box::new(well()), Box::new(How::Resets));
    let mut both = [saw(flips.clone()), saw(flips)];
    both.sort();
    assert_eq!(both, ["reset", "well"]);
}

#[test]
fn a_page_and_the_connection_that_it_names_are_two_checks() {
    let authority = Authority::new();
    let behind = Zoo::plain(How::Deaf);
    let named = format!(r#"{{"accesspoint":["{}"]}}"#, behind.address());
    let page = Zoo::tls(&authority, Proof::Good, How::json(&named));
    let probe = format!(
        "{{ url = '{}', {JSON}, connect = '127.0.0.1:1' }}",
        page.url()
    );
    let services = [("Spotify".to_owned(), probe)];
    let run = || probed(None, &services, &authority);
    let (ran, found) = run();
    ran.ended(0);
    let kinds = |found: &BTreeMap<String, Value>| -> Vec<String> {
        let checks = found["Spotify"]["checks"].as_array().unwrap().iter();
        let mut kinds: Vec<String> = checks
            .map(|check| format!("{} {}", check["kind"], check["saw"]))
            .collect();
        kinds.sort();
        kinds
    };
    assert_eq!(kinds(&found), ["\"http\" \"well\"", "\"tcp\" \"well\""]);
    assert_eq!(behind.count(), 1);
    // The name leads nowhere: a certificate that holds tells that the network works.
    behind.set(How::Refuses);
    let (ran, found) = run();
    ran.ended(10);
    assert_eq!(kinds(&found), ["\"http\" \"well\"", "\"tcp\" \"refused\""]);
    // No answer, no name: the one that is known is tried.
    page.set(How::status(502));
    let (ran, found) = run();
    ran.ended(10);
    assert_eq!(found["Spotify"]["checks"].as_array().unwrap().len(), 2);
    assert_eq!(found["Spotify"]["failed"], 2);
}

#[test]
fn the_sentence_states_the_evidence() {
    let home = Home::new();
    let control = Zoo::plain(How::control(0));
    let server = Zoo::plain(How::status(502));
    let at = server.address();
    let services = [("Mine".to_owned(), format!("'{}'", server.url()))];
    config(&home.path("home/config"), Some(&control.url()), &services);
    let ran = home.run(&["probe", "mine"]).ended(10);
    assert_eq!(
        ran.out,
        format!("Mine\tservice-down\tMine is down: {at}: HTTP 502; network test fine; not you.\n")
    );
    assert_eq!(ran.err, "");
    let verbose = home.run(&["probe", "mine", "-v"]).ended(10).out;
    let line = verbose.lines().nth(1).unwrap();
    assert!(
        line.starts_with(&format!("  http  {at}: HTTP 502, ")),
        "{line}"
    );
    // Without a network test nobody is accused, and it is told what would help.
    config(&home.path("home/config"), None, &services);
    let ran = home.run(&["probe", "Mine"]).ended(11);
    assert!(
        ran.out.contains("whose fault it is cannot be told"),
        "{}",
        ran.out
    );
    assert!(ran.err.contains("[outage] control"), "{}", ran.err);
}

#[test]
fn nobody_is_contacted_who_was_not_asked_for() {
    let home = Home::new();
    let ran = home.run(&["probe"]).ended(2);
    assert!(
        ran.err
            .contains("Spotify, Apple Music, YouTube Music, Tidal, Deezer, SoundCloud")
    );
    let ran = home.run(&["probe", "Napster"]).ended(3);
    assert!(
        ran.err.contains("there is no service “Napster”"),
        "{}",
        ran.err
    );
    let server = Zoo::plain(well());
    let services = [("Mine".to_owned(), format!("'{}'", server.url()))];
    config(&home.path("home/config"), None, &services);
    let file = home.path("home/config/config.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("[outage]\nservices = ['mine']\n{text}")).unwrap();
    let ran = home.run(&["probe"]).ended(0);
    assert!(
        ran.out.starts_with("Mine\tup\tMine answers: "),
        "{}",
        ran.out
    );
    assert_eq!(server.count(), 1);
}

/// Runs a command in a network of its own, where there is nothing but itself. `None`, said aloud: not allowed here.
fn unshared(script: &str) -> Option<Command> {
    if !has("unshare") || !has("ip") {
        return None;
    }
    let may = Command::new("unshare")
        .args(["-rmn", "ip", "link", "set", "lo", "up"])
        .stderr(Stdio::null())
        .status();
    if !may.is_ok_and(|status| status.success()) {
        println!("skipped: no namespaces may be made here");
        return None;
    }
    let mut command = Command::new("unshare");
    command.args(["-rmn", "sh", "-ec", script, "sh"]);
    Some(command)
}

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

/// Names: this binary runs again inside a network of its own, with a resolver of its own.
#[test]
fn names_that_are_unknown_and_resolvers_that_hang() {
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
            "probing::inside_a_network_of_its_own",
            "--nocapture",
        ])
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let ran = Ran::from(ran);
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.out, ran.err);
    assert!(
        ran.out.contains("names: all as they should be"),
        "{}",
        ran.out
    );
}

#[test]
fn inside_a_network_of_its_own() {
    if std::env::var_os(INSIDE).is_none() {
        return;
    }
    names::serve();
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
        (text(&mine["verdict"]), text(&mine["checks"][0]["saw"]))
    };
    let fine = Some("here.example");
    let gone = Some("gone.example");
    let hangs = Some("hangs.example");
    thread::scope(|scope| {
        for (name, control, verdict, saw) in [
            // The dead half of a name costs a moment and nothing more.
            ("both.example", None, "up", "well"),
            ("gone.example", fine, "service-dns", "no-such-name"),
            ("gone.example", None, "service-dns", "no-such-name"),
            ("gone.example", gone, "dns", "no-such-name"),
            ("broken.example", fine, "service-dns", "no-resolver"),
            ("broken.example", None, "dns", "no-resolver"),
            ("hangs.example", fine, "service-dns", "resolver-hangs"),
            ("hangs.example", None, "dns", "resolver-hangs"),
            ("hangs.example", hangs, "dns", "resolver-hangs"),
        ] {
            scope.spawn(move || {
                let answer = ask(name, control);
                assert_eq!(answer, (verdict.into(), saw.into()), "{name}, {control:?}");
            });
        }
    });
    assert_eq!(dead.count(), 0);
    println!("names: all as they should be");
}

/// A resolver that knows four names, each in its own way.
mod names {
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
