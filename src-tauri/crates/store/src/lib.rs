//! The encrypted database: conversations as message trees, drafts, settings
//! and full-text search, in one `SQLCipher` file.
//!
//! What this crate promises, and where it is kept:
//!
//! - What a function reports as saved is committed and synced ([`Store`]).
//! - A crash loses at most the text since the last checkpoint; what was being
//!   streamed comes back as [`MessageStatus::Interrupted`].
//! - Nothing is deleted to get out of trouble: a damaged database is renamed
//!   and salvaged from ([`Notice::SetAside`]), a newer one is left untouched, and
//!   a file is copied before its schema changes.
//! - A wrong key is told apart from damage (`keycheck.rs`).
//!
//! Beside it lie, encrypted as well, the states that models had after reading a
//! conversation (`prefixes.rs`): a cache, which promises nothing.
//!
//! Times are passed in by the caller; nothing here reads a clock.
#![forbid(unsafe_code)]

mod aside;
mod branch;
mod connection;
mod conversation_settings;
mod conversations;
mod deletion;
mod digests;
mod document_files;
mod documents;
mod drafts;
mod error;
mod files;
mod fork;
mod generation;
mod id;
mod inspect;
mod jobs;
mod keep;
mod key;
mod keycheck;
mod lock;
mod messages;
mod migrate;
mod open;
mod order;
mod personas;
mod prefixes;
mod replace;
mod salvage;
mod search;
mod settings;
mod store;
mod summaries;
mod tags;
mod templates;
mod text_versions;
mod texts;
mod time;
mod translation;
mod tree;
mod turns;

pub use branch::{BranchEnd, BranchMessage};
pub use conversation_settings::ConversationSettings;
pub use conversations::Conversation;
pub use digests::{Digest, DigestPart, DigestVersion, NewDigestPart};
pub use documents::{
    DocumentDetails, DocumentHit, DocumentPassage, DocumentWarning, NewDocument, StoredDocument,
};
pub use error::StoreError;
pub use generation::{GenerationSettings, OwnModel};
pub use id::{
    ConversationId, DigestId, DocumentId, JobId, MessageId, PersonaId, TemplateId, TextId,
    TranslationId,
};
pub use jobs::{JobState, JobStep, NewJob, StoredJob};
pub use key::{FileKeyProvider, Key, KeyProvider};
pub use messages::{Message, MessageStats, MessageStatus, NewMessage, Role};
pub use open::{Notice, Opened};
pub use personas::{PersonaProfile, StoredPersona};
pub use prefixes::Prefix;
pub use salvage::Salvaged;
pub use search::{SearchHit, WorkHit, WorkKind};
pub use store::{Store, WeakStore};
pub use summaries::{BranchSummary, NewSummary, Summary};
pub use tags::TagChange;
pub use templates::Template;
pub use text_versions::{TextCause, TextThen, TextVersion};
pub use texts::{Text, TextSummary};
pub use time::Timestamp;
pub use translation::{
    GlossaryTerm, LanguagePair, NewTranslation, Remembered, SegmentState, StoredSegment,
    Translation, TranslationHeading, Utterance, UtteranceSide,
};
pub use tree::{Imported, NewNode, NewTree, NodeSummary, OWN_APP, Origin, Tree};
pub use turns::{NewTurn, Turn};
