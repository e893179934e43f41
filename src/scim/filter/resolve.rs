//! Names to attributes and values to types: a [`Filter`] becomes a [`Condition`], or is refused.

use super::ast::{Check, Column, Element, Filter, Literal};
use super::condition::{Condition, Operand, Operator, Test};
use super::lex::refuse;
use super::logic::{absent, all, any, element, is_resource_type, not, present, unless_primary};
use super::names;
use super::operand::{operand, passes};
use crate::scim::compare::fold;
use crate::scim::error::ScimError;
use crate::scim::path::AttrPath;
use crate::scim::resource::Kind;
use crate::scim::schema::{Resolved, Schemas};

/// The condition that `filter` puts on resources of `kind`. A name that no schema knows, a value of
/// the wrong type, a comparison that makes no sense, and an attribute that nobody may read are 400
/// `invalidFilter`.
pub fn resolve(filter: &Filter, schemas: &Schemas, kind: Kind) -> Result<Condition, ScimError> {
    Scope::Resource {
        schemas,
        kind,
        among: &[kind],
    }
    .condition(filter)
}

/// The conditions that `filter` puts on resources of each of `kinds`, for a query across them. An
/// attribute that only some of the kinds have counts as absent in the others (RFC 7644 §3.4.2.1);
/// otherwise as [`resolve`].
pub fn resolve_among(
    filter: &Filter,
    schemas: &Schemas,
    kinds: &[Kind],
) -> Result<Vec<(Kind, Condition)>, ScimError> {
    kinds
        .iter()
        .map(|&kind| {
            let scope = Scope::Resource {
                schemas,
                kind,
                among: kinds,
            };
            Ok((kind, scope.condition(filter)?))
        })
        .collect()
}

/// The condition that `filter`, taken from the brackets of a PATCH path, puts on one element of
/// `attribute`: its names are sub-attributes, or `value` where the elements have no parts. Refuses
/// what [`resolve`] refuses.
pub fn resolve_element(
    filter: &Filter,
    _: &Schemas,
    attribute: &Resolved,
) -> Result<Condition, ScimError> {
    Scope::Element {
        attribute,
        kind: None,
    }
    .condition(filter)
}

/// What names mean.
enum Scope<'a> {
    /// Attributes of a resource of `kind`, in a query among several.
    Resource {
        schemas: &'a Schemas,
        kind: Kind,
        among: &'a [Kind],
    },
    /// Parts of one element, in a resource of `kind` if that is known.
    Element {
        attribute: &'a Resolved,
        kind: Option<Kind>,
    },
}

impl Scope<'_> {
    const fn kind(&self) -> Option<Kind> {
        match self {
            Self::Resource { kind, .. } => Some(*kind),
            Self::Element { kind, .. } => *kind,
        }
    }

    fn condition(&self, filter: &Filter) -> Result<Condition, ScimError> {
        match filter {
            Filter::And(parts) => self.each(parts).map(all),
            Filter::Or(parts) => self.each(parts).map(any),
            Filter::Not(inner) => self.condition(inner).map(not),
            Filter::Test(test) => match self.find(&test.path, test.column)? {
                Some(attribute) => {
                    let (holds, condition) = self.positive(attribute, &test.check)?;
                    Ok(if holds { condition } else { not(condition) })
                }
                None => Ok(absent(&test.check)),
            },
            Filter::Element(element) => self.element(element),
        }
    }

    fn each(&self, parts: &[Filter]) -> Result<Vec<Condition>, ScimError> {
        parts.iter().map(|part| self.condition(part)).collect()
    }

    /// The attribute that `path` names; `None` if only another kind of this query has it.
    fn find(&self, path: &AttrPath, column: Column) -> Result<Option<Resolved>, ScimError> {
        let found = match self {
            Self::Element { attribute, .. } => names::part(attribute, path)
                .ok_or_else(|| refuse(column.0, names::unknown_part(attribute, path)))?,
            Self::Resource {
                schemas,
                kind,
                among,
            } => match names::find(schemas, *kind, path) {
                Some(found) => found,
                None if among
                    .iter()
                    .any(|other| names::find(schemas, *other, path).is_some()) =>
                {
                    return Ok(None);
                }
                None => return Err(refuse(column.0, names::unknown(schemas, among, path))),
            },
        };
        if names::is_hidden(&found) {
            return Err(refuse(
                column.0,
                format_args!("{} is never returned and cannot be searched", found.key()),
            ));
        }
        Ok(Some(found))
    }

    /// A value path, perhaps with a test behind it.
    fn element(&self, given: &Element) -> Result<Condition, ScimError> {
        let column = given.column;
        if matches!(self, Self::Element { .. }) {
            return Err(refuse(column.0, "there can be no brackets inside brackets"));
        }
        let Some(attribute) = self.find(&given.path, column)? else {
            let check = given.then.as_ref().map(|test| &test.check);
            return Ok(check.map_or(Condition::Constant(false), absent));
        };
        if attribute.sub.is_some()
            || !(attribute.attribute.is_complex() || attribute.attribute.multi_valued)
        {
            return Err(refuse(
                column.0,
                format_args!(
                    "brackets belong behind a complex or multi-valued attribute, which {} is not",
                    attribute.key()
                ),
            ));
        }
        let inside = Scope::Element {
            attribute: &attribute,
            kind: self.kind(),
        };
        let inner = inside.condition(&given.inner)?;
        let Some(test) = &given.then else {
            return Ok(element(attribute, inner));
        };
        let Some(part) = inside.find(&test.path, test.column)? else {
            return Ok(absent(&test.check));
        };
        // As without brackets, `ne` asks that none of the chosen elements has the value.
        let (holds, tested) = inside.positive(part, &test.check)?;
        let found = element(attribute, all(vec![inner, tested]));
        Ok(if holds { found } else { not(found) })
    }

    /// A test without a negation, and whether it must hold or must not: `ne` means that nothing is
    /// equal, and `eq null` that nothing is there.
    fn positive(&self, attribute: Resolved, check: &Check) -> Result<(bool, Condition), ScimError> {
        let (holds, operator, literal) = match check {
            Check::Present => return Ok((true, present(attribute))),
            Check::Differs(literal) => (false, Operator::Equal, literal),
            Check::Compare(operator, literal) => (true, *operator, literal),
        };
        if !literal.value().is_null() {
            return Ok((holds, self.compare(attribute, operator, literal)?));
        }
        if operator != Operator::Equal {
            return Err(refuse(
                literal.column().0,
                "null can only be compared with eq and ne",
            ));
        }
        Ok((!holds, present(attribute)))
    }

    fn compare(
        &self,
        attribute: Resolved,
        operator: Operator,
        literal: &Literal,
    ) -> Result<Condition, ScimError> {
        let attribute = names::comparable(attribute)
            .map_err(|complaint| refuse(literal.column().0, complaint))?;
        let operand = operand(&attribute, operator, literal)?;
        // The type of the resource is known before any resource is looked at.
        if let Some(kind) = self.kind().filter(|_| is_resource_type(&attribute)) {
            let name = fold(attribute.leaf(), &kind.name().into());
            return Ok(Condition::Constant(
                name.is_some_and(|name| passes(operator, &name, &operand)),
            ));
        }
        let test = Test {
            attribute,
            operand: Operand::Compare(operator, operand),
        };
        Ok(match (unless_primary(&test), self) {
            (None, _) => Condition::Test(test),
            (Some(inner), Self::Element { .. }) => inner,
            (Some(inner), Self::Resource { .. }) => element(test.attribute.whole(), inner),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Limits;
    use crate::scim::Urn;
    use crate::scim::filter::parse::parse;

    /// The condition, in a short notation of its own; or the complaint.
    fn read(kind: Kind, text: &str) -> String {
        let filter = parse(text, &Limits::DEFAULT).unwrap();
        match resolve(&filter, &Schemas::builtin().unwrap(), kind) {
            Ok(condition) => show(&condition),
            Err(error) => {
                assert_eq!(error.status(), 400);
                error.detail().to_owned()
            }
        }
    }

    fn show(condition: &Condition) -> String {
        let list = |parts: &[Condition]| parts.iter().map(show).collect::<Vec<_>>().join(", ");
        match condition {
            Condition::All(parts) => format!("all({})", list(parts)),
            Condition::Any(parts) => format!("any({})", list(parts)),
            Condition::Not(inner) => format!("not({})", show(inner)),
            Condition::Constant(holds) => holds.to_string(),
            Condition::Element { attribute, inner } => {
                format!("{}[{}]", attribute.key(), show(inner))
            }
            Condition::Test(test) => match &test.operand {
                Operand::Present => format!("{} present", test.attribute.key()),
                Operand::Compare(operator, value) => {
                    format!("{} {operator:?} {value:?}", test.attribute.key())
                }
            },
        }
    }

    #[track_caller]
    fn check(kind: Kind, table: &str) {
        for line in table.lines() {
            let (text, expected) = line.split_once(" => ").unwrap();
            let expected = expected.replace("ENT", Urn::ENTERPRISE);
            assert_eq!(read(kind, text), expected, "{text}");
        }
    }

    #[test]
    fn names_are_found_and_values_take_the_type_of_their_attribute() {
        check(
            Kind::User,
            r#"USERNAME Eq "Ada" => userName Equal Text("ada")
externalId eq "Ada" => externalId Equal Text("Ada")
active eq true => active Equal Integer(1)
active eq "False" => active Equal Integer(0)
meta.created ge "1970-01-01T01:00:01+01:00" => meta.created GreaterOrEqual Integer(1000000)
schemas eq "urn:x" => schemas Equal Text("urn:x")
meta.version eq "17" => meta.version Equal Text("17")
groups.display sw "A" => groups.display StartsWith Text("a")"#,
        );
        check(
            Kind::Group,
            r#"members eq "1" => members.value Equal Text("1")
members.$ref ew "/1" => members.$ref EndsWith Text("/1")
members[type eq "Group"] => members[members.type Equal Text("group")]"#,
        );
    }

    #[test]
    fn a_complex_attribute_stands_for_its_value() {
        check(
            Kind::User,
            r#"emails co "@A" => emails.value Contains Text("@a")
emails pr => emails present
emails eq null => not(emails present)
meta eq "x" => column 9: meta is complex: name one of its parts, resourceType, created, lastModified, location, version"#,
        );
    }

    #[test]
    fn manager_needs_no_urn_and_everything_else_does() {
        check(
            Kind::User,
            r#"manager eq "1" => ENT:manager.value Equal Text("1")
Manager.value eq "1" => ENT:manager.value Equal Text("1")
department eq "x" => column 1: `department` is no attribute of User; is `ENT:department` meant?
title pr and x.y pr => column 14: `x.y` is no attribute of User"#,
        );
        check(
            Kind::Group,
            "manager pr => column 1: `manager` is no attribute of Group",
        );
    }

    #[test]
    fn ne_means_that_nothing_is_equal_and_null_that_nothing_is_there() {
        check(
            Kind::User,
            r#"title ne "X" => not(title Equal Text("x"))
not (title ne "X") => title Equal Text("x")
title eq null => not(title present)
title ne null => title present
title gt null => column 10: null can only be compared with eq and ne
emails[type ne "work"] => emails[not(emails.type Equal Text("work"))]"#,
        );
    }

    #[test]
    fn brackets_are_about_one_element_and_so_is_a_test_behind_them() {
        check(
            Kind::User,
            r#"emails[type eq "work"].value eq "A" => emails[all(emails.type Equal Text("work"), emails.value Equal Text("a"))]
emails[type eq "work"].value ne "a" => not(emails[all(emails.type Equal Text("work"), emails.value Equal Text("a"))])
emails[type pr and primary eq "True"].value pr => emails[all(emails.type present, emails.primary Equal Integer(1), emails.value present)]
schemas[value co "core"] => schemas[schemas Contains Text("core")]
name[givenName sw "A"] => name[name.givenName StartsWith Text("a")]
meta[version eq "1"] => meta.version Equal Text("1")
emails[emails.type pr] => column 8: `emails.type` is no part of emails: expected value, display, type, primary
emails[type pr].x pr => column 17: `x` is no part of emails: expected value, display, type, primary
schemas[type pr] => column 9: `type` is no part of schemas: expected `value`
userName[value pr] => column 1: brackets belong behind a complex or multi-valued attribute, which userName is not
emails.type[value pr] => column 1: brackets belong behind a complex or multi-valued attribute, which emails.type is not"#,
        );
    }

    #[test]
    fn comparisons_that_make_no_sense_are_refused() {
        check(
            Kind::User,
            r#"active gt true => column 11: active is of type boolean, which `gt` cannot compare
x509Certificates ge "QQ==" => column 21: x509Certificates.value is of type binary, which `ge` cannot compare
meta.created co "2026" => column 17: meta.created is of type dateTime, which `co` cannot compare
active eq "yes" => column 11: active: expected true or false, found "yes"
userName eq 5 => column 13: userName: expected a text in double quotes, found 5
meta.created gt "yesterday" => column 17: meta.created: expected a date and time such as "2026-11-20T09:30:00Z", found "yesterday"
password sw "a" => column 1: password is never returned and cannot be searched
title pr or password pr => column 13: password is never returned and cannot be searched"#,
        );
    }

    #[test]
    fn what_the_server_gives_to_every_resource_is_known_beforehand() {
        check(
            Kind::User,
            r#"meta.resourceType eq "User" => true
meta.resourceType ne "User" or title pr => title present
meta[resourceType sw "G"] => false
title pr and meta.resourceType co "roup" => false
id pr and schemas[value pr] and meta.location ne null => true"#,
        );
    }

    #[test]
    fn among_several_kinds_an_attribute_of_another_kind_is_absent() {
        let schemas = Schemas::builtin().unwrap();
        let among = |text: &str| {
            let filter = parse(text, &Limits::DEFAULT).unwrap();
            resolve_among(&filter, &schemas, &Kind::ALL).map(|conditions| {
                let shown = conditions.iter().map(|(_, condition)| show(condition));
                shown.collect::<Vec<_>>()
            })
        };
        assert_eq!(
            among("title pr or members pr").unwrap(),
            ["title present", "members present"]
        );
        assert_eq!(among("userName ne \"a\"").unwrap()[1], "true");
        assert_eq!(among("emails[type pr].value eq \"a\"").unwrap()[1], "false");
        assert_eq!(
            among("shoeSize pr").unwrap_err().detail(),
            "column 1: `shoeSize` is no attribute of User or Group"
        );
    }
}
