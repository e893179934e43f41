//! The settings as `packaging/appliance.example.toml` documents them: what is shown of a default is what
//! is written there, and the tests hold it to the truth.

/// The file itself.
pub(super) const EXAMPLE: &str = include_str!("../../packaging/appliance.example.toml");

/// A setting as the file shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Documented {
    /// As it is written, with a dot before the name in a table.
    pub(super) name: String,
    /// Its default; `None` where the sentence above says what happens while it is unset.
    pub(super) default: Option<String>,
}

/// Every setting, in the order of the file.
pub(super) fn documented() -> Vec<Documented> {
    let mut table = String::new();
    let mut sentence = String::new();
    let mut complete = false;
    let mut found = Vec::new();
    for line in EXAMPLE.lines() {
        if line.is_empty() {
            sentence.clear();
        } else if let Some(name) = line.strip_prefix('[') {
            table = name.replace(']', ".");
            sentence.clear();
        } else if let Some(text) = line.strip_prefix("# ") {
            if complete {
                sentence.clear();
            }
            complete = false;
            sentence.push_str(text);
        } else if let Some((name, value)) = line
            .strip_prefix('#')
            .and_then(|text| text.split_once(" = "))
        {
            // A list is written as it is typed on the command line: without its brackets.
            let value = match value.strip_prefix('[') {
                Some(list) => list.trim_end_matches(']'),
                None => value.trim_matches('"'),
            };
            found.push(Documented {
                name: format!("{table}{name}"),
                default: (!sentence.contains("Unset:")).then(|| value.to_owned()),
            });
            // A setting that stands right behind another shares its sentence.
            complete = true;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use clap::{Args, Command};

    use super::*;
    use crate::base::{Draft, Settings};
    use crate::cli::serve_flags::ServeFlags;

    #[test]
    fn the_file_shows_every_setting_with_its_default() {
        let documented = documented();
        let names: BTreeSet<&str> = documented.iter().map(|one| one.name.as_str()).collect();
        let known = Draft::KEYS.iter().map(|key| key.name).chain(["data_dir"]);
        assert_eq!(names, known.collect());
        assert_eq!(names.len(), documented.len(), "one is there twice");
        let mut draft = Draft::new("/var/lib/appliance".into());
        for one in documented {
            if let Some(value) = &one.default
                && one.name != "data_dir"
            {
                draft.set(&one.name, value).unwrap();
            }
        }
        let defaults = Settings::with_defaults("/var/lib/appliance".into());
        assert_eq!(draft.finish().unwrap(), defaults);
    }

    #[test]
    fn help_says_the_defaults_of_the_file() {
        let defaults: BTreeMap<String, Option<String>> = documented()
            .into_iter()
            .map(|one| (one.name, one.default))
            .collect();
        for option in ServeFlags::augment_args(Command::new("serve")).get_arguments() {
            let Some(long) = option.get_long().filter(|long| *long != "help") else {
                continue;
            };
            let default = defaults
                .get(&long.replace('-', "_"))
                .unwrap_or_else(|| panic!("--{long} is no setting of the file"));
            let help = option.get_help().unwrap().to_string();
            let said = help.split_once("[default: ").map(|(_, rest)| {
                let end = rest.rfind(']').unwrap();
                rest[..end].to_owned()
            });
            // What is off or empty unless it is given need not be said.
            let silent = said.is_none()
                && default
                    .as_deref()
                    .is_none_or(|it| it.is_empty() || it == "false");
            assert!(
                silent || said == *default,
                "--{long}: {said:?}, the file: {default:?}"
            );
        }
    }
}
