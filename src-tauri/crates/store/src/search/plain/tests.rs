//! What goes and what stays.

use super::*;

/// The whole text without marks, and what follows the hit in it.
fn plain(text: &str, hit: &str) -> (String, bool) {
    let found = around(text, text.find(hit).unwrap_or(0));
    let points_right = found.text[found.hit..].starts_with(hit);
    (found.text, points_right)
}

#[test]
fn marks_go_and_words_stay() {
    for (text, expected) in [
        ("a **bold** word", "a bold word"),
        ("an *italic* or _italic_ word", "an italic or italic word"),
        ("***both*** and **bold *in* it**", "both and bold in it"),
        ("**bold *both***", "bold both"),
        ("~~gone~~ and ~5 metres", "gone and ~5 metres"),
        ("**重点**内容，*斜体*字", "重点内容，斜体字"),
        ("# Title\n\n## Second", "Title\n\nSecond"),
        ("- one\n* two\n  + three", "one\ntwo\nthree"),
        ("1. first\n2. second", "1. first\n2. second"),
        ("> quoted\n> > twice", "quoted\ntwice"),
        ("> - **all** at once", "all at once"),
        ("use `let x = 1;` here", "use let x = 1; here"),
        ("``a ` b``", "a ` b"),
        (
            "see [the page](https://example.com/a_(b)) now",
            "see the page now",
        ),
        ("![a cat](cat.png) [**b**](c)", "a cat b"),
        ("[![badge](a_b_.svg)](https://x.example/_y_)", "badge"),
        (
            "| a | b |\n|---|:-:|\n| 1 | 2 |\n***",
            "| a | b |\n\n| 1 | 2 |\n",
        ),
        ("```a_b``` in a line", "a_b in a line"),
        (
            "```rust\nlet a_b = *c * *d;\n```\n*done*",
            "rust\nlet a_b = *c * *d;\n\ndone",
        ),
    ] {
        assert_eq!(plain(text, "").0, expected, "{text:?}");
    }
}

#[test]
fn what_only_looks_like_a_mark_stays() {
    for text in [
        "snake_case and __dunder and two_under_scores",
        "2*3*4 = 24 and 2**3**4",
        "a * b * c",
        "*args, **kwargs",
        "#hashtag and C# and -5 and --flag",
        "f(*a,*b) and x = *y;",
        "table[row](cell) and [no target] and [half](",
        r"\*escaped\* and \_this\_",
        "`unclosed and *so is this",
        "~ 5 ~ 6",
    ] {
        assert_eq!(plain(text, "").0, text, "{text:?}");
    }
}

#[test]
fn the_hit_is_where_it_was() {
    for (text, hit) in [
        ("# A **bold** title with `code`", "title"),
        ("[link](https://example.com) **needle** after", "needle"),
        ("- [x](y) 杭州 **西湖**", "西湖"),
        ("**needle** at the start", "needle"),
        ("**`needle`**", "needle"),
    ] {
        let (line, points_right) = plain(text, hit);
        assert!(points_right, "{text:?} gave {line:?}");
    }
}

#[test]
fn a_target_stays_where_it_was_found() {
    let text = "see [the page](https://needle.example) or [that](https://other.example)";
    let (line, points_right) = plain(text, "needle");
    assert!(points_right, "{line}");
    assert!(!line.contains("other"), "{line}");
}

#[test]
fn both_ends_are_seen_from_the_middle_of_a_long_text() {
    let filler = "word ".repeat(100);
    let text = format!("start\n\n**{filler}needle {filler}bold** end");
    let found = around(&text, text.find("needle").unwrap_or(0));
    assert!(!found.text.contains('*'), "{}", found.text);
    assert!(found.text[found.hit..].starts_with("needle"));

    // A fence that began long before is still one.
    let text = format!("```\n{}a *needle* b", "code\n".repeat(2000));
    let found = around(&text, text.find("needle").unwrap_or(0));
    assert!(found.text.ends_with("a *needle* b"));
    assert!(found.cut_before && !found.cut_after);
}

#[test]
fn no_text_is_too_strange() {
    for text in [
        "",
        "*",
        "**",
        "****",
        "_*_*_*_*",
        "[](",
        "![]()",
        "[[[[](((())))",
        "\\",
        "`",
        "```",
        "> > >",
        "# ",
        "- ",
        "*杭*州*",
        "\u{301}*\u{301}*",
    ] {
        for hit in 0..=text.len() {
            if text.is_char_boundary(hit) {
                let found = around(text, hit);
                assert!(found.text.is_char_boundary(found.hit), "{text:?} {hit}");
            }
        }
    }
    let found = around(&"*a_[`(".repeat(100_000), 300_000);
    assert!(found.text.len() <= 2 * REACH);
}
