//! The values of one attribute, added, selected, changed and taken away. A single complex value is
//! treated as a list of one.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::part::{keep_immutable, set_part, takes_last_part};
use super::seed::seed;
use super::target::Elements;
use crate::scim::error::ScimError;
use crate::scim::filter::{Condition, matches_element};
use crate::scim::place::Place;
use crate::scim::schema::Attribute;
use crate::scim::value::is_unassigned;
use crate::scim::{link, several};

/// How much one request has made us look at. Filters over long lists, many times over, would keep
/// the only writer from everybody else.
#[derive(Debug, Default)]
pub(super) struct Effort(usize);

/// Comparisons that one request may cause: thousands of operations on ordinary resources stay far
/// below.
const MOST_EFFORT: usize = 5_000_000;

impl Effort {
    /// Counts `values` that are looked at with `each` comparisons; 400 `tooMany` beyond
    /// [`MOST_EFFORT`].
    fn spend(&mut self, values: usize, each: usize) -> Result<(), ScimError> {
        self.0 = self.0.saturating_add(values.saturating_mul(each));
        if self.0 > MOST_EFFORT {
            return Err(ScimError::too_many(
                "the request compares too many values; send it in parts",
            ));
        }
        Ok(())
    }
}

/// Lets `change` work on the values of `attribute`, which takes `each` comparisons per value; it
/// answers which values it touched, oldest first. Afterwards no value is there twice, and of the
/// primary ones the newest is the only one (RFC 7644 §3.5.2).
pub(super) fn edit(
    holder: &mut Map<String, Value>,
    attribute: &Attribute,
    effort: &mut Effort,
    each: usize,
    change: impl FnOnce(&mut Vec<Value>) -> Result<Vec<usize>, ScimError>,
) -> Result<(), ScimError> {
    let name = attribute.name.as_str();
    let slot = holder.entry(name).or_insert(Value::Null);
    let mut list = match slot.take() {
        Value::Null => Vec::new(),
        Value::Array(values) => values,
        single => vec![single],
    };
    effort.spend(list.len(), each)?;
    let touched = change(&mut list)?;
    let newest = touched
        .into_iter()
        .rfind(|&index| list.get(index).is_some_and(several::is_primary));
    if let Some(newest) = newest {
        several::only_primary(&mut list, newest);
    }
    list.retain(|value| !is_unassigned(value));
    if attribute.multi_valued {
        list = several::collapse(attribute, list);
        several::check_number(&Place::Attribute(name), list.len())?;
    }
    if list.is_empty() {
        holder.shift_remove(name);
    } else if attribute.multi_valued {
        *slot = Value::Array(list);
    } else {
        *slot = list.swap_remove(0);
    }
    Ok(())
}

/// Adds `values` to those that are there.
pub(super) fn add(
    holder: &mut Map<String, Value>,
    attribute: &Attribute,
    values: &[Value],
    effort: &mut Effort,
) -> Result<(), ScimError> {
    edit(holder, attribute, effort, 1, |list| {
        let known = list.len();
        list.extend_from_slice(values);
        Ok((known..list.len()).collect())
    })
}

/// Adds to, or replaces, the values that the filter selects. Where there are none: makes the one
/// that the filter describes if `creates`, and says so; otherwise answers 400 `noTarget` (RFC 7644
/// §3.5.2.3).
pub(super) fn set(
    holder: &mut Map<String, Value>,
    at: &Elements,
    value: &Value,
    adds: bool,
    creates: bool,
    effort: &mut Effort,
) -> Result<bool, ScimError> {
    let attribute = &at.attribute.attribute;
    let mut made = false;
    edit(holder, attribute, effort, weight(&at.condition), |list| {
        let mut selected: Vec<usize> = (0..list.len())
            .filter(|&index| {
                list.get(index)
                    .is_some_and(|element| matches_element(&at.condition, element))
            })
            .collect();
        if selected.is_empty() {
            let new = seed(&at.filter, &at.condition, attribute)
                .filter(|_| creates && (attribute.multi_valued || list.is_empty()))
                .ok_or_else(|| {
                    ScimError::no_target(format_args!(
                        "path: no value of {} fulfils [{}]",
                        at.attribute.key(),
                        at.filter
                    ))
                })?;
            selected.push(list.len());
            list.push(new);
            made = true;
        }
        for &index in &selected {
            if let Some(element) = list.get_mut(index) {
                change(at, element, value, adds)?;
            }
        }
        Ok(selected)
    })?;
    Ok(made)
}

/// Changes one selected value.
fn change(at: &Elements, element: &mut Value, value: &Value, adds: bool) -> Result<(), ScimError> {
    let attribute = &at.attribute.attribute;
    if let Some(sub) = &at.sub {
        keep_immutable(attribute, sub, element, Some(value))?;
        set_part(attribute, sub, element, value, adds);
        return Ok(());
    }
    if let (Value::Object(new), true) = (value, adds) {
        for sub in &attribute.sub_attributes {
            if let Some(value) = new.get(sub.name.as_str()) {
                keep_immutable(
                    attribute,
                    sub,
                    element,
                    Some(value).filter(|it| !it.is_null()),
                )?;
            }
        }
    }
    match (element, value) {
        (Value::Object(parts), Value::Object(new)) if adds => {
            for (name, value) in new {
                if value.is_null() {
                    parts.shift_remove(name);
                } else {
                    parts.insert(name.clone(), value.clone());
                }
            }
            link::settle(attribute, parts);
        }
        // The new value takes the place of the old; what the filter says about it stays true unless
        // the new value says otherwise.
        (element, value) => {
            let old = std::mem::replace(element, value.clone());
            let described = seed(&at.filter, &at.condition, attribute);
            if let (Value::Object(_), Some(Value::Object(described)), Value::Object(parts)) =
                (&old, described, element)
            {
                for (name, value) in described {
                    parts.entry(name).or_insert(value);
                }
                link::settle(attribute, parts);
            }
        }
    }
    Ok(())
}

/// Takes away the values that the filter selects, or a part of each of them. That there are none is
/// no error.
pub(super) fn remove(
    holder: &mut Map<String, Value>,
    at: &Elements,
    effort: &mut Effort,
) -> Result<(), ScimError> {
    let attribute = &at.attribute.attribute;
    edit(holder, attribute, effort, weight(&at.condition), |list| {
        if let Some(sub) = &at.sub {
            for element in list.iter() {
                if matches_element(&at.condition, element) {
                    keep_immutable(attribute, sub, element, None)?;
                }
            }
        }
        list.retain_mut(|element| {
            let goes = matches_element(&at.condition, element)
                && match &at.sub {
                    Some(sub) => takes_last_part(attribute, sub, element),
                    None => true,
                };
            !goes
        });
        Ok(Vec::new())
    })
}

/// Takes away those values that are named in `values`: by their `value`, and `type` if that is
/// given; those without a `value` as a whole.
pub(super) fn subtract(
    holder: &mut Map<String, Value>,
    attribute: &Attribute,
    values: &[Value],
    effort: &mut Effort,
) -> Result<(), ScimError> {
    let without_type = |value: &Value| match value {
        Value::Object(parts) if parts.contains_key("value") => {
            let mut parts = parts.clone();
            parts.shift_remove("type");
            Value::Object(parts)
        }
        other => other.clone(),
    };
    let (typed, untyped): (Vec<_>, Vec<_>) = values
        .iter()
        .partition(|value| value.get("value").is_none() || value.get("type").is_some());
    let identities = |values: Vec<&Value>| -> HashSet<String> {
        let identity = |value| several::identity(attribute, value);
        values.into_iter().map(identity).collect()
    };
    let (typed, untyped) = (identities(typed), identities(untyped));
    edit(holder, attribute, effort, 2, |list| {
        list.retain(|element| {
            !typed.contains(&several::identity(attribute, element))
                && !untyped.contains(&several::identity(attribute, &without_type(element)))
        });
        Ok(Vec::new())
    })
}

/// How many comparisons a condition is.
fn weight(condition: &Condition) -> usize {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().map(weight).sum(),
        Condition::Not(inner) | Condition::Element { inner, .. } => weight(inner),
        Condition::Test(_) | Condition::Constant(_) => 1,
    }
}
