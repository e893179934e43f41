//! Going through many cases and telling all that went wrong, not only the first.

use super::house::client::Client;

/// What went wrong so far, and how many cases were looked at.
pub(crate) struct Catalogue {
    what: &'static str,
    cases: usize,
    wrong: Vec<String>,
}

impl Catalogue {
    pub(crate) const fn of(what: &'static str) -> Self {
        Self {
            what,
            cases: 0,
            wrong: Vec::new(),
        }
    }

    /// One case: its name, and what is wrong with it, if anything.
    pub(crate) fn case(&mut self, name: &str, flaw: Option<String>) {
        self.cases += 1;
        if let Some(flaw) = flaw {
            let name: String = name.chars().take(200).collect();
            let flaw: String = flaw.chars().take(600).collect();
            self.wrong.push(format!("[{name}] {flaw}"));
        }
    }

    /// Asserts that the catalogue is complete and nothing was wrong.
    #[track_caller]
    pub(crate) fn holds(self, least: usize) {
        let Self { what, cases, wrong } = self;
        assert!(
            cases >= least,
            "{what}: {cases} cases, at least {least} are needed"
        );
        assert!(
            wrong.is_empty(),
            "{what}: {} of {cases} cases went wrong\n{}",
            wrong.len(),
            wrong.join("\n")
        );
    }
}

/// Nothing, or the flaw as it reads when `holds` is false.
pub(crate) fn unless(holds: bool, flaw: impl FnOnce() -> String) -> Option<String> {
    (!holds).then(flaw)
}

/// The whole population of a connection as one text: what must not change when nothing was accepted.
pub(crate) fn population(client: &Client) -> String {
    ["/Users", "/Groups"]
        .map(|endpoint| client.get(&format!("{endpoint}?count=1000")).is(200).text())
        .join("\n")
}
