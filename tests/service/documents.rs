//! Manual pages and completions, made from the tree of commands.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::house::run::Run;

/// The words of every command, as `--help` lists them, level by level.
fn commands(data: &Path, words: &[String], found: &mut Vec<Vec<String>>) {
    found.push(words.to_vec());
    let mut asked = words.to_vec();
    asked.push("--help".to_owned());
    let help = Run::new(data, &asked).prints();
    let listed = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| line.starts_with("  "));
    for line in listed.filter(|line| !line.starts_with("   ")) {
        let name = line.split_whitespace().next().unwrap().to_owned();
        commands(data, &[words, &[name]].concat(), found);
    }
}

#[test]
fn every_command_has_its_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("new/man1");
    Run::new(folder.path(), &["man".as_ref(), pages.as_os_str()]).exits(0);
    let mut known = Vec::new();
    commands(folder.path(), &[], &mut known);
    assert!(known.len() > 25, "{known:?}");
    let expected: BTreeSet<String> = known
        .iter()
        .map(|words| [&["appliance".to_owned()], &words[..]].concat().join("-") + ".1")
        .collect();
    let written: BTreeSet<String> = fs::read_dir(&pages)
        .unwrap()
        .map(|page| page.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(written, expected);
    // Everybody may read them.
    let mode = |place: &Path| fs::metadata(place).unwrap().permissions().mode() & 0o777;
    assert_eq!(
        [mode(&pages), mode(&pages.join("appliance.1"))],
        [0o755, 0o644]
    );
    let page = fs::read_to_string(pages.join("appliance-token-new.1")).unwrap();
    let page = page.replace("\\-", "-");
    for part in ["appliance-token-new", "--expiry", "--expiry 180d"] {
        assert!(page.contains(part), "{part} in {page}");
    }
}

#[test]
fn the_manual_pages_cannot_be_written_into_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let run = Run::new(folder.path(), &["man".as_ref(), file.as_os_str()]).exits(1);
    assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
    assert!(run.stderr.contains("file"), "{}", run.stderr);
}

#[test]
fn every_command_explains_itself_with_an_example_within_a_hundred_columns() {
    let folder = tempfile::tempdir().unwrap();
    let mut known = Vec::new();
    commands(folder.path(), &[], &mut known);
    for words in known {
        let asked = [&words[..], &["--help".to_owned()]].concat();
        let help = Run::new(folder.path(), &asked).prints();
        let name = words.join(" ");
        let examples = help
            .split_once("\nExamples:\n")
            .or_else(|| help.split_once("\nExample:\n"))
            .map_or("", |(_, examples)| examples);
        let mut examples = examples.lines().take_while(|line| !line.is_empty());
        let own = format!("appliance {name}");
        assert!(examples.any(|line| line.contains(&own)), "`{own}`:\n{help}");
        let wide: Vec<&str> = help
            .lines()
            .filter(|line| line.chars().count() > 100)
            .collect();
        assert_eq!(wide, [""; 0], "{name}");
    }
}

#[test]
fn shells_learn_every_command() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = Run::new(folder.path(), &["completions", shell]).prints();
        for word in ["connection", "accept-terms", "overlap"] {
            assert!(script.contains(word), "{word} for {shell}");
        }
    }
    let run = Run::new(folder.path(), &["completions", "tcsh"]).exits(2);
    assert!(
        run.stderr.contains("possible values: bash"),
        "{}",
        run.stderr
    );
}
