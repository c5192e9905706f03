//! What answers mean, as a table.

use super::*;

fn check(url: &str, up: &[u16], json: Option<&str>) -> Check {
    Check {
        up: up.to_vec(),
        json: json.map(str::to_owned),
        ..Check::of(Target::parse(url).unwrap())
    }
}

fn answer(status: u16, body: &str) -> Answer {
    Answer {
        status,
        location: None,
        is_html: body.starts_with('<'),
        date_s: None,
        retry_after_ms: None,
        body: Ok(body.into()),
    }
}

fn saw(check: &Check, answer: &Answer) -> Saw {
    meaning(check, answer, 10).0
}

#[test]
fn statuses_of_an_address_alone() {
    let check = check("https://api.example/", &[], None);
    for status in [200, 204, 302, 400, 401, 404] {
        assert_eq!(saw(&check, &answer(status, "")), Saw::Well(Some(status)));
    }
    for (status, means) in [
        (403, Saw::Blocked(403)),
        (451, Saw::Blocked(451)),
        (429, Saw::Limited(429)),
        (500, Saw::Status(500)),
        (502, Saw::Status(502)),
        (511, Saw::Page(511)),
    ] {
        assert_eq!(saw(&check, &answer(status, "")), means);
    }
}

#[test]
fn statuses_that_are_named() {
    let check = check("https://api.example/", &[401, 403], None);
    assert_eq!(saw(&check, &answer(403, "")), Saw::Well(Some(403)));
    assert_eq!(saw(&check, &answer(200, "")), Saw::Status(200));
    assert_eq!(saw(&check, &answer(451, "")), Saw::Blocked(451));
}

#[test]
fn json_that_is_expected() {
    let check = check("https://api.example/", &[200], Some("accesspoint"));
    let well = r#"{"accesspoint":["a.example:4070","b.example:443","[::1]:443","127.0.0.1:443"]}"#;
    let (saw_, host) = meaning(&check, &answer(200, well), 10);
    assert_eq!(saw_, Saw::Well(Some(200)));
    assert_eq!(host.unwrap().to_string(), "b.example:443");
    for (body, means) in [
        (r#"{"accesspoint":[]}"#, Odd::Empty),
        (r#"{"other":1}"#, Odd::Empty),
        ("[1]", Odd::Empty),
        (r#"{"accesspoint":["#, Odd::NoJson),
        ("", Odd::NoJson),
        ("<html>", Odd::NoJson),
    ] {
        assert_eq!(
            saw(&check, &answer(200, body)),
            Saw::NotAsExpected(means),
            "{body}"
        );
    }
    let long = "x".repeat(MAX_BODY_BYTES + 1);
    assert_eq!(
        saw(&check, &answer(200, &long)),
        Saw::NotAsExpected(Odd::TooLong)
    );
}

#[test]
fn an_answer_sends_nobody_to_this_machine() {
    let far = check("https://api.example/", &[], Some("a"));
    let here = check("http://127.0.0.1/", &[], Some("a"));
    let body = answer(200, r#"{"a":["127.0.0.1:22"]}"#);
    assert_eq!(meaning(&far, &body, 1).1, None);
    assert!(meaning(&here, &body, 1).1.is_some());
}

#[test]
fn a_page_tells_nothing_where_nobody_proved_who_it_is() {
    let plain = check("http://x.example/", &[], None);
    let json = check("http://x.example/", &[], Some("a"));
    assert_eq!(saw(&plain, &answer(200, "<p>")), Saw::Page(200));
    assert_eq!(saw(&json, &answer(200, "<p>")), Saw::Page(200));
    let secret = check("https://x.example/", &[], None);
    assert_eq!(saw(&secret, &answer(200, "<p>")), Saw::Well(Some(200)));
}

#[test]
fn redirects_are_not_followed_and_told() {
    let to = |location: &str| Answer {
        location: Some(location.into()),
        ..answer(302, "")
    };
    let plain = check("http://x.example/", &[], None);
    for own in ["https://x.example/y", "/z", "https://www.x.example/"] {
        assert_eq!(saw(&plain, &to(own)), Saw::Well(Some(302)), "{own}");
    }
    let login = Saw::Elsewhere {
        status: 302,
        to: "login.example".into(),
    };
    assert_eq!(saw(&plain, &to("http://login.example/?x")), login);
    let secret = check("https://x.example/", &[], None);
    assert_eq!(
        saw(&secret, &to("http://login.example/")),
        Saw::Well(Some(302))
    );
    let json = check("https://x.example/", &[], Some("a"));
    assert_eq!(saw(&json, &to("http://login.example/")), login);
    assert_eq!(
        leads_to(Some(&format!("http://{}/", "x".repeat(9_000)))).len(),
        MAX_NAME
    );
}

#[test]
fn what_takes_long_is_slow() {
    let check = check("https://x.example/", &[], None);
    let slow = meaning(&check, &answer(200, ""), SLOW_MS).0;
    assert_eq!(slow, Saw::Slow { took_ms: SLOW_MS });
}
