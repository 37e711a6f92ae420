//! Threads that compute one operation together.
//!
//! An operation takes microseconds, so the threads wait for the next one by
//! looking: briefly at full speed, then giving way to others, and when nothing
//! comes they sleep until they are woken. A pool at rest uses no processor time.

use std::any::Any;
use std::cell::UnsafeCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle, Thread};

/// Looks at full speed before giving way: some 30 microseconds, more than lies
/// between two operations of a token.
const SPINS: u32 = 1_000;

/// Times of giving way before going to sleep: longer than sampling a token
/// takes.
const YIELDS: u32 = 2_000;

/// A few threads, this one among them, that run one job at a time.
pub struct Pool {
    shared: Arc<Shared>,
    workers: Vec<(JoinHandle<()>, Thread)>,
}

/// On a cache line of its own (two, because they are fetched in pairs), so that
/// waiting for one flag does not slow the others down.
#[repr(align(128))]
struct Apart<T>(T);

struct Shared {
    /// Written only while every worker waits.
    job: UnsafeCell<Job>,
    /// Number of the current job.
    epoch: Apart<AtomicUsize>,
    /// For each worker the number of the last job it finished.
    finished: Vec<Apart<AtomicUsize>>,
    /// For each worker whether it may be asleep.
    asleep: Vec<Apart<AtomicBool>>,
    stop: AtomicBool,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

// SAFETY: `job` is only written by the coordinator between the last worker's
// release of `finished` and its own release of `epoch`, and only read by workers
// between their acquire of `epoch` and their release of `finished`.
unsafe impl Sync for Shared {}
// SAFETY: the job's pointers are only followed under the same protocol, while
// the coordinator waits in `run` with what they point to on its stack.
unsafe impl Send for Shared {}

/// A borrowed closure without its lifetime.
#[derive(Clone, Copy)]
struct Job {
    closure: *const (),
    call: unsafe fn(*const (), usize),
}

impl Pool {
    /// A pool of `threads` threads (at least one), of which the caller is one.
    /// Where the system refuses a thread, the pool has fewer.
    #[must_use]
    pub fn new(threads: usize) -> Self {
        unsafe fn nothing(_: *const (), _: usize) {}
        let others = threads.clamp(1, 256) - 1;
        let shared = Arc::new(Shared {
            job: UnsafeCell::new(Job {
                closure: std::ptr::null(),
                call: nothing,
            }),
            epoch: Apart(AtomicUsize::new(0)),
            finished: (0..others).map(|_| Apart(AtomicUsize::new(0))).collect(),
            asleep: (0..others).map(|_| Apart(AtomicBool::new(false))).collect(),
            stop: AtomicBool::new(false),
            panic: Mutex::new(None),
        });
        let mut workers = Vec::with_capacity(others);
        for index in 0..others {
            let theirs = Arc::clone(&shared);
            let spawned = thread::Builder::new()
                .name(format!("llmos-compute-{}", index + 1))
                .spawn(move || theirs.work(index));
            let Ok(handle) = spawned else { break };
            let thread = handle.thread().clone();
            workers.push((handle, thread));
        }
        Self { shared, workers }
    }

    /// Number of threads, this one included.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.workers.len() + 1
    }

    /// Runs `job(thread)` once on every thread, `thread` from 0 to
    /// `threads() - 1`, and returns when all are done.
    ///
    /// # Panics
    /// When the job did on one of the threads, after all are done.
    pub fn run<F: Fn(usize) + Sync>(&mut self, job: &F) {
        unsafe fn call<F: Fn(usize)>(closure: *const (), thread: usize) {
            // SAFETY: `run` made this pointer from a `&F` that it keeps alive.
            unsafe { (*closure.cast::<F>())(thread) }
        }
        if self.workers.is_empty() {
            return job(0);
        }
        let shared = &*self.shared;
        // SAFETY: every worker waits: the last `run` returned only after all
        // had finished, and `&mut self` keeps a second one out.
        unsafe {
            *shared.job.get() = Job {
                closure: std::ptr::from_ref(job).cast(),
                call: call::<F>,
            };
        }
        let epoch = shared.epoch.0.load(Ordering::Relaxed).wrapping_add(1);
        // Sequentially consistent with the workers' `asleep` and second look:
        // either the worker sees the new number or this thread sees it asleep.
        shared.epoch.0.store(epoch, Ordering::SeqCst);
        for (index, (_, thread)) in self.workers.iter().enumerate() {
            if shared.asleep[index].0.load(Ordering::SeqCst) {
                thread.unpark();
            }
        }
        // The workers use what is on this stack: not even a panic leaves early.
        let own = catch_unwind(AssertUnwindSafe(|| job(0)));
        for finished in &shared.finished[..self.workers.len()] {
            wait(|| finished.0.load(Ordering::Acquire) == epoch);
        }
        if let Err(panic) = own {
            resume_unwind(panic);
        }
        let theirs = shared
            .panic
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(panic) = theirs {
            resume_unwind(panic);
        }
    }
}

/// Looks until `done`, giving way to others after a while.
fn wait(done: impl Fn() -> bool) {
    loop {
        for _ in 0..SPINS {
            if done() {
                return;
            }
            std::hint::spin_loop();
        }
        thread::yield_now();
    }
}

impl Shared {
    /// A worker's life.
    fn work(&self, index: usize) {
        let mut last = 0;
        while let Some(epoch) = self.next(index, last) {
            last = epoch;
            // SAFETY: the coordinator wrote the job before this number.
            let job = unsafe { *self.job.get() };
            // SAFETY: `closure` belongs to `call`, and the coordinator keeps it
            // alive until `finished` has this number.
            let call = || unsafe { (job.call)(job.closure, index + 1) };
            if let Err(panic) = catch_unwind(AssertUnwindSafe(call)) {
                *self.panic.lock().unwrap_or_else(PoisonError::into_inner) = Some(panic);
            }
            self.finished[index].0.store(epoch, Ordering::Release);
        }
    }

    /// Waits for a job after number `last`; `None` when the pool ends.
    fn next(&self, index: usize, last: usize) -> Option<usize> {
        let look = |order| {
            let epoch = self.epoch.0.load(order);
            (epoch != last).then_some(epoch)
        };
        for _ in 0..SPINS {
            if let Some(epoch) = look(Ordering::Acquire) {
                return Some(epoch);
            }
            std::hint::spin_loop();
        }
        for _ in 0..YIELDS {
            if let Some(epoch) = look(Ordering::Acquire) {
                return Some(epoch);
            }
            thread::yield_now();
        }
        let asleep = &self.asleep[index].0;
        asleep.store(true, Ordering::SeqCst);
        let epoch = loop {
            if self.stop.load(Ordering::SeqCst) {
                break None;
            }
            if let Some(epoch) = look(Ordering::SeqCst) {
                break Some(epoch);
            }
            thread::park();
        };
        asleep.store(false, Ordering::SeqCst);
        epoch
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        for (handle, thread) in self.workers.drain(..) {
            thread.unpark();
            // A worker catches panics, so there is nothing to learn here.
            let _ = handle.join();
        }
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool")
            .field("threads", &self.threads())
            .finish()
    }
}

/// The part of `0..units` that is `thread`'s when `threads` share it evenly.
#[must_use]
pub(crate) fn share(units: usize, thread: usize, threads: usize) -> std::ops::Range<usize> {
    units * thread / threads..units * (thread + 1) / threads
}

/// Hands out units of work in turn; whoever is fast gets more.
pub(crate) struct Turns {
    next: AtomicUsize,
    units: usize,
    step: usize,
}

impl Turns {
    /// `units` of work, `step` at a time.
    pub(crate) fn new(units: usize, step: usize) -> Self {
        Self {
            next: AtomicUsize::new(0),
            units,
            step: step.max(1),
        }
    }

    /// The next ones, if any are left.
    pub(crate) fn take(&self) -> Option<std::ops::Range<usize>> {
        let start = self.next.fetch_add(self.step, Ordering::Relaxed);
        (start < self.units).then(|| start..(start + self.step).min(self.units))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_thread_runs_every_job_once() {
        for threads in [1, 2, 3, 7] {
            let mut pool = Pool::new(threads);
            let counts: Vec<AtomicUsize> = (0..threads).map(|_| AtomicUsize::new(0)).collect();
            for round in 0..200 {
                pool.run(&|thread| {
                    counts[thread].fetch_add(1, Ordering::Relaxed);
                });
                let all = counts.iter().map(|count| count.load(Ordering::Relaxed));
                assert!(all.into_iter().all(|count| count == round + 1));
            }
        }
    }

    #[test]
    fn sleeping_workers_are_woken() {
        let mut pool = Pool::new(2);
        for _ in 0..3 {
            let asleep = &pool.shared.asleep[0].0;
            wait(|| asleep.load(Ordering::SeqCst));
            let ran = AtomicUsize::new(0);
            pool.run(&|_| {
                ran.fetch_add(1, Ordering::Relaxed);
            });
            assert_eq!(ran.into_inner(), 2);
        }
    }

    #[test]
    fn a_panic_reaches_the_caller_and_the_pool_goes_on() {
        let mut pool = Pool::new(3);
        for guilty in 0..3 {
            let caught = catch_unwind(AssertUnwindSafe(|| {
                pool.run(&|thread| assert!(thread != guilty, "guilty"));
            }));
            assert!(caught.is_err());
        }
        let ran = AtomicUsize::new(0);
        pool.run(&|_| {
            ran.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(ran.into_inner(), 3);
    }

    #[test]
    fn work_is_shared_without_gap_or_overlap() {
        for units in [0, 1, 5, 64] {
            for threads in [1, 2, 3] {
                let all: Vec<usize> = (0..threads)
                    .flat_map(|t| share(units, t, threads))
                    .collect();
                assert_eq!(all, (0..units).collect::<Vec<_>>());
            }
            let turns = Turns::new(units, 3);
            let all: Vec<usize> = std::iter::from_fn(|| turns.take()).flatten().collect();
            assert_eq!(all, (0..units).collect::<Vec<_>>());
        }
    }
}
