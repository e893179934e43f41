//! `appliance export …`

use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::data::Data;
use super::exit::Exit;
use super::export_command::{
    ExportChanges, ExportCommand, ExportMembers, ExportResources, FormName, Part, PlainName, Sheet,
};
use super::instant::instant;
use super::options::{AnyConnection, Place};
use super::print;
use super::problem::Problem;
use crate::operate::NewFile;
use crate::operate::export::{
    Changes, ExportError, Form, Order, Plain, changes, groups, members, users,
};
use crate::store::View;

pub(super) fn run(place: &Place, command: ExportCommand) -> Result<Exit, Problem> {
    match command {
        ExportCommand::Users(wanted) => resources(place, &wanted, "user", users),
        ExportCommand::Groups(wanted) => resources(place, &wanted, "group", groups),
        ExportCommand::Members(wanted) => memberships(place, &wanted),
        ExportCommand::Changes(wanted) => record(place, &wanted),
    }
}

/// What writes an order to somewhere and answers how much it was.
type Export = fn(&View<'_>, &Order<'_>, &mut dyn Write) -> Result<u64, ExportError>;

fn resources(
    place: &Place,
    wanted: &ExportResources,
    noun: &str,
    export: Export,
) -> Result<Exit, Problem> {
    let form = match wanted.format {
        FormName::Csv => Form::Plain(Plain::Csv),
        FormName::Json => Form::Plain(Plain::Json),
        FormName::Ndjson => Form::Plain(Plain::Ndjson),
        FormName::Scim => Form::Scim,
    };
    let ExportResources {
        which, part, sheet, ..
    } = wanted;
    carry_out(place, which, part, sheet, form, noun, export)
}

fn memberships(place: &Place, wanted: &ExportMembers) -> Result<Exit, Problem> {
    let ExportMembers {
        which,
        format,
        part,
        sheet,
    } = wanted;
    let form = Form::Plain(plain(*format));
    carry_out(place, which, part, sheet, form, "membership", members)
}

fn carry_out(
    place: &Place,
    which: &AnyConnection,
    part: &Part,
    sheet: &Sheet,
    form: Form,
    noun: &str,
    export: Export,
) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let now = data.operator.now;
    let as_of = part.as_of.as_deref();
    let base = data.base();
    let order = Order {
        connection: which.connection.as_deref(),
        filter: part.filter.as_deref(),
        form,
        columns: sheet.columns.as_deref(),
        as_of: as_of
            .map(|text| instant("--as-of", text, now))
            .transpose()?,
        now,
        base: base.as_deref(),
        limits: &data.settings.limits,
    };
    deliver(sheet.output.as_deref(), |out| {
        let count = data.store.read(|view| export(view, &order, out))?;
        Ok(amount(count, noun))
    })
}

fn record(place: &Place, wanted: &ExportChanges) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let order = Changes {
        connection: wanted.which.connection.as_deref(),
        since: wanted.since,
        form: plain(wanted.format),
        columns: wanted.sheet.columns.as_deref(),
    };
    deliver(wanted.sheet.output.as_deref(), |out| {
        let written = data.store.read(|view| changes(view, &order, out))?;
        Ok(format!(
            "{}; the last sequence is {}",
            amount(written.count, "change"),
            written.last
        ))
    })
}

const fn plain(name: PlainName) -> Plain {
    match name {
        PlainName::Csv => Plain::Csv,
        PlainName::Json => Plain::Json,
        PlainName::Ndjson => Plain::Ndjson,
    }
}

fn amount(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// Writes to a file, and says then what is in it; or to stdout.
fn deliver(
    target: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> Result<String, ExportError>,
) -> Result<Exit, Problem> {
    match target {
        None => {
            write(&mut print::stream()).map_err(|error| problem(error, None))?;
        }
        Some(target) => {
            let written = to_file(target, write).map_err(|error| problem(error, Some(target)))?;
            print::note(&format!("{}: {written}", target.display()));
        }
    }
    Ok(Exit::Done)
}

fn to_file(
    target: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<String, ExportError>,
) -> Result<String, ExportError> {
    let mut file = BufWriter::with_capacity(1 << 16, NewFile::create(target)?);
    let written = write(&mut file)?;
    let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.finish()?;
    Ok(written)
}

fn problem(error: ExportError, target: Option<&Path>) -> Problem {
    match (error, target) {
        (ExportError::Refused(refusal), _) => refusal.into(),
        (ExportError::Flawed(flaw), _) => Problem::of(flaw.fault(), &flaw).hint(flaw.hint()),
        (ExportError::Broken(error), _) => error.into(),
        (ExportError::Output(error), None) => error.into(),
        (ExportError::Output(error), Some(target)) => {
            let problem = Problem::failed(format!("{}: {error}", target.display()));
            if error.kind() == io::ErrorKind::PermissionDenied {
                problem.hint(
                    "files are written as the owner of the data directory; without `--output` the \
                     answer goes to stdout, and your shell can write it anywhere",
                )
            } else {
                problem
            }
        }
    }
}
