//! What the server says about itself (RFC 7643 §5, §6 and §7; RFC 7644 §4): true statements only.

use serde_json::{Map, Value, json};

use super::schema::Schemas;
use crate::base::Limits;
use crate::scim::resource::Kind;
use crate::scim::urn::Urn;

/// The service provider configuration, RFC 7643 §5 and RFC 9865 §3. `base` is the base address and
/// `cursor_seconds` how long a cursor is good; `token_endpoint` is where clients of OAuth 2.0 get their access
/// tokens, if whoever asks may have any.
pub fn service_provider_config(
    base: &str,
    limits: &Limits,
    cursor_seconds: i64,
    token_endpoint: Option<&str>,
) -> Value {
    json!({
        "schemas": [Urn::SERVICE_PROVIDER_CONFIG],
        "patch": {"supported": true},
        "bulk": {
            "supported": true,
            "maxOperations": limits.bulk_operations,
            "maxPayloadSize": limits.bulk_body,
        },
        "filter": {"supported": true, "maxResults": limits.page},
        "changePassword": {"supported": false},
        "sort": {"supported": true},
        "etag": {"supported": true},
        "pagination": {
            "cursor": true,
            "index": true,
            "defaultPaginationMethod": "index",
            "defaultPageSize": limits.default_page,
            "maxPageSize": limits.page,
            "cursorTimeout": cursor_seconds,
        },
        "authenticationSchemes": authentication_schemes(token_endpoint),
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{base}/ServiceProviderConfig"),
        },
    })
}

/// How to come in. A bearer token always will do, so it is the primary scheme.
fn authentication_schemes(token_endpoint: Option<&str>) -> Vec<Value> {
    let mut schemes = vec![json!({
        "type": "oauthbearertoken",
        "name": "Bearer token",
        "description": "A token in the Authorization header, made by the operator of this server",
        "specUri": "https://www.rfc-editor.org/info/rfc6750",
        "primary": true,
    })];
    if let Some(endpoint) = token_endpoint {
        schemes.push(json!({
            "type": "oauth2",
            "name": "OAuth 2.0 client credentials",
            "description": format!(
                "An access token in the Authorization header, from {endpoint} for the client id and \
                 the secret that the operator of this server made"
            ),
            "specUri": "https://www.rfc-editor.org/info/rfc6749",
            "primary": false,
        }));
    }
    schemes
}

/// The resource types among `kinds`, RFC 7643 §6.
pub fn resource_types(base: &str, schemas: &Schemas, kinds: &[Kind]) -> Vec<Value> {
    kinds
        .iter()
        .map(|kind| {
            let resource_type = schemas.resource_type(*kind);
            let extensions: Vec<Value> = resource_type
                .extensions
                .iter()
                .map(|extension| {
                    json!({
                        "schema": extension.schema.id.as_str(),
                        "required": extension.required,
                    })
                })
                .collect();
            let mut document = Map::new();
            document.insert("schemas".into(), json!([Urn::RESOURCE_TYPE]));
            document.insert("id".into(), json!(kind.name()));
            document.insert("name".into(), json!(kind.name()));
            document.insert("description".into(), json!(resource_type.core.description));
            document.insert("endpoint".into(), json!(format!("/{}", kind.endpoint())));
            document.insert("schema".into(), json!(resource_type.core.id.as_str()));
            if !extensions.is_empty() {
                document.insert("schemaExtensions".into(), Value::Array(extensions));
            }
            document.insert(
                "meta".into(),
                json!({
                    "resourceType": "ResourceType",
                    "location": format!("{base}/ResourceTypes/{}", kind.name()),
                }),
            );
            Value::Object(document)
        })
        .collect()
}

/// Every schema that describes the resources among `kinds` or these documents themselves, RFC 7643
/// §7.
pub fn schemas(base: &str, schemas: &Schemas, kinds: &[Kind]) -> Vec<Value> {
    schemas
        .documents(kinds)
        .into_iter()
        .map(|mut document| {
            let id = document
                .get("id")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let meta =
                json!({"resourceType": "Schema", "location": format!("{base}/Schemas/{id}")});
            document.insert("meta".into(), meta);
            Value::Object(document)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://scim.example.org/scim/v2";

    #[test]
    fn only_what_exists_is_listed() {
        let known = Schemas::builtin().unwrap();
        let users_only = resource_types(BASE, &known, &[Kind::User]);
        assert_eq!(users_only.len(), 1);
        assert_eq!(users_only[0]["endpoint"], "/Users");
        assert_eq!(
            users_only[0]["schemaExtensions"][0]["schema"],
            Urn::ENTERPRISE
        );
        let listed = schemas(BASE, &known, &[Kind::User]);
        assert!(listed.iter().all(|schema| schema["id"] != Urn::GROUP));
        assert_eq!(
            listed[0]["meta"]["location"],
            format!("{BASE}/Schemas/{}", Urn::USER)
        );
    }

    #[test]
    fn no_member_is_null() {
        fn has_null(value: &Value) -> bool {
            match value {
                Value::Null => true,
                Value::Array(list) => list.iter().any(has_null),
                Value::Object(map) => map.values().any(has_null),
                _ => false,
            }
        }
        let known = Schemas::builtin().unwrap();
        assert!(!schemas(BASE, &known, &Kind::ALL).iter().any(has_null));
        assert!(!has_null(&service_provider_config(
            BASE,
            &Limits::DEFAULT,
            3600,
            Some("https://scim.example.org/oauth/token")
        )));
    }
}
