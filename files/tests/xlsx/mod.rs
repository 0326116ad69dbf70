//! Writes small workbooks (`.xlsx`) for tests: a ZIP archive without compression.

use std::fmt::Write as _;

/// A builder of a workbook.
#[derive(Default)]
pub(crate) struct Xlsx {
    sheets: Vec<(String, String, bool)>,
}

/// A cell of a sheet.
#[derive(Clone, Copy)]
pub(crate) enum Cell<'a> {
    Text(&'a str),
    /// A number as it is spelled in the file.
    Number(&'a str),
    /// The days since 1899-12-30, formatted as a date.
    Date(f64),
    Bool(bool),
    Error(&'a str),
    /// A formula and its saved text.
    Formula(&'a str, Option<&'a str>),
    Empty,
}

impl Xlsx {
    /// Adds a sheet whose first row is row 1.
    pub(crate) fn sheet(self, name: &str, rows: &[&[Cell<'_>]]) -> Self {
        self.sheet_at(name, 1, rows)
    }

    /// Adds a sheet whose first row has the number `first`.
    pub(crate) fn sheet_at(mut self, name: &str, first: usize, rows: &[&[Cell<'_>]]) -> Self {
        let mut xml = String::new();
        for (down, cells) in rows.iter().enumerate() {
            let number = first + down;
            let _ = write!(xml, "<row r=\"{number}\">");
            for (right, cell) in cells.iter().enumerate() {
                let reference = format!("{}{number}", char::from(b'A' + u8::try_from(right).unwrap()));
                xml.push_str(&cell_xml(&reference, *cell));
            }
            xml.push_str("</row>");
        }
        self.sheets.push((name.to_owned(), xml, true));
        self
    }

    /// Hides the sheet that was added last.
    pub(crate) fn hidden(mut self) -> Self {
        self.sheets.last_mut().unwrap().2 = false;
        self
    }

    /// Returns the file.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut files = vec![
            (
                "[Content_Types].xml".to_owned(),
                "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".to_owned(),
            ),
            (
                "_rels/.rels".to_owned(),
                format!(
                    "<Relationships {RELATIONS}><Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
                ),
            ),
            ("xl/styles.xml".to_owned(), STYLES.to_owned()),
        ];
        let (mut list, mut relations) = (String::new(), String::new());
        for (place, (name, xml, is_visible)) in self.sheets.iter().enumerate() {
            let id = place + 1;
            let state = if *is_visible { "" } else { " state=\"hidden\"" };
            let _ = write!(list, "<sheet name=\"{name}\" sheetId=\"{id}\"{state} r:id=\"rId{id}\"/>");
            let _ = write!(
                relations,
                "<Relationship Id=\"rId{id}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{id}.xml\"/>"
            );
            files.push((
                format!("xl/worksheets/sheet{id}.xml"),
                format!("<worksheet {MAIN}><sheetData>{xml}</sheetData></worksheet>"),
            ));
        }
        files.push((
            "xl/workbook.xml".to_owned(),
            format!("<workbook {MAIN}><sheets>{list}</sheets></workbook>"),
        ));
        files.push((
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!("<Relationships {RELATIONS}>{relations}</Relationships>"),
        ));
        zip(&files)
    }
}

const MAIN: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
                    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

const RELATIONS: &str = "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The styles of cells. Style 1 is a date.
const STYLES: &str = "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
                      <cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>";

fn cell_xml(reference: &str, cell: Cell<'_>) -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    match cell {
        Cell::Text(text) => {
            format!(
                "<c r=\"{reference}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
                escaped(text)
            )
        }
        Cell::Number(number) => format!("<c r=\"{reference}\"><v>{number}</v></c>"),
        Cell::Date(serial) => format!("<c r=\"{reference}\" s=\"1\"><v>{serial}</v></c>"),
        Cell::Bool(is_true) => format!("<c r=\"{reference}\" t=\"b\"><v>{}</v></c>", u8::from(is_true)),
        Cell::Error(error) => format!("<c r=\"{reference}\" t=\"e\"><v>{error}</v></c>"),
        Cell::Formula(formula, Some(text)) => {
            format!("<c r=\"{reference}\" t=\"str\"><f>{}</f><v>{}</v></c>", escaped(formula), escaped(text))
        }
        Cell::Formula(formula, None) => format!("<c r=\"{reference}\"><f>{}</f></c>", escaped(formula)),
        Cell::Empty => String::new(),
    }
}

/// Returns a ZIP archive of stored files.
pub(crate) fn zip(files: &[(String, String)]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let length = u32::try_from(text.len()).unwrap().to_le_bytes();
        let mut head = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        head.extend(crc32(text.as_bytes()).to_le_bytes());
        head.extend([length, length].concat());
        head.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        head.extend([0, 0]);
        directory.extend([&b"PK\x01\x02\x14\0"[..], &head, &[0; 10]].concat());
        directory.extend(u32::try_from(archive.len()).unwrap().to_le_bytes());
        directory.extend(name.as_bytes());
        archive.extend([&b"PK\x03\x04"[..], &head, name.as_bytes(), text.as_bytes()].concat());
    }
    let count = u16::try_from(files.len()).unwrap().to_le_bytes();
    let (begin, length) = (u32::try_from(archive.len()).unwrap(), u32::try_from(directory.len()).unwrap());
    archive.extend(directory);
    archive.extend([&b"PK\x05\x06\0\0\0\0"[..], &count, &count].concat());
    archive.extend([length.to_le_bytes(), begin.to_le_bytes()].concat());
    archive.extend([0, 0]);
    archive
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 },
        )
    })
}
