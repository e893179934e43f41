//! `appliance simulate …`: the simulator at the command line.

use super::exit::Exit;
use super::options::Place;
use super::problem::Problem;
use super::simulate::{self, SimulateArgs, SimulateError, Surroundings};
use super::{load, local, print};

pub(super) fn run(place: &Place, wanted: &SimulateArgs) -> Result<Exit, Problem> {
    let server = local::server(&load::settings(place)?.data_dir);
    let (local_url, local_certificate) = match server {
        Some(server) => (Some(server.url), server.certificate),
        None => (None, None),
    };
    let surroundings = Surroundings {
        local_url,
        local_certificate,
        token: load::variable_text("APPLIANCE_TOKEN")?,
    };
    let report = simulate::run(wanted, &surroundings)?;
    report.print(&mut print::stream(), wanted.common().json)?;
    Ok(match (report.is_clean(), report.left_something_out()) {
        (true, false) => Exit::Done,
        (true, true) => Exit::Warned,
        (false, _) => Exit::Failed,
    })
}

impl From<SimulateError> for Problem {
    fn from(error: SimulateError) -> Self {
        let text = error.to_string();
        let (fact, hint) = match text.split_once("\nhint: ") {
            Some((fact, hint)) => (fact, Some(hint)),
            None => (text.as_str(), None),
        };
        let problem = match error.exit_code() {
            2 => Self::usage(fact),
            4 => Self::refused(fact),
            _ => Self::failed(fact),
        };
        match hint {
            Some(hint) => problem.hint(hint),
            None => problem,
        }
    }
}
