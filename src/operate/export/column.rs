//! Columns of a table, and the choice among them.

use super::flaw::ExportFlaw;
use crate::base::similar;

/// A column: its title and where its text comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column<S> {
    /// As it stands in the first line.
    pub(super) title: String,
    /// What it shows.
    pub(super) source: S,
}

impl<S> Column<S> {
    pub(super) fn new(title: &str, source: S) -> Self {
        Self {
            title: title.to_owned(),
            source,
        }
    }
}

/// The wanted ones of the columns that there are, in the wanted order; all when nothing was said.
pub(super) fn chosen<S: Clone>(
    there: Vec<Column<S>>,
    wanted: Option<&[String]>,
) -> Result<Vec<Column<S>>, ExportFlaw> {
    let Some(wanted) = wanted else {
        return Ok(there);
    };
    wanted
        .iter()
        .map(|name| {
            let is_meant = |column: &&Column<S>| column.title.eq_ignore_ascii_case(name.trim());
            there.iter().find(is_meant).cloned().ok_or_else(|| {
                let titles = || there.iter().map(|column| column.title.as_str());
                // Somebody may have typed the last part of a long name.
                let tail = |title: &&str| {
                    let last = title.rsplit(':').next();
                    last.is_some_and(|last| last.eq_ignore_ascii_case(name.trim()))
                };
                ExportFlaw::NoSuchColumn {
                    name: name.clone(),
                    similar: titles()
                        .find(tail)
                        .or_else(|| similar(name, titles()))
                        .map(str::to_owned),
                    known: titles().collect::<Vec<_>>().join(", "),
                }
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_chosen_and_ordered_by_their_titles() {
        let there = || {
            vec![
                Column::new("userName", 1),
                Column::new("title", 2),
                Column::new("urn:example:User:hireDate", 3),
            ]
        };
        let chosen = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            chosen(there(), Some(&names)).map(|columns| {
                columns
                    .iter()
                    .map(|column| column.source)
                    .collect::<Vec<_>>()
            })
        };
        assert_eq!(chosen(&["title", "USERNAME"]), Ok(vec![2, 1]));
        for (typed, meant) in [
            ("tilte", Some("title")),
            ("hireDate", Some("urn:example:User:hireDate")),
            ("salary", None),
        ] {
            let Err(ExportFlaw::NoSuchColumn { similar, known, .. }) = chosen(&[typed]) else {
                panic!("{typed} is no column");
            };
            assert_eq!(similar.as_deref(), meant);
            assert!(known.starts_with("userName, title, "));
        }
    }
}
