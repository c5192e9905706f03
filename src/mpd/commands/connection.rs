//! Connection settings: `ping`, `password`, `tagtypes`, `binarylimit`, `protocol`. `close` and the lists are the session's.

use crate::mpd::ack::{Ack, Code};
use crate::mpd::command::{ANY, Call, Command, Needs, quick};
use crate::mpd::song::spelt;
use crate::music::Field;
use std::collections::BTreeSet;

/// The least and the most that a client may want of a picture at once. In bytes.
const BINARY_LIMITS: std::ops::RangeInclusive<usize> = 64..=(8 << 20);

pub const COMMANDS: &[Command] = &[
    quick("ping", Needs::Nothing, 0..=0, |_| Ok(())),
    quick("password", Needs::Nothing, 1..=1, password),
    quick("binarylimit", Needs::Nothing, 1..=1, binary_limit),
    quick("tagtypes", Needs::Nothing, 0..=ANY, tag_types),
    quick("protocol", Needs::Nothing, 0..=ANY, protocol),
];

fn password(call: &mut Call) -> Result<(), Ack> {
    let typed = call.args[0].as_slice();
    let settings = call.house.settings();
    let known = &settings.passwords;
    match known
        .iter()
        .find(|(word, _)| is_same(word.as_bytes(), typed))
    {
        Some((_, may)) => {
            call.client.may = *may;
            Ok(())
        }
        None => Err(Ack::new(Code::Password, "incorrect password")),
    }
}

/// Compared whole, so that the time it takes tells nothing of how much was right.
fn is_same(word: &[u8], typed: &[u8]) -> bool {
    let differing = word
        .iter()
        .zip(typed)
        .fold(0, |all, (one, other)| all | (one ^ other));
    word.len() == typed.len() && differing == 0
}

fn binary_limit(call: &mut Call) -> Result<(), Ack> {
    let wanted = call.unsigned(0)? as usize;
    if !BINARY_LIMITS.contains(&wanted) {
        return Err(Ack::arg(match wanted < *BINARY_LIMITS.start() {
            true => "Value too small",
            false => "Value too large",
        }));
    }
    call.client.binary_limit = wanted;
    Ok(())
}

fn tag_types(call: &mut Call) -> Result<(), Ack> {
    let named = |call: &Call| -> Result<BTreeSet<Field>, Ack> {
        let names = call.texts(1)?;
        if names.is_empty() {
            return Err(Ack::arg("Not enough arguments"));
        }
        let fields = names
            .iter()
            .map(|name| Field::from_name(name).ok_or_else(|| Ack::arg("Unknown tag type")));
        fields.collect()
    };
    match call.text(0)? {
        "" if call.args.is_empty() => {
            for field in Field::ALL {
                if call.client.tags.contains(field) && *field != Field::Comment {
                    call.out.pair("tagtype", spelt(*field));
                }
            }
        }
        "all" => call.client.tags = Field::ALL.iter().copied().collect(),
        "clear" => call.client.tags.clear(),
        "available" => {
            // Of no song it is told.
            for field in Field::ALL.iter().filter(|field| **field != Field::Comment) {
                call.out.pair("tagtype", spelt(*field));
            }
        }
        "enable" => {
            let fields = named(call)?;
            call.client.tags.extend(fields);
        }
        "disable" => {
            let fields = named(call)?;
            call.client.tags.retain(|field| !fields.contains(field));
        }
        "reset" => call.client.tags = named(call)?,
        _ => return Err(Ack::arg("Unknown sub command")),
    }
    Ok(())
}

/// MPD 0.24's only feature: playlists are not told beside the folders.
const HIDE_PLAYLISTS: &str = "hide_playlists_in_root";

fn protocol(call: &mut Call) -> Result<(), Ack> {
    match call.text(0)? {
        "" if call.args.is_empty() => {
            if call.client.hides_playlists {
                call.out.pair("feature", HIDE_PLAYLISTS);
            }
        }
        "available" => call.out.pair("feature", HIDE_PLAYLISTS),
        "all" => call.client.hides_playlists = true,
        "clear" => call.client.hides_playlists = false,
        "enable" => call.client.hides_playlists |= names_features(call)?,
        "disable" => call.client.hides_playlists &= !names_features(call)?,
        _ => return Err(Ack::arg("Unknown sub command")),
    }
    Ok(())
}

/// Whether the arguments are names of features: of the only one there is.
fn names_features(call: &Call) -> Result<bool, Ack> {
    let names = call.texts(1)?;
    if names.is_empty() {
        return Err(Ack::arg("Not enough arguments"));
    }
    let is_known = |name: &String| name.eq_ignore_ascii_case(HIDE_PLAYLISTS);
    match names.iter().all(is_known) {
        true => Ok(true),
        false => Err(Ack::arg("Unknown protocol feature")),
    }
}
