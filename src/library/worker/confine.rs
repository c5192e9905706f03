//! The limits that a worker puts on itself before it touches a foreign byte. What the system does not know is left out:
//! a limit that cannot be had is no reason to read nothing.

use rustix::process::{Resource, Rlimit, Signal, setrlimit};
use std::time::Duration;

/// Address space of a worker: its binary and stack take about 30 MiB, and the largest tag that is read another 64.
const MEMORY_BYTES: u64 = 192 << 20;
/// Open files: the three standard ones and those being read.
const FILES: u64 = 64;

/// Limits memory, files and what may be done, and ends with the parent.
pub fn confine() {
    end_with_parent();
    let limits = [
        (Resource::As, MEMORY_BYTES),
        (Resource::Nofile, FILES),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
    ];
    for (resource, most) in limits {
        limit(resource, most);
    }
    read_only();
}

/// Allows so much CPU time from now on; who takes more is ended by the system, also where nobody waits for the answer.
pub fn allow_cpu(time: Duration) {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let used = u64::try_from(used.tv_sec).unwrap_or(0);
    let current = Some(used.saturating_add(time.as_secs()).saturating_add(1));
    let maximum = rustix::process::getrlimit(Resource::Cpu).maximum;
    // A refusal leaves the limit that is there.
    let _ = setrlimit(Resource::Cpu, Rlimit { current, maximum });
}

fn limit(resource: Resource, most: u64) {
    let most = Some(most);
    let limit = Rlimit {
        current: most,
        maximum: most,
    };
    let _ = setrlimit(resource, limit);
}

#[cfg(target_os = "linux")]
fn end_with_parent() {
    let _ = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
    // The parent may have ended before the line above.
    if rustix::process::getppid().is_none_or(|parent| parent.is_init()) {
        std::process::exit(0);
    }
}

/// Files may be read and nothing else done to them; nothing may be run, and no TCP port reached.
#[cfg(target_os = "linux")]
fn read_only() {
    use landlock::{
        ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd,
        Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError,
    };
    let abi = ABI::V4;
    let reading: BitFlags<AccessFs> = AccessFs::ReadFile | AccessFs::ReadDir;
    let confined = || -> Result<(), RulesetError> {
        let rules = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(abi))?
            .handle_access(AccessNet::from_all(abi))?
            .create()?;
        if let Ok(root) = PathFd::new("/") {
            rules
                .add_rule(PathBeneath::new(root, reading))?
                .restrict_self()?;
        }
        Ok(())
    };
    // An old kernel has no such rules.
    let _ = confined();
}

#[cfg(not(target_os = "linux"))]
fn end_with_parent() {}

#[cfg(not(target_os = "linux"))]
fn read_only() {}
