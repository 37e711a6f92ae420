//! Reading a good file.

use llmos_gguf::build::{GgufWriter, OwnedValue};
use llmos_gguf::{GgufErrorKind, TensorType, Value, ValueType};

use crate::support::open_container;

fn open(writer: &GgufWriter<'_>) -> llmos_gguf::GgufFile {
    open_container(&writer.to_bytes().unwrap()).unwrap()
}

#[test]
fn metadata_comes_back_in_order_and_by_key() {
    let mut writer = GgufWriter::new();
    writer
        .set("z.u8", 1u8)
        .set("y.i64", -5i64)
        .set("x.f32", 1.5f32)
        .set("w.flag", true)
        .set("v.text", "héllo")
        .set("u.list", vec!["a", "", "c"])
        .set("t.numbers", vec![1i32, -2, 3]);
    let file = open(&writer);
    let metadata = file.metadata();
    let keys: Vec<_> = metadata.iter().map(|(key, _)| key).collect();
    assert_eq!(
        keys,
        [
            "z.u8",
            "y.i64",
            "x.f32",
            "w.flag",
            "v.text",
            "u.list",
            "t.numbers"
        ]
    );
    assert_eq!(metadata.len(), 7);
    assert_eq!(metadata.get("y.i64"), Some(Value::I64(-5)));
    assert_eq!(metadata.get("no.such"), None);
    assert_eq!(metadata.u32("z.u8").unwrap(), Some(1));
    assert_eq!(metadata.f32("x.f32").unwrap(), Some(1.5));
    assert_eq!(metadata.bool("w.flag").unwrap(), Some(true));
    assert_eq!(metadata.str("v.text").unwrap(), Some("héllo"));
    let list = metadata.array("u.list").unwrap().unwrap();
    assert_eq!(list.strings().unwrap().collect::<Vec<_>>(), ["a", "", "c"]);
    assert!(list.integers().is_none());
    let numbers = metadata.array("t.numbers").unwrap().unwrap();
    assert_eq!(numbers.integers().unwrap().collect::<Vec<_>>(), [1, -2, 3]);
}

#[test]
fn a_wrong_type_is_an_error_and_absence_is_not() {
    let mut writer = GgufWriter::new();
    writer
        .set("text", "1")
        .set("negative", -1i32)
        .set("large", 1u64 << 40);
    let file = open(&writer);
    let metadata = file.metadata();
    assert_eq!(metadata.u32("absent").unwrap(), None);
    let error = metadata.u32("text").unwrap_err();
    assert_eq!(error.kind(), GgufErrorKind::Invalid);
    assert_eq!(
        error.to_string(),
        "metadata \"text\": expected a non-negative 32-bit integer, found string 1"
    );
    metadata.u64("negative").unwrap_err();
    metadata.u32("large").unwrap_err();
    assert_eq!(metadata.u64("large").unwrap(), Some(1 << 40));
    metadata.str("large").unwrap_err();
}

#[test]
fn tensors_come_back_with_shape_type_and_bytes() {
    let mut writer = GgufWriter::new();
    writer
        .set("general.alignment", 64u32)
        .tensor("first", &[3], TensorType::I8, vec![1, 2, 3])
        .tensor("second", &[32, 2], TensorType::Q8_0, vec![7; 68]);
    let file = open(&writer);
    assert_eq!(file.tensors().len(), 2);
    let second = file.tensor("second").unwrap();
    assert_eq!(second.shape(), [32, 2]);
    assert_eq!(second.tensor_type().name(), "Q8_0");
    assert_eq!(second.offset(), 64);
    assert_eq!(second.byte_len(), 68);
    assert_eq!(second.elements(), 64);
    assert_eq!(file.tensor_bytes(second), [7; 68]);
    assert_eq!(file.tensor_bytes(file.tensor("first").unwrap()), [1, 2, 3]);
    assert!(file.tensor("third").is_none());
    assert_eq!(file.data_offset() % 64, 0);
}

#[test]
fn a_preview_is_one_bounded_printable_line() {
    let mut writer = GgufWriter::new();
    writer
        .set("text", "a\n\u{1b}[31m\"quoted\" it's".to_owned())
        .set("long", "x".repeat(100_000))
        .set("list", vec!["one", "two", "three"])
        .set("numbers", (0..100_000u32).collect::<Vec<_>>())
        .set("empty", OwnedValue::Array(ValueType::F32, Vec::new()));
    let file = open(&writer);
    let preview = |key, max| file.metadata().get(key).unwrap().preview(max);
    assert_eq!(preview("text", 80), "a\\n\\u{1b}[31m\"quoted\" it's");
    assert_eq!(preview("long", 10), "xxxxxxxxxx…");
    assert_eq!(preview("list", 80), "string[3] one, two, three");
    assert_eq!(preview("list", 14), "string[3] one,…");
    assert!(preview("numbers", 40).starts_with("u32[100000] 0, 1, 2"));
    assert_eq!(preview("numbers", 40).chars().count(), 41);
    assert_eq!(preview("empty", 80), "f32[0] ");
}
