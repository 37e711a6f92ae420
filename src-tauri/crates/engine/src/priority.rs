//! The engine's threads stand back for whoever draws the answer.

/// How far, in steps of `nice(2)`: beside a thread of the page that wants the same core,
/// one of the engine gets a quarter of it. While nobody else wants it, it gets all.
#[cfg(any(target_os = "linux", target_os = "android"))]
const STEPS: i32 = 5;

/// Lowers the priority of this thread, and of the threads that it will start.
///
/// An answer computes on all cores, and the page needs a core for some milliseconds each
/// time that it shows more of it: with equal shares its frames come late, while a token
/// that comes as much later is not noticed. Only Linux and Android are asked for it.
pub fn stand_back() {
    // On Linux what POSIX says of the process holds for the thread, and is inherited.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if let Err(error) = rustix::process::nice(STEPS) {
        tracing::debug!(%error, "the engine's priority can't be lowered");
    }
}
