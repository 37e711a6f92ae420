//! Files that are wrong in one way each: hostile, broken or merely odd.
//!
//! Each is refused with an error that says what was expected and what came; none
//! costs memory or time by the numbers it claims.

use llmos_gguf::{GgufError, GgufErrorKind as Kind, GgufFile, limits};

use crate::support::open_container;

/// A file put together field by field, without any of the writer's checks.
struct Raw {
    magic: [u8; 4],
    version: u32,
    tensor_count: Option<u64>,
    entry_count: Option<u64>,
    entries: Vec<Vec<u8>>,
    tensors: Vec<Vec<u8>>,
    data: usize,
}

impl Raw {
    fn new() -> Self {
        Self {
            magic: *b"GGUF",
            version: 3,
            tensor_count: None,
            entry_count: None,
            entries: Vec::new(),
            tensors: Vec::new(),
            data: 0,
        }
    }

    fn entry(mut self, key: &str, kind: u32, value: &[u8]) -> Self {
        self.entries.push(entry(key, kind, value));
        self
    }

    fn tensor(mut self, name: &str, dimensions: &[u64], kind: u32, offset: u64) -> Self {
        self.tensors.push(tensor(name, dimensions, kind, offset));
        self
    }

    /// Bytes after the header.
    fn data(mut self, len: usize) -> Self {
        self.data = len;
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.magic.to_vec();
        bytes.extend(self.version.to_le_bytes());
        let tensors = self.tensor_count.unwrap_or(self.tensors.len() as u64);
        bytes.extend(tensors.to_le_bytes());
        let entries = self.entry_count.unwrap_or(self.entries.len() as u64);
        bytes.extend(entries.to_le_bytes());
        bytes.extend(self.entries.concat());
        bytes.extend(self.tensors.concat());
        bytes.resize(bytes.len().next_multiple_of(32) + self.data, 0);
        bytes
    }

    fn open(&self) -> Result<GgufFile, GgufError> {
        open_container(&self.bytes())
    }

    /// Asserts that the file is refused as `kind` with a message that holds all of `parts`.
    fn refused(&self, kind: Kind, parts: &[&str]) {
        refused(&self.bytes(), kind, parts);
    }
}

fn refused(bytes: &[u8], kind: Kind, parts: &[&str]) {
    let error = open_container(bytes).expect_err("a refusal");
    let message = error.to_string();
    assert_eq!(error.kind(), kind, "{message}");
    for part in parts {
        assert!(message.contains(part), "{message:?} lacks {part:?}");
    }
    assert!(
        !message.contains('\n') && message.len() < 400,
        "{message:?}"
    );
}

fn string(text: &[u8]) -> Vec<u8> {
    let mut bytes = (text.len() as u64).to_le_bytes().to_vec();
    bytes.extend(text);
    bytes
}

fn entry(key: &str, kind: u32, value: &[u8]) -> Vec<u8> {
    let mut bytes = string(key.as_bytes());
    bytes.extend(kind.to_le_bytes());
    bytes.extend(value);
    bytes
}

fn tensor(name: &str, dimensions: &[u64], kind: u32, offset: u64) -> Vec<u8> {
    let mut bytes = string(name.as_bytes());
    bytes.extend(u32::try_from(dimensions.len()).unwrap().to_le_bytes());
    for dimension in dimensions {
        bytes.extend(dimension.to_le_bytes());
    }
    bytes.extend(kind.to_le_bytes());
    bytes.extend(offset.to_le_bytes());
    bytes
}

fn array(element: u32, count: u64, values: &[u8]) -> Vec<u8> {
    let mut bytes = element.to_le_bytes().to_vec();
    bytes.extend(count.to_le_bytes());
    bytes.extend(values);
    bytes
}

const U8: u32 = 0;
const U32: u32 = 4;
const F32: u32 = 6;
const BOOL: u32 = 7;
const STRING: u32 = 8;
const ARRAY: u32 = 9;
const F64: u32 = 12;

#[test]
fn magic_and_version() {
    let with = |magic: &[u8; 4], version| Raw {
        magic: *magic,
        version,
        ..Raw::new()
    };
    with(b"GGUF", 2).open().unwrap();
    with(b"GGUF", 3).open().unwrap();
    with(b"GGML", 3).refused(Kind::Invalid, &["magic", "\"GGUF\"", "\"GGML\""]);
    with(b"FUGG", 3).refused(Kind::Invalid, &["magic"]);
    with(b"PK\x03\x04", 3).refused(Kind::Invalid, &["PK\\x03\\x04"]);
    with(b"GGUF", 1).refused(Kind::Unsupported, &["version 1", "2 and 3"]);
    with(b"GGUF", 4).refused(Kind::Unsupported, &["version 4"]);
    with(b"GGUF", 3 << 24).refused(Kind::Unsupported, &["big-endian version 3"]);
}

#[test]
fn too_small_a_file() {
    for len in [0, 1, 4, 23] {
        let bytes = &Raw::new().bytes()[..len];
        refused(bytes, Kind::Truncated, &["24", &len.to_string()]);
    }
    open_container(&Raw::new().bytes()[..24]).unwrap();
}

#[test]
fn too_large_a_file() {
    let file = crate::support::file(b"GGUF");
    // Sparse: takes no space. Some file systems can't hold such a file at all.
    if let Err(error) = file.as_file().set_len(limits::MAX_FILE_LEN + 1) {
        eprintln!("skipped: no file this large here: {error}");
        return;
    }
    let error = GgufFile::open(file.path()).unwrap_err();
    assert_eq!(error.kind(), Kind::TooLarge);
}

#[test]
fn counts_beyond_limit_or_file() {
    let counts = |entries, tensors| Raw {
        entry_count: Some(entries),
        tensor_count: Some(tensors),
        ..Raw::new()
    };
    counts(limits::MAX_METADATA_ENTRIES + 1, 0).refused(Kind::TooLarge, &["4097", "4096"]);
    counts(u64::MAX, 0).refused(Kind::TooLarge, &["metadata entries"]);
    counts(0, limits::MAX_TENSORS + 1).refused(Kind::TooLarge, &["65537", "65536"]);
    counts(0, u64::MAX).refused(Kind::TooLarge, &["tensors"]);
    // Allowed as numbers, but the file has no room for them.
    counts(4_000, 0).refused(Kind::Truncated, &["4000 metadata entries"]);
    counts(0, 60_000).refused(Kind::Truncated, &["60000 tensors"]);
}

#[test]
fn key_lengths_beyond_the_file() {
    for claimed in [64u64 << 30, 1 << 40, u64::MAX] {
        let mut raw = Raw::new().entry("k", U32, &[0; 4]);
        raw.entries[0][..8].copy_from_slice(&claimed.to_le_bytes());
        raw.refused(Kind::Truncated, &["metadata key 0", &claimed.to_string()]);
    }
}

#[test]
fn key_length_beyond_the_limit() {
    let long = "k".repeat(usize::try_from(limits::MAX_KEY_LEN).unwrap());
    Raw::new().entry(&long, U32, &[0; 4]).open().unwrap();
    Raw::new()
        .entry(&(long + "k"), U32, &[0; 4])
        .refused(Kind::TooLarge, &["65536", "65535"]);
}

#[test]
fn keys_of_the_wrong_letters() {
    for key in ["", "a b", "käse", "a\nb", "a/b", "a\0"] {
        Raw::new()
            .entry(key, U32, &[0; 4])
            .refused(Kind::Invalid, &["metadata key 0", "letters"]);
    }
    let mut raw = Raw::new().entry("k", U32, &[0; 4]);
    raw.entries[0][8] = 0xFF;
    raw.refused(Kind::Invalid, &["UTF-8"]);
}

#[test]
fn a_key_twice() {
    Raw::new()
        .entry("a.b", U32, &[1, 0, 0, 0])
        .entry("a.b", U32, &[2, 0, 0, 0])
        .refused(Kind::Invalid, &["\"a.b\"", "twice"]);
}

#[test]
fn unknown_value_types() {
    for kind in [13, 255, u32::MAX] {
        Raw::new()
            .entry("k", kind, &[0; 64])
            .refused(Kind::Invalid, &["value type", &kind.to_string()]);
        Raw::new()
            .entry("k", ARRAY, &array(kind, 1, &[0; 64]))
            .refused(Kind::Invalid, &["value type", &kind.to_string()]);
    }
}

#[test]
fn strings_that_are_too_long_or_not_text() {
    let limit = usize::try_from(limits::MAX_STRING_LEN).unwrap();
    let of = |len| string(&vec![b'x'; len]);
    Raw::new().entry("k", STRING, &of(limit)).open().unwrap();
    Raw::new()
        .entry("k", STRING, &of(limit + 1))
        .refused(Kind::TooLarge, &["1048577", "1048576"]);
    Raw::new()
        .entry("k", STRING, &u64::MAX.to_le_bytes())
        .refused(Kind::Truncated, &["metadata \"k\""]);
    for bytes in [&b"\xFF"[..], b"ab\xC3", b"\xED\xA0\x80", b"\xC0\x80"] {
        Raw::new()
            .entry("k", STRING, &string(bytes))
            .refused(Kind::Invalid, &["UTF-8"]);
    }
}

#[test]
fn arrays_longer_than_file_or_limit() {
    for count in [1 << 36, u64::MAX] {
        for element in [U8, U32, STRING] {
            Raw::new()
                .entry("k", ARRAY, &array(element, count, &[0; 64]))
                .refused(Kind::Truncated, &["metadata \"k\"", &count.to_string()]);
        }
    }
    let limit = usize::try_from(limits::MAX_ARRAY_LEN).unwrap();
    let of = |len: usize| array(U8, len as u64, &vec![0; len]);
    Raw::new().entry("k", ARRAY, &of(limit)).open().unwrap();
    Raw::new()
        .entry("k", ARRAY, &of(limit + 1))
        .refused(Kind::TooLarge, &["1048577", "1048576"]);
}

#[test]
fn nested_arrays() {
    // 200,000 levels, each an array of one array.
    let mut bytes = array(ARRAY, 1, &[]).repeat(200_000);
    bytes.extend(array(U8, 0, &[]));
    Raw::new()
        .entry("k", ARRAY, &bytes)
        .refused(Kind::Invalid, &["an array of arrays"]);
    Raw::new()
        .entry("k", ARRAY, &array(ARRAY, 1, &array(U8, 1, &[0])))
        .refused(Kind::Invalid, &["an array of arrays"]);
}

#[test]
fn truth_values_are_0_or_1() {
    for truth in [0, 1] {
        Raw::new().entry("k", BOOL, &[truth]).open().unwrap();
    }
    Raw::new()
        .entry("k", BOOL, &[2])
        .refused(Kind::Invalid, &["0 or 1", "found 2"]);
    Raw::new()
        .entry("k", ARRAY, &array(BOOL, 3, &[0, 1, 7]))
        .refused(Kind::Invalid, &["found 7"]);
}

#[test]
fn floats_are_finite() {
    for number in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        Raw::new()
            .entry("k", F32, &number.to_le_bytes())
            .refused(Kind::Invalid, &["finite"]);
        Raw::new()
            .entry("k", F64, &f64::from(number).to_le_bytes())
            .refused(Kind::Invalid, &["finite"]);
        Raw::new()
            .entry("k", ARRAY, &array(F32, 1, &number.to_le_bytes()))
            .refused(Kind::Invalid, &["finite"]);
    }
}

#[test]
fn dimensions() {
    let of = |dimensions: &[u64]| Raw::new().tensor("t", dimensions, 0, 0).data(32);
    of(&[4]).open().unwrap();
    of(&[2, 2, 1, 1]).open().unwrap();
    of(&[]).refused(Kind::Invalid, &["dimensions", "1 to 4", "found 0"]);
    of(&[1; 5]).refused(Kind::Invalid, &["dimensions", "found 5"]);
    of(&[4, 0]).refused(Kind::Invalid, &["[4, 0]"]);
    let mut raw = of(&[4]);
    // The number of dimensions follows the name's length and its one letter.
    raw.tensors[0][9..13].copy_from_slice(&u32::MAX.to_le_bytes());
    raw.refused(Kind::Invalid, &["4294967295"]);
}

#[test]
fn sizes_that_wrap() {
    let of = |dimensions: &[u64]| Raw::new().tensor("t", dimensions, 0, 0).data(64);
    of(&[1 << 32, 1 << 32]).refused(Kind::Invalid, &["64 bits"]);
    of(&[1 << 62]).refused(Kind::Invalid, &["64 bits"]);
    of(&[1 << 16; 4]).refused(Kind::Invalid, &["64 bits"]);
    of(&[1 << 38]).refused(Kind::Truncated, &["1099511627776", "64"]);
}

#[test]
fn rows_of_part_blocks() {
    Raw::new().tensor("t", &[64], 3, 0).data(64).open().unwrap();
    Raw::new()
        .tensor("t", &[48, 2], 3, 0)
        .data(64)
        .refused(Kind::Invalid, &["Q4_1", "32", "[48, 2]"]);
    Raw::new()
        .tensor("t", &[128, 2], 12, 0)
        .data(256)
        .refused(Kind::Invalid, &["Q4_K", "256"]);
}

#[test]
fn unknown_tensor_types() {
    for kind in [4, 5, 31, 36, 38, 99, u32::MAX] {
        Raw::new()
            .tensor("t", &[256], kind, 0)
            .data(2048)
            .refused(Kind::Unsupported, &["tensor \"t\"", &kind.to_string()]);
    }
}

#[test]
fn alignment() {
    let of = |alignment: u32| Raw::new().entry("general.alignment", U32, &alignment.to_le_bytes());
    for good in [8, 32, 4096] {
        assert_eq!(of(good).open().unwrap().alignment(), u64::from(good));
    }
    assert_eq!(Raw::new().open().unwrap().alignment(), 32);
    for bad in [0, 1, 3, 4, 24, 8192, u32::MAX] {
        of(bad).refused(Kind::Invalid, &["power of two", &bad.to_string()]);
    }
    Raw::new()
        .entry("general.alignment", STRING, &string(b"32"))
        .refused(Kind::Invalid, &["integer", "string 32"]);
}

#[test]
fn offsets() {
    let two = |first, second, data| {
        Raw::new()
            .tensor("a", &[8], 0, first)
            .tensor("b", &[8], 0, second)
            .data(data)
    };
    two(0, 32, 64).open().unwrap();
    two(0, 40, 72).refused(Kind::Invalid, &["tensor \"b\"", "multiple of 32", "40"]);
    two(0, 0, 64).refused(Kind::Invalid, &["tensor \"b\"", "at least 32"]);
    two(32, 0, 64).refused(Kind::Invalid, &["tensor \"b\"", "at least 64"]);
    two(0, 64, 64).refused(Kind::Truncated, &["tensor \"b\"", "32"]);
    two(0, u64::MAX - 31, 64).refused(Kind::Truncated, &["tensor \"b\""]);
}

#[test]
fn tensors_beyond_the_file() {
    // "Bleeding Llama": a shape larger than the data behind it.
    Raw::new()
        .tensor("t", &[1024, 1024], 0, 0)
        .data(64)
        .refused(Kind::Truncated, &["4194304", "64"]);
    Raw::new()
        .tensor("t", &[9], 0, 0)
        .data(32)
        .refused(Kind::Truncated, &["36", "32"]);
}

#[test]
fn bytes_after_the_last_tensor() {
    let of = |data| Raw::new().tensor("t", &[8], 0, 0).data(data);
    of(32).open().unwrap();
    of(64).open().unwrap();
    of(65).refused(Kind::Invalid, &["after the last tensor", "33 bytes"]);
    Raw::new()
        .data(1000)
        .refused(Kind::Invalid, &["1000 bytes"]);
}

#[test]
fn tensor_names() {
    let of = |name: &str| Raw::new().tensor(name, &[8], 0, 0).data(32);
    of(&"n".repeat(64)).open().unwrap();
    of(&"n".repeat(65)).refused(Kind::TooLarge, &["65", "64"]);
    of("").refused(Kind::Invalid, &["printable"]);
    of("a\nb").refused(Kind::Invalid, &["\\n"]);
    Raw::new()
        .tensor("same", &[8], 0, 0)
        .tensor("same", &[8], 0, 32)
        .data(64)
        .refused(Kind::Invalid, &["\"same\"", "twice"]);
}

#[test]
fn every_cut_of_a_good_file_is_refused() {
    let whole = Raw::new()
        .entry("text", STRING, &string(b"hello"))
        .entry(
            "list",
            ARRAY,
            &array(STRING, 2, &[string(b"a"), string(b"b")].concat()),
        )
        .entry("flag", BOOL, &[1])
        .tensor("t", &[8], 0, 0)
        .data(32)
        .bytes();
    open_container(&whole).unwrap();
    for len in 0..whole.len() {
        let error = open_container(&whole[..len]).expect_err("a cut file");
        assert_eq!(error.kind(), Kind::Truncated, "{len} bytes: {error}");
    }
}

#[test]
fn paths_that_are_no_readable_file() {
    let folder = tempfile::tempdir().unwrap();
    let error = GgufFile::open(&folder.path().join("no-such.gguf")).unwrap_err();
    assert_eq!(error.kind(), Kind::Missing);
    let error = GgufFile::open(folder.path()).unwrap_err();
    assert_eq!(error.kind(), Kind::Unreadable);
}
