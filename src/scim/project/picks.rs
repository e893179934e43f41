//! What a list of names picks from the schemas.

use std::collections::HashMap;

use crate::scim::path::AttrPath;
use crate::scim::resource::Kind;
use crate::scim::schema::{Schemas, Target};

/// Attributes by their canonical key, each as a whole or by some of its sub-attributes.
pub(super) type Picks = HashMap<String, Pick>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pick {
    Whole,
    Subs(Vec<String>),
}

/// The name without a filter in it. Microsoft's collection of requests for SCIM servers asks for
/// `attributes=emails[type eq "work"]`, which RFC 7644 §3.9 does not know; it is answered with the whole attribute.
pub(super) fn unfiltered(name: &str) -> String {
    let Some((attribute, rest)) = name.split_once('[') else {
        return name.to_owned();
    };
    let sub = rest.rsplit_once(']').map_or("", |(_, sub)| sub);
    format!("{attribute}{sub}")
}

/// The attributes that a list of names means.
pub(super) fn picks(names: &[String], kind: Kind, schemas: &Schemas) -> Picks {
    let mut picks = Picks::new();
    for name in names {
        let by_path = || schemas.target(kind, &AttrPath::parse(name)?);
        match schemas.whole(kind, name).or_else(by_path) {
            Some(Target::Attribute(resolved)) => {
                let key = resolved.attribute_key();
                match resolved.sub {
                    None => {
                        picks.insert(key, Pick::Whole);
                    }
                    Some(sub) => {
                        let sub = sub.name.as_str().to_owned();
                        match picks.entry(key).or_insert_with(|| Pick::Subs(Vec::new())) {
                            Pick::Whole => {}
                            Pick::Subs(subs) => subs.push(sub),
                        }
                    }
                }
            }
            Some(Target::Extension(document)) => {
                for attribute in &document.attributes {
                    let key = format!("{}:{}", document.id, attribute.name);
                    picks.insert(key, Pick::Whole);
                }
            }
            Some(Target::Resource) => {
                for attribute in &schemas.resource_type(kind).core.attributes {
                    picks.insert(attribute.name.as_str().to_owned(), Pick::Whole);
                }
            }
            None => {}
        }
    }
    picks
}
