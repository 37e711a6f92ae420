//! A request, what comes of it, and the loop that runs it.

mod request;
mod run;

pub use request::{GenerateEvent, GenerateRequest, Outcome, StopReason, Usage, WhenBusy};
pub(crate) use run::{Cancel, Run};

/// Prompt tokens that are computed at once at most. A stop takes effect
/// between two chunks, and progress is told between them.
pub const PREFILL_CHUNK: usize = 128;
