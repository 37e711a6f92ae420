//! Cuts a JSON file into its conversations without reading it whole.
//!
//! serde's own streaming would end at the first conversation of a wrong type or
//! size, and the rest of the file with it. Here only brackets and quotes are
//! counted: each element comes out as bytes to be parsed by itself, one that is
//! over the limit is passed over without being kept, and a file that breaks off
//! has given everything that was whole.

use std::io::{self, BufRead, BufReader, Read};

use super::Cancel;

/// Why reading stopped.
#[derive(Debug)]
pub(super) enum Stop {
    /// The file ends in the middle.
    Truncated,
    /// What stands here is not what JSON allows.
    Garbage,
    /// The person wants no more.
    Cancelled,
    /// The file can't be read any further.
    Io(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // How a compressed file says that it breaks off.
            io::ErrorKind::UnexpectedEof => Self::Truncated,
            // How it says that it is damaged.
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Self::Garbage,
            _ => Self::Io(error),
        }
    }
}

/// A value that was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Its bytes.
    Kept(Vec<u8>),
    /// It is larger than the limit.
    TooLarge,
}

/// Reads JSON by its outline.
pub(super) struct Outline<R> {
    input: BufReader<R>,
    cancel: Cancel,
    /// Bytes read so far.
    read: u64,
}

/// Larger than the usual 8 KiB: a long file is read in fewer steps.
const BUFFER: usize = 256 << 10;

impl<R: Read> Outline<R> {
    pub(super) fn new(input: R, cancel: Cancel) -> Self {
        Self {
            input: BufReader::with_capacity(BUFFER, input),
            cancel,
            read: 0,
        }
    }

    /// Bytes read so far.
    pub(super) fn position(&self) -> u64 {
        self.read
    }

    /// The next byte that is not white space, which stays where it is; `None` at
    /// the end. A byte order mark counts as white space.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, Stop> {
        loop {
            let buffer = self.fill()?;
            let Some(&first) = buffer.first() else {
                return Ok(None);
            };
            let blanks = buffer
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace() || [0xef, 0xbb, 0xbf].contains(*byte))
                .count();
            if blanks == 0 {
                return Ok(Some(first));
            }
            self.consume(blanks);
        }
    }

    /// Steps over `byte` if it is what comes next.
    pub(super) fn take(&mut self, byte: u8) -> Result<bool, Stop> {
        let found = self.peek()? == Some(byte);
        if found {
            self.consume(1);
        }
        Ok(found)
    }

    /// Steps to the next element of an array whose bracket was taken: false at
    /// its end.
    pub(super) fn element(&mut self, first: bool) -> Result<bool, Stop> {
        // A missing comma is forgiven: the elements are told apart without it.
        if !first {
            self.take(b',')?;
        }
        match self.peek()? {
            None => Err(Stop::Truncated),
            Some(b']') => {
                self.consume(1);
                Ok(false)
            }
            Some(_) => Ok(true),
        }
    }

    /// Steps to the next key of an object whose brace was taken, and over its
    /// colon: `None` at the object's end.
    pub(super) fn key(&mut self, first: bool) -> Result<Option<Vec<u8>>, Stop> {
        if !first {
            self.take(b',')?;
        }
        if self.take(b'}')? {
            return Ok(None);
        }
        match self.peek()? {
            None => return Err(Stop::Truncated),
            Some(b'"') => {}
            Some(_) => return Err(Stop::Garbage),
        }
        let Value::Kept(key) = self.value(1024)? else {
            return Err(Stop::Garbage);
        };
        if self.take(b':')? {
            return Ok(Some(key));
        }
        match self.peek()? {
            None => Err(Stop::Truncated),
            Some(_) => Err(Stop::Garbage),
        }
    }

    /// The next value, if it has at most `limit` bytes.
    pub(super) fn value(&mut self, limit: usize) -> Result<Value, Stop> {
        match self.peek()? {
            None => return Err(Stop::Truncated),
            Some(b',' | b':' | b'}' | b']') => return Err(Stop::Garbage),
            Some(_) => {}
        }
        let mut scan = Scan::default();
        let mut kept = Vec::new();
        let mut size = 0_usize;
        loop {
            let buffer = self.fill()?;
            if buffer.is_empty() {
                // A bare number or word may end with the file.
                return if scan.at_word() {
                    Ok(finished(kept, size, limit))
                } else {
                    Err(Stop::Truncated)
                };
            }
            let (used, ended) = scan.run(buffer);
            size = size.saturating_add(used);
            if size <= limit {
                kept.extend_from_slice(&buffer[..used]);
            } else {
                kept = Vec::new();
            }
            self.consume(used);
            if ended {
                return Ok(finished(kept, size, limit));
            }
        }
    }

    fn fill(&mut self) -> Result<&[u8], Stop> {
        if self.cancel.requested() {
            return Err(Stop::Cancelled);
        }
        Ok(self.input.fill_buf()?)
    }

    fn consume(&mut self, bytes: usize) {
        self.input.consume(bytes);
        self.read += bytes as u64;
    }
}

fn finished(kept: Vec<u8>, size: usize, limit: usize) -> Value {
    if size <= limit {
        Value::Kept(kept)
    } else {
        Value::TooLarge
    }
}

/// Where in a value the scan is.
#[derive(Default)]
struct Scan {
    begun: bool,
    depth: u64,
    in_string: bool,
    escaped: bool,
}

impl Scan {
    /// Whether what was scanned is a number, `true`, `false` or `null`.
    fn at_word(&self) -> bool {
        self.begun && self.depth == 0 && !self.in_string
    }

    /// Scans on: how many bytes belong to the value, and whether it ends there.
    fn run(&mut self, bytes: &[u8]) -> (usize, bool) {
        for (at, &byte) in bytes.iter().enumerate() {
            if self.in_string {
                if self.escaped {
                    self.escaped = false;
                } else if byte == b'\\' {
                    self.escaped = true;
                } else if byte == b'"' {
                    self.in_string = false;
                    if self.depth == 0 {
                        return (at + 1, true);
                    }
                }
                continue;
            }
            match byte {
                // What begins here, or stands around, ends a number or a word.
                b'"' | b'{' | b'[' if self.at_word() => return (at, true),
                b'}' | b']' | b',' | b':' if self.depth == 0 => return (at, true),
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return (at + 1, true);
                    }
                }
                byte if self.depth == 0 && byte.is_ascii_whitespace() => return (at, true),
                _ => {}
            }
            self.begun = true;
        }
        (bytes.len(), false)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests end by panicking")]

    use super::*;

    fn elements(text: &str, limit: usize) -> (Vec<String>, Option<Stop>) {
        // One byte at a time: every step may fall on a border.
        let mut outline = Outline::new(text.as_bytes(), Cancel::default());
        outline.input = BufReader::with_capacity(1, text.as_bytes());
        let mut found = Vec::new();
        let mut read = || {
            if !outline.take(b'[')? {
                return Err(Stop::Garbage);
            }
            let mut first = true;
            while outline.element(first)? {
                first = false;
                found.push(match outline.value(limit)? {
                    Value::Kept(bytes) => String::from_utf8(bytes).unwrap(),
                    Value::TooLarge => "too large".to_owned(),
                });
            }
            Ok(())
        };
        let stop = read().err();
        (found, stop)
    }

    #[test]
    fn elements_are_cut_at_their_ends() {
        let (found, stop) = elements(
            " [ {\"a\":[1,{\"b\":\"}]\\\"\"}]} ,\n\"x\\\\\" , 12.5,null,true ,[],{} ] ",
            100,
        );
        assert_eq!(
            found,
            [
                "{\"a\":[1,{\"b\":\"}]\\\"\"}]}",
                "\"x\\\\\"",
                "12.5",
                "null",
                "true",
                "[]",
                "{}"
            ]
        );
        assert!(stop.is_none());
    }

    #[test]
    fn a_large_element_is_passed_over() {
        let (found, stop) = elements("[1,\"0123456789\",[0,1,2,3,4],2]", 8);
        assert_eq!(found, ["1", "too large", "too large", "2"]);
        assert!(stop.is_none());
    }

    #[test]
    fn a_file_that_breaks_off_gives_what_was_whole() {
        let whole = "[{\"a\":1},{\"b\":\"]\"},3]";
        for cut in 1..whole.len() {
            let (found, stop) = elements(&whole[..cut], 100);
            assert!(matches!(stop, Some(Stop::Truncated)), "{cut}: {stop:?}");
            let ends = [(8, "{\"a\":1}"), (18, "{\"b\":\"]\"}")];
            for (end, element) in ends {
                assert_eq!(found.contains(&element.to_owned()), cut >= end, "{cut}");
            }
        }
    }

    #[test]
    fn garbage_is_told_apart() {
        for text in ["[}", "[:1]", "[1,,]", "{}"] {
            let (_, stop) = elements(text, 100);
            assert!(matches!(stop, Some(Stop::Garbage)), "{text}: {stop:?}");
        }
        let cancel = Cancel::default();
        cancel.request();
        let mut outline = Outline::new("[1]".as_bytes(), cancel);
        assert!(matches!(outline.peek(), Err(Stop::Cancelled)));
    }
}
