//! The text of a document, with its structure: headings, paragraphs, lists,
//! tables, pages.
//!
//! ```no_run
//! use llmos_documents::{Control, Limits, extract};
//!
//! let path = std::path::Path::new("report.pdf");
//! let document = extract(path, "report.pdf", &Limits::default(), &Control::default())?;
//! for passage in document.passages() {
//!     println!("{:?}: {}", passage.place.page, passage.text);
//! }
//! # Ok::<(), llmos_documents::DocumentError>(())
//! ```
//!
//! A document comes from anywhere and is hostile until read. It is read on a
//! thread of its own, within [`Limits`] on size, unpacked size, nesting, text and
//! time, and can be stopped through [`Control`]. What can't be read is refused
//! with a [`DocumentError`] that says why; a panic inside a library is one of them.
//! Nothing here knows the store, the engine or the window, and nothing is logged.

#![forbid(unsafe_code)]

mod archive;
mod budget;
mod build;
mod csv;
mod decode;
mod document;
mod docx;
mod epub;
mod error;
mod extract;
mod html;
mod markdown;
mod odt;
mod paragraphs;
mod passages;
mod pdf;
mod plain;
mod recognise;
mod srt;
mod words;
mod xml;

pub use budget::{Control, Limits};
pub use document::{Block, BlockKind, Document, DocumentKind, Encoding, Place, Warning};
pub use error::{DocumentError, Limit};
pub use extract::{Source, extract};
pub use passages::Passage;
pub use words::count_words;
