//! From what was typed to an exit code.

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use super::command::{Arguments, Command};
use super::exit::Exit;
use super::problem::Problem;
use super::{
    backup, connection, export, group, import, load, log, machine, owner, print, restore, schema,
    serve, simulation, status, token, update, user,
};
use crate::base::Precedence;

/// Runs the command that was typed.
pub fn run() -> ExitCode {
    owner::keep_files_private();
    // Answers `--help`, `--version` and wrong usage by itself, the last with exit code 2.
    let typed = Arguments::parse();
    match dispatch(typed) {
        Ok(exit) => exit,
        Err(problem) => {
            print::problem(&problem);
            problem.exit
        }
    }
    .into()
}

fn dispatch(typed: Arguments) -> Result<Exit, Problem> {
    let Arguments { place, command } = typed;
    if matches!(command, Command::Export(_) | Command::Backup(_)) {
        // They read everybody, beside a server that has requests to answer. Not so an import: while it has
        // the file to itself, the server waits for it.
        Precedence::Behind.take();
    }
    match command {
        Command::Serve(flags) => {
            let settings = load::server_settings(&place, &flags)?;
            owner::become_owner(&settings.data_dir)?;
            serve::run(settings).map(|()| Exit::Done)
        }
        Command::Status { shown } => status::run(&place, shown.json),
        Command::Token(command) => token::run(&place, command),
        Command::Connection(command) => connection::run(&place, command),
        Command::Schema(command) => schema::run(&place, command),
        Command::User(command) => user::run(&place, &command),
        Command::Group(command) => group::run(&place, &command),
        Command::Import(command) => import::run(&place, command),
        Command::Export(command) => export::run(&place, command),
        Command::Backup(command) => backup::run(&place, command),
        Command::Restore(wanted) => restore::run(&place, &wanted),
        Command::Log(wanted) => log::run(&place, &wanted),
        Command::Simulate(wanted) => simulation::run(&place, &wanted),
        Command::Update(wanted) => update::run(&place, &wanted),
        Command::Machine(command) => machine::run(&place, &command, Arguments::command()),
    }
}
