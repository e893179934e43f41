//! Floor 5: the command line; the only floor that sees all others.
//!
//! Reading order: the tree of commands, how settings are found, how answers are given, then a file
//! for each noun.

mod backup;
mod backup_command;
mod bar;
mod board;
mod check;
mod command;
mod completions;
mod connection;
mod connection_command;
mod consent;
mod data;
mod deleted;
mod example;
mod exit;
mod export;
mod export_command;
mod gathered;
mod group;
mod group_command;
mod guard;
mod import;
mod import_command;
mod instant;
mod json_lines;
mod left_out;
mod load;
mod local;
mod log;
mod log_options;
mod logging;
mod machine;
mod machine_command;
mod man;
mod options;
mod owner;
mod print;
mod problem;
mod removal;
mod restore;
mod run;
mod schema;
mod schema_command;
mod seats;
mod serve;
mod serve_flags;
mod settings_file;
mod setup;
pub mod simulate;
mod simulation;
mod stages;
mod status;
mod token;
mod token_command;
mod token_list;
mod tolerance;
mod undo;
mod undo_command;
mod update;
mod user;
mod user_command;

pub use run::run;
