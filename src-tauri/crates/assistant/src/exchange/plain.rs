//! Markdown as plain text: what a person would type where nothing is rendered.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// An answer without the marks of Markdown. Lists keep their bullets and
/// numbers, code its lines, a link its address behind it; the cells of a table
/// are separated by tabs. HTML and formulas stay as they are written.
#[must_use]
pub fn plain_text(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES;
    let mut writer = Writer::default();
    for event in Parser::new_ext(markdown, options) {
        writer.event(event);
    }
    writer.text
}

#[derive(Default)]
struct Writer {
    text: String,
    /// Line breaks that come before the next words.
    breaks: usize,
    /// Nothing but the mark of an item or a quotation is on this line.
    after_mark: bool,
    /// The next block has an empty line before it.
    gap: bool,
    /// The lists around, each with its next number.
    lists: Vec<Option<u64>>,
    /// How far the lines of the items around are indented.
    indent: usize,
    /// Quotations around.
    quoted: usize,
    /// The links around, each with where its words begin.
    links: Vec<(String, usize)>,
    /// A cell stands before this one in its row.
    in_row: bool,
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                self.lines(&text);
            }
            // Formulas are not told apart from text: the options leave them off.
            Event::InlineMath(text) | Event::DisplayMath(text) => self.lines(&text),
            Event::SoftBreak | Event::HardBreak => self.breaks += 1,
            Event::Rule => {
                self.block();
                self.write("---");
                self.gap = true;
            }
            Event::FootnoteReference(name) => self.write(&format!("[{name}]")),
            Event::TaskListMarker(done) => self.mark(if done { "[x] " } else { "[ ] " }),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph
            | Tag::Heading { .. }
            | Tag::CodeBlock(_)
            | Tag::Table(_)
            | Tag::HtmlBlock => self.block(),
            Tag::BlockQuote(_) => {
                self.block();
                self.mark("> ");
                self.quoted += 1;
            }
            Tag::List(first) => {
                if self.lists.is_empty() {
                    self.block();
                }
                self.lists.push(first);
            }
            Tag::Item => self.item(),
            Tag::FootnoteDefinition(name) => {
                self.block();
                self.mark(&format!("[{name}] "));
            }
            Tag::TableHead | Tag::TableRow => {
                self.fresh_line();
                self.in_row = false;
            }
            Tag::TableCell => {
                if self.in_row {
                    self.write("\t");
                }
                self.in_row = true;
            }
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.links.push((dest_url.into_string(), self.text.len()));
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Table | TagEnd::FootnoteDefinition => {
                self.gap = true;
            }
            TagEnd::CodeBlock | TagEnd::HtmlBlock => {
                // Their last line ends like the others.
                self.breaks = 0;
                self.gap = true;
            }
            TagEnd::BlockQuote(_) => {
                self.quoted = self.quoted.saturating_sub(1);
                self.gap = true;
            }
            TagEnd::List(_) => {
                self.lists.pop();
                self.gap = self.lists.is_empty();
            }
            TagEnd::Item => {
                self.indent = self.indent.saturating_sub(self.step());
                self.gap = false;
            }
            TagEnd::Link | TagEnd::Image => self.end_link(),
            _ => {}
        }
    }

    fn item(&mut self) {
        self.gap = false;
        self.fresh_line();
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                let mark = format!("{number}. ");
                *number = number.saturating_add(1);
                mark
            }
            _ => "- ".to_owned(),
        };
        self.mark(&mark);
        self.indent += self.step();
    }

    /// By how much the lines of an item are indented: as the words after its mark.
    fn step(&self) -> usize {
        match self.lists.last() {
            Some(Some(_)) => 3,
            _ => 2,
        }
    }

    /// A link's address follows its words, unless they say it already.
    fn end_link(&mut self) {
        let Some((address, begin)) = self.links.pop() else {
            return;
        };
        let words = self.text.get(begin..).unwrap_or_default();
        if !address.is_empty() && !words.contains(address.trim_start_matches("mailto:")) {
            self.write(&format!(" ({address})"));
        }
    }

    /// Begins a block, with an empty line before it where there should be one.
    fn block(&mut self) {
        self.fresh_line();
        if std::mem::take(&mut self.gap) && !self.text.is_empty() {
            self.breaks = 2;
        }
    }

    fn fresh_line(&mut self) {
        if !self.text.is_empty() && !self.after_mark && self.breaks == 0 {
            self.breaks = 1;
        }
    }

    /// Writes the mark of an item: what follows stands on the same line.
    fn mark(&mut self, mark: &str) {
        self.write(mark);
        self.after_mark = true;
    }

    fn lines(&mut self, text: &str) {
        let mut lines = text.split('\n');
        self.write(lines.next().unwrap_or_default());
        for line in lines {
            self.breaks += 1;
            self.write(line);
        }
    }

    fn write(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        for left in (0..std::mem::take(&mut self.breaks)).rev() {
            self.text.push('\n');
            let mut before = "> ".repeat(self.quoted);
            before.extend(std::iter::repeat_n(' ', self.indent));
            self.text.push_str(if left == 0 {
                &before
            } else {
                before.trim_end()
            });
        }
        self.text.push_str(text);
        self.after_mark = false;
    }
}

#[cfg(test)]
mod tests {
    use super::plain_text;

    #[test]
    fn marks_go_and_words_stay() {
        let markdown = "# Bread\n\nTake *rye* and **water**, `x_y` too.\nStir.\n\n> Well\n> said.\n>\n> Twice.\n\n---\nEnd";
        assert_eq!(
            plain_text(markdown),
            "Bread\n\nTake rye and water, x_y too.\nStir.\n\n> Well\n> said.\n>\n> Twice.\n\n---\n\nEnd"
        );
    }

    #[test]
    fn lists_keep_their_marks() {
        let markdown = "Buy:\n\n3. flour\n4. salt\n   - fine\n   - coarse\n\n   or none\n\n* [x] done\n* [ ] open\n";
        assert_eq!(
            plain_text(markdown),
            "Buy:\n\n3. flour\n4. salt\n   - fine\n   - coarse\n   or none\n\n- [x] done\n- [ ] open"
        );
    }

    #[test]
    fn code_and_tables_keep_their_lines() {
        let markdown = "```rust\nfn a() ->\n    b\n\n```\n\n| a | b |\n|---|---|\n| 1 |  |\n| 2 | *x* |\n\nafter";
        assert_eq!(
            plain_text(markdown),
            "fn a() ->\n    b\n\na\tb\n1\t\n2\tx\n\nafter"
        );
    }

    #[test]
    fn links_show_their_address_once() {
        let markdown = "[here](https://example.org) <https://example.org> [a@b.c](mailto:a@b.c) ![cat](cat.png)";
        assert_eq!(
            plain_text(markdown),
            "here (https://example.org) https://example.org a@b.c cat (cat.png)"
        );
    }

    #[test]
    fn formulas_and_html_stay_as_they_are() {
        let text = "$a_1 + b_1$ and <b>bold</b>";
        assert_eq!(plain_text(text), text);
        assert_eq!(plain_text(""), "");
        assert_eq!(plain_text("\n\n* \n\n>"), "-\u{20}\n\n> ");
    }
}
