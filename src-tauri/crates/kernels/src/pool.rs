//! Threads that compute one operation together.
//!
//! An operation takes microseconds, so the threads wait for the next one by
//! looking: briefly at full speed, then giving way to others, and when nothing
//! comes they sleep until they are woken. A pool at rest uses no processor time.
//!
//! Nobody waits for a thread that has not come: a job is shared out in turns, and
//! when the caller finds no turn left it closes the door and waits only for those
//! who are inside. On a machine where something else wants a core as well (the
//! window that shows the text), the others go on without the thread that lost it.

use std::any::Any;
use std::cell::UnsafeCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle, Thread};

/// Looks at full speed before giving way: some 30 microseconds, more than lies
/// between two operations of a token.
const SPINS: u32 = if cfg!(miri) { 10 } else { 1_000 };

/// Times of giving way before going to sleep: longer than sampling a token
/// takes.
const YIELDS: u32 = if cfg!(miri) { 10 } else { 2_000 };

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
    /// Written only while nobody is inside.
    job: UnsafeCell<Job>,
    /// Number of the current job, whether its door is open, and how many threads
    /// have gone in; see [`Door`].
    door: Apart<AtomicUsize>,
    /// How many of them have come out.
    finished: Apart<AtomicUsize>,
    /// How many workers take part in jobs; the others sleep.
    invited: AtomicUsize,
    /// For each worker whether it may be asleep.
    asleep: Vec<Apart<AtomicBool>>,
    stop: AtomicBool,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

/// What the door's word says: the job's number above, a bit, a count below.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Door(usize);

impl Door {
    const OPEN: usize = 1 << 15;
    const COUNT: usize = Self::OPEN - 1;
    const NUMBER: usize = 16;

    fn opened(number: usize) -> Self {
        Self(number << Self::NUMBER | Self::OPEN)
    }

    /// Wraps around; neighbours always differ.
    fn number(self) -> usize {
        self.0 >> Self::NUMBER
    }

    fn is_open(self) -> bool {
        self.0 & Self::OPEN != 0
    }

    fn inside(self) -> usize {
        self.0 & Self::COUNT
    }
}

// SAFETY: `job` is only written by the coordinator while the door is closed and
// everybody who went in has released `finished`, and only read by workers between
// going in (which acquires what was written before the door opened) and releasing
// `finished`.
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
            door: Apart(AtomicUsize::new(0)),
            finished: Apart(AtomicUsize::new(0)),
            invited: AtomicUsize::new(others),
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

    /// Has the jobs from now on run by at most the first `threads` threads. The
    /// others go to sleep until they are asked for again.
    pub fn limit(&self, threads: usize) {
        // Stored before the next door opens: who sees that one, sees this.
        let invited = threads.saturating_sub(1);
        self.shared.invited.store(invited, Ordering::SeqCst);
    }

    /// Runs `job(thread)` on this thread, as number 0, and at the same time on those
    /// others that come before it is done, each once. The job shares its work out
    /// in [`Turns`], so that whoever runs it, all is done when this returns.
    ///
    /// # Panics
    /// When the job did on one of the threads, after all have come out.
    pub fn run<F: Fn(usize) + Sync>(&mut self, job: &F) {
        unsafe fn call<F: Fn(usize)>(closure: *const (), thread: usize) {
            // SAFETY: `run` made this pointer from a `&F` that it keeps alive.
            unsafe { (*closure.cast::<F>())(thread) }
        }
        let shared = &*self.shared;
        let invited = shared.invited.load(Ordering::Relaxed);
        if invited == 0 || self.workers.is_empty() {
            return job(0);
        }
        // SAFETY: nobody is inside: the last `run` returned only after everybody had
        // come out of a closed door, and `&mut self` keeps a second one out.
        unsafe {
            *shared.job.get() = Job {
                closure: std::ptr::from_ref(job).cast(),
                call: call::<F>,
            };
        }
        shared.finished.0.store(0, Ordering::Relaxed);
        let number = Door(shared.door.0.load(Ordering::Relaxed)).number() + 1;
        // Sequentially consistent with the workers' `asleep` and second look:
        // either the worker sees the open door or this thread sees it asleep.
        shared
            .door
            .0
            .store(Door::opened(number).0, Ordering::SeqCst);
        for (index, (_, thread)) in self.workers.iter().enumerate().take(invited) {
            if shared.asleep[index].0.load(Ordering::SeqCst) {
                thread.unpark();
            }
        }
        // Those inside use what is on this stack: not even a panic leaves early.
        let own = catch_unwind(AssertUnwindSafe(|| job(0)));
        let inside = Door(shared.door.0.fetch_and(!Door::OPEN, Ordering::AcqRel)).inside();
        wait(|| shared.finished.0.load(Ordering::Acquire) == inside);
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
        while let Some(number) = self.next(index, last) {
            last = number;
            if !self.go_in(number) {
                continue;
            }
            // SAFETY: going in acquired what the coordinator wrote before.
            let job = unsafe { *self.job.get() };
            // SAFETY: `closure` belongs to `call`, and the coordinator keeps it
            // alive until everybody inside has finished.
            let call = || unsafe { (job.call)(job.closure, index + 1) };
            if let Err(panic) = catch_unwind(AssertUnwindSafe(call)) {
                *self.panic.lock().unwrap_or_else(PoisonError::into_inner) = Some(panic);
            }
            self.finished.0.fetch_add(1, Ordering::Release);
        }
    }

    /// Goes in to job `number` unless its door is closed by now.
    fn go_in(&self, number: usize) -> bool {
        let enter = |word| {
            let door = Door(word);
            (door.is_open() && door.number() == number).then_some(word + 1)
        };
        let door = &self.door.0;
        door.fetch_update(Ordering::AcqRel, Ordering::Relaxed, enter)
            .is_ok()
    }

    /// Waits for a job after number `last` that this worker is invited to; `None`
    /// when the pool ends.
    fn next(&self, index: usize, last: usize) -> Option<usize> {
        let look = |order| {
            let door = Door(self.door.0.load(order));
            let invited = || index < self.invited.load(order);
            (door.number() != last && invited()).then_some(door.number())
        };
        for _ in 0..SPINS {
            if let Some(number) = look(Ordering::Acquire) {
                return Some(number);
            }
            std::hint::spin_loop();
        }
        for _ in 0..YIELDS {
            if let Some(number) = look(Ordering::Acquire) {
                return Some(number);
            }
            thread::yield_now();
        }
        let asleep = &self.asleep[index].0;
        asleep.store(true, Ordering::SeqCst);
        let number = loop {
            if self.stop.load(Ordering::SeqCst) {
                break None;
            }
            if let Some(number) = look(Ordering::SeqCst) {
                break Some(number);
            }
            thread::park();
        };
        asleep.store(false, Ordering::SeqCst);
        number
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

    /// `units` of work in about `turns` turns for each of `threads` threads. Many
    /// for work that takes unequally long, few where each begins a new stretch of
    /// memory.
    pub(crate) fn split(units: usize, threads: usize, turns: usize) -> Self {
        Self::new(units, units.div_ceil(threads * turns))
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
    fn every_unit_is_done_once_whoever_comes() {
        for threads in [1, 2, 3, 7] {
            let mut pool = Pool::new(threads);
            for round in 0..if cfg!(miri) { 45 } else { 500 } {
                let turns = Turns::new(round % 40, 3);
                let done: Vec<AtomicUsize> = (0..40).map(|_| AtomicUsize::new(0)).collect();
                pool.run(&|thread| {
                    assert!(thread < threads);
                    while let Some(turn) = turns.take() {
                        for unit in turn {
                            done[unit].fetch_add(1, Ordering::Relaxed);
                        }
                    }
                });
                for (unit, done) in done.into_iter().enumerate() {
                    assert_eq!(done.into_inner(), usize::from(unit < round % 40));
                }
            }
        }
    }

    #[test]
    fn all_threads_come_to_a_job_that_lasts() {
        let mut pool = Pool::new(3);
        let came = [const { AtomicBool::new(false) }; 3];
        pool.run(&|thread| {
            came[thread].store(true, Ordering::SeqCst);
            wait(|| came.iter().all(|came| came.load(Ordering::SeqCst)));
        });
    }

    #[test]
    fn sleeping_workers_are_woken() {
        let mut pool = Pool::new(2);
        for _ in 0..3 {
            let asleep = &pool.shared.asleep[0].0;
            wait(|| asleep.load(Ordering::SeqCst));
            let woken = AtomicBool::new(false);
            pool.run(&|thread| match thread {
                0 => wait(|| woken.load(Ordering::SeqCst)),
                _ => woken.store(true, Ordering::SeqCst),
            });
        }
    }

    #[test]
    fn a_limit_keeps_the_others_asleep_until_it_is_raised() {
        let mut pool = Pool::new(3);
        for limit in [1, 2, 3, 1, 3] {
            pool.limit(limit);
            let came = [const { AtomicBool::new(false) }; 3];
            pool.run(&|thread| {
                assert!(thread < limit);
                came[thread].store(true, Ordering::SeqCst);
                wait(|| came[..limit].iter().all(|came| came.load(Ordering::SeqCst)));
            });
            for asleep in &pool.shared.asleep[limit - 1..] {
                wait(|| asleep.0.load(Ordering::SeqCst));
            }
        }
    }

    #[test]
    fn a_panic_reaches_the_caller_and_the_pool_goes_on() {
        let mut pool = Pool::new(3);
        for guilty in 0..3 {
            let came = [const { AtomicBool::new(false) }; 3];
            let caught = catch_unwind(AssertUnwindSafe(|| {
                pool.run(&|thread| {
                    came[thread].store(true, Ordering::SeqCst);
                    wait(|| came[guilty].load(Ordering::SeqCst));
                    assert!(thread != guilty, "guilty");
                });
            }));
            assert!(caught.is_err());
        }
        let ran = AtomicUsize::new(0);
        pool.run(&|_| {
            ran.fetch_add(1, Ordering::Relaxed);
        });
        assert!(ran.into_inner() >= 1);
    }

    #[test]
    fn work_is_shared_without_gap_or_overlap() {
        for units in [0, 1, 5, 64] {
            for turns in [Turns::new(units, 3), Turns::split(units, 2, 4)] {
                let all: Vec<usize> = std::iter::from_fn(|| turns.take()).flatten().collect();
                assert_eq!(all, (0..units).collect::<Vec<_>>());
            }
        }
    }
}
