//! Measures reading: `cargo run --release --workspace --example extract`.
//!
//! Makes a PDF of 500 pages of text and a book of 100,000 words, or reads the file
//! that is named, and says how long that takes.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::fmt::Write;
use std::time::Instant;

use llmos_documents::{Control, DocumentError, Limits, extract};

#[path = "../tests/documents/support/pdf.rs"]
#[allow(
    dead_code,
    clippy::unwrap_used,
    clippy::format_push_string,
    reason = "shared with the tests"
)]
mod pdf;

const PAGES: usize = 500;

fn main() -> Result<(), DocumentError> {
    if let Some(path) = std::env::args_os().nth(1) {
        let path = std::path::PathBuf::from(path);
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let document = measure(&name, std::fs::read(&path)?)?;
        println!("{}", document.text());
        println!(
            "{:?} {:?} {:?}",
            document.title, document.encoding, document.warnings
        );
        return Ok(());
    }
    measure("500 pages.pdf", pages())?;
    measure("100,000 words.txt", book())?;
    Ok(())
}

fn measure(name: &str, bytes: Vec<u8>) -> Result<llmos_documents::Document, DocumentError> {
    let size = bytes.len() / 1024;
    let start = Instant::now();
    let document = extract(bytes, name, &Limits::default(), &Control::default())?;
    let read = start.elapsed();
    let start = Instant::now();
    let passages = document.passages().len();
    println!(
        "{name}: {size} KiB, {:?} pages, {} words: read in {read:.2?}, cut into {passages} passages in {:.2?}",
        document.pages,
        document.words(),
        start.elapsed()
    );
    Ok(document)
}

/// A dense page: 50 lines of 80 characters.
fn pages() -> Vec<u8> {
    let mut file = pdf::Pdf::default().title("Five hundred pages").packed();
    let mut word = 0_usize;
    for page in 1..=PAGES {
        let mut content = pdf::text("F2", 16, 72, 760, &format!("Section {page}"));
        let lines: Vec<String> = (0..50).map(|_| sentence(&mut word, 12)).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        content.push_str(&pdf::lines(11, 72, 735, &lines));
        file = file.page(content);
    }
    file.build()
}

fn book() -> Vec<u8> {
    let mut text = String::new();
    let mut word = 0;
    for chapter in 1..=50 {
        let _ = writeln!(text, "CHAPTER {chapter}\n");
        for _ in 0..20 {
            let _ = writeln!(text, "{}\n", sentence(&mut word, 100));
        }
    }
    text.into_bytes()
}

fn sentence(word: &mut usize, words: usize) -> String {
    const WORDS: [&str; 16] = [
        "the",
        "river",
        "carries",
        "what",
        "nobody",
        "wanted",
        "toward",
        "a",
        "sea",
        "that",
        "keeps",
        "everything",
        "until",
        "winter",
        "comes",
        "again",
    ];
    let mut text = String::new();
    for _ in 0..words {
        *word = word.wrapping_mul(31).wrapping_add(7) % 1009;
        text.push_str(WORDS.get(*word % WORDS.len()).copied().unwrap_or_default());
        text.push(' ');
    }
    text.truncate(text.trim_end().len());
    text.push('.');
    text
}
