//! The layout in which weights are kept for computing, and the way there.
//!
//! A *tile* holds 16 rows. Along the columns it is cut into *superblocks*: 64
//! values of a type with blocks of 32 (the last one padded with zeros), 256 of a
//! K type. A superblock begins with a header (scales and minima) and goes on with
//! the quants of its blocks of 32 columns, each block in up to three planes:
//!
//! * **nibbles**, 256 bytes: byte `64·j + 4·r + i`, `j` from 0 to 3, holds the low
//!   four bits of row `r`'s values `4·j + i` (low half) and `4·j + i + 16`;
//!   or, for 8-bit types, **bytes**, 512 of them: the same with `j` from 0 to 7
//!   and a value each;
//! * **pairs**, 128 bytes: byte `64·v + 4·r + i` holds two bits of the values
//!   `4·(4·v + t) + i`, `t` from 0 to 3, the first in its lowest bits;
//! * **bits**, 64 bytes: bit `4·r + i` of the `j`-th 64-bit number belongs to value
//!   `4·j + i`.
//!
//! So one vector load gives four neighbouring values of each of the 16 rows, which
//! is what the byte-wise dot products of all instruction sets take, and each row
//! has a lane of its own in the sums. Values are unsigned; where a type's are
//! signed, what they are too large by comes back through the minimum.
//!
//! Float types have no blocks: column after column, the values of the 16 rows.

use crate::dequantise::{half_of_e8m0, q3_k_scales};
use crate::float::{bf16_to_f32, f16_to_f32, f32_to_bf16};
use crate::weight_type::WeightType;

/// Rows in a tile.
pub(crate) const ROWS: usize = 16;

/// Columns in a block.
pub(crate) const BLOCK: usize = 32;

/// Where the parts of a superblock are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    /// Values of a row in a superblock.
    pub len: usize,
    /// Bytes before the first block.
    pub header: usize,
    /// Bytes of a block: its planes one after the other.
    pub block: usize,
    /// Which planes: bytes of each.
    pub nibbles: usize,
    pub bytes: usize,
    pub pairs: usize,
    pub bits: usize,
}

impl Layout {
    /// The layout of a type.
    pub(crate) const fn of(weight_type: WeightType) -> Self {
        use WeightType as T;
        let (len, header) = match weight_type {
            T::F32 => return Self::of_floats(4),
            T::F16 | T::BF16 => return Self::of_floats(2),
            T::Q4_0 | T::Q5_0 | T::Q8_0 | T::IQ4_NL | T::MXFP4 => (64, 64),
            T::Q4_1 | T::Q5_1 => (64, 128),
            T::Q4_K | T::Q5_K => (256, 256),
            T::Q2_K | T::Q3_K | T::Q6_K => (256, 320),
        };
        let nibbles = match weight_type {
            T::Q8_0 | T::Q2_K | T::Q3_K => 0,
            _ => 256,
        };
        let bytes = if matches!(weight_type, T::Q8_0) {
            512
        } else {
            0
        };
        let pairs = match weight_type {
            T::Q2_K | T::Q3_K | T::Q6_K => 128,
            _ => 0,
        };
        let bits = match weight_type {
            T::Q5_0 | T::Q5_1 | T::Q3_K | T::Q5_K => 64,
            _ => 0,
        };
        Self {
            len,
            header,
            block: nibbles + bytes + pairs + bits,
            nibbles,
            bytes,
            pairs,
            bits,
        }
    }

    const fn of_floats(size: usize) -> Self {
        Self {
            len: 1,
            header: 0,
            block: size * ROWS,
            nibbles: 0,
            bytes: 0,
            pairs: 0,
            bits: 0,
        }
    }

    /// Blocks in a superblock.
    pub(crate) const fn blocks(self) -> usize {
        self.len.div_ceil(BLOCK)
    }

    /// Bytes of a superblock.
    pub(crate) const fn superblock(self) -> usize {
        self.header + self.blocks() * self.block
    }

    /// Bytes of a tile of `columns` columns.
    pub(crate) const fn tile(self, columns: usize) -> usize {
        columns.div_ceil(self.len) * self.superblock()
    }
}

/// Repacks up to 16 rows of `columns` values each, as they are in the file, into
/// a tile. Rows that are not there become zeros. `tile` must be zero before.
///
/// # Panics
/// When the lengths don't belong together.
pub(crate) fn repack(weight_type: WeightType, columns: usize, rows: &[&[u8]], tile: &mut [u8]) {
    let layout = Layout::of(weight_type);
    assert_eq!(tile.len(), layout.tile(columns), "bytes of a tile");
    assert!(rows.len() <= ROWS, "{} rows in a tile", rows.len());
    let row_bytes = weight_type.row_bytes(columns);
    assert!(
        rows.iter().all(|row| Some(row.len()) == row_bytes),
        "rows of {columns} values"
    );
    if weight_type.is_float() {
        repack_floats(weight_type.block_bytes(), rows, tile);
        return;
    }
    let from = weight_type.block_bytes();
    let blocks_from = layout.len / weight_type.block_len();
    for (at, superblock) in tile.chunks_exact_mut(layout.superblock()).enumerate() {
        let (header, blocks) = superblock.split_at_mut(layout.header);
        for (row, bytes) in rows.iter().enumerate() {
            for part in 0..blocks_from {
                let start = (at * blocks_from + part) * from;
                // The padding of the last superblock has no bytes in the file.
                if let Some(bytes) = bytes.get(start..start + from) {
                    repack_header(weight_type, bytes, row, part, header);
                }
            }
        }
        for (b, block) in blocks.chunks_exact_mut(layout.block).enumerate() {
            let (part, within) = (b * BLOCK / weight_type.block_len(), b % 8);
            let start = (at * blocks_from + part) * from;
            for (row, bytes) in rows.iter().enumerate() {
                let Some(bytes) = bytes.get(start..start + from) else {
                    continue;
                };
                match as_in_file(weight_type) {
                    Some(skipped) => copy_nibbles(&bytes[skipped..], row, block),
                    None => write_row(layout, unpack(weight_type, bytes, within), row, block),
                }
            }
        }
    }
}

fn repack_floats(size: usize, rows: &[&[u8]], tile: &mut [u8]) {
    for (column, values) in tile.chunks_exact_mut(size * ROWS).enumerate() {
        for (row, value) in rows.iter().zip(values.chunks_exact_mut(size)) {
            value.copy_from_slice(&row[column * size..(column + 1) * size]);
        }
    }
}

/// Writes the scales of one block of the file for one row. `part` counts the
/// file's blocks in a superblock.
fn repack_header(
    weight_type: WeightType,
    block: &[u8],
    row: usize,
    part: usize,
    header: &mut [u8],
) {
    use WeightType as T;
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    let scale = 2 * (part * ROWS + row);
    match weight_type {
        T::Q4_0 | T::Q5_0 | T::Q8_0 | T::IQ4_NL => put(scale, &block[..2]),
        T::Q4_1 | T::Q5_1 => {
            put(scale, &block[..2]);
            put(64 + scale, &block[2..4]);
        }
        T::MXFP4 => put(scale, &f32_to_bf16(half_of_e8m0(block[0])).to_le_bytes()),
        T::Q4_K | T::Q5_K => {
            put(2 * row, &block[..2]);
            put(32 + 2 * row, &block[2..4]);
            for word in 0..3 {
                put(64 + 64 * word + 4 * row, &block[4 + 4 * word..8 + 4 * word]);
            }
        }
        T::Q6_K => {
            for (s, scale) in block[192..208].iter().enumerate() {
                put(16 * s + row, &[*scale]);
            }
            put(256 + 2 * row, &block[208..210]);
        }
        T::Q3_K => {
            for (s, scale) in q3_k_scales(&block[96..108]).iter().enumerate() {
                put(16 * s + row, &scale.to_le_bytes());
            }
            put(256 + 2 * row, &block[108..110]);
        }
        T::Q2_K => {
            for (s, both) in block[..16].iter().enumerate() {
                put(16 * s + row, &[*both]);
            }
            put(256 + 2 * row, &block[80..82]);
            put(288 + 2 * row, &block[82..84]);
        }
        T::F32 | T::F16 | T::BF16 => {}
    }
}

const LOW_4: u32 = 0x0f0f_0f0f;
const LOW_2: u32 = 0x0303_0303;
const LOW_1: u32 = 0x0101_0101;

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Where the quants begin in a block of the file whose bytes hold the values `k` and
/// `k + 16`, as a tile's nibbles do; `None` for all other types.
const fn as_in_file(weight_type: WeightType) -> Option<usize> {
    use WeightType as T;
    match weight_type {
        T::MXFP4 => Some(1),
        T::Q4_0 | T::IQ4_NL => Some(2),
        T::Q4_1 => Some(4),
        _ => None,
    }
}

/// Spreads a row's 16 bytes of nibbles over a block, four by four.
fn copy_nibbles(quants: &[u8], row: usize, block: &mut [u8]) {
    for (j, four) in quants.as_chunks::<4>().0.iter().enumerate() {
        let at = 64 * j + 4 * row;
        block[at..at + 4].copy_from_slice(four);
    }
}

/// The 32 values of block `within` of one block of the file, four to a word.
fn unpack(weight_type: WeightType, block: &[u8], within: usize) -> [u32; 8] {
    use WeightType as T;
    match weight_type {
        T::Q5_0 => with_fifth_bits(nibbles(&block[6..22]), word(block, 2)),
        T::Q5_1 => with_fifth_bits(nibbles(&block[8..24]), word(block, 4)),
        T::Q8_0 => std::array::from_fn(|j| word(block, 2 + 4 * j) ^ 0x8080_8080),
        T::Q4_K | T::Q5_K => {
            let quants = if weight_type == T::Q4_K { 16 } else { 48 };
            std::array::from_fn(|j| {
                let low =
                    word(block, quants + within / 2 * 32 + 4 * j) >> (4 * (within % 2)) & LOW_4;
                if weight_type == T::Q4_K {
                    low
                } else {
                    low | (word(block, 16 + 4 * j) >> within & LOW_1) << 4
                }
            })
        }
        T::Q6_K => std::array::from_fn(|j| {
            // The 32 values begin at 32 · within of 256.
            let (half, quarter) = (within / 4, within % 4);
            let low = word(block, half * 64 + quarter % 2 * 32 + 4 * j) >> (4 * (quarter / 2));
            low & LOW_4 | (two_bits(&block[128..192], within, j)) << 4
        }),
        T::Q3_K => std::array::from_fn(|j| {
            let third = word(block, 4 * j) >> within & LOW_1;
            two_bits(&block[32..96], within, j) | third << 2
        }),
        T::Q2_K => std::array::from_fn(|j| two_bits(&block[16..80], within, j)),
        // Copied as they are, or floats.
        T::Q4_0 | T::Q4_1 | T::IQ4_NL | T::MXFP4 | T::F32 | T::F16 | T::BF16 => [0; 8],
    }
}

fn nibbles(quants: &[u8]) -> [u32; 8] {
    std::array::from_fn(|j| word(quants, 4 * (j % 4)) >> (4 * (j / 4)) & LOW_4)
}

/// Bit `4·j + i` of `fifth` becomes bit 4 of byte `i` of word `j`.
fn with_fifth_bits(words: [u32; 8], fifth: u32) -> [u32; 8] {
    std::array::from_fn(|j| {
        let four = fifth >> (4 * j) & 15;
        words[j] | (four.wrapping_mul(0x0020_4081) & LOW_1) << 4
    })
}

fn two_bits(bytes: &[u8], within: usize, j: usize) -> u32 {
    word(bytes, within / 4 * 32 + 4 * j) >> (2 * (within % 4)) & LOW_2
}

/// Writes a row's 32 values into the planes of a block.
fn write_row(layout: Layout, words: [u32; 8], row: usize, block: &mut [u8]) {
    let mut put = |at: usize, word: u32| {
        block[at..at + 4].copy_from_slice(&word.to_le_bytes());
    };
    let at = |j: usize| 64 * j + 4 * row;
    if layout.nibbles > 0 {
        for j in 0..4 {
            put(at(j), words[j] & LOW_4 | (words[j + 4] & LOW_4) << 4);
        }
    }
    if layout.bytes > 0 {
        for (j, word) in words.iter().enumerate() {
            put(at(j), *word);
        }
    }
    let mut from = layout.nibbles + layout.bytes;
    // What the planes before don't hold of a value.
    let shift = if layout.nibbles > 0 { 4 } else { 0 };
    if layout.pairs > 0 {
        for v in 0..2 {
            let four = words[4 * v..4 * v + 4].iter().enumerate();
            let packed = four.fold(0, |packed, (t, word)| {
                packed | (word >> shift & LOW_2) << (2 * t)
            });
            put(from + at(v), packed);
        }
        from += layout.pairs;
    }
    if layout.bits > 0 {
        let shift = if layout.pairs > 0 { shift + 2 } else { shift };
        for (j, word) in words.iter().enumerate() {
            let spread = word >> shift & LOW_1;
            let four = (spread | spread >> 7 | spread >> 14 | spread >> 21) as u8 & 15;
            block[from + 8 * j + row / 2] |= four << (4 * (row % 2));
        }
    }
}

/// A block of a tile, unpacked: what the portable kernels compute with and the
/// vector kernels are tested against.
#[derive(Debug, Clone)]
pub(crate) struct UnpackedBlock {
    /// Row by row, unsigned.
    pub quants: [[u8; BLOCK]; ROWS],
    /// For each half of 16 values and each row.
    pub scales: [[f32; ROWS]; 2],
    /// What is added to scale × quant.
    pub minima: [[f32; ROWS]; 2],
}

impl UnpackedBlock {
    /// Reads block `b` of a superblock.
    pub(crate) fn read(weight_type: WeightType, superblock: &[u8], b: usize) -> Self {
        let layout = Layout::of(weight_type);
        let (header, blocks) = superblock.split_at(layout.header);
        let block = &blocks[b * layout.block..(b + 1) * layout.block];
        let mut unpacked = Self {
            quants: [[0; BLOCK]; ROWS],
            scales: [[0.0; ROWS]; 2],
            minima: [[0.0; ROWS]; 2],
        };
        for row in 0..ROWS {
            for k in 0..BLOCK {
                unpacked.quants[row][k] = quant(weight_type, layout, block, row, k);
            }
            for half in 0..2 {
                let (scale, minimum) = scale_and_minimum(weight_type, header, row, b, half);
                unpacked.scales[half][row] = scale;
                unpacked.minima[half][row] = minimum;
            }
        }
        unpacked
    }
}

/// Value `k` of a row in a block.
fn quant(weight_type: WeightType, layout: Layout, block: &[u8], row: usize, k: usize) -> u8 {
    let (j, i) = (k / 4, k % 4);
    let lane = 4 * row + i;
    let mut value = 0;
    let mut from = 0;
    let mut shift = 0;
    if layout.nibbles > 0 {
        value = block[64 * (j % 4) + lane] >> (4 * (j / 4)) & 15;
        (from, shift) = (layout.nibbles, 4);
    }
    if layout.bytes > 0 {
        value = block[64 * j + lane];
        from = layout.bytes;
    }
    if layout.pairs > 0 {
        value |= (block[from + 64 * (j / 4) + lane] >> (2 * (j % 4)) & 3) << shift;
        (from, shift) = (from + layout.pairs, shift + 2);
    }
    if layout.bits > 0 {
        value |= (block[from + 8 * j + lane / 8] >> (lane % 8) & 1) << shift;
    }
    match weight_type {
        WeightType::IQ4_NL => IQ4_NL_UNSIGNED[usize::from(value)],
        WeightType::MXFP4 => MXFP4_UNSIGNED[usize::from(value)],
        _ => value,
    }
}

/// The values of `IQ4_NL`, 128 too large.
pub(crate) const IQ4_NL_UNSIGNED: [u8; 16] = [
    1, 24, 45, 63, 79, 93, 106, 118, 129, 141, 153, 166, 181, 197, 217, 241,
];

/// The doubled values of `MXFP4`, 12 too large.
pub(crate) const MXFP4_UNSIGNED: [u8; 16] =
    [12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0];

/// What the unsigned values of a type are too large by; 0 where the minimum is
/// stored.
pub(crate) const fn excess(weight_type: WeightType) -> f32 {
    match weight_type {
        WeightType::Q4_0 => 8.0,
        WeightType::Q5_0 => 16.0,
        WeightType::Q8_0 | WeightType::IQ4_NL => 128.0,
        WeightType::Q3_K => 4.0,
        WeightType::Q6_K => 32.0,
        WeightType::MXFP4 => 12.0,
        _ => 0.0,
    }
}

/// Scale and minimum of half `half` of block `b` of a row, from the header.
fn scale_and_minimum(
    weight_type: WeightType,
    header: &[u8],
    row: usize,
    b: usize,
    half: usize,
) -> (f32, f32) {
    use WeightType as T;
    let u16_at = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
    let f16_at = |at: usize| f16_to_f32(u16_at(at));
    let minus_excess = |scale: f32| (scale, -excess(weight_type) * scale);
    let s = 16 * (2 * b + half) + row;
    match weight_type {
        T::Q4_0 | T::Q5_0 | T::Q8_0 | T::IQ4_NL => minus_excess(f16_at(2 * (ROWS * b + row))),
        T::MXFP4 => minus_excess(bf16_to_f32(u16_at(2 * (ROWS * b + row)))),
        T::Q4_1 | T::Q5_1 => {
            let at = 2 * (ROWS * b + row);
            (f16_at(at), f16_at(64 + at))
        }
        T::Q4_K | T::Q5_K => {
            let bytes: [u8; 12] =
                std::array::from_fn(|n| header[64 + 64 * (n / 4) + 4 * row + n % 4]);
            let (scale, minimum) = crate::dequantise::q4_k_scale_and_minimum(&bytes, b);
            (
                f16_at(2 * row) * f32::from(scale),
                -f16_at(32 + 2 * row) * f32::from(minimum),
            )
        }
        T::Q3_K | T::Q6_K => minus_excess(f16_at(256 + 2 * row) * f32::from(header[s] as i8)),
        T::Q2_K => (
            f16_at(256 + 2 * row) * f32::from(header[s] & 15),
            -f16_at(288 + 2 * row) * f32::from(header[s] >> 4),
        ),
        T::F32 | T::F16 | T::BF16 => (0.0, 0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dequantise::{IQ4_NL_VALUES, MXFP4_VALUES};

    #[test]
    fn tables_are_the_values_plus_their_excess() {
        for q in 0..16 {
            assert_eq!(
                i16::from(IQ4_NL_UNSIGNED[q]),
                i16::from(IQ4_NL_VALUES[q]) + 128
            );
            assert_eq!(
                i16::from(MXFP4_UNSIGNED[q]),
                i16::from(MXFP4_VALUES[q]) + 12
            );
        }
    }

    #[test]
    fn superblocks_are_whole_cache_lines() {
        for weight_type in WeightType::ALL {
            let bytes = Layout::of(weight_type).superblock();
            assert!(
                bytes.is_multiple_of(64) || weight_type.is_float(),
                "{weight_type}: {bytes}"
            );
        }
        assert_eq!(Layout::of(WeightType::Q4_0).superblock(), 576);
        assert_eq!(Layout::of(WeightType::Q4_K).superblock(), 144 * 16);
    }
}
