//! The two forms in which rows are written.

use std::io::{self, Write};

use super::cell;
use super::columns::Column;
use super::error::ExportError;
use super::person::Person;
use super::resource;

/// In what form people are exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// RFC 4180, one line to a person, with a line of titles first; for spreadsheets.
    Csv,
    /// One SCIM resource to a line; complete.
    Ndjson,
}

/// Rows on their way to `W`.
pub(super) enum Rows<W: Write> {
    /// With these columns.
    Csv(Box<csv::Writer<W>>, Vec<Column>),
    /// With references below this base.
    Ndjson(W, Option<String>),
}

impl<W: Write> Rows<W> {
    /// Begins with the line of titles.
    pub(super) fn csv(out: W, columns: Vec<Column>) -> Result<Self, ExportError> {
        let mut writer = csv::WriterBuilder::new()
            // RFC 4180 §2 ends every line with CR LF.
            .terminator(csv::Terminator::CRLF)
            .from_writer(out);
        writer.write_record(columns.iter().map(|column| &column.title))?;
        Ok(Self::Csv(Box::new(writer), columns))
    }

    /// Writes one person.
    pub(super) fn write(&mut self, person: Person<'_>) -> Result<(), ExportError> {
        match self {
            Self::Csv(writer, columns) => {
                for column in columns.iter() {
                    let text = column.text(&person);
                    writer.write_field(cell::guarded(&text).as_bytes())?;
                }
                // An empty record ends the line.
                writer.write_record(None::<&[u8]>)?;
            }
            Self::Ndjson(out, base) => {
                let whole = resource::whole(person, base.as_deref());
                serde_json::to_writer(&mut *out, &whole).map_err(io::Error::from)?;
                out.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    /// Hands over what is still buffered.
    pub(super) fn finish(self) -> Result<(), ExportError> {
        match self {
            Self::Csv(mut writer, _) => writer.flush()?,
            Self::Ndjson(mut out, _) => out.flush()?,
        }
        Ok(())
    }
}
