//! Tells the linker to pack what the loader has to relocate: half a megabyte that every start would read, and keep in
//! memory, is a few kilobytes then. And it tells the program when it was built: a clock before that is wrong. It compiles
//! nothing and finds no library.

// Cargo listens to what a build script prints.
#![allow(clippy::print_stdout)]

use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

/// The first glibc whose loader reads packed relocations.
const LOADER_SINCE: (u32, u32) = (2, 36);

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=SOURCE_DATE_EPOCH");
    println!("cargo:rustc-env=STANDIN_BUILT_S={}", built_s());
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    let is_ours = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    // What is built here for elsewhere may meet an older loader there.
    let stays_here = std::env::var("HOST").ok() == std::env::var("TARGET").ok();
    if is_ours && stays_here && glibc().is_some_and(|version| version >= LOADER_SINCE) {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// Seconds since 1970; where a build must come out the same again, those that are given for it
/// (reproducible-builds.org/specs/source-date-epoch).
fn built_s() -> u64 {
    let given = std::env::var("SOURCE_DATE_EPOCH").ok();
    let given = given.and_then(|text| text.parse().ok());
    let now = || SystemTime::now().duration_since(UNIX_EPOCH);
    given.unwrap_or_else(|| now().map_or(0, |since| since.as_secs()))
}

/// The version of this machine's C library, as `getconf` tells it: `glibc 2.36`.
fn glibc() -> Option<(u32, u32)> {
    let told = Command::new("getconf").arg("GNU_LIBC_VERSION").output();
    let told = String::from_utf8(told.ok()?.stdout).ok()?;
    let (major, minor) = told.trim().strip_prefix("glibc ")?.split_once('.')?;
    let minor = minor.split('.').next()?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
