//! What a package holds: everything that belongs to the program, under one version, with the licences of what it is made of.

use crate::home::{Home, Ran, has};
use std::fs;
use std::path::Path;
use std::process::Command;

fn packaging(file: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging");
    folder.join(file).to_str().unwrap().to_owned()
}

fn text_of(file: &str) -> String {
    fs::read_to_string(packaging(file)).unwrap()
}

#[test]
fn every_file_that_tells_a_version_tells_this_one() {
    let version = env!("CARGO_PKG_VERSION");
    assert!(text_of("PKGBUILD").contains(&format!("\npkgver={version}\n")));
    let metainfo = text_of("standin.metainfo.xml");
    assert!(metainfo.contains(&format!("<release version=\"{version}\"")));
    let told = Home::new().run(&["--version"]).ended(0).out;
    assert_eq!(told.trim(), format!("standin {version}"));
}

#[test]
fn a_package_holds_all_that_belongs_to_the_program() {
    if !has("python3") || !has("gzip") {
        return;
    }
    let home = Home::new();
    let stage = home.path("stage");
    let mut laid = Command::new(packaging("stage.sh"));
    laid.args([env!("CARGO_BIN_EXE_standin"), stage.to_str().unwrap()]);
    Ran::from(laid.output().unwrap()).ended(0);
    for file in [
        "bin/standin",
        "share/man/man1/standin.1.gz",
        "share/man/man1/standin-play.1.gz",
        "share/man/man5/standin-config.5.gz",
        "share/man/man7/standin-outage.7.gz",
        "share/bash-completion/completions/standin",
        "share/fish/vendor_completions.d/standin.fish",
        "share/zsh/site-functions/_standin",
        "share/applications/standin.desktop",
        "share/icons/hicolor/scalable/apps/standin.svg",
        "share/metainfo/standin.metainfo.xml",
        "lib/systemd/user/standin.socket",
    ] {
        let file = stage.join("usr").join(file);
        assert!(
            fs::metadata(&file).is_ok_and(|about| about.len() > 0),
            "{}",
            file.display()
        );
    }
    // Each crate that is linked in, with its licence.
    let licences = fs::read_to_string(stage.join("usr/share/doc/standin/third-party-licences.txt"));
    let licences = licences.unwrap();
    for name in ["\nrodio ", "\nsymphonia ", "\nlofty ", "\nrusqlite "] {
        assert!(licences.contains(name), "{name}");
    }
    assert!(!licences.contains("\ntempfile "), "a crate of tests alone");
    let service = fs::read_to_string(stage.join("usr/lib/systemd/user/standin.service")).unwrap();
    assert!(
        service.contains("ExecStart=\"/usr/bin/standin\" daemon"),
        "{service}"
    );
    assert!(
        !service.contains("--install"),
        "it is the package's: {service}"
    );
}
