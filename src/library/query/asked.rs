//! What a person typed → what is asked: words, `TYPE VALUE` pairs, filters. One reading for every verb and door.

use super::expression::{Case, Expression, How, TextTest, What};
use super::figure::{FigureTest, Order};
use super::parse::{ParseError, Type, audio_format, bare_word, parse, since, type_named};
use crate::music::{Field, Printable};

/// More arguments than these are no question.
const MAX_ARGS: usize = 512;

/// Types that titles have as words.
const WORDS: &[&str] = &["plays", "skips", "added", "modified"];

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// Words, ranked by how well they fit.
    Words(String),
    /// What songs must be like.
    Filter(Expression),
}

/// Values to be listed: the distinct ones of a field, among the songs that a filter leaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// The field, or the songs' own addresses.
    pub what: ListedType,
    /// Which songs count.
    pub filter: Expression,
    /// Fields by which the values are grouped, the outermost first.
    pub groups: Vec<Field>,
}

/// What can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListedType {
    /// The values of a field.
    Field(Field),
    /// Files.
    File,
}

/// Why a question cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AskedError {
    /// A filter is wrong.
    #[error(transparent)]
    Filter(#[from] ParseError),
    /// A value is none of its type.
    #[error("{0}")]
    Value(String),
    /// A filter or pair stands beside something that is none.
    #[error("“{0}” is neither a filter nor a TYPE with its VALUE")]
    Mixed(String),
    /// `list` was asked for something that has no values.
    #[error("there is no field named “{0}” that could be listed")]
    NotListed(String),
    /// `list` was asked to group a field by itself.
    #[error("{0} cannot be grouped by itself")]
    GroupedByItself(Field),
    /// A type stands without its value.
    #[error("“{0}” has no value behind it")]
    NoValue(String),
    /// There are too many arguments.
    #[error("more than {MAX_ARGS} arguments are no question")]
    TooMany,
}

impl Asked {
    /// What `search` is given. Where all arguments are `TYPE VALUE` pairs and filters, every one of them must hold; else
    /// they are words. Case makes no difference. No arguments ask for every song.
    pub fn read(args: &[String]) -> Result<Self, AskedError> {
        if args.is_empty() {
            return Ok(Self::Filter(Expression::All(Vec::new())));
        }
        Ok(match conditions(args, Case::Folded)? {
            Some(filter) => Self::Filter(filter),
            None => Self::Words(args.join(" ")),
        })
    }
}

/// What `find` is given: pairs and filters that mind case; else one value that any field has.
pub fn exactly(args: &[String]) -> Result<Expression, AskedError> {
    let filter = conditions(args, Case::Exact)?;
    Ok(filter.unwrap_or_else(|| text(What::Any, Case::Exact, &args.join(" "))))
}

/// What MPD's protocol is given: pairs and filters and nothing else, so that a word that is no type is an error and never
/// what is looked for.
pub fn strictly(args: &[String], case: Case) -> Result<Expression, AskedError> {
    let (mut all, rest) = gather(args, case, |text| text.starts_with('('), |_, _| true)?;
    match (rest.first(), all.len()) {
        (Some(name), _) => Err(AskedError::NoValue(Printable::new(name).to_string())),
        (None, 1) => Ok(all.remove(0)),
        (None, _) => Ok(Expression::All(all)),
    }
}

impl Listing {
    /// Reads `TYPE [CONDITION …] [group TYPE …]`; conditions mind case, as in MPD. One word after `album` is its artist.
    pub fn read(args: &[String]) -> Result<Self, AskedError> {
        let Some((name, mut rest)) = args.split_first() else {
            return Err(AskedError::NotListed(String::new()));
        };
        let what = match name.to_ascii_lowercase().as_str() {
            "file" | "filename" => ListedType::File,
            name => ListedType::Field(field(name)?),
        };
        let mut groups = Vec::new();
        while let [before @ .., group, by] = rest
            && group.eq_ignore_ascii_case("group")
        {
            groups.insert(0, field(by)?);
            rest = before;
        }
        if let ListedType::Field(field) = what
            && groups.contains(&field)
        {
            return Err(AskedError::GroupedByItself(field));
        }
        let filter = match rest {
            [] => Expression::All(Vec::new()),
            [artist] if what == ListedType::Field(Field::Album) && !is_filter(artist) => {
                text(What::Field(Field::Artist), Case::Exact, artist)
            }
            rest => conditions(rest, Case::Exact)?
                .ok_or_else(|| AskedError::Mixed(Printable::new(&rest.join(" ")).to_string()))?,
        };
        Ok(Self {
            what,
            filter,
            groups,
        })
    }
}

fn field(name: &str) -> Result<Field, AskedError> {
    Field::from_name(name).ok_or_else(|| AskedError::NotListed(Printable::new(name).to_string()))
}

/// Whether these are a pair. “plays” and “added” are words of their own too: only with a value of theirs they begin one.
fn is_pair(name: &str, value: &str) -> bool {
    match type_named(name) {
        Ok(Some(Type::Figure(figure))) if WORDS.contains(&name.to_ascii_lowercase().as_str()) => {
            FigureTest::read_pair(figure, value).is_ok()
        }
        _ => is_type(name),
    }
}

/// Whether a name begins a pair. Of no song a comment is kept, and titles begin with that word.
pub fn is_type(name: &str) -> bool {
    let comment = Type::Text(What::Field(Field::Comment));
    !matches!(type_named(name), Ok(None)) && type_named(name) != Ok(Some(comment))
}

/// All arguments as conditions; `None` where they are not all filters and pairs, and none of them is a filter.
fn conditions(args: &[String], case: Case) -> Result<Option<Expression>, AskedError> {
    let (mut all, rest) = gather(args, case, is_filter, is_pair)?;
    match rest.first() {
        Some(other) if args.iter().any(|arg| is_filter(arg)) => {
            return Err(AskedError::Mixed(Printable::new(other).to_string()));
        }
        Some(_) => return Ok(None),
        None => {}
    }
    Ok(match all.len() {
        0 => None,
        1 => all.pop(),
        _ => Some(Expression::All(all)),
    })
}

/// Filters and pairs from the front on, as far as there are some, and what comes behind them.
fn gather(
    args: &[String],
    case: Case,
    is_filter: impl Fn(&str) -> bool,
    is_pair: impl Fn(&str, &str) -> bool,
) -> Result<(Vec<Expression>, &[String]), AskedError> {
    if args.len() > MAX_ARGS {
        return Err(AskedError::TooMany);
    }
    let (mut all, mut rest) = (Vec::new(), args);
    loop {
        rest = match rest {
            [filter, after @ ..] if is_filter(filter) => {
                all.push(parse(filter, case)?);
                after
            }
            [name, value, after @ ..] if is_pair(name, value) => {
                all.push(pair(name, value, case)?);
                after
            }
            rest => return Ok((all, rest)),
        };
    }
}

/// Whether a text means to be a filter. Titles begin with a parenthesis too: a filter goes on with a type, or says `==`.
fn is_filter(text: &str) -> bool {
    let text = text.trim_ascii_start();
    if !text.starts_with('(') {
        return false;
    }
    let inner = text.trim_start_matches(['(', '!', ' ']);
    let name_end = inner
        .find(|c: char| !c.is_ascii_alphabetic() && c != '_' && c != '-')
        .unwrap_or(inner.len());
    let (name, after) = inner.split_at(name_end);
    let says = |sign: &str| after.trim_ascii_start().starts_with(sign);
    ["==", "!=", "=~", "!~"].into_iter().any(says)
        || (is_type(name)
            && [
                "'",
                "\"",
                "contains",
                "starts_with",
                "eq_",
                "!",
                "<",
                ">",
                "=",
            ]
            .into_iter()
            .any(says))
        || tells_a_time(name, after.trim_ascii_start())
}

/// Whether a name and what follows it ask for a time: “(Added Since Then)” is a title.
fn tells_a_time(name: &str, after: &str) -> bool {
    let (figure, value) = match type_named(name) {
        Ok(Some(Type::Since(figure))) => (figure, Some(after)),
        Ok(Some(Type::Figure(figure))) => {
            let words = ["since", "before"].into_iter();
            (
                figure,
                words.filter_map(|word| after.strip_prefix(word)).next(),
            )
        }
        _ => return false,
    };
    value.map(str::trim_ascii_start).is_some_and(|value| {
        value.starts_with(['\'', '"'])
            || FigureTest::read(figure, Order::AtLeast, bare_word(value)).is_ok()
    })
}

/// `TYPE VALUE`: the whole value for `find`, any part of it for `search`.
fn pair(name: &str, value: &str, case: Case) -> Result<Expression, AskedError> {
    let of_type = type_named(name).map_err(|reason| AskedError::Value(reason.to_owned()))?;
    let read = match of_type {
        Some(Type::Text(what)) => Ok(text(what, case, value)),
        Some(Type::Base) => Ok(Expression::Below(value.to_owned())),
        Some(Type::Since(figure)) => since(figure, value),
        Some(Type::AudioFormat) => audio_format(value, true),
        Some(Type::Figure(figure)) => FigureTest::read_pair(figure, value).map(Expression::Figure),
        None => return Err(AskedError::Mixed(Printable::new(name).to_string())),
    };
    read.map_err(AskedError::Value)
}

fn text(what: What, case: Case, value: &str) -> Expression {
    let how = match case {
        Case::Exact => How::Is,
        Case::Folded => How::Contains,
    };
    Expression::Text(TextTest {
        what,
        how,
        case,
        negated: false,
        value: value.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(args: &[&str], case: Case) -> Result<Asked, AskedError> {
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        match case {
            Case::Folded => Asked::read(&args),
            Case::Exact => exactly(&args).map(Asked::Filter),
        }
    }

    fn list(args: &[&str]) -> Result<Listing, AskedError> {
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        Listing::read(&args)
    }

    #[test]
    fn words_stay_words() {
        for args in [
            &["kind", "of", "blue"][..],
            &["artist"],
            &["date", "night", "tonight"],
            &["(I Can't Get No) Satisfaction"],
            &["(What's the Story) Morning Glory?"],
            &["(title track)"],
            &["!!!"],
            &["title track"],
            &["plays", "guitar"],
            &["comment", "ça"],
            &["added", "spice"],
            &["(Plays Before Dawn)"],
            &["(Added Since Then)"],
            &["(modified-since yesterday)"],
        ] {
            let words = Asked::Words(args.join(" "));
            assert_eq!(read(args, Case::Folded), Ok(words), "{args:?}");
        }
    }

    #[test]
    fn pairs_and_filters_are_conditions() {
        let nina = |case| text(What::Field(Field::Artist), case, "Nina");
        assert_eq!(
            read(&["Artist", "Nina"], Case::Exact),
            Ok(Asked::Filter(nina(Case::Exact)))
        );
        assert_eq!(
            read(&["artist", "Nina", "(base 'Music')"], Case::Folded),
            Ok(Asked::Filter(Expression::All(vec![
                nina(Case::Folded),
                Expression::Below("Music".into())
            ])))
        );
        for (bare, quoted) in [
            ("(artist == Nina)", "(artist == 'Nina')"),
            ("(rating >=4)", "(rating >= '4')"),
            ("(added since 30d)", "(added since '30d')"),
            ("(added-since 2024-05)", "(added-since '2024-05')"),
        ] {
            let filter = read(&[quoted], Case::Exact);
            assert!(
                filter.is_ok() && read(&[bare], Case::Exact) == filter,
                "{bare}"
            );
        }
        assert_eq!(
            read(&["Nina", "Simone"], Case::Exact),
            Ok(Asked::Filter(text(What::Any, Case::Exact, "Nina Simone")))
        );
    }

    #[test]
    fn nothing_asks_for_every_song() {
        let all = Asked::Filter(Expression::All(Vec::new()));
        assert_eq!(read(&[], Case::Folded), Ok(all));
    }

    #[test]
    fn what_is_half_a_filter_is_refused() {
        for (args, said) in [
            (&["(artist == 'x')", "live"][..], "“live” is neither"),
            (&["(artist = 'x')", "(artist == 'x')"], "`==`, `!=`"),
            (&["(artst == 'x')"], "no field named “artst”"),
            (&["(artist == x y)"], "in quotes"),
            (&["rating", "6"], "no rating"),
            (&["added-since", "soon"], "no time"),
            (&["last-played", "lately"], "no time"),
            (&["(plays >= '2')", "plays", "guitar"], "“plays” is neither"),
            (&["modified-since", "soon"], "no time"),
        ] {
            let error = read(args, Case::Exact).unwrap_err().to_string();
            assert!(error.contains(said), "{args:?}: {error}");
        }
    }

    #[test]
    fn lists() {
        let all = Expression::All(Vec::new());
        let album = |filter, groups: &[Field]| {
            Ok(Listing {
                what: ListedType::Field(Field::Album),
                filter,
                groups: groups.to_vec(),
            })
        };
        assert_eq!(list(&["album"]), album(all.clone(), &[]));
        assert_eq!(
            list(&["album", "group", "date", "group", "albumartist"]),
            album(all, &[Field::Date, Field::AlbumArtist])
        );
        let by = text(What::Field(Field::Artist), Case::Exact, "Nina");
        assert_eq!(list(&["album", "Nina"]), album(by.clone(), &[]));
        assert_eq!(list(&["album", "artist", "Nina"]), album(by, &[]));
        for wrong in [
            &["colour"][..],
            &["genre", "Nina"],
            &["album", "group", "album"],
            &["any"],
        ] {
            assert!(list(wrong).is_err(), "{wrong:?}");
        }
    }
}
