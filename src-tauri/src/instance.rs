//! One running app for one data directory: a second start brings the first
//! one's window to the front and ends.
//!
//! A lock in the directory says who is first; the system lets go of it when
//! that process ends, however it ends. A socket beside it takes the request.
//! A first that is about to end refuses it, and then the second waits for the
//! lock and becomes the first: whoever starts the app again in the moment after
//! closing it gets a window.
//!
//! Tauri's own plugin asks the session bus instead: it fails, or ends in silence,
//! where the first process is going away, and knows of no data directories.

use std::fs::{DirBuilder, File, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use tauri::plugin::{self, TauriPlugin};
use tauri::{AppHandle, Manager, Runtime};

use crate::app::AppOptions;
use crate::lifecycle;
use crate::state::AppState;
use crate::window;

const LOCK: &str = "instance.lock";
const SOCKET: &str = "instance.sock";

/// What the first one says when its window is in front.
const SHOWN: &[u8] = b"shown";

/// How long the first one's window may take to come to the front.
const SHOWING: Duration = Duration::from_secs(1);

/// How long its answer may take: the window is looked at several times.
const ANSWER: Duration = SHOWING.saturating_mul(3);

/// How long a second start waits for the first to show itself or to end: its
/// farewell, with room for the process to go.
const PATIENCE: Duration = lifecycle::FAREWELL.saturating_mul(2);

/// How often it asks meanwhile.
const STEP: Duration = Duration::from_millis(50);

/// How many steps the first one's window has to stay in front to count as shown.
const LOOKS: usize = 5;

/// What a start finds.
#[derive(Debug)]
enum Start {
    /// No other app runs here.
    First(Place),
    /// The first one has come to the front.
    Shown,
    /// There is a first one, and it neither answers nor ends.
    Unanswered,
}

/// The place of the first one.
#[derive(Debug)]
struct Place {
    listener: UnixListener,
    /// Held for as long as the process lives.
    _lock: File,
}

/// Makes this process the first one, or ends it.
pub fn plugin<R: Runtime>(options: &AppOptions) -> TauriPlugin<R> {
    let options = options.clone();
    plugin::Builder::new("instance")
        .setup(move |app, _| {
            let directory = options.data_dir(app)?;
            match start(&directory, PATIENCE) {
                Ok(Start::First(place)) => {
                    let app = app.clone();
                    thread::Builder::new()
                        .name("llmos-instance".to_owned())
                        .spawn(move || place.serve(|| show(&app)))?;
                }
                Ok(Start::Shown) => {
                    app.cleanup_before_exit();
                    std::process::exit(0);
                }
                // The history is locked as well: the window will say so.
                Ok(Start::Unanswered) => tracing::warn!("another process does not answer"),
                // A directory that can't be written is reported by the history.
                Err(error) => tracing::warn!(%error, "other processes can't be looked for"),
            }
            Ok(())
        })
        .build()
}

/// Takes the first place in `directory`, or asks whoever has it to come to the
/// front.
fn start(directory: &Path, patience: Duration) -> io::Result<Start> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)?;
    let lock = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(directory.join(LOCK))?;
    let socket = directory.join(SOCKET);
    let deadline = Instant::now() + patience;
    loop {
        match lock.try_lock() {
            Ok(()) => {
                return Ok(Start::First(Place {
                    listener: listen(&socket)?,
                    _lock: lock,
                }));
            }
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
        if ask(&socket) {
            return Ok(Start::Shown);
        }
        if Instant::now() >= deadline {
            return Ok(Start::Unanswered);
        }
        thread::sleep(STEP);
    }
}

/// Opens the socket in the place of one that an ended process has left.
fn listen(socket: &Path) -> io::Result<UnixListener> {
    match std::fs::remove_file(socket) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => UnixListener::bind(socket),
    }
}

/// Whether the first one came to the front. Anything but a clear yes is a no:
/// it is starting, ending, hanging, or gone.
fn ask(socket: &Path) -> bool {
    let asked = UnixStream::connect(socket).and_then(|mut first| {
        first.set_read_timeout(Some(ANSWER))?;
        let mut answer = Vec::new();
        first.read_to_end(&mut answer)?;
        Ok(answer)
    });
    asked.is_ok_and(|answer| answer == SHOWN)
}

impl Place {
    /// Answers those who start later, for as long as the process lives.
    fn serve(self, mut show: impl FnMut() -> bool) {
        for second in self.listener.incoming() {
            let answered = second.and_then(|mut second| {
                if show() {
                    second.write_all(SHOWN)?;
                }
                Ok(())
            });
            if let Err(error) = answered {
                tracing::warn!(%error, "a second start was not answered");
                // Out of descriptors, perhaps: no reason to spin.
                thread::sleep(STEP);
            }
        }
    }
}

/// Brings the window to the front; false when the app is about to end. A click
/// on the close button may have been on its way before and come out of the
/// window system's queue only now, so the window has to stay for a while.
fn show<R: Runtime>(app: &AppHandle<R>) -> bool {
    stays(app, window::focus)
        && (0..LOOKS).all(|_| {
            thread::sleep(STEP);
            stays(app, |_| ())
        })
}

/// Whether the app is not about to end, and then does something. Decided on the
/// main thread, where closing begins, so that neither overtakes the other.
fn stays<R: Runtime>(app: &AppHandle<R>, then: fn(&AppHandle<R>)) -> bool {
    let (tell, told) = mpsc::channel();
    let handle = app.clone();
    let asked = app.run_on_main_thread(move || {
        let state = handle.try_state::<AppState>();
        let stays = !state.is_some_and(|state| state.closing().has_begun());
        if stays {
            then(&handle);
        }
        // Nobody waits any more where this took too long.
        let _ = tell.send(stays);
    });
    asked.is_ok() && told.recv_timeout(SHOWING).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use super::*;

    /// Longer than any of these tests may take.
    const LONG: Duration = Duration::from_mins(1);

    fn first(directory: &Path) -> Place {
        match start(directory, LONG).unwrap() {
            Start::First(place) => place,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_second_start_shows_the_first_one_s_window() {
        let directory = tempfile::tempdir().unwrap();
        let shown = Arc::new(AtomicUsize::new(0));
        let place = first(directory.path());
        let count = Arc::clone(&shown);
        thread::spawn(move || {
            place.serve(move || {
                count.fetch_add(1, Ordering::SeqCst);
                true
            });
        });
        for starts in 1..=3 {
            let second = start(directory.path(), LONG).unwrap();
            assert!(matches!(second, Start::Shown), "{second:?}");
            assert_eq!(shown.load(Ordering::SeqCst), starts);
        }
    }

    #[test]
    fn whoever_starts_while_the_first_ends_takes_its_place() {
        let directory = tempfile::tempdir().unwrap();
        for _ in 0..20 {
            // The first refuses, as one that is closing does, then it is gone.
            let place = first(directory.path());
            let refused = Arc::new(AtomicBool::new(false));
            let seen = Arc::clone(&refused);
            let ending = thread::spawn(move || {
                let (mut second, _) = place.listener.accept().unwrap();
                seen.store(true, Ordering::SeqCst);
                let _ = second.write_all(b"");
                drop(second);
                drop(place);
            });
            let next = first(directory.path());
            assert!(refused.load(Ordering::SeqCst), "nobody was asked");
            ending.join().unwrap();
            drop(next);
        }
    }

    #[test]
    fn of_many_starts_at_once_one_is_first_and_shows_for_all() {
        let directory = tempfile::tempdir().unwrap();
        let starts: Vec<_> = (0..8)
            .map(|_| {
                let directory = directory.path().to_owned();
                thread::spawn(move || match start(&directory, LONG).unwrap() {
                    Start::First(place) => {
                        thread::spawn(move || place.serve(|| true));
                        true
                    }
                    Start::Shown => false,
                    Start::Unanswered => panic!("nobody answered"),
                })
            })
            .collect();
        let firsts = starts.into_iter().map(|start| start.join().unwrap());
        assert_eq!(firsts.filter(|first| *first).count(), 1);
    }

    #[test]
    fn a_first_that_hangs_is_not_waited_for_for_ever() {
        let directory = tempfile::tempdir().unwrap();
        // It neither accepts nor lets go: the reader's own limit ends this.
        let _hanging = first(directory.path());
        let second = start(directory.path(), Duration::ZERO).unwrap();
        assert!(matches!(second, Start::Unanswered), "{second:?}");
    }
}
