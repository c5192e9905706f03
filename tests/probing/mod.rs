//! `standin probe` against servers that fail in every way: each gets its verdict, with its evidence, before its time is over.

mod cases;
mod names;

use crate::home::{HANG, Home, Ran};
use crate::zoo::{Authority, How, Proof, Zoo, config};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Instant;

/// What is expected of an answer: JSON with something in it, as of Spotify's.
const JSON: &str = "up = [200], json = 'accesspoint'";

fn well() -> How {
    How::json(r#"{"accesspoint":["127.0.0.1:1"]}"#)
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
