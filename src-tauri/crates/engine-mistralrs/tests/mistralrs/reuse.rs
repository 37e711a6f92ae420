//! Continuing and rewinding the KV cache gives what a fresh start gives.

use llmos_engine::{Model, PREFILL_CHUNK, TokenId};

use crate::support::{SMALL, load_directly, write_model};

/// Computes a prompt as the engine does and returns how much was reused.
fn compute(model: &mut dyn Model, prompt: &[TokenId]) -> (usize, Vec<f32>) {
    let reused = model.reuse(prompt).unwrap();
    assert!(reused < prompt.len());
    assert_eq!(model.tokens(), &prompt[..reused]);
    let mut logits = Vec::new();
    for chunk in prompt[reused..].chunks(PREFILL_CHUNK) {
        logits = model.forward(chunk).unwrap().to_vec();
    }
    assert_eq!(model.tokens(), prompt);
    (reused, logits)
}

/// Greedy tokens after what the model holds and `logits`.
fn decode(model: &mut dyn Model, mut logits: Vec<f32>, n: usize) -> Vec<TokenId> {
    let mut answer = Vec::new();
    for _ in 0..n {
        let token = argmax(&logits);
        answer.push(token);
        logits = model.forward(&[token]).unwrap().to_vec();
    }
    answer
}

fn argmax(logits: &[f32]) -> TokenId {
    let best = (0..).zip(logits).max_by(|a, b| a.1.total_cmp(b.1));
    best.unwrap().0
}

/// One model with a history, and one that computes everything anew.
struct Pair {
    model: Box<dyn Model>,
    reference: Box<dyn Model>,
    _dir: tempfile::TempDir,
}

impl Pair {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("small.gguf");
        write_model(&path, SMALL);
        Self {
            model: load_directly(&path),
            reference: load_directly(&path),
            _dir: dir,
        }
    }

    /// Computes a prompt on both, compares, and returns what was reused.
    fn check(&mut self, prompt: &[TokenId]) -> usize {
        let (reused, logits) = compute(self.model.as_mut(), prompt);
        // A prompt that begins otherwise makes the reference forget.
        let other = [(prompt[0] + 1) % 256];
        assert_eq!(self.reference.reuse(&other).unwrap(), 0);
        assert_eq!(self.reference.reuse(prompt).unwrap(), 0);
        let expected = self.reference.forward(prompt).unwrap();
        let worst = logits
            .iter()
            .zip(expected)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f32::max);
        let spread = expected.iter().fold(0.0f32, |m, l| m.max(l.abs()));
        assert!(
            worst <= 1e-4 * spread,
            "off by {worst} of {spread} after reusing {reused} of {}",
            prompt.len()
        );
        reused
    }

    /// Generates on the model after what was checked last.
    fn generate(&mut self, n: usize) -> Vec<TokenId> {
        let tokens = self.model.tokens().to_vec();
        let (_, logits) = compute(self.model.as_mut(), &tokens);
        decode(self.model.as_mut(), logits, n)
    }
}

/// Some text of `n` tokens that begins like no other.
fn text(seed: TokenId, n: usize) -> Vec<TokenId> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12_345);
    let mut tokens = vec![seed];
    tokens.extend((1..n).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) % 260
    }));
    tokens
}

#[test]
fn chunks_give_what_a_whole_prompt_gives() {
    let mut pair = Pair::new();
    for (seed, n) in (0..).zip([1, 2, 127, 128, 129, 257, 513, 700, 1500]) {
        assert_eq!(pair.check(&text(seed, n)), 0, "{n} tokens");
    }
}

#[test]
fn a_next_turn_reuses_all_before_it() {
    let mut pair = Pair::new();
    let mut conversation = text(7, 300);
    for turn in 0..6 {
        let before = if turn == 0 { 0 } else { conversation.len() };
        if turn > 0 {
            conversation.extend(text(40 + turn, 150));
        }
        assert_eq!(pair.check(&conversation), before);
        conversation.extend(pair.generate(20));
    }
}

#[test]
fn regenerating_computes_at_most_the_last_chunk_again() {
    let mut pair = Pair::new();
    let prompt = text(9, 400);
    pair.check(&prompt);
    let first = pair.generate(30);
    for _ in 0..3 {
        let reused = pair.check(&prompt);
        assert!(reused + PREFILL_CHUNK >= prompt.len(), "reused {reused}");
        assert_eq!(pair.generate(30), first);
    }
}

#[test]
fn another_question_after_the_same_history_reuses_the_history() {
    let mut pair = Pair::new();
    let history = text(11, 333);
    let ask = |seed| [history.clone(), text(seed, 60)].concat();
    pair.check(&ask(1));
    pair.generate(25);
    for seed in 2..5 {
        let reused = pair.check(&ask(seed));
        assert!(reused >= history.len() - 1, "reused {reused}");
        pair.generate(25);
    }
}

#[test]
fn an_old_branch_is_computed_anew_rather_than_wrongly() {
    let mut pair = Pair::new();
    let root = text(13, 200);
    let one = [root.clone(), text(1, 200)].concat();
    let two = [root.clone(), text(2, 200)].concat();
    pair.check(&one);
    pair.generate(10);
    pair.check(&two);
    pair.generate(10);
    // The key of branch one is still there, its keys and values are not.
    pair.check(&[one.clone(), text(3, 50)].concat());
    pair.check(&[two, text(3, 50)].concat());
    pair.check(&one);
}

#[test]
fn the_tokens_that_end_requests_are_tokens_like_any_other() {
    let mut pair = Pair::new();
    // All 264 ids, so whichever were chosen are at every kind of place.
    for id in (0..264).rev() {
        let prompt = [vec![id], text(id, 130), vec![id, id]].concat();
        pair.check(&prompt);
        pair.model.forward(&[id]).unwrap();
        pair.check(&[prompt.clone(), vec![id, id], text(id, 5)].concat());
    }
}

/// Random walks over conversations: extend, generate, cut, switch, repeat,
/// give up between chunks.
#[test]
fn any_history_gives_what_a_fresh_start_gives() {
    let mut pair = Pair::new();
    let mut state = 2026u32;
    let mut random = move |n: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % n
    };
    let mut known = vec![text(3, 150), text(4, 90)];
    let mut reused_any = 0;
    for step in 0..150 {
        let mut prompt = known[random(known.len())].clone();
        match random(5) {
            0 => prompt.truncate(1 + random(prompt.len())),
            1 => prompt.extend(text(step, 1 + random(300))),
            2 => {
                prompt.truncate(1 + random(prompt.len()));
                prompt.extend(text(step, 1 + random(40)));
            }
            3 => {
                // A prompt that is given up before or between chunks.
                let reused = pair.model.reuse(&prompt).unwrap();
                if random(2) == 0 {
                    let end = prompt.len().min(reused + PREFILL_CHUNK);
                    pair.model.forward(&prompt[reused..end]).unwrap();
                }
                continue;
            }
            _ => {}
        }
        prompt.truncate(1200);
        reused_any += pair.check(&prompt);
        if random(3) > 0 {
            prompt.extend(pair.generate(random(40)));
        }
        if known.len() < 8 {
            known.push(prompt);
        } else {
            let at = random(8);
            known[at] = prompt;
        }
    }
    assert!(reused_any > 1000, "only {reused_any} tokens were reused");
}

#[test]
fn a_full_cache_is_an_error_and_not_the_end() {
    let mut pair = Pair::new();
    pair.check(&text(5, 2048));
    assert!(pair.model.forward(&[1]).is_err());
    assert_eq!(pair.check(&text(6, 100)), 0);
}
