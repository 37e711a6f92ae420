//! Writes archives.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// An archive of these files.
pub(crate) fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A Word document with this body.
pub(crate) fn docx(body: &str) -> Vec<u8> {
    let styles = r#"<w:styles xmlns:w="w">
        <w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>
        <w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
        <w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Own"/>
            <w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
    </w:styles>"#;
    let document = format!(r#"<w:document xmlns:w="w"><w:body>{body}</w:body></w:document>"#);
    zip(&[
        ("[Content_Types].xml", "<Types/>"),
        (
            "docProps/core.xml",
            "<p><dc:title xmlns:dc=\"dc\">Annual &amp; report</dc:title></p>",
        ),
        ("word/styles.xml", styles),
        ("word/document.xml", &document),
    ])
}

/// An `OpenDocument` text with this body.
pub(crate) fn odt(body: &str) -> Vec<u8> {
    let content = format!(
        r#"<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b">
        <office:body><office:text>{body}</office:text></office:body></office:document-content>"#
    );
    zip(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", &content),
    ])
}

/// A book of these chapters, and more files.
pub(crate) fn epub(chapters: &[&str], more: &[(&str, &str)]) -> Vec<u8> {
    let mut manifest = String::new();
    let mut spine = String::new();
    let names: Vec<String> = (1..=chapters.len())
        .map(|n| format!("OEBPS/text/c {n}.xhtml"))
        .collect();
    for number in 1..=chapters.len() {
        manifest.push_str(&format!(
            r#"<item id="c{number}" href="text/c%20{number}.xhtml" media-type="application/xhtml+xml"/>"#
        ));
        spine.push_str(&format!(r#"<itemref idref="c{number}"/>"#));
    }
    let package = format!(
        r#"<package xmlns:dc="dc"><metadata><dc:title>The Book</dc:title></metadata>
        <manifest>{manifest}<item id="css" href="s.css" media-type="text/css"/></manifest>
        <spine>{spine}</spine></package>"#
    );
    let container =
        r#"<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>"#;
    let mut files = vec![
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", container),
        ("OEBPS/book.opf", package.as_str()),
    ];
    files.extend(
        names
            .iter()
            .map(String::as_str)
            .zip(chapters.iter().copied()),
    );
    files.extend_from_slice(more);
    zip(&files)
}
