//! Stop strings over streamed text.

/// What came of a piece of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopMatch {
    /// Text that may be shown.
    pub text: String,
    /// Whether a stop string was met; `text` then ends just before it.
    pub stopped: bool,
}

/// Watches streamed text for any of several strings, which may be split over
/// any number of pieces.
///
/// Text is held back exactly as long as it could still turn out to be the
/// beginning of a stop string, and no longer.
#[derive(Debug, Clone)]
pub struct StopStrings {
    stops: Vec<String>,
    held: String,
}

impl StopStrings {
    /// Watches for `stops`; empty ones are ignored.
    #[must_use]
    pub fn new(stops: Vec<String>) -> Self {
        Self {
            stops: stops.into_iter().filter(|s| !s.is_empty()).collect(),
            held: String::new(),
        }
    }

    /// Takes the next piece of text.
    pub fn push(&mut self, piece: &str) -> StopMatch {
        self.held.push_str(piece);
        if let Some(start) = self.stops.iter().filter_map(|s| self.held.find(s)).min() {
            let mut text = std::mem::take(&mut self.held);
            text.truncate(start);
            return StopMatch {
                text,
                stopped: true,
            };
        }
        let keep = self.held.len() - self.undecided();
        StopMatch {
            text: self.held.drain(..keep).collect(),
            stopped: false,
        }
    }

    /// The text still held back, once nothing follows.
    pub fn finish(&mut self) -> String {
        std::mem::take(&mut self.held)
    }

    /// Length in bytes of the longest end of the held text that some stop
    /// string begins with.
    fn undecided(&self) -> usize {
        let longest = |stop: &String| {
            stop.char_indices()
                .map(|(at, _)| at)
                .filter(|&at| at > 0 && self.held.ends_with(&stop[..at]))
                .max()
        };
        self.stops.iter().filter_map(longest).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(stops: &[&str], pieces: &[&str]) -> (Vec<String>, bool) {
        let mut watch = StopStrings::new(stops.iter().map(ToString::to_string).collect());
        let mut shown = Vec::new();
        for piece in pieces {
            let found = watch.push(piece);
            shown.push(found.text);
            if found.stopped {
                return (shown, true);
            }
        }
        shown.push(watch.finish());
        (shown, false)
    }

    #[test]
    fn a_stop_string_split_over_pieces_is_found_and_never_shown() {
        let (shown, stopped) = run(&["END"], &["one E", "N", "D two"]);
        assert!(stopped);
        assert_eq!(shown, ["one ", "", ""]);
    }

    #[test]
    fn text_that_only_looked_like_a_stop_string_comes_out_whole() {
        let (shown, stopped) = run(&["END"], &["one E", "N", "C two"]);
        assert!(!stopped);
        assert_eq!(shown, ["one ", "", "ENC two", ""]);
    }

    #[test]
    fn a_beginning_that_repeats_itself_is_held_at_its_longest() {
        // After "aab" the end "aab" may begin "aabaac"; after "aabaab" it may again.
        let (shown, stopped) = run(&["aabaac"], &["aab", "aab", "aac!"]);
        assert!(stopped);
        assert_eq!(shown.concat(), "aab");
    }

    #[test]
    fn the_earliest_of_several_wins() {
        let (shown, stopped) = run(&["world", "lo"], &["hello world"]);
        assert!(stopped);
        assert_eq!(shown, ["hel"]);
    }

    #[test]
    fn what_is_held_at_the_end_is_given_back() {
        let (shown, stopped) = run(&["\n\nUser:"], &["done.\n"]);
        assert!(!stopped);
        assert_eq!(shown, ["done.", "\n"]);
    }

    #[test]
    fn characters_of_several_bytes_are_cut_only_between() {
        let (shown, stopped) = run(&["止まれ"], &["いま止", "まら", "ない"]);
        assert!(!stopped);
        assert_eq!(shown.concat(), "いま止まらない");
        assert_eq!(shown[0], "いま");
    }

    #[test]
    fn without_stop_strings_nothing_is_held() {
        let (shown, stopped) = run(&["", ""], &["a", "b"]);
        assert!(!stopped);
        assert_eq!(shown, ["a", "b", ""]);
    }
}
