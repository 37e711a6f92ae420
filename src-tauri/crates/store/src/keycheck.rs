//! Tells a wrong key from a damaged database.
//!
//! To the cipher the two look alike: the first page does not authenticate. So a
//! small file beside the database holds a random salt and
//! SHA-256("llmos key check 1" ‖ salt ‖ key). The key has 256 random bits, so the
//! digest gives nothing away and needs no slow hash. It is bound to no byte of
//! the database, so damage there does not touch it.
//!
//! The file is written after the database's first commit. It therefore also says
//! that the database once held data, which makes a file of length zero damage
//! and not a fresh start.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::key::{Key, from_hex, to_hex};
use crate::{StoreError, files};

const HEADER: &str = "llmos key check 1";
const SALT_BYTES: usize = 16;
const DIGEST_BYTES: usize = 32;

/// What the key check beside a database says about a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyCheck {
    /// This key wrote the database.
    Matches,
    /// Another key wrote the database.
    Differs,
    /// There is no check, or it can't be read: nothing is known.
    Absent,
}

/// Compares `key` with the check at `path`.
pub(crate) fn compare(path: &Path, key: &Key) -> KeyCheck {
    let Some((salt, digest)) = fs::read_to_string(path).ok().and_then(|text| parse(&text)) else {
        return KeyCheck::Absent;
    };
    // Not in constant time: whoever can time this can read the key file.
    if digest_of(&salt, key) == digest {
        KeyCheck::Matches
    } else {
        KeyCheck::Differs
    }
}

/// Records that `key` is the right one; durable on return.
pub(crate) fn write(path: &Path, key: &Key) -> Result<(), StoreError> {
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(StoreError::from_random)?;
    let digest = digest_of(&salt, key);
    let text = format!(
        "{HEADER}\n{}\n{}\n",
        to_hex(&salt).as_str(),
        to_hex(&digest).as_str()
    );
    files::write_atomically(path, text.as_bytes())
        .map_err(|error| StoreError::from_write(path, error))
}

fn parse(text: &str) -> Option<([u8; SALT_BYTES], [u8; DIGEST_BYTES])> {
    let mut lines = text.lines();
    if lines.next()? != HEADER {
        return None;
    }
    let (mut salt, mut digest) = ([0; SALT_BYTES], [0; DIGEST_BYTES]);
    let whole = from_hex(lines.next()?, &mut salt) && from_hex(lines.next()?, &mut digest);
    whole.then_some((salt, digest))
}

fn digest_of(salt: &[u8], key: &Key) -> [u8; DIGEST_BYTES] {
    let mut hash = Sha256::new();
    hash.update(HEADER);
    hash.update(salt);
    hash.update(key.bytes());
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failure here is the test failing")]
    use super::*;

    #[test]
    fn a_check_knows_its_key_and_only_its_key() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("check");
        let (right, wrong) = (Key::from_bytes([1; 32]), Key::from_bytes([2; 32]));
        assert_eq!(compare(&path, &right), KeyCheck::Absent);
        write(&path, &right).unwrap();
        assert_eq!(compare(&path, &right), KeyCheck::Matches);
        assert_eq!(compare(&path, &wrong), KeyCheck::Differs);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, &text[..text.len() - 5]).unwrap();
        assert_eq!(compare(&path, &right), KeyCheck::Absent);
    }
}
