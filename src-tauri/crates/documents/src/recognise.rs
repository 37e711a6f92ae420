//! What a file is: by its content first, and by its name where that says nothing.

use crate::decode;
use crate::document::DocumentKind;
use crate::error::DocumentError;

/// How a file is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// PDF.
    Pdf,
    /// An archive, of which several kinds are made.
    Zip,
    /// Text of a kind that its name says.
    Text(DocumentKind),
}

/// The container that Office wrote before 2007, and still writes around what is
/// encrypted.
const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// How far a PDF's header may be from the beginning.
const PDF_HEADER_WITHIN: usize = 1024;

/// Recognises a file.
pub(crate) fn form(bytes: &[u8], name: &str) -> Result<Form, DocumentError> {
    let extension = name
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase())
        .unwrap_or_default();
    let start = bytes.get(..PDF_HEADER_WITHIN).unwrap_or(bytes);
    if bytes.starts_with(b"%PDF-")
        || (extension == "pdf" && start.windows(5).any(|window| window == b"%PDF-"))
    {
        return Ok(Form::Pdf);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Ok(Form::Zip);
    }
    if bytes.starts_with(COMPOUND) {
        return Err(if is_encrypted_package(bytes) {
            DocumentError::Encrypted
        } else {
            DocumentError::UnsupportedKind
        });
    }
    if bytes.starts_with(b"{\\rtf") {
        return Err(DocumentError::UnsupportedKind);
    }
    let what = match extension.as_str() {
        "pdf" => Some("the PDF header"),
        "docx" | "odt" | "epub" => Some("the archive"),
        _ => None,
    };
    if let Some(what) = what {
        return Err(DocumentError::Broken { what });
    }
    let kind = match extension.as_str() {
        "md" | "markdown" | "mdown" => Some(DocumentKind::Markdown),
        "html" | "htm" | "xhtml" => Some(DocumentKind::Html),
        "srt" => Some(DocumentKind::Srt),
        "csv" | "tsv" => Some(DocumentKind::Csv),
        "txt" | "text" | "log" => Some(DocumentKind::Text),
        _ => None,
    };
    if !decode::is_text(bytes) {
        return Err(if kind.is_some() {
            DocumentError::Binary
        } else {
            DocumentError::UnsupportedKind
        });
    }
    Ok(Form::Text(kind.unwrap_or(DocumentKind::Text)))
}

/// Whether a compound file holds an encrypted document: the name of the stream is in
/// its directory, in UTF-16.
fn is_encrypted_package(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    bytes
        .windows(name.len())
        .any(|window| window == name.as_slice())
}
