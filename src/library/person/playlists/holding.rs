//! Which playlists hold a song: by an id of a service, by its audio, or by its title. It says where to look; who looks decides
//! whether a row is meant.

use super::super::{Person, PersonError, schema};
use crate::music::{AudioKey, Wanted};
use rusqlite::{Connection, params};

/// Rows that are looked at for one song: those of a title such as “Intro” may be many.
const MAX_ROWS: usize = 1_000;

/// Listenings that are looked back over for the playlists that were played last.
const MAX_BACK: i64 = 1_000;

impl Person {
    /// The playlists in which a row may be this song, at most so many, those with most of such rows first. `key`: the
    /// audio that it was found to be.
    pub fn playlists_that_may_hold(
        &self,
        wanted: &Wanted,
        key: Option<AudioKey>,
        most: usize,
    ) -> Result<Vec<String>, PersonError> {
        self.ask(|connection| {
            let mut rows = Vec::new();
            for (service, id) in &wanted.external {
                rows.extend(of_id(connection, service, id)?);
            }
            if let Some(key) = key {
                let sql = "SELECT playlist_id FROM playlist_row WHERE audio_key = ?1 LIMIT ?2";
                let mut statement = connection.prepare_cached(sql)?;
                let lists =
                    statement.query_map(params![key.as_bytes(), MAX_ROWS], |row| row.get(0))?;
                rows.extend(lists.collect::<Result<Vec<i64>, _>>()?);
            }
            if !wanted.title.is_empty() {
                let sql =
                    "SELECT playlist_id FROM playlist_row WHERE title = ?1 COLLATE NOCASE LIMIT ?2";
                let mut statement = connection.prepare_cached(sql)?;
                let lists =
                    statement.query_map(params![wanted.title, MAX_ROWS], |row| row.get(0))?;
                rows.extend(lists.collect::<Result<Vec<i64>, _>>()?);
            }
            Ok(names_of(connection, &in_order(rows, most))?)
        })
    }

    /// The playlists that were played last, the last one first.
    pub fn playlists_played_last(&self) -> Result<Vec<String>, PersonError> {
        self.ask(|connection| {
            if !schema::has_origins(connection)? {
                return Ok(Vec::new());
            }
            let sql = "SELECT origin FROM (SELECT id, origin FROM heard ORDER BY id DESC LIMIT ?1)
                WHERE origin LIKE 'playlist %' GROUP BY origin ORDER BY max(id) DESC";
            let mut statement = connection.prepare_cached(sql)?;
            let origins = statement.query_map([MAX_BACK], |row| row.get::<_, String>(0))?;
            let name = |origin: String| origin.strip_prefix("playlist ").map(str::to_owned);
            let names = origins.filter_map(|origin| origin.map(name).transpose());
            Ok(names.collect::<Result<_, _>>()?)
        })
    }
}

/// Rows whose first id is this one: what stands behind others is found by its title.
fn of_id(connection: &Connection, service: &str, id: &str) -> rusqlite::Result<Vec<i64>> {
    let pair = serde_json::to_string(&[(service, id)]).expect("texts are always JSON");
    let begins = pair.trim_end_matches(']').to_owned() + "]";
    let sql = "SELECT playlist_id FROM playlist_row
        WHERE external <> '[]' AND external >= ?1 AND external < ?1 || char(1114111) LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let lists = statement.query_map(params![begins, MAX_ROWS], |row| row.get(0))?;
    lists.collect()
}

/// Each once, the most frequent first.
fn in_order(mut lists: Vec<i64>, most: usize) -> Vec<i64> {
    lists.sort_unstable();
    let mut counted: Vec<(usize, i64)> = lists
        .chunk_by(|one, other| one == other)
        .map(|same| (same.len(), same[0]))
        .collect();
    counted.sort_by_key(|(count, id)| (usize::MAX - count, *id));
    counted.into_iter().take(most).map(|(_, id)| id).collect()
}

fn names_of(connection: &Connection, lists: &[i64]) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare_cached("SELECT name FROM playlist WHERE id = ?")?;
    let name = |id: &i64| statement.query_row([id], |row| row.get(0));
    lists.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(title: &str, ids: &[(&str, &str)]) -> Wanted {
        let own = |(service, id): &(&str, &str)| ((*service).to_owned(), (*id).to_owned());
        Wanted {
            title: title.into(),
            external: ids.iter().map(own).collect(),
            ..Wanted::default()
        }
    }

    #[test]
    fn a_song_is_found_by_its_id_its_audio_and_its_title_and_by_no_part_of_them() {
        let dir = tempfile::tempdir().unwrap();
        let mut person = Person::open(dir.path()).unwrap();
        let key = AudioKey::from_slice(&[7; 16]).unwrap();
        let of_audio = Wanted {
            key: Some(key),
            ..row("z", &[])
        };
        let by_id = [row("x", &[("spotify", "1"), ("isrc", "9")])];
        person.create("id", &by_id).unwrap();
        person
            .create("other id", &[row("y", &[("spotify", "11")])])
            .unwrap();
        person.create("audio", &[of_audio]).unwrap();
        person
            .create("title", &[row("Blue", &[]), row("blue", &[])])
            .unwrap();
        let lists = |wanted: &Wanted, key| person.playlists_that_may_hold(wanted, key, 10).unwrap();
        assert_eq!(lists(&row("", &[("spotify", "1")]), None), ["id"]);
        assert_eq!(lists(&row("q", &[]), Some(key)), ["audio"]);
        assert_eq!(
            lists(&row("BLUE", &[("spotify", "1")]), None),
            ["title", "id"]
        );
        assert!(lists(&row("", &[]), None).is_empty());
        assert_eq!(
            person
                .playlists_that_may_hold(&row("blue", &[("spotify", "1")]), None, 1)
                .unwrap(),
            ["title"]
        );
    }

    #[test]
    fn each_of_the_questions_is_answered_by_an_index() {
        let dir = tempfile::tempdir().unwrap();
        let person = Person::open(dir.path()).unwrap();
        for condition in [
            "title = 'x' COLLATE NOCASE",
            "audio_key = x'00'",
            "external <> '[]' AND external >= 'x' AND external < 'y'",
        ] {
            let sql = format!(
                "EXPLAIN QUERY PLAN SELECT playlist_id FROM playlist_row WHERE {condition}"
            );
            let plan: String = person
                .connection
                .query_row(&sql, [], |row| row.get(3))
                .unwrap();
            assert!(plan.contains("USING INDEX row_by"), "{condition}: {plan}");
        }
    }
}
