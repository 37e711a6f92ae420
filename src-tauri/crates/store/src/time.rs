//! Points in time, as the database stores them.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// Milliseconds since the Unix epoch, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Milliseconds since the Unix epoch; zero for a time before it, which only
    /// a clock that was never set can show.
    pub(crate) fn unix_millis(self) -> u64 {
        u64::try_from(self.0).unwrap_or(0)
    }

    /// This time as part of a file name: `20261124T081448Z`, sortable and free
    /// of characters that a file system refuses.
    pub(crate) fn file_stamp(self) -> String {
        let seconds = self.0.div_euclid(1000);
        let (year, month, day) = civil_date(seconds.div_euclid(86_400));
        let of_day = seconds.rem_euclid(86_400);
        let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
    }
}

impl From<SystemTime> for Timestamp {
    /// A time outside the range of the type is clamped to its ends.
    fn from(time: SystemTime) -> Self {
        match time.duration_since(UNIX_EPOCH) {
            Ok(after) => Self(i64::try_from(after.as_millis()).unwrap_or(i64::MAX)),
            Err(before) => {
                Self(i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms))
            }
        }
    }
}

/// Year, month and day of a day count since 1970-01-01 in the proleptic
/// Gregorian calendar (the inverse of the usual days-from-civil formula: years
/// begin in March, so that the leap day comes last in its 400-year era).
fn civil_date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_stamps_are_utc_and_sortable() {
        assert_eq!(Timestamp(0).file_stamp(), "19700101T000000Z");
        assert_eq!(Timestamp(951_782_399_999).file_stamp(), "20000228T235959Z");
        assert_eq!(Timestamp(951_782_400_000).file_stamp(), "20000229T000000Z");
        assert_eq!(
            Timestamp(1_795_508_088_123).file_stamp(),
            "20261124T081448Z"
        );
        assert_eq!(Timestamp(-1).file_stamp(), "19691231T235959Z");
    }
}
