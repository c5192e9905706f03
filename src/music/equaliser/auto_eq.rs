//! Files of AutoEq, as bytes: `ParametricEQ.txt`, `FixedBandEQ.txt` and `GraphicEQ.txt`. It opens nothing.
//!
//! ```text
//! Preamp: -6.4 dB
//! Filter 1: ON PK Fc 105 Hz Gain -3.1 dB Q 0.70
//! GraphicEQ: 20 -1.2; 21 -1.1; …
//! ```
//!
//! The format is Equalizer APO's (its "Configuration reference"), of which other programs write the same lines: types PK
//! and PEQ, LSC and HSC (shelves by their middle), LS and HS (by their corner, or 6 dB, 12 dB an octave), OFF lines and
//! `None` left out, `BW Oct` for Q. A `GraphicEQ` line becomes 31 bells, a third of an octave apart, whose sum goes
//! through the curve at each of them.

use super::spelling::quoted;
use super::{Band, Equaliser, EqualiserError, MAX_BANDS, MAX_GAIN_DB, Shape};

/// A file larger than this is none. In bytes.
pub const MAX_BYTES: usize = 64 << 10;
/// Points of a graphic curve; AutoEq writes 127.
const MAX_POINTS: usize = 2_048;
/// Bells that a graphic curve becomes; the 18th lies at 1 kHz.
const THIRDS: usize = 31;
const AT_1_KHZ: f32 = 17.0;
/// Bells wider than a third of an octave, so that the curve does not sag between them: between 40 Hz and 12 kHz they leave
/// it by less than 0.3 dB where it moves by 6 dB in two octaves.
const WIDE_Q: f32 = 2.0;
/// How often their gains are mended by a part of what is missing at each of them; more would swing, for they overlap.
const MENDINGS: usize = 40;
const MENDED: f32 = 0.6;
/// Shelves for which nothing more is said (Equalizer APO).
const USUAL_SLOPE: f64 = 0.9;
/// Any rate at which the top bell still has its shape, in Hz.
const FIT_RATE: u32 = 48_000;

impl Equaliser {
    /// What a file of AutoEq says. A line that is not understood is an error that names it.
    pub fn from_auto_eq(bytes: &[u8]) -> Result<Self, EqualiserError> {
        let refuse = |what: &str| EqualiserError::File(what.to_owned());
        if bytes.len() > MAX_BYTES {
            return Err(refuse("it is too large for a file of AutoEq"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| refuse("it is not text in UTF-8"))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut file = File::default();
        for (at, line) in text.lines().enumerate() {
            file.take(line.trim())
                .map_err(|error| EqualiserError::Line {
                    line: at + 1,
                    what: error.to_string(),
                })?;
        }
        if !file.says_something {
            return Err(refuse(
                "it has no line “Filter 1: ON PK Fc 105 Hz Gain -3.1 dB Q 0.70” or “GraphicEQ: 20 -1.2; …”",
            ));
        }
        Self::new(file.preamp_db, file.bands)
    }
}

#[derive(Default)]
struct File {
    preamp_db: Option<f32>,
    bands: Vec<Band>,
    says_something: bool,
}

impl File {
    fn take(&mut self, line: &str) -> Result<(), EqualiserError> {
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        let (name, said) = line.split_once(':').unwrap_or((line, ""));
        let name = name.trim().to_ascii_lowercase();
        match name.split_whitespace().next() {
            Some("preamp") => {
                let mut words = said.split_whitespace();
                let db = number(words.next(), "a preamp")?;
                // Out of bounds is found here, where the line is known.
                Equaliser::default().with_preamp(Some(db))?;
                self.preamp_db = Some(db);
            }
            Some("filter") => {
                self.says_something = true;
                if let Some(band) = filter(said)? {
                    self.make_room(1)?;
                    self.bands.push(band);
                }
            }
            Some("graphiceq") => {
                self.says_something = true;
                self.make_room(THIRDS)?;
                self.bands.extend(fit(&points(said)?)?);
            }
            _ => return Err(wrong(format!("“{}” is no line of AutoEq", quoted(line)))),
        }
        Ok(())
    }

    fn make_room(&self, bands: usize) -> Result<(), EqualiserError> {
        match self.bands.len() + bands <= MAX_BANDS {
            true => Ok(()),
            false => Err(wrong(format!("there are more than {MAX_BANDS} bands"))),
        }
    }
}

fn wrong(what: String) -> EqualiserError {
    EqualiserError::Value(what)
}

fn number(word: Option<&str>, of: &str) -> Result<f32, EqualiserError> {
    let word = word.unwrap_or("");
    let number = word.parse::<f32>().ok().filter(|number| number.is_finite());
    number.ok_or_else(|| wrong(format!("“{}” is no number for {of}", quoted(word))))
}

/// How wide a band is, as a file says it.
enum Width {
    Q(f64),
    Octaves(f64),
    /// Of a shelf: 1 is as steep as it gets without a bump.
    Slope(f64),
}

/// What stands behind `Filter 1:`; `None`: it is off.
fn filter(said: &str) -> Result<Option<Band>, EqualiserError> {
    let said = said.to_ascii_lowercase();
    let mut words = said.split_whitespace().peekable();
    match words.next() {
        Some("on") => {}
        Some("off") => return Ok(None),
        _ => return Err(wrong("a filter is ON or OFF".into())),
    }
    let (shape, by_corner) = match words.next() {
        Some("pk" | "peq" | "modal") => (Shape::Peak, false),
        Some("lsc" | "lsq") => (Shape::LowShelf, false),
        Some("hsc" | "hsq") => (Shape::HighShelf, false),
        Some("ls") => (Shape::LowShelf, true),
        Some("hs") => (Shape::HighShelf, true),
        Some("none") => return Ok(None),
        other => {
            return Err(wrong(format!(
                "“{}” is no filter that is known here: PK, LSC, HSC, LS and HS are",
                quoted(other.unwrap_or(""))
            )));
        }
    };
    let (mut hz, mut gain_db, mut width) = (None, None, None);
    while let Some(word) = words.next() {
        match word {
            "fc" => hz = Some(number(words.next(), "Fc")?),
            "gain" => gain_db = Some(number(words.next(), "Gain")?),
            "q" => width = Some(Width::Q(number(words.next(), "Q")?.into())),
            "bw" => {
                words.next_if_eq(&"oct");
                width = Some(Width::Octaves(number(words.next(), "BW Oct")?.into()));
            }
            "hz" | "db" => {}
            // `LS 6dB`, `LSC 12 dB`: how steep.
            word => {
                let db = number(Some(word.trim_end_matches("db")), "a filter")?;
                width = Some(Width::Slope(f64::from(db) / 12.0));
            }
        }
    }
    let hz = hz.ok_or_else(|| wrong("a filter says its Fc".into()))?;
    let gain_db = gain_db.ok_or_else(|| wrong("a filter says its Gain".into()))?;
    let said = width.is_some();
    let (q, slope) = q_and_slope(shape, gain_db, width)?;
    let hz = match by_corner && said {
        true => middle(shape, hz, gain_db, slope),
        false => hz,
    };
    Band::new(shape, hz, gain_db, q as f32).map(Some)
}

/// The Cookbook's Q of a width, and of a shelf its slope.
fn q_and_slope(
    shape: Shape,
    gain_db: f32,
    width: Option<Width>,
) -> Result<(f64, f64), EqualiserError> {
    let a = 10f64.powf(f64::from(gain_db) / 40.0);
    let usual = match shape {
        Shape::Peak => {
            return match width {
                Some(Width::Q(q)) => Ok((q, 1.0)),
                // Without the bend at the top, as files that say so are meant.
                Some(Width::Octaves(octaves)) => {
                    Ok((0.5 / (std::f64::consts::LN_2 / 2.0 * octaves).sinh(), 1.0))
                }
                Some(Width::Slope(_)) | None => Err(wrong("a peak says its Q".into())),
            };
        }
        Shape::LowShelf | Shape::HighShelf => Width::Slope(USUAL_SLOPE),
    };
    match width.unwrap_or(usual) {
        Width::Q(q) => Ok((q, 1.0 / ((1.0 / (q * q) - 2.0) / (a + 1.0 / a) + 1.0))),
        Width::Slope(slope) => {
            let inverse = (a + 1.0 / a) * (1.0 / slope - 1.0) + 2.0;
            Ok((1.0 / inverse.sqrt(), slope))
        }
        Width::Octaves(_) => Err(wrong("a shelf says its Q".into())),
    }
}

/// The middle of a shelf whose corner lies there.
fn middle(shape: Shape, hz: f32, gain_db: f32, slope: f64) -> f32 {
    let factor = 10f64.powf(f64::from(gain_db.abs()) / 80.0 / slope) as f32;
    match shape {
        Shape::LowShelf => hz * factor,
        _ => hz / factor,
    }
}

/// `20 -1.2; 21 -1.1; …` as frequencies, rising, and dB.
fn points(said: &str) -> Result<Vec<(f32, f32)>, EqualiserError> {
    let mut points: Vec<(f32, f32)> = Vec::new();
    for said in said.split(';').filter(|said| !said.trim().is_empty()) {
        if points.len() == MAX_POINTS {
            return Err(wrong(format!("a curve has {MAX_POINTS} points at most")));
        }
        let mut words = said.split_whitespace();
        let (hz, db) = (number(words.next(), "Hz")?, number(words.next(), "dB")?);
        let rises = points.last().is_none_or(|(before, _)| *before < hz);
        if hz <= 0.0 || !rises || words.next().is_some() || db.abs() > MAX_GAIN_DB {
            return Err(wrong(format!(
                "“{}” is no point of a curve: they are HZ and dB, by rising Hz, {MAX_GAIN_DB} dB at most",
                quoted(said.trim())
            )));
        }
        points.push((hz, db));
    }
    match points.is_empty() {
        true => Err(wrong("a curve has points".into())),
        false => Ok(points),
    }
}

/// Straight between the points, by octaves; as at its ends beyond them.
fn curve_at(points: &[(f32, f32)], hz: f32) -> f32 {
    let after = points.partition_point(|(at, _)| *at <= hz);
    match (after.checked_sub(1).map(|at| points[at]), points.get(after)) {
        (Some((low, from)), Some(&(high, to))) => {
            let way = (hz / low).ln() / (high / low).ln();
            from + way * (to - from)
        }
        (Some((_, db)), None) | (None, Some(&(_, db))) => db,
        (None, None) => 0.0,
    }
}

/// Bells whose sum goes through the curve where each of them lies.
fn fit(points: &[(f32, f32)]) -> Result<Vec<Band>, EqualiserError> {
    let hz = |at: usize| 1_000.0 * ((at as f32 - AT_1_KHZ) / 3.0).exp2();
    let wanted: Vec<f32> = (0..THIRDS).map(|at| curve_at(points, hz(at))).collect();
    let mut gains_db = wanted.clone();
    let bands = |gains_db: &[f32]| -> Result<Vec<Band>, EqualiserError> {
        let each = gains_db.iter().enumerate();
        each.map(|(at, gain_db)| Band::new(Shape::Peak, hz(at), *gain_db, WIDE_Q))
            .collect()
    };
    for _ in 0..MENDINGS {
        let curve = Equaliser::new(Some(0.0), bands(&gains_db)?)?;
        for (at, gain_db) in gains_db.iter_mut().enumerate() {
            let is = curve.response_db(f64::from(hz(at)), FIT_RATE) as f32;
            *gain_db = (*gain_db + MENDED * (wanted[at] - is)).clamp(-MAX_GAIN_DB, MAX_GAIN_DB);
        }
    }
    bands(&gains_db)
}
