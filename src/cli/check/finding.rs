//! What a check has found.

use serde_json::{Value, json};

use crate::cli::exit::Exit;

/// How bad it is; the worst decides how the command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// As it should be.
    Good,
    /// Somebody should look.
    Warning,
    /// The server would not start, or not serve, until a setting is changed.
    Configuration,
    /// Data or machine are broken.
    Broken,
}

impl Verdict {
    /// For programs, and for the margin.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Configuration => "wrong",
            Self::Broken => "broken",
        }
    }

    pub(super) const fn exit(self) -> Exit {
        match self {
            Self::Good => Exit::Done,
            Self::Warning => Exit::Warned,
            Self::Configuration => Exit::Usage,
            Self::Broken => Exit::Failed,
        }
    }
}

/// One fact, and what to do about it.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    /// What was looked at, in a word.
    pub(super) topic: &'static str,
    pub(super) verdict: Verdict,
    /// The fact.
    pub(super) text: String,
    /// What to do.
    pub(super) remedy: Option<String>,
}

impl Finding {
    pub(super) fn new(topic: &'static str, verdict: Verdict, text: impl Into<String>) -> Self {
        Self {
            topic,
            verdict,
            text: text.into(),
            remedy: None,
        }
    }

    pub(super) fn good(topic: &'static str, text: impl Into<String>) -> Self {
        Self::new(topic, Verdict::Good, text)
    }

    pub(super) fn warning(topic: &'static str, text: impl Into<String>) -> Self {
        Self::new(topic, Verdict::Warning, text)
    }

    pub(super) fn wrong(topic: &'static str, text: impl Into<String>) -> Self {
        Self::new(topic, Verdict::Configuration, text)
    }

    pub(super) fn broken(topic: &'static str, text: impl Into<String>) -> Self {
        Self::new(topic, Verdict::Broken, text)
    }

    #[must_use]
    pub(super) fn remedy(self, remedy: impl Into<String>) -> Self {
        Self {
            remedy: Some(remedy.into()),
            ..self
        }
    }

    pub(super) fn in_json(&self) -> Value {
        json!({
            "topic": self.topic,
            "verdict": self.verdict.word(),
            "text": self.text,
            "remedy": self.remedy,
        })
    }
}
