//! Models in several files.

use crate::build::GgufWriter;
use crate::file::{COUNT_KEY, GgufFile, NUMBER_KEY, TENSORS_KEY};

/// The parts of a model that is split in front of the tensors at these places, which
/// ascend: one part more than there are places, to be written under the names that
/// [`part_name`](crate::build::part_name) gives. The first has the metadata.
#[must_use]
pub fn split_at<'d>(file: &'d GgufFile, places: &[usize]) -> Vec<GgufWriter<'d>> {
    let tensors = file.tensors();
    let count = places.len() + 1;
    let ends = places.iter().copied().chain([tensors.len()]);
    let mut start = 0;
    let mut parts = Vec::with_capacity(count);
    for (number, end) in ends.enumerate() {
        let mut part = GgufWriter::new();
        if number == 0 {
            for (key, value) in file.metadata().iter() {
                part.set(key, value);
            }
        }
        // A model has at most 65536 tensors.
        part.set(NUMBER_KEY, u16::try_from(number).unwrap_or(u16::MAX))
            .set(COUNT_KEY, u16::try_from(count).unwrap_or(u16::MAX))
            .set(
                TENSORS_KEY,
                i32::try_from(tensors.len()).unwrap_or(i32::MAX),
            );
        for tensor in tensors.get(start..end).unwrap_or_default() {
            part.tensor(
                tensor.name(),
                tensor.shape(),
                tensor.tensor_type(),
                file.tensor_bytes(tensor),
            );
        }
        parts.push(part);
        start = end;
    }
    parts
}
