//! What is refused, and with which words.

use std::fs::File;
use std::time::Duration;

use llmos_documents::{Control, DocumentError, Limit, Limits, extract};

use crate::support::read;
use crate::support::zip::{docx, epub, odt, zip};

fn with(
    limits: Limits,
    name: &str,
    bytes: Vec<u8>,
) -> Result<llmos_documents::Document, DocumentError> {
    extract(bytes, name, &limits, &Control::default())
}

#[test]
fn nothing_is_empty() {
    for (name, bytes) in [
        ("a.txt", ""),
        ("a.txt", " \n\n\t"),
        ("a.md", "\n"),
        ("a.html", "<p> </p>"),
    ] {
        assert!(
            matches!(read(name, bytes), Err(DocumentError::Empty)),
            "{name} {bytes:?}"
        );
    }
    assert!(matches!(
        read("a.docx", docx("<w:p/>")),
        Err(DocumentError::Empty)
    ));
}

#[test]
fn a_file_of_a_gigabyte_is_refused_unread() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("huge.txt");
    // Sparse: it takes no room, and reading it would be felt.
    File::create(&path).unwrap().set_len(1 << 30).unwrap();
    let refused = extract(path, "huge.txt", &Limits::default(), &Control::default());
    let Err(DocumentError::TooLarge {
        limit: Limit::InputBytes,
        most,
    }) = refused
    else {
        panic!("{refused:?}");
    };
    assert_eq!(most, Limits::default().input_bytes);
}

#[test]
fn a_file_that_is_not_there_is_said() {
    let refused = extract(
        std::path::Path::new("/nowhere/a.txt"),
        "a.txt",
        &Limits::default(),
        &Control::default(),
    );
    assert!(matches!(refused, Err(DocumentError::Unreadable(_))));
}

#[test]
fn what_is_not_text_is_told_by_its_bytes() {
    let picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06".repeat(20);
    assert!(matches!(
        read("notes.txt", picture.clone()),
        Err(DocumentError::Binary)
    ));
    assert!(matches!(
        read("notes.md", picture.clone()),
        Err(DocumentError::Binary)
    ));
    assert!(matches!(
        read("photo.png", picture),
        Err(DocumentError::UnsupportedKind)
    ));
    assert!(matches!(
        read("a.rtf", "{\\rtf1 x}"),
        Err(DocumentError::UnsupportedKind)
    ));
}

#[test]
fn old_and_locked_office_files_are_told_apart() {
    let mut old = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    old.resize(2048, 0);
    assert!(matches!(
        read("a.doc", old.clone()),
        Err(DocumentError::UnsupportedKind)
    ));
    old.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert!(matches!(read("a.docx", old), Err(DocumentError::Encrypted)));
    let manifest = "<manifest><file-entry><encryption-data/></file-entry></manifest>";
    let locked = zip(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", "rubbish"),
    ]);
    assert!(matches!(
        read("a.odt", locked),
        Err(DocumentError::Encrypted)
    ));
}

#[test]
fn an_archive_with_a_password_is_told() {
    let mut archive = zip(&[("word/document.xml", "<document/>")]);
    // The flag of each header that says so.
    for (magic, flag) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let at = archive.windows(4).position(|it| it == magic).unwrap();
        archive[at + flag] |= 1;
    }
    assert!(matches!(
        read("a.docx", archive),
        Err(DocumentError::Encrypted)
    ));
}

#[test]
fn archives_of_other_things_are_no_documents() {
    let archive = zip(&[("photo.jpg", "x")]);
    assert!(matches!(
        read("a.zip", archive),
        Err(DocumentError::UnsupportedKind)
    ));
    let whole = docx("<w:p><w:r><w:t>words</w:t></w:r></w:p>");
    let cut = whole[..whole.len() / 2].to_vec();
    assert!(matches!(
        read("a.docx", cut),
        Err(DocumentError::Broken { .. })
    ));
    assert!(matches!(
        read("a.docx", "words"),
        Err(DocumentError::Broken { .. })
    ));
    let torn = docx("<w:p><w:r><w:t>words</w:t>");
    assert!(matches!(
        read("a.docx", torn),
        Err(DocumentError::Broken { .. })
    ));
}

#[test]
fn bombs_do_not_go_off() {
    let much = format!("<p>{}</p>", " ".repeat(64 << 20));
    for (name, bytes) in [
        ("a.docx", docx(&much)),
        ("a.odt", odt(&much)),
        ("a.epub", epub(&[&much], &[])),
    ] {
        let refused = read(name, bytes);
        assert!(
            matches!(refused, Err(DocumentError::ZipBomb)),
            "{name}: {refused:?}"
        );
    }
    let many: Vec<String> = (0..300).map(|number| format!("f{number}")).collect();
    let files: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "")).collect();
    let limits = Limits {
        entries: 100,
        ..Limits::default()
    };
    let refused = with(limits, "a.docx", zip(&files));
    assert!(matches!(
        refused,
        Err(DocumentError::TooLarge {
            limit: Limit::Entries,
            ..
        })
    ));
    let limits = Limits {
        unpacked_bytes: 1000,
        ..Limits::default()
    };
    let body = "<w:p><w:r><w:t>words and words</w:t></w:r></w:p>".repeat(50);
    let refused = with(limits, "a.docx", docx(&body));
    assert!(matches!(
        refused,
        Err(DocumentError::TooLarge {
            limit: Limit::UnpackedBytes,
            ..
        })
    ));
}

#[test]
fn nesting_has_an_end() {
    let deep =
        |open: &str, close: &str| format!("{}x{}", open.repeat(100_000), close.repeat(100_000));
    let cases = [
        ("a.html", deep("<div>", "</div>").into_bytes()),
        ("a.md", deep("> ", "").into_bytes()),
        ("a.docx", docx(&deep("<w:p>", "</w:p>"))),
        ("a.odt", odt(&deep("<text:p>", "</text:p>"))),
    ];
    for (name, bytes) in cases {
        let refused = read(name, bytes);
        assert!(
            matches!(refused, Err(DocumentError::TooNested { most: 256 })),
            "{name}: {refused:?}"
        );
    }
    // Paragraphs and rows that nobody closed are not nested.
    assert!(read("a.html", "<p>x<tr><td>y<li>z".repeat(3000)).is_ok());
}

#[test]
fn entities_that_a_file_defines_stand_for_nothing() {
    let text = "<!DOCTYPE d [<!ENTITY a \"bang\"><!ENTITY b \"&a;&a;&a;\">]>\
        <w:document xmlns:w=\"w\"><w:p><w:r><w:t>x&b;&#65;&amp;</w:t></w:r></w:p></w:document>";
    let document = read("a.docx", zip(&[("word/document.xml", text)])).unwrap();
    assert_eq!(document.text(), "xA&");
}

#[test]
fn text_and_blocks_are_counted() {
    let limits = Limits {
        text_bytes: 100,
        ..Limits::default()
    };
    let refused = with(limits, "a.txt", vec![b'a'; 101]);
    assert!(matches!(
        refused,
        Err(DocumentError::TooLarge {
            limit: Limit::TextBytes,
            most: 100
        })
    ));
    let limits = Limits {
        blocks: 3,
        ..Limits::default()
    };
    let refused = with(limits, "a.txt", b"a\n\nb\n\nc\n\nd".to_vec());
    assert!(matches!(
        refused,
        Err(DocumentError::TooLarge {
            limit: Limit::Blocks,
            most: 3
        })
    ));
}

#[test]
fn time_and_patience_end() {
    let limits = Limits {
        time: Duration::ZERO,
        ..Limits::default()
    };
    let late = with(limits, "a.txt", b"words".to_vec());
    assert!(
        matches!(late, Err(DocumentError::TimedOut { seconds: 0 })),
        "{late:?}"
    );
    let control = Control::default();
    control.cancel();
    let stopped = extract(b"words".to_vec(), "a.txt", &Limits::default(), &control);
    assert!(matches!(stopped, Err(DocumentError::Cancelled)));
}

#[test]
fn bytes_of_any_sort_are_read_or_refused() {
    // A generator without a library: what matters is that nothing panics or hangs.
    let mut state = 0x2545_f491_u32;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[0]
    };
    let whole = [
        (
            "a.pdf",
            crate::support::pdf::Pdf::default()
                .page("BT /F1 12 Tf 72 700 Td (words) Tj ET")
                .packed()
                .build(),
        ),
        ("a.docx", docx("<w:p><w:r><w:t>words</w:t></w:r></w:p>")),
        ("a.epub", epub(&["<p>words</p>"], &[])),
        ("a.html", b"<table><tr><td>a<p>b</table><ul><li>x".to_vec()),
        ("a.md", b"# a\n\n| b | c |\n|--|--|\n\n- d\n".to_vec()),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\nx\n".to_vec()),
    ];
    for (name, bytes) in whole {
        for _ in 0..60 {
            let mut bytes = bytes.clone();
            for _ in 0..4 {
                let at = usize::from(random()) * 251 + usize::from(random());
                let at = at % bytes.len();
                bytes[at] = random();
            }
            let read = read(name, bytes);
            // The worker turns a panic into this.
            assert!(
                !matches!(read, Err(DocumentError::Broken { what: "the file" })),
                "{name}"
            );
        }
    }
}
