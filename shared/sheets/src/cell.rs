//! What a cell holds beside its value.

/// Cells that begin so are formulas to a spreadsheet.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A cell is a formula, or was kept from being one, which must be told from it when read back.
fn is_guardable(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(FORMULA)
}

/// Keeps a spreadsheet from taking a cell for a formula: a stranger's text must not run there.
pub fn guarded(cell: &str) -> String {
    if is_guardable(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// Reads what [`guarded`] wrote; any other cell stays as it is.
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_guardable(rest) => rest,
        _ => cell,
    }
}

/// A value as our types read it, where a spreadsheet has written it its own way.
pub fn normal(column: &str, cell: &str) -> String {
    let cell = unguarded(cell.trim()).trim();
    match column {
        "date" | "first_day" | "priority_until" | "as_of" => iso(cell).unwrap_or_else(|| cell.to_owned()),
        "demo" => match cell.to_lowercase().as_str() {
            "true" | "истина" | "ақиқат" | "1" => "true".to_owned(),
            "false" | "ложь" | "жалған" | "0" => "false".to_owned(),
            _ => cell.to_owned(),
        },
        _ => cell.to_owned(),
    }
}

/// `01.09.2027` as `2027-09-01`.
fn iso(cell: &str) -> Option<String> {
    let mut parts = cell.split('.');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str, count: usize| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    let fits = parts.next().is_none() && digits(day, 2) && digits(month, 2) && digits(year, 4);
    fits.then(|| format!("{year}-{month}-{day}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_formula_is_guarded_and_read_back() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+77210000000", "'+77210000000"),
            ("-", "'-"),
            ("@a", "'@a"),
            ("\tx", "'\tx"),
            ("'=x", "''=x"),
            ("''-x", "'''-x"),
            ("Школа", "Школа"),
            ("'Школа'", "'Школа'"),
            ("", ""),
            ("'", "'"),
        ] {
            assert_eq!(guarded(cell), written);
            assert_eq!(unguarded(written), cell);
        }
    }

    proptest! {
        #[test]
        fn every_cell_is_read_back_as_it_was(cell in "['=+@x-]{0,5}.{0,5}") {
            let written = guarded(&cell);
            prop_assert_eq!(unguarded(&written), &cell);
            prop_assert!(!written.starts_with(FORMULA));
        }
    }

    #[test]
    fn what_excel_makes_of_days_and_truths_is_read() {
        assert_eq!(normal("first_day", " 01.09.2027 "), "2027-09-01");
        assert_eq!(normal("name_ru", "01.09.2027"), "01.09.2027");
        assert_eq!(normal("date", "1.9.27"), "1.9.27");
        assert_eq!((normal("demo", "ИСТИНА"), normal("demo", "FALSE")), ("true".to_owned(), "false".to_owned()));
    }
}
