//! A matrix of weights, repacked for computing.

use crate::buffer::{Buffer, OutOfMemory};
use crate::compute::{Compute, Parts};
use crate::pool::Turns;
use crate::tile::{self, Layout, ROWS};
use crate::weight_type::WeightType;

/// A matrix of `rows` × `columns` weights in tiles (`tile.rs` says how).
#[derive(Debug)]
pub struct Matrix {
    weight_type: WeightType,
    rows: usize,
    columns: usize,
    tiles: Buffer<u8>,
}

/// What can't be made into a [`Matrix`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MatrixError {
    /// There is no memory for it.
    #[error(transparent)]
    OutOfMemory(#[from] OutOfMemory),
    /// The data is not that of such a matrix.
    #[error("{rows} rows of {columns} {weight_type} values are not {bytes} bytes")]
    Shape {
        /// The type.
        weight_type: WeightType,
        /// Rows that were said.
        rows: usize,
        /// Columns that were said.
        columns: usize,
        /// Bytes that came.
        bytes: usize,
    },
}

impl Matrix {
    /// Repacks `data`, the rows one after the other as they are in the file, on
    /// all threads.
    pub fn repack(
        compute: &mut Compute,
        weight_type: WeightType,
        rows: usize,
        columns: usize,
        data: &[u8],
    ) -> Result<Self, MatrixError> {
        let shape = MatrixError::Shape {
            weight_type,
            rows,
            columns,
            bytes: data.len(),
        };
        let row_bytes = weight_type.row_bytes(columns).ok_or(shape)?;
        if row_bytes == 0 || rows == 0 || Some(data.len()) != row_bytes.checked_mul(rows) {
            return Err(shape);
        }
        let tile_bytes = Layout::of(weight_type).tile(columns);
        let tile_count = rows.div_ceil(ROWS);
        let len = tile_bytes.checked_mul(tile_count).ok_or(shape)?;
        let mut tiles = Buffer::zeroed(len)?;
        tiles.ask_for_large_pages();
        let parts = Parts::of(&mut tiles);
        let turns = Turns::new(tile_count, 4);
        compute.pool.run(&|_| {
            while let Some(turn) = turns.take() {
                for index in turn {
                    let start = index * ROWS * row_bytes;
                    let end = (start + ROWS * row_bytes).min(data.len());
                    let mut of_tile = [&[][..]; ROWS];
                    let rows = data[start..end].chunks_exact(row_bytes);
                    let count = rows.len();
                    of_tile
                        .iter_mut()
                        .zip(rows)
                        .for_each(|(slot, row)| *slot = row);
                    // SAFETY: each tile is one thread's, and lies in the buffer.
                    let tile = unsafe {
                        std::slice::from_raw_parts_mut(parts.at(index * tile_bytes), tile_bytes)
                    };
                    tile::repack(weight_type, columns, &of_tile[..count], tile);
                }
            }
        });
        Ok(Self {
            weight_type,
            rows,
            columns,
            tiles,
        })
    }

    /// Bytes that a repacked matrix takes.
    #[must_use]
    pub fn memory(weight_type: WeightType, rows: usize, columns: usize) -> u64 {
        Layout::of(weight_type).tile(columns) as u64 * rows.div_ceil(ROWS) as u64
    }

    /// The storage type.
    #[must_use]
    pub fn weight_type(&self) -> WeightType {
        self.weight_type
    }

    /// Values that go out.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Values that come in.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Number of tiles.
    pub(crate) fn tile_count(&self) -> usize {
        self.rows.div_ceil(ROWS)
    }

    /// Tile `index`.
    pub(crate) fn tile(&self, index: usize) -> &[u8] {
        let bytes = Layout::of(self.weight_type).tile(self.columns);
        &self.tiles[index * bytes..(index + 1) * bytes]
    }
}
