//! PDF.

use llmos_documents::{Control, DocumentError, DocumentKind, Limits, Warning, extract};

use crate::support::pdf::{Pdf, deflated, lines, stream, text};
use crate::support::{Heading, ListItem, Paragraph, TableRow, blocks, read};

#[test]
fn lines_become_paragraphs_and_headings() {
    let page = [
        text("F2", 24, 72, 720, "The Title"),
        lines(
            11,
            72,
            680,
            &[
                "The first paragraph goes on over",
                "two lines and divides a long-",
                "ish word.",
            ],
        ),
        lines(11, 72, 620, &["Another paragraph, further down."]),
        text("F2", 11, 72, 590, "A bold heading"),
        lines(11, 72, 560, &["\\225 one entry", "\\225 another"]),
        text("F1", 11, 72, 500, "name") + &text("F1", 11, 300, 500, "town"),
        text("F1", 11, 72, 486, "Li") + &text("F1", 11, 300, 486, "Hangzhou"),
    ]
    .concat();
    let second = lines(11, 72, 700, &["Second page."]);
    let document = read(
        "a.pdf",
        Pdf::default().page(page).page(second).packed().build(),
    )
    .unwrap();
    assert_eq!(document.kind, DocumentKind::Pdf);
    assert_eq!(document.title.as_deref(), Some("The Title"));
    assert_eq!(document.pages, Some(2));
    let expected = [
        (Heading(1), "The Title"),
        (
            Paragraph,
            "The first paragraph goes on over two lines and divides a longish word.",
        ),
        (Paragraph, "Another paragraph, further down."),
        (Heading(2), "A bold heading"),
        (ListItem(1), "one entry"),
        (ListItem(1), "another"),
        (TableRow, "name | town"),
        (TableRow, "Li | Hangzhou"),
        (Paragraph, "Second page."),
    ];
    assert_eq!(blocks(&document), expected);
    assert_eq!(document.blocks[8].place.page, Some(2));
    assert_eq!(document.blocks[7].place.page, Some(1));
    assert_eq!(document.warnings, []);

    let text = document.paged_text();
    let (first, second) = text.split_once("\n\n\u{C}").unwrap();
    assert!(first.starts_with("# The Title\n\nThe first"), "{first}");
    assert!(first.contains("- one entry\n- another"), "{first}");
    assert_eq!(second, "Second page.");
}

#[test]
fn gaps_between_characters_are_spaces_only_where_they_are_wide() {
    // Kerned within a word, and a space made by moving.
    let page = "BT /F1 12 Tf 72 700 Td [(W) 80 (ord) -300 (tw) 20 (o)] TJ ET";
    let document = read("a.pdf", Pdf::default().page(page).build()).unwrap();
    assert_eq!(document.text(), "Word two");
}

#[test]
fn running_titles_and_marked_artifacts_are_left_out() {
    let mut pdf = Pdf::default().title("A book");
    let words = ["river", "harbour", "orchard", "garden", "meadow", "island"];
    for (page, word) in (1..).zip(words) {
        let first = format!("Text of the {word}, which goes");
        let last = format!("and ends at the {word}.");
        let body = [
            first.as_str(),
            "on over some lines",
            "more than two,",
            last.as_str(),
        ];
        let content = [
            text("F1", 9, 72, 760, "The running title"),
            lines(11, 72, 700, &body),
            format!(
                "/Artifact BMC {} EMC\n",
                text("F1", 9, 300, 60, "confidential")
            ),
            text("F1", 9, 300, 30, &format!("{page}")),
        ];
        pdf = pdf.page(content.concat());
    }
    let document = read("a.pdf", pdf.build()).unwrap();
    assert_eq!(document.title.as_deref(), Some("A book"));
    assert_eq!(document.blocks.len(), 6);
    assert_eq!(
        document.blocks[3].text,
        "Text of the garden, which goes on over some lines more than two, and ends at the garden."
    );
}

#[test]
fn headings_that_are_marked_are_believed() {
    let page = format!(
        "/H2 <</MCID 0>> BDC {} EMC {}",
        text("F1", 11, 72, 700, "Marked"),
        text("F1", 11, 72, 685, "Plain text.")
    );
    let document = read("a.pdf", Pdf::default().page(page).build()).unwrap();
    assert_eq!(
        blocks(&document),
        [(Heading(2), "Marked"), (Paragraph, "Plain text.")]
    );
}

#[test]
fn characters_are_named_by_the_fonts_own_map() {
    // Chinese, in a font whose numbers mean nothing by themselves.
    let map = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap \
        1 begincodespacerange <0000> <FFFF> endcodespacerange \
        2 beginbfchar <0001> <676D> <0002> <5DDE> endbfchar endcmap end end";
    let pdf = Pdf::default()
        .resources("/XObject << /Fm 13 0 R >>")
        .object("<< /Type /Font /Subtype /Type0 /BaseFont /AAAAAA+Song /Encoding /Identity-H /DescendantFonts [11 0 R] /ToUnicode 12 0 R >>")
        .object("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /AAAAAA+Song /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 1000 >>")
        .object(stream("/Filter /FlateDecode", &deflated(map.as_bytes())))
        // Drawn as a form, turned and moved.
        .object(stream("/Type /XObject /Subtype /Form /BBox [0 0 500 500] /Matrix [1 0 0 1 72 600] /Resources << /Font << /C 10 0 R >> >>", b"BT /C 12 Tf 0 0 Td <00010002> Tj ET"))
        .page("q /Fm Do Q");
    assert_eq!(read("a.pdf", pdf.build()).unwrap().text(), "杭州");
}

#[test]
fn names_of_characters_are_understood() {
    let pdf = Pdf::default()
        .object("<< /Type /Font /Subtype /Type1 /BaseFont /X /FirstChar 1 /Widths [500 500 500 500 500] /Encoding << /Differences [1 /quoteright /ffi /uni676D /endash /f_i] >> >>")
        .resources("/Font << /X 10 0 R >>")
        .page("BT /X 12 Tf 72 700 Td <0102030405> Tj ET");
    // The page has two dictionaries of fonts; the last one counts or the first.
    let document = read("a.pdf", pdf.build()).unwrap();
    assert_eq!(document.text(), "’ffi杭–fi");
}

#[test]
fn a_form_that_draws_itself_ends() {
    let pdf = Pdf::default()
        .resources("/XObject << /Fm 10 0 R >>")
        .object(stream("/Type /XObject /Subtype /Form /BBox [0 0 500 500] /Resources << /XObject << /Fm 10 0 R >> /Font << /F1 3 0 R >> >>", b"BT /F1 12 Tf 72 700 Td (again) Tj ET /Fm Do"))
        .page("/Fm Do");
    let text = read("a.pdf", pdf.build()).unwrap().text();
    assert!(text.starts_with("again"));
}

#[test]
fn pictures_of_pages_are_told_from_empty_pages() {
    let picture = "/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray";
    let scan = || {
        Pdf::default()
            .resources("/XObject << /Im 10 0 R >>")
            .object(stream(picture, b"x"))
    };
    let scanned = scan().page("/Im Do").page("/Im Do").build();
    assert!(matches!(
        read("a.pdf", scanned),
        Err(DocumentError::Scanned)
    ));
    let empty = Pdf::default().page("0 0 10 10 re f").build();
    assert!(matches!(read("a.pdf", empty), Err(DocumentError::Empty)));
    let mixed = scan()
        .page(text("F1", 11, 72, 700, "words"))
        .page("/Im Do")
        .build();
    let document = read("a.pdf", mixed).unwrap();
    assert_eq!(document.warnings, [Warning::PagesWithoutText(1)]);
    // A scan with a layer of text that nobody sees is a text.
    let recognised = scan()
        .page(format!("/Im Do 3 Tr {}", text("F1", 11, 72, 700, "words")))
        .build();
    assert_eq!(read("a.pdf", recognised).unwrap().text(), "words");
}

#[test]
fn a_password_is_asked_for_by_name() {
    let locked = Pdf::default()
        .page(text("F1", 11, 72, 700, "secret"))
        .encrypted()
        .build();
    assert!(matches!(
        read("a.pdf", locked),
        Err(DocumentError::Encrypted)
    ));
}

#[test]
fn what_is_cut_off_is_read_as_far_as_it_goes_or_refused() {
    let whole = Pdf::default()
        .page(text("F1", 11, 72, 700, "words"))
        .build();
    let without_end = &whole[..whole.len() - 200];
    assert_eq!(read("a.pdf", without_end).unwrap().text(), "words");
    let broken = read("a.pdf", &whole[..40]);
    assert!(
        matches!(broken, Err(DocumentError::Broken { .. })),
        "{broken:?}"
    );
    let named = read("a.pdf", "just words");
    assert!(matches!(named, Err(DocumentError::Broken { .. })));
}

#[test]
fn streams_that_unpack_to_too_much_are_refused_unread() {
    let bomb = deflated(&vec![b' '; 64 << 20]);
    let twice = deflated(&bomb);
    let cases = [
        stream("/Filter /FlateDecode", &bomb),
        stream("/Filter [/FlateDecode /FlateDecode]", &twice),
        stream(
            "/Type /ObjStm /N 1 /First 4 /Subtype /Image /Filter /FlateDecode",
            &bomb,
        ),
    ];
    for case in cases {
        let pdf = Pdf::default()
            .object(case)
            .page(text("F1", 11, 72, 700, "x"))
            .build();
        let refused = read("a.pdf", pdf);
        assert!(
            matches!(refused, Err(DocumentError::ZipBomb)),
            "{refused:?}"
        );
    }
    // A white picture is packed as well as a bomb is, and honest.
    let picture = stream("/Subtype /Image /Filter /FlateDecode", &bomb);
    let pdf = Pdf::default()
        .object(picture)
        .page(text("F1", 11, 72, 700, "x"))
        .build();
    assert!(read("a.pdf", pdf).is_ok());
}

#[test]
fn a_table_of_contents_is_a_table() {
    let page = lines(
        11,
        72,
        700,
        &[
            "One . . . . . . . 3",
            "Two ........... iv",
            "Wait ...... what is this then?",
        ],
    );
    let document = read("a.pdf", Pdf::default().page(page).build()).unwrap();
    let expected = [
        (TableRow, "One | 3"),
        (TableRow, "Two | iv"),
        (Paragraph, "Wait ...... what is this then?"),
    ];
    assert_eq!(blocks(&document), expected);
}

#[test]
fn progress_is_counted_in_pages() {
    let mut pdf = Pdf::default();
    for page in 0..7 {
        pdf = pdf.page(text("F1", 11, 72, 700, &format!("page {page}")));
    }
    let control = Control::default();
    extract(pdf.build(), "a.pdf", &Limits::default(), &control).unwrap();
    assert_eq!(control.progress(), (7, 7));
}
