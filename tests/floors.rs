//! Imports look down, never round and never through a table of contents; and each foreign crate
//! has one floor that knows it. The rules are read from the text of `src`, file by file.
#![cfg(test)]

#[path = "floors/house.rs"]
mod house;
#[path = "floors/lex.rs"]
mod lex;
#[path = "floors/source.rs"]
mod source;

use house::complaints;

#[test]
fn the_house_keeps_its_floors() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let found = complaints(&house::files(&root));
    assert!(
        found.is_empty(),
        "{} complaints:\n{}",
        found.len(),
        found.join("\n")
    );
}

/// The complaints about a house that consists of these files.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let files = files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    assert_eq!(complaints(&files), expected);
}

const MAP: (&str, &str) = (
    "lib.rs",
    "pub mod base; pub mod scim; pub mod store; pub mod provision; pub mod operate; pub mod http; \
     pub mod tasks; pub mod cli;",
);

#[test]
fn a_house_in_order_is_not_complained_about() {
    check(
        &[
            MAP,
            ("main.rs", "use appliance::cli; fn main() { cli::run(); }"),
            (
                "base/mod.rs",
                "mod clock; mod timestamp; pub use clock::Clock; pub use timestamp::Timestamp;",
            ),
            (
                "base/clock.rs",
                "use super::timestamp::Timestamp; pub struct Clock;",
            ),
            ("base/timestamp.rs", "pub struct Timestamp;"),
            (
                "scim/mod.rs",
                "mod error; pub mod schema; pub use error::ScimError;",
            ),
            (
                "scim/error.rs",
                "use crate::base::Timestamp; pub struct ScimError;",
            ),
            (
                "scim/schema/mod.rs",
                "mod registry; pub use registry::Schemas;",
            ),
            (
                "scim/schema/registry.rs",
                "use crate::scim::error::ScimError; pub struct Schemas;",
            ),
            ("store/mod.rs", "mod view; pub use view::View;"),
            (
                "store/view.rs",
                "use rusqlite::Connection; use crate::scim::schema::Schemas; pub struct View;",
            ),
            ("cli/mod.rs", "mod run; pub use run::run;"),
            (
                "cli/run.rs",
                "use clap::Parser; use crate::http::serve; use crate::store::View;",
            ),
        ],
        &[],
    );
}

#[test]
fn an_import_from_a_higher_floor_is_seen() {
    check(
        &[
            MAP,
            ("scim/mod.rs", "mod a;"),
            ("scim/a.rs", "\nuse crate::store::View;"),
        ],
        &["src/scim/a.rs:2: floor `scim` may not use floor `store`"],
    );
}

#[test]
fn an_import_sideways_is_seen_even_without_use_and_in_tests() {
    check(
        &[
            MAP,
            ("provision/mod.rs", "mod a;"),
            (
                "provision/a.rs",
                "fn a() { crate::operate::tokens::issue() }",
            ),
            ("operate/mod.rs", "mod tokens;"),
            (
                "operate/tokens.rs",
                "#[cfg(test)] mod tests { use crate::provision::a; }",
            ),
            ("tasks/mod.rs", "mod t;"),
            ("tasks/t.rs", "use crate::{http::App, scim::Kind};"),
        ],
        &[
            "src/operate/tokens.rs:1: floor `operate` may not use floor `provision`",
            "src/provision/a.rs:1: floor `provision` may not use floor `operate`",
            "src/tasks/t.rs:1: floor `tasks` may not use floor `http`",
            "src/tasks/t.rs:1: floor `tasks` may not use floor `scim`",
        ],
    );
}

#[test]
fn main_sees_the_command_line_and_nothing_else() {
    check(
        &[
            MAP,
            ("main.rs", "fn main() { appliance::store::Store::open(); }"),
        ],
        &["src/main.rs:1: floor `main` may not use floor `store`"],
    );
}

#[test]
fn a_circle_of_files_is_seen_through_a_table_of_contents_too() {
    check(
        &[
            MAP,
            ("scim/mod.rs", "mod a; pub mod deep;"),
            ("scim/a.rs", "use crate::scim::deep::Thing; pub struct A;"),
            ("scim/deep/mod.rs", "mod b; pub use b::Thing;"),
            (
                "scim/deep/b.rs",
                "use super::super::a::A; pub struct Thing;",
            ),
        ],
        &["src/scim: a circle: scim/a.rs → scim/deep/b.rs → scim/a.rs"],
    );
}

#[test]
fn a_circle_inside_a_nested_folder_is_seen() {
    check(
        &[
            MAP,
            ("scim/mod.rs", "mod patch;"),
            ("scim/patch/mod.rs", "mod a; mod b; mod c;"),
            ("scim/patch/a.rs", "use super::b::B;"),
            ("scim/patch/b.rs", "use super::c;"),
            ("scim/patch/c.rs", "fn c(a: super::a::A) {}"),
        ],
        &[
            "src/scim/patch: a circle: scim/patch/a.rs → scim/patch/b.rs → scim/patch/c.rs → scim/patch/a.rs",
        ],
    );
}

#[test]
fn two_folders_that_use_each_other_are_a_circle_of_rooms() {
    check(
        &[
            MAP,
            ("scim/mod.rs", "mod left; mod right;"),
            ("scim/left/mod.rs", "mod a; mod b;"),
            ("scim/left/a.rs", "use crate::scim::right::c::C;"),
            ("scim/left/b.rs", ""),
            ("scim/right/mod.rs", "mod c; mod d;"),
            ("scim/right/c.rs", ""),
            ("scim/right/d.rs", "use crate::scim::left::b::B;"),
        ],
        &["src/scim: a circle of rooms: left → right → left"],
    );
}

#[test]
fn what_only_tests_import_makes_no_circle() {
    check(
        &[
            MAP,
            ("scim/mod.rs", "mod a; mod b;"),
            ("scim/a.rs", "use super::b::B;"),
            (
                "scim/b.rs",
                "#[cfg(test)] mod tests { use super::super::a::A; }",
            ),
        ],
        &[],
    );
}

#[test]
fn an_import_through_the_own_table_of_contents_is_seen() {
    check(
        &[
            MAP,
            (
                "base/mod.rs",
                "mod clock; mod timestamp; pub use timestamp::Timestamp;",
            ),
            ("base/timestamp.rs", ""),
            ("base/clock.rs", "use super::Timestamp;"),
        ],
        &[
            "src/base/clock.rs:1: `base::Timestamp` is imported through a table of contents above this \
             file; import `crate::base::timestamp::Timestamp`",
        ],
    );
}

#[test]
fn an_import_through_a_table_of_contents_further_up_is_seen() {
    check(
        &[
            MAP,
            (
                "scim/mod.rs",
                "mod name; mod schema; pub use name::AttrName;",
            ),
            ("scim/name.rs", ""),
            ("scim/schema/mod.rs", "mod registry;"),
            (
                "scim/schema/registry.rs",
                "fn a() { crate::scim::AttrName::parse() }",
            ),
        ],
        &[
            "src/scim/schema/registry.rs:1: `scim::AttrName` is imported through a table of contents \
             above this file; import `crate::scim::name::AttrName`",
        ],
    );
}

#[test]
fn a_definition_in_a_table_of_contents_is_seen() {
    check(
        &[
            MAP,
            ("base/mod.rs", "//! doc\nmod clock;\npub struct Clock;\n"),
            ("base/clock.rs", ""),
        ],
        &["src/base/mod.rs:3: struct: a table of contents holds `mod` and `pub use` only"],
    );
    check(
        &[
            ("lib.rs", "pub mod base; fn helper() {}"),
            ("base/mod.rs", ""),
        ],
        &["src/lib.rs:1: fn: a table of contents holds `mod` and `pub use` only"],
    );
}

#[test]
fn a_foreign_crate_on_the_wrong_floor_is_seen() {
    check(
        &[
            MAP,
            ("operate/mod.rs", "mod a;"),
            ("operate/a.rs", "fn a(e: rusqlite::Error) {}"),
            ("cli/mod.rs", "mod b;"),
            (
                "cli/b.rs",
                "#[actix_web::main] async fn main() {} // clap, rusqlite",
            ),
            ("http/mod.rs", "mod c;"),
            (
                "http/c.rs",
                "use clap::Parser;\nconst A: &str = \"rusqlite\";",
            ),
        ],
        &[
            "src/cli/b.rs:1: only `http` may name `actix_web`",
            "src/http/c.rs:1: only `cli` may name `clap`",
            "src/operate/a.rs:1: only `store` may name `rusqlite`",
        ],
    );
}

#[test]
fn a_room_that_is_on_no_floor_is_seen() {
    check(
        &[("lib.rs", "mod helpers;"), ("helpers.rs", "")],
        &["src/helpers.rs: there is no floor `helpers`"],
    );
}
