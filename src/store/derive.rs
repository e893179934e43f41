//! Derived groups are kept in the transaction of the change that they follow from.

use std::collections::BTreeMap;

use serde_json::json;

use super::derived::Derived;
use super::error::StoreError;
use super::record::{Deed, Delta};
use super::resources::Stored;
use super::view::Tx;
use crate::scim::schema::Schemas;
use crate::scim::{Attributes, Class, Kind, Resource, ResourceId};

/// Somebody whose derived groups may not fit any more.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person<'a> {
    pub(super) number: i64,
    pub(super) id: ResourceId,
    /// What they were; `None` where they are new, or where nobody knows what was derived from it.
    pub(super) before: Option<&'a Attributes>,
    /// What they are now; `None` where they are gone.
    pub(super) after: Option<&'a Attributes>,
}

/// What happens to one derived group.
#[derive(Default)]
struct Move {
    /// What it is called, should it be new.
    name: String,
    /// A member's value has another spelling than before: so the group has it too.
    respelt: bool,
    joined: Vec<(i64, ResourceId)>,
    parted: Vec<(i64, ResourceId)>,
}

impl Tx<'_> {
    /// Brings people of one connection into the derived groups that follow from their attributes, and out
    /// of all others. A group comes with its first member, and goes with its last.
    pub(super) fn derive(
        &self,
        deed: &Deed<'_>,
        connection: i64,
        schemas: &Schemas,
        people: &[Person<'_>],
    ) -> Result<(), StoreError> {
        let mut moves: BTreeMap<Class, Move> = BTreeMap::new();
        for person in people {
            self.compare(deed, person, &mut moves)?;
        }
        let deed = Deed {
            cause: "derive",
            ..*deed
        };
        for (class, one) in moves {
            self.carry_out(&deed, connection, schemas, class, one)?;
        }
        Ok(())
    }

    /// Finds out in which groups somebody should be and is not, and the other way round.
    fn compare(
        &self,
        deed: &Deed<'_>,
        person: &Person<'_>,
        moves: &mut BTreeMap<Class, Move>,
    ) -> Result<(), StoreError> {
        let derivation = &deed.ties.derivation;
        let classes = |attributes: Option<&Attributes>| {
            attributes.map_or_else(BTreeMap::new, |attributes| derivation.classes(attributes))
        };
        let wanted = classes(person.after);
        let was = classes(person.before);
        if person.before.is_some() && wanted == was {
            return Ok(());
        }
        let own = (person.number, person.id);
        let has = self.derived_of(person.number)?;
        for group in &has {
            if !wanted.contains_key(&group.class) {
                let one = moves.entry(group.class.clone()).or_default();
                one.parted.push(own);
            }
        }
        for (class, name) in wanted {
            let is_in = has.iter().any(|group| group.class == class);
            let respelt = was.get(&class).is_some_and(|before| *before != name);
            if is_in && !respelt {
                continue;
            }
            let one = moves.entry(class).or_default();
            if !is_in {
                one.joined.push(own);
            }
            if respelt || one.name.is_empty() {
                one.name = name;
            }
            one.respelt |= respelt;
        }
        Ok(())
    }

    fn carry_out(
        &self,
        deed: &Deed<'_>,
        connection: i64,
        schemas: &Schemas,
        class: Class,
        one: Move,
    ) -> Result<(), StoreError> {
        let found = self.derived_for(connection, &class)?;
        let is_new = found.is_none();
        let before = match found {
            Some(group) => group,
            None if one.joined.is_empty() => return Ok(()),
            None => self.insert_derived(connection, class, &one.name, deed.at)?,
        };
        let mut delta = Delta::default();
        let mut numbers = (Vec::new(), Vec::new());
        for (number, id) in one.joined {
            if self.join_derived(before.number, number)? {
                delta.joined.push(id);
                numbers.0.push(number);
            }
        }
        for (number, id) in one.parted {
            if self.leave_derived(before.number, number)? {
                delta.parted.push(id);
                numbers.1.push(number);
            }
        }
        let respelt = !is_new && one.respelt && before.name != one.name;
        if delta.is_empty() && !respelt && !is_new {
            return Ok(());
        }
        let count = |list: &[i64]| u64::try_from(list.len()).unwrap_or(u64::MAX);
        let mut after = before.clone();
        after.members = (after.members + count(&numbers.0)).saturating_sub(count(&numbers.1));
        if respelt {
            after.name = one.name;
        }
        if !is_new {
            after.meta.version = after.meta.version.saturating_add(1);
            after.meta.modified = deed.at.max(after.meta.modified);
        }
        let gone = after.members == 0;
        if gone {
            self.delete_derived(after.number)?;
        } else {
            self.update_derived(&after)?;
        }
        let (was, is) = (attributes(&before), attributes(&after));
        let was = (!is_new).then_some(&was);
        let is = (!gone).then_some(&is);
        // A group that goes is recorded with the version that it had, as every resource is.
        let recorded = if gone { &before } else { &after };
        self.record(deed, &as_resource(recorded), was, is, delta)?;
        if !deed.ties.shown {
            return Ok(());
        }
        if is_new {
            self.show_derived(&after, schemas)
        } else if gone {
            self.hide_derived(&before, schemas)
        } else {
            self.follow_derived(&after, &numbers.0, &numbers.1, schemas)
        }
    }

    /// Lets the identity provider see a derived group.
    pub(super) fn show_derived(
        &self,
        group: &Derived,
        schemas: &Schemas,
    ) -> Result<(), StoreError> {
        let stored = self.insert_resource(group.connection, &resource(group), schemas)?;
        self.copy_derived_members(group.number, stored.number)
    }

    /// Lets the identity provider see a derived group no more.
    pub(super) fn hide_derived(
        &self,
        group: &Derived,
        schemas: &Schemas,
    ) -> Result<(), StoreError> {
        match self.resource(group.connection, Kind::Group, &group.id)? {
            Some(stored) => self.delete_resource(&stored, schemas),
            None => Ok(()),
        }
    }

    /// Lets the identity provider see what became of a derived group.
    fn follow_derived(
        &self,
        group: &Derived,
        joined: &[i64],
        parted: &[i64],
        schemas: &Schemas,
    ) -> Result<(), StoreError> {
        let Some(stored) = self.resource(group.connection, Kind::Group, &group.id)? else {
            return Ok(());
        };
        self.add_members(stored.number, joined)?;
        self.remove_members(stored.number, parted)?;
        let was = stored.attributes()?;
        self.replace_resource(&stored, &was, &resource(group), schemas)?;
        Ok(())
    }
}

/// What the change record says of a derived group.
fn attributes(group: &Derived) -> Attributes {
    let attributes = [
        ("displayName".to_owned(), json!(group.name)),
        ("folder".to_owned(), json!(group.class.folder)),
    ];
    Attributes::from_canonical(attributes.into_iter().collect())
}

/// What the identity provider sees of a derived group, without its members.
fn resource(group: &Derived) -> Resource {
    let name = [("displayName".to_owned(), json!(group.name))];
    Resource {
        id: group.id,
        kind: Kind::Group,
        attributes: Attributes::from_canonical(name.into_iter().collect()),
        meta: group.meta,
    }
}

/// A derived group in the form in which changes of resources are recorded.
const fn as_resource(group: &Derived) -> Stored {
    Stored {
        number: group.number,
        connection: group.connection,
        id: group.id,
        kind: Kind::Group,
        meta: group.meta,
        document: String::new(),
        waiting: false,
        imported: false,
    }
}
