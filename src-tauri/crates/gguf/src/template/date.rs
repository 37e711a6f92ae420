//! Dates for templates, written the way that C's `strftime` does.

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    year: u16,
    month: u8,
    day: u8,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

impl Date {
    /// Reads `YYYY-MM-DD`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        let year = parts.next()?.parse().ok()?;
        let month = parts.next()?.parse().ok()?;
        let day = parts.next()?.parse().ok()?;
        let valid = (1..=9999).contains(&year) && (1..=12).contains(&month);
        (valid && (1..=31).contains(&day)).then_some(Self { year, month, day })
    }

    /// Writes the date by `format`; the specifier that is not known, if there is
    /// one. The time of day, which a prompt has no use for, is midnight.
    pub(super) fn format(self, format: &str) -> Result<String, char> {
        let mut text = String::with_capacity(format.len() + 16);
        let mut characters = format.chars();
        while let Some(character) = characters.next() {
            if character != '%' {
                text.push(character);
                continue;
            }
            let mut specifier = characters.next().ok_or('%')?;
            // `%-d` leaves out the padding.
            let padded = specifier != '-';
            if !padded {
                specifier = characters.next().ok_or('-')?;
            }
            text.push_str(&self.field(specifier, padded).ok_or(specifier)?);
        }
        Ok(text)
    }

    fn field(self, specifier: char, padded: bool) -> Option<String> {
        let number = |value: u16, width: usize| {
            if padded {
                format!("{value:0width$}")
            } else {
                value.to_string()
            }
        };
        let month = MONTHS.get(usize::from(self.month) - 1)?;
        let weekday = DAYS[self.weekday()];
        Some(match specifier {
            'd' => number(self.day.into(), 2),
            'e' if padded => format!("{:2}", self.day),
            'e' => self.day.to_string(),
            'm' => number(self.month.into(), 2),
            'y' => number(self.year % 100, 2),
            'Y' => number(self.year, 4),
            'j' => number(self.day_of_year(), 3),
            'B' => (*month).to_owned(),
            'b' | 'h' => month[..3].to_owned(),
            'A' => weekday.to_owned(),
            'a' => weekday[..3].to_owned(),
            'F' => self.format("%Y-%m-%d").ok()?,
            'D' => self.format("%m/%d/%y").ok()?,
            'H' | 'M' | 'S' => number(0, 2),
            'I' => number(12, 2),
            'p' => "AM".to_owned(),
            'T' => "00:00:00".to_owned(),
            'R' => "00:00".to_owned(),
            '%' => "%".to_owned(),
            _ => return None,
        })
    }

    /// Days since Sunday, by Sakamoto's method.
    fn weekday(self) -> usize {
        const SHIFTS: [usize; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
        let month = usize::from(self.month);
        let year = usize::from(self.year) - usize::from(month < 3);
        (year + year / 4 - year / 100 + year / 400 + SHIFTS[month - 1] + usize::from(self.day)) % 7
    }

    fn day_of_year(self) -> u16 {
        const BEFORE: [u16; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
        let year = self.year;
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let leap_day = u16::from(leap && self.month > 2);
        BEFORE[usize::from(self.month) - 1] + leap_day + u16::from(self.day)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn writes_what_templates_ask_for() {
        let date = Date::parse("2024-07-26").unwrap();
        assert_eq!(date.format("%d %b %Y").unwrap(), "26 Jul 2024");
        assert_eq!(
            date.format("%A, %B %-d (%j) %y%%").unwrap(),
            "Friday, July 26 (208) 24%"
        );
        assert_eq!(
            Date::parse("2000-01-01").unwrap().format("%a %e").unwrap(),
            "Sat  1"
        );
        assert_eq!(
            Date::parse("2025-11-24").unwrap().format("%F %T").unwrap(),
            "2025-11-24 00:00:00"
        );
    }

    #[test]
    fn what_it_does_not_know_is_an_error_and_no_panic() {
        let date = Date::parse("2024-07-26").unwrap();
        for (format, unknown) in [("%!", '!'), ("%Q", 'Q'), ("%", '%'), ("%-", '-')] {
            assert_eq!(date.format(format), Err(unknown));
        }
        for text in ["", "2024", "2024-13-01", "2024-01-32", "0-1-1", "x-y-z"] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }
}
