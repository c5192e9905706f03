//! What files say, what curves do, and what is refused.

use super::*;

const PARAMETRIC: &str = "Preamp: -6.4 dB\r
Filter 1: ON LSC Fc 105 Hz Gain 6.5 dB Q 0.70\r
Filter 2: ON PK Fc 2170 Hz Gain -3.1 dB Q 0.70\r
Filter 3: OFF PK Fc 1 Hz Gain 99 dB Q 0\r
Filter 4: ON HSC Fc 10000 Hz Gain -2.0 dB Q 0.70\r
";

fn read(text: &str) -> Equaliser {
    Equaliser::from_auto_eq(text.as_bytes()).unwrap()
}

fn refused(text: &str) -> String {
    let error = Equaliser::from_auto_eq(text.as_bytes()).unwrap_err();
    error.to_string()
}

fn peak(hz: f32, gain_db: f32, q: f32) -> Band {
    Band::new(Shape::Peak, hz, gain_db, q).unwrap()
}

#[test]
fn a_parametric_file_is_its_bands() {
    let read = read(PARAMETRIC);
    let shelf = |shape, hz, gain_db| Band::new(shape, hz, gain_db, 0.7).unwrap();
    let bands = [
        shelf(Shape::LowShelf, 105.0, 6.5),
        peak(2_170.0, -3.1, 0.7),
        shelf(Shape::HighShelf, 10_000.0, -2.0),
    ];
    assert_eq!(read.bands(), bands);
    assert_eq!(read.preamp_db(), -6.4);
    assert!(!read.is_flat() && !read.is_ten_bands());
}

#[test]
fn a_file_of_fixed_bands_is_its_bands() {
    let text = "\u{feff}# HD 600\nPreamp: -3 dB\n\nfilter 1: on pk fc 31 hz gain 2.5 db q 1.41\n";
    assert_eq!(read(text).bands(), [peak(31.0, 2.5, 1.41)]);
    // As other programs write them.
    let text =
        "Filter  1: ON  PK       Fc    63.0 Hz  Gain  -4.0 dB  BW Oct 1.0\nFilter 2: ON None\n";
    let q = read(text).bands()[0].q();
    assert!((q - std::f32::consts::SQRT_2).abs() < 1e-3, "{q}");
}

#[test]
fn a_shelf_by_its_corner_lies_further_in() {
    let read =
        read("Filter 1: ON LS 12dB Fc 100 Hz Gain 8 dB\nFilter 2: ON HS Fc 1000 Hz Gain 8 dB\n");
    // 10^(8/80): the corner of the steepest shelf is so far from its middle.
    assert!((read.bands()[0].hz() - 125.89).abs() < 0.01, "{read}");
    assert_eq!(
        read.bands()[1].hz(),
        1_000.0,
        "nothing is said of its corner"
    );
}

#[test]
fn bells_go_through_a_graphic_curve() {
    let curve = |hz: f32| 6.0 * (hz.ln() * 1.3).sin() - 3.0;
    let points: Vec<String> = (0..127)
        .map(|at| 20.0 * (at as f32 / 12.7).exp2())
        .map(|hz| format!("{hz} {}", curve(hz)))
        .collect();
    let read = read(&format!("GraphicEQ: {}\n", points.join("; ")));
    assert_eq!(read.bands().len(), 31);
    // The last one lies beyond the points.
    for band in &read.bands()[..30] {
        let (is, wanted) = (read.response_db(band.hz().into(), 48_000), curve(band.hz()));
        assert!(
            (is - f64::from(wanted)).abs() < 0.1,
            "{} Hz: {is}",
            band.hz()
        );
        // Between two of them, too, though less so, and least at the ends.
        let between = band.hz() * (1.0f32 / 6.0).exp2();
        if (40.0..12_000.0).contains(&between) {
            let (is, wanted) = (read.response_db(between.into(), 48_000), curve(between));
            assert!(
                (is - f64::from(wanted)).abs() < 0.3,
                "{between} Hz: {is} and not {wanted}"
            );
        }
    }
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    for (text, wanted) in [
        ("Preamp: x dB", "line 1: “x” is no number for a preamp"),
        (
            "Preamp: 99 dB",
            "line 1: a preamp of 99 dB is not from -30 to 30 dB",
        ),
        (
            "\nFilter 1: ON PK Fc 0 Hz Gain 1 dB Q 1",
            "line 2: 0 Hz is not from 10 to 40000 Hz",
        ),
        (
            "Filter 1: ON PK Fc 90 Hz Gain 1 dB",
            "line 1: a peak says its Q",
        ),
        (
            "Filter 1: ON PK Gain 1 dB Q 1",
            "line 1: a filter says its Fc",
        ),
        ("Filter 1: PK Fc 90 Hz", "line 1: a filter is ON or OFF"),
        (
            "Filter 1: ON LP Fc 90 Hz Q 1",
            "line 1: “lp” is no filter that is known here: PK, LSC, HSC, LS and HS are",
        ),
        (
            "Include: other.txt",
            "line 1: “Include: other.txt” is no line of AutoEq",
        ),
        ("GraphicEQ: 20", "line 1: “” is no number for dB"),
        ("GraphicEQ: ;", "line 1: a curve has points"),
    ] {
        assert_eq!(refused(text), wanted);
    }
    assert!(refused("GraphicEQ: 30 1; 20 1").contains("by rising Hz"));
    assert!(refused("").starts_with("it has no line"));
    assert!(refused("Preamp: -1 dB").starts_with("it has no line"));
    let many = "Filter: ON PK Fc 90 Hz Gain 1 dB Q 1\n".repeat(33);
    assert_eq!(refused(&many), "line 33: there are more than 32 bands");
    let long = vec![b'\n'; MAX_EQUALISER_BYTES + 1];
    assert!(Equaliser::from_auto_eq(&long).is_err());
    assert!(Equaliser::from_auto_eq(b"\xff").is_err());
}

#[test]
fn a_curve_has_the_gains_that_it_says() {
    let at = |band: Band, hz| band.response_db(hz, 48_000);
    let near = |is: f64, wanted: f64| assert!((is - wanted).abs() < 0.02, "{is} and not {wanted}");
    let bell = peak(1_000.0, 6.0, 1.0);
    near(at(bell, 1_000.0), 6.0);
    near(at(bell, 10.0), 0.0);
    let low = Band::new(Shape::LowShelf, 200.0, -8.0, 0.7).unwrap();
    near(at(low, 200.0), -4.0);
    near(at(low, 5.0), -8.0);
    near(at(low, 20_000.0), 0.0);
    let high = Band::new(Shape::HighShelf, 2_000.0, 8.0, 0.7).unwrap();
    near(at(high, 2_000.0), 4.0);
    near(at(high, 23_000.0), 8.0);
    near(at(high, 20.0), 0.0);
    // What lies above the highest frequency does nothing, but for what lifts all below it.
    let rate = 8_000;
    assert_eq!(peak(4_500.0, 9.0, 1.0).response_db(3_000.0, rate), 0.0);
    let low = Band::new(Shape::LowShelf, 20_000.0, 9.0, 0.7).unwrap();
    assert!((low.response_db(100.0, rate) - 9.0).abs() < 0.1);
}

#[test]
fn ten_bands_have_room_for_their_highest_point() {
    let flat = Equaliser::ten_bands([0.0; 10]).unwrap();
    assert!(flat.is_flat() && flat.is_ten_bands());
    let raised = flat.clone().with_gain(3, 6.0).unwrap();
    assert!(
        (raised.preamp_db() + 6.0).abs() < 0.01,
        "{}",
        raised.preamp_db()
    );
    let lowered = flat.clone().with_gain(3, -6.0).unwrap();
    assert_eq!(lowered.preamp_db(), 0.0);
    assert_eq!(
        Equaliser::default()
            .with_gain(10, 1.0)
            .unwrap()
            .bands()
            .len(),
        10
    );
    for wrong in [(0, 1.0), (11, 1.0), (1, 12.5), (1, f32::NAN)] {
        assert!(
            flat.clone().with_gain(wrong.0, wrong.1).is_err(),
            "{wrong:?}"
        );
    }
    assert!(!flat.with_preamp(Some(-1.0)).unwrap().is_flat());
}

#[test]
fn what_is_written_in_a_line_is_read_again() {
    let graphic = read("GraphicEQ: 20 -1.2; 2000 3; 20000 0.1");
    for curve in [read(PARAMETRIC), graphic, Equaliser::default()] {
        let line = curve.to_string();
        assert_eq!(line.parse(), Ok(curve), "{line}");
    }
    assert_eq!(
        read(PARAMETRIC).to_string(),
        "-6.4 low:105:6.5:0.7 peak:2170:-3.1:0.7 high:10000:-2:0.7"
    );
    for wrong in [
        "",
        "x",
        "auto x",
        "auto peak:1000:3",
        "auto peak:1000:3:1:1",
        "nan",
        "auto peak:1000:nan:1",
    ] {
        assert!(wrong.parse::<Equaliser>().is_err(), "{wrong}");
    }
}

proptest::proptest! {
    #[test]
    fn no_bytes_are_too_much(bytes: Vec<u8>) {
        Equaliser::from_auto_eq(&bytes).ok();
    }

    #[test]
    fn what_is_read_is_finite(text in "(Preamp: -?[0-9.]{1,6} dB\n)?(Filter 1: ON (PK|LS|HS|LSC|HSC) (6dB |12 dB )?Fc [0-9.]{1,7} Hz Gain -?[0-9.]{1,5} dB Q [0-9.]{1,6}\n){0,4}") {
        if let Ok(read) = Equaliser::from_auto_eq(text.as_bytes()) {
            for hz in [10.0, 300.0, 7_000.0, 24_000.0] {
                assert!(read.response_db(hz, 48_000).is_finite(), "{read}");
            }
            assert!(read.preamp_db().is_finite());
        }
    }
}
