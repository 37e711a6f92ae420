//! PDF: the characters that are drawn on each page, put together to lines and
//! paragraphs.

mod fonts;
mod layout;
mod lines;
mod plane;
mod show;
mod simple;
mod streams;

use hayro_syntax::{LoadPdfError, Pdf};

use crate::budget::Budget;
use crate::build::Builder;
use crate::document::Warning;
use crate::error::{DocumentError, Limit};

use fonts::Fonts;
use lines::Lines;
use show::Show;

pub(crate) fn read(
    bytes: Vec<u8>,
    budget: &mut Budget,
    build: &mut Builder,
) -> Result<(), DocumentError> {
    streams::refuse_bombs(&bytes, budget)?;
    let pdf = Pdf::new(bytes).map_err(|error| match error {
        LoadPdfError::Decryption(_) => DocumentError::Encrypted,
        LoadPdfError::Invalid => DocumentError::Broken {
            what: "the PDF's list of objects",
        },
    })?;
    let pages = pdf.pages();
    let most = budget.limits.pages;
    if pages.len() > most {
        return Err(DocumentError::TooLarge {
            limit: Limit::Pages,
            most: most as u64,
        });
    }
    if pages.is_empty() {
        return Err(DocumentError::Broken {
            what: "the PDF's list of pages",
        });
    }
    let fonts = Fonts::default();
    let mut lines = Lines::default();
    let mut without_text = 0;
    let mut with_pictures_only = 0;
    let mut left_out = 0;
    for (number, page) in (1..).zip(pages.iter()) {
        budget.control.report(number as usize - 1, pages.len());
        budget.check()?;
        let before = lines.characters();
        lines.begin_page(number);
        let mut show = Show::new(&fonts, &mut lines, budget);
        let complete = show.page(page)?;
        let pictures = show.pictures;
        left_out += u32::from(!complete);
        if lines.characters() == before {
            without_text += 1;
            with_pictures_only += u32::from(pictures > 0);
        }
    }
    budget.control.report(pages.len(), pages.len());
    let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
    // A stamp or a number on some pages does not make text of the pictures.
    if with_pictures_only > 0 && without_text * 10 >= count * 9 {
        return Err(DocumentError::Scanned);
    }
    let (characters, unknown) = (lines.characters(), lines.unknown());
    if characters == 0 && unknown > 0 {
        // Shapes without meaning are pictures too.
        return Err(DocumentError::Scanned);
    }
    if without_text > 0 {
        build.warnings.push(Warning::PagesWithoutText(without_text));
    }
    if unknown > 0 {
        build.warnings.push(Warning::UnknownCharacters(unknown));
    }
    build.leave_out(left_out);
    build.pages = Some(count);
    let title = pdf.metadata().title.as_deref().map(text_string);
    build.title = title.filter(|title| is_title(title));
    layout::lay_out(lines.finish(), count, budget, build)
}

/// A text outside of the pages: UTF-16 or UTF-8 with a mark, or else an alphabet
/// close to Latin 1.
fn text_string(bytes: &[u8]) -> String {
    match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding.decode(bytes).0.into_owned(),
        None => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
    }
}

/// Whether a title was given by a person: programs put file names there.
fn is_title(title: &str) -> bool {
    let title = title.trim().to_ascii_lowercase();
    let made = ["untitled", "microsoft word", "powerpoint presentation"];
    let file = [".doc", ".docx", ".dvi", ".tex", ".indd", ".qxd", ".pdf"];
    !title.is_empty()
        && !made.iter().any(|made| title.starts_with(made))
        && !file.iter().any(|ending| title.ends_with(ending))
}
