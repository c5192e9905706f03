//! What others say to us: a service that is probed, a server of MPD's protocol, whoever sits on the session's bus.

use standin::desktop::Body;
use standin::mpd::remote::reply;
use standin::outage::probe::{Clock, NetworkTest, judge, probe as ask};
use standin::outage::service::{Check, Service, Target};
use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener};

/// Lines of what is sent to a service that are waited for: no question of ours is longer.
const MOST_LINES: usize = 64;

/// Answers of a server: each line is one or ends the talk.
pub fn reply(bytes: &[u8]) {
    let mut from = bytes;
    let _ = reply::greeting(&mut from);
    let mut lines = 0;
    while reply::line(&mut from).is_ok() {
        lines += 1;
        assert!(lines <= bytes.len(), "each line takes something");
    }
}

/// Bodies of messages, in both orders of bytes, as each kind that is read of one.
pub fn bus(bytes: &[u8]) {
    for is_big_endian in [false, true] {
        let body = Body::new(bytes, is_big_endian);
        let (mut text, mut texts, mut dict, mut variant) = (body, body, body, body);
        let _ = text.text();
        let _ = texts.texts();
        let _ = dict.dict(|_, field| {
            let _ = field.value();
            let _ = field.dict(|_, within| {
                let _ = within.value();
            });
        });
        let _ = variant.variant().map(|field| field.value());
    }
}

/// What a service answers, whatever it is: it is judged, and what is said of it fits into a line. By the first byte the
/// answer is to hold something, or not.
pub fn probe(bytes: &[u8]) {
    let (holds, answer) = match bytes.split_first() {
        Some((first, rest)) => (first % 2 == 0, rest),
        None => (false, bytes),
    };
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
    let port = listener.local_addr().expect("its number").port();
    let target = Target::parse(&format!("http://127.0.0.1:{port}/")).expect("an address");
    let check = Check {
        target,
        up: Vec::new(),
        json: holds.then(|| "key".to_owned()),
        connect: None,
    };
    let service = Service {
        name: "Fuzz".to_owned(),
        checks: vec![check],
        mpris: Vec::new(),
    };
    let evidence = std::thread::scope(|scope| {
        scope.spawn(|| {
            let Ok((stream, _)) = listener.accept() else {
                return;
            };
            let question = BufReader::new(&stream).lines().take(MOST_LINES);
            let is_over =
                |line: &std::io::Result<String>| !matches!(line, Ok(line) if !line.is_empty());
            let _ = question.take_while(|line| !is_over(line)).count();
            let _ = (&stream).write_all(answer);
            let _ = stream.shutdown(Shutdown::Write);
        });
        ask(&service, &NetworkTest::new(None))
    });
    let judged = judge(&evidence, &Clock::now(false));
    assert!(!judged.evidence.contains('\n'), "{}", judged.evidence);
}
