//! Electronic books: chapters of HTML in an archive.

use std::collections::HashMap;

use crate::archive::Archive;
use crate::budget::Budget;
use crate::build::{Builder, one_line};
use crate::error::DocumentError;
use crate::html;
use crate::xml::{Step, walk};

pub(crate) fn read(
    archive: &mut Archive,
    budget: &mut Budget,
    build: &mut Builder,
) -> Result<(), DocumentError> {
    let package = package(archive, budget)?;
    let text = archive.part(&package, budget)?;
    let book = Book::read(&text, budget)?;
    let folder = package.rsplit_once('/').map_or("", |(folder, _)| folder);
    let chapters: Vec<String> = book
        .chapters
        .iter()
        .map(|href| resolve(folder, href))
        .collect();
    refuse_protected(archive, &chapters, budget)?;
    let mut left_out = 0;
    for (index, chapter) in chapters.iter().enumerate() {
        budget.control.report(index, chapters.len());
        budget.check()?;
        let text = match archive.part(chapter, budget) {
            Ok(text) => text,
            Err(DocumentError::Broken { .. }) => {
                left_out += 1;
                continue;
            }
            Err(error) => return Err(error),
        };
        build.leave_headings();
        // A chapter's title is not the book's.
        build.title.get_or_insert_with(|| book.title.clone());
        html::read_piece(&text, budget, build)?;
    }
    budget.control.report(chapters.len(), chapters.len());
    if build.is_empty() && left_out > 0 {
        return Err(DocumentError::Broken {
            what: "every chapter",
        });
    }
    build.leave_out(left_out);
    Ok(())
}

/// Where the book's description is.
fn package(archive: &mut Archive, budget: &mut Budget) -> Result<String, DocumentError> {
    let text = archive.part("META-INF/container.xml", budget)?;
    let mut package = None;
    walk(&text, "the book's container", budget, |step| {
        if let Step::Open(element) = step
            && element.name == "rootfile"
            && package.is_none()
        {
            package = element.get("full-path");
        }
        Ok(())
    })?;
    package.ok_or(DocumentError::Broken {
        what: "the book's container",
    })
}

/// What a book says about itself.
struct Book {
    title: String,
    /// The files of its chapters, in reading order.
    chapters: Vec<String>,
}

impl Book {
    fn read(text: &str, budget: &Budget) -> Result<Self, DocumentError> {
        let mut title = String::new();
        let mut titles = 0;
        let mut inside = false;
        let mut files = HashMap::new();
        let mut spine = Vec::new();
        walk(text, "the book's description", budget, |step| {
            match step {
                Step::Open(element) => match element.name {
                    "title" => {
                        titles += 1;
                        inside = titles == 1;
                    }
                    "item" => {
                        let kind = element.get("media-type").unwrap_or_default();
                        if let (Some(id), Some(href)) = (element.get("id"), element.get("href"))
                            && kind.contains("html")
                        {
                            files.insert(id, href);
                        }
                    }
                    "itemref" => spine.extend(element.get("idref")),
                    _ => {}
                },
                Step::Close(_) => inside = false,
                Step::Text(text) if inside => title.push_str(text),
                Step::Text(_) => {}
            }
            Ok(())
        })?;
        let chapters = spine.iter().filter_map(|id| files.get(id).cloned());
        Ok(Self {
            chapters: chapters.collect(),
            title: one_line(&title),
        })
    }
}

/// Some shops encrypt the chapters; others only the fonts, which are not needed.
fn refuse_protected(
    archive: &mut Archive,
    chapters: &[String],
    budget: &mut Budget,
) -> Result<(), DocumentError> {
    if !archive.has("META-INF/encryption.xml") {
        return Ok(());
    }
    let text = archive.part("META-INF/encryption.xml", budget)?;
    walk(&text, "the book's protection", budget, |step| {
        if let Step::Open(element) = step
            && element.name == "CipherReference"
            && let Some(file) = element.get("URI")
            && chapters.contains(&resolve("", &file))
        {
            return Err(DocumentError::Encrypted);
        }
        Ok(())
    })
}

/// A file's name in the archive, from a reference in a folder.
fn resolve(folder: &str, href: &str) -> String {
    let href = href.split('#').next().unwrap_or_default();
    let href = percent_decoded(href);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in href.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = (first == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(code) = code {
            bytes.push(code);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
