//! `README.md` beside this file says which test shows which requirement: here it is held to that.

use std::path::{Path, PathBuf};

/// The rows of the tables: section, requirement, tests or reason.
fn rows() -> Vec<[String; 3]> {
    let text = std::fs::read_to_string(root().join("tests/scim/README.md")).unwrap();
    text.lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"))
        .map(|line| line.split(" | ").map(str::to_owned).collect::<Vec<_>>())
        .filter(|cells| cells.first().is_some_and(|section| section != "§"))
        .map(|cells| cells.try_into().unwrap_or_else(|cells| panic!("{cells:?}")))
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The names of tests in a cell: what stands between backticks and has a path.
fn named(cell: &str) -> Vec<&str> {
    let quoted = cell.split('`').skip(1).step_by(2);
    quoted.filter(|name| name.contains("::")).collect()
}

/// Where a test is: the first part of its name says in which folder.
fn file(path: &[&str]) -> PathBuf {
    let folder = match path.first() {
        Some(&("base" | "scim" | "provision")) => "src",
        Some(&("fuzz" | "peers" | "reliability" | "store")) => "tests",
        _ => "tests/scim",
    };
    let mut file = root().join(folder);
    file.extend(path);
    file.with_extension("rs")
}

#[test]
fn every_requirement_has_a_test_that_exists_or_a_reason() {
    let rows = rows();
    assert!(rows.len() > 150, "only {} rows", rows.len());
    let mut wrong = Vec::new();
    for [section, requirement, cell] in &rows {
        let tests = named(cell);
        if tests.is_empty() && !cell.contains("— ") {
            wrong.push(format!("{section} {requirement}: neither test nor reason"));
        }
        for test in tests {
            let mut path: Vec<&str> = test.split("::").collect();
            let name = path.pop().unwrap_or_default();
            let text = std::fs::read_to_string(file(&path)).unwrap_or_default();
            if !text.contains(&format!("fn {name}(")) {
                wrong.push(format!("{section} {requirement}: there is no {test}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
