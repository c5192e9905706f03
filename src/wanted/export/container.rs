//! Zips, walked member by member: none is unpacked to a place, so that a name with `..` in it leads nowhere.

use super::gulp::Source;
use super::limits::NO_BOMB;
use super::text::retried;
use super::{Limits, NotTaken};
use std::cell::Cell;
use std::io::{self, Read};
use zip::read::Config;
use zip::unstable::read::ZipIterable;
use zip::{CompressionMethod, ZipReadOptions};

/// How every zip begins that has a member.
const MAGIC: &[u8] = b"PK\x03\x04";
/// Members that the system packs along with others: what a file's icon is, and the like.
const NOT_THE_PERSONS: &str = "__MACOSX/";

/// Whether it is a zip, or a spreadsheet, which is one.
pub(super) fn is_zip(head: &[u8]) -> bool {
    head.starts_with(MAGIC)
}

/// A member, or why it cannot be read. What it is read from stops at the limits.
pub(super) type Member<'a> = (String, Result<&'a mut dyn Read, NotTaken>);

/// Hands on each member; `spent` counts what was unpacked so far.
pub(super) fn walk(
    source: &mut dyn Source,
    limits: &Limits,
    spent: &Cell<u64>,
    take: &mut dyn FnMut(Member),
) -> Result<(), NotTaken> {
    let damaged = |_| NotTaken::Damaged;
    let mut zip = ZipIterable::try_new(source, Config::default()).map_err(damaged)?;
    if zip.len() > limits.members {
        return Err(NotTaken::TooManyMembers(zip.len(), limits.members));
    }
    let members = zip.files().map_err(damaged)?;
    while let Some(member) = members.next() {
        let member = member.map_err(damaged)?;
        let name = String::from_utf8_lossy(member.name_raw()).into_owned();
        if member.is_dir() || name.starts_with(NOT_THE_PERSONS) {
            continue;
        }
        let packed = member.compressed_size();
        if member.encrypted() {
            take((name, Err(NotTaken::Encrypted)));
            continue;
        }
        let method = member.compression();
        let is_known = matches!(
            method,
            CompressionMethod::Stored | CompressionMethod::Deflated
        );
        let opened = member.with_reader(members.reader_mut(), ZipReadOptions::new());
        match opened {
            Ok(file) if is_known => {
                let mut held = Held {
                    file,
                    out: 0,
                    most: packed.saturating_mul(limits.ratio).max(NO_BOMB),
                    spent,
                    most_of_all: limits.bytes_out,
                };
                take((name, Ok(&mut held)));
            }
            _ => take((name, Err(NotTaken::Damaged))),
        }
    }
    Ok(())
}

/// Whether a zip is a spreadsheet of XLSX.
pub(super) fn is_spreadsheet(source: &mut dyn Source, limits: &Limits) -> bool {
    let Ok(mut zip) = ZipIterable::try_new(source, Config::default()) else {
        return false;
    };
    let Ok(members) = zip.files() else {
        return false;
    };
    let mut names = members.take(limits.members).map_while(Result::ok);
    names.any(|member| member.name_raw() == b"xl/workbook.xml")
}

/// A member that ends where the limits are.
struct Held<'s, R> {
    file: R,
    out: u64,
    most: u64,
    spent: &'s Cell<u64>,
    most_of_all: u64,
}

impl<R: Read> Read for Held<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let got = retried(&mut self.file, into)?;
        self.out += got as u64;
        self.spent.set(self.spent.get() + got as u64);
        if self.out > self.most || self.spent.get() > self.most_of_all {
            return Err(NotTaken::Bomb.into());
        }
        Ok(got)
    }
}
