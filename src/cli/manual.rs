//! `standin completions` and `standin man`: made from the same definition as the arguments themselves; the page of the config file from
//! the rows of its keys.

use super::config::page;
use super::{Cli, Context, Exit, Outcome, Stop};
use clap::CommandFactory;
use std::path::{Path, PathBuf};

/// Completions for a shell, on stdout; in bash, fish and zsh they know your playlists and artists
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  standin completions bash > ~/.local/share/bash-completion/completions/standin\n  standin completions fish > ~/.config/fish/completions/standin.fish"
)]
pub struct CompletionsArgs {
    /// The shell
    shell: clap_complete::Shell,
}

/// What every verb prints with `--json`, as JSON Schema (draft 2020-12).
const SCHEMA: &str = include_str!("schema.json");

/// The manual page; with a folder, the pages of all verbs
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  standin man | man -l -\n  standin man ~/.local/share/man/man1\n  standin man --config | man -l -
  standin man --json-schema"
)]
pub struct ManArgs {
    /// Folder that gets one page a verb, and that of the config file; of a `man1` the `man5` beside it gets that
    folder: Option<PathBuf>,
    /// The page of the config file: every key
    #[arg(long, conflicts_with_all = ["folder", "json_schema"])]
    config: bool,
    /// What `--json` prints, described as JSON Schema, instead of a page
    #[arg(long, conflicts_with = "folder")]
    json_schema: bool,
}

pub fn completions(args: CompletionsArgs, context: &mut Context) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "standin", &mut script);
    script.extend_from_slice(names(args.shell).as_bytes());
    context.out.document(&script)?;
    Ok(Exit::Done)
}

/// What completes names that only the library knows, where a shell is told how.
fn names(shell: clap_complete::Shell) -> &'static str {
    match shell {
        clap_complete::Shell::Bash => include_str!("completions/names.bash"),
        clap_complete::Shell::Fish => include_str!("completions/names.fish"),
        clap_complete::Shell::Zsh => include_str!("completions/names.zsh"),
        _ => "",
    }
}

pub fn man(args: ManArgs, context: &mut Context) -> Outcome {
    if args.json_schema {
        context.out.document(SCHEMA.as_bytes())?;
        return Ok(Exit::Done);
    }
    if args.config {
        context.out.document(page::page().as_bytes())?;
        return Ok(Exit::Done);
    }
    let command = Cli::command().disable_help_subcommand(true);
    let Some(folder) = args.folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        context.out.document(&page)?;
        return Ok(Exit::Done);
    };
    let failed = |error| {
        Stop::failed(format!(
            "cannot write manual pages to {}: {error}",
            folder.display()
        ))
    };
    std::fs::create_dir_all(&folder).map_err(failed)?;
    clap_mangen::generate_to(command, &folder).map_err(failed)?;
    let write = |section: &str, name: &str, text: &[u8]| {
        let folder = folder_of(section, &folder);
        std::fs::create_dir_all(&folder).map_err(failed)?;
        std::fs::write(folder.join(name), text).map_err(failed)
    };
    for page in super::help::PAGES {
        let (name, text) = super::help::manual_page(page);
        write("7", &name, &text)?;
    }
    write("5", page::NAME, page::page().as_bytes())?;
    Ok(Exit::Done)
}

/// Where `man` looks for pages of a section that is not the verbs' own: beside theirs, where that is called so.
fn folder_of(section: &str, folder: &Path) -> PathBuf {
    match folder.file_name().is_some_and(|name| name == "man1") {
        true => folder.with_file_name(format!("man{section}")),
        false => folder.to_owned(),
    }
}
