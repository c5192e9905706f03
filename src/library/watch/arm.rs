//! The watchers: which root is heard through events, which is polled, and which is away and waits.

use super::hear::{Alarms, Deafness, Ears};
use super::limits::Raise;
use super::millis;
use super::news::{PollReason, WatchNews};
use super::state::{How, RootWatch};
use crate::library::answers;
use crate::library::mounts::Mounts;
use crate::library::person::{RootState, state_of};
use crate::music::Root;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

/// How often a root that no event tells of is looked at, unless asked otherwise.
const POLL: Duration = Duration::from_secs(60);

/// What lies at a root's path: another folder there, or another disk in it, must be armed anew.
#[derive(PartialEq, Eq, Debug)]
struct Identity {
    device: u64,
    inode: u64,
    /// A new folder may get the number of an old one.
    born: Option<SystemTime>,
    mounted_below: Vec<Vec<u8>>,
}

enum Arm {
    Away,
    Heard(Identity),
    Polled {
        identity: Identity,
        next_ms: u64,
        why: PollReason,
        /// The limit of watches when it was reached.
        most_watches: Option<u64>,
    },
}

/// The watchers of all roots.
pub struct Arms {
    arms: Vec<Arm>,
    ears: Result<Box<dyn Ears>, Deafness>,
    poll: Option<Duration>,
    alarms: Arc<Alarms>,
}

/// A root to be looked at, with what there is to tell of it.
type Look = (usize, Option<WatchNews>);

impl Arms {
    /// Nothing is armed before [`Arms::look_after`].
    pub fn new(
        roots: &[Arc<Root>],
        poll: Option<Duration>,
        ears: Result<Box<dyn Ears>, Deafness>,
        alarms: Arc<Alarms>,
    ) -> Self {
        Self {
            arms: roots.iter().map(|_| Arm::Away).collect(),
            ears,
            poll,
            alarms,
        }
    }

    /// Whether marks were lost since this was last asked.
    pub fn has_lost_marks(&self) -> bool {
        self.alarms.lost.swap(false, Ordering::Relaxed)
    }

    /// Waits until new folders that were heard of are heard as well: what is in them then, a scan sees.
    pub fn catch_up(&mut self) {
        if let Ok(ears) = &mut self.ears {
            ears.catch_up();
        }
    }

    /// Arms what is back, polls what is due.
    pub fn look_after(&mut self, roots: &[Arc<Root>], now_ms: u64) -> Vec<Look> {
        let mounts = Mounts::now();
        let has_holes = self.alarms.has_holes.swap(false, Ordering::Relaxed) | self.can_hear_more();
        let mut looks = Vec::new();
        for (at, root) in roots.iter().enumerate() {
            let identity = identity(&root.dir, &mounts);
            match (&mut self.arms[at], identity) {
                (Arm::Away, None) => {}
                (Arm::Heard(known), Some(now)) if *known == now && !has_holes => {}
                (Arm::Polled { identity, .. }, Some(now)) if *identity == now => {
                    looks.extend(self.poll(at, root, &mounts, roots, now_ms));
                }
                (_, None) => {
                    self.disarm(root);
                    self.arms[at] = Arm::Away;
                    looks.push((at, Some(WatchNews::Away(root.clone()))));
                }
                (_, Some(now)) => {
                    self.disarm(root);
                    looks.push((at, self.arm(at, roots, now, &mounts, now_ms)));
                }
            }
        }
        looks
    }

    /// How each root is looked after.
    pub fn tell(&self, roots: &[Arc<Root>]) -> Vec<RootWatch> {
        let how = |arm: &Arm| match arm {
            Arm::Away => How::Away,
            Arm::Heard(_) => How::Watched,
            Arm::Polled { why, .. } => How::polled(self.every(), why),
        };
        let each = roots.iter().zip(&self.arms);
        each.map(|(root, arm)| RootWatch {
            root: root.name.clone(),
            how: how(arm),
        })
        .collect()
    }

    fn every(&self) -> Duration {
        self.poll.unwrap_or(POLL)
    }

    /// Whether a folder can be read that could not.
    fn can_hear_more(&self) -> bool {
        let mut deaf = self.alarms.deaf();
        let before = deaf.len();
        deaf.retain(|dir| {
            let error = std::fs::read_dir(dir).err().map(|error| error.kind());
            error == Some(std::io::ErrorKind::PermissionDenied)
        });
        deaf.len() < before
    }

    /// The root, where it is time to look at it. What kept it from being heard may have passed.
    fn poll(
        &mut self,
        at: usize,
        root: &Arc<Root>,
        mounts: &Mounts,
        roots: &[Arc<Root>],
        now_ms: u64,
    ) -> Option<Look> {
        let every = self.every();
        let may_hear = match &mut self.arms[at] {
            Arm::Polled { next_ms, .. } if *next_ms > now_ms => return None,
            Arm::Polled {
                next_ms,
                why,
                most_watches,
                ..
            } => {
                *next_ms = now_ms.saturating_add(millis(every));
                let most = self.ears.as_ref().ok().and_then(|ears| ears.most_watches());
                match why {
                    PollReason::WatchLimit(_) => most > *most_watches,
                    PollReason::Failed(_) => self.ears.is_ok(),
                    _ => false,
                }
            }
            _ => return None,
        };
        // What the system remembers of it tells who it is, and not whether its server still answers.
        if state_of(root) == RootState::Away {
            self.arms[at] = Arm::Away;
            return Some((at, Some(WatchNews::Away(root.clone()))));
        }
        if !may_hear || self.hear(root, mounts, roots).is_some() {
            return Some((at, None));
        }
        if let Arm::Polled { identity, .. } = std::mem::replace(&mut self.arms[at], Arm::Away) {
            self.arms[at] = Arm::Heard(identity);
        }
        Some((at, Some(WatchNews::Watched(root.clone()))))
    }

    fn disarm(&mut self, root: &Root) {
        if let Ok(ears) = &mut self.ears {
            ears.unwatch(&root.dir);
        }
    }

    fn arm(
        &mut self,
        at: usize,
        roots: &[Arc<Root>],
        identity: Identity,
        mounts: &Mounts,
        now_ms: u64,
    ) -> Option<WatchNews> {
        let root = &roots[at];
        let before = std::mem::replace(&mut self.arms[at], Arm::Away);
        let Some(why) = self.hear(root, mounts, roots) else {
            self.arms[at] = Arm::Heard(identity);
            let is_news = matches!(before, Arm::Polled { .. });
            return is_news.then(|| WatchNews::Watched(root.clone()));
        };
        let every = self.every();
        let is_news = !matches!(&before, Arm::Polled { why: known, .. } if *known == why);
        self.arms[at] = Arm::Polled {
            identity,
            next_ms: now_ms.saturating_add(millis(every)),
            why: why.clone(),
            most_watches: self.ears.as_ref().ok().and_then(|ears| ears.most_watches()),
        };
        let root = root.clone();
        is_news.then_some(WatchNews::Polling { root, every, why })
    }

    /// Listens for events of a root, or says why that is no use.
    fn hear(&mut self, root: &Root, mounts: &Mounts, roots: &[Arc<Root>]) -> Option<PollReason> {
        if self.poll.is_some() {
            return Some(PollReason::Asked);
        }
        if let Some(kind) = mounts.silent_type(&root.dir) {
            return Some(PollReason::Silent(kind));
        }
        let ears = match &mut self.ears {
            Ok(ears) => ears,
            Err(deafness) => return Some(reason(deafness, roots)),
        };
        let deafness = ears.watch(&root.dir).err()?;
        // Half a tree that is heard would pass for the whole.
        ears.unwatch(&root.dir);
        Some(reason(&deafness, roots))
    }
}

fn reason(deafness: &Deafness, roots: &[Arc<Root>]) -> PollReason {
    match deafness {
        Deafness::WatchLimit => PollReason::WatchLimit(Raise::watches(roots)),
        Deafness::WatcherLimit => PollReason::WatcherLimit(Raise::watchers()),
        Deafness::Failed(why) => PollReason::Failed(why.clone()),
    }
}

fn identity(dir: &Path, mounts: &Mounts) -> Option<Identity> {
    let folder = answers::ask(dir, |dir| std::fs::metadata(dir))?.ok()?;
    if !folder.is_dir() {
        return None;
    }
    Some(Identity {
        device: folder.dev(),
        inode: folder.ino(),
        born: folder.created().ok(),
        mounted_below: mounts.below(dir),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    /// Ears that can be told how many folders they bear, and whom they hear.
    #[derive(Default)]
    struct Pretended {
        most: u64,
        heard: Vec<std::path::PathBuf>,
    }

    impl Ears for Arc<Mutex<Pretended>> {
        fn watch(&mut self, dir: &Path) -> Result<(), Deafness> {
            let mut ears = self.lock().unwrap();
            if ears.heard.len() as u64 >= ears.most {
                return Err(Deafness::WatchLimit);
            }
            ears.heard.push(dir.to_owned());
            Ok(())
        }

        fn unwatch(&mut self, dir: &Path) {
            self.lock().unwrap().heard.retain(|heard| heard != dir);
        }

        fn catch_up(&mut self) {}

        fn most_watches(&self) -> Option<u64> {
            Some(self.lock().unwrap().most)
        }
    }

    struct Stage {
        _dir: tempfile::TempDir,
        roots: Vec<Arc<Root>>,
        ears: Arc<Mutex<Pretended>>,
        alarms: Arc<Alarms>,
        arms: Arms,
    }

    impl Stage {
        fn new(most: u64) -> Self {
            let dir = tempfile::tempdir().unwrap();
            let root = |name: &str| {
                std::fs::create_dir(dir.path().join(name)).unwrap();
                Arc::new(Root {
                    name: name.into(),
                    dir: dir.path().join(name),
                })
            };
            let roots = vec![root("one"), root("two")];
            let heard = Vec::new();
            let ears = Arc::new(Mutex::new(Pretended { most, heard }));
            let alarms = Arc::new(Alarms::default());
            let arms = Arms::new(&roots, None, Ok(Box::new(ears.clone())), alarms.clone());
            Self {
                _dir: dir,
                roots,
                ears,
                alarms,
                arms,
            }
        }

        /// What is looked at, and what is told: `!` polled, `=` watched, `?` away.
        fn look(&mut self, now_ms: u64) -> Vec<String> {
            let looks = self.arms.look_after(&self.roots, now_ms);
            let told = looks.into_iter().map(|(at, news)| {
                let news = match news {
                    None => "",
                    Some(WatchNews::Polling { .. }) => "!",
                    Some(WatchNews::Watched(_)) => "=",
                    Some(WatchNews::Away(_)) => "?",
                    Some(news) => panic!("{news:?}"),
                };
                format!("{}{news}", self.roots[at].name)
            });
            told.collect()
        }
    }

    const NOTHING: [&str; 0] = [];

    #[test]
    fn the_limit_of_watches_is_told_once_and_ends_when_it_is_raised() {
        let mut stage = Stage::new(1);
        assert_eq!(stage.look(0), ["one", "two!"]);
        let told = stage.arms.tell(&stage.roots);
        assert_eq!(told[0].how, How::Watched);
        let How::Polled {
            every_s, remedy, ..
        } = &told[1].how
        else {
            panic!("{told:?}");
        };
        assert_eq!(*every_s, 60);
        assert!(remedy[0].starts_with("sudo sysctl fs.inotify.max_user_watches="));
        assert_eq!(stage.look(59_999), NOTHING);
        assert_eq!(stage.look(60_000), ["two"]);
        stage.ears.lock().unwrap().most = 2;
        assert_eq!(stage.look(119_999), NOTHING);
        assert_eq!(stage.look(120_000), ["two="]);
        assert_eq!(stage.look(180_000), NOTHING);
    }

    #[test]
    fn the_limit_that_is_reached_by_a_new_folder_is_told() {
        let mut stage = Stage::new(2);
        assert_eq!(stage.look(0), ["one", "two"]);
        // As when a folder came that could not be watched.
        stage.ears.lock().unwrap().most = 1;
        stage.alarms.has_holes.store(true, Ordering::Relaxed);
        let looked = stage.look(500);
        assert_eq!(looked, ["one!", "two"]);
        assert_eq!(stage.look(1_000), NOTHING);
    }

    #[test]
    fn events_that_were_lost_are_a_reason_to_arm_all_anew() {
        let mut stage = Stage::new(9);
        assert_eq!(stage.look(0), ["one", "two"]);
        stage.ears.lock().unwrap().heard.clear();
        stage.alarms.has_holes.store(true, Ordering::Relaxed);
        assert_eq!(stage.look(500), ["one", "two"]);
        assert_eq!(stage.ears.lock().unwrap().heard.len(), 2);
        assert_eq!(stage.look(1_000), NOTHING);
    }

    #[test]
    fn a_root_that_goes_comes_back_or_is_another_is_armed_anew() {
        let mut stage = Stage::new(9);
        assert_eq!(stage.look(0), ["one", "two"]);
        let dir = stage.roots[0].dir.clone();
        let aside = dir.with_extension("aside");
        std::fs::rename(&dir, &aside).unwrap();
        assert_eq!(stage.look(500), ["one?"]);
        assert_eq!(stage.look(1_000), NOTHING);
        assert_eq!(stage.arms.tell(&stage.roots)[0].how, How::Away);
        std::fs::create_dir(&dir).unwrap();
        assert_eq!(stage.look(1_500), ["one"]);
        std::fs::remove_dir(&dir).unwrap();
        std::fs::rename(&aside, &dir).unwrap();
        assert_eq!(stage.look(2_000), ["one"]);
        // Away and back between two looks, perhaps under the same number.
        std::fs::remove_dir(&dir).unwrap();
        std::fs::create_dir(&dir).unwrap();
        assert_eq!(stage.look(2_500), ["one"]);
        assert_eq!(stage.ears.lock().unwrap().heard.len(), 2);
    }

    #[test]
    fn without_ears_everything_is_polled() {
        let mut stage = Stage::new(9);
        let ears = Err(Deafness::WatcherLimit);
        stage.arms = Arms::new(&stage.roots, None, ears, stage.alarms.clone());
        assert_eq!(stage.look(0), ["one!", "two!"]);
        assert_eq!(stage.look(60_000), ["one", "two"]);
    }

    #[test]
    fn a_folder_that_can_be_read_again_is_a_reason_to_arm_anew() {
        let mut stage = Stage::new(9);
        assert_eq!(stage.look(0), ["one", "two"]);
        stage.alarms.deaf().push(stage.roots[0].dir.clone());
        assert_eq!(stage.look(500), ["one", "two"]);
        assert_eq!(stage.look(1_000), NOTHING);
    }
}
