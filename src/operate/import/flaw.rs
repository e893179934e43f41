//! What is wrong with a file as a whole, so that nothing of it is read.

use thiserror::Error;

/// A fact about the file, and a hint that repairs it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ImportFlaw {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is one JSON value.
    #[error("the file is a JSON list")]
    List,
    /// The first line is no text.
    #[error("the first line is not UTF-8")]
    NotText,
    /// A column has a title that says nothing.
    #[error("no column is called `{title}`")]
    NoSuchColumn {
        /// What stands there.
        title: String,
        /// What was probably meant.
        similar: Option<String>,
    },
    /// Two columns say the same.
    #[error("two columns are called `{title}`")]
    Twice {
        /// Their title.
        title: String,
    },
    /// Nobody has a name.
    #[error("there is no column `userName`")]
    NoUserName,
}

impl ImportFlaw {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Empty | Self::NoUserName => {
                "the first line names the columns as `appliance export users` does, at least \
                 `userName`; NDJSON has one SCIM resource to a line"
                    .to_owned()
            }
            Self::List => "write one resource to a line: `jq -c '.[]'` does that".to_owned(),
            Self::NotText => "save the file as UTF-8, with commas between the columns".to_owned(),
            Self::NoSuchColumn { title, .. } if title.contains([';', '\t']) => {
                "separate the columns by commas".to_owned()
            }
            Self::NoSuchColumn { similar, .. } => {
                let columns = "columns are named as in an export: userName, name.givenName, \
                               emails.work, department, or with a URN";
                match similar {
                    Some(similar) => format!("did you mean `{similar}`? {columns}"),
                    None => columns.to_owned(),
                }
            }
            Self::Twice { .. } => return None,
        })
    }
}
