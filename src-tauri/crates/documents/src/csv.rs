//! Tables of values: a row of text for each record.

use crate::budget::Budget;
use crate::build::Builder;
use crate::error::DocumentError;

pub(crate) fn read(text: &str, budget: &Budget, build: &mut Builder) -> Result<(), DocumentError> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut left_out = 0;
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {
                let cells: Vec<&str> = record.iter().collect();
                build.push_row(budget, &cells)?;
            }
            Ok(false) => break,
            Err(_) => {
                left_out += 1;
                budget.check()?;
            }
        }
    }
    build.leave_out(left_out);
    Ok(())
}

/// Which of the usual separators the first lines have most of.
fn delimiter(text: &str) -> u8 {
    let start: String = text.lines().take(8).collect();
    let count = |separator: &u8| start.bytes().filter(|byte| byte == separator).count();
    [b',', b';', b'\t', b'|']
        .into_iter()
        .rev()
        .max_by_key(count)
        .unwrap_or(b',')
}
