//! The characteristics of one attribute (RFC 7643 §2.2 and §7).

use std::sync::Arc;

use crate::scim::name::AttrName;

/// The data types of RFC 7643 §2.3, and *any* for fields whose type the operator left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Text.
    String,
    /// `true` or `false`.
    Boolean,
    /// A number with or without a fraction.
    Decimal,
    /// A number without a fraction.
    Integer,
    /// An instant, RFC 3339.
    DateTime,
    /// Base64.
    Binary,
    /// A URI or the id of a resource.
    Reference,
    /// An object of sub-attributes.
    Complex,
    /// A text, a number or a boolean, kept as it came. Ours: some products declare custom fields so.
    Any,
}

impl Type {
    /// The type's name in a schema document.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Boolean => "boolean",
            Self::Decimal => "decimal",
            Self::Integer => "integer",
            Self::DateTime => "dateTime",
            Self::Binary => "binary",
            Self::Reference => "reference",
            Self::Complex => "complex",
            Self::Any => "any",
        }
    }
}

/// Who may change a value (RFC 7643 §7 `mutability`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutability {
    /// The server alone.
    ReadOnly,
    /// Clients, at any time.
    ReadWrite,
    /// Clients, once.
    Immutable,
    /// Clients, but nobody reads it back.
    WriteOnly,
}

impl Mutability {
    /// The keyword in a schema document.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "readOnly",
            Self::ReadWrite => "readWrite",
            Self::Immutable => "immutable",
            Self::WriteOnly => "writeOnly",
        }
    }
}

/// When a value is shown (RFC 7643 §7 `returned`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    /// Whatever was selected.
    Always,
    /// Under no circumstances.
    Never,
    /// Unless another selection was asked for.
    Default,
    /// Only when asked for by name.
    Request,
}

impl Returned {
    /// The keyword in a schema document.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Never => "never",
            Self::Default => "default",
            Self::Request => "request",
        }
    }
}

/// Where a value may occur only once (RFC 7643 §7 `uniqueness`). The appliance enforces `server`
/// and `global` alike: within one connection, which is a population of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uniqueness {
    /// Anywhere, any number of times.
    None,
    /// Once among the resources of this type.
    Server,
    /// Once in the world, as far as we can see.
    Global,
}

impl Uniqueness {
    /// The keyword in a schema document.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Server => "server",
            Self::Global => "global",
        }
    }
}

/// One attribute or sub-attribute of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its name as declared.
    pub name: AttrName,
    /// What it is for, in a sentence.
    pub description: String,
    /// Its data type.
    pub kind: Type,
    /// Whether there can be several values.
    pub multi_valued: bool,
    /// Whether a resource must have it.
    pub required: bool,
    /// Whether letter case distinguishes values.
    pub case_exact: bool,
    /// Who may change it.
    pub mutability: Mutability,
    /// When it is shown.
    pub returned: Returned,
    /// Where a value may occur only once.
    pub uniqueness: Uniqueness,
    /// Values that are usual; others are accepted (RFC 7643 §7).
    pub canonical_values: Vec<String>,
    /// What a reference may point at: `User`, `Group`, `external`, `uri`.
    pub reference_types: Vec<String>,
    /// The parts of a complex attribute.
    pub sub_attributes: Vec<Arc<Self>>,
}

impl Attribute {
    /// The sub-attribute with this name, in any letter case.
    pub fn sub(&self, name: &str) -> Option<&Arc<Self>> {
        self.sub_attributes.iter().find(|sub| sub.name.is(name))
    }

    /// The sub-attribute that stands for the whole value of a multi-valued attribute where none is
    /// named (RFC 7643 §2.4): `value`.
    pub fn default_sub(&self) -> Option<&Arc<Self>> {
        self.sub("value")
    }

    /// Whether the attribute has parts.
    pub const fn is_complex(&self) -> bool {
        matches!(self.kind, Type::Complex)
    }

    /// Whether values are accepted but never kept, such as `password`.
    pub const fn is_hidden(&self) -> bool {
        matches!(self.mutability, Mutability::WriteOnly) || matches!(self.returned, Returned::Never)
    }

    /// Whether values that suit the one attribute suit the other, are found the same way and obey the
    /// same rules: everything but the name, the description and what is advice only.
    pub fn behaves_like(&self, other: &Self) -> bool {
        let rules = |attribute: &Self| {
            (
                attribute.kind,
                attribute.multi_valued,
                attribute.required,
                attribute.case_exact,
                attribute.mutability,
                attribute.returned,
                attribute.uniqueness,
            )
        };
        let points_alike = self.reference_types == other.reference_types;
        let has_like = |sub: &Arc<Self>| {
            other
                .sub(sub.name.as_str())
                .is_some_and(|like| sub.behaves_like(like))
        };
        rules(self) == rules(other)
            && points_alike
            && self.sub_attributes.len() == other.sub_attributes.len()
            && self.sub_attributes.iter().all(has_like)
    }
}
