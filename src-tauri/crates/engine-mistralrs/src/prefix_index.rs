//! A mirror of mistral.rs' prefix cache, to know what it will do.
//!
//! mistral.rs decides by itself which cached sequence a prompt continues. The
//! mirror holds the same keys in the same order and applies the same rule, so
//! that the entry which is going to be chosen can be filled beforehand, and
//! every other one can be empty.

use llmos_engine::TokenId;

use crate::kv::KvCache;

/// One cached sequence.
pub(crate) struct Entry {
    /// All its tokens; the last one, a stop token, has no keys and values.
    key: Vec<TokenId>,
    /// Its tensors.
    pub(crate) kv: KvCache,
    capacity: usize,
}

/// Which entry a prompt will continue, and how many tokens it shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) entry: usize,
    pub(crate) tokens: usize,
}

/// The entries, in the order in which mistral.rs looks at them.
#[derive(Default)]
pub(crate) struct PrefixIndex {
    entries: Vec<Entry>,
}

impl PrefixIndex {
    /// Adds a finished sequence and returns its position. As in mistral.rs, a
    /// sequence of the same tokens is replaced where it is.
    pub(crate) fn insert(&mut self, key: Vec<TokenId>, kv: KvCache) -> usize {
        let entry = Entry {
            capacity: kv.capacity(),
            key,
            kv,
        };
        if let Some(at) = self.entries.iter().position(|e| e.key == entry.key) {
            self.entries[at] = entry;
            at
        } else {
            self.entries.push(entry);
            self.entries.len() - 1
        }
    }

    /// What mistral.rs will choose for `prompt`: the longest common prefix
    /// that the entry's tensors have room for; of equals, the oldest.
    pub(crate) fn lookup(&self, prompt: &[TokenId]) -> Option<Match> {
        let mut best: Option<Match> = None;
        for (entry, candidate) in self.entries.iter().enumerate() {
            let tokens = common_prefix(&candidate.key, prompt);
            let possible = tokens > 0 && tokens <= candidate.capacity;
            if possible && best.is_none_or(|best| tokens > best.tokens) {
                best = Some(Match { entry, tokens });
            }
        }
        best
    }

    pub(crate) fn get(&self, at: usize) -> Option<&Entry> {
        self.entries.get(at)
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}

/// Tokens at the start that both have.
pub(crate) fn common_prefix(a: &[TokenId], b: &[TokenId]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use candle_core::{DType, Device, Tensor};

    use super::*;

    fn kv(capacity: usize) -> KvCache {
        let tensor = Tensor::zeros((1, 1, capacity, 1), DType::F32, &Device::Cpu).unwrap();
        KvCache::new(vec![(tensor.clone(), tensor)])
    }

    fn index(keys: &[(&[TokenId], usize)]) -> PrefixIndex {
        let mut index = PrefixIndex::default();
        for (key, capacity) in keys {
            index.insert(key.to_vec(), kv(*capacity));
        }
        index
    }

    #[test]
    fn the_longest_wins_and_of_equals_the_oldest() {
        let index = index(&[(&[1, 2, 9], 8), (&[1, 2, 3, 9], 8), (&[1, 2, 3, 8], 8)]);
        let found = |prompt: &[TokenId]| index.lookup(prompt).map(|m| (m.entry, m.tokens));
        assert_eq!(found(&[1, 2, 3, 4]), Some((1, 3)));
        assert_eq!(found(&[1, 2, 4]), Some((0, 2)));
        assert_eq!(found(&[1, 2, 3, 8, 5]), Some((2, 4)));
        assert_eq!(found(&[7]), None);
    }

    #[test]
    fn an_entry_without_room_for_the_match_is_passed_over() {
        let index = index(&[(&[1, 2, 3, 9], 3), (&[1, 2], 8)]);
        let found = |prompt: &[TokenId]| index.lookup(prompt).map(|m| (m.entry, m.tokens));
        assert_eq!(found(&[1, 2, 3, 9, 5]), Some((1, 2)));
        assert_eq!(found(&[1, 2, 3, 4]), Some((0, 3)));
    }

    #[test]
    fn the_same_tokens_keep_their_place() {
        let mut index = index(&[(&[1, 9], 8), (&[2, 9], 8)]);
        assert_eq!(index.insert(vec![1, 9], kv(16)), 0);
        assert_eq!(index.len(), 2);
    }
}
