//! What can go wrong with an output or a file. It never decides what happens then.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// Why the engine did not start.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EngineError {
    /// There is nothing to play on.
    #[error("there is no audio device: {reason}")]
    NoDevice {
        /// What the sound system said.
        reason: String,
    },
    /// A sound server is here and hangs: behind it nothing else can be reached, and to try takes half a minute.
    #[error("the sound server does not answer")]
    ServerHangs,
    /// Nothing of that name.
    #[error("there is no audio device called “{name}”")]
    NoSuchDevice {
        /// What was asked for.
        name: String,
    },
    /// The WAV file cannot be written.
    #[error("cannot write {path}", path = .path.display())]
    Wav {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Arc<io::Error>,
    },
    /// The system gives no thread.
    #[error("cannot start a thread")]
    Thread {
        /// Why.
        source: Arc<io::Error>,
    },
}

/// Why a file does not play, or not whole.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DecodeError {
    /// It cannot be opened or read.
    #[error("cannot open {path}: {source}", path = .path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Arc<io::Error>,
    },
    /// Nothing in it is sound that is known here.
    #[error("{path} is not an audio file that is known here", path = .path.display())]
    NotAudio {
        /// The file.
        path: PathBuf,
    },
    /// It is sound, but no decoder for it is here.
    #[error("{path} cannot be decoded: {what}", path = .path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// The codec or the feature.
        what: String,
    },
    /// ffmpeg would play it, and is not here.
    #[error("{path} plays with ffmpeg, which is not here: install the package {package} ({what})", path = .path.display(), package = crate::music::FFMPEG_PACKAGE)]
    NeedsFfmpeg {
        /// The file.
        path: PathBuf,
        /// What it is, or what the decoders inside lack.
        what: String,
    },
    /// ffmpeg would play all of it, and is not here or does not.
    #[error("{path} plays without its upper octave: all of it plays with ffmpeg, install the package {package} (HE-AAC)", path = .path.display(), package = crate::music::FFMPEG_PACKAGE)]
    Half {
        /// The file.
        path: PathBuf,
    },
    /// ffmpeg was asked, and plays it neither.
    #[error("{path} does not play with ffmpeg: {what}", path = .path.display())]
    Ffmpeg {
        /// The file.
        path: PathBuf,
        /// What ffmpeg said, or how it failed.
        what: String,
    },
    /// It is broken.
    #[error("{path} is damaged at {}: {what}", crate::music::clock(*.at_ms), path = .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where in the file.
        at_ms: u64,
        /// What is wrong.
        what: String,
    },
}

impl DecodeError {
    /// Whether the file is not there, or not to be reached: its folder may be away.
    pub fn is_away(&self) -> bool {
        use io::ErrorKind::{
            HostUnreachable, NetworkDown, NetworkUnreachable, NotADirectory, NotConnected,
            NotFound, StaleNetworkFileHandle, TimedOut,
        };
        let Self::Open { source, .. } = self else {
            return false;
        };
        matches!(
            source.kind(),
            NotFound
                | NotADirectory
                | NotConnected
                | StaleNetworkFileHandle
                | TimedOut
                | HostUnreachable
                | NetworkUnreachable
                | NetworkDown
        )
    }
}
