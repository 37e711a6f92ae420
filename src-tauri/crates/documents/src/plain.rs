//! Plain text: paragraphs between blank lines, pages between form feeds, and the
//! headings that books without marks have.

use crate::budget::Budget;
use crate::build::Builder;
use crate::document::BlockKind;
use crate::error::DocumentError;
use crate::words::is_ideograph;

/// Most bytes of one paragraph: logs and lists may have no blank line at all.
const MOST_BYTES: usize = 4000;

/// Longest heading, in characters.
const LONGEST_HEADING: usize = 60;

pub(crate) fn read(text: &str, budget: &Budget, build: &mut Builder) -> Result<(), DocumentError> {
    // One at the very end begins no page.
    let text = text.trim_end();
    let paged = text.contains('\u{c}');
    for (page, content) in (1..).zip(text.split('\u{c}')) {
        if paged {
            build.set_page(page);
            build.pages = Some(page);
        }
        let mut paragraph = String::new();
        for line in content.lines() {
            let blank = line.trim().is_empty();
            if blank || paragraph.len() + line.len() > MOST_BYTES {
                end(&mut paragraph, budget, build)?;
            }
            if !blank {
                paragraph.push_str(line.trim_end());
                paragraph.push('\n');
            }
        }
        end(&mut paragraph, budget, build)?;
    }
    Ok(())
}

fn end(paragraph: &mut String, budget: &Budget, build: &mut Builder) -> Result<(), DocumentError> {
    let text = std::mem::take(paragraph);
    let trimmed = text.trim();
    let kind = if is_heading(trimmed) {
        BlockKind::Heading(1)
    } else {
        BlockKind::Paragraph
    };
    // The indentation of the first line stays: it matters in code.
    build.push(budget, kind, text.trim_end())
}

/// Whether a paragraph is a chapter's heading: a single line such as `CHAPTER IV` or
/// `第四章 …`.
fn is_heading(line: &str) -> bool {
    if line.contains('\n') || line.chars().count() > LONGEST_HEADING {
        return false;
    }
    if let Some(rest) = line.strip_prefix('第') {
        let mut number = rest
            .chars()
            .skip_while(|it| it.is_ascii_digit() || "零〇一二三四五六七八九十百千".contains(*it));
        return number
            .next()
            .is_some_and(|it| "章回部卷篇节編章".contains(it))
            && !line.contains(['。', '，']);
    }
    let mut words = line.split([' ', '.', ':']);
    let first = words.next().unwrap_or_default().to_ascii_lowercase();
    let numbered = words.next().is_some_and(|word| {
        !word.is_empty()
            && (word.bytes().all(|it| it.is_ascii_digit())
                || word.bytes().all(|it| b"IVXLCivxlc".contains(&it)))
    });
    matches!(
        first.as_str(),
        "chapter" | "part" | "book" | "kapitel" | "chapitre" | "section"
    ) && numbered
        && !line.chars().any(is_ideograph)
}
