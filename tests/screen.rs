//! The real program on a terminal of any size, by tmux: keys in, the picture as text out. Each screen has a tmux server of its own,
//! which ends with it.
//!
//! ```ignore
//! let Some(screen) = Screen::open(&home, (80, 24), &["tui", "--output", "null"], &[]) else { return };
//! screen.wait_for("Ready");
//! screen.keys(&["2", "Down", "C-d"]);
//! screen.write("what is typed");
//! println!("{}", screen.picture());
//! screen.keys(&["q"]);
//! screen.ended(0);
//! ```

use crate::home::{HANG, Home, Signal, has};
use rustix::process::{Pid, kill_process};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Between two looks at the picture: each is a run of tmux.
const LOOKS_EVERY: Duration = Duration::from_millis(10);

/// Notes how the terminal was before and after, the program's process and its code, and leaves its last picture to look at. `$0` is
/// the folder of the notes.
const SCRIPT: &str = r#"
stty -g >"$0/before"
sh -c 'echo $$ >"$0/pid.part"; mv "$0/pid.part" "$0/pid"; exec "$@"' "$0" "$@"
code=$?
stty -g >"$0/after"
echo $code >"$0/code.part"; mv "$0/code.part" "$0/code"
exec cat >/dev/null
"#;

/// How many were opened, in whichever home.
static OPENED: AtomicUsize = AtomicUsize::new(0);

pub struct Screen {
    notes: PathBuf,
}

impl Screen {
    /// Starts the program with these arguments on a terminal so wide and so high; what `env` names is set, or, empty, taken away. `None`,
    /// said aloud: there is no tmux.
    pub fn open(
        home: &Home,
        (width, height): (u16, u16),
        args: &[&str],
        env: &[(&str, &str)],
    ) -> Option<Self> {
        if !has("tmux") {
            return None;
        }
        let number = OPENED.fetch_add(1, Ordering::Relaxed);
        let notes = home.path(&format!("screen{number}"));
        std::fs::create_dir(&notes).unwrap();
        let screen = Self { notes };
        let program = home.command(args);
        let mut tmux = screen.tmux();
        tmux.args(["-f", "/dev/null", "new-session", "-d"]);
        tmux.args(["-x", &width.to_string(), "-y", &height.to_string()]);
        tmux.args(["sh", "-c", SCRIPT]).arg(&screen.notes);
        tmux.arg(program.get_program()).args(program.get_args());
        tmux.current_dir(program.get_current_dir().unwrap());
        // What a server begins with is what its windows have.
        tmux.env_remove("TMUX").env_remove("NO_COLOR");
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => tmux.env(name, value),
                None => tmux.env_remove(name),
            };
        }
        for (name, value) in env {
            match value.is_empty() {
                true => tmux.env_remove(name),
                false => tmux.env(name, value),
            };
        }
        run(tmux);
        screen.wait(|screen| screen.note("pid").is_some(), "it starts");
        Some(screen)
    }

    /// Presses keys as tmux names them: `q`, `Enter`, `C-d`, `M-x`, `PageDown`, `F1`.
    pub fn keys(&self, keys: &[&str]) {
        let mut tmux = self.tmux();
        tmux.args(["send-keys", "--"]).args(keys);
        run(tmux);
    }

    /// Types a text, letter by letter.
    pub fn write(&self, text: &str) {
        let mut tmux = self.tmux();
        tmux.args(["send-keys", "-l", "--", text]);
        run(tmux);
    }

    /// Gives the terminal another size.
    pub fn resize(&self, (width, height): (u16, u16)) {
        let mut tmux = self.tmux();
        tmux.args(["resize-window", "-x", &width.to_string()]);
        tmux.args(["-y", &height.to_string()]);
        run(tmux);
    }

    /// What is seen now, a line for each row, without the blanks behind it.
    pub fn picture(&self) -> String {
        let mut tmux = self.tmux();
        tmux.args(["capture-pane", "-p"]);
        run(tmux)
    }

    /// What is seen now, with the codes of its colours and looks.
    pub fn styled(&self) -> String {
        let mut tmux = self.tmux();
        tmux.args(["capture-pane", "-ep"]);
        run(tmux)
    }

    /// What the terminal is called.
    pub fn title(&self) -> String {
        let mut tmux = self.tmux();
        tmux.args(["display-message", "-p", "#{pane_title}"]);
        run(tmux).trim().to_owned()
    }

    /// Waits until this is seen; gives the whole picture.
    #[track_caller]
    pub fn wait_for(&self, text: &str) -> String {
        self.wait_until(text, |picture| picture.contains(text))
    }

    /// Waits until the picture is so; gives it.
    #[track_caller]
    pub fn wait_until(&self, what: &str, is_so: impl Fn(&str) -> bool) -> String {
        self.wait(|screen| is_so(&screen.picture()), what);
        self.picture()
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.process(), signal).unwrap();
    }

    /// The terminal is gone, as when its window is closed.
    pub fn close(&self) {
        let mut tmux = self.tmux();
        tmux.arg("kill-server");
        run(tmux);
    }

    /// Waits until the process is gone, with or without its terminal.
    #[track_caller]
    pub fn wait_for_exit(&self) {
        let stat = format!("/proc/{}", self.process().as_raw_nonzero());
        self.wait(|_| !Path::new(&stat).exists(), "it ends");
    }

    /// Waits for the end, which must have this code and leave the terminal whole; gives what is seen then.
    #[track_caller]
    pub fn ended(&self, code: i32) -> String {
        self.wait(|screen| screen.note("code").is_some(), "it ends");
        let picture = self.picture();
        assert_eq!(self.note("code"), Some(code.to_string()), "{picture}");
        assert_eq!(self.note("after"), self.note("before"), "stty");
        let modes = "alternate #{alternate_on} cursor #{cursor_flag} mouse #{mouse_any_flag} keys #{keypad_flag}";
        let mut tmux = self.tmux();
        tmux.args(["display-message", "-p", modes]);
        assert_eq!(
            run(tmux).trim_end(),
            "alternate 0 cursor 1 mouse 0 keys 0",
            "{picture}"
        );
        picture
    }

    fn process(&self) -> Pid {
        let id = self.note("pid").unwrap().parse().unwrap();
        Pid::from_raw(id).unwrap()
    }

    fn note(&self, name: &str) -> Option<String> {
        let text = std::fs::read_to_string(self.notes.join(name)).ok()?;
        Some(text.trim_end().to_owned())
    }

    #[track_caller]
    fn wait(&self, is_so: impl Fn(&Self) -> bool, what: &str) {
        let started = Instant::now();
        while !is_so(self) {
            if started.elapsed() > HANG {
                panic!("never: {what}; what is seen:\n{}", self.picture());
            }
            std::thread::sleep(LOOKS_EVERY);
        }
    }

    fn tmux(&self) -> Command {
        let mut tmux = Command::new("tmux");
        tmux.arg("-u").arg("-S").arg(self.notes.join("tmux"));
        tmux
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // It may be closed already.
        self.tmux().arg("kill-server").output().ok();
    }
}

#[track_caller]
fn run(mut tmux: Command) -> String {
    let output = tmux.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{tmux:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
