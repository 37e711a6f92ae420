//! DOCX, ODT and EPUB.

use llmos_documents::{DocumentError, DocumentKind, Warning};

use crate::support::zip::{docx, epub, odt, zip};
use crate::support::{Heading, ListItem, Paragraph, TableRow, blocks, read};

#[test]
fn word_keeps_its_structure() {
    let body = r#"
        <w:p><w:pPr><w:pStyle w:val="Titel"/></w:pPr><w:r><w:t>The report</w:t></w:r></w:p>
        <w:p><w:r><w:t xml:space="preserve">One </w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>
            <w:r><w:t>sentence &lt;here&gt;.</w:t><w:br/><w:t>Next line.</w:t></w:r></w:p>
        <w:p><w:pPr><w:pStyle w:val="berschrift2"/></w:pPr><w:r><w:t>Part</w:t></w:r></w:p>
        <w:p><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="2"/></w:numPr></w:pPr><w:r><w:t>Entry</w:t></w:r></w:p>
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc>
            <w:tc><w:p/></w:tc></w:tr></w:tbl>
        <w:p><w:r><w:lastRenderedPageBreak/><w:t>Second page</w:t></w:r></w:p>
        <w:p><w:pPr><w:pStyle w:val="Own"/></w:pPr><w:r><w:t>Own heading</w:t></w:r></w:p>
        <w:p><w:r><mc:AlternateContent xmlns:mc="m"><mc:Choice><w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p>
            </w:txbxContent></mc:Choice><mc:Fallback><w:p><w:r><w:t>boxed</w:t></w:r></w:p></mc:Fallback>
            </mc:AlternateContent><w:t>around</w:t></w:r></w:p>"#;
    // Named as nobody would: the content decides.
    let document = read("report.bin", docx(body)).unwrap();
    assert_eq!(document.kind, DocumentKind::Docx);
    assert_eq!(document.title.as_deref(), Some("Annual & report"));
    let expected = [
        (Heading(1), "The report"),
        (Paragraph, "One sentence <here>.\nNext line."),
        (Heading(2), "Part"),
        (ListItem(2), "Entry"),
        (TableRow, "a b |"),
        (Paragraph, "Second page"),
        (Heading(1), "Own heading"),
        (Paragraph, "boxed"),
        (Paragraph, "around"),
    ];
    assert_eq!(blocks(&document), expected);
    assert_eq!(document.pages, Some(2));
    assert_eq!(document.blocks[4].place.page, Some(1));
    assert_eq!(document.blocks[5].place.page, Some(2));
    assert_eq!(
        *document.blocks[3].place.headings,
        ["The report".to_owned(), "Part".to_owned()]
    );
}

#[test]
fn opendocument_keeps_its_structure() {
    let body = r#"
        <text:h text:outline-level="1">Head</text:h>
        <text:p>One<text:s text:c="1"/>two<text:line-break/>three
            <office:annotation><text:p>a remark</text:p></office:annotation></text:p>
        <text:list><text:list-item><text:p>a</text:p><text:list><text:list-item><text:p>b</text:p>
            </text:list-item></text:list></text:list-item></text:list>
        <table:table><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell>
            <table:table-cell><text:p>y</text:p></table:table-cell></table:table-row></table:table>"#;
    let document = read("a.odt", odt(body)).unwrap();
    assert_eq!(document.kind, DocumentKind::Odt);
    let expected = [
        (Heading(1), "Head"),
        (Paragraph, "One two\nthree"),
        (ListItem(1), "a"),
        (ListItem(2), "b"),
        (TableRow, "x | y"),
    ];
    assert_eq!(blocks(&document), expected);
}

#[test]
fn a_book_is_read_in_the_order_of_its_spine() {
    let chapters = [
        "<html><head><title>One</title></head><body><h1>First</h1><p>Begin.</p></body></html>",
        "<html><head><title/></head><body><p>No heading.</p><script/><p>More.</p></body></html>",
    ];
    let document = read("b.epub", epub(&chapters, &[])).unwrap();
    assert_eq!(document.kind, DocumentKind::Epub);
    assert_eq!(document.title.as_deref(), Some("The Book"));
    let expected = [
        (Heading(1), "First"),
        (Paragraph, "Begin."),
        (Paragraph, "No heading."),
        (Paragraph, "More."),
    ];
    assert_eq!(blocks(&document), expected);
    // The second chapter is not part of the first.
    assert!(document.blocks[2].place.headings.is_empty());
}

#[test]
fn a_chapter_that_is_missing_is_said() {
    let package = r#"<package><manifest><item id="a" href="a.html" media-type="text/html"/>
        <item id="b" href="b.html" media-type="text/html"/></manifest>
        <spine><itemref idref="a"/><itemref idref="b"/></spine></package>"#;
    let container = r#"<container><rootfile full-path="book.opf"/></container>"#;
    let files = [
        ("META-INF/container.xml", container),
        ("book.opf", package),
        ("b.html", "<p>here</p>"),
    ];
    let document = read("b.epub", zip(&files)).unwrap();
    assert_eq!(document.warnings, [Warning::PartsLeftOut(1)]);
    let none = zip(&files[..2]);
    assert!(matches!(
        read("b.epub", none),
        Err(DocumentError::Broken { .. })
    ));
}

#[test]
fn protected_books_are_told_from_protected_fonts() {
    let protects =
        |file: &str| format!("<encryption><CipherReference URI=\"{file}\"/></encryption>");
    let chapters = ["<p>text</p>"];
    let fonts = protects("OEBPS/font.otf");
    let book = epub(&chapters, &[("META-INF/encryption.xml", &fonts)]);
    assert!(read("b.epub", book).is_ok());
    let text = protects("OEBPS/text/c%201.xhtml");
    let book = epub(&chapters, &[("META-INF/encryption.xml", &text)]);
    assert!(matches!(
        read("b.epub", book),
        Err(DocumentError::Encrypted)
    ));
}
