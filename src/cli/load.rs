//! Flags, environment and file become [`Settings`]; the stronger source wins.

use std::fmt;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use super::options::Place;
use super::owner::may_command;
use super::print;
use super::problem::Problem;
use super::serve_flags::ServeFlags;
use super::settings_file::SettingsFile;
use crate::base::{Draft, SettingFlaw, Settings, similar};

/// Prefix of every environment variable.
const PREFIX: &str = "APPLIANCE_";
/// Where the units in `packaging` keep the data (`StateDirectory`).
const OF_THE_SERVICE: &str = "/var/lib/appliance";
/// Variables that are no settings.
const OTHER_VARIABLES: [&str; 6] = [
    "APPLIANCE_DATA_DIR",
    "APPLIANCE_CONFIG",
    "APPLIANCE_CONNECTION",
    "APPLIANCE_TOKEN",
    "APPLIANCE_LOG",
    "APPLIANCE_EXCHANGES",
];

/// Where a setting came from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    File(PathBuf),
    Environment(String),
    Flag(String),
    Service,
    Platform,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => write!(f, "environment variable {name}"),
            Self::Flag(name) => f.write_str(name),
            Self::Service => f.write_str("the service of this machine"),
            Self::Platform => f.write_str("this platform"),
        }
    }
}

/// Settings for a command that only needs to know where things are.
pub(super) fn settings(place: &Place) -> Result<Settings, Problem> {
    load(place, Vec::new())
}

/// The same, with where one of them comes from; `None`: nobody said it.
pub(super) fn settings_with_source(
    place: &Place,
    key: &str,
) -> Result<(Settings, Option<Source>), Problem> {
    let gathered = gather(place, Vec::new())?;
    let strongest = gathered.given.iter().rev().find(|given| given.key == key);
    let from = strongest.map(|given| given.from.clone());
    Ok((sound(gathered)?, from))
}

/// Settings for the server.
pub(super) fn server_settings(place: &Place, flags: &ServeFlags) -> Result<Settings, Problem> {
    let yes = |given: bool| given.then(|| "true".to_owned());
    let given = [
        ("listen", flags.listen.clone()),
        ("local_listen", flags.local_listen.clone()),
        ("public_url", flags.public_url.clone()),
        ("tls", flags.tls.clone()),
        ("tls_force", yes(flags.tls_force)),
        ("tls_cert", flags.tls_cert.clone()),
        ("tls_key", flags.tls_key.clone()),
        ("trusted_proxies", flags.trusted_proxies.clone()),
        ("public_discovery", yes(flags.public_discovery)),
    ];
    let given = given
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)))
        .collect();
    load(place, given)
}

fn load(place: &Place, flags: Vec<(&'static str, String)>) -> Result<Settings, Problem> {
    sound(gather(place, flags)?)
}

/// The settings, if nothing is wrong with what was given.
fn sound(gathered: Gathered) -> Result<Settings, Problem> {
    let (settings, problems) = gathered.settle();
    match (settings, problems.into_iter().next()) {
        (Some(settings), None) => Ok(settings),
        (_, Some(problem)) => Err(problem),
        (None, None) => Err(Problem::failed("the settings could not be read")),
    }
}

/// What one source says of one setting.
#[derive(Debug, Clone)]
pub(super) struct Given {
    key: String,
    pub(super) value: String,
    pub(super) from: Source,
}

impl Given {
    /// The setting that is meant.
    pub(super) fn name(&self) -> &str {
        if self.key == Draft::SHORT {
            "exchanges.record"
        } else {
            &self.key
        }
    }
}

/// What all sources say, the weakest first, before anybody has judged it.
#[derive(Debug)]
pub(super) struct Gathered {
    pub(super) data_dir: PathBuf,
    pub(super) data_dir_from: Source,
    pub(super) given: Vec<Given>,
}

/// Asks all sources.
pub(super) fn gather(
    place: &Place,
    flags: Vec<(&'static str, String)>,
) -> Result<Gathered, Problem> {
    let named = place.config.clone().or_else(|| path_in("APPLIANCE_CONFIG"));
    let file = SettingsFile::find(named.as_deref())?;
    let (data_dir, data_dir_from) = data_dir(place, file.as_ref())?;
    let mut given = Vec::new();
    if let Some(file) = file {
        given.extend(file.entries.into_iter().map(|(key, value)| Given {
            key,
            value,
            from: Source::File(file.path.clone()),
        }));
    }
    for key in [Draft::SHORT]
        .into_iter()
        .chain(Draft::KEYS.map(|key| key.name))
    {
        let name = variable(key);
        if let Some(value) = variable_text(&name)? {
            given.push(Given {
                key: key.to_owned(),
                value,
                from: Source::Environment(name),
            });
        }
    }
    given.extend(flags.into_iter().map(|(key, value)| Given {
        key: key.to_owned(),
        value,
        from: Source::Flag(format!("--{}", key.replace('_', "-"))),
    }));
    warn_of_slips();
    Ok(Gathered {
        data_dir,
        data_dir_from,
        given,
    })
}

impl Gathered {
    /// The settings, and everything that is wrong with what was given; there are no settings when they
    /// contradict each other.
    pub(super) fn settle(self) -> (Option<Settings>, Vec<Problem>) {
        let mut draft = Draft::new(self.data_dir);
        let mut problems: Vec<Problem> = self
            .given
            .iter()
            .filter_map(|given| accept(&mut draft, &given.key, &given.value, &given.from).err())
            .collect();
        match draft.finish() {
            Ok(settings) => (Some(settings), problems),
            Err(flaw) => {
                problems.push(Problem::usage(flaw));
                (None, problems)
            }
        }
    }
}

fn accept(draft: &mut Draft, key: &str, value: &str, from: &Source) -> Result<(), Problem> {
    draft.set(key, value).map_err(|flaw| {
        let problem = Problem::usage(format!("{from}: {flaw}"));
        let names = Draft::KEYS.iter().map(|key| key.name).chain(["data_dir"]);
        match flaw {
            SettingFlaw::UnknownKey { key } => match similar(&key, names) {
                Some(name) => problem.hint(format!("did you mean `{name}`?")),
                None => problem.hint("packaging/appliance.example.toml shows every setting"),
            },
            _ => problem,
        }
    })
}

/// The directory that holds the data, absolute, so that a later change of the working directory
/// does not move it.
fn data_dir(place: &Place, file: Option<&SettingsFile>) -> Result<(PathBuf, Source), Problem> {
    let of_systemd = || {
        // systemd names several, separated by colons, where a unit has several.
        let several = path_in("STATE_DIRECTORY")?;
        let text = several.to_str().map(str::to_owned)?;
        text.split(':').next().map(PathBuf::from)
    };
    // A command of root, or in a cron line of the account, means the service, whatever the settings say.
    let of_the_service = || {
        let there = Path::new(OF_THE_SERVICE);
        may_command(there).then(|| there.to_owned())
    };
    let of_the_platform = || {
        ProjectDirs::from("", "", "appliance").map(|directories| directories.data_dir().to_owned())
    };
    let named = |name: &str| Source::Environment(name.to_owned());
    let in_file = || {
        let file = file?;
        Some((file.data_dir.clone()?, Source::File(file.path.clone())))
    };
    let flag = place.data_dir.clone();
    let (found, from) = flag
        .map(|found| (found, Source::Flag("--data-dir".to_owned())))
        .or_else(|| Some((path_in("APPLIANCE_DATA_DIR")?, named("APPLIANCE_DATA_DIR"))))
        .or_else(|| Some((of_systemd()?, named("STATE_DIRECTORY"))))
        .or_else(in_file)
        .or_else(|| Some((of_the_service()?, Source::Service)))
        .or_else(|| Some((of_the_platform()?, Source::Platform)))
        .ok_or_else(|| {
            Problem::usage(
                "there is no place for the data: neither a home directory nor --data-dir",
            )
        })?;
    let absolute = std::path::absolute(&found)
        .map_err(|error| Problem::usage(format!("--data-dir {}: {error}", found.display())))?;
    Ok((absolute, from))
}

/// `limits.body` is `APPLIANCE_LIMITS_BODY`.
fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "_").to_uppercase())
}

/// The path in a variable; an empty one counts as absent.
fn path_in(name: &str) -> Option<PathBuf> {
    let value = std::env::var_os(name).filter(|value| !value.is_empty())?;
    Some(PathBuf::from(value))
}

/// The text in a variable; an empty one counts as absent.
pub(super) fn variable_text(name: &str) -> Result<Option<String>, Problem> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(Problem::usage(format!(
            "environment variable {name}: not valid UTF-8"
        ))),
    }
}

/// Others may use our prefix (containers name their links so), so an unknown variable is no error;
/// but one that looks like a setting of ours is probably a slip.
fn warn_of_slips() {
    let settings: Vec<String> = Draft::KEYS.iter().map(|key| variable(key.name)).collect();
    for (name, _) in std::env::vars_os() {
        let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else {
            continue;
        };
        let known = || settings.iter().map(String::as_str).chain(OTHER_VARIABLES);
        if known().any(|other| other == name) {
            continue;
        }
        let rest = name.strip_prefix(PREFIX).unwrap_or(name);
        let names = known().filter_map(|other| other.strip_prefix(PREFIX));
        if let Some(meant) = similar(rest, names) {
            print::warning(&format!(
                "environment variable {name} is no setting; did you mean {PREFIX}{meant}?"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_met_with_the_one_that_was_meant() {
        let mut draft = Draft::new("/data".into());
        let source = Source::File("a.toml".into());
        let problem = accept(&mut draft, "limits.bodi", "1", &source).unwrap_err();
        assert_eq!(problem.error, "a.toml: no setting is called `limits.bodi`");
        assert_eq!(problem.hint.as_deref(), Some("did you mean `limits.body`?"));
    }

    #[test]
    fn a_variable_is_named_like_its_setting() {
        assert_eq!(
            variable("limits.default_page"),
            "APPLIANCE_LIMITS_DEFAULT_PAGE"
        );
    }
}
