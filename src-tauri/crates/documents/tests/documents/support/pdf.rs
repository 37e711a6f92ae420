//! Writes small PDFs.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// A PDF in the making. Fonts: `/F1` is Helvetica, `/F2` Helvetica-Bold.
#[derive(Default)]
pub(crate) struct Pdf {
    pages: Vec<Vec<u8>>,
    title: Option<&'static str>,
    /// More objects, numbered from [`Pdf::FIRST`].
    extra: Vec<Vec<u8>>,
    /// More entries of every page's resources.
    resources: &'static str,
    packed: bool,
    encrypt: bool,
}

impl Pdf {
    /// The number of the first extra object.
    pub(crate) const FIRST: usize = 10;

    pub(crate) fn page(mut self, content: impl Into<Vec<u8>>) -> Self {
        self.pages.push(content.into());
        self
    }

    pub(crate) fn title(mut self, title: &'static str) -> Self {
        self.title = Some(title);
        self
    }

    pub(crate) fn object(mut self, object: impl Into<Vec<u8>>) -> Self {
        self.extra.push(object.into());
        self
    }

    pub(crate) fn resources(mut self, resources: &'static str) -> Self {
        self.resources = resources;
        self
    }

    /// Packs the pages' content.
    pub(crate) fn packed(mut self) -> Self {
        self.packed = true;
        self
    }

    /// Says that a password is needed.
    pub(crate) fn encrypted(mut self) -> Self {
        self.encrypt = true;
        self
    }

    pub(crate) fn build(self) -> Vec<u8> {
        let page_of = |index: usize| Self::FIRST + self.extra.len() + index * 2;
        let mut objects: Vec<(usize, Vec<u8>)> = vec![
            (1, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()),
            (3, font("Helvetica")),
            (4, font("Helvetica-Bold")),
            (
                5,
                format!("<< /Title ({}) >>", self.title.unwrap_or_default()).into_bytes(),
            ),
        ];
        let kids: Vec<String> = (0..self.pages.len())
            .map(|index| format!("{} 0 R", page_of(index)))
            .collect();
        let tree = format!(
            "<< /Type /Pages /Kids [{}] /Count {} >>",
            kids.join(" "),
            kids.len()
        );
        objects.push((2, tree.into_bytes()));
        if self.encrypt {
            let secret = "<0000000000000000000000000000000000000000000000000000000000000000>";
            let dict = format!(
                "<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O {secret} /U {secret} >>"
            );
            objects.push((6, dict.into_bytes()));
        }
        for (index, object) in self.extra.iter().enumerate() {
            objects.push((Self::FIRST + index, object.clone()));
        }
        for (index, content) in self.pages.iter().enumerate() {
            let number = page_of(index);
            let page = format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {} 0 R \
                 /Resources << /Font << /F1 3 0 R /F2 4 0 R >> {} >> >>",
                number + 1,
                self.resources
            );
            objects.push((number, page.into_bytes()));
            let stream = if self.packed {
                stream("/Filter /FlateDecode", &deflated(content))
            } else {
                stream("", content)
            };
            objects.push((number + 1, stream));
        }
        write(&mut objects, self.encrypt)
    }
}

fn write(objects: &mut [(usize, Vec<u8>)], encrypt: bool) -> Vec<u8> {
    objects.sort_by_key(|(number, _)| *number);
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in objects.iter() {
        places.push((*number, file.len()));
        file.extend(format!("{number} 0 obj\n").into_bytes());
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    let start = file.len();
    file.extend_from_slice(b"xref\n0 1\n0000000000 65535 f \n");
    for (number, place) in &places {
        file.extend(format!("{number} 1\n{place:010} 00000 n \n").into_bytes());
    }
    let size = places.last().map_or(1, |(number, _)| number + 1);
    let encrypt = if encrypt {
        "/Encrypt 6 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]"
    } else {
        ""
    };
    let end = format!(
        "trailer\n<< /Size {size} /Root 1 0 R /Info 5 0 R {encrypt} >>\nstartxref\n{start}\n%%EOF\n"
    );
    file.extend(end.into_bytes());
    file
}

fn font(name: &str) -> Vec<u8> {
    format!("<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>")
        .into_bytes()
}

/// An object with data.
pub(crate) fn stream(entries: &str, data: &[u8]) -> Vec<u8> {
    let mut object = format!("<< {entries} /Length {} >>\nstream\n", data.len()).into_bytes();
    object.extend_from_slice(data);
    object.extend_from_slice(b"\nendstream");
    object
}

pub(crate) fn deflated(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// Text of a size at a place of the page.
pub(crate) fn text(font: &str, size: u32, x: u32, y: u32, text: &str) -> String {
    format!("BT /{font} {size} Tf {x} {y} Td ({text}) Tj ET\n")
}

/// Lines one below the other.
pub(crate) fn lines(size: u32, x: u32, y: u32, lines: &[&str]) -> String {
    let mut content = format!("BT /F1 {size} Tf {} TL {x} {y} Td\n", size + size / 5);
    for line in lines {
        content.push_str(&format!("({line}) Tj T*\n"));
    }
    content.push_str("ET\n");
    content
}
