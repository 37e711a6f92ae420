//! Bounds on what a model file may ask of us.
//!
//! Each is well above what real models use and well below what would hurt. They
//! are checked before anything is allocated or walked.

/// Largest model, in bytes, whether in one file or in several. Files are mapped, so
/// this may exceed the memory.
pub const MAX_FILE_LEN: u64 = 1 << 40;
/// Smallest file: magic, version and the two counts.
pub const MIN_FILE_LEN: u64 = 24;
/// Metadata entries in one file.
pub const MAX_METADATA_ENTRIES: u64 = 4_096;
/// Files that a model may be split into.
pub const MAX_PARTS: u64 = 1_024;
/// Tensors of a model.
pub const MAX_TENSORS: u64 = 65_536;
/// Bytes in a metadata key (the format's own limit).
pub const MAX_KEY_LEN: u64 = 65_535;
/// Bytes in one string value.
pub const MAX_STRING_LEN: u64 = 1 << 20;
/// Elements in one array; the largest real ones have one a vocabulary entry or merge.
pub const MAX_ARRAY_LEN: u64 = 1 << 20;
/// Bytes in a tensor's name, as in the reference implementation.
pub const MAX_TENSOR_NAME_LEN: u64 = 64;
/// Dimensions of a tensor.
pub const MAX_DIMENSIONS: u32 = 4;
/// Alignment of tensor data: a power of two from the first to the second.
pub const ALIGNMENT_RANGE: (u64, u64) = (8, 4_096);
/// Alignment when the file names none.
pub const DEFAULT_ALIGNMENT: u64 = 32;
/// Bytes of a chat template.
pub const MAX_TEMPLATE_LEN: u64 = 256 << 10;
/// Transformer blocks of a model.
pub const MAX_BLOCKS: u64 = 256;
/// Width of a model's residual stream, from the first to the second.
pub const EMBEDDING_RANGE: (u64, u64) = (32, 32_768);
/// Attention heads a block.
pub const MAX_HEADS: u64 = 256;
/// Widest attention head.
pub const MAX_HEAD_LEN: u64 = 1_024;
/// Widest feed-forward layer.
pub const MAX_FEED_FORWARD: u64 = 1 << 20;
/// Experts a layer of a mixture-of-experts model.
pub const MAX_EXPERTS: u64 = 1_024;
/// Longest context, in tokens, that a model may claim.
pub const MAX_CONTEXT: u64 = 1 << 20;
/// Control and user-defined tokens of one vocabulary, and the bytes of their texts.
pub const MAX_SPECIAL_TOKENS: usize = 65_536;
/// Bytes of all special tokens' texts together.
pub const MAX_SPECIAL_BYTES: usize = 1 << 20;
