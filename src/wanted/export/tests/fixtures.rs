//! Made-up files of the true shape. Where a real one has something private, these have the word `SECRET`.

use super::Format;

/// A file: its name, its text, what it is.
pub type Fixture = (&'static str, &'static str, Format);

pub const SPOTIFY_PLAYLISTS: &str = r#"{
  "playlists" : [ {
    "name" : "Road Trip", "lastModifiedDate" : "2024-03-17",
    "collaborators" : [ "SECRET" ],
    "items" : [
      { "track" : { "trackName" : "First Light", "artistName" : "The Example Band", "albumName" : "Sample Days",
          "trackUri" : "spotify:track:4ExampleExampleExample" },
        "episode" : null, "audiobook" : null, "localTrack" : null, "addedDate" : "2024-03-17" },
      { "track" : null, "episode" : { "episodeName" : "Talk", "showName" : "A Show", "episodeUri" : "spotify:episode:7e" },
        "audiobook" : null, "localTrack" : null, "addedDate" : "2024-03-18" },
      { "track" : null, "episode" : null, "audiobook" : { "audiobookName" : "A Book" }, "localTrack" : null },
      { "track" : null, "episode" : null, "audiobook" : null,
        "localTrack" : { "uri" : "spotify:local:The+Example+Band::Demo:204" } },
      { "track" : null, "episode" : null, "audiobook" : null, "localTrack" : null },
      { "track" : { "trackName" : "First Light", "artistName" : "The Example Band", "albumName" : "Sample Days",
          "trackUri" : "spotify:track:4ExampleExampleExample" } },
      "nonsense"
    ],
    "description" : "For the car", "numberOfFollowers" : 0 },
  { "items" : [ { "track" : { "trackName" : "Of 2020", "artistName" : "B", "albumName" : "C" } } ], "name" : "Road Trip" },
  { "name" : "Empty", "items" : [] } ]
}"#;

pub const SPOTIFY_LIBRARY: &str = r#"{
  "tracks": [{"artist":"The Example Band","album":"Sample Days","track":"First Light","uri":"spotify:track:4ExampleExampleExample"}],
  "albums": [{"artist":"The Example Band","album":"Sample Days","uri":"spotify:album:5ExampleExampleExample"}],
  "shows": [{"name":"A Show","publisher":"P","uri":"spotify:show:1"}],
  "episodes": [{"name":"Talk","show":"A Show","uri":"spotify:episode:2"}],
  "bannedTracks": [{"artist":"X","album":"Y","track":"Never","uri":"spotify:track:6ExampleExampleExample"}],
  "artists": [{"name":"The Example Band","uri":"spotify:artist:3"}],
  "bannedArtists": [{"name":"Nobody","uri":"spotify:artist:4"}],
  "other": ["x"]
}"#;

pub const SPOTIFY_HISTORY: &str = r#"[
  { "endTime" : "2023-11-02 08:14", "artistName" : "The Example Band", "trackName" : "First Light", "msPlayed" : 241730 },
  { "endTime" : "2023-11-02 08:15", "artistName" : "B", "trackName" : "Skip", "msPlayed" : 900 },
  { "endTime" : "2023-11-02 09:00", "podcastName" : "A Show", "episodeName" : "Talk", "msPlayed" : 5 },
  { "endTime" : "never", "artistName" : "B", "trackName" : "C", "msPlayed" : 5 }
]"#;

pub const SPOTIFY_EXTENDED: &str = r#"[{"ts":"2024-03-17T08:14:22Z","platform":"SECRET","ms_played":241730,"conn_country":"SECRET",
"ip_addr":"SECRET","master_metadata_track_name":"First Light","master_metadata_album_artist_name":"The Example Band",
"master_metadata_album_album_name":"Sample Days","spotify_track_uri":"spotify:track:4ExampleExampleExample","episode_name":null,
"episode_show_name":null,"spotify_episode_uri":null,"audiobook_title":null,"reason_start":"SECRET","reason_end":"endplay",
"shuffle":false,"skipped":true,"offline":true,"offline_timestamp":1710663262,"incognito_mode":false,"username":"SECRET"},
{"ts":"2024-03-17T09:00:00Z","ms_played":5,"episode_name":"Talk","episode_show_name":"A Show","spotify_episode_uri":"spotify:episode:7e"},
{"ts":"2024-03-17T09:00:01Z","ms_played":5,"master_metadata_track_name":null,"spotify_track_uri":null}]"#;

pub const SPOTIFY_API: &str = r#"{"href":"https://api.spotify.com/v1/playlists/7ExampleExampleExample/tracks?offset=0&limit=100",
"items":[{"added_at":"2024-03-17T08:14:22Z","added_by":{"id":"SECRET"},"is_local":false,"track":{"name":"First Light",
"artists":[{"name":"The Example Band"},{"name":"Guest Singer"}],"album":{"name":"Sample Days","release_date":"2003"},
"duration_ms":187223,"disc_number":1,"track_number":2,"external_ids":{"isrc":"USEX10300036"},
"uri":"spotify:track:4ExampleExampleExample","id":"4ExampleExampleExample","type":"track"}},
{"added_at":null,"track":null},
{"is_local":true,"track":{"name":"Demo","artists":[{"name":"The Example Band"}],"album":{"name":""},"duration_ms":204000,
"uri":"spotify:local:The+Example+Band::Demo:204"}},
{"item":{"name":"Talk","type":"episode","duration_ms":5,"uri":"spotify:episode:7e","show":{"name":"A Show"}}}],
"limit":100,"next":null,"offset":0,"total":250}"#;

pub const SPOTIFY_BACKUP: &str = r#"{"playlists":[{"name":"Liked Songs","tracks":[{"track":{"name":"First Light",
"artists":[{"name":"The Example Band"}],"album":{"name":"Sample Days"},"duration_ms":187223,"uri":"spotify:track:4ExampleExampleExample"}}]},
{"id":"8ExampleExampleExample","name":"Road Trip","description":"","owner":{"display_name":"SECRET"},
"tracks":[{"item":{"name":"Second","artists":[{"name":"B"}],"external_ids":{"isrc":"usex10300037"}}},{"track":null}]}],
"albums":[{"added_at":"x","album":{"name":"Sample Days","artists":[{"name":"The Example Band"}],"id":"5ExampleExampleExample"}}]}"#;

pub const SPOTIFY_BACKUP_TEXT: &str = "Playlists: \r\n\r\nRoad Trip\r\nFirst Light\tThe Example Band, Guest Singer\tSample Days\tspotify:track:4ExampleExampleExample\t2003\r\nA\tTab\tB\tC\tspotify:track:6ExampleExampleExample\t2004\r\n\r\nLiked Songs\r\nSecond\tB\tC\tspotify:track:7ExampleExampleExample\t2004\r\n\r\nLiked Albums: \r\n\r\nSample Days\tThe Example Band\t-\tspotify:album:5ExampleExampleExample\t2003\r\n";

/// exportify.app, German.
pub const EXPORTIFY_DE: &str = r#""Track-URI","Track-Name","Künstler-URI(s)","Künstlername(n)","Album-URI","Album-Name","Album-Künstler-URI(s)","Album-Künstlername(n)","Album-Veröffentlichungsdatum","Album-Bild-URL","Disc-Nummer","Track-Nummer","Track-Dauer (ms)","Track-Vorschau-URL","Explizit","Beliebtheit","ISRC","Hinzugefügt von","Hinzugefügt am"
"spotify:track:4ExampleExampleExample","First Light","spotify:artist:1, spotify:artist:2","Example\, Sample & Sons, The Other Band","spotify:album:3","Sample Days","spotify:artist:1","X","2003","https://x","1","2","187223","","false","10","USEX10300036","spotify:user:SECRET","2024-03-17T08:14:22Z"
"spotify:local:The+Example+Band:Demo+Tape:First+Light:204","First Light","","The Example Band","","Demo Tape","","","","","0","0","204000","","false","0","","spotify:user:SECRET","2024-03-18T08:14:22Z"
"spotify:episode:7e","Talk","","A Show","","","","","","","0","0","5000","","false","0","","spotify:user:SECRET","2024-03-18T08:14:22Z"
"#;

/// exportify.net of today.
pub const EXPORTIFY_NET: &str = "\u{feff}Track URI,Track Name,Album Name,Artist Name(s),Release Date,Duration (ms),Popularity,Explicit,Added By,Added At,Genres,Record Label,\t\t\t\tDanceability\nspotify:track:4ExampleExampleExample,\"First, \"\"Light\"\"\",\"Sample Days\",\"Tyler, The Example;The Other Band\",2003-01-01,187223,10,false,SECRET,2024-03-17T08:14:22Z,\"\",\"L\",0.5\nspotify:track:6ExampleExampleExample,\"Second\",\"undefined\",\"B\",2003-01-01,1000,10,false,SECRET,2024-03-17T08:14:22Z\n";

pub const TUNE_MY_MUSIC: &str = "Track name,Artist name,Album,Playlist name,Type,ISRC,Spotify - id\n\"First Light\",\"Earth, Wind & Example\",\"Sample Days\",\"Road Trip\",\"Playlist\",\"USEX10300036\",\"4ExampleExampleExample\"\n\"The Example Band - First Light\",\"\",\"\",\"Liked videos\",\"Favorite\",\"\"\n\"Second\",\"B\",\"C\",\"Other\",\"Playlist\",\"US-EX1-03-00037\",\"\"\n\"Sample Days\",\"The Example Band\",\"\",\"\",\"Album\",\"\",\"5ExampleExampleExample\"\n\"The Example Band\",\"\",\"\",\"\",\"Artist\",\"\",\"\"\n\"Third\",\"B\",\"C\",\"Road Trip\",\"Playlist\",\"\",\"\"\n";

pub const SOUNDIIZ: &str = "\u{feff}title;artist;album;isrc;addedDate;addedBy;duration;url\nFirst Light;The Example Band;Sample Days;USEX10300036;2024-03-17;SECRET;225s;https://www.deezer.com/track/77\nSecond;B;;;;SECRET;;\n";

pub const ROON: &str =
    "title;artist;album;isrc\nFirst Light;The Example Band;Sample Days;usex10300036\n";

pub const CSV: &str = "Song Name,Artist,Album,Duration\n\"First Light\",The Example Band;Guest Singer,Sample Days,3:07\nSecond,B,,1:02:03\n,,,\n,,Lonely,\nThird,C\n";

pub const LINES: &str = "The Example Band - First Light\nB - Second - Live\n\nC - Third\n";

pub const LINKS: &str = "https://open.spotify.com/track/4ExampleExampleExample?si=SECRET\nspotify:track:6ExampleExampleExample\nhttps://open.spotify.com/album/5ExampleExampleExample\nspotify:local:The+Example+Band::Demo:204\n";

pub const ITUNES_XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple Computer//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>Major Version</key><integer>1</integer><key>Library Persistent ID</key><string>SECRET</string>
<key>Tracks</key><dict>
 <key>101</key><dict><key>Track ID</key><integer>101</integer><key>Name</key><string>First &#38; Light</string>
  <key>Artist</key><string>The Example Band</string><key>Album</key><string>Sample Days</string><key>Kind</key><string>MPEG-Audiodatei</string>
  <key>Total Time</key><integer>187223</integer><key>Disc Number</key><integer>1</integer><key>Track Number</key><integer>2</integer>
  <key>Date Added</key><date>2024-03-17T08:14:22Z</date><key>Persistent ID</key><string>ABCDEF0123456789</string><key>Track Type</key><string>File</string>
  <key>Location</key><string>file://localhost/C:/Users/me/First%20Light.mp3</string></dict>
 <key>102</key><dict><key>Name</key><string>Cloud</string><key>Apple Music</key><true/><key>Track Type</key><string>Remote</string></dict>
 <key>103</key><dict><key>Name</key><string>Talk</string><key>Podcast</key><true/></dict>
 <key>104</key><dict><key>Name</key><string>Film</string><key>Movie</key><true/></dict>
</dict>
<key>Playlists</key><array>
 <dict><key>Name</key><string>Library</string><key>Master</key><true/><key>Playlist Items</key><array><dict><key>Track ID</key><integer>101</integer></dict></array></dict>
 <dict><key>Name</key><string>Road Trip</string><key>Playlist Persistent ID</key><string>0123456789ABCDEF</string>
  <key>Playlist Items</key><array><dict><key>Track ID</key><integer>102</integer></dict><dict><key>Track ID</key><integer>101</integer></dict>
   <dict><key>Track ID</key><integer>102</integer></dict><dict><key>Track ID</key><integer>104</integer></dict><dict><key>Track ID</key><integer>999</integer></dict></array></dict>
</array></dict></plist>
"#;

/// With labels that nobody knows, as iTunes writes them in most languages.
pub const ITUNES_TEXT: &str = "Nimi\tEsittäjä\tSäveltäjä\tLevy\tc5\tc6\tc7\tc8\tc9\tc10\tc11\tAika\tc13\tc14\tc15\tc16\tc17\tc18\tLisätty\tc20\tc21\tc22\tc23\tc24\tc25\tc26\tc27\tc28\tc29\tc30\tSijainti\r\"Light\" (First)\tThe Example Band\t\tSample Days\t\t\t\t\t\tRock\t1000\t187\t1\t1\t2\t10\t2003\tx\ty\t256\t44100\t\tMPEG\t\t\t3\tz\t\t\t\tMacintosh HD:Users:me:First Light.mp3\r";

pub const APPLE_TRACKS: &str = r#"[{"Content Type":"Song","Track Identifier":100000001,"Title":"First Light (feat. Guest Singer)","Artist":"The Example Band",
"Album":"Sample Days","Album Artist":"The Example Band","Track Number On Album":2,"Disc Number Of Album":1,
"Track Duration":215346,"Track Play Count":0,"Apple Music Track Identifier":1000000001,"Purchased Track Identifier":"SECRET"},
{"Content Type":"Music Video","Track Identifier":100000002,"Title":"Film","Artist":"B"},
{"Content Type":"Podcast","Track Identifier":100000003,"Title":"Talk"}]"#;

pub const APPLE_PLAYLISTS: &str = r#"[{"Container Type":"Playlist","Container Identifier":900,"Title":"Road Trip","Playlist Item Identifiers":[100000001,100000009]},
{"Container Type":"Folder","Container Identifier":901,"Title":"All of them"}]"#;

pub const APPLE_ACTIVITY: &str = "Apple ID Number,Apple Music Subscription,Artist Name,Content Name,Event End Timestamp,Event Type,Media Duration In Milliseconds,Offline,Play Duration Milliseconds,User’s Audio Quality,Client IP Address\nSECRET,true,The Example Band,First Light,2024-03-17T08:14:22.5Z,PLAY_END,187223,false,120000,HIGH,SECRET\nSECRET,true,B,Opened,2024-03-17T08:15:22.5Z,PLAY_START,187223,false,0,HIGH,SECRET\n";

pub const APPLE_RECENT: &str = "Apple ID Number,Track Description,Total plays,Media duration in millis\nSECRET,The Example Band - First Light,3,187223\n";

pub const TAKEOUT_SONGS: &str = "ID del vídeo,Título de la canción,Título del álbum,Nombre del artista 1,Nombre del artista 2,Nombre del artista 3\n-ExampleId1,First Light,Sample Days,The Example Band,Guest Singer,\nExampleId_2,Second,,B,,\n#NAME?,Mangled,,C,,\n";

pub const TAKEOUT_PLAYLIST: &str = "ID del vídeo,Marca de tiempo\n-ExampleId1,2024-03-17T08:14:22+00:00\nExampleId_3,2024-03-17T08:14:22+00:00\nExampleId_4,2024-03-17T08:14:22+00:00\n-ExampleId1,2024-03-18T08:14:22+00:00\n";

pub const TAKEOUT_OLD: &str = "Playlist ID,Channel ID,Time Created,Time Updated,Title,Description,Visibility\nPLexampleexample01,SECRET,2020-01-01 00:00:00 UTC,2020-01-01 00:00:00 UTC,Road Trip,For the car,Private\n\nVideo ID,Time Added\n-ExampleId1,2020-01-02 00:00:00 UTC\n";

pub const TAKEOUT_TITLES: &str = "Playlist ID,Add new videos to top,Playlist Title (Original),Playlist Title (Original) Language,Playlist Create Timestamp,Playlist Visibility\nPLexampleexample02,False,Road: Trip?,,2020-01-01T00:00:00+00:00,Private\n";

pub const WATCH_HISTORY: &str = "<html><head><meta charset=\"UTF-8\"><title>x</title></head><body><div class=\"mdl-grid\"><div class=\"outer-cell mdl-cell\"><div class=\"mdl-grid\"><div class=\"header-cell\"><p>YouTube Music<br></p></div><div class=\"content-cell\">Watched&nbsp;<a href=\"https://music.youtube.com/watch?v=ExampleId_3\">Third &amp; Last</a><br><a href=\"https://www.youtube.com/channel/UC1\">The Example Band - Topic</a><br>Mar 17, 2024, 8:14:22 AM CET<br></div></div></div><div class=\"outer-cell mdl-cell\"><div class=\"content-cell\">Watched&nbsp;<a href=\"https://www.youtube.com/watch?v=SECRET_cook\">How to SECRET</a><br><a href=\"https://www.youtube.com/channel/UC2\">SECRET Cook</a><br></div></div><div class=\"outer-cell\"><a href=\"https://www.youtube.com/watch?v=Gone_Video1\">https://www.youtube.com/watch?v=Gone_Video1</a></div></div></body></html>";

pub const WATCH_HISTORY_JSON: &str = r#"[{"header":"YouTube Music","title":"Watched Third","titleUrl":"https://music.youtube.com/watch?v=ExampleId_3",
"subtitles":[{"name":"The Example Band - Topic","url":"https://x"}],"time":"2024-03-17T08:14:22.123Z","products":["YouTube"]},
{"header":"YouTube","title":"Watched SECRET","titleUrl":"https://www.youtube.com/watch?v=SECRET_cook","subtitles":[{"name":"SECRET"}],"time":"2024-03-17T08:14:22.123Z"},
{"header":"YouTube","title":"Visited an advertisement"}]"#;

pub const LISTENBRAINZ: &str = r#"{"listened_at":1700000000,"user_name":"SECRET","track_metadata":{"track_name":"First Light","artist_name":"The Example Band","release_name":"Sample Days","additional_info":{"isrc":"USEX10300036","duration_ms":187223,"tracknumber":"2","spotify_id":"https://open.spotify.com/track/4ExampleExampleExample","submission_client":"SECRET"},"mbid_mapping":{"recording_mbid":"0b1c0b1c-0000"}}}
{"listened_at":1700000100,"track_metadata":{"track_name":"Nu\u0000ll NaN","artist_name":"B","additional_info":{"score":NaN}}}
"#;

pub const YANDEX: &str = "track_id,artist,title,added_at,is_deleted\n123,The Example Band,First Light,2024-03-17T08:14:22Z,False\n124,B,Second,2024-03-17T08:14:22Z,True\n";

pub const LAST_FM: &str = "The Example Band,Sample Days,First Light,02 Nov 2023 08:14\nB,,\"Second, Part 2\",02 Nov 2023 08:20\n";

pub const LAST_FM_TIMES: &str =
    "2023-11-02,08:14,The Example Band,First Light\n2023-11-02,08:20,B,Second\n";

pub const LAST_FM_HEADER: &str = "uts,utc_time,artist,artist_mbid,album,album_mbid,track,track_mbid\n\"1698912840\",\"02 Nov 2023, 08:14\",\"The Example Band\",\"\",\"Sample Days\",\"\",\"First Light\",\"\"\n";

pub const LIBRE_FM: &str = "+ACM- This is a dump\n+ACM- of Libre.fm\nuts,artist,album,track\n1698912840,The Example Band,Sample Days,First Light\n";

pub const SCROBBLER: &str = "#AUDIOSCROBBLER/1.1\n#TZ/UTC\n#CLIENT/Rockbox SECRET\nThe Example Band\tSample Days\tFirst Light\t2\t187\tL\t1698912840\t0b1c0b1c-0000\nB\t\tSecond\t\t100\tS\t1698912940\t\n";

pub const M3U: &str = "#EXTM3U\n#PLAYLIST:Road Trip\n#EXTINF:203,The Example Band - First Light\nMusic/First%20Light.mp3\n#EXTINF:-1,B - Second\nC:\\Music\\b.mp3\nother.m3u\nhttp://x/y\n";

pub const PLS: &str = "[playlist]\nFile1=a.mp3\nTitle1=The Example Band - First Light\nLength1=203\nNumberOfEntries=1\n";

pub const XSPF: &str = "<?xml version=\"1.0\"?><playlist><title>Road Trip</title><trackList><track><location>file:///m/a.mp3</location><title>First Light</title><creator>The Example Band</creator><album>Sample Days</album><duration>187223</duration></track></trackList></playlist>";

pub const JSPF: &str = r#"{"playlist":{"title":"Road Trip","creator":"SECRET","track":[{"title":"First Light","creator":"The Example Band","duration":187223,"identifier":["https://musicbrainz.org/recording/0b1c0b1c-0000"]}]}}"#;

/// Every text.
/// As converters might write it: keys as the tables have labels, in any case.
pub const JSON_LIST: &str = r#"{"Name":"Road Trip","user":{"name":"SECRET"},"tracks":[
{"trackName":"First Light","artists":[{"name":"The Example Band"},{"name":"Guest Singer"}],"album":{"title":"Sample Days"},
"duration":225,"ISRC":"USEX10300036","addedBy":"SECRET","date_added":"2024-03-17"},
{"Title":"Second","ARTIST":"B","duration":"3:45","link":"https://open.spotify.com/track/4ExampleExampleExample"},
{"note":"no song"}]}"#;

pub const ALL: &[Fixture] = &[
    (
        "Playlist1.json",
        SPOTIFY_PLAYLISTS,
        Format::SpotifyPlaylists,
    ),
    ("YourLibrary.json", SPOTIFY_LIBRARY, Format::SpotifyLibrary),
    ("a.json", SPOTIFY_HISTORY, Format::SpotifyHistory),
    ("b.json", SPOTIFY_EXTENDED, Format::SpotifyExtended),
    ("page.json", SPOTIFY_API, Format::SpotifyApi),
    ("backup.json", SPOTIFY_BACKUP, Format::SpotifyBackup),
    ("backup.txt", SPOTIFY_BACKUP_TEXT, Format::SpotifyBackupText),
    ("road_trip.csv", EXPORTIFY_DE, Format::Exportify),
    ("Road_Trip.csv", EXPORTIFY_NET, Format::ExportifyNet),
    ("My Spotify Library.csv", TUNE_MY_MUSIC, Format::TuneMyMusic),
    ("soundiiz.csv", SOUNDIIZ, Format::Soundiiz),
    ("roon.csv", ROON, Format::Roon),
    ("home.csv", CSV, Format::Csv),
    ("lines.txt", LINES, Format::Lines),
    ("links.txt", LINKS, Format::Links),
    ("Library.xml", ITUNES_XML, Format::AppleXml),
    ("Road Trip.txt", ITUNES_TEXT, Format::ItunesText),
    ("tracks.json", APPLE_TRACKS, Format::AppleTracks),
    ("playlists.json", APPLE_PLAYLISTS, Format::ApplePlaylists),
    ("activity.csv", APPLE_ACTIVITY, Format::AppleActivity),
    ("recent.csv", APPLE_RECENT, Format::AppleRecent),
    ("songs.csv", TAKEOUT_SONGS, Format::TakeoutSongs),
    (
        "Road_ Trip_-vídeos.csv",
        TAKEOUT_PLAYLIST,
        Format::TakeoutPlaylist,
    ),
    ("old.csv", TAKEOUT_OLD, Format::TakeoutPlaylist),
    ("playlists.csv", TAKEOUT_TITLES, Format::TakeoutTitles),
    ("watch-history.html", WATCH_HISTORY, Format::WatchHistory),
    (
        "watch-history.json",
        WATCH_HISTORY_JSON,
        Format::WatchHistoryJson,
    ),
    ("listens.jsonl", LISTENBRAINZ, Format::ListenBrainz),
    ("yandex.csv", YANDEX, Format::Yandex),
    ("lastfm.csv", LAST_FM, Format::LastFm),
    ("lastfm2.csv", LAST_FM_TIMES, Format::LastFm),
    ("lastfm3.csv", LAST_FM_HEADER, Format::LastFm),
    ("libre.csv", LIBRE_FM, Format::LastFm),
    (".scrobbler.log", SCROBBLER, Format::Scrobbler),
    ("a.m3u", M3U, Format::M3u),
    ("a.pls", PLS, Format::Pls),
    ("a.xspf", XSPF, Format::Xspf),
    ("a.jspf", JSPF, Format::Jspf),
    ("list.json", JSON_LIST, Format::Json),
];
