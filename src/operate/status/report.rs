//! The report on all connections, and what in it deserves a warning.

use std::path::Path;

use jiff::SignedDuration;

use super::figures::{DAY, Figures};
use super::rhythm;
use super::warning::{Concern, Warning};
use crate::base::{Refusal, SignedFlaw, Timestamp};
use crate::operate::failure::Failure;
use crate::store::{Backup, Refused, Scope, Token, View};

/// A token that is good for less than this is warned of.
const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);

/// A week of daily or weekly backups, and a day.
const UNSAVED: SignedDuration = SignedDuration::from_hours(8 * 24);

/// How things stand.
#[derive(Debug, Clone)]
pub struct Report {
    /// When.
    pub at: Timestamp,
    /// The connections, in the order in which they were made.
    pub connections: Vec<Figures>,
    /// Credentials that were refused in the last 24 hours.
    pub refused: Vec<Refused>,
    /// The newest backup that was found sound and is still there.
    pub backup: Option<Backup>,
    /// When a backup was last found sound, by making or by verifying it.
    pub verified: Option<Timestamp>,
    /// What somebody should look at.
    pub warnings: Vec<Warning>,
}

/// Looks at everything as of `now`.
pub fn report(view: &View<'_>, now: Timestamp) -> Result<Report, Failure> {
    let connections = view
        .connections()?
        .into_iter()
        .map(|connection| Figures::gather(view, connection, now))
        .collect::<Result<Vec<_>, Failure>>()?;
    let mut refused = view.refused()?;
    refused.retain(|refused| now.since(refused.last_seen) <= DAY);
    let mut backups = view.backups()?;
    // One that was made in a wrong year would pass for the newest until then.
    backups.retain(|backup| backup.made.since(now) <= DAY && backup.verified.since(now) <= DAY);
    let verified = backups.iter().map(|backup| backup.verified).max();
    let is_gone = |backup: &Backup| matches!(Path::new(&backup.file).try_exists(), Ok(false));
    let concern = match backups.first().filter(|newest| is_gone(newest)) {
        Some(newest) => Some(Concern::BackupMissing {
            file: newest.file.clone(),
            made: newest.made,
        }),
        None => unsaved(&connections, backups.first(), now),
    };
    let backup = backups.into_iter().find(|backup| !is_gone(backup));
    let mut warnings = Vec::new();
    warnings.extend(concern.map(|concern| Warning {
        connection: None,
        concern,
    }));
    for name in view.names_half_removed()? {
        warnings.push(Warning {
            connection: None,
            concern: Concern::HalfRemoved { name },
        });
    }
    for figures in &connections {
        let concerns = concerns(figures, now);
        warnings.extend(concerns.into_iter().map(|concern| Warning {
            connection: Some(figures.connection.name.clone()),
            concern,
        }));
    }
    for refused in &refused {
        let token = match refused.token {
            Some(number) => view.token(number)?,
            None => None,
        };
        let connection = match &token {
            Some(token) => view.connection(token.connection)?,
            None => None,
        };
        warnings.extend(credential(refused, token).map(|concern| Warning {
            connection: connection.map(|connection| connection.name),
            concern,
        }));
    }
    Ok(Report {
        at: now,
        connections,
        refused,
        backup,
        verified,
        warnings,
    })
}

/// What deserves a warning about one connection.
fn concerns(figures: &Figures, now: Timestamp) -> Vec<Concern> {
    let mut found = Vec::new();
    if figures.connection.paused {
        found.push(Concern::Paused);
    }
    found.extend(figures.tokens.iter().filter_map(|token| {
        let left = token.expires?.since(now);
        (left <= SOON).then(|| Concern::TokenExpires {
            token: token.number,
            name: token.name.clone(),
            left,
            successor: token.successor,
        })
    }));
    let writes = |token: &Token| token.scope == Scope::Provision;
    if figures.last_request.is_some() && !figures.tokens.iter().any(writes) {
        found.push(Concern::NoToken);
    }
    found.extend(held(figures, now));
    found.extend(failing(figures.requests, figures.failed));
    if let Some((people, last)) = figures.protected {
        found.push(Concern::Protected { people, last });
    }
    let seats = &figures.seats;
    if seats.waiting > 0 {
        found.push(Concern::Waiting {
            waiting: seats.waiting,
            fitting: seats.fitting(),
        });
    }
    let silence = figures
        .last_request
        .and_then(|last| rhythm::unusual_silence(&figures.hours, last, now));
    if let Some(silence) = silence
        && !figures.connection.paused
    {
        found.push(Concern::Silent { silence });
    }
    found
}

/// Whether the guard holds writes back.
fn held(figures: &Figures, now: Timestamp) -> Option<Concern> {
    let share = figures.policy.guard.share.as_ref()?;
    let (since, last) = figures.watch.held?;
    (now.since(last) < share.window).then(|| Concern::Held {
        share: figures.policy.guard.share(),
        times: figures.watch.times,
        since,
        last,
    })
}

/// Whether there is too much that no backup holds. Who has nobody yet, or has only begun, is left in
/// peace.
fn unsaved(connections: &[Figures], backup: Option<&Backup>, now: Timestamp) -> Option<Concern> {
    let anybody = connections
        .iter()
        .any(|figures| figures.active + figures.inactive > 0);
    let begun = connections
        .iter()
        .map(|figures| figures.connection.created)
        .min()?;
    let last = backup.map(|backup| backup.made);
    let age = now.since(last.unwrap_or(begun));
    (anybody && age > UNSAVED).then_some(Concern::NoBackup { last, age })
}

/// Whether so many failures are worth a look. Entra ID puts a job into quarantine from 5 000 failures on
/// when more than 40 % fail, and at 40 000 in any case; half of that is near.
fn failing(requests: u64, failed: u64) -> Option<Concern> {
    let a_fifth = failed.saturating_mul(5) >= requests;
    let near_quarantine = (failed >= 2_500 && a_fifth) || failed >= 20_000;
    let many = failed >= 10 && a_fifth;
    (many || near_quarantine).then_some(Concern::Failing {
        failed,
        requests,
        near_quarantine,
    })
}

/// Whether a refused credential is worth a look. What does not even look like one of our tokens is the
/// noise of the internet.
fn credential(refused: &Refused, token: Option<Token>) -> Option<Concern> {
    let kind = refused.kind();
    match token {
        // That access tokens end is how it should be: their client gets another.
        Some(_) if kind == Some(Refusal::Stale) => None,
        Some(token) => {
            let (token, name, refused) = (token.number, token.name, refused.clone());
            Some(match kind {
                Some(Refusal::Expired | Refusal::Revoked) => Concern::TokenRefused {
                    token,
                    name,
                    refused,
                },
                _ => Concern::CredentialRefused {
                    token,
                    name,
                    refused,
                },
            })
        }
        None => matches!(
            kind,
            Some(
                Refusal::Unknown
                    | Refusal::Damaged
                    | Refusal::UnknownClient
                    | Refusal::Signed(SignedFlaw::Tenant)
            )
        )
        .then(|| Concern::StrangerRefused(refused.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_warned_of_by_their_share_and_before_a_quarantine() {
        let near = |requests, failed| match failing(requests, failed) {
            Some(Concern::Failing {
                near_quarantine, ..
            }) => Some(near_quarantine),
            _ => None,
        };
        assert_eq!(near(0, 0), None);
        assert_eq!(near(9, 9), None);
        assert_eq!(near(50, 10), Some(false));
        assert_eq!(near(51, 10), None);
        assert_eq!(near(10_000, 2_499), Some(false));
        assert_eq!(near(10_000, 2_500), Some(true));
        assert_eq!(near(1_000_000, 19_999), None);
        assert_eq!(near(1_000_000, 20_000), Some(true));
    }
}
