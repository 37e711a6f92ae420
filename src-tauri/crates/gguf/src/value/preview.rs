//! Values as one bounded line of text.

use std::fmt::{self, Write};

use crate::value::Value;

impl Value<'_> {
    /// One printable line of at most about `max` characters, whatever the value holds.
    #[must_use]
    pub fn preview(&self, max: usize) -> String {
        let mut line = Bounded {
            text: String::new(),
            left: max,
        };
        // Running out of room is the only error, and it leaves what fits.
        if self.write_to(&mut line).is_err() {
            line.text.push('…');
        }
        line.text
    }

    fn write_to(&self, line: &mut Bounded) -> fmt::Result {
        match *self {
            Self::U8(n) => write!(line, "{n}"),
            Self::I8(n) => write!(line, "{n}"),
            Self::U16(n) => write!(line, "{n}"),
            Self::I16(n) => write!(line, "{n}"),
            Self::U32(n) => write!(line, "{n}"),
            Self::I32(n) => write!(line, "{n}"),
            Self::F32(n) => write!(line, "{n}"),
            Self::U64(n) => write!(line, "{n}"),
            Self::I64(n) => write!(line, "{n}"),
            Self::F64(n) => write!(line, "{n}"),
            Self::Bool(truth) => write!(line, "{truth}"),
            Self::Str(text) => line.write_escaped(text),
            Self::Array(array) => {
                write!(line, "{array:?} ")?;
                for (index, element) in array.iter().enumerate() {
                    line.write_str(if index == 0 { "" } else { ", " })?;
                    element.write_to(line)?;
                }
                Ok(())
            }
        }
    }
}

/// A writer that stops, with an error, once `left` characters are used up.
struct Bounded {
    text: String,
    left: usize,
}

impl Bounded {
    fn write_escaped(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            // Quotes need no escape here, unlike in `char::escape_debug`.
            if matches!(character, '"' | '\'') {
                self.write_char(character)?;
            } else {
                write!(self, "{}", character.escape_debug())?;
            }
        }
        Ok(())
    }
}

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            self.left = self.left.checked_sub(1).ok_or(fmt::Error)?;
            self.text.push(character);
        }
        Ok(())
    }
}
