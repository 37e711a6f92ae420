#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
use super::*;
use crate::translate::{Document, Format};

fn masked(text: &str, format: Format) -> Masked {
    let document = Document::new(text.to_owned(), format);
    let segment = document.segments().next().unwrap();
    mask(document.source(), segment)
}

#[test]
fn the_patterns_are_right() {
    assert!(FIXED.is_some() && MARK.is_some() && NUMBER.is_some());
}

#[test]
fn placeholders_and_addresses_become_marks() {
    let masked = masked(
        "Dear {name}, 100% of your %d files (%1$s, {{x}}, ${y}) are at https://a.example/b?c=d. Or ask a.b@c.example now",
        Format::Plain,
    );
    assert_eq!(
        masked.text,
        "Dear [1], 100% of your [2] files ([3], [4], [5]) are at [6]. Or ask [7] now"
    );
    let back = masked.text.clone();
    let (text, flags) = masked.restore(&format!("{back}!"));
    assert!(
        text.contains("{name}") && text.contains("https://a.example/b?c=d. Or"),
        "{text}"
    );
    assert_eq!(flags, []);
}

#[test]
fn what_is_lost_or_doubled_is_reported() {
    let masked = masked(
        "Hello {name}, you have {n} letters and 12 cards.",
        Format::Plain,
    );
    let (text, flags) = masked.restore("Hallo [1] [1], 13 Karten.");
    assert_eq!(text, "Hallo {name} {name}, 13 Karten.");
    assert_eq!(
        flags,
        [
            Flag::Doubled {
                what: "{name}".to_owned()
            },
            Flag::Lost {
                what: "{n}".to_owned()
            },
            Flag::Numbers,
        ]
    );
}

#[test]
fn a_mark_that_stands_for_nothing_is_reported() {
    let stray = |what: &str| Flag::Doubled {
        what: what.to_owned(),
    };
    let plain = masked("Kind regards,", Format::Plain);
    let (text, flags) = plain.restore("Mit Grüßen, [1]! [1]");
    assert_eq!(text, "Mit Grüßen, [1]! [1]");
    assert_eq!(flags, [stray("[1]")]);
    let one = masked("Hello {name}.", Format::Plain);
    let (text, flags) = one.restore("Hallo [1], 【2】.");
    assert_eq!(text, "Hallo {name}, 【2】.");
    assert_eq!(flags, [stray("【2】")]);
    // One of the source's own is no stray, wherever it stands.
    let own = masked("As [3] says, no.", Format::Plain);
    assert_eq!(own.restore("Nein, sagt [1].").1, []);
}

#[test]
fn a_number_may_be_written_in_another_way() {
    assert!(same_numbers("1,240.50 at 3:15", "1.240,50 um 3.15"));
    assert!(!same_numbers("30 days", "3 days"));
    assert!(same_numbers("see [1]", "siehe"));
}

#[test]
fn tags_survive_whatever_the_model_does() {
    let masked = masked(
        "<p>Read <b>this</b> &amp; that, <i>now</i>.</p>",
        Format::Html,
    );
    assert_eq!(masked.text, "Read [1]this[2] & that, [3]now[4].");
    let (text, flags) = masked.restore("Lies [1]dies[2] & das, [3]jetzt[4].");
    assert_eq!(text, "Lies <b>dies</b> &amp; das, <i>jetzt</i>.");
    assert_eq!(flags, []);
    let (text, flags) = masked.restore("Lies <dies> [2]");
    assert_eq!(text, "Lies &lt;dies&gt; <b></b><i></i>");
    assert_eq!(flags, [Flag::Formatting]);
}

#[test]
fn marks_at_the_ends_never_reach_the_model() {
    let masked = masked("**[Read this](https://a.example)**", Format::Markdown);
    assert_eq!(masked.text, "Read this");
    let (text, flags) = masked.restore("# Lies dies");
    assert_eq!(text, "**[# Lies dies](https://a.example)**");
    assert_eq!(flags, []);
}

#[test]
fn a_link_can_not_become_an_image() {
    let link = masked("Read [the page](https://a.example) now.", Format::Markdown);
    for (given, expected) in [
        ("Hier![1]Seite[2]", "Hier\\![Seite](https://a.example)"),
        ("Hier\\![1]Seite[2]", "Hier\\![Seite](https://a.example)"),
        (
            "Hier\\\\![1]Seite[2]",
            "Hier\\\\\\![Seite](https://a.example)",
        ),
        ("Hier! [1]Seite[2]!", "Hier! [Seite](https://a.example)!"),
    ] {
        assert_eq!(link.restore(given).0, expected);
    }
    let last = masked("See page [42](https://a.example)", Format::Markdown);
    let (text, _) = last.restore(&last.text.replace("See page", "Seite!"));
    assert!(!text.contains("![") || text.contains("\\!["), "{text}");
}

#[test]
fn a_translation_can_not_become_a_heading_or_a_list() {
    let masked = masked("Plain words", Format::Markdown);
    for (given, expected) in [
        ("# A", "\\# A"),
        ("1. A", "1\\. A"),
        ("- A\n- B", "\\- A - B"),
    ] {
        assert_eq!(masked.restore(given).0, expected);
    }
}
