//! A request, what comes of it, and the loop that runs it.

mod draft;
mod lookup;
mod request;
mod run;
mod sink;
mod steps;

pub(crate) use draft::Draft;
pub use request::{GenerateEvent, GenerateRequest, Outcome, StopReason, Usage, WhenBusy};
pub(crate) use run::Run;
pub(crate) use sink::{Cancel, Sink};

/// Prompt tokens that are computed at once at most. A stop takes effect
/// between two chunks, and progress is told between them.
pub const PREFILL_CHUNK: usize = 128;
