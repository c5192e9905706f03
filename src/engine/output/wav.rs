//! An output that is a WAV file. Where it can take no more of the music, another one goes on: FILE-2.wav, FILE-3.wav …
//!
//! That is where rate or format change in bit-perfect playing (a WAV file has one of each), and at 4 GiB (it cannot
//! count further). Nothing is lost or written twice, and no file that was there before is written over but the one
//! that was named.

use super::riff::Riff;
use super::unpaced::{Drain, Unpaced};
use crate::engine::form::Form;
use crate::engine::{EngineError, Notice};
use crossbeam_channel::Sender;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files that one output may begin.
const MAX_FILES: u32 = 9_999;

/// Makes the file, or says why not.
pub(in crate::engine) fn create(path: &Path) -> Result<WavFile, EngineError> {
    match File::create(path) {
        Ok(file) => Ok(WavFile {
            path: path.to_owned(),
            file,
        }),
        Err(source) => Err(EngineError::Wav {
            path: path.to_owned(),
            source: Arc::new(source),
        }),
    }
}

/// A file that was made for an output, still empty.
pub(in crate::engine) struct WavFile {
    path: PathBuf,
    file: File,
}

/// The thread's life, until the engine ends. What goes wrong is told as a lost output.
pub(in crate::engine) fn run(output: Unpaced, file: WavFile) {
    let files = Files {
        named: file.path.clone(),
        path: file.path,
        first: Some(file.file),
        number: 1,
        form: None,
        open: None,
        notices: output.notices.clone(),
    };
    output.run(files);
}

struct Files {
    /// The one that was named, and the one that grows.
    named: PathBuf,
    path: PathBuf,
    /// The one that was named, until it is begun.
    first: Option<File>,
    number: u32,
    form: Option<Form>,
    open: Option<Riff>,
    notices: Sender<Notice>,
}

impl Drain for Files {
    fn begin(&mut self, form: Form) -> Result<(), String> {
        self.finish()?;
        let file = match self.first.take() {
            Some(file) => file,
            None => self.next_file()?,
        };
        self.form = Some(form);
        let riff = Riff::begin(file, form).map_err(|error| self.failed(&error))?;
        self.open = Some(riff);
        Ok(())
    }

    fn take(&mut self, frames: &[u8]) -> Result<(), String> {
        let room = self.open.as_ref().map_or(0, Riff::room);
        if room < frames.len() as u64
            && let Some(form) = self.form
        {
            self.begin(form)?;
        }
        match &mut self.open {
            Some(open) => open.write(frames).map_err(|error| self.failed(&error)),
            None => Ok(()),
        }
    }

    fn end(mut self) -> Result<(), String> {
        self.finish()
    }
}

impl Files {
    fn finish(&mut self) -> Result<(), String> {
        let finished = self.open.take().map_or(Ok(()), Riff::finish);
        finished.map_err(|error| self.failed(&error))
    }

    fn next_file(&mut self) -> Result<File, String> {
        while self.number < MAX_FILES {
            self.number += 1;
            let path = numbered(&self.named, self.number);
            match File::create_new(&path) {
                Ok(file) => {
                    self.path = path.clone();
                    let _ = self.notices.try_send(Notice::NextFile { path });
                    return Ok(file);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(format!("cannot write {}: {error}", path.display())),
            }
        }
        Err(format!(
            "{} has become {MAX_FILES} files",
            self.named.display()
        ))
    }

    fn failed(&self, error: &io::Error) -> String {
        format!("{} cannot be written: {error}", self.path.display())
    }
}

/// `dir/name.wav` → `dir/name-2.wav`.
fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name: OsString = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_file_has_a_number_before_its_ending() {
        assert_eq!(numbered(Path::new("a/b.wav"), 2), Path::new("a/b-2.wav"));
        assert_eq!(numbered(Path::new("b"), 10), Path::new("b-10"));
        assert_eq!(numbered(Path::new("a.b.wav"), 3), Path::new("a.b-3.wav"));
    }
}
