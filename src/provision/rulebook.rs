//! The settings of a connection, ready to be applied.

use std::collections::HashSet;

use super::unlisted;
use crate::base::{Deletion, Policy, Profile, Resources, Roles, Unlisted};
use crate::scim::project::Rules;
use crate::scim::schema::Schemas;
use crate::scim::{Kind, ScimError, Spot, fold_name};
use crate::store::{Ties, unique_places};

/// The settings of a connection with their places found in its schemas.
#[derive(Debug)]
pub struct Rulebook {
    kinds: &'static [Kind],
    /// What is shown of a person and of a group.
    pub(super) shown: [Rules; 2],
    pub(super) required: Vec<Spot>,
    /// What is unique beyond what the schemas say.
    pub(super) unique: Vec<(Kind, Spot)>,
    /// What a person and a group may have; `None` is everything.
    pub(super) listed: Option<[Vec<Spot>; 2]>,
    pub(super) ignores_roles: bool,
    pub(super) checks_values: bool,
    /// What follows from the attributes of people.
    pub(super) ties: Ties,
    /// Whether a user who is deleted is kept and made inactive.
    pub(super) keeps_deleted: bool,
    /// The names of people who may not be taken away, folded.
    pub(super) protected: HashSet<String>,
    /// Where a create has the value by which it means somebody imported; `None`: it means nobody.
    pub(super) linked_by: Option<Spot>,
    /// Where it has those by which it means somebody who left, the stronger first; `None`: nobody.
    pub(super) revived_by: Option<[Spot; 2]>,
}

impl Rulebook {
    /// Finds the places that the settings name. A place that no schema knows any more has no effect.
    pub(super) fn new(policy: &Policy, profile: &Profile, schemas: &Schemas) -> Self {
        let (rules, known) = (&policy.rules, &policy.known);
        let spot = |kind, place: &str| Spot::parse(place, kind, schemas);
        let users: Vec<Spot> = profile
            .attributes
            .of_users()
            .filter_map(|place| spot(Kind::User, place))
            .collect();
        let groups = profile.attributes.group.iter();
        let groups: Vec<Spot> = groups
            .filter_map(|place| spot(Kind::Group, place))
            .collect();
        // Roles have a setting of their own, and what the operator declared is wanted.
        let kept = (rules.roles == Roles::Keep).then(|| spot(Kind::User, "roles"));
        let listed = |listed: Vec<Spot>, kind| -> Vec<Spot> {
            listed
                .into_iter()
                .chain(unlisted::own(kind, schemas))
                .collect()
        };
        Self {
            kinds: match rules.resources {
                Resources::Users => &[Kind::User],
                Resources::UsersAndGroups => &Kind::ALL,
            },
            shown: Kind::ALL.map(|kind| Rules::of(kind, schemas)),
            required: rules
                .required
                .iter()
                .filter_map(|place| spot(Kind::User, place))
                .collect(),
            unique: unique_places(rules, schemas),
            listed: (rules.unlisted == Unlisted::Drop && !users.is_empty()).then(|| {
                let users = users.into_iter().chain(kept.flatten()).collect();
                [listed(users, Kind::User), listed(groups, Kind::Group)]
            }),
            ignores_roles: rules.roles == Roles::Ignore,
            checks_values: rules.check_values,
            ties: Ties::new(&policy.ties, schemas),
            keeps_deleted: policy.leaving.delete == Deletion::Deactivate,
            protected: policy
                .leaving
                .protect
                .iter()
                .map(|name| fold_name(name))
                .collect(),
            linked_by: known.linked_by().and_then(|place| spot(Kind::User, place)),
            revived_by: spot(Kind::User, "userName")
                .zip(spot(Kind::User, "externalId"))
                .filter(|_| known.revive)
                .map(<[Spot; 2]>::from),
        }
    }

    /// The kinds of resources that the connection has.
    pub(super) const fn kinds(&self) -> &'static [Kind] {
        self.kinds
    }

    /// 404 for a kind that the connection does not have.
    pub(super) fn check_kind(&self, kind: Kind) -> Result<(), ScimError> {
        if self.kinds.contains(&kind) {
            return Ok(());
        }
        Err(ScimError::not_found(format_args!(
            "/{}: this connection has none; take them out of the provisioning of your identity \
             provider, or have the operator set resources=users,groups",
            kind.endpoint()
        )))
    }
}
