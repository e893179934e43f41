//! The rows of a file, one after the other.

use std::io::{BufRead, BufReader, Read};
use std::rc::Rc;

use csv::ByteRecord;
use serde_json::Value;

use super::bounded::{Bounded, LONGEST, Progress, too_long};
use super::error::ImportError;
use super::flaw::ImportFlaw;
use super::row::{Content, Row};
use crate::base::Limits;
use crate::scim::json;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A file of people that is being read.
pub struct Rows<R: Read> {
    form: Form<R>,
}

enum Form<R: Read> {
    /// RFC 4180, with a line of titles.
    Sheet {
        reader: Box<csv::Reader<Bounded<R>>>,
        progress: Rc<Progress>,
        width: usize,
    },
    /// One JSON object to a line.
    Lines {
        reader: BufReader<R>,
        line: u64,
        depth: usize,
    },
}

impl<R: Read> Rows<R> {
    /// Begins a file, whose first letter says what it is; the titles of its columns, if it is a sheet.
    pub fn open(input: R, limits: &Limits) -> Result<(Self, Option<Vec<String>>), ImportError> {
        let mut reader = BufReader::with_capacity(1 << 16, input);
        if reader.fill_buf()?.starts_with(BYTE_ORDER_MARK) {
            reader.consume(BYTE_ORDER_MARK.len());
        }
        let first = reader.fill_buf()?.trim_ascii_start().first().copied();
        match first {
            None if reader.fill_buf()?.is_empty() => Err(ImportFlaw::Empty.into()),
            Some(b'[') => Err(ImportFlaw::List.into()),
            Some(b'{') => {
                let form = Form::Lines {
                    reader,
                    line: 0,
                    depth: limits.json_depth,
                };
                Ok((Self { form }, None))
            }
            _ => Self::sheet(reader),
        }
    }

    fn sheet(inner: BufReader<R>) -> Result<(Self, Option<Vec<String>>), ImportError> {
        let progress = Rc::new(Progress::default());
        progress.allow();
        let bounded = Bounded::new(inner, Rc::clone(&progress));
        let mut reader = csv::ReaderBuilder::new()
            // A row that is too short or too long is a mistake in that row only.
            .flexible(true)
            // Where a line ends with CR LF too: what counts is the LF, by which lines are counted.
            .terminator(csv::Terminator::Any(b'\n'))
            .from_reader(bounded);
        let titles: Vec<String> = reader
            .byte_headers()?
            .iter()
            .map(|title| std::str::from_utf8(title).map(|title| title.trim().to_owned()))
            .collect::<Result<_, _>>()
            .map_err(|_| ImportFlaw::NotText)?;
        let form = Form::Sheet {
            reader: Box::new(reader),
            progress,
            width: titles.len(),
        };
        Ok((Self { form }, Some(titles)))
    }

    /// The next rows, `most` at most; none at the end of the file.
    pub fn some(&mut self, most: usize) -> Result<Vec<Row>, ImportError> {
        let mut rows = Vec::with_capacity(most);
        while rows.len() < most
            && let Some(row) = self.next()?
        {
            rows.push(row);
        }
        Ok(rows)
    }

    fn next(&mut self) -> Result<Option<Row>, ImportError> {
        match &mut self.form {
            Form::Sheet {
                reader,
                progress,
                width,
            } => next_record(reader, progress, *width),
            Form::Lines {
                reader,
                line,
                depth,
            } => next_object(reader, line, *depth),
        }
    }
}

fn next_record<R: Read>(
    reader: &mut csv::Reader<Bounded<R>>,
    progress: &Progress,
    width: usize,
) -> Result<Option<Row>, ImportError> {
    let mut record = ByteRecord::new();
    loop {
        progress.allow();
        if !reader.read_byte_record(&mut record)? {
            return Ok(None);
        }
        // A sheet often ends in rows that were emptied.
        if record.iter().any(|cell| !cell.trim_ascii_end().is_empty()) {
            break;
        }
    }
    let line = progress.begun(reader.position(), &record);
    let last = record.len().saturating_sub(1);
    let cells: Result<Vec<String>, _> = record
        .iter()
        .enumerate()
        .map(|(index, cell)| match cell.strip_suffix(b"\r") {
            Some(cell) if index == last => std::str::from_utf8(cell),
            _ => std::str::from_utf8(cell),
        })
        .map(|cell| cell.map(str::to_owned))
        .collect();
    let content = match cells {
        Err(_) => Err("not UTF-8".to_owned()),
        Ok(cells) if cells.len() != width => Err(format!(
            "{} cells, but the first line has {width}",
            cells.len()
        )),
        Ok(cells) => Ok(Content::Cells(cells)),
    };
    Ok(Some(Row { line, content }))
}

fn next_object<R: Read>(
    reader: &mut BufReader<R>,
    line: &mut u64,
    depth: usize,
) -> Result<Option<Row>, ImportError> {
    let longest = u64::try_from(LONGEST).unwrap_or(u64::MAX);
    let mut text = Vec::new();
    loop {
        text.clear();
        let read = reader.by_ref().take(longest).read_until(b'\n', &mut text)?;
        if read == 0 {
            return Ok(None);
        }
        *line += 1;
        if read >= LONGEST {
            return Err(too_long().into());
        }
        if !text.trim_ascii().is_empty() {
            break;
        }
    }
    let content = match json::parse(&text, depth) {
        Ok(Value::Object(resource)) => Ok(Content::Resource(resource)),
        Ok(_) => Err("expected a SCIM resource, a JSON object".to_owned()),
        Err(error) => Err(error.detail().to_owned()),
    };
    Ok(Some(Row {
        line: *line,
        content,
    }))
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn lines(text: &str) -> Vec<u64> {
        read(text).into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn a_row_has_the_line_on_which_it_begins() {
        for end in ["\n", "\r\n"] {
            let text = ["userName", "", "a", "", "", "\"b", "c\"", "d", ","].join(end);
            assert_eq!(lines(&text), [3, 6, 8], "{end:?}");
            assert_eq!(lines(&(text + end)), [3, 6, 8], "{end:?}");
            assert_eq!(lines(&["userName", "a", "\"b", "c\""].join(end)), [2, 3]);
        }
    }

    fn read(text: &str) -> Vec<(u64, Result<Content, String>)> {
        let (mut rows, _) = Rows::open(text.as_bytes(), &Limits::DEFAULT).unwrap();
        let rows = rows.some(100).unwrap().into_iter();
        rows.map(|row| (row.line, row.content)).collect()
    }

    fn cells(cells: &[&str]) -> Content {
        Content::Cells(cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn a_sheet_is_read_with_its_lines() {
        let text = "\u{feff}userName, title\r\nada,\"Lady\r\nCountess\"\r\n\r\n,\r\nbob\r\n\"c\",d";
        let (_, titles) = Rows::open(text.as_bytes(), &Limits::DEFAULT).unwrap();
        assert_eq!(titles.unwrap(), ["userName", "title"]);
        assert_eq!(
            read(text),
            [
                (2, Ok(cells(&["ada", "Lady\r\nCountess"]))),
                (6, Err("1 cells, but the first line has 2".to_owned())),
                (7, Ok(cells(&["c", "d"]))),
            ]
        );
    }

    #[test]
    fn a_line_is_a_resource() {
        let rows = read("\n{\"userName\":\"ada\"}\n\n7\n{\n");
        assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), [2, 4, 5]);
        assert!(matches!(rows[0].1, Ok(Content::Resource(_))));
        assert!(rows[1].1.is_err() && rows[2].1.is_err());
    }

    #[test]
    fn a_quote_that_is_never_closed_ends_the_reading() {
        let endless = io::repeat(b'x');
        let file = b"userName,title\r\nada,\"".chain(endless);
        let (mut rows, _) = Rows::open(file, &Limits::DEFAULT).unwrap();
        let error = rows.some(1).unwrap_err().to_string();
        assert!(error.contains("never closed"), "{error}");
        let file = b"userName,title\nada,".chain(io::repeat(b'x'));
        let (mut rows, _) = Rows::open(file, &Limits::DEFAULT).unwrap();
        let error = rows.some(1).unwrap_err().to_string();
        assert!(error.contains("more than"), "{error}");
        let file = b"{\"userName\":\"".chain(io::repeat(b'x'));
        let (mut rows, _) = Rows::open(file, &Limits::DEFAULT).unwrap();
        assert!(rows.some(1).is_err());
    }

    #[test]
    fn quotes_are_open_where_the_reader_of_records_finds_them_open() {
        let outcome = |text: &str| {
            let (mut rows, _) = Rows::open(text.as_bytes(), &Limits::DEFAULT).unwrap();
            rows.some(9).map(|rows| rows.len()).ok()
        };
        let sound = [
            "\"\"",
            "\"b\"\"c\"",
            "b\"c",
            "\"b\"c\"",
            "\"b\"\r",
            "\"b\",\"\"",
            "\"\n\"",
        ];
        for cell in sound {
            assert_eq!(
                outcome(&format!("userName,title\na,{cell}")),
                Some(1),
                "{cell}"
            );
            assert_eq!(
                outcome(&format!("userName,title\na,{cell}\nb,c")),
                Some(2),
                "{cell}"
            );
        }
        for cell in ["\"", "\"b", "\"b\"\"", "\"b\nc,d\ne", "\"b\",\""] {
            assert_eq!(
                outcome(&format!("userName,title\na,{cell}")),
                None,
                "{cell}"
            );
            assert_eq!(
                outcome(&format!("userName,title\na,{cell}\nb,c")),
                None,
                "{cell}"
            );
        }
    }

    #[test]
    fn what_is_no_file_of_people_is_refused() {
        let opened = |text: &str| Rows::open(text.as_bytes(), &Limits::DEFAULT).err();
        assert!(matches!(
            opened(""),
            Some(ImportError::Flawed(ImportFlaw::Empty))
        ));
        assert!(matches!(
            opened(" [{}]"),
            Some(ImportError::Flawed(ImportFlaw::List))
        ));
    }
}
