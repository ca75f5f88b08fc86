//! Tables as files that spreadsheets open.

use http::header;

use crate::Reply;

/// A table: CSV with semicolons and a byte order mark, as Excel opens it in both languages.
#[derive(Clone, Debug, Default)]
pub struct Sheet(String);

impl Sheet {
    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = impl AsRef<str>>) {
        for (index, cell) in cells.into_iter().enumerate() {
            if index > 0 {
                self.0.push(';');
            }
            self.0.push_str(&quoted(cell.as_ref()));
        }
        self.0.push_str("\r\n");
    }

    /// The file, to be kept under a name of ours.
    pub fn reply(self, name: &str) -> Reply {
        let bytes = format!("\u{feff}{}", self.0).into_bytes();
        let attached = format!("attachment; filename=\"{name}\"");
        Reply::bytes("text/csv; charset=utf-8", bytes).header(header::CONTENT_DISPOSITION, &attached)
    }
}

/// A cell. What a spreadsheet would take for a formula is made text by an apostrophe, however it is
/// led up to; a plain number stays one.
fn quoted(cell: &str) -> String {
    let formula = cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || cell.starts_with(['\t', '\r', '\n']);
    let number = cell.parse::<i64>().is_ok() && !cell.starts_with('+');
    let guard = if formula && !number { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_cell_is_a_formula_or_leaves_it() {
        for (cell, written) in [
            ("Гимназия № 14", "\"Гимназия № 14\""),
            ("44", "\"44\""),
            ("-3", "\"-3\""),
            ("=1+1", "\"'=1+1\""),
            ("+7 701", "\"'+7 701\""),
            ("-1+1", "\"'-1+1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            (" =1", "\"' =1\""),
            ("\t=1", "\"'\t=1\""),
            ("＝1", "\"'＝1\""),
            ("a\";=1", "\"a\"\";=1\""),
            ("a\r\n=1", "\"a\r\n=1\""),
        ] {
            assert_eq!(quoted(cell), written);
        }
    }

    #[test]
    fn a_sheet_opens_in_excel() {
        let mut sheet = Sheet::default();
        sheet.row(["Школа", "Қала"]);
        sheet.row(["1".to_owned(), "2".to_owned()]);
        let reply = sheet.reply("a.csv");
        assert_eq!(String::from_utf8(reply.body).unwrap(), "\u{feff}\"Школа\";\"Қала\"\r\n\"1\";\"2\"\r\n");
    }
}
