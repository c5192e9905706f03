//! Where ffmpeg and ffprobe are, and how they are called: with the local file that is meant, and nothing else to read.

use std::ffi::{OsStr, OsString};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

/// How long ffmpeg may take until some sound comes of it.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long ffprobe may take: no file holds the player up for longer.
pub(super) const PROBING: Duration = Duration::from_secs(8);
/// The largest piece of memory that ffmpeg may ask for at once.
const MAX_ALLOC: &str = "268435456";

/// The containers that ffmpeg may open: none of them names other files, as playlists and slide shows do.
const CONTAINERS: &str = "aac,aax,ac3,aiff,amr,ape,apm,asf,au,avi,caf,dsf,dts,dtshd,eac3,flac,flv,gsm,iff,libopenmpt,\
    libmodplug,loas,matroska,webm,mlp,mov,mp4,m4a,mp3,mpc,mpc8,mpeg,mpegts,oma,ogg,rm,shn,tak,truehd,tta,voc,w64,\
    wav,wsd,wv,xwma";

/// The two programs.
#[derive(Clone, Debug)]
pub(in crate::engine::decode) struct Tools {
    pub ffmpeg: PathBuf,
    pub ffprobe: PathBuf,
    /// Starts another program that is killed when this one ends, however it ends; part of util-linux.
    pub setpriv: Option<PathBuf>,
    /// How long it may take until something comes.
    pub patience: Duration,
}

impl Tools {
    /// Those of this machine, looked for once; `None` where one of them is missing.
    pub(in crate::engine::decode) fn here() -> Option<&'static Self> {
        static HERE: LazyLock<Option<Tools>> = LazyLock::new(|| {
            let path = std::env::var_os("PATH")?;
            Tools::among(&path)
        });
        HERE.as_ref()
    }

    fn among(path: &OsStr) -> Option<Self> {
        let find = |name: &str| {
            let mut all = std::env::split_paths(path).filter(|folder| folder.is_absolute());
            all.find_map(|folder| Some(folder.join(name)).filter(|file| is_program(file)))
        };
        Some(Self {
            ffmpeg: find("ffmpeg")?,
            ffprobe: find("ffprobe")?,
            setpriv: find("setpriv"),
            patience: PATIENCE,
        })
    }

    /// What is in the file, as JSON.
    pub(in crate::engine::decode) fn probe(&self, path: &Path) -> Command {
        let mut command = self.command(&self.ffprobe);
        self.give(&mut command, path);
        command
            .args(["-select_streams", "a:0", "-of", "json", "-show_entries"])
            .arg("stream=codec_name,codec_tag_string,sample_fmt,bits_per_raw_sample,sample_rate,channels,channel_layout,duration_ts,time_base,duration:format=format_name,duration");
        command
    }

    /// Its sound from this frame on, as interleaved 32-bit floats on stdout. `halved`: how often the rate is halved.
    pub(in crate::engine::decode) fn decode(
        &self,
        path: &Path,
        from: u64,
        rate: u32,
        halved: u32,
    ) -> Command {
        let mut command = self.command(&self.ffmpeg);
        command.arg("-nostdin");
        if from > 0 {
            command.args(["-ss", &seconds(from, rate)]);
        }
        self.give(&mut command, path);
        command.args(["-map", "0:a:0", "-f", "f32le", "-c:a", "pcm_f32le"]);
        if halved > 0 {
            command.args(["-ar", &rate.to_string()]);
        }
        command.arg("pipe:1");
        command
    }

    /// A program that ends when the thread that starts it does: a hung one would outlive us otherwise, for it never
    /// learns that nobody reads its pipe.
    fn command(&self, program: &Path) -> Command {
        let Some(setpriv) = &self.setpriv else {
            return Command::new(program);
        };
        let mut command = Command::new(setpriv);
        command.args(["--pdeathsig", "KILL", "--"]).arg(program);
        command
    }

    /// The file as one argument behind `-i`, with a prefix that makes of any name the path of a local file.
    fn give(&self, command: &mut Command, path: &Path) {
        let mut name = OsString::from("file:");
        name.push(path);
        command
            .args(["-v", "error", "-max_alloc", MAX_ALLOC])
            .args(["-protocol_whitelist", "file", "-format_whitelist"])
            .arg(CONTAINERS)
            .arg("-i")
            .arg(name);
    }
}

/// A frame's time, to the microsecond: ffmpeg rounds it back to the same frame below 500 kHz.
fn seconds(frame: u64, rate: u32) -> String {
    let rate = u128::from(rate.max(1));
    let us = (u128::from(frame) * 1_000_000 + rate / 2) / rate;
    format!("{}.{:06}", us / 1_000_000, us % 1_000_000)
}

fn is_program(file: &Path) -> bool {
    let metadata = file.metadata();
    metadata.is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::process::Stdio;

    #[test]
    fn both_must_be_programs() {
        let folder = tempfile::tempdir().unwrap();
        let here = || Tools::among(folder.path().as_os_str());
        for name in ["ffmpeg", "ffprobe"] {
            assert!(here().is_none());
            let file = folder.path().join(name);
            std::fs::write(&file, "#!/bin/sh\n").unwrap();
            assert!(here().is_none(), "it may not be run");
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        assert!(here().is_some());
        assert!(Tools::among(OsStr::new(".")).is_none());
    }

    // Its end is waited for, by its number: who started it has ended by then.
    #[expect(clippy::zombie_processes)]
    #[test]
    fn a_hung_program_does_not_outlive_who_started_it() {
        use rustix::process::{Pid, WaitOptions, waitpid};
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("hangs");
        std::fs::write(&script, "#!/bin/sh\necho here\nexec sleep 60\n").unwrap();
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut places = std::env::split_paths(&path).map(|folder| folder.join("setpriv"));
        let Some(setpriv) = places.find(|file| is_program(file)) else {
            return eprintln!("skipped: setpriv is not here");
        };
        let tools = Tools {
            ffmpeg: script.clone(),
            ffprobe: script,
            setpriv: Some(setpriv),
            patience: PATIENCE,
        };
        let start = move || {
            let mut command = tools.decode(Path::new("a"), 0, 1, 0);
            let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
            let pid = Pid::from_child(&child);
            child
                .stdout
                .take()
                .unwrap()
                .read_exact(&mut [0; 5])
                .unwrap();
            pid
        };
        let pid = std::thread::spawn(start).join().unwrap();
        let (_, status) = waitpid(Some(pid), WaitOptions::empty()).unwrap().unwrap();
        assert_eq!(status.terminating_signal(), Some(9));
    }

    #[test]
    fn frames_as_seconds() {
        assert_eq!(seconds(1, 44_100), "0.000023");
        assert_eq!(seconds(44_100, 44_100), "1.000000");
        assert_eq!(seconds(u64::MAX, 1), "18446744073709551615.000000");
    }
}
