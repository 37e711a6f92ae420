//! What the assistant knows of the person's place: the language of the window
//! and the offset of their clock. Told by the shell, since nothing here looks.

use llmos_store::Timestamp;
use time::{OffsetDateTime, UtcOffset, Weekday};

/// The languages of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

/// Language and clock of the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Locale {
    /// The language of the window.
    pub language: Language,
    /// Minutes by which the person's clock is ahead of UTC.
    pub utc_offset_minutes: i32,
}

impl Locale {
    /// A moment on the person's clock. An offset or a time that no clock shows
    /// counts as UTC, or as the beginning of the Unix epoch.
    fn moment(self, at: Timestamp) -> OffsetDateTime {
        let seconds = at.0.div_euclid(1000);
        let utc =
            OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let offset = self
            .utc_offset_minutes
            .checked_mul(60)
            .and_then(|seconds| UtcOffset::from_whole_seconds(seconds).ok());
        utc.checked_to_offset(offset.unwrap_or(UtcOffset::UTC))
            .unwrap_or(utc)
    }

    /// The day as people write it: `28 November 2026`, `2026年11月28日`.
    #[must_use]
    pub fn date(self, at: Timestamp) -> String {
        let now = self.moment(at);
        match self.language {
            Language::English => format!("{} {} {}", now.day(), now.month(), now.year()),
            Language::Chinese => {
                format!("{}年{}月{}日", now.year(), u8::from(now.month()), now.day())
            }
        }
    }

    /// Hours and minutes: `14:05`.
    #[must_use]
    pub fn time(self, at: Timestamp) -> String {
        let now = self.moment(at);
        format!("{:02}:{:02}", now.hour(), now.minute())
    }

    /// The day of the week: `Saturday`, `星期六`.
    #[must_use]
    pub fn weekday(self, at: Timestamp) -> String {
        let day = self.moment(at).weekday();
        match self.language {
            Language::English => day.to_string(),
            Language::Chinese => match day {
                Weekday::Monday => "星期一",
                Weekday::Tuesday => "星期二",
                Weekday::Wednesday => "星期三",
                Weekday::Thursday => "星期四",
                Weekday::Friday => "星期五",
                Weekday::Saturday => "星期六",
                Weekday::Sunday => "星期日",
            }
            .to_owned(),
        }
    }

    /// The language's own name.
    #[must_use]
    pub fn language_name(self) -> &'static str {
        match self.language {
            Language::English => "English",
            Language::Chinese => "简体中文",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Saturday 28 November 2026, 23:30:00 UTC.
    const LATE: Timestamp = Timestamp(1_795_908_600_000);

    fn at(language: Language, minutes: i32) -> Locale {
        Locale {
            language,
            utc_offset_minutes: minutes,
        }
    }

    #[test]
    fn a_moment_reads_as_on_the_person_s_clock() {
        let london = at(Language::English, 0);
        assert_eq!(london.date(LATE), "28 November 2026");
        assert_eq!(london.weekday(LATE), "Saturday");
        assert_eq!(london.time(LATE), "23:30");
        // Half past seven on the next morning.
        let hangzhou = at(Language::Chinese, 480);
        assert_eq!(hangzhou.date(LATE), "2026年11月29日");
        assert_eq!(hangzhou.weekday(LATE), "星期日");
        assert_eq!(hangzhou.time(LATE), "07:30");
    }

    #[test]
    fn what_no_clock_shows_is_no_panic() {
        for minutes in [i32::MIN, -100_000, 100_000, i32::MAX] {
            assert_eq!(at(Language::English, minutes).time(LATE), "23:30");
        }
        for time in [i64::MIN, i64::MAX] {
            let date = at(Language::English, 600).date(Timestamp(time));
            assert_eq!(date, "1 January 1970");
        }
    }
}
