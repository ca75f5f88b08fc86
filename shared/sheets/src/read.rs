//! Rows from chunks of bytes.

use std::collections::HashMap;

use csv::StringRecord;
use csv_core::ReadRecordResult;
use domain::directory::rows::Row;
use domain::directory::sheet::{Fault, Faults, Refusal};
use serde::{Deserialize, Deserializer};
use serde_path_to_error::Segment;

use crate::cell::normal;
use crate::write::MARK;

/// So much is looked at before it is known where the first line ends; ours has at most 150 bytes.
const LONGEST_HEAD: usize = 4 * 1024;
/// Bytes of one row at most. What has more is no row, but a quotation mark that is never closed.
const LONGEST_ROW: usize = 64 * 1024;
/// Cells of one row at most.
const MOST_CELLS: usize = 256;
/// Rows of one file at most: what a check holds in memory at once.
const MOST_ROWS: usize = 200_000;

/// What a file holds.
#[derive(Clone, Debug)]
pub struct Read<R> {
    /// The rows that could be read, with their lines
    pub rows: Vec<(u64, R)>,
    /// What is wrong with them and with the others
    pub faults: Faults,
    /// Rows of the file, readable or not
    pub count: u64,
}

/// Reads a file as it arrives.
pub struct Reader<R> {
    stage: Stage,
    read: Read<R>,
    seen: HashMap<String, u64>,
}

enum Stage {
    /// The first line is not whole yet: what there is of it
    Head(Vec<u8>),
    /// It is
    Body(Box<Body>),
}

struct Body {
    core: csv_core::Reader,
    /// Which column of ours each cell is; none before the first line was read
    order: Option<Vec<usize>>,
    cells: Vec<u8>,
    filled: usize,
    ends: Vec<usize>,
    ended: usize,
    /// Line ends behind us
    newlines: u64,
    /// The line in which the row began
    line: Option<u64>,
}

impl<R: Row> Default for Reader<R> {
    fn default() -> Self {
        Self {
            stage: Stage::Head(Vec::new()),
            read: Read { rows: Vec::new(), faults: Faults::default(), count: 0 },
            seen: HashMap::new(),
        }
    }
}

impl<R: Row> Reader<R> {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`Refusal`]: it is no such file, and further bytes make it none.
    pub fn feed(&mut self, chunk: &[u8]) -> Result<(), Refusal> {
        if let Stage::Head(head) = &mut self.stage {
            head.extend_from_slice(chunk);
            if !head.contains(&b'\n') && head.len() <= LONGEST_HEAD {
                return Ok(());
            }
            return self.begin();
        }
        self.go_on(chunk)
    }

    /// Takes the end of the file.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn finish(mut self) -> Result<Read<R>, Refusal> {
        if matches!(self.stage, Stage::Head(_)) {
            self.begin()?;
        }
        // An empty chunk is the end to the parser.
        while self.step(&mut &[][..])? {}
        match (&self.stage, self.read.count) {
            (Stage::Body(body), _) if body.order.is_none() => Err(Refusal::Empty),
            (_, 0) => Err(Refusal::NoRows),
            _ => Ok(self.read),
        }
    }

    fn begin(&mut self) -> Result<(), Refusal> {
        let Stage::Head(head) = &mut self.stage else { return Ok(()) };
        let head = std::mem::take(head);
        let content = head.strip_prefix(MARK).unwrap_or(&head);
        if content.is_empty() {
            return Err(Refusal::Empty);
        }
        let first = content.split(|byte| *byte == b'\n').next().unwrap_or_default();
        if first.len() > LONGEST_HEAD || content.contains(&0) || std::str::from_utf8(first).is_err() {
            return Err(Refusal::NotText);
        }
        let delimiter = if first.contains(&b';') { b';' } else { b',' };
        self.stage = Stage::Body(Box::new(Body {
            core: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            order: None,
            cells: vec![0; 1024],
            filled: 0,
            ends: vec![0; MOST_CELLS],
            ended: 0,
            newlines: 0,
            line: None,
        }));
        self.go_on(content)
    }

    fn go_on(&mut self, mut input: &[u8]) -> Result<(), Refusal> {
        while !input.is_empty() {
            self.step(&mut input)?;
        }
        Ok(())
    }

    /// Lets the parser go on. Whether it has more to tell without more bytes.
    fn step(&mut self, input: &mut &[u8]) -> Result<bool, Refusal> {
        let Stage::Body(body) = &mut self.stage else { return Ok(false) };
        let (cells, ends) = (body.cells.get_mut(body.filled..), body.ends.get_mut(body.ended..));
        let (Some(cells), Some(ends)) = (cells, ends) else { return Err(Refusal::NotText) };
        let (result, taken, filled, ended) = body.core.read_record(input, cells, ends);
        let (behind, ahead) = input.split_at_checked(taken).unwrap_or((input, &[]));
        *input = ahead;
        body.count_lines(behind);
        body.filled += filled;
        body.ended += ended;
        match result {
            ReadRecordResult::InputEmpty => Ok(false),
            ReadRecordResult::End => Ok(false),
            ReadRecordResult::OutputFull if body.cells.len() < LONGEST_ROW => {
                body.cells.resize(body.cells.len() * 2, 0);
                Ok(true)
            }
            ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => Err(Refusal::NotText),
            ReadRecordResult::Record => {
                self.row()?;
                Ok(true)
            }
        }
    }

    /// Takes a row of cells that is whole.
    fn row(&mut self) -> Result<(), Refusal> {
        let Stage::Body(body) = &mut self.stage else { return Ok(()) };
        let line = body.line.take().unwrap_or(1);
        let cells = body.row();
        (body.filled, body.ended) = (0, 0);
        let Some(order) = &body.order else {
            let head = cells.ok_or(Refusal::NotText)?;
            body.order = Some(order::<R>(&head)?);
            return Ok(());
        };
        let Some(mut cells) = cells else {
            self.read.count += 1;
            self.read.faults.add(Some(line), None, Fault::NotUtf8);
            return Ok(());
        };
        // A spreadsheet leaves empty cells behind the last column, and empty lines below the last row.
        while cells.len() > order.len() && cells.last().is_some_and(|cell| cell.trim().is_empty()) {
            cells.pop();
        }
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        self.read.count += 1;
        if self.read.rows.len() >= MOST_ROWS {
            return Err(Refusal::TooBig);
        }
        if cells.len() != order.len() {
            self.read.faults.add(Some(line), None, Fault::Cells);
            return Ok(());
        }
        let mut ordered = vec![String::new(); order.len()];
        for (cell, place) in cells.iter().zip(order) {
            if let (Some(slot), Some(column)) = (ordered.get_mut(*place), R::COLUMNS.get(*place)) {
                *slot = normal(column, cell);
            }
        }
        self.take(line, &StringRecord::from(ordered));
        Ok(())
    }

    fn take(&mut self, line: u64, record: &StringRecord) {
        let faults = &mut self.read.faults;
        let row = match record.deserialize::<Told<R>>(None) {
            Ok(Told(Ok(row))) => row,
            Ok(Told(Err(place))) => {
                let column = place.and_then(|place| R::COLUMNS.get(place)).copied();
                let empty = place.and_then(|place| record.get(place)) == Some("");
                return faults.add(Some(line), column, if empty { Fault::Empty } else { Fault::Unreadable });
            }
            Err(_) => return faults.add(Some(line), None, Fault::Unreadable),
        };
        for (column, fault) in row.faults() {
            faults.add(Some(line), Some(column), fault);
        }
        match self.seen.get(&row.key()) {
            Some(first) => faults.add(Some(line), None, Fault::Repeated(*first)),
            None => {
                self.seen.insert(row.key(), line);
            }
        }
        self.read.rows.push((line, row));
    }
}

impl Body {
    fn count_lines(&mut self, bytes: &[u8]) {
        for byte in bytes {
            // Line ends before the first cell belong to the row before, or to an empty line.
            if self.line.is_none() && !matches!(byte, b'\n' | b'\r') {
                self.line = Some(self.newlines + 1);
            }
            self.newlines += u64::from(*byte == b'\n');
        }
    }

    /// The cells of the row that is whole; none where one is no UTF-8.
    fn row(&self) -> Option<Vec<String>> {
        let mut start = 0;
        let ends = self.ends.get(..self.ended)?;
        ends.iter()
            .map(|end| {
                let cell = self.cells.get(start..*end)?;
                start = *end;
                std::str::from_utf8(cell).ok().map(str::to_owned)
            })
            .collect()
    }
}

/// Which column of ours each column of a file is.
fn order<R: Row>(head: &[String]) -> Result<Vec<usize>, Refusal> {
    let mut names: Vec<String> = head.iter().map(|name| name.trim().to_lowercase()).collect();
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    let mut order = Vec::new();
    let mut unknown = Vec::new();
    for name in names {
        match R::COLUMNS.iter().position(|column| *column == name) {
            Some(place) if !order.contains(&place) => order.push(place),
            _ => unknown.push(name.chars().take(40).collect()),
        }
    }
    unknown.truncate(Faults::TOLD);
    let missing = R::COLUMNS.iter().enumerate().filter(|(place, _)| !order.contains(place));
    let missing: Vec<String> = missing.map(|(_, column)| (*column).to_owned()).collect();
    if missing.is_empty() && unknown.is_empty() { Ok(order) } else { Err(Refusal::Columns { missing, unknown }) }
}

/// A row, or the place of the cell that is none of its: `csv` tells the column of what it cannot
/// read itself, not of what our types refuse.
struct Told<R>(Result<R, Option<usize>>);

impl<'de, R: Deserialize<'de>> Deserialize<'de> for Told<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Without headings a row is a sequence: the path begins with the place in it.
        let column = |error: serde_path_to_error::Error<D::Error>| match error.path().iter().next() {
            Some(Segment::Seq { index }) => Some(*index),
            _ => None,
        };
        Ok(Self(serde_path_to_error::deserialize(deserializer).map_err(column)))
    }
}

#[cfg(test)]
mod tests {
    use domain::directory::rows::{HolidayRow, PlaceRow, SchoolRow, StreetRow, TerritoryRow};
    use domain::directory::sheet::{Differences, RowFault, Sheet, compare};
    use proptest::prelude::*;

    use super::*;
    use crate::write;

    const SCHOOLS: &str = "id,number,name_ru,name_kk,kind,languages,district_ru,district_kk,address_ru,address_kk,phone,head,opened,seats,email,website,programmes_ru,programmes_kk,equipment_ru,equipment_kk\n\
        school-1,1,Школа № 1,№ 1 мектеп,general,kazakh;russian,Центр,Орталық,\"ул. Абая, 1\",\"Абай к-сі, 1\",+7 721 200 00 01,Үлгі,1970,900,a@example.kz,https://example.kz,Шахматы;Танцы,Шахмат;Би,Спортзал,Спортзал\n\
        school-2,,Лицей,Лицей,lyceum,kazakh,Центр,Орталық,Дом,Үй,,,1980,500,,,,,,\n";

    fn read<R: Row>(content: &[u8]) -> Result<Read<R>, Refusal> {
        let mut reader = Reader::default();
        reader.feed(content)?;
        reader.finish()
    }

    fn fault(line: u64, column: Option<&str>, fault: Fault) -> RowFault {
        RowFault { line: Some(line), column: column.map(str::to_owned), fault }
    }

    #[test]
    fn commas_semicolons_the_mark_and_any_order_of_columns_are_read_alike() {
        let plain = read::<SchoolRow>(SCHOOLS.as_bytes()).unwrap();
        assert_eq!((plain.rows.len(), plain.faults.count, plain.count), (2, 0, 2));
        assert_eq!(plain.rows[0].1.phone, "+7 721 200 00 01");
        let excel = write(&plain.rows.iter().map(|(_, row)| row.clone()).collect::<Vec<_>>()).unwrap();
        assert!(excel.starts_with(MARK) && String::from_utf8_lossy(&excel).contains("'+7 721"));
        assert_eq!(read::<SchoolRow>(&excel).unwrap().rows, plain.rows);
        let marked = [MARK, SCHOOLS.replace('\n', "\r\n").as_bytes()].concat();
        assert_eq!(read::<SchoolRow>(&marked).unwrap().rows, plain.rows);
        let turned = "TO;from;street;parity;school;language;;\n47;1;abaya;all;s-1;kazakh;;\n;;;;;;;\n";
        let turned = read::<TerritoryRow>(turned.as_bytes()).unwrap();
        assert_eq!(turned.rows[0].1.key(), "abaya 1–47 all kazakh");
        assert_eq!(turned.count, 1);
    }

    #[test]
    fn every_fault_is_told_with_its_line_and_column() {
        let content = "campaign,school,language,capacity,forecast,ratio,priority_until\n\
            c-1,s-1,kazakh,25,20,3,2027-02-01\n\
            c-1,S 1,kazakh,25,20,3,2027-02-01\n\
            c-1,s-1,english,25,20,3,2027-02-01\n\
            c-1,s-1,russian,many,20,3,2027-02-01\n\
            c-1,s-1,russian,25,,3,2027-02-01\n\
            c-1,s-1,russian,25,20,0,01.02.2027\n\
            c-1,s-1,russian\n\
            \n\
            c-1,s-1,kazakh,30,20,3,2027-02-01\n\
            c-1,s-2,kazakh,25,20,3,\"не\nдата\"\n\
            c-1,s-3,kazakh,25,20,3,2027-02-31";
        let read = read::<PlaceRow>(content.as_bytes()).unwrap();
        assert_eq!(
            read.faults.first,
            [
                fault(3, Some("school"), Fault::Unreadable),
                fault(4, Some("language"), Fault::Unreadable),
                fault(5, Some("capacity"), Fault::Unreadable),
                fault(6, Some("forecast"), Fault::Empty),
                fault(7, Some("ratio"), Fault::Unreadable),
                fault(8, None, Fault::Cells),
                fault(10, None, Fault::Repeated(2)),
                fault(11, Some("priority_until"), Fault::Unreadable),
                fault(13, Some("priority_until"), Fault::Unreadable),
            ]
        );
        assert_eq!((read.count, read.faults.count), (10, 9));
    }

    #[test]
    fn what_is_no_such_file_is_refused() {
        let refused = |content: &[u8]| read::<StreetRow>(content).err();
        assert_eq!(refused(b""), Some(Refusal::Empty));
        assert_eq!(refused(MARK), Some(Refusal::Empty));
        assert_eq!(refused(b"\n\n"), Some(Refusal::Empty));
        assert_eq!(refused(b"PK\x03\x04\0\0\0\0workbook"), Some(Refusal::NotText));
        assert_eq!(refused(b"\xff\xfei\0d\0\n\0"), Some(Refusal::NotText));
        assert_eq!(refused(&[b'a'; 2 * LONGEST_HEAD]), Some(Refusal::NotText));
        let head = "id,kind,name_ru,name_kk,old_names,area_ru,area_kk\n";
        assert_eq!(refused(head.as_bytes()), Some(Refusal::NoRows));
        assert_eq!(
            refused(format!("{head}a,street,\"{}", "x,".repeat(LONGEST_ROW)).as_bytes()),
            Some(Refusal::NotText)
        );
        assert_eq!(
            refused(b"id,kind,name_ru,id,area_ru,area_kk,name_kk,colour\nx"),
            Some(Refusal::Columns {
                missing: vec!["old_names".to_owned()],
                unknown: vec!["id".to_owned(), "colour".to_owned()],
            })
        );
        let foreign = [head.as_bytes(), b"abaya,street,\xcc\xe8\xf0\xe0,b,,,\n"].concat();
        assert_eq!(read::<StreetRow>(&foreign).unwrap().faults.first, [fault(2, None, Fault::NotUtf8)]);
    }

    #[test]
    fn a_file_of_nothing_but_faults_tells_the_first() {
        let content = format!("date\n{}", "завтра\n".repeat(1000));
        let read = read::<HolidayRow>(content.as_bytes()).unwrap();
        assert_eq!((read.faults.count, read.faults.first.len()), (1000, Faults::TOLD));
        assert!(Sheet::parse("holidays").is_some() && read.rows.is_empty());
    }

    #[test]
    fn a_hundred_thousand_rows_are_read_in_small_pieces_and_compared() {
        const ROWS: u64 = 100_000;
        let row = |number: u64, school: u64| {
            format!("street-{},{number},{number}А,odd,kazakh,school-{school}\n", number % 3_000)
        };
        let mut before = Reader::<TerritoryRow>::default();
        let mut after = Reader::<TerritoryRow>::default();
        for reader in [&mut before, &mut after] {
            reader.feed(b"street,from,to,parity,language,school\n").unwrap();
        }
        for number in 0..ROWS {
            // House numbers end at 9,999: what tells rows apart is the street with them.
            let house = number % 9_000 + 1;
            let line = |school| row(house, school).replacen("street-", &format!("street-{}-", number / 9_000), 1);
            before.feed(line(number % 50).as_bytes()).unwrap();
            after.feed(line(if number % 1_000 == 0 { 77 } else { number % 50 }).as_bytes()).unwrap();
        }
        let rows = |reader: Reader<TerritoryRow>| {
            let read = reader.finish().unwrap();
            assert_eq!((read.count, read.faults), (ROWS, Faults::default()));
            read.rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>()
        };
        let found = compare(&rows(before), &rows(after), |row| crate::cells(row).unwrap());
        assert_eq!((found.added, found.changed, found.removed, found.untouched), (0, 100, 0, ROWS - 100));
        assert_eq!(found.first.len(), Differences::TOLD);
        assert!(found.first.iter().all(|row| row.cells.len() == 1 && row.cells[0].column == "school"));
    }

    proptest! {
        #[test]
        fn it_does_not_matter_where_chunks_end(cuts in prop::collection::vec(0..SCHOOLS.len(), 0..20), crlf in any::<bool>()) {
            let text = if crlf { SCHOOLS.replace('\n', "\r\n") } else { SCHOOLS.to_owned() };
            let content = [MARK, text.as_bytes(), b"school-1,x"].concat();
            let whole = read::<SchoolRow>(&content).unwrap();
            let mut cuts = cuts;
            cuts.sort_unstable();
            let mut reader = Reader::<SchoolRow>::default();
            let mut start = 0;
            for cut in cuts {
                reader.feed(&content[start..cut]).unwrap();
                start = cut;
            }
            reader.feed(&content[start..]).unwrap();
            let parts = reader.finish().unwrap();
            prop_assert_eq!(&parts.rows, &whole.rows);
            prop_assert_eq!(&parts.faults, &whole.faults);
            prop_assert_eq!(whole.faults.first[0].line, Some(4));
        }

        #[test]
        fn no_bytes_break_the_reader(content in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read::<StreetRow>(&content);
            let _ = read::<StreetRow>(&[b"id,kind,name_ru,name_kk,old_names,area_ru,area_kk\n", content.as_slice()].concat());
        }
    }
}
