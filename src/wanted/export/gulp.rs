//! One import: files and containers one after the other, then what they tell of each other.

use super::join::Join;
use super::limits::HEAD;
use super::out::Out;
use super::sniff::{Sniffed, sniff};
use super::table::Layout;
use super::text::{self, Utf8};
use super::{FileReport, Format, Limits, NotTaken};
use super::{container, itunes, json, lists, spotify_text, table, watched, xlsx};
use crate::wanted::Taker;
use std::cell::Cell;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufReader, Cursor, Read, Seek};
use std::rc::Rc;

/// What a file is read from.
pub trait Source: Read + Seek {}
impl<T: Read + Seek> Source for T {}

/// What is pointed at by one import.
pub struct Gulp<'t> {
    taker: &'t mut dyn Taker,
    limits: Limits,
    stated: Option<Format>,
    /// What containers unpacked to.
    spent: Rc<Cell<u64>>,
    join: Join,
    reports: Vec<FileReport>,
    /// The last part of a name, with a sum of how the content begins.
    seen: HashMap<(String, u64), String>,
}

impl<'t> Gulp<'t> {
    /// Begins. `stated`: what every file is, whatever it looks like.
    pub fn new(taker: &'t mut dyn Taker, limits: Limits, stated: Option<Format>) -> Self {
        Self {
            taker,
            limits,
            stated,
            spent: Rc::default(),
            join: Join::default(),
            reports: Vec::new(),
            seen: HashMap::new(),
        }
    }

    /// Reads a file, or a container with all that is in it. What is wrong with it stands in the reports.
    pub fn read(&mut self, name: &str, source: &mut dyn Source) {
        self.source(name, source, 0);
    }

    /// What waited for other files is handed on. The reports, one for each file and member.
    pub fn end(mut self) -> Vec<FileReport> {
        let (lists, alone) = self.join.end();
        for list in lists {
            self.taker.list(list);
        }
        for (report, alone) in alone {
            if let Some(report) = self.reports.get_mut(report) {
                report.counts.id_only += alone;
            }
        }
        self.reports
    }

    fn source(&mut self, name: &str, source: &mut dyn Source, depth: usize) {
        let head = source.rewind().and_then(|()| text::head(source, HEAD));
        match head {
            Err(error) => self.refuse(name, NotTaken::of_io(&error)),
            Ok(head) if container::is_zip(&head) => match self.is_new(name, &head) {
                Ok(()) => self.zip(name, source, depth),
                Err(why) => self.refuse(name, why),
            },
            Ok(head) => self.file(name, &head, source),
        }
    }

    fn zip(&mut self, name: &str, source: &mut dyn Source, depth: usize) {
        if container::is_spreadsheet(source, &self.limits) {
            return self.spreadsheet(name, source);
        }
        if depth >= self.limits.depth {
            return self.refuse(name, NotTaken::TooDeep);
        }
        let limits = self.limits;
        let spent = Rc::clone(&self.spent);
        let walked = container::walk(source, &limits, &spent, &mut |(member, file)| {
            let whole = format!("{name}/{member}");
            match file {
                Ok(file) => self.member(&whole, file, depth),
                Err(why) => self.refuse(&whole, why),
            }
        });
        if let Err(why) = walked {
            self.refuse(name, why);
        }
    }

    fn member(&mut self, name: &str, file: &mut dyn Read, depth: usize) {
        let head = match text::head(file, HEAD) {
            Ok(head) => head,
            Err(error) => return self.refuse(name, NotTaken::of_io(&error)),
        };
        if !container::is_zip(&head) {
            return self.file(name, &head, file);
        }
        let most = self.limits.nested_bytes;
        let mut whole = head;
        match file.take(most).read_to_end(&mut whole) {
            Err(error) => self.refuse(name, NotTaken::of_io(&error)),
            Ok(_) if whole.len() as u64 > most => self.refuse(name, NotTaken::TooDeep),
            Ok(_) => self.source(name, &mut Cursor::new(whole), depth + 1),
        }
    }

    fn spreadsheet(&mut self, name: &str, source: &mut dyn Source) {
        let mut report = FileReport {
            file: name.to_owned(),
            ..FileReport::default()
        };
        let number = self.reports.len();
        let with = (self.limits, Default::default());
        let mut out = Out::new((number, &mut report), self.taker, &mut self.join, with);
        let read = xlsx::read(source, &self.spent, &mut out);
        out.end();
        match read {
            Ok(()) => report.format = Some(Format::Deezer),
            Err(why) => report.refused = Some(why),
        }
        self.reports.push(report);
    }

    /// A file that is no container. Its head is read, the rest is still to come.
    fn file(&mut self, name: &str, head: &[u8], rest: &mut dyn Read) {
        let known = self.is_new(name, head);
        let sniffed = known.and_then(|()| sniff(head, self.stated));
        let sniffed = match sniffed {
            Ok(sniffed) => sniffed,
            Err(why) => return self.refuse(name, why),
        };
        let mut report = FileReport {
            file: name.to_owned(),
            format: Some(sniffed.format),
            separator: sniffed.layout.as_ref().map(Layout::separator),
            ..FileReport::default()
        };
        let mut text = Utf8::new(head, rest, self.limits.piece);
        let number = self.reports.len();
        let with = (self.limits, text.pace());
        let mut out = Out::new((number, &mut report), self.taker, &mut self.join, with);
        let read = dispatch(&sniffed, &mut text, &mut out);
        out.end();
        report.encoding = report.encoding.or(Some(text.encoding()));
        match read {
            Ok(()) => {}
            // What was taken stays taken, and is counted.
            Err(_) if report.counts.rows() > 0 => report.ends_early = true,
            Err(why) => report.refused = Some(why),
        }
        self.reports.push(report);
    }

    fn refuse(&mut self, name: &str, why: NotTaken) {
        self.reports.push(FileReport {
            file: name.to_owned(),
            refused: Some(why),
            ..FileReport::default()
        });
    }

    /// A folder of downloads has the zip and beside it what was unpacked from it.
    fn is_new(&mut self, name: &str, head: &[u8]) -> Result<(), NotTaken> {
        let mut sum = DefaultHasher::new();
        head.hash(&mut sum);
        let last = name.rsplit('/').next().unwrap_or_default().to_owned();
        let key = (last, sum.finish());
        match self.seen.get(&key) {
            Some(before) if !head.is_empty() => Err(NotTaken::SameAs(before.clone())),
            _ => {
                self.seen.insert(key, name.to_owned());
                Ok(())
            }
        }
    }
}

fn dispatch(sniffed: &Sniffed, text: &mut Utf8, out: &mut Out) -> Result<(), NotTaken> {
    let as_lists = matches!(
        sniffed.format,
        Format::M3u | Format::Pls | Format::Xspf | Format::Jspf
    );
    if as_lists {
        return lists::read(sniffed.format, text, out);
    }
    if let Some(layout) = &sniffed.layout {
        return table::read(layout, text, out);
    }
    if let Some(read) = json::reader(sniffed.format) {
        return read(text, out);
    }
    let mut lines = BufReader::new(text);
    match sniffed.format {
        Format::AppleXml => itunes::read(&mut lines, out),
        Format::SpotifyBackupText => spotify_text::read(&mut lines, out),
        Format::WatchHistory => watched::read(&mut lines, out),
        Format::Links => super::links::read_list(&mut lines, out),
        Format::Lines => spotify_text::read_lines(&mut lines, out),
        other => Err(NotTaken::NotAs(other)),
    }
}
