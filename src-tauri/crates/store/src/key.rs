//! The key of the database and where it comes from.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use zeroize::{Zeroize, Zeroizing};

use crate::{StoreError, files};

/// Length of a key, in bytes.
const KEY_BYTES: usize = 32;

/// First line of a key file: says what the file is and how to read it.
const KEY_FILE_HEADER: &str = "llmos key 1";

/// A random 256-bit database key. Wiped from memory when dropped; never shown.
///
/// The copy that the database library makes of it while connecting is outside
/// our reach and is not wiped.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; KEY_BYTES]>);

impl Key {
    /// Takes a key over from whoever keeps it.
    #[must_use]
    pub fn from_bytes(mut bytes: [u8; KEY_BYTES]) -> Self {
        let key = Self(Zeroizing::new(bytes));
        bytes.zeroize();
        key
    }

    /// A new key from the operating system's random source.
    pub fn random() -> Result<Self, StoreError> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(key.as_mut_slice()).map_err(StoreError::from_random)?;
        Ok(Self(key))
    }

    pub(crate) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    pub(crate) fn to_hex(&self) -> Zeroizing<String> {
        to_hex(self.0.as_slice())
    }

    fn from_hex(text: &str) -> Option<Self> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        from_hex(text, key.as_mut_slice()).then_some(Self(key))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(hidden)")
    }
}

/// Keeps the key of one installation's database.
pub trait KeyProvider: Send + Sync {
    /// The key that was kept, or `None` when none ever was.
    fn load(&self) -> Result<Option<Key>, StoreError>;

    /// Makes a new key and keeps it; durable on return. The store calls this
    /// only when there is no key *and* no database, so a lost key is reported
    /// and never papered over with a new one.
    fn create(&self) -> Result<Key, StoreError>;
}

/// Keeps the key in a file beside the database, readable by this user only
/// (mode 0600).
///
/// What this protects: a copied or backed-up database without its key file, and
/// other users of the machine. What it does not: anyone who can read this user's
/// files has both.
#[derive(Debug, Clone)]
pub struct FileKeyProvider {
    path: PathBuf,
}

impl FileKeyProvider {
    /// A provider that keeps the key at `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// A provider with the usual file name in the store's directory.
    #[must_use]
    pub fn in_dir(dir: &Path) -> Self {
        Self::new(dir.join("llmos.key"))
    }
}

impl KeyProvider for FileKeyProvider {
    fn load(&self) -> Result<Option<Key>, StoreError> {
        let text = match fs::read(&self.path) {
            Ok(bytes) => Zeroizing::new(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::from_io(&self.path, error)),
        };
        // A restored backup may have opened the file to others. Not being able
        // to close it again (a read-only disk) is no reason to lock anyone out.
        if let Err(error) = files::make_private(&self.path) {
            tracing::warn!(%error, "the key file is readable by others");
        }
        let key = std::str::from_utf8(&text).ok().and_then(parse_key_file);
        key.map(Some).ok_or_else(|| StoreError::WrongKey {
            path: self.path.clone(),
        })
    }

    fn create(&self) -> Result<Key, StoreError> {
        if self.path.exists() {
            return Err(StoreError::WrongKey {
                path: self.path.clone(),
            });
        }
        let key = Key::random()?;
        let text = Zeroizing::new(format!("{KEY_FILE_HEADER}\n{}\n", key.to_hex().as_str()));
        files::write_atomically(&self.path, text.as_bytes())
            .map_err(|error| StoreError::from_write(&self.path, error))?;
        Ok(key)
    }
}

fn parse_key_file(text: &str) -> Option<Key> {
    let mut lines = text.lines();
    if lines.next()? != KEY_FILE_HEADER {
        return None;
    }
    let key = Key::from_hex(lines.next()?)?;
    lines.next().is_none().then_some(key)
}

/// Lower-case hexadecimal.
pub(crate) fn to_hex(bytes: &[u8]) -> Zeroizing<String> {
    // Full capacity at once: growing would leave unwiped copies behind.
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 2));
    for byte in bytes {
        for digit in [byte >> 4, byte & 0xf] {
            text.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
        }
    }
    text
}

/// Fills `out` from exactly as many hexadecimal digits as it needs.
pub(crate) fn from_hex(text: &str, out: &mut [u8]) -> bool {
    if text.len() != out.len() * 2 || !text.is_ascii() {
        return false;
    }
    for (byte, pair) in out.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let digit = |at: usize| pair.get(at).and_then(|d| char::from(*d).to_digit(16));
        let (Some(high), Some(low)) = (digit(0), digit(1)) else {
            return false;
        };
        *byte = u8::try_from(high << 4 | low).unwrap_or(0);
    }
    true
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failure here is the test failing")]
    use super::*;

    #[test]
    fn a_created_key_is_loaded_again_and_is_private() {
        let dir = tempfile::tempdir().unwrap();
        let keys = FileKeyProvider::in_dir(dir.path());
        assert!(keys.load().unwrap().is_none());
        let key = keys.create().unwrap();
        assert_eq!(keys.load().unwrap().unwrap().bytes(), key.bytes());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let path = dir.path().join("llmos.key");
            let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(), 0o600);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
            keys.load().unwrap();
            assert_eq!(mode(), 0o600, "access of others is taken away again");
        }
    }

    #[test]
    fn an_existing_key_is_never_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let keys = FileKeyProvider::in_dir(dir.path());
        let made = keys.create().unwrap();
        assert!(keys.create().is_err());
        assert_eq!(keys.load().unwrap().unwrap().bytes(), made.bytes());
    }

    #[test]
    fn a_file_that_is_no_key_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("llmos.key");
        let good = "0".repeat(64);
        for text in [
            String::new(),
            "llmos key 1\n".to_owned(),
            format!("llmos key 1\n{}\n", &good[1..]),
            format!("llmos key 1\n{good}0\n"),
            format!("llmos key 2\n{good}\n"),
            format!("llmos key 1\n{}g\n", &good[1..]),
            format!("llmos key 1\n{good}\n{good}\n"),
        ] {
            fs::write(&path, &text).unwrap();
            let error = FileKeyProvider::new(&path).load().unwrap_err();
            assert!(matches!(error, StoreError::WrongKey { .. }), "{text:?}");
        }
        fs::write(&path, [0xff, 0xfe]).unwrap();
        assert!(FileKeyProvider::new(&path).load().is_err());
    }

    #[test]
    fn a_key_does_not_show_itself() {
        let key = Key::from_bytes([0xab; 32]);
        assert!(!format!("{key:?}").contains("ab"));
        assert_eq!(key.to_hex().as_str(), "ab".repeat(32));
    }
}
