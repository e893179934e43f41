//! A log line as JSON: when, how grave, and the fields of the event.

use std::fmt::{self, Write};

use serde::Serialize;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// About how long the line of a request is.
const USUAL: usize = 384;

/// Writes events as lines of JSON, in the form of the library's own formatter. That one goes through a
/// serializer of anything and a writer of pieces, which was a tenth of a match query.
#[derive(Debug)]
pub(super) struct JsonLines;

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = Line(Vec::with_capacity(USUAL));
        let mut time = String::with_capacity(32);
        SystemTime.format_time(&mut Writer::new(&mut time))?;
        line.raw("{\"timestamp\":\"");
        line.raw(&time);
        line.raw("\",\"level\":\"");
        line.raw(event.metadata().level().as_str());
        line.raw("\"");
        event.record(&mut line);
        line.raw("}\n");
        writer.write_str(&String::from_utf8_lossy(&line.0))
    }
}

/// A line that comes to be.
struct Line(Vec<u8>);

impl Line {
    fn raw(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    fn field<V: Serialize + ?Sized>(&mut self, field: &Field, value: &V) {
        let name = field.name();
        // Where in a library a record was made: nothing for an operator, and long.
        if name.starts_with("log.") {
            return;
        }
        self.raw(",\"");
        self.raw(name);
        self.raw("\":");
        let begin = self.0.len();
        if serde_json::to_writer(&mut self.0, value).is_err() {
            self.0.truncate(begin);
            self.raw("null");
        }
    }
}

impl Visit for Line {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.field(field, &value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.field(field, &value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.field(field, &value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.field(field, &value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.field(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut text = String::new();
        if write!(text, "{value:?}").is_ok() {
            self.field(field, &text);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use serde_json::{Value, json};

    use super::*;

    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The line of what `log` logs, once by this formatter and once by the library's, without its time.
    fn both(log: impl Fn()) -> [Value; 2] {
        let own = Shared::default();
        let theirs = Shared::default();
        let writer = own.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .event_format(JsonLines)
            .finish();
        tracing::subscriber::with_default(subscriber, &log);
        let writer = theirs.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .with_target(false)
            .json()
            .flatten_event(true)
            .finish();
        tracing::subscriber::with_default(subscriber, &log);
        [own, theirs].map(|lines| {
            let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
            assert!(text.ends_with("}\n") && text.lines().count() == 1, "{text}");
            let mut line: Value = serde_json::from_str(&text).unwrap();
            let time = line["timestamp"].take();
            let time = time.as_str().unwrap();
            assert!(time.len() == 27 && time.ends_with('Z'), "{time}");
            line
        })
    }

    #[test]
    fn a_line_is_what_the_library_would_write() {
        let [own, theirs] = both(|| {
            let missing: Option<&str> = None;
            let error = io::Error::other("no \"room\"\n");
            tracing::info!(
                request = "r-1",
                token = Some(7_i64),
                resource = missing,
                micros = 12_u64,
                late = true,
                share = 0.5,
                place = %"a/b",
                what = ?Some("x"),
                error = &error as &dyn std::error::Error,
                "GET /Users: {}",
                200
            );
        });
        assert_eq!(own, theirs);
        assert_eq!(
            own,
            json!({
                "timestamp": null, "level": "INFO", "message": "GET /Users: 200", "request": "r-1", "token": 7,
                "micros": 12, "late": true, "share": 0.5, "place": "a/b", "what": "Some(\"x\")",
                "error": "no \"room\"\n"
            })
        );
    }

    #[test]
    fn what_others_wrote_cannot_end_a_line() {
        let [own, theirs] = both(|| tracing::warn!(why = "\u{0}\r\n\u{2028}\"}", "café"));
        assert_eq!(own, theirs);
    }
}
