//! Rows as a file.

use csv::{Terminator, Writer, WriterBuilder};
use domain::directory::rows::Row;

use crate::cell::guarded;

/// The mark that tells Excel that a file is in UTF-8.
pub(crate) const MARK: &[u8] = b"\xef\xbb\xbf";

/// The cells of a row in the order of its columns, as they were read.
///
/// # Errors
/// A row that is no row of cells; none of ours is.
pub fn cells<R: Row>(row: &R) -> Result<Vec<String>, csv::Error> {
    let mut writer = WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    writer.serialize(row)?;
    let line = writer.into_inner().map_err(|error| error.into_error())?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(line.as_slice());
    let record = reader.records().next().transpose()?.unwrap_or_default();
    Ok(record.iter().map(str::to_owned).collect())
}

/// The file of these rows, which is read back as them. With semicolons and the mark, since that is
/// what a spreadsheet set to Russian or Kazakh opens as a table; with every formula made harmless.
///
/// # Errors
/// A row that is no row of cells; none of ours is.
pub fn write<R: Row>(rows: &[R]) -> Result<Vec<u8>, csv::Error> {
    let mut plain = Writer::from_writer(Vec::new());
    if rows.is_empty() {
        plain.write_record(R::COLUMNS)?;
    }
    for row in rows {
        plain.serialize(row)?;
    }
    let plain = plain.into_inner().map_err(|error| error.into_error())?;
    let mut out = Vec::with_capacity(plain.len() + MARK.len());
    out.extend_from_slice(MARK);
    let mut harmless = WriterBuilder::new().delimiter(b';').terminator(Terminator::CRLF).from_writer(out);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(plain.as_slice());
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record)? {
        harmless.write_record(record.iter().map(guarded))?;
    }
    Ok(harmless.into_inner().map_err(|error| error.into_error())?)
}
