//! A folded title, cut at brackets and dashes. It reads no word.

/// How a segment stands in the title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// What the title begins with, and what goes on behind a bracket.
    Name,
    /// In brackets of any kind.
    Bracket,
    /// Behind ` - `, ` / `, `; ` or the like.
    Dash,
}

/// A piece of a title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    pub form: Form,
    pub text: String,
}

/// Brackets within brackets that are told apart; deeper ones are text.
const MAX_DEPTH: usize = 6;

/// The segments in order; none is blank.
pub(super) fn segments(folded: &str) -> Vec<Segment> {
    let mut cut = Cut {
        all: Vec::new(),
        forms: vec![Form::Name],
        one: String::new(),
    };
    let chars: Vec<char> = enclosed(folded).chars().collect();
    for (at, c) in chars.iter().copied().enumerate() {
        let before = at.checked_sub(1).map_or(' ', |at| chars[at]);
        let after = chars.get(at + 1).copied().unwrap_or(' ');
        let stands_alone = before.is_whitespace() && after.is_whitespace();
        match c {
            '(' | '[' | '{' | '【' | '「' | '『' | '〈' | '《' | '〔'
                if cut.forms.len() <= MAX_DEPTH =>
            {
                cut.open();
            }
            ')' | ']' | '}' | '】' | '」' | '』' | '〉' | '》' | '〕' if cut.forms.len() > 1 => {
                cut.close()
            }
            '-' | '–' | '—' | '−' | '‐' | '/' | '|' | '~' if stands_alone && at > 0 => {
                cut.dash()
            }
            ';' => cut.dash(),
            c => cut.one.push(c),
        }
    }
    cut.end();
    cut.all
}

/// `x -tv size-` and `x ~live~` with brackets in place of the signs.
fn enclosed(folded: &str) -> String {
    let text = folded.trim();
    for sign in ['-', '~', '〜', '～'] {
        let Some(body) = text.strip_suffix(sign) else {
            continue;
        };
        let open: String = [' ', sign].iter().collect();
        if let Some((name, inner)) = body.rsplit_once(&open)
            && !name.trim().is_empty()
            && inner.chars().next().is_some_and(|c| !c.is_whitespace())
        {
            return format!("{name} ({inner})");
        }
    }
    text.to_owned()
}

struct Cut {
    all: Vec<Segment>,
    /// The forms of what is open, the innermost last; never empty.
    forms: Vec<Form>,
    one: String,
}

impl Cut {
    fn end(&mut self) {
        let text = std::mem::take(&mut self.one);
        if text.trim().is_empty() {
            return;
        }
        let form = self.forms.last().copied().unwrap_or(Form::Name);
        self.all.push(Segment {
            form,
            text: text.trim().to_owned(),
        });
    }

    fn open(&mut self) {
        self.end();
        self.forms.push(Form::Bracket);
    }

    fn close(&mut self) {
        self.end();
        self.forms.pop();
    }

    /// What follows stands behind a dash, within the same brackets.
    fn dash(&mut self) {
        self.end();
        if let [Form::Name] = self.forms[..] {
            self.forms = vec![Form::Dash];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(Form, String)> {
        let all = segments(text).into_iter();
        all.map(|segment| (segment.form, segment.text)).collect()
    }

    #[test]
    fn brackets_and_dashes_of_every_kind() {
        use Form::{Bracket, Dash, Name};
        let of = |list: &[(Form, &str)]| {
            list.iter()
                .map(|(form, text)| (*form, text.to_string()))
                .collect::<Vec<_>>()
        };
        for (text, cut) in [
            ("x - y remix", &[(Name, "x"), (Dash, "y remix")][..]),
            (
                "x (feat. a) [b]",
                &[(Name, "x"), (Bracket, "feat. a"), (Bracket, "b")],
            ),
            (
                "x (a (b) c) d",
                &[
                    (Name, "x"),
                    (Bracket, "a"),
                    (Bracket, "b"),
                    (Bracket, "c"),
                    (Name, "d"),
                ],
            ),
            ("x (a; b", &[(Name, "x"), (Bracket, "a"), (Bracket, "b")]),
            ("x, pt. 1 / b", &[(Name, "x, pt. 1"), (Dash, "b")]),
            ("x -tv size-", &[(Name, "x"), (Bracket, "tv size")]),
            ("x 【b】", &[(Name, "x"), (Bracket, "b")]),
            ("a-b) c", &[(Name, "a-b) c")]),
            ("(a) b", &[(Bracket, "a"), (Name, "b")]),
            (" ", &[]),
            ("-", &[(Name, "-")]),
        ] {
            assert_eq!(shown(text), of(cut), "{text}");
        }
    }
}
