//! Rows on their way out, in their form.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value};

use super::error::ExportError;
use super::form::{Form, Plain};
use crate::operate::sheet::guarded;

/// Rows on their way to `W`.
pub(super) enum Rows<W: Write> {
    /// Cells, line by line.
    Table(Box<csv::Writer<W>>),
    /// JSON, object by object.
    Objects(Objects<W>),
}

/// JSON objects on their way to `W`.
pub(super) struct Objects<W: Write> {
    out: W,
    form: Form,
    count: u64,
}

impl<W: Write> Rows<W> {
    /// Begins; a table with these titles.
    pub(super) fn begin<'a>(
        form: Form,
        titles: impl Iterator<Item = &'a str>,
        mut out: W,
    ) -> Result<Self, ExportError> {
        Ok(match form {
            Form::Plain(Plain::Csv) => {
                let mut writer = csv::WriterBuilder::new()
                    // RFC 4180 §2 ends every line with CR LF.
                    .terminator(csv::Terminator::CRLF)
                    .from_writer(out);
                writer.write_record(titles)?;
                Self::Table(Box::new(writer))
            }
            Form::Plain(Plain::Json) => {
                out.write_all(b"[")?;
                Self::objects(form, out)
            }
            Form::Plain(Plain::Ndjson) => Self::objects(form, out),
            Form::Scim => {
                // How many there are is known at the end, and a member of an object may stand there.
                out.write_all(
                    b"{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],\
                      \"Resources\":[",
                )?;
                Self::objects(form, out)
            }
        })
    }

    const fn objects(form: Form, out: W) -> Self {
        Self::Objects(Objects {
            out,
            form,
            count: 0,
        })
    }

    /// Ends, and hands over what is still buffered.
    pub(super) fn finish(self) -> Result<(), ExportError> {
        match self {
            Self::Table(mut writer) => writer.flush()?,
            Self::Objects(mut objects) => {
                let count = objects.count;
                let line = if count == 0 { "" } else { "\n" };
                match objects.form {
                    Form::Plain(_) if objects.is_lines() => {}
                    Form::Plain(_) => writeln!(objects.out, "{line}]")?,
                    Form::Scim => writeln!(
                        objects.out,
                        "{line}],\"totalResults\":{count},\"startIndex\":1,\"itemsPerPage\":{count}}}"
                    )?,
                }
                objects.out.flush()?;
            }
        }
        Ok(())
    }
}

/// One line of a table. Values come from outside, so none is left that looks like a formula.
pub(super) fn line<W: Write>(
    writer: &mut csv::Writer<W>,
    cells: impl Iterator<Item = String>,
) -> Result<(), ExportError> {
    for text in cells {
        writer.write_field(guarded(&text).as_bytes())?;
    }
    // An empty record ends the line.
    writer.write_record(None::<&[u8]>)?;
    Ok(())
}

impl<W: Write> Objects<W> {
    fn is_lines(&self) -> bool {
        self.form == Form::Plain(Plain::Ndjson)
    }

    /// Writes one object.
    pub(super) fn write(&mut self, object: &impl Serialize) -> Result<(), ExportError> {
        self.begin_one()?;
        serde_json::to_writer(&mut self.out, object).map_err(io::Error::from)?;
        self.end_one()
    }

    /// Writes one object with a list behind its other members, element by element: it may be longer
    /// than should be held. Without an element there is no list.
    pub(super) fn write_with_list(
        &mut self,
        object: &Map<String, Value>,
        name: &str,
        elements: impl FnOnce(
            &mut dyn FnMut(&Map<String, Value>) -> Result<(), ExportError>,
        ) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        self.begin_one()?;
        let text = serde_json::to_string(object).map_err(io::Error::from)?;
        let open = text.strip_suffix('}').unwrap_or(&text);
        self.out.write_all(open.as_bytes())?;
        let mut between = format!(",\"{name}\":[");
        let mut any = false;
        elements(&mut |element| {
            self.out.write_all(between.as_bytes())?;
            serde_json::to_writer(&mut self.out, element).map_err(io::Error::from)?;
            if !any {
                any = true;
                ",".clone_into(&mut between);
            }
            Ok(())
        })?;
        self.out.write_all(if any { b"]}" } else { b"}" })?;
        self.end_one()
    }

    fn begin_one(&mut self) -> io::Result<()> {
        if self.is_lines() {
            return Ok(());
        }
        self.out
            .write_all(if self.count == 0 { b"\n" } else { b",\n" })
    }

    fn end_one(&mut self) -> Result<(), ExportError> {
        self.count += 1;
        if self.is_lines() {
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn written(form: Form, objects: &[Value]) -> String {
        let mut out = Vec::new();
        let mut rows = Rows::begin(form, std::iter::empty(), &mut out).unwrap();
        if let Rows::Objects(rows) = &mut rows {
            for object in objects {
                rows.write(object).unwrap();
            }
        }
        rows.finish().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_form_is_whole_with_any_number_of_objects() {
        for count in 0..3 {
            let objects: Vec<Value> = (0..count).map(|number| json!({"n": number})).collect();
            let json = written(Form::Plain(Plain::Json), &objects);
            assert_eq!(
                serde_json::from_str::<Value>(&json).unwrap(),
                json!(objects)
            );
            let lines = written(Form::Plain(Plain::Ndjson), &objects);
            assert_eq!(lines.lines().count(), objects.len());
            let list: Value = serde_json::from_str(&written(Form::Scim, &objects)).unwrap();
            assert_eq!(
                list,
                json!({
                    "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
                    "Resources": objects,
                    "totalResults": count, "startIndex": 1, "itemsPerPage": count
                })
            );
        }
    }

    #[test]
    fn a_list_follows_its_object_and_is_absent_when_it_is_empty() {
        let mut out = Vec::new();
        let Rows::Objects(mut rows) =
            Rows::begin(Form::Plain(Plain::Ndjson), std::iter::empty(), &mut out).unwrap()
        else {
            panic!("lines are objects");
        };
        let map = |value: Value| value.as_object().unwrap().clone();
        for names in [vec!["a", "b"], vec![]] {
            rows.write_with_list(&map(json!({"id": "1"})), "members", |write| {
                names
                    .iter()
                    .try_for_each(|name| write(&map(json!({"value": name}))))
            })
            .unwrap();
        }
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "{\"id\":\"1\",\"members\":[{\"value\":\"a\"},{\"value\":\"b\"}]}\n{\"id\":\"1\"}\n"
        );
    }
}
