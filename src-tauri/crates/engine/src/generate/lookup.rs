//! Guessing how a text goes on from the text itself.
//!
//! Summaries, rewritings and answers about a document repeat stretches of what is
//! in front of them. Where the last tokens have occurred before, what followed them
//! then is a good guess for what follows now (prompt lookup decoding, Saxena 2023).
//! A guess costs nothing; looking whether it is right costs a part of a step, and
//! [`Budget`] keeps that from ever being much when the guesses are wrong.

use std::time::Duration;

use llmos_gguf::TokenId;

/// Fewest tokens that must have occurred before.
const SHORTEST_MATCH: usize = 2;

/// More than so many tokens in a row make a guess no better.
const LONGEST_MATCH: usize = 8;

/// What followed the longest earlier occurrence of the end of `history`, at most
/// `longest` tokens; of several occurrences the latest. Empty where there is none.
///
/// A short match is followed for a few tokens only.
pub(super) fn propose(history: &[TokenId], longest: usize) -> &[TokenId] {
    let Some((&last, before)) = history.split_last() else {
        return &[];
    };
    let mut best = (SHORTEST_MATCH - 1, 0);
    for end in (1..before.len()).rev() {
        // `end` is where the continuation would begin.
        if before[end - 1] != last {
            continue;
        }
        let length = common_end(&history[..end], history);
        if length > best.0 {
            best = (length, end);
            if length == LONGEST_MATCH {
                break;
            }
        }
    }
    let (length, start) = best;
    if start == 0 {
        return &[];
    }
    let count = longest.min(2 * length - 1).min(history.len() - start);
    &history[start..start + count]
}

/// How many of the last tokens of both are the same, up to the longest match.
fn common_end(earlier: &[TokenId], history: &[TokenId]) -> usize {
    let pairs = earlier.iter().rev().zip(history.iter().rev());
    pairs
        .take(LONGEST_MATCH)
        .take_while(|(a, b)| a == b)
        .count()
}

/// Counts what guessing has gained and cost, in steps of one token.
#[derive(Debug, Clone)]
pub(super) struct Budget {
    /// Seconds of a plain step, a moving average.
    step: Option<f64>,
    /// Tokens gained less time lost; negative when guesses were wrong.
    balance: f64,
    /// Tokens so far.
    tokens: f64,
}

/// Share of the time that wrong guesses may cost.
const SHARE: f64 = 0.03;

/// Steps that may be lost before there is anything to take a share of.
const START: f64 = 1.0;

/// Gains beyond this are not saved up for later losses.
const MOST: f64 = 2.0;

impl Budget {
    pub(super) fn new() -> Self {
        Self {
            step: None,
            balance: 0.0,
            tokens: 0.0,
        }
    }

    /// With so much to spend, and steps so long that a guess costs nothing beside them.
    #[cfg(test)]
    pub(super) fn of(balance: f64) -> Self {
        Self {
            step: Some(1e9),
            balance,
            tokens: 0.0,
        }
    }

    /// Whether another guess may be looked at.
    pub(super) fn allows(&self) -> bool {
        self.step.is_some() && self.balance > -(START + SHARE * self.tokens)
    }

    /// A plain step took so long.
    pub(super) fn stepped(&mut self, time: Duration) {
        let time = time.as_secs_f64();
        self.step = Some(self.step.map_or(time, |step| step + 0.1 * (time - step)));
        self.tokens += 1.0;
    }

    /// Looking at a guess took so long and gave `tokens` tokens.
    pub(super) fn verified(&mut self, time: Duration, tokens: u32) {
        let Some(step) = self.step else { return };
        let tokens = f64::from(tokens);
        self.tokens += tokens;
        let gain = tokens - time.as_secs_f64() / step.max(1e-9);
        self.balance = (self.balance + gain).min(MOST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_longest_match_is_followed() {
        // "1 2 3" was followed by 4 first and by 5 later; "9 1 2 3" only by 4.
        assert_eq!(
            propose(&[9, 1, 2, 3, 4, 8, 1, 2, 3, 5, 7, 1, 2, 3], 3),
            [5, 7, 1]
        );
        assert_eq!(
            propose(&[9, 1, 2, 3, 4, 8, 1, 2, 3, 5, 7, 9, 1, 2, 3], 3),
            [4, 8, 1]
        );
    }

    #[test]
    fn a_short_match_is_followed_a_short_way() {
        assert_eq!(propose(&[1, 2, 3, 4, 5, 6, 0, 1, 2], 7), [3, 4, 5]);
    }

    #[test]
    fn nothing_is_made_up() {
        // The last: one token is no match.
        for history in [&[][..], &[1], &[1, 2, 3, 4], &[3, 1, 2, 3]] {
            assert!(propose(history, 4).is_empty(), "{history:?}");
        }
    }

    #[test]
    fn repetition_is_followed_to_the_end_of_the_text() {
        assert_eq!(propose(&[7, 7, 7, 7], 7), [7, 7]);
    }

    #[test]
    fn wrong_guesses_soon_end_and_right_ones_go_on() {
        let step = Duration::from_millis(10);
        let mut budget = Budget::new();
        assert!(!budget.allows(), "the length of a step is not known");
        budget.stepped(step);
        let mut wasted = 0;
        for _ in 0..100 {
            if budget.allows() {
                budget.verified(step * 3 / 2, 1);
                wasted += 1;
            } else {
                budget.stepped(step);
            }
        }
        // Each costs half a step: within 3 % of 100, and the start.
        assert!((2..=9).contains(&wasted), "{wasted}");
        for _ in 0..20 {
            budget.verified(step * 3 / 2, 4);
        }
        assert!(budget.allows());
    }
}
