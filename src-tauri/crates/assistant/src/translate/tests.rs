//! Documents, taken apart and put together: what is translated, and that nothing else
//! ever changes.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use proptest::prelude::*;

use super::protect::mask;
use super::{Document, Format};

fn segments(text: &str, format: Format) -> Vec<String> {
    let document = Document::new(text.to_owned(), format);
    assert_eq!(document.render(|_| None), text, "nothing is lost");
    document
        .segments()
        .map(|segment| mask(document.source(), segment).text)
        .collect()
}

/// The document with every segment put through `change`, as a model would.
fn translated(document: &Document, mut change: impl FnMut(&str) -> String) -> String {
    let texts: Vec<String> = document
        .segments()
        .map(|segment| {
            let masked = mask(document.source(), segment);
            masked.restore(&change(&masked.text)).0
        })
        .collect();
    document.render(|number| texts.get(number).map(String::as_str))
}

/// Capitals, but not in marks: stands for a translation.
fn shout(text: &str) -> String {
    text.to_uppercase()
}

#[test]
fn plain_text_is_cut_at_lines_and_sentences() {
    let letter = "Dear Dr. Smith,\n\nThe rent is due. It is €1,240.50.\r\n  - Keys: two\n\nThis line was broken by a program so that it fits a\npage, as letters are.\n42\n";
    assert_eq!(
        segments(letter, Format::Plain),
        [
            "Dear Dr. Smith,",
            "The rent is due.",
            "It is €1,240.50.",
            "- Keys: two",
            "This line was broken by a program so that it fits a page, as letters are.",
        ]
    );
    let document = Document::new(letter.to_owned(), Format::Plain);
    assert_eq!(document.paragraphs(), [true, true, false, true, true]);
    let changed = translated(&document, shout);
    assert!(
        changed.contains("THE RENT IS DUE. IT IS €1,240.50.\r\n  - KEYS: TWO\n\nTHIS"),
        "{changed}"
    );
    assert!(changed.ends_with("FITS A PAGE, AS LETTERS ARE.\n42\n"));
}

#[test]
fn markdown_keeps_its_marks_code_and_addresses() {
    let text = "---\ntitle: The lease\n---\n\n# The **lease**\n\nRead [this page](https://a.example/x \"t\") and `code` now. Pay *on time*!\n\n\
        ```sh\necho hello\n```\n\n> quoted text\n> goes on\n\n1. First\n2. Second [ ] item\n\n| Name | Rent |\n|------|-----:|\n| Flat | 12 |\n\n\
        ![A cat](cat.png) See [ref][1] and <https://b.example>.\n\n[1]: https://c.example\n\n<div class=\"x\">\nSome <b>html</b>\n</div>\n\nEnd \\*here\\* &amp; there  \nnext line\n";
    assert_eq!(
        segments(text, Format::Markdown),
        [
            "The [1]lease",
            "Read [1]this page[2] and [3] now.",
            "Pay [1]on time[2]!",
            "quoted text goes on",
            "First",
            "Second [ ] item",
            "Name",
            "Rent",
            "Flat",
            "A cat[1] See [2]ref[3] and [4].",
            "Some [1]html",
            "End \\*here\\* & there",
            "next line",
        ]
    );
    let document = Document::new(text.to_owned(), Format::Markdown);
    let changed = translated(&document, shout);
    for kept in [
        "title: The lease",
        "# THE **LEASE**",
        "[THIS PAGE](https://a.example/x \"t\") AND `code` NOW.",
        "echo hello",
        "| FLAT | 12 |",
        "![A CAT](cat.png) SEE [REF][1] AND <https://b.example>.",
        "[1]: https://c.example",
        "<div class=\"x\">\nSOME <b>HTML</b>\n</div>",
        "> QUOTED TEXT GOES ON",
    ] {
        assert!(changed.contains(kept), "{kept} in {changed}");
    }
}

#[test]
fn html_is_changed_in_its_text_and_descriptions_only() {
    let page = "<!DOCTYPE html><html><head><title>My page</title><style>p > a { color: red }</style>\
        <script>if (a < b) say('hi there');</script></head><body><!-- not this -->\
        <p class=\"a b\">Caf&eacute; <a href='x?a=1&b=2'>costs 3 &lt; 4</a> today. Come <br>soon.</p>\
        <img src=x alt=\"A &quot;nice&quot; cat\" title='Cat'><code>let x</code>\
        <span translate=\"no\">Brand name</span><pre>as it is</pre><p>1 < 2 and so on</p>";
    assert_eq!(
        segments(page, Format::Html),
        [
            "My page",
            "Café [1]costs 3 < 4[2] today.",
            "Come",
            "soon.",
            "A \"nice\" cat",
            "Cat",
            "1 < 2 and so on"
        ]
    );
    let document = Document::new(page.to_owned(), Format::Html);
    let changed = translated(&document, |text| format!("{} <\">", shout(text)));
    for kept in [
        "p > a { color: red }",
        "say('hi there')",
        "not this",
        "<a href='x?a=1&b=2'>COSTS 3 &lt; 4</a>",
        "alt=\"A &quot;NICE&quot; CAT &lt;&quot;&gt;\"",
        "<code>let x</code>",
        "Brand name",
        "as it is",
    ] {
        assert!(
            changed.contains(kept)
                || changed.contains(&kept.replace("&quot;NICE&quot;", "\"NICE\"")),
            "{kept} in {changed}"
        );
    }
}

#[test]
fn subtitles_keep_numbers_times_and_style() {
    let film = "\u{feff}1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>Hello there.</i>\r\n- Who is it?\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000 X1:0\r\n{\\an8}42 minutes\r\n\r\n3\r\n00:00:05,000 --> 00:00:06,000\r\n♪\r\n";
    assert_eq!(
        segments(film, Format::Srt),
        ["Hello there.[1]\r\n- Who is it?", "42 minutes"]
    );
    let document = Document::new(film.to_owned(), Format::Srt);
    let changed = translated(&document, |_| "Eins --> zwei\n\n\n3\nvier [1]".to_owned());
    assert_eq!(changed.matches("-->").count(), 3);
    assert!(
        changed.contains("{\\an8}Eins → zwei\r\n3\r\nvier [1]\r\n\r\n3\r\n"),
        "{changed}"
    );
}

#[test]
fn hostile_pages_end() {
    for page in [
        "<",
        "<p",
        "<p a=",
        "<p a='",
        "</",
        "<!--",
        "<script>",
        "&",
        "&;",
        "&#x110000;",
        "<a title=\">\">x",
        "<p></p",
        "<svg><svg></svg>text",
        "<textarea placeholder='Write <b>'>x",
    ] {
        for format in Format::ALL {
            segments(page, format);
            segments(&page.repeat(300), format);
        }
    }
}

/// Pieces of all formats, in any order.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("The rent is due. "),
        Just("# "),
        Just("**"),
        Just("*"),
        Just("`"),
        Just("<b>"),
        Just("</b>"),
        Just("<p>"),
        Just("\n"),
        Just("\n\n"),
        Just("\r\n"),
        Just("> "),
        Just("- "),
        Just("1. "),
        Just("[a](b)"),
        Just("]("),
        Just("&amp;"),
        Just("&"),
        Just("<"),
        Just("{name}"),
        Just("%s"),
        Just("https://a.example/b."),
        Just("00:00:01,000 --> 00:00:02,000\n"),
        Just("|a|b|\n|-|-|\n"),
        Just("```\n"),
        Just("---\n"),
        Just("<!--"),
        Just("-->"),
        Just("杭州。"),
        Just("\\"),
        Just("\t"),
        Just("\"'>"),
        Just("[1]"),
        Just("12,5 "),
        Just("<img alt='a b'>"),
        Just("$x$"),
        Just("[^1]"),
        Just("e.g. "),
    ]
    .prop_map(str::to_owned);
    proptest::collection::vec(prop_oneof![4 => piece, 1 => "\\PC{0,6}"], 0..40)
        .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_byte_is_in_one_piece(text in soup()) {
        for format in Format::ALL {
            let document = Document::new(text.clone(), format);
            prop_assert_eq!(document.render(|_| None), text.clone());
            let raw: Vec<String> = document.segments().map(|s| document.source()[s.range()].to_owned()).collect();
            prop_assert_eq!(document.render(|n| raw.get(n).map(String::as_str)), text.clone());
            // What the model returns unchanged changes nothing, however it is spelled.
            prop_assert_eq!(translated(&document, str::to_owned), text.clone());
        }
    }

    #[test]
    fn what_is_fixed_is_kept_or_reported(text in soup(), reply in soup()) {
        for format in Format::ALL {
            let document = Document::new(text.clone(), format);
            for segment in document.segments() {
                let masked = mask(document.source(), segment);
                let (result, flags) = masked.restore(&reply);
                for what in masked.fixed() {
                    let kept = result.matches(what).count() >= masked.fixed().filter(|other| *other == what).count();
                    prop_assert!(kept || !flags.is_empty(), "{} is gone from {:?}", what, result);
                }
            }
        }
    }

    #[test]
    fn no_reply_changes_the_times_of_subtitles(lines in proptest::collection::vec("[a-z ]{1,12}[.?]", 1..8), reply in soup()) {
        let cue = |(at, line): (usize, &String)| format!("{}
00:00:{at:02},000 --> 00:00:{at:02},900
{line}

", at + 1);
        let film = lines.iter().enumerate().map(cue).collect::<Vec<_>>().concat();
        let document = Document::new(film.clone(), Format::Srt);
        let changed = translated(&document, |_| reply.clone());
        let times = |text: &str| text.lines().filter(|line| line.contains("-->")).map(str::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(times(&film), times(&changed));
        let blocks = |text: &str| text.matches("\n\n").count();
        prop_assert_eq!(blocks(&film), blocks(&changed));
    }

    #[test]
    fn no_reply_adds_or_takes_a_tag(words in proptest::collection::vec("[a-z]{1,8}", 1..6), reply in soup()) {
        let paragraph = |word: &String| format!("<p id='x'>So {word} <b>goes</b> on.</p>");
        let page = words.iter().map(paragraph).collect::<Vec<_>>().concat();
        let document = Document::new(page.clone(), Format::Html);
        let changed = translated(&document, |_| reply.clone());
        let count = |text: &str| ["<p id='x'>", "</p>", "<b>", "</b>", "<"].map(|tag| text.matches(tag).count());
        prop_assert_eq!(count(&page), count(&changed), "{}", changed);
    }
}
