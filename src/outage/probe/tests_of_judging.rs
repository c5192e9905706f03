//! Evidence and what it means, as a table: §6 and §9 of the reference on outages.

use super::*;
use crate::outage::probe::Odd;

const NOW: i64 = 1_700_000_000;
const DAY: i64 = 86_400;

fn clock() -> Clock {
    Clock {
        now_s: NOW,
        built_s: NOW - 30 * DAY,
        is_proven: false,
    }
}

fn seen(saw: Saw) -> Seen {
    Seen {
        label: "api.example".into(),
        is_http: true,
        saw,
        took_ms: 1,
        is_proven: false,
        takes_any: false,
        retry_after_ms: None,
    }
}

fn proven(saw: Saw) -> Seen {
    Seen {
        is_proven: true,
        ..seen(saw)
    }
}

fn fine() -> Control {
    Control::Fine {
        date_s: None,
        by_name: true,
    }
}

fn fine_at(date_s: i64) -> Control {
    Control::Fine {
        date_s: Some(date_s),
        by_name: true,
    }
}

fn found(seen: Vec<Seen>, control: Control) -> Evidence {
    Evidence {
        service: "X".into(),
        route: Some(true),
        seen,
        control,
        took_ms: 1,
    }
}

#[track_caller]
fn means(seen_: Vec<Seen>, control: Control, verdict: Verdict, evidence: &str) {
    let judged = judge(&found(seen_, control), &clock());
    assert_eq!(
        (judged.verdict, judged.evidence.as_str()),
        (verdict, evidence)
    );
}

fn login() -> Saw {
    Saw::Elsewhere {
        status: 302,
        to: "login.example".into(),
    }
}

#[test]
fn nobody_asked_is_offline() {
    means(
        vec![],
        Control::NotAsked,
        Verdict::Offline,
        "no way leads out of this machine, and nobody was asked",
    );
}

#[test]
fn what_is_well() {
    let well = || seen(Saw::Well(Some(200)));
    means(
        vec![well()],
        Control::NotAsked,
        Verdict::Up,
        "api.example: HTTP 200",
    );
    let slow = seen(Saw::Slow { took_ms: 3_210 });
    means(
        vec![slow],
        Control::NotSet,
        Verdict::Limited,
        "api.example: answers, after 3.2 s",
    );
    let limited = vec![well(), seen(Saw::Limited(429))];
    means(
        limited,
        Control::NotAsked,
        Verdict::Limited,
        "api.example: HTTP 200; api.example: HTTP 429",
    );
}

#[test]
fn a_failure_is_the_services_only_where_the_network_is_known_to_work() {
    for saw in [
        Saw::Status(502),
        Saw::Refused,
        Saw::Reset,
        Saw::Closed,
        Saw::Hangs,
        Saw::ConnectHangs,
        Saw::TlsHangs,
        Saw::NotTls,
        Saw::NotHttp,
        Saw::Drips(200),
        Saw::NotAsExpected(Odd::NoJson),
        Saw::Certificate(Bad::UnknownIssuer),
        Saw::Certificate(Bad::WrongName),
        Saw::NoWay,
    ] {
        let judged = |control| judge(&found(vec![seen(saw.clone())], control), &clock());
        assert_eq!(judged(fine()).verdict, Verdict::ServiceDown, "{saw}");
        let unknown = judged(Control::NotSet);
        assert_eq!(unknown.verdict, Verdict::Unreachable, "{saw}");
        assert!(unknown.evidence.ends_with("no network test is set"));
        let portal = judged(Control::Portal(Saw::Page(200)));
        assert_eq!(portal.verdict, Verdict::Portal, "{saw}");
        let failed = judged(Control::Failed(Saw::Status(500)));
        assert_eq!(failed.verdict, Verdict::Unreachable, "{saw}");
    }
    means(
        vec![seen(Saw::Status(502))],
        fine(),
        Verdict::ServiceDown,
        "api.example: HTTP 502; network test fine",
    );
}

#[test]
fn who_proves_who_it_is_speaks_for_itself() {
    let down = || vec![proven(Saw::Status(502))];
    means(
        down(),
        Control::NotSet,
        Verdict::ServiceDown,
        "api.example: HTTP 502",
    );
    let judged = judge(&found(down(), Control::Portal(Saw::Page(200))), &clock());
    assert_eq!(judged.verdict, Verdict::ServiceDown);
    let half = vec![proven(Saw::Well(Some(200))), seen(Saw::ConnectHangs)];
    means(
        half,
        Control::NotSet,
        Verdict::ServiceDown,
        "api.example: no connection in time; api.example: HTTP 200",
    );
}

#[test]
fn silence_on_every_side_is_no_way_out() {
    for (service, control, verdict) in [
        (Saw::ConnectHangs, Saw::ConnectHangs, Verdict::Offline),
        (Saw::NoWay, Saw::NoResolver, Verdict::Offline),
        (Saw::Refused, Saw::ConnectHangs, Verdict::Unreachable),
        (Saw::ConnectHangs, Saw::Refused, Verdict::Unreachable),
    ] {
        let judged = judge(
            &found(vec![seen(service)], Control::Failed(control)),
            &clock(),
        );
        assert_eq!(judged.verdict, verdict);
    }
}

#[test]
fn names() {
    let by_number = Control::Fine {
        date_s: None,
        by_name: false,
    };
    for (saw, control, verdict) in [
        (Saw::NoSuchName, fine(), Verdict::ServiceDns),
        (Saw::NoResolver, fine(), Verdict::ServiceDns),
        (Saw::ResolverHangs, fine(), Verdict::ServiceDns),
        (Saw::NoSuchName, by_number.clone(), Verdict::ServiceDns),
        (Saw::ResolverHangs, by_number, Verdict::Dns),
        (Saw::NoSuchName, Control::NotSet, Verdict::Unreachable),
        (Saw::NoResolver, Control::NotSet, Verdict::Dns),
        (Saw::ResolverHangs, Control::NotSet, Verdict::Dns),
        (
            Saw::NoSuchName,
            Control::Failed(Saw::NoSuchName),
            Verdict::Dns,
        ),
        (
            Saw::ResolverHangs,
            Control::Failed(Saw::ResolverHangs),
            Verdict::Dns,
        ),
    ] {
        let judged = judge(&found(vec![seen(saw.clone())], control.clone()), &clock());
        assert_eq!(judged.verdict, verdict, "{saw:?} {control:?}");
    }
    let one_of_two = vec![seen(Saw::ResolverHangs), seen(Saw::Well(Some(200)))];
    let judged = judge(&found(one_of_two, Control::NotSet), &clock());
    assert_eq!(judged.verdict, Verdict::ServiceDns);
}

#[test]
fn portals() {
    for saw in [login(), Saw::Page(200), Saw::Page(511)] {
        let judged = |control| judge(&found(vec![seen(saw.clone())], control), &clock()).verdict;
        assert_eq!(judged(Control::NotSet), Verdict::Portal, "{saw}");
        assert_eq!(judged(Control::Portal(login())), Verdict::Portal, "{saw}");
        assert_eq!(judged(fine()), Verdict::ServiceDown, "{saw}");
    }
    let any = |saw| Seen {
        takes_any: true,
        ..seen(saw)
    };
    for (saw, control, verdict) in [
        (Saw::Page(200), Control::NotSet, Verdict::Up),
        (Saw::Page(200), fine(), Verdict::Up),
        (Saw::Page(200), Control::Portal(login()), Verdict::Portal),
        (login(), fine(), Verdict::Up),
        (login(), Control::NotSet, Verdict::Portal),
        (Saw::Page(511), fine(), Verdict::ServiceDown),
    ] {
        let judged = judge(&found(vec![any(saw.clone())], control), &clock());
        assert_eq!(judged.verdict, verdict, "{saw}");
    }
    means(
        vec![any(Saw::Page(200))],
        Control::NotSet,
        Verdict::Up,
        "api.example: HTTP 200",
    );
}

#[test]
fn refusals() {
    for status in [403, 451] {
        let judged = judge(&found(vec![seen(Saw::Blocked(status))], fine()), &clock());
        assert_eq!(judged.verdict, Verdict::Blocked);
    }
}

#[test]
fn the_clock_or_the_certificate() {
    let begins = |from_s| Saw::Certificate(Bad::NotYetValid { from_s });
    let ended = |since_s| Saw::Certificate(Bad::Expired { since_s });
    let (day, days) = (NOW + DAY, NOW + 3 * DAY);
    for (saw, control, verdict) in [
        (begins(day), fine_at(days), Verdict::TlsClock),
        (begins(day), fine_at(NOW), Verdict::ServiceDown),
        (begins(day), fine(), Verdict::ServiceDown),
        (begins(day), Control::NotSet, Verdict::Unreachable),
        (ended(NOW - DAY), fine_at(NOW - 3 * DAY), Verdict::TlsClock),
        (ended(NOW - DAY), fine_at(NOW), Verdict::ServiceDown),
        (ended(NOW - DAY), Control::NotSet, Verdict::Unreachable),
    ] {
        let judged = judge(&found(vec![seen(saw.clone())], control.clone()), &clock());
        assert_eq!(judged.verdict, verdict, "{saw} {control:?}");
    }
    let early = Clock {
        now_s: NOW - 900 * DAY,
        ..clock()
    };
    let evidence = found(vec![seen(begins(NOW))], Control::NotSet);
    assert_eq!(judge(&evidence, &early).verdict, Verdict::TlsClock);
    let proven = Clock {
        is_proven: true,
        ..early
    };
    assert_eq!(judge(&evidence, &proven).verdict, Verdict::Unreachable);
    means(
        vec![seen(ended(NOW - DAY))],
        fine_at(NOW),
        Verdict::ServiceDown,
        "api.example: a certificate that ended on 2023-11-13; this machine's clock says 2023-11-14; network test fine",
    );
}
