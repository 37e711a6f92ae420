//! The engine's [`Model`] on top of mistral.rs' requests.
//!
//! At any time the keys and values are in one of two places: inside an open
//! [`Lane`], or, after it was closed, in [`MistralModel::held`]. A token that
//! follows is a step of the open lane. Several tokens are a new request, which
//! continues the KV cache of the one before through mistral.rs' prefix cache:
//!
//! 1. the first of them is a step of the old lane (so that it can be finished),
//! 2. the old lane is finished, which files its tensors in the prefix cache,
//! 3. the request for all tokens so far is started; mistral.rs finds the entry,
//!    copies it, and computes only the rest,
//! 4. the memory of the entry is released; its key stays.
//!
//! A rewind works the same way from step 3 on: the entry that will be found is
//! filled from the held tensors first. Which entry that is, [`PrefixIndex`]
//! foretells, and every first row is checked against it. Where it cannot be
//! had, mistral.rs is made to forget everything and the prompt is computed
//! from its start.

use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use llmos_engine::{EngineError, Model, TokenId, reusable_prefix};
use mistralrs_core::{MistralRs, Request};

use crate::kv::KvCache;
use crate::lane::{self, Lane, Row};
use crate::load::SharedPipeline;
use crate::prefix_index::{Match, PrefixIndex};

/// Entries that may pile up in the prefix cache before it is emptied. Each is
/// a list of tokens and some empty tensors, some ten kilobytes.
const MAX_ENTRIES: usize = 512;

/// How long to wait for mistral.rs' thread to end when the model is dropped.
const SHUTDOWN: Duration = Duration::from_secs(10);

/// A running mistral.rs.
pub(crate) struct Core {
    /// Ends the thread when it is dropped.
    pub(crate) _engine: Arc<MistralRs>,
    pub(crate) requests: tokio::sync::mpsc::Sender<Request>,
    pub(crate) pipeline: SharedPipeline,
    /// Ids that end a request.
    pub(crate) stops: [TokenId; 2],
    /// Also the first id that is none.
    pub(crate) vocab_size: TokenId,
}

/// A model loaded by mistral.rs.
pub(crate) struct MistralModel {
    core: Core,
    /// The tokens whose keys and values exist, in the lane or held.
    tokens: Vec<TokenId>,
    /// How many of them count; fewer only after a rewind, while none is open.
    keep: usize,
    lane: Option<Lane>,
    held: Option<Held>,
    index: PrefixIndex,
    logits: Vec<f32>,
}

/// Keys and values of a closed lane.
struct Held {
    kv: KvCache,
    /// The entry of the prefix cache that shares these tensors.
    entry: Option<usize>,
}

impl MistralModel {
    pub(crate) fn new(core: Core) -> Self {
        Self {
            core,
            tokens: Vec::new(),
            keep: 0,
            lane: None,
            held: None,
            index: PrefixIndex::default(),
            logits: Vec::new(),
        }
    }

    /// Ids in the vocabulary.
    pub(crate) fn vocab_size(&self) -> usize {
        self.core.vocab_size as usize
    }

    /// The stop token that does not come next anyway.
    fn stop_before(&self, next: Option<TokenId>) -> TokenId {
        let [first, second] = self.core.stops;
        if next == Some(first) { second } else { first }
    }

    /// Closes the lane and keeps its tensors, filed in the prefix cache if
    /// `file` says so and mistral.rs can.
    fn close(&mut self, file: bool, next: Option<TokenId>) -> Result<(), EngineError> {
        let Some(lane) = self.lane.take() else {
            return Ok(());
        };
        let filed = if file && lane.decoding() {
            let stop = self.stop_before(next);
            lane.finish(stop)?;
            Some(stop)
        } else {
            lane.abandon();
            None
        };
        let kv = self.tensors()?;
        let entry = match filed {
            Some(stop) => {
                let mut key = self.tokens.clone();
                key.push(stop);
                Some(self.index.insert(key, self.tensors()?))
            }
            None => None,
        };
        self.held = Some(Held { kv, entry });
        Ok(())
    }

    /// The tensors of the pipeline's KV cache, as they are now.
    fn tensors(&self) -> Result<KvCache, EngineError> {
        let pipeline = self.core.pipeline.blocking_lock();
        let cache = pipeline.cache().normal();
        let mut layers = Vec::with_capacity(cache.0.len());
        for layer in &cache.0 {
            let (k, v) = (
                layer.k().map_err(|e| tensor(&e))?,
                layer.v().map_err(|e| tensor(&e))?,
            );
            layers.push(k.zip(v).ok_or_else(|| EngineError::Backend {
                message: "mistral.rs lost its KV cache".to_owned(),
            })?);
        }
        Ok(KvCache::new(layers))
    }

    /// Forgets everything, here and in mistral.rs.
    pub(crate) fn forget(&mut self) -> Result<(), EngineError> {
        if let Some(lane) = self.lane.take() {
            lane.abandon();
        }
        self.held = None;
        self.tokens.clear();
        self.keep = 0;
        if self.index.len() > 0 {
            self.index.clear();
            lane::evict_all(&self.core.requests, self.core.vocab_size)?;
        }
        Ok(())
    }

    /// Opens a lane for `target`, which begins with the `keep` kept tokens.
    fn open(&mut self, target: Vec<TokenId>) -> Result<(), EngineError> {
        let reuse = self.index.lookup(&target);
        let reused = match reuse {
            None => 0,
            // Filled up to `tokens`, which the held tensors have.
            Some(found) if found.tokens <= self.keep && found.tokens < target.len() => {
                self.fill(found)?;
                found.tokens
            }
            // mistral.rs would continue something that is not there any more.
            Some(_) => {
                self.forget()?;
                0
            }
        };
        let computed = target.len() - reused;
        let started = self.start(&target)?;
        let (lane, row) = if started.1.seen == computed {
            started
        } else {
            tracing::warn!(
                expected = computed,
                computed = started.1.seen,
                "mistral.rs reused another part of the prompt than foretold"
            );
            started.0.abandon();
            self.forget()?;
            self.start(&target)?
        };
        // mistral.rs has copied what it needed of the old tensors.
        if let Some(held) = self.held.take() {
            held.kv.release().map_err(|e| tensor(&e))?;
        }
        if let Some(entry) = reuse.and_then(|found| self.index.get(found.entry)) {
            entry.kv.release().map_err(|e| tensor(&e))?;
        }
        self.lane = Some(lane);
        self.logits = row.logits;
        self.keep = target.len();
        self.tokens = target;
        Ok(())
    }

    fn start(&self, target: &[TokenId]) -> Result<(Lane, Row), EngineError> {
        Lane::start(&self.core.requests, target.to_vec(), self.core.stops)
    }

    /// Puts the held tensors where mistral.rs will look for them.
    fn fill(&self, found: Match) -> Result<(), EngineError> {
        let (Some(held), Some(entry)) = (&self.held, self.index.get(found.entry)) else {
            return Err(EngineError::Backend {
                message: "there is nothing to continue".to_owned(),
            });
        };
        if held.entry == Some(found.entry) {
            return Ok(());
        }
        entry
            .kv
            .fill_from(&held.kv, found.tokens)
            .map_err(|e| tensor(&e))
    }

    /// Appends tokens; on an error the caller forgets everything.
    fn append(&mut self, new: &[TokenId]) -> Result<(), EngineError> {
        let mut rest = new;
        if let (Some(lane), [first, others @ ..]) = (self.lane.as_mut(), new)
            && !self.core.stops.contains(first)
        {
            self.logits = lane.step(*first)?;
            self.tokens.push(*first);
            self.keep = self.tokens.len();
            rest = others;
        }
        if rest.is_empty() {
            return Ok(());
        }
        self.close(true, rest.first().copied())?;
        let mut target = self.tokens[..self.keep].to_vec();
        target.extend_from_slice(rest);
        self.open(target)
    }

    /// See [`Model::reuse`].
    fn rewind_to(&mut self, prompt: &[TokenId]) -> Result<usize, EngineError> {
        let want = reusable_prefix(&self.tokens, prompt);
        let found = |index: &PrefixIndex| index.lookup(prompt).map_or(0, |m| m.tokens);
        if want == 0 || self.index.len() > MAX_ENTRIES {
            self.forget()?;
            return Ok(0);
        }
        if self.lane.is_some() {
            if want == self.tokens.len() && found(&self.index) <= want {
                self.keep = want;
                return Ok(want);
            }
            // Filed under all its tokens it would contain the whole prompt,
            // and then mistral.rs reuses nothing: it does not look for less.
            let contained = want + 1 == prompt.len() && self.tokens.len() > want;
            self.close(!contained, prompt.get(self.tokens.len()).copied())?;
        }
        let keep = found(&self.index);
        if keep == 0 || keep > want || self.held.is_none() {
            self.forget()?;
            return Ok(0);
        }
        self.keep = keep;
        Ok(keep)
    }
}

impl Model for MistralModel {
    fn tokens(&self) -> &[TokenId] {
        &self.tokens[..self.keep]
    }

    fn reuse(&mut self, prompt: &[TokenId]) -> Result<usize, EngineError> {
        self.rewind_to(prompt).inspect_err(|_| self.clear())
    }

    fn forward(&mut self, tokens: &[TokenId]) -> Result<&[f32], EngineError> {
        if let Err(error) = self.append(tokens) {
            self.clear();
            return Err(error);
        }
        Ok(&self.logits)
    }
}

impl MistralModel {
    /// After an error: whatever still works is made to start afresh.
    fn clear(&mut self) {
        if let Err(error) = self.forget() {
            tracing::error!(%error, "mistral.rs does not answer any more");
        }
    }
}

impl Drop for MistralModel {
    /// Ends mistral.rs' thread and waits until the memory is free.
    fn drop(&mut self) {
        if let Some(lane) = self.lane.take() {
            lane.abandon();
        }
        // The handle that does it too is dropped only after this.
        let _ = self.core.requests.try_send(Request::Terminate);
        let begun = Instant::now();
        while Arc::strong_count(&self.core.pipeline) > HANDLES && begun.elapsed() < SHUTDOWN {
            sleep(Duration::from_millis(1));
        }
    }
}

/// Handles to the pipeline once the thread is gone: ours, and the one that
/// [`MistralRs`] keeps to restart it.
const HANDLES: usize = 2;

fn tensor(error: &candle_core::Error) -> EngineError {
    let message = error.to_string();
    EngineError::Backend {
        message: message.lines().next().unwrap_or_default().to_owned(),
    }
}
