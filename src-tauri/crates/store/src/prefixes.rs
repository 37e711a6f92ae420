//! Saved states of models after the beginning of a conversation, so that one that is
//! opened again need not be read again from its first word.
//!
//! A cache, and treated as one: each conversation has at most one file, in a folder
//! beside the database, and every file may be missing, old or damaged without anybody
//! noticing more than a wait. It is derived from what people wrote, so it is encrypted
//! with a key made from the database's, and goes when its conversation goes.
//!
//! A file is, in this order: eight bytes that say what it is, the id of the state
//! (`state_id` below), and two sealed boxes, tokens and state. A box is a nonce, the
//! length of its content, the content encrypted with XChaCha20-Poly1305, and the tag.
//! Everything before a box is authenticated with it, and so is the conversation.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{Tag, XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};

use crate::key::{Key, to_hex};
use crate::{ConversationId, Store, StoreError, Timestamp, files};

const MAGIC: &[u8; 8] = b"llmoskv1";
const ID_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
const ENDING: &str = "kv";
/// What is being written; left over where the app died.
const UNFINISHED: &str = "new";

/// The state of a model after some tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct Prefix {
    /// The tokens.
    pub tokens: Vec<u32>,
    /// The state, in the form of whoever made it.
    pub state: Vec<u8>,
}

/// Where the files are, and what opens them.
#[derive(Clone)]
pub(crate) struct PrefixFiles {
    folder: PathBuf,
    cipher: XChaCha20Poly1305,
    /// Makes names that say nothing about the conversation.
    names: Sha256,
}

impl std::fmt::Debug for PrefixFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PrefixFiles")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

impl PrefixFiles {
    pub(crate) fn new(folder: PathBuf, key: &Key) -> Self {
        let derived = |purpose: &str| {
            Sha256::new()
                .chain_update(purpose)
                .chain_update(key.bytes())
        };
        let cipher = derived("llmos prefix content 1").finalize();
        Self {
            folder,
            cipher: XChaCha20Poly1305::new(&cipher),
            names: derived("llmos prefix name 1"),
        }
    }

    fn path(&self, conversation: &ConversationId) -> PathBuf {
        let digest = self.names.clone().chain_update(conversation.as_str());
        let name = to_hex(&digest.finalize()[..16]);
        self.folder.join(name.as_str()).with_extension(ENDING)
    }

    fn remove(&self, conversation: &ConversationId) {
        remove(&self.path(conversation));
    }

    /// Writes a file, and then removes the ones used longest ago until all together have
    /// at most `limit` bytes.
    fn save(
        &self,
        conversation: &ConversationId,
        state_id: &[u8; ID_BYTES],
        prefix: Prefix,
        limit: u64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let path = self.path(conversation);
        let failed = |error| StoreError::from_write(&path, error);
        let tokens: Vec<u8> = prefix.tokens.iter().flat_map(|t| t.to_le_bytes()).collect();
        let boxes = 2 * (NONCE_BYTES + 8 + TAG_BYTES);
        let size = MAGIC.len() + ID_BYTES + boxes + tokens.len() + prefix.state.len();
        if size as u64 > limit {
            remove(&path);
            return Ok(());
        }
        files::create_private_dir(&self.folder).map_err(failed)?;
        let temporary = path.with_extension(UNFINISHED);
        let written = (|| {
            let mut file = files::private()
                .write(true)
                .create(true)
                .truncate(true)
                .open(&temporary)?;
            let mut before = conversation.as_str().as_bytes().to_vec();
            before.extend_from_slice(MAGIC);
            before.extend_from_slice(state_id);
            file.write_all(MAGIC)?;
            file.write_all(state_id)?;
            self.seal(&mut file, &before, tokens)?;
            before.push(1);
            self.seal(&mut file, &before, prefix.state)?;
            file.set_modified(system_time(now))?;
            // Not synced: after a power loss the tag tells what did not get there.
            fs::rename(&temporary, &path)
        })();
        if let Err(error) = written {
            let _ = fs::remove_file(&temporary);
            return Err(failed(error));
        }
        self.trim(limit);
        Ok(())
    }

    fn seal(&self, file: &mut File, before: &[u8], mut content: Vec<u8>) -> io::Result<()> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(io::Error::other)?;
        let tag = self
            .cipher
            .encrypt_inout_detached(&XNonce::from(nonce), before, content.as_mut_slice().into())
            .map_err(|_| io::Error::other("too much to encrypt"))?;
        file.write_all(&nonce)?;
        file.write_all(&(content.len() as u64).to_le_bytes())?;
        file.write_all(&content)?;
        file.write_all(&tag)
    }

    /// The prefix of a conversation if it is of this model and `wanted`. One that can't
    /// be read, or is of another model, is removed.
    fn load(
        &self,
        conversation: &ConversationId,
        state_id: &[u8; ID_BYTES],
        wanted: &dyn Fn(&[u32]) -> bool,
        now: Timestamp,
    ) -> Option<Prefix> {
        let path = self.path(conversation);
        let mut file = File::open(&path).ok()?;
        match self.read(&mut file, conversation, state_id, wanted) {
            Ok(Some(prefix)) => {
                // When it was used, for deciding which one has to go.
                let opened = File::options().append(true).open(&path);
                let _ = opened.and_then(|file| file.set_modified(system_time(now)));
                Some(prefix)
            }
            Ok(None) => None,
            Err(error) => {
                tracing::info!(%error, "a saved prefix can't be used");
                remove(&path);
                None
            }
        }
    }

    fn read(
        &self,
        file: &mut File,
        conversation: &ConversationId,
        state_id: &[u8; ID_BYTES],
        wanted: &dyn Fn(&[u32]) -> bool,
    ) -> io::Result<Option<Prefix>> {
        let mut left = file.metadata()?.len();
        let mut magic = [0; MAGIC.len()];
        let mut found_id = [0; ID_BYTES];
        file.read_exact(&mut magic)?;
        file.read_exact(&mut found_id)?;
        left = left.saturating_sub((MAGIC.len() + ID_BYTES) as u64);
        if magic != *MAGIC || found_id != *state_id {
            return Err(io::Error::other("it is of another model or version"));
        }
        let mut before = conversation.as_str().as_bytes().to_vec();
        before.extend_from_slice(MAGIC);
        before.extend_from_slice(state_id);
        let tokens = self.unseal(file, &before, &mut left)?;
        let (tokens, rest) = tokens.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(io::Error::other("half a token"));
        }
        let tokens: Vec<u32> = tokens
            .iter()
            .map(|bytes| u32::from_le_bytes(*bytes))
            .collect();
        if !wanted(&tokens) {
            return Ok(None);
        }
        before.push(1);
        let state = self.unseal(file, &before, &mut left)?;
        Ok(Some(Prefix { tokens, state }))
    }

    /// Opens the next box. `left` is what there is of the file: no length that it claims
    /// makes us reserve more.
    fn unseal(&self, file: &mut File, before: &[u8], left: &mut u64) -> io::Result<Vec<u8>> {
        let mut nonce = [0; NONCE_BYTES];
        let mut length = [0; 8];
        file.read_exact(&mut nonce)?;
        file.read_exact(&mut length)?;
        let frame = (NONCE_BYTES + length.len() + TAG_BYTES) as u64;
        *left = left.saturating_sub(frame);
        let length = u64::from_le_bytes(length);
        if length > *left {
            return Err(io::Error::other("it ends too early"));
        }
        *left -= length;
        let length = usize::try_from(length).map_err(io::Error::other)?;
        let mut content = vec![0; length];
        let mut tag = [0; TAG_BYTES];
        file.read_exact(&mut content)?;
        file.read_exact(&mut tag)?;
        self.cipher
            .decrypt_inout_detached(
                &XNonce::from(nonce),
                before,
                content.as_mut_slice().into(),
                &Tag::from(tag),
            )
            .map_err(|_| io::Error::other("it is damaged, or not ours"))?;
        Ok(content)
    }

    /// Removes the files used longest ago until the rest has at most `limit` bytes, and
    /// whatever was left unfinished.
    fn trim(&self, limit: u64) {
        let mut found = self.list();
        found.sort_by_key(|(_, used, _)| std::cmp::Reverse(*used));
        let mut sum = 0_u64;
        for (path, _, bytes) in found {
            sum = sum.saturating_add(bytes);
            if sum > limit {
                remove(&path);
            }
        }
    }

    /// Every file with when it was used and its size.
    fn list(&self) -> Vec<(PathBuf, SystemTime, u64)> {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for entry in entries.flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|ending| ending == ENDING)
                && let Ok(metadata) = entry.metadata()
            {
                let used = metadata.modified().unwrap_or(UNIX_EPOCH);
                found.push((path, used, metadata.len()));
            }
        }
        found
    }

    /// Removes everything that is not of one of these conversations.
    fn keep_only(&self, conversations: &[ConversationId]) {
        let kept: Vec<PathBuf> = conversations.iter().map(|id| self.path(id)).collect();
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            let ours = [ENDING, UNFINISHED]
                .iter()
                .any(|ours| path.extension().is_some_and(|ending| ending == *ours));
            if ours && !kept.contains(&path) {
                remove(&path);
            }
        }
    }
}

impl Store {
    /// Saves the state of a model after the beginning of a conversation in the place of
    /// the one before, and removes those used longest ago until all together take at most
    /// `limit` bytes. One that is larger than that by itself is not saved.
    ///
    /// `state_id` names the model and how it was loaded: [`Store::prefix`] gives the state
    /// back under the same id only.
    ///
    /// # Errors
    /// `NotFound` when there is no such conversation outside the trash; `Full`, `ReadOnly`.
    pub async fn save_prefix(
        &self,
        conversation: &ConversationId,
        state_id: [u8; 32],
        prefix: Prefix,
        limit: u64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let missing = || StoreError::not_found("conversation", conversation.as_str());
        if self.conversation(conversation).await?.trashed_at.is_some() {
            return Err(missing());
        }
        let Some(files) = self.prefix_files() else {
            return Ok(());
        };
        let (files, id) = (files.clone(), conversation.clone());
        let writing =
            tokio::task::spawn_blocking(move || files.save(&id, &state_id, prefix, limit, now));
        let written = writing.await.unwrap_or(Ok(()));
        // It may have been deleted meanwhile, and then nothing of it must stay.
        let here = self.conversation(conversation).await;
        if !here.is_ok_and(|conversation| conversation.trashed_at.is_none()) {
            self.forget_prefix(conversation);
            return Err(missing());
        }
        written
    }

    /// The state that was saved for a conversation under this id, if there is one whose
    /// tokens are `wanted`. What is damaged, or of another model, is no error: it is
    /// removed, and nothing is returned.
    pub async fn prefix(
        &self,
        conversation: &ConversationId,
        state_id: [u8; 32],
        wanted: impl Fn(&[u32]) -> bool + Send + 'static,
        now: Timestamp,
    ) -> Option<Prefix> {
        let files = self.prefix_files()?.clone();
        let id = conversation.clone();
        let reading = tokio::task::spawn_blocking(move || files.load(&id, &state_id, &wanted, now));
        reading.await.ok().flatten()
    }

    /// Bytes that all saved states take.
    pub async fn prefix_bytes(&self) -> u64 {
        let Some(files) = self.prefix_files().cloned() else {
            return 0;
        };
        let summing = tokio::task::spawn_blocking(move || {
            files.list().iter().map(|(_, _, bytes)| bytes).sum()
        });
        summing.await.unwrap_or(0)
    }

    /// Removes those used longest ago until all together take at most `limit` bytes.
    pub async fn trim_prefixes(&self, limit: u64) {
        if let Some(files) = self.prefix_files().cloned() {
            let _ = tokio::task::spawn_blocking(move || files.trim(limit)).await;
        }
    }

    /// Removes what belongs to no conversation outside the trash.
    pub(crate) async fn tidy_prefixes(&self) -> Result<(), StoreError> {
        let kept: Vec<ConversationId> = self
            .conversations()
            .await?
            .into_iter()
            .map(|it| it.id)
            .collect();
        if let Some(files) = self.prefix_files().cloned() {
            let _ = tokio::task::spawn_blocking(move || files.keep_only(&kept)).await;
        }
        Ok(())
    }

    /// Removes the state of a conversation: it changed, or it goes.
    pub(crate) fn forget_prefix(&self, conversation: &ConversationId) {
        if let Some(files) = self.prefix_files() {
            files.remove(conversation);
        }
    }
}

/// Removes a file. What can't be removed now is found again by the next start.
fn remove(path: &Path) {
    match fs::remove_file(path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => tracing::warn!(%error, "a saved prefix can't be removed"),
    }
}

fn system_time(now: Timestamp) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(now.unix_millis())
}
