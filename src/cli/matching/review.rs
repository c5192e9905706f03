//! `standin match review`: asks through the rows that it will not decide by itself, one key each.

use super::super::live::{named, names};
use super::super::sound::settings;
use super::super::terminal::Terminal;
use super::ear::Ear;
use super::{Context, Exit, Outcome, Stop, counted};
use crate::engine::Output;
use crate::library::person::{Decided, Decision};
use crate::library::resolve::Explained;
use crate::library::{Library, MatchedRow};
use crate::music::{Grade, Verdict, clock};
use std::io::{self, IsTerminal};

/// Candidates that are shown; each is one key.
const MAX_SHOWN: usize = 5;
/// Loudness of what is tried, in percent, where nothing is set.
const USUAL_VOLUME: u8 = 80;

const KEYS: &str =
    "1–5 that is it · p play the next one · s skip · n none of them · u undo · q quit";

#[derive(clap::Args)]
pub struct ReviewArgs {
    /// A playlist's name; without one all of them
    #[arg(value_name = "PLAYLIST")]
    playlist: Vec<String>,
    /// Where `p` plays to, as for `play`
    #[arg(long, value_name = "OUTPUT")]
    output: Option<Output>,
}

pub fn run(args: ReviewArgs, context: &mut Context) -> Outcome {
    if !io::stdin().is_terminal() || !context.out.is_terminal {
        return Err(Stop::new(
            Exit::Usage,
            "`match review` asks for keys, and there is no terminal",
        )
        .hint("`standin match` lists the rows, `standin match set` decides about one"));
    }
    let library = context.library();
    let name = args.playlist.join(" ");
    let rows = rows_to_ask(&library, Some(&*name).filter(|name| !name.is_empty()))?;
    if rows.is_empty() {
        context.out.say("There is nothing to ask.");
        return Ok(Exit::Done);
    }
    let set = settings(context);
    let output = args.output.or_else(|| set.outputs?.into_iter().next());
    let mut ear = Ear::new(
        output.unwrap_or(Output::Device(None)),
        set.volume_percent.unwrap_or(USUAL_VOLUME),
        super::super::wire::own_address(context),
    );
    let count = rows.len();
    let (decided, exit) = ask(&rows, &library, &mut ear)?;
    drop(ear);
    let rows = counted(count, "row");
    context.out.say(format!("Decided {decided} of {rows}."));
    Ok(exit)
}

fn rows_to_ask(library: &Library, name: Option<&str>) -> Result<Vec<MatchedRow>, Stop> {
    let lists = library.matches(name)?.into_iter();
    let open = lists.flat_map(|list| list.open);
    let asks = |verdict: &Verdict| {
        matches!(
            verdict,
            Verdict::Offered {
                grade: Grade::Ask,
                ..
            }
        )
    };
    Ok(open
        .filter(|(_, verdict)| asks(verdict))
        .map(|(row, _)| row)
        .collect())
}

/// What a key means here.
enum Answer {
    It(usize),
    None,
    Skip,
    Play,
    Undo,
    Quit,
    Interrupt,
}

impl Answer {
    fn of(key: char, candidates: usize) -> Option<Self> {
        Some(match key {
            '1'..='5' => {
                let number = key.to_digit(10)? as usize;
                Self::It(number.checked_sub(1).filter(|at| *at < candidates)?)
            }
            'n' => Self::None,
            's' => Self::Skip,
            'p' => Self::Play,
            'u' => Self::Undo,
            'q' => Self::Quit,
            '\x03' => Self::Interrupt,
            _ => return None,
        })
    }
}

/// Asks about each row; how many were decided.
fn ask(rows: &[MatchedRow], library: &Library, ear: &mut Ear) -> Result<(usize, Exit), Stop> {
    let mut terminal = Terminal::take()?;
    // Of each row that was passed: what was decided before, where it was decided now.
    let mut passed: Vec<Option<Option<Decision>>> = Vec::new();
    let mut exit = Exit::Done;
    while let Some(row) = rows.get(passed.len()) {
        let explained = library.explain(&row.wanted)?;
        show(
            row,
            &explained,
            (passed.len() + 1, rows.len()),
            &mut terminal,
        )?;
        match answer(&explained, ear, &mut terminal)? {
            Answer::It(at) => {
                let (song, _) = &explained.told[at];
                let told = format!("  it is {}", named(song));
                let decided = Decided::Song(song.wanted());
                super::decide::decide(row.clone(), decided, false, library)?;
                passed.push(Some(explained.decision));
                terminal.say(told)?;
            }
            Answer::None => {
                let decided = Decided::NoneOf(library.would_stand(&row.wanted)?);
                super::decide::decide(row.clone(), decided, false, library)?;
                passed.push(Some(explained.decision));
                terminal.say("  none of them")?;
            }
            Answer::Undo => match passed.pop() {
                Some(Some(before)) => undo(&rows[passed.len()], before, library)?,
                Some(None) => {}
                None => terminal.say("  nothing to undo")?,
            },
            Answer::Skip | Answer::Play => passed.push(None),
            Answer::Quit => break,
            Answer::Interrupt => {
                exit = Exit::Interrupted;
                break;
            }
        }
        ear.be_silent();
    }
    let decided = passed.iter().flatten().count();
    Ok((decided, exit))
}

fn undo(row: &MatchedRow, before: Option<Decision>, library: &Library) -> Result<(), Stop> {
    let mut person = library.person()?;
    person.undecide(&row.wanted)?;
    if let Some(before) = before {
        person.decide(before)?;
    }
    Ok(())
}

/// The next key that decides; what is to be heard is played meanwhile.
fn answer(explained: &Explained, ear: &mut Ear, terminal: &mut Terminal) -> Result<Answer, Stop> {
    let candidates = explained.told.len().min(MAX_SHOWN);
    let mut next = 0;
    terminal.draw(KEYS)?;
    loop {
        match Answer::of(terminal.wait_for_key()?, candidates) {
            Some(Answer::Play) if candidates > 0 => {
                let (song, _) = &explained.told[next];
                let told = match ear.play(song) {
                    Ok(()) => format!("♪ {} · {KEYS}", next + 1),
                    Err(reason) => format!("{reason} · {KEYS}"),
                };
                terminal.draw(told)?;
                next = (next + 1) % candidates;
            }
            Some(Answer::Play) | None => {}
            Some(answer) => return Ok(answer),
        }
    }
}

/// The row, and below it the songs that it may mean, with their lengths under each other.
fn show(
    row: &MatchedRow,
    explained: &Explained,
    (number, count): (usize, usize),
    terminal: &mut Terminal,
) -> Result<(), Stop> {
    let wanted = &row.wanted;
    let length = |ms: Option<u64>| ms.map_or("?".into(), clock);
    let album = match wanted.album.as_str() {
        "" => String::new(),
        album => format!(" · {album}"),
    };
    terminal.say("")?;
    terminal.say(format!("{} ({number} of {count})", row.address()))?;
    let asked = format!("{}{album}", wanted.label());
    terminal.say(format!("  wanted {:>7}  {asked}", length(wanted.length_ms)))?;
    for (at, (song, judged)) in explained.told.iter().take(MAX_SHOWN).enumerate() {
        let failed = judged.failed.map_or(String::new(), |failed| {
            format!(" (it failed {})", failed.words())
        });
        let time = length(song.length_ms);
        terminal.say(format!(
            "  {:<6} {time:>7}  {}{failed}, {}",
            at + 1,
            names(song),
            song.uri()
        ))?;
    }
    Ok(())
}
