//! Markdown and HTML.

use llmos_documents::DocumentKind;

use crate::support::{Code, Heading, ListItem, Paragraph, TableRow, blocks, read};

#[test]
fn markdown_keeps_its_structure() {
    let text = "---\ntitle: \"Notes\"\n---\n# One\n\nSome *text*\nhere.\n\n- a\n- b\n  1. deep\n\n\
                ```rust\nfn a() {}\n\nb\n```\n\n| x | y |\n|---|---|\n| 1 | |\n\n<div>boxed <b>in</b></div>\n\n## Two\n";
    let document = read("notes.md", text).unwrap();
    assert_eq!(document.kind, DocumentKind::Markdown);
    assert_eq!(document.title.as_deref(), Some("Notes"));
    let expected = [
        (Heading(1), "One"),
        (Paragraph, "Some text here."),
        (ListItem(1), "a"),
        (ListItem(1), "b"),
        (ListItem(2), "deep"),
        (Code, "fn a() {}\n\nb"),
        (TableRow, "x | y"),
        (TableRow, "1 | "),
        (Paragraph, "boxed in"),
        (Heading(2), "Two"),
    ];
    let expected = expected.map(|(kind, text)| (kind, text.trim()));
    assert_eq!(blocks(&document), expected);
    assert_eq!(
        *document.blocks[9].place.headings,
        ["One".to_owned(), "Two".to_owned()]
    );
}

#[test]
fn html_is_what_a_reader_sees() {
    let text = "<!doctype html><html><head><title>A &amp; B</title><style>p{}</style>\
        <script>if (a<b) document.write('<h1>no</h1>')</script></head><body>\
        <nav><ul><li><a href='/'>Home</a></ul></nav>\
        <h1>Head\n line</h1><p>One<br>two&nbsp;three<p>Next <b>bold</b>\
        <div hidden>never<div>seen</div></div><p style='display: none'>nor this</p>\
        <ol><li>first<ul><li>inner</ul><li>second</ol>\
        <table><tr><th>x<th>y<tr><td>1<td><td>3</table>\
        <pre>  a\n   b</pre>tail";
    let document = read("page.html", text).unwrap();
    assert_eq!(document.title.as_deref(), Some("A & B"));
    let expected = [
        (ListItem(1), "Home"),
        (Heading(1), "Head line"),
        (Paragraph, "One\ntwo three"),
        (Paragraph, "Next bold"),
        (ListItem(1), "first"),
        (ListItem(2), "inner"),
        (ListItem(1), "second"),
        (TableRow, "x | y"),
        (TableRow, "1 |  | 3"),
        (Code, "  a\n   b"),
        (Paragraph, "tail"),
    ];
    assert_eq!(blocks(&document), expected);
}

#[test]
fn a_table_that_lays_out_a_page_is_no_table() {
    let text = "<table><tr><td>menu</td><td><h1>Story</h1><p>Long text.</p>\
        <table><tr><td>a<td>b</table></td></tr></table>";
    let document = read("old.htm", text).unwrap();
    let expected = [
        (Paragraph, "menu"),
        (Heading(1), "Story"),
        (Paragraph, "Long text."),
        (TableRow, "a | b"),
    ];
    assert_eq!(blocks(&document), expected);
}

#[test]
fn html_says_its_encoding() {
    let page = "<meta charset=\"gb2312\"><p>你好，世界</p>";
    let document = read("a.html", encoding_rs::GBK.encode(page).0.into_owned()).unwrap();
    assert_eq!(document.text(), "你好，世界");
    let encoding = document.encoding.unwrap();
    assert_eq!(
        (encoding.name.as_str(), encoding.guessed),
        ("GB18030", false)
    );
}
