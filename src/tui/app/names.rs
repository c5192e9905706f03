//! A list of names that is held whole, and the part of it that a filter leaves: artists, playlists.

use super::cursor::Cursor;

/// Names with the place where someone is among them.
#[derive(Debug, Default)]
pub struct Names {
    /// `None`: not told yet.
    all: Option<Vec<String>>,
    /// Which of them are shown.
    shown: Vec<usize>,
    filter: String,
    pub cursor: Cursor,
}

impl Names {
    /// The names, told anew: the one that was looked at stays in sight.
    pub fn set(&mut self, names: Vec<String>) {
        let meant = self.meant().map(str::to_owned);
        self.all = Some(names);
        self.choose();
        self.cursor.unmark();
        self.look_at(meant.as_deref());
    }

    /// Leaves those that hold these letters, whatever their case.
    pub fn filter(&mut self, text: &str) {
        let meant = self.meant().map(str::to_owned);
        self.filter = text.to_lowercase();
        self.cursor.unmark();
        self.choose();
        self.look_at(meant.as_deref());
    }

    /// The letters that are left by; empty: all are shown.
    pub fn filtered_by(&self) -> &str {
        &self.filter
    }

    fn choose(&mut self) {
        let all = self.all.as_deref().unwrap_or(&[]);
        let is_shown =
            |name: &str| self.filter.is_empty() || name.to_lowercase().contains(&self.filter);
        let shown = all.iter().enumerate().filter(|(_, name)| is_shown(name));
        self.shown = shown.map(|(at, _)| at).collect();
        self.cursor.set_count(self.shown.len());
    }

    fn look_at(&mut self, name: Option<&str>) {
        name.map(|name| self.go_to(name));
    }

    /// Goes to a name; false: it is not there, or not shown.
    pub fn go_to(&mut self, name: &str) -> bool {
        let at = (0..self.shown.len()).find(|at| self.get(*at) == Some(name));
        if let Some(at) = at {
            self.cursor.go_to(at);
        }
        at.is_some()
    }

    /// The one of a row.
    pub fn get(&self, row: usize) -> Option<&str> {
        let at = *self.shown.get(row)?;
        self.all.as_ref()?.get(at).map(String::as_str)
    }

    /// The one where someone is.
    pub fn meant(&self) -> Option<&str> {
        self.get(self.cursor.at())
    }

    /// Those that are marked, else the one where someone is.
    pub fn chosen(&self) -> Vec<String> {
        let chosen = self.cursor.chosen();
        let names = chosen.iter().filter_map(|row| self.get(*row));
        names.map(str::to_owned).collect()
    }

    /// All, whether they are shown or not; `None`: not told yet.
    pub fn all(&self) -> Option<&[String]> {
        self.all.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let mut names = Names::default();
        names.cursor.set_height(5);
        names.set(
            ["Abba", "Björk", "Cure", "The Abyss"]
                .map(str::to_owned)
                .to_vec(),
        );
        names
    }

    #[test]
    fn a_filter_leaves_what_holds_its_letters_and_who_was_looked_at() {
        let mut names = names();
        assert!(names.go_to("The Abyss"));
        names.filter("AB");
        assert_eq!(
            (names.get(0), names.get(1), names.get(2)),
            (Some("Abba"), Some("The Abyss"), None)
        );
        assert_eq!(names.meant(), Some("The Abyss"));
        names.filter("ö");
        assert_eq!(names.meant(), Some("Björk"));
        names.filter("zzz");
        assert_eq!(names.meant(), None);
        assert!(names.chosen().is_empty());
        names.filter("");
        assert_eq!(names.all().unwrap().len(), 4);
        assert!(!names.go_to("Nobody"));
    }

    #[test]
    fn new_names_leave_someone_where_they_were() {
        let mut names = names();
        names.go_to("Cure");
        names.set(["Aaa", "Abba", "Björk", "Cure"].map(str::to_owned).to_vec());
        assert_eq!((names.meant(), names.cursor.at()), (Some("Cure"), 3));
        names.set(vec!["Abba".into()]);
        assert_eq!(names.meant(), Some("Abba"));
    }
}
