//! Long work under way: what is known of it here, and what clients tell of theirs.

use crate::library::scan::Progress;
use crate::mpd::ack::{Ack, Code};
use crate::mpd::command::{Call, Needs};
use crate::mpd::works::Work;

/// The word for a scan that was asked for.
const SCAN: &str = "scan";

pub fn work(call: &mut Call) -> Result<(), Ack> {
    match call.args.is_empty() {
        true => tell_all(call),
        false => take(call),
    }
}

fn tell_all(call: &mut Call) -> Result<(), Ack> {
    let own = scan(call);
    for work in own.into_iter().chain(call.house.works.all()) {
        call.out.text("work", &work.name);
        call.out.number("done", work.done);
        if let Some(total) = work.total {
            call.out.number("total", total);
        }
    }
    Ok(())
}

fn scan(call: &Call) -> Option<Work> {
    let scanning = call.house.librarian.as_ref()?.scanning()?;
    let (done, total) = match scanning.progress {
        Some(Progress::Scanning { seen, expected, .. }) => {
            (seen, Some(expected).filter(|expected| *expected >= seen))
        }
        None | Some(Progress::Waiting(_) | Progress::Finishing) => (0, None),
    };
    Some(Work {
        name: SCAN.to_owned(),
        done,
        total,
    })
}

fn take(call: &mut Call) -> Result<(), Ack> {
    if !Needs::Control.is_granted(call.client.may) {
        let told = "you don't have permission to tell of work";
        return Err(Ack::new(Code::Permission, told));
    }
    if call.args.len() < 2 {
        return Err(Ack::arg("too few arguments for \"standin_work\""));
    }
    let work = Work {
        name: call.text(0)?.to_owned(),
        done: call.count(1)?,
        total: (call.args.len() > 2).then(|| call.count(2)).transpose()?,
    };
    let (works, number) = (&call.house.works, call.client.number);
    let worker = call.client.works.take();
    let worker = worker.unwrap_or_else(|| works.worker(number));
    let told = worker.tell(work);
    call.client.works = Some(worker);
    told
}

impl Call<'_> {
    /// A number of files, bytes, or whatever is counted.
    fn count(&self, at: usize) -> Result<u64, Ack> {
        let text = self.text(at)?;
        let number = text.parse();
        number.map_err(|_| Ack::arg(format!("Integer expected: {text}")))
    }
}
