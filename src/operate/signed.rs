//! Tokens that an identity provider signs itself. What stands for them among the tokens comes and goes
//! with the setting: it is listed, says when it was last used, and can be revoked like any other.

use super::failure::Failure;
use super::operator::Operator;
use super::readiness;
use super::refusal::Refusal;
use super::tokens;
use crate::base::{Policy, Profile, TokenDigest};
use crate::store::{Connection, NewToken, Scope, Token, TokenKind, Tx, View};

/// What the operator calls it.
const NAME: &str = "signed by Entra ID";

/// Whether signed tokens say whose they are: by a tenant id that is one, and that no other connection
/// claims, for the tenant alone says which connection a token opens.
pub(super) fn check(
    view: &View<'_>,
    connection: &Connection,
    policy: &Policy,
) -> Result<(), Failure> {
    if !policy.tenant.entra_jwt {
        return Ok(());
    }
    let Some(tenant) = policy.tenant.guid() else {
        return Err(Refusal::NoTenant {
            connection: connection.name.clone(),
        }
        .into());
    };
    for other in view.connections()? {
        let theirs = view.policy(&other)?.0.tenant.signed_for();
        if other.number != connection.number && theirs == Some(tenant) {
            return Err(Refusal::TenantTaken {
                tenant: tenant.to_string(),
                connection: other.name,
            }
            .into());
        }
    }
    Ok(())
}

/// Makes or ends what stands for signed tokens, when the settings have changed from `before` to `after`.
/// What the operator revoked stays revoked until the setting is turned off and on again.
pub(super) fn follow(
    tx: &Tx<'_>,
    connection: &Connection,
    profile: &Profile,
    before: &Policy,
    after: &Policy,
    operator: &Operator,
) -> Result<(), Failure> {
    match (before.tenant.entra_jwt, after.tenant.entra_jwt) {
        (false, true) => {
            readiness::check(tx, connection, profile, after)?;
            let token = tx.insert_token(&NewToken {
                connection: connection.number,
                name: NAME.to_owned(),
                kind: TokenKind::Signed,
                digest: TokenDigest::of_none(&format!(
                    "{} {}",
                    connection.number,
                    operator.now.as_millis()
                )),
                scope: Scope::Provision,
                created: operator.now,
                expires: None,
            })?;
            let subject = tokens::subject(&token, &connection.name);
            operator
                .record(tx, "token new", &subject)
                .map_err(Into::into)
        }
        (true, false) => {
            for token in standing(tx, connection)? {
                tx.revoke_token(token.number, operator.now)?;
                let subject = tokens::subject(&token, &connection.name);
                operator.record(tx, "token revoke", &subject)?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn standing(view: &View<'_>, connection: &Connection) -> Result<Vec<Token>, Failure> {
    let mut tokens = view.tokens_of(connection.number)?;
    tokens.retain(|token| token.kind == TokenKind::Signed && token.revoked.is_none());
    Ok(tokens)
}
