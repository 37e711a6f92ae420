//! The forward pass.

use std::sync::Arc;

use llmos_gguf::{ModelFile, TokenId};
use llmos_kernels::{
    Activations, Attention, Buffer, Compute, HeadNorms, KvCache, KvType, OutOfMemory, Product,
    WeightType, Write, dequantise,
};

use super::angles::Angles;
use super::config::Config;
use super::weights::{Block, EMBEDDING, Input, Weights, weight_type};
use crate::backend::{Model, Verify, reusable_prefix};
use crate::error::{EngineError, LoadError};

/// Most tokens that go through the layers together.
pub(super) const BATCH: usize = 128;

/// Most tokens whose logits are computed together; up to as many, attention is
/// computed for each on its own, as for one.
pub(super) const ROWS: usize = 8;

/// A loaded model with its KV cache.
pub(super) struct NativeModel {
    file: Arc<ModelFile>,
    config: Config,
    weights: Weights,
    compute: Compute,
    /// Threads that compute up to [`ROWS`] tokens; a batch takes all there are.
    decode_threads: usize,
    /// Half of them are to do.
    easy: bool,
    caches: Vec<KvCache>,
    memory: Attention,
    buffers: Buffers,
    /// For all layers, or for those without and with a window.
    angles: Vec<Angles>,
    tokens: Vec<TokenId>,
    context: usize,
}

/// What is computed, layer after layer, in the same places.
struct Buffers {
    /// The residual stream: a row of `width` for each token.
    stream: Buffer<f32>,
    /// Queries, keys and values.
    attention: Buffer<f32>,
    /// What attention gives, head after head.
    attended: Buffer<f32>,
    /// A layer's result that is normed before it is added.
    result: Buffer<f32>,
    /// Normed input of a layer.
    input: Activations,
    attended_input: Activations,
    hidden: Activations,
    last: Activations,
    logits: Buffer<f32>,
}

impl From<OutOfMemory> for LoadError {
    fn from(error: OutOfMemory) -> Self {
        Self::OutOfMemory {
            needed: error.bytes,
        }
    }
}

impl Buffers {
    fn new(config: &Config, weights: &Weights) -> Result<Self, OutOfMemory> {
        let (heads, forms) = (config.heads, weights.forms());
        let attended = heads.query * heads.value_len;
        Ok(Self {
            stream: Buffer::zeroed(BATCH * config.width)?,
            attention: Buffer::zeroed(BATCH * heads.row())?,
            attended: Buffer::zeroed(BATCH * attended)?,
            result: Buffer::zeroed(BATCH * config.width)?,
            input: Activations::new(config.width, BATCH, forms.block)?,
            attended_input: Activations::new(attended, BATCH, forms.attended)?,
            hidden: Activations::new(config.feed_forward, BATCH, forms.hidden)?,
            last: Activations::new(config.width, ROWS, forms.head)?,
            logits: Buffer::zeroed(ROWS * config.vocabulary)?,
        })
    }
}

impl NativeModel {
    pub(super) fn new(
        file: Arc<ModelFile>,
        config: Config,
        weights: Weights,
        compute: Compute,
        context: usize,
        kv_type: KvType,
    ) -> Result<Self, LoadError> {
        let caches = (0..config.blocks)
            .map(|_| KvCache::new(config.heads, context, kv_type))
            .collect::<Result<_, _>>()?;
        let factors = weights.rope_factors.as_deref();
        let mut angles = vec![Angles::new(&config.rope, factors, BATCH)?];
        if let Some(local) = &config.local_rope {
            angles.push(Angles::new(local, None, BATCH)?);
        }
        Ok(Self {
            memory: Attention::new(&compute, config.heads, context)?,
            buffers: Buffers::new(&config, &weights)?,
            file,
            config,
            weights,
            decode_threads: compute.threads(),
            easy: false,
            compute,
            caches,
            angles,
            tokens: Vec::with_capacity(context),
            context,
        })
    }

    /// Has decoding done by this many threads.
    pub(super) fn decode_with(&mut self, threads: usize) {
        self.decode_threads = threads;
    }

    /// Threads that there are.
    pub(super) fn threads(&self) -> usize {
        self.compute.threads()
    }

    /// Writes the embeddings of `tokens` into the residual stream.
    fn embed(&mut self, tokens: &[TokenId]) -> Result<(), EngineError> {
        let failed = || EngineError::Backend {
            message: "a token has no embedding".to_owned(),
        };
        let gguf = self.file.gguf();
        let tensor = gguf.tensor(EMBEDDING).ok_or_else(failed)?;
        let weight_type: WeightType = weight_type(tensor.tensor_type()).ok_or_else(failed)?;
        let width = self.config.width;
        let row_bytes = weight_type.row_bytes(width).ok_or_else(failed)?;
        let table = gguf.tensor_bytes(tensor);
        for (token, row) in tokens
            .iter()
            .zip(self.buffers.stream.chunks_exact_mut(width))
        {
            let start = *token as usize * row_bytes;
            let bytes = table.get(start..start + row_bytes).ok_or_else(failed)?;
            dequantise(weight_type, bytes, row);
            if let Some(scale) = self.config.embedding_scale {
                for value in row {
                    *value *= scale;
                }
            }
        }
        Ok(())
    }

    /// Runs one batch through all layers.
    fn batch(&mut self, tokens: &[TokenId]) -> Result<(), EngineError> {
        let start = self.tokens.len();
        let threads = if tokens.len() > ROWS {
            self.compute.threads()
        } else {
            self.decode_threads
        };
        self.compute.limit(if self.easy {
            threads.div_ceil(2)
        } else {
            threads
        });
        self.embed(tokens)?;
        for angles in &mut self.angles {
            angles.fill(start, tokens.len());
        }
        for block in 0..self.config.blocks {
            self.attention(block, start, tokens.len());
            self.feed_forward(block, tokens.len());
        }
        self.tokens.extend_from_slice(tokens);
        Ok(())
    }

    fn attention(&mut self, block: usize, start: usize, tokens: usize) {
        let (config, buffers, compute) = (&self.config, &mut self.buffers, &mut self.compute);
        let weights = &self.weights.blocks[block];
        let heads = config.heads;
        let norm = &weights.attention_norm;
        compute.rms_norm(
            &buffers.stream,
            norm,
            config.epsilon,
            tokens,
            &mut buffers.input,
        );
        let products: Vec<Product<'_>> = weights.attention.iter().map(product).collect();
        compute.multiply(
            &products,
            &buffers.input,
            &mut buffers.attention,
            heads.row(),
            Write::Set,
        );

        // Where there are two kinds of rotation, layers with a window have the second.
        let local = self.angles.len() > 1 && config.windows.of(block).is_some();
        let rotation = self.angles[usize::from(local)].rotation(config.rotates(block));
        let cache = &mut self.caches[block];
        let norms = head_norms(weights, config.epsilon);
        compute.rotate_and_store(
            &mut buffers.attention,
            tokens,
            start,
            norms,
            rotation,
            cache,
        );
        let scoring = config.scoring(block);
        let attended = &mut buffers.attended;
        compute.attend(
            &buffers.attention,
            tokens,
            start,
            scoring,
            cache,
            &mut self.memory,
            attended,
        );
        compute.quantise(attended, tokens, &mut buffers.attended_input);
        add_result(
            compute,
            config,
            &weights.output,
            weights.after_attention_norm.as_deref(),
            &buffers.attended_input,
            (&mut buffers.stream, &mut buffers.result),
        );
    }

    fn feed_forward(&mut self, block: usize, tokens: usize) {
        let (config, buffers, compute) = (&self.config, &mut self.buffers, &mut self.compute);
        let weights = &self.weights.blocks[block];
        let norm = &weights.feed_forward_norm;
        compute.rms_norm(
            &buffers.stream,
            norm,
            config.epsilon,
            tokens,
            &mut buffers.input,
        );
        let (gate, up) = (&weights.gate, &weights.up);
        compute.gated(gate, up, config.gate, &buffers.input, &mut buffers.hidden);
        add_result(
            compute,
            config,
            &weights.down,
            weights.after_feed_forward_norm.as_deref(),
            &buffers.hidden,
            (&mut buffers.stream, &mut buffers.result),
        );
    }

    /// Computes the logits after each of the last `rows` of the batch's `tokens`.
    fn logits(&mut self, tokens: usize, rows: usize) {
        let (config, buffers) = (&self.config, &mut self.buffers);
        let (width, vocabulary) = (config.width, config.vocabulary);
        let last = &buffers.stream[(tokens - rows) * width..tokens * width];
        let norm = &self.weights.norm;
        self.compute
            .rms_norm(last, norm, config.epsilon, rows, &mut buffers.last);
        let product = Product {
            matrix: &self.weights.head,
            bias: None,
            column: 0,
        };
        let logits = &mut buffers.logits;
        self.compute
            .multiply(&[product], &buffers.last, logits, vocabulary, Write::Set);
        if let Some(cap) = config.logit_cap {
            for logit in &mut logits[..rows * vocabulary] {
                *logit = cap * (*logit / cap).tanh();
            }
        }
    }

    /// Refuses what does not fit behind the tokens that are there.
    fn check(&self, tokens: &[TokenId]) -> Result<(), EngineError> {
        if tokens.is_empty() {
            return Err(EngineError::InvalidRequest {
                reason: "there are no tokens to compute".to_owned(),
            });
        }
        let needed = self.tokens.len() + tokens.len();
        if needed > self.context {
            return Err(EngineError::ContextOverflow {
                needed,
                available: self.context,
            });
        }
        Ok(())
    }
}

/// Multiplies and adds to the residual stream, through a norm where there is one.
fn add_result(
    compute: &mut Compute,
    config: &Config,
    layer: &Input,
    norm: Option<&[f32]>,
    input: &Activations,
    (stream, result): (&mut Buffer<f32>, &mut Buffer<f32>),
) {
    let width = config.width;
    let products = [product(layer)];
    match norm {
        None => compute.multiply(&products, input, stream, width, Write::Add),
        Some(norm) => {
            compute.multiply(&products, input, result, width, Write::Set);
            compute.add_rms_norm(result, norm, config.epsilon, input.tokens(), stream);
        }
    }
}

fn product(input: &Input) -> Product<'_> {
    Product {
        matrix: &input.matrix,
        bias: input.bias.as_deref(),
        column: input.column,
    }
}

fn head_norms(block: &Block, epsilon: f32) -> Option<HeadNorms<'_>> {
    Some(HeadNorms {
        query: block.query_norm.as_deref()?,
        key: block.key_norm.as_deref()?,
        epsilon,
    })
}

impl Model for NativeModel {
    fn tokens(&self) -> &[TokenId] {
        &self.tokens
    }

    /// Positions behind the prefix are simply written over.
    fn reuse(&mut self, prompt: &[TokenId]) -> Result<usize, EngineError> {
        let kept = reusable_prefix(&self.tokens, prompt);
        self.tokens.truncate(kept);
        Ok(kept)
    }

    fn forward(&mut self, tokens: &[TokenId]) -> Result<&[f32], EngineError> {
        self.prefill(tokens)?;
        let last = (tokens.len() - 1) % BATCH + 1;
        self.logits(last, 1);
        Ok(&self.buffers.logits[..self.config.vocabulary])
    }

    fn prefill(&mut self, tokens: &[TokenId]) -> Result<(), EngineError> {
        self.check(tokens)?;
        tokens.chunks(BATCH).try_for_each(|batch| self.batch(batch))
    }

    fn state(&self, most_tokens: usize, most_bytes: usize) -> Option<(usize, Vec<u8>)> {
        let whole = KvCache::whole(self.tokens.len().min(most_tokens));
        let step = whole.min(KvCache::STEP);
        let bytes = |positions| -> usize {
            let parts = self.caches.iter().map(|cache| cache.part_bytes(positions));
            parts.sum()
        };
        let steps = most_bytes.checked_div(bytes(step))?;
        let positions = whole.min(steps.saturating_mul(step));
        let mut state = Vec::new();
        state.try_reserve_exact(bytes(positions)).ok()?;
        for cache in &self.caches {
            cache.copy_out(positions, &mut state);
        }
        (positions > 0).then_some((positions, state))
    }

    fn set_state(&mut self, tokens: &[TokenId], state: &[u8]) -> bool {
        let positions = tokens.len();
        let known = |token: &TokenId| (*token as usize) < self.config.vocabulary;
        let parts = || self.caches.iter().map(|cache| cache.part_bytes(positions));
        if positions > self.context
            || KvCache::whole(positions) != positions
            || !tokens.iter().all(known)
            || state.len() != parts().sum::<usize>()
        {
            return false;
        }
        self.tokens.clear();
        let mut rest = state;
        for cache in &mut self.caches {
            let (part, behind) = rest.split_at(cache.part_bytes(positions));
            if !cache.copy_in(positions, part) {
                return false;
            }
            rest = behind;
        }
        self.tokens.extend_from_slice(tokens);
        true
    }

    fn go_easy(&mut self, easy: bool) {
        self.easy = easy;
    }

    fn verifier(&mut self) -> Option<&mut dyn Verify> {
        Some(self)
    }
}

impl Verify for NativeModel {
    fn most_rows(&self) -> usize {
        ROWS
    }

    fn verify(&mut self, tokens: &[TokenId]) -> Result<(), EngineError> {
        self.check(tokens)?;
        if tokens.len() > ROWS {
            return Err(EngineError::InvalidRequest {
                reason: format!("{} rows of logits, of {ROWS}", tokens.len()),
            });
        }
        self.batch(tokens)?;
        self.logits(tokens.len(), tokens.len());
        Ok(())
    }

    fn row(&self, index: usize) -> &[f32] {
        let vocabulary = self.config.vocabulary;
        &self.buffers.logits[index * vocabulary..(index + 1) * vocabulary]
    }

    fn truncate(&mut self, length: usize) {
        self.tokens.truncate(length);
    }
}
