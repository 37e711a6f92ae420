//! Models in several files.

use std::fs;
use std::path::{Path, PathBuf};

use llmos_gguf::build::{GgufWriter, OwnedValue, part_name, sample_model, split_at};
use llmos_gguf::{
    ChatTemplate, GgufError, GgufErrorKind as Kind, GgufFile, ModelFile, TensorType, Tokenizer,
};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::support::{default_model, open_container};

/// The sample with data that differs from tensor to tensor.
fn sample() -> GgufFile {
    let plain = open_container(&sample_model().to_bytes().unwrap()).unwrap();
    let mut writer = sample_model();
    for (tensor, fill) in plain.tensors().iter().zip(1u8..) {
        let len = usize::try_from(tensor.byte_len()).unwrap();
        let data = vec![fill; len];
        writer.tensor(tensor.name(), tensor.shape(), tensor.tensor_type(), data);
    }
    open_container(&writer.to_bytes().unwrap()).unwrap()
}

/// Tensors of the sample.
const TENSORS: usize = 11;

/// A model in a folder of its own.
struct Split {
    folder: TempDir,
    count: u64,
}

impl Split {
    /// Writes what `change` makes of the sample's three parts, of which the first has
    /// no tensors.
    fn new(change: impl FnOnce(&mut [GgufWriter<'_>])) -> Self {
        let sample = sample();
        assert_eq!(sample.tensors().len(), TENSORS);
        let mut parts = split_at(&sample, &[0, 5]);
        change(&mut parts);
        Self::of(&parts)
    }

    fn of(parts: &[GgufWriter<'_>]) -> Self {
        let split = Self {
            folder: tempfile::tempdir().unwrap(),
            count: parts.len() as u64,
        };
        for (number, part) in (0..).zip(parts) {
            fs::write(split.path(number), part.to_bytes().unwrap()).unwrap();
        }
        split
    }

    fn path(&self, number: u64) -> PathBuf {
        let name = part_name("model", number, self.count);
        self.folder.path().join(name)
    }
}

/// Asserts that opening the part at `path` is refused as `kind`, with a message of one
/// line that holds all of `words`.
fn refused(path: &Path, kind: Kind, words: &[&str]) {
    let error = GgufFile::open(path).expect_err("a refusal");
    let message = error.to_string();
    assert_eq!(error.kind(), kind, "{message}");
    for word in words {
        assert!(message.contains(word), "{message:?} lacks {word:?}");
    }
    assert!(!message.contains('\n'), "{message:?}");
}

/// Asserts that what `change` makes of the parts is refused, whichever is opened.
fn all_refused(change: impl FnOnce(&mut [GgufWriter<'_>]), kind: Kind, words: &[&str]) {
    let split = Split::new(change);
    for number in 0..split.count {
        refused(&split.path(number), kind, words);
    }
}

/// Sets `key` in every part.
fn set_all(parts: &mut [GgufWriter<'_>], key: &str, value: impl Into<OwnedValue>) {
    let value = value.into();
    for part in parts {
        part.set(key, value.clone());
    }
}

fn assert_same(found: &GgufFile, expected: &GgufFile) {
    assert_eq!(found.tensors().len(), expected.tensors().len());
    for (found_tensor, tensor) in found.tensors().iter().zip(expected.tensors()) {
        assert_eq!(found_tensor.name(), tensor.name());
        assert_eq!(found_tensor.shape(), tensor.shape());
        let by_name = found.tensor(tensor.name()).unwrap();
        assert_eq!(by_name, found_tensor);
        assert!(found.tensor_bytes(by_name) == expected.tensor_bytes(tensor));
        found.release(by_name);
        assert!(found.tensor_bytes(by_name) == expected.tensor_bytes(tensor));
    }
    let text = |file: &GgufFile| -> Vec<_> {
        let entries = file.metadata();
        let own = entries.iter().filter(|(key, _)| !key.starts_with("split."));
        own.map(|(key, value)| format!("{key} {value:?}")).collect()
    };
    assert_eq!(text(found), text(expected));
}

#[test]
fn names_are_those_of_the_usual_tools() {
    assert_eq!(part_name("model", 0, 3), "model-00001-of-00003.gguf");
    assert_eq!(part_name("a-b", 1023, 1024), "a-b-01024-of-01024.gguf");
}

#[test]
fn any_part_opens_the_whole_model() {
    let sample = sample();
    for places in [&[0, 5][..], &[1], &[3, 3, 11], &[5, 6]] {
        let split = Split::of(&split_at(&sample, places));
        for number in 0..split.count {
            let path = split.path(number);
            let model = ModelFile::open(&path).unwrap();
            let file = model.gguf();
            assert_eq!(file.path(), path);
            assert_eq!(file.part_count(), places.len() + 1);
            assert_same(file, &sample);
            let on_disk = |number| fs::metadata(split.path(number)).unwrap().len();
            assert_eq!(file.len(), (0..split.count).map(on_disk).sum::<u64>());
            assert_eq!(model.params().quantisation, "F32");
            Tokenizer::from_gguf(file).unwrap();
        }
    }
}

#[test]
fn a_model_in_one_file_has_one_part_whatever_it_is_called() {
    let sample = sample();
    assert_eq!(sample.part_count(), 1);
    let only = split_at(&sample, &[]).remove(0);
    let file = open_container(&only.to_bytes().unwrap()).unwrap();
    assert_eq!(file.part_count(), 1);
    assert_same(&file, &sample);
}

#[test]
fn the_default_model_in_three_parts_is_the_same_model() {
    let whole = ModelFile::open(&default_model()).unwrap();
    let split = Split::of(&split_at(whole.gguf(), &[0, 100]));
    let parts = ModelFile::open(&split.path(1)).unwrap();
    assert_eq!(parts.params(), whole.params());
    assert_same(parts.gguf(), whole.gguf());
    let tokenizer = Tokenizer::from_gguf(parts.gguf()).unwrap();
    ChatTemplate::from_gguf(parts.gguf(), &tokenizer).unwrap();
}

#[test]
fn parts_may_differ_in_alignment() {
    let split = Split::new(|parts| {
        parts[2].set("general.alignment", 64u32);
    });
    assert_same(&GgufFile::open(&split.path(0)).unwrap(), &sample());
}

#[test]
fn a_model_that_lacks_a_tensor_is_no_model() {
    let split = Split::new(|parts| {
        parts[2].remove_tensor("blk.0.ffn_down.weight");
        set_all(parts, "split.tensors.count", 10i32);
    });
    let error = ModelFile::open(&split.path(0)).unwrap_err();
    assert_eq!(error.kind(), Kind::Invalid);
    assert!(error.to_string().contains("ffn_down"), "{error}");
}

#[test]
fn a_missing_part_is_named() {
    for missing in 0..3 {
        let split = Split::new(|_| {});
        fs::remove_file(split.path(missing)).unwrap();
        for number in (0..3).filter(|number| *number != missing) {
            let label = format!("part {} of 3 is missing", missing + 1);
            let name = part_name("model", missing, 3);
            refused(&split.path(number), Kind::Truncated, &[&label, &name]);
        }
        let error = GgufFile::open(&split.path(missing)).unwrap_err();
        assert_eq!(error.kind(), Kind::Missing);
    }
}

#[test]
fn a_file_that_is_no_part_of_this_model_is_named() {
    let sample = sample();
    let whole = sample_model().to_bytes().unwrap();
    let other = split_at(&sample, &[0, 5, 7])[1].to_bytes().unwrap();
    let fewer = {
        let mut part = split_at(&sample, &[0, 5]).remove(1);
        part.set("split.tensors.count", 10i32);
        part.to_bytes().unwrap()
    };
    let bytes = |number: u64| {
        let split = Split::new(|_| {});
        fs::read(split.path(number)).unwrap()
    };
    let part = bytes(1);
    for (second, kind, words) in [
        (&whole[..], Kind::Invalid, &["a model of its own"][..]),
        (&other, Kind::Invalid, &["part 2 of 4"]),
        (&fewer, Kind::Invalid, &["11 tensors", "10 tensors"]),
        (&bytes(0), Kind::Invalid, &["found part 1 of 3"]),
        (&bytes(2), Kind::Invalid, &["found part 3 of 3"]),
        (b"no model", Kind::Truncated, &["header"]),
        (&[b'x'; 64], Kind::Invalid, &["magic"]),
        (
            &part[..part.len() - 64],
            Kind::Truncated,
            &["data of tensor"],
        ),
        (&part[..40], Kind::Truncated, &[]),
    ] {
        let split = Split::new(|_| {});
        fs::write(split.path(1), second).unwrap();
        for number in [0, 2] {
            refused(&split.path(number), kind, words);
            refused(&split.path(number), kind, &["part 2 of 3"]);
        }
    }
    let split = Split::new(|_| {});
    fs::remove_file(split.path(2)).unwrap();
    fs::create_dir(split.path(2)).unwrap();
    refused(&split.path(0), Kind::Unreadable, &["00003-of-00003"]);
}

#[test]
fn numbers_that_parts_can_not_have() {
    for count in [1025, u64::MAX] {
        all_refused(
            |parts| set_all(parts, "split.count", count),
            Kind::TooLarge,
            &["number of parts", &count.to_string(), "1024"],
        );
    }
    // More than there are is told by the file's name.
    all_refused(
        |parts| set_all(parts, "split.count", 4u16),
        Kind::Invalid,
        &["name of the file", "-of-00004.gguf", "-of-00003.gguf"],
    );
    for key in ["split.no", "split.tensors.count"] {
        let without = |parts: &mut [GgufWriter<'_>]| {
            for part in parts {
                part.remove(key);
            }
        };
        all_refused(without, Kind::Invalid, &[key, "nothing"]);
        for value in [-1i32, i32::MAX] {
            all_refused(
                |parts| set_all(parts, key, value),
                Kind::Invalid,
                &[key, &value.to_string()],
            );
        }
    }
    let split = Split::new(|parts| {
        parts[1].set("split.no", 0u16);
    });
    refused(&split.path(0), Kind::Invalid, &["part 2 of 3", "part 1 of"]);
    refused(&split.path(1), Kind::Invalid, &["name", "00001-of-00003"]);
}

#[test]
fn tensors_that_are_there_twice_or_not_counted() {
    let bytes = vec![0; 32 * 4];
    let norm = "output_norm.weight";
    all_refused(
        |parts| {
            parts[2].tensor(norm, &[32], TensorType::F32, bytes.clone());
            set_all(parts, "split.tensors.count", 12i32);
        },
        Kind::Invalid,
        &[norm, "twice"],
    );
    all_refused(
        |parts| {
            parts[2].tensor("more", &[32], TensorType::F32, bytes.clone());
        },
        Kind::Invalid,
        &["split.tensors.count", "12", "found 11"],
    );
}

#[test]
fn a_part_must_be_called_what_it_is() {
    let split = Split::new(|_| {});
    for name in [
        "model.gguf",
        "model-00001-of-00003.GGUF",
        "model-1-of-3.gguf",
        "model-00001-of-00003.gguf.part",
        "model-00002-of-00003.gguf",
        "00001-of-00003.gguf",
        "mo\ndel\u{202e}.gguf",
    ] {
        let path = split.folder.path().join("elsewhere");
        fs::create_dir_all(&path).unwrap();
        let path = path.join(name);
        fs::copy(split.path(0), &path).unwrap();
        refused(&path, Kind::Invalid, &["name", "NAME-00001-of-00003.gguf"]);
    }
}

#[test]
fn folders_and_names_may_have_any_characters() {
    let split = Split::new(|_| {});
    for name in ["", "水 \"{}\" %s", "-00001-of-00003.gguf", "../model\\"] {
        let folder = split.folder.path().join("-00001-of-00003.gguf 水");
        fs::create_dir_all(&folder).unwrap();
        let name = name.replace(['/', '\\', '"'], "_");
        for number in 0..3 {
            let path = folder.join(part_name(&name, number, 3));
            fs::copy(split.path(number), path).unwrap();
        }
        let path = folder.join(part_name(&name, 2, 3));
        assert_eq!(GgufFile::open(&path).unwrap().part_count(), 3);
    }
}

#[cfg(unix)]
#[test]
fn a_folder_may_be_no_text_and_a_name_that_is_none_is_refused() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let split = Split::new(|_| {});
    let folder = split.folder.path().join(OsStr::from_bytes(b"\xff"));
    fs::create_dir(&folder).unwrap();
    for number in 0..3 {
        fs::copy(split.path(number), folder.join(part_name("m", number, 3))).unwrap();
    }
    let file = GgufFile::open(&folder.join(part_name("m", 1, 3))).unwrap();
    assert_eq!(file.part_count(), 3);
    let path = folder.join(OsStr::from_bytes(b"\xff-00001-of-00003.gguf"));
    fs::copy(split.path(0), &path).unwrap();
    refused(&path, Kind::Invalid, &["name", "\u{fffd}"]);
}

#[cfg(unix)]
#[test]
fn links_in_one_folder_to_files_elsewhere_are_parts() {
    let split = Split::new(|_| {});
    let folder = tempfile::tempdir().unwrap();
    for number in 0..3 {
        let blob = split.folder.path().join(format!("blob{number}"));
        fs::rename(split.path(number), &blob).unwrap();
        let link = folder.path().join(part_name("m", number, 3));
        std::os::unix::fs::symlink(&blob, link).unwrap();
    }
    let file = GgufFile::open(&folder.path().join(part_name("m", 1, 3))).unwrap();
    assert_same(&file, &sample());
}

#[test]
fn a_tensor_of_another_file_has_no_bytes_here() {
    let split = Split::new(|_| {});
    let parts = GgufFile::open(&split.path(0)).unwrap();
    let last = parts.tensors().last().unwrap();
    let small = open_container(&GgufWriter::new().to_bytes().unwrap()).unwrap();
    assert!(small.tensor_bytes(last).is_empty());
    small.release(last);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Whatever is wrong with one of the parts, nothing panics.
    #[test]
    fn damaged_parts(
        number in 0u64..3,
        opened in 0u64..3,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let split = Split::new(|_| {});
        let mut bytes = fs::read(split.path(number)).unwrap();
        let header = bytes.len().min(600);
        for (place, value) in changes {
            bytes[place.index(header)] = value;
        }
        fs::write(split.path(number), bytes).unwrap();
        let used = || -> Result<(), GgufError> {
            let file = GgufFile::open(&split.path(opened))?;
            for tensor in file.tensors() {
                assert_eq!(file.tensor_bytes(tensor).len() as u64, tensor.byte_len());
            }
            let model = ModelFile::from_gguf(file)?;
            Tokenizer::from_gguf(model.gguf()).map(|_| ())
        };
        let _ = used();
    }
}
