//! What a streaming client plays is known by the same ids as the rows of an imported list: found with no guessing. And one that
//! the config alone knows is followed as those that are built in.

use crate::desktop::Bus;
use crate::home::{Home, has, wait_until};
use crate::knocking::{Client, Daemon};
use crate::streamer::{Position, Profile, SPOTIFY, Streamer};
use crate::zoo::{How, Zoo};
use standin::outage::{Claim, Kind, Shown, Value, built_in};
use standin::wanted::export::{Gulp, Limits};
use standin::wanted::{Banned, HeardElsewhere, Known, TakenAlbum, TakenList, Taker};

const PAGES: [&str; 11] = [
    "spotify:track:4ExampleExampleExample",
    "https://open.spotify.com/track/4ExampleExampleExample?si=1",
    "https://open.spotify.com/intl-de/track/4ExampleExampleExample",
    "https://music.youtube.com/watch?v=-ExampleId1&list=x",
    "https://youtu.be/-ExampleId1?t=3",
    "https://www.youtube.com/watch?v=-ExampleId1",
    "https://music.apple.com/de/album/x/1?i=100",
    "https://music.apple.com/de/song/x/100",
    "https://www.deezer.com/en/track/77",
    "https://tidal.com/browse/track/77",
    "https://listen.tidal.com/track/77",
];

/// The ids of all rows.
#[derive(Default)]
struct Ids(Vec<Vec<(String, String)>>);

impl Taker for Ids {
    fn list(&mut self, list: TakenList) {
        let rows = list.rows.into_iter();
        self.0.extend(rows.map(|row| row.wanted.external));
    }
    fn heard(&mut self, _: HeardElsewhere) {}
    fn known(&mut self, _: Known) {}
    fn banned(&mut self, _: Banned) {}
    fn album(&mut self, _: TakenAlbum) {}
}

/// What an import of a list of addresses knows them by.
fn imported() -> Vec<Vec<(String, String)>> {
    let mut ids = Ids::default();
    let mut gulp = Gulp::new(&mut ids, Limits::default(), None);
    let text = PAGES.join("\n");
    gulp.read("links.txt", &mut std::io::Cursor::new(text.as_bytes()));
    gulp.end();
    ids.0
}

#[test]
fn a_page_that_plays_and_a_row_that_was_imported_have_one_id() {
    let imported = imported();
    assert_eq!(imported.len(), PAGES.len());
    for (page, row) in PAGES.iter().zip(imported) {
        let text = |text: &str| Value::Text(text.to_owned());
        let shown = Shown {
            status: "Playing".into(),
            metadata: [
                ("xesam:title".to_owned(), text("A Song")),
                ("xesam:url".to_owned(), text(page)),
            ]
            .into(),
            ..Shown::default()
        };
        for profile in built_in() {
            let claim = Claim::read(&shown, &profile);
            assert_eq!(
                (claim.kind, &claim.wanted.external),
                (Kind::Song, &row),
                "{page}"
            );
        }
    }
}

/// A client that nobody has built in.
const WAVES: Profile = Profile {
    name: "waves.instance7",
    identity: "Waves",
    position: Position::Real,
    ..SPOTIFY
};

#[test]
fn a_client_that_the_config_alone_knows_is_followed_and_its_service_is_asked() {
    if !has("dbus-daemon") {
        return;
    }
    let (home, bus) = (Home::new(), Bus::new());
    let zoo = Zoo::plain(How::json("{}"));
    let config = home.path("home/config/config.toml");
    std::fs::create_dir_all(config.parent().unwrap()).unwrap();
    let text = format!(
        "[[client]]\nname = 'Waves'\nbus = 'org.mpris.MediaPlayer2.waves'\nservice = 'radio'\ntrusts = 'progress'\n\
         [[service]]\nname = 'Radio'\nprobe = '{}'\n",
        zoo.url()
    );
    std::fs::write(&config, text).unwrap();
    let mut command = home.command(&["guard", "--dry-run", "--output", "null"]);
    command.env("DBUS_SESSION_BUS_ADDRESS", &bus.address);
    let daemon = Daemon::of(&home, command);
    let mut guard = Client::at(&home);
    let waves = Streamer::on(&bus.address, WAVES);
    waves.play("abc", "First", 1_000);
    guard.wait_until(|guard| guard.value("standin_guard", "guard_state") == "watch");
    // Each new song brings one question.
    wait_until(|| zoo.count() > 0);
    waves.vanish();
    guard.wait_until(|guard| guard.value("standin_guard", "guard_state") == "idle");
    daemon.end().ended(0);
}
