//! The arithmetic of inference: quantised matrix products, attention, norms.
//!
//! [`Compute`] is where to begin: it holds the threads and the instruction set, and
//! its methods are the operations. [`Matrix`] is a matrix of weights repacked for
//! them, [`Activations`] what it is multiplied with, [`KvCache`] what attention
//! looks back at. The faces are safe: shapes are checked before a kernel runs, and
//! a [`Level`] can only be had where the processor has its instructions.
//!
//! This is the one crate of the project with unsafe code. There are three reasons
//! for it, and each block says which is its: vector instructions and the pointers
//! they load from, threads that write to different parts of one buffer, and
//! aligned memory.

#![allow(
    unsafe_code,
    reason = "vector instructions, shared buffers, aligned memory"
)]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "quants are small numbers that change their type in every line"
)]
#![allow(
    clippy::inline_always,
    reason = "a kernel's pieces must end up in the function that has the instruction set"
)]
#![allow(
    clippy::wildcard_imports,
    reason = "intrinsics come by the dozen and their names say where from"
)]
#![allow(
    clippy::cast_ptr_alignment,
    reason = "vector loads and stores take any alignment; the rest goes unaligned"
)]
#![allow(
    clippy::missing_safety_doc,
    reason = "the promises of a kernel's helpers are those of the kernel"
)]

mod activations;
mod attention;
mod buffer;
mod cache;
mod compute;
mod dequantise;
mod dot;
mod feed_forward;
mod float;
mod lanes;
mod level;
mod matrix;
mod pool;
mod product;
mod rotary;
mod rows;
mod tile;
mod weight_type;

pub use activations::{Activations, Forms};
pub use attention::{Attention, Scoring};
pub use buffer::{Buffer, OutOfMemory};
pub use cache::{Heads, KvCache, KvType, UnknownKvType};
pub use compute::Compute;
pub use dequantise::dequantise;
pub use feed_forward::Gate;
pub use float::{bf16_to_f32, f16_to_f32, f32_to_bf16, f32_to_f16};
pub use level::{Level, UnknownLevel};
pub use matrix::{Matrix, MatrixError};
pub use product::{Product, Write};
pub use rotary::{HeadNorms, Pairing, Rotation};
pub use weight_type::WeightType;
