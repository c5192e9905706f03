//! The text of a filter → [`Expression`]. Pure, and bounded by the limits in `expression` whatever the text.
//!
//! The grammar is that of MPD's protocol (its documentation, "Filters"; the operators that 0.24 added are known too):
//! `(TYPE OP 'VALUE')`, `(!EXPRESSION)`, `(EXPRESSION AND EXPRESSION …)`, `(base 'FOLDER')`, `(modified-since 'TIME')`,
//! `(AudioFormat == 'RATE:BITS:CHANNELS')`. Values stand in single or double quotes, and a backslash takes the sign after it
//! as it is. Ours alone: a value of one word needs no quotes, as in `(rating >= 4)`; `codec`; figures (`rating`, `plays`, `last-played` …) with `==` `!=` `<` `<=` `>` `>=`, times also with
//! `since` and `before`, `!since` and `!before`; and `AND` between expressions without parentheses around them all.

use super::audio_format::FormatMask;
use super::expression::{
    Case, Expression, How, MAX_BYTES, MAX_DEPTH, MAX_TERMS, MAX_VALUE_BYTES, TextTest, What, regex,
};
use super::figure::{Figure, FigureTest, Order};
use crate::library::person::Kept;
use crate::music::{Field, Printable};

/// Why a filter cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem} (at character {at} of the filter)")]
pub struct ParseError {
    /// The character at which it went wrong, from 1.
    pub at: usize,
    /// What is wrong there.
    pub problem: String,
}

/// What a test is about, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Text(What),
    Base,
    AudioFormat,
    Figure(Figure),
    /// A time of a song is this or later.
    Since(Figure),
}

/// The type of a name, in any case; the error says why one that MPD has is not answered.
pub(super) fn type_named(name: &str) -> Result<Option<Type>, &'static str> {
    Ok(Some(match name.to_ascii_lowercase().as_str() {
        "any" => Type::Text(What::Any),
        "file" | "filename" => Type::Text(What::File),
        "codec" => Type::Text(What::Codec),
        "base" => Type::Base,
        "modified-since" => Type::Since(Figure::Modified),
        "added-since" => Type::Since(Figure::Kept(Kept::Added)),
        "audioformat" => Type::AudioFormat,
        "prio" => return Err("only songs in the queue have a priority"),
        name => {
            let figure = Figure::named(name).map(Type::Figure);
            let field = || Field::from_name(name).map(|field| Type::Text(What::Field(field)));
            return Ok(figure.or_else(field));
        }
    }))
}

/// Reads a filter. `case` is what `==`, `contains`, `starts_with` and `=~` mind: MPD's `find` minds case, its `search` does not.
pub fn parse(text: &str, case: Case) -> Result<Expression, ParseError> {
    let mut reading = Reading {
        text,
        at: 0,
        terms: 0,
        case,
    };
    if text.len() > MAX_BYTES {
        return Err(reading.wrong(format!("a filter has {MAX_BYTES} bytes at most")));
    }
    reading.skip_blanks();
    let expression = reading.joined(0, true)?;
    if reading.at < text.len() {
        return Err(reading.wrong("nothing more is expected after the last parenthesis"));
    }
    Ok(expression)
}

struct Reading<'a> {
    text: &'a str,
    /// Byte that is looked at next.
    at: usize,
    terms: usize,
    case: Case,
}

impl<'a> Reading<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn wrong(&self, problem: impl Into<String>) -> ParseError {
        self.wrong_at(self.at, problem)
    }

    fn wrong_at(&self, at: usize, problem: impl Into<String>) -> ParseError {
        let before = self.text.get(..at).unwrap_or(self.text);
        ParseError {
            at: before.chars().count() + 1,
            problem: problem.into(),
        }
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_ascii_start().len();
    }

    /// Takes this sign and the blanks after it, if it comes next.
    fn take(&mut self, sign: &str) -> bool {
        let is_next = self.rest().starts_with(sign);
        if is_next {
            self.at += sign.len();
            self.skip_blanks();
        }
        is_next
    }

    fn expect(&mut self, sign: &str) -> Result<(), ParseError> {
        if self.take(sign) {
            return Ok(());
        }
        Err(self.wrong(format!("`{sign}` is expected")))
    }

    /// A word of letters, `_` and `-`; empty where none comes next.
    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !c.is_ascii_alphabetic() && c != '_' && c != '-')
            .unwrap_or(rest.len());
        self.at += end;
        self.skip_blanks();
        &rest[..end]
    }

    /// Expressions with `AND` between them, to the end or to a closing parenthesis.
    fn joined(&mut self, depth: usize, is_outermost: bool) -> Result<Expression, ParseError> {
        let first = self.expression(depth)?;
        let mut all = vec![first];
        loop {
            let is_end = if is_outermost {
                self.rest().is_empty()
            } else {
                self.take(")")
            };
            if is_end {
                break;
            }
            let at = self.at;
            let word = self.word();
            if word.eq_ignore_ascii_case("or") {
                return Err(self.wrong_at(
                    at,
                    "filters have no OR: a regular expression does it, as in (artist =~ 'Nina|Miles')",
                ));
            }
            if !word.eq_ignore_ascii_case("and") {
                let end = if is_outermost { "the end" } else { "`)`" };
                return Err(self.wrong_at(at, format!("AND or {end} is expected")));
            }
            all.push(self.expression(depth)?);
        }
        Ok(match all.len() {
            1 => all.remove(0),
            _ => Expression::All(all),
        })
    }

    /// One expression in its parentheses.
    fn expression(&mut self, depth: usize) -> Result<Expression, ParseError> {
        if depth >= MAX_DEPTH {
            return Err(self.wrong(format!(
                "filters lie {MAX_DEPTH} deep in each other at most"
            )));
        }
        self.expect("(")?;
        if self.rest().starts_with('(') {
            return self.joined(depth + 1, false);
        }
        let inner = if self.take("!") {
            Expression::Not(Box::new(self.expression(depth + 1)?))
        } else {
            self.test()?
        };
        self.expect(")")?;
        Ok(inner)
    }

    fn test(&mut self) -> Result<Expression, ParseError> {
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(self.wrong(format!("a filter has {MAX_TERMS} tests at most")));
        }
        let at = self.at;
        let name = self.word();
        let of_type = type_named(name).map_err(|reason| self.wrong_at(at, reason))?;
        match of_type {
            Some(Type::Text(what)) => self.text_test(what),
            Some(Type::Base) => Ok(Expression::Below(self.value()?)),
            Some(Type::Since(figure)) => self.read_value(|value| since(figure, value)),
            Some(Type::Figure(figure)) => self.figure(figure),
            Some(Type::AudioFormat) => {
                let with_stars = self.rest().starts_with("=~");
                if !self.take("==") && !self.take("=~") {
                    return Err(self.wrong("`==` or `=~` is expected"));
                }
                self.read_value(|value| audio_format(value, with_stars))
            }
            None if name.is_empty() => {
                Err(self.wrong("the name of a field is expected, such as artist, or `(`, or `!(`"))
            }
            None => {
                let name = Printable::new(name);
                Err(self.wrong_at(at, format!("there is no field named “{name}”")))
            }
        }
    }

    fn text_test(&mut self, what: What) -> Result<Expression, ParseError> {
        let (how, case, negated) = self.operator()?;
        let at = self.at;
        let value = self.value()?;
        if how == How::Regex {
            regex(&value, case).map_err(|problem| self.wrong_at(at, problem))?;
        }
        Ok(Expression::Text(TextTest {
            what,
            how,
            case,
            negated,
            value,
        }))
    }

    fn operator(&mut self) -> Result<(How, Case, bool), ParseError> {
        for (sign, how, negated) in [
            ("==", How::Is, false),
            ("!=", How::Is, true),
            ("=~", How::Regex, false),
            ("!~", How::Regex, true),
        ] {
            if self.take(sign) {
                return Ok((how, self.case, negated));
            }
        }
        let at = self.at;
        let negated = self.take("!");
        let word = self.word().to_ascii_lowercase();
        let (how, case) = match word.as_str() {
            "contains" => (How::Contains, self.case),
            "contains_cs" => (How::Contains, Case::Exact),
            "contains_ci" => (How::Contains, Case::Folded),
            "starts_with" => (How::Begins, self.case),
            "starts_with_cs" => (How::Begins, Case::Exact),
            "starts_with_ci" => (How::Begins, Case::Folded),
            "eq_cs" => (How::Is, Case::Exact),
            "eq_ci" => (How::Is, Case::Folded),
            _ => {
                let expected = "`==`, `!=`, `contains`, `starts_with`, `=~` or `!~` is expected";
                return Err(self.wrong_at(at, expected));
            }
        };
        Ok((how, case, negated))
    }

    fn figure(&mut self, figure: Figure) -> Result<Expression, ParseError> {
        let (order, negated) = match Order::split(self.rest()) {
            Some((order, rest)) => {
                self.at = self.text.len() - rest.len();
                (order, false)
            }
            None => self.order_in_words(figure)?,
        };
        let test = self.read_value(|value| FigureTest::read(figure, order, value))?;
        let test = Expression::Figure(test);
        Ok(if negated {
            Expression::Not(Box::new(test))
        } else {
            test
        })
    }

    fn order_in_words(&mut self, figure: Figure) -> Result<(Order, bool), ParseError> {
        let at = self.at;
        let negated = self.take("!");
        let order = match self.word().to_ascii_lowercase().as_str() {
            "since" if figure.is_time() => Order::AtLeast,
            "before" if figure.is_time() => Order::Less,
            _ => {
                let words = if figure.is_time() {
                    ", since or before"
                } else {
                    ""
                };
                let expected = format!("`==`, `!=`, `<`, `<=`, `>` or `>=`{words} is expected");
                return Err(self.wrong_at(at, expected));
            }
        };
        Ok((order, negated))
    }

    /// A value in quotes, and what is made of it; what cannot be read is told at its place.
    fn read_value<T>(&mut self, read: impl Fn(&str) -> Result<T, String>) -> Result<T, ParseError> {
        let at = self.at;
        let value = self.value()?;
        read(&value).map_err(|problem| self.wrong_at(at, problem))
    }

    fn value(&mut self) -> Result<String, ParseError> {
        let begin = self.at;
        let rest = self.rest();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '\'' | '"')) else {
            return self.bare_value();
        };
        let mut value = String::new();
        let mut chars = rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            if c == quote {
                self.at += at + 1;
                self.skip_blanks();
                return Ok(value);
            }
            let kept = if c == '\\' {
                chars.next().map(|(_, c)| c)
            } else {
                Some(c)
            };
            value.extend(kept);
            if value.len() > MAX_VALUE_BYTES {
                let problem = format!("a value has {MAX_VALUE_BYTES} bytes at most");
                return Err(self.wrong_at(begin, problem));
            }
        }
        Err(self.wrong_at(begin, "this quote is never closed"))
    }

    /// A value of one word, up to a blank or a parenthesis.
    fn bare_value(&mut self) -> Result<String, ParseError> {
        let begin = self.at;
        let value = bare_word(self.rest());
        if value.is_empty() {
            return Err(self.wrong("a value is expected"));
        }
        if value.len() > MAX_VALUE_BYTES {
            return Err(self.wrong(format!("a value has {MAX_VALUE_BYTES} bytes at most")));
        }
        self.at += value.len();
        self.skip_blanks();
        let is_last = self.rest().is_empty() || self.rest().starts_with(')');
        if !is_last || value.contains(['\'', '"', '\\']) {
            return Err(self.wrong_at(begin, "a value of several words stands in quotes"));
        }
        Ok(value.to_owned())
    }
}

/// The beginning of a text up to a blank or a parenthesis.
pub(super) fn bare_word(text: &str) -> &str {
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')'));
    &text[..end.unwrap_or(text.len())]
}

pub(super) fn since(figure: Figure, value: &str) -> Result<Expression, String> {
    FigureTest::read(figure, Order::AtLeast, value).map(Expression::Figure)
}

pub(super) fn audio_format(value: &str, with_stars: bool) -> Result<Expression, String> {
    let mask = FormatMask::read(value, with_stars).ok_or_else(|| {
        let value = Printable::new(value);
        format!("“{value}” is no audio format: it is written 44100:16:2, with =~ also *:24:*")
    })?;
    Ok(Expression::Format(mask))
}
