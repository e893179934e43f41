//! `appliance export …`

use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::command::{ExportCommand, ExportUsers, FormatName};
use super::data::Data;
use super::exit::Exit;
use super::options::Place;
use super::print;
use super::problem::Problem;
use crate::operate::NewFile;
use crate::operate::export::{ExportError, Form, Users, users};

pub(super) fn run(place: &Place, command: ExportCommand) -> Result<Exit, Problem> {
    match command {
        ExportCommand::Users(wanted) => people(place, &wanted),
    }
}

fn people(place: &Place, wanted: &ExportUsers) -> Result<Exit, Problem> {
    let data = Data::to_read(place)?;
    let base = data.base();
    let order = Users {
        connection: wanted.which.connection.as_deref(),
        filter: wanted.filter.as_deref(),
        form: match wanted.format {
            FormatName::Csv => Form::Csv,
            FormatName::Ndjson => Form::Ndjson,
        },
        base: base.as_deref(),
        limits: &data.settings.limits,
    };
    match &wanted.output {
        None => {
            write(&data, &order, print::stream()).map_err(|error| problem(error, None))?;
        }
        Some(target) => {
            let count =
                to_file(&data, &order, target).map_err(|error| problem(error, Some(target)))?;
            let plural = if count == 1 { "" } else { "s" };
            print::note(&format!("{}: {count} user{plural}", target.display()));
        }
    }
    Ok(Exit::Done)
}

fn to_file(data: &Data, order: &Users<'_>, target: &Path) -> Result<u64, ExportError> {
    let mut file = BufWriter::with_capacity(1 << 16, NewFile::create(target)?);
    let count = write(data, order, &mut file)?;
    let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.finish()?;
    Ok(count)
}

fn write(data: &Data, order: &Users<'_>, out: impl Write) -> Result<u64, ExportError> {
    data.store.read(|view| users(view, order, out))
}

fn problem(error: ExportError, target: Option<&Path>) -> Problem {
    match (error, target) {
        (ExportError::Refused(refusal), _) => refusal.into(),
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
