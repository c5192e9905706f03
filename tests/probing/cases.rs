//! The table: every way in which a server fails, what it is taken for, and how long that takes.

use super::{JSON, probed, well};
use crate::zoo::{Authority, How, Proof, Zoo};
use standin::outage::probe::IN_ALL;
use std::thread;

/// Services that one run asks.
const AT_ONCE: usize = 16;

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
