//! Who is asked, how often, and who is told.

use super::*;
use crate::outage::Verdict;
use crate::outage::hour::MAX_AN_HOUR;
use crate::outage::service::Check;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};

const HANG: Duration = Duration::from_secs(60);

/// Answers everybody like this and counts them.
fn server(answer: &'static str) -> (Service, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let service = service("Mine", &listener);
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            counted.fetch_add(1, Ordering::SeqCst);
            let _ = stream.read(&mut [0; 4_096]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (service, count)
}

fn service(name: &str, listener: &TcpListener) -> Service {
    let url = format!("http://{}/", listener.local_addr().unwrap());
    Service {
        name: name.into(),
        checks: vec![Check::of(Target::parse(&url).unwrap())],
        mpris: Vec::new(),
    }
}

fn prober(service: Service) -> (Prober, Receiver<Probed>) {
    let (tell, told) = channel();
    let prober = Prober::start(Services::with(&[service]), None, move |probed| {
        tell.send(probed).ok();
    });
    (prober, told)
}

#[test]
fn whoever_asks_is_told_and_of_an_unknown_service_nothing() {
    let (service, _) = server("HTTP/1.1 204 No Content\r\n\r\n");
    let (prober, told) = prober(service);
    assert!(prober.ask("mine"));
    let probed = told.recv_timeout(HANG).unwrap();
    assert_eq!(
        (probed.verdict, probed.checks, probed.failed),
        (Verdict::Up, 1, 0)
    );
    assert!(!prober.ask("Nobody"));
}

#[test]
fn no_service_gets_more_than_its_hour_allows() {
    let (service, count) = server("HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n");
    let (prober, told) = prober(service);
    for asked in 0..2 * MAX_AN_HOUR {
        assert!(prober.ask("Mine"));
        let probed = told.recv_timeout(HANG).unwrap();
        assert_eq!(probed.verdict, Verdict::Unreachable);
        assert_eq!(probed.evidence.ends_with("so soon"), asked >= MAX_AN_HOUR);
    }
    assert_eq!(count.load(Ordering::SeqCst), MAX_AN_HOUR);
}

#[test]
fn retry_after_is_obeyed() {
    let (service, count) =
        server("HTTP/1.1 429 Slow\r\nRetry-After: 600\r\nContent-Length: 0\r\n\r\n");
    let (prober, told) = prober(service);
    for _ in 0..3 {
        prober.ask("Mine");
        let probed = told.recv_timeout(HANG).unwrap();
        assert_eq!(
            (probed.verdict, probed.retry_after_ms),
            (Verdict::Limited, Some(600_000))
        );
    }
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[test]
fn a_service_is_asked_once_at_a_time() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let service = service("Mine", &listener);
    let (prober, told) = prober(service);
    prober.ask("Mine");
    let (stream, _) = listener.accept().unwrap();
    (0..10).for_each(|_| assert!(prober.ask("Mine")));
    drop(stream);
    assert_eq!(told.recv_timeout(HANG).unwrap().failed, 1);
    assert_eq!(prober.shared.state().waiting.len(), 0);
}

#[test]
fn four_are_asked_at_once_and_no_more() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let names: Vec<String> = (0..2 * MAX_PROBES)
        .map(|number| format!("s{number}"))
        .collect();
    let own: Vec<Service> = names.iter().map(|name| service(name, &listener)).collect();
    let (tell, told) = channel();
    let prober = Prober::start(Services::with(&own), None, move |probed| {
        tell.send(probed).ok();
    });
    assert!(names.iter().all(|name| prober.ask(name)));
    for _ in 0..2 {
        // All four are there at once, for none goes before they are let go.
        let held: Vec<_> = (0..MAX_PROBES)
            .map(|_| listener.accept().unwrap())
            .collect();
        let state = prober.shared.state();
        assert_eq!(
            (state.threads, state.running.len()),
            (MAX_PROBES, MAX_PROBES)
        );
        drop(state);
        drop(held);
        (0..MAX_PROBES).for_each(|_| assert_eq!(told.recv_timeout(HANG).unwrap().failed, 1));
    }
}

#[test]
fn nobody_is_told_after_the_end() {
    let (service, _) = server("HTTP/1.1 204 No Content\r\n\r\n");
    let (prober, told) = prober(service);
    drop(prober);
    assert!(told.recv().is_err());
}
