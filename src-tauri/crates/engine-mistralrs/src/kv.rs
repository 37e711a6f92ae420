//! Keys and values in mistral.rs' tensors.
//!
//! The tensors of a finished request are shared: mistral.rs' prefix cache
//! keeps them for ever (on the CPU it never evicts), its pipeline until the
//! next request, and we hold them through [`KvCache`]. Replacing the *storage*
//! inside a tensor is seen by all holders. That makes the two operations here
//! possible: free the memory of an entry that mistral.rs will not let go of,
//! and fill an entry that it is about to read.

use candle_core::{CpuStorage, InplaceOp1, InplaceOp2, Layout, Result, Tensor, bail};

/// The keys and values of all layers, each as `[1, heads, tokens, width]`.
pub(crate) struct KvCache {
    layers: Vec<(Tensor, Tensor)>,
}

impl KvCache {
    /// Wraps the tensors of all layers.
    pub(crate) fn new(layers: Vec<(Tensor, Tensor)>) -> Self {
        Self { layers }
    }

    /// Tokens that the tensors have room for, whatever they hold.
    pub(crate) fn capacity(&self) -> usize {
        let room = |tensor: &Tensor| match (tensor.stride(), tensor.dims()) {
            ([_, heads, _, _], [_, _, _, width]) => heads / (*width).max(1),
            _ => 0,
        };
        self.layers
            .iter()
            .map(|(k, v)| room(k).min(room(v)))
            .min()
            .unwrap_or(0)
    }

    /// Frees the memory. The tensors keep their shapes and must not be read
    /// until they are filled again.
    pub(crate) fn release(&self) -> Result<()> {
        self.tensors().try_for_each(|t| t.inplace_op1(&Release))
    }

    /// Copies the first `tokens` of `source` here, allocating the memory anew.
    /// `source` must not share storage with this.
    pub(crate) fn fill_from(&self, source: &Self, tokens: usize) -> Result<()> {
        let copy = CopyPrefix { tokens };
        self.tensors()
            .zip(source.tensors())
            .try_for_each(|(to, from)| to.inplace_op2(from, &copy))
    }

    fn tensors(&self) -> impl Iterator<Item = &Tensor> {
        self.layers.iter().flat_map(|(k, v)| [k, v])
    }
}

struct Release;

impl InplaceOp1 for Release {
    fn name(&self) -> &'static str {
        "kv-release"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, _: &Layout) -> Result<()> {
        match storage {
            CpuStorage::F32(values) => *values = Vec::new(),
            CpuStorage::F16(values) => *values = Vec::new(),
            CpuStorage::BF16(values) => *values = Vec::new(),
            _ => bail!("kv-release: expected a float cache"),
        }
        Ok(())
    }
}

struct CopyPrefix {
    tokens: usize,
}

impl InplaceOp2 for CopyPrefix {
    fn name(&self) -> &'static str {
        "kv-copy-prefix"
    }

    fn cpu_fwd(
        &self,
        to: &mut CpuStorage,
        to_layout: &Layout,
        from: &CpuStorage,
        from_layout: &Layout,
    ) -> Result<()> {
        let plan = CopyPlan::new(to_layout, from_layout, self.tokens)?;
        match (to, from) {
            (CpuStorage::F32(to), CpuStorage::F32(from)) => plan.run(to, from),
            (CpuStorage::F16(to), CpuStorage::F16(from)) => plan.run(to, from),
            (CpuStorage::BF16(to), CpuStorage::BF16(from)) => plan.run(to, from),
            _ => bail!("kv-copy-prefix: expected two float caches of one type"),
        }
    }
}

/// Offsets for a copy between two caches that differ in capacity.
struct CopyPlan {
    heads: usize,
    /// Values from one head to the next.
    to_stride: usize,
    from_stride: usize,
    /// Values to copy for each head.
    values: usize,
}

impl CopyPlan {
    fn new(to: &Layout, from: &Layout, tokens: usize) -> Result<Self> {
        let ([1, heads, _, width], [1, from_heads, held, from_width]) = (to.dims(), from.dims())
        else {
            bail!("kv-copy-prefix: expected [1, heads, tokens, width]");
        };
        let (&[_, to_stride, _, _], &[_, from_stride, _, _]) = (to.stride(), from.stride()) else {
            bail!("kv-copy-prefix: expected four strides");
        };
        let values = tokens * width;
        let fits = values <= to_stride && tokens <= *held;
        if heads != from_heads || width != from_width || !fits {
            bail!("kv-copy-prefix: {tokens} tokens of {from:?} do not fit {to:?}");
        }
        if to.start_offset() != 0 || from.start_offset() != 0 {
            bail!("kv-copy-prefix: expected whole tensors");
        }
        Ok(Self {
            heads: *heads,
            to_stride,
            from_stride,
            values,
        })
    }

    fn run<T: Copy + Default>(&self, to: &mut Vec<T>, from: &[T]) -> Result<()> {
        // Fresh zeros come untouched from the system; only what is copied is paid for.
        let mut fresh = vec![T::default(); self.heads * self.to_stride];
        for head in 0..self.heads {
            let start = head * self.from_stride;
            let Some(source) = from.get(start..start + self.values) else {
                bail!("kv-copy-prefix: the source was released");
            };
            let start = head * self.to_stride;
            fresh[start..start + self.values].copy_from_slice(source);
        }
        *to = fresh;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use candle_core::Device;

    use super::*;

    /// A cache of one layer, two heads of width one, `capacity` slots of which
    /// the first `held` count upwards from `first`.
    fn cache(first: f32, held: usize, capacity: usize) -> (KvCache, Tensor) {
        let whole = Tensor::zeros((1, 2, capacity, 1), candle_core::DType::F32, &Device::Cpu);
        let whole = whole.unwrap();
        let values: Vec<f32> = (0..2 * u16::try_from(held).unwrap())
            .map(|i| first + f32::from(i))
            .collect();
        let values = Tensor::from_vec(values, (1, 2, held, 1), &Device::Cpu).unwrap();
        whole.slice_set(&values, 2, 0).unwrap();
        let view = || whole.narrow(2, 0, held).unwrap();
        (KvCache::new(vec![(view(), view())]), whole.clone())
    }

    fn values(tensor: &Tensor) -> Vec<f32> {
        tensor.flatten_all().unwrap().to_vec1().unwrap()
    }

    #[test]
    fn capacity_is_what_the_tensor_has_not_what_the_view_shows() {
        assert_eq!(cache(0.0, 3, 8).0.capacity(), 8);
        assert_eq!(cache(0.0, 8, 8).0.capacity(), 8);
    }

    #[test]
    fn a_released_entry_is_filled_for_every_holder_of_its_storage() {
        let (entry, seen_by_others) = cache(0.0, 2, 4);
        let (source, _) = cache(10.0, 3, 6);
        entry.release().unwrap();
        entry.fill_from(&source, 2).unwrap();
        // Heads of the source are 10 11 12 and 13 14 15.
        assert_eq!(
            values(&seen_by_others),
            [10.0, 11.0, 0.0, 0.0, 13.0, 14.0, 0.0, 0.0]
        );
    }

    #[test]
    fn a_copy_that_does_not_fit_or_has_no_source_is_refused() {
        let (entry, _) = cache(0.0, 2, 4);
        let (source, _) = cache(10.0, 5, 6);
        assert!(entry.fill_from(&source, 5).is_err());
        assert!(entry.fill_from(&source, 6).is_err());
        source.release().unwrap();
        assert!(entry.fill_from(&source, 2).is_err());
    }
}
