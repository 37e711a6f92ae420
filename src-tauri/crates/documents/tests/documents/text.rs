//! Plain text, subtitles, tables of values, and encodings.

use llmos_documents::{BlockKind, DocumentKind, Warning};

use crate::support::{Heading, Paragraph, TableRow, blocks, read};

#[test]
fn paragraphs_and_chapters_of_a_book() {
    let text = "CHAPTER I.\r\n\r\nIt was dark.\r\nVery dark.\r\n\r\nThe end.\n";
    let document = read("book.txt", text).unwrap();
    assert_eq!(document.kind, DocumentKind::Text);
    let expected = [
        (Heading(1), "CHAPTER I."),
        (Paragraph, "It was dark.\nVery dark."),
        (Paragraph, "The end."),
    ];
    assert_eq!(blocks(&document), expected);
    assert_eq!(
        *document.blocks[2].place.headings,
        ["CHAPTER I.".to_owned()]
    );
    assert_eq!(document.words(), 9);
}

#[test]
fn chapters_of_a_chinese_book() {
    let document = read("书.txt", "第一回 开头\n\n话说天下大势。\n").unwrap();
    assert_eq!(
        blocks(&document),
        [(Heading(1), "第一回 开头"), (Paragraph, "话说天下大势。")]
    );
}

#[test]
fn form_feeds_are_pages() {
    let document = read("rfc.txt", "one\n\u{c}two\n\u{c}").unwrap();
    assert_eq!(document.pages, Some(2));
    assert_eq!(document.blocks[1].place.page, Some(2));
    assert_eq!(read("plain.txt", "one").unwrap().pages, None);
}

#[test]
fn the_encoding_is_found_and_said() {
    let chinese = "落霞与孤鹜齐飞，秋水共长天一色。渔舟唱晚，响穷彭蠡之滨。".repeat(4);
    let german = "Größe, Süße und Maß: überall schöne Wörter für Ärzte. ".repeat(4);
    let japanese = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。".repeat(4);
    let wide = |text: &str| {
        text.encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>()
    };
    let cases: [(&str, Vec<u8>, bool); 6] = [
        ("UTF-8", chinese.clone().into_bytes(), false),
        (
            "GB18030",
            encoding_rs::GB18030.encode(&chinese).0.into_owned(),
            true,
        ),
        (
            "windows-1252",
            encoding_rs::WINDOWS_1252.encode(&german).0.into_owned(),
            true,
        ),
        (
            "Shift_JIS",
            encoding_rs::SHIFT_JIS.encode(&japanese).0.into_owned(),
            true,
        ),
        (
            "UTF-16LE",
            [vec![0xff, 0xfe], wide(&chinese)].concat(),
            false,
        ),
        ("UTF-16LE", wide(&german), true),
    ];
    let texts = [&chinese, &chinese, &german, &japanese, &chinese, &german];
    for ((name, bytes, guessed), text) in cases.into_iter().zip(texts) {
        let document = read("a.txt", bytes).unwrap();
        let encoding = document.encoding.clone().unwrap();
        assert_eq!((encoding.name.as_str(), encoding.guessed), (name, guessed));
        assert_eq!(document.text(), text.trim());
        assert_eq!(document.warnings, []);
    }
}

#[test]
fn a_wrong_byte_is_said_and_changes_nothing_else() {
    let mut bytes = "Grüße aus Köln, schöne Wörter für alle Ärzte: äöüß äöüß äöüß äöüß."
        .as_bytes()
        .to_vec();
    bytes.push(0xff);
    let document = read("a.txt", bytes).unwrap();
    assert_eq!(document.encoding.clone().unwrap().name, "UTF-8");
    assert_eq!(document.warnings, [Warning::DamagedText]);
    assert!(document.text().starts_with("Grüße aus Köln"));
}

#[test]
fn source_code_keeps_its_indentation() {
    let code = "fn main() {\n    run();\n}";
    let document = read("main.rs", code).unwrap();
    assert_eq!(document.text(), code);
}

#[test]
fn subtitles_keep_their_times() {
    let text = "1\n00:00:01,500 --> 00:00:04,000\n<i>Hello</i>\n{\\an8}there\n\n\
                2\n00:01:00,000 --> 00:01:02,250 X1:40\n3 < 4\n\n3\n--> broken\nlost\n";
    let document = read("film.srt", text).unwrap();
    let cue = |start_ms, end_ms| BlockKind::Cue { start_ms, end_ms };
    assert_eq!(
        blocks(&document),
        [
            (cue(1500, 4000), "Hello\nthere"),
            (cue(60_000, 62_250), "3 < 4")
        ]
    );
    assert_eq!(document.warnings, [Warning::PartsLeftOut(1)]);
}

#[test]
fn values_are_rows_whatever_separates_them() {
    let expected = [(TableRow, "name | town"), (TableRow, "Li, Wei | 杭州")];
    for text in [
        "name,town\n\"Li, Wei\",杭州\n",
        "name;town\nLi, Wei;杭州\n",
        "name\ttown\r\n\"Li, Wei\"\t杭州\r\n\r\n",
    ] {
        let document = read("people.csv", text).unwrap();
        assert_eq!(blocks(&document), expected);
        assert_eq!(document.text(), "| name | town |\n| Li, Wei | 杭州 |");
    }
}
