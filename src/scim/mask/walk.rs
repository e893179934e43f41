//! Walks through the JSON of a request or an answer once and has it written down masked.

use std::borrow::Cow;

use super::keep::{Keep, first, leaf};
use super::notes::{Notes, Place, Role};
use super::scan::{Broken, Scanner};
use super::shape::REMOVED;

/// Nesting beyond which a body is not followed: more than any limit on bodies allows.
const DEEPEST: u8 = 100;

/// A walk and what it has brought so far.
pub(super) struct Walk<'a> {
    scanner: Scanner<'a>,
    notes: Notes,
}

/// Walks through `text` and answers what was noted, and whether it was walked to its end.
pub(super) fn walk(text: &str, notes: Notes) -> (Notes, Result<(), Broken>) {
    let mut walk = Walk {
        scanner: Scanner::new(text),
        notes,
    };
    let end = walk.whole();
    (walk.notes, end)
}

impl<'a> Walk<'a> {
    fn whole(&mut self) -> Result<(), Broken> {
        self.value(Place {
            role: Role::Whole,
            within: Role::Part,
            owner: "",
            name: "",
            keep: Keep::Shape,
            depth: 0,
        })?;
        if self.scanner.is_at_end() {
            Ok(())
        } else {
            Err(Broken::Syntax)
        }
    }

    fn value(&mut self, place: Place<'_>) -> Result<(), Broken> {
        let first = self.scanner.peek()?;
        if place.keep == Keep::Nothing {
            self.scanner.skip()?;
            self.notes.write_quoted(REMOVED);
            return Ok(());
        }
        match first {
            b'{' | b'[' if place.depth >= DEEPEST => return Err(Broken::Syntax),
            b'{' => self.object(place)?,
            b'[' => self.list(place)?,
            b'"' => {
                let text = self.scanner.string()?;
                self.notes.text(&text, place);
            }
            _ => match self.scanner.scalar()? {
                word @ ("true" | "false" | "null") => self.notes.write(word),
                number => self.notes.number(number, place.keep),
            },
        }
        Ok(())
    }

    fn list(&mut self, place: Place<'_>) -> Result<(), Broken> {
        self.scanner.take(b'[')?;
        self.notes.write("[");
        let element = Place {
            depth: place.depth + 1,
            ..place
        };
        if !self.scanner.takes(b']')? {
            loop {
                self.value(element)?;
                if self.scanner.takes(b']')? {
                    break;
                }
                self.scanner.take(b',')?;
                self.notes.write(",");
            }
        }
        self.notes.write("]");
        Ok(())
    }

    fn object(&mut self, place: Place<'_>) -> Result<(), Broken> {
        if place.role == Role::Fault {
            self.notes.failures = self.notes.failures.saturating_add(1);
        }
        self.scanner.take(b'{')?;
        self.notes.write("{");
        let mut path = None;
        if !self.scanner.takes(b'}')? {
            loop {
                let name = self.scanner.string()?;
                self.scanner.take(b':')?;
                self.member(place, &name, &mut path)?;
                if self.scanner.takes(b'}')? {
                    break;
                }
                self.scanner.take(b',')?;
                self.notes.write(",");
            }
        }
        self.notes.write("}");
        Ok(())
    }

    /// One member of the object at `place`; `path` is that of the operation, once it is known.
    fn member(
        &mut self,
        place: Place<'_>,
        name: &str,
        path: &mut Option<Cow<'a, str>>,
    ) -> Result<(), Broken> {
        self.notes.name(name);
        let depth = place.depth + 1;
        let within = place.role;
        let named = leaf(name);
        let is = |wanted: &str| named.eq_ignore_ascii_case(wanted);
        if within == Role::Operation && is("path") && self.scanner.peek()? == b'"' {
            let text = self.scanner.string()?;
            self.notes.path(&text);
            *path = Some(text);
            return Ok(());
        }
        if within == Role::Operation && is("value") {
            // Whose value it is decides what may stay of it, and may stand behind it.
            if path.is_none() {
                *path = self.path_ahead();
            }
            let path = path.as_deref().unwrap_or_default();
            let name = leaf(path);
            let place = Place {
                role: Role::Part,
                within: Role::Part,
                owner: first(path),
                name,
                keep: keep(name, "", Role::Part, false),
                depth,
            };
            if path.is_empty() && self.scanner.peek()? == b'"' {
                let text = self.scanner.string()?;
                self.attributes(&text, place);
                return Ok(());
            }
            return self.value(place);
        }
        let role = match within {
            Role::Whole if is("Operations") => Role::Operation,
            Role::Whole if is("Resources") && self.notes.answers() => Role::Listed,
            Role::Operation if is("data") => Role::Whole,
            Role::Operation if is("response") => Role::Fault,
            _ => Role::Part,
        };
        // A dotted name says itself what it belongs to.
        let dotted = name.len() > named.len();
        let owner = if dotted { first(name) } else { place.name };
        self.value(Place {
            role,
            within,
            owner,
            name: named,
            keep: keep(named, owner, within, self.notes.answers()),
            depth,
        })
    }

    /// A text where attributes belong. Some clients send them as JSON in it: then they are walked through like
    /// any, and written down as a text again.
    fn attributes(&mut self, text: &str, place: Place<'_>) {
        if !text.starts_with('{') {
            return self.notes.text(text, place);
        }
        let (inner, end) = walk(text, self.notes.within());
        self.notes.found = inner.found;
        match end {
            Ok(()) => self.notes.write_quoted(&inner.out),
            Err(_) => self.notes.text(text, place),
        }
    }

    /// The path that stands behind the value of an operation.
    fn path_ahead(&self) -> Option<Cow<'a, str>> {
        let mut ahead = self.scanner.clone();
        ahead.skip().ok()?;
        while ahead.takes(b',').ok()? {
            let name = ahead.string().ok()?;
            ahead.take(b':').ok()?;
            if name.eq_ignore_ascii_case("path") {
                return ahead.string().ok();
            }
            ahead.skip().ok()?;
        }
        None
    }
}

/// What may stay of a value: an attribute that shares its name with a part of messages is still an
/// attribute.
fn keep(name: &str, owner: &str, within: Role, answers: bool) -> Keep {
    let of_meta = owner.eq_ignore_ascii_case("meta");
    let keep = Keep::under(name);
    let fits = match keep {
        Keep::Message => {
            within == Role::Operation || (answers && within != Role::Part && within != Role::Listed)
        }
        Keep::Path | Keep::Filter | Keep::Count => within == Role::Whole,
        Keep::Detail => answers && matches!(within, Role::Whole | Role::Fault),
        Keep::Instant => of_meta,
        Keep::Version => of_meta || within == Role::Operation,
        _ => true,
    };
    if fits { keep } else { Keep::Shape }
}
