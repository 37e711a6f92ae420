//! Times as other apps write them, and as a file for people shows them.

use llmos_store::Timestamp;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Above this a number of time is in milliseconds: as seconds it would be in the
/// year 5138.
const MILLIS_ABOVE: f64 = 1e11;

/// A time in any of the spellings that exports use: seconds (with a fraction) or
/// milliseconds since the Unix epoch, or RFC 3339. `None` for anything else.
pub(super) fn timestamp(value: Option<&Value>) -> Option<Timestamp> {
    match value? {
        Value::Number(number) => {
            let number = number.as_f64().filter(|number| *number >= 0.0)?;
            let millis = if number > MILLIS_ABOVE {
                number
            } else {
                number * 1000.0
            };
            #[expect(
                clippy::cast_possible_truncation,
                reason = "saturates, and what is far off is held back by `within`"
            )]
            Some(Timestamp(millis.round() as i64))
        }
        Value::String(text) => {
            let time = OffsetDateTime::parse(text.trim(), &Rfc3339).ok()?;
            let millis = time.unix_timestamp_nanos().div_euclid(1_000_000);
            Some(Timestamp(i64::try_from(millis).ok()?))
        }
        _ => None,
    }
}

/// A time that has been: no export knows the future, and a conversation that did
/// would stay on top of the list for ever.
pub(super) fn within(time: Timestamp, now: Timestamp) -> Timestamp {
    Timestamp(time.0.clamp(0, now.0.max(0)))
}

/// A day, `2026-03-18`, in UTC.
pub(super) fn day(time: Timestamp) -> String {
    match OffsetDateTime::from_unix_timestamp(time.0.div_euclid(1000)) {
        Ok(time) => {
            let (year, month, day) = time.to_calendar_date();
            format!("{year:04}-{:02}-{day:02}", u8::from(month))
        }
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_spelling_of_a_time_is_understood() {
        let read = |value: Value| timestamp(Some(&value)).map(|time| time.0);
        assert_eq!(read(json!(1_679_323_200)), Some(1_679_323_200_000));
        assert_eq!(read(json!(1_679_323_200.25)), Some(1_679_323_200_250));
        assert_eq!(read(json!(1_679_323_200_250_i64)), Some(1_679_323_200_250));
        assert_eq!(
            read(json!("2023-03-20T14:40:00.250123Z")),
            Some(1_679_323_200_250)
        );
        assert_eq!(
            read(json!("2023-03-20T15:40:00+01:00")),
            Some(1_679_323_200_000)
        );
        for odd in [
            json!(null),
            json!(-5),
            json!("yesterday"),
            json!([]),
            json!(""),
        ] {
            assert_eq!(read(odd), None);
        }
        assert_eq!(read(json!(1e300)), Some(i64::MAX));
        assert_eq!(timestamp(None), None);
    }

    #[test]
    fn times_that_can_t_be_are_held_back() {
        let now = Timestamp(1000);
        assert_eq!(within(Timestamp(i64::MAX), now), now);
        assert_eq!(within(Timestamp(-1), now), Timestamp(0));
        assert_eq!(within(Timestamp(5), now), Timestamp(5));
    }

    #[test]
    fn days_are_written_the_same_everywhere() {
        assert_eq!(day(Timestamp(1_679_323_200_000)), "2023-03-20");
        assert_eq!(day(Timestamp(i64::MAX)), "");
    }
}
