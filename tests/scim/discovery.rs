//! RFC 7644 §4: what the server says about itself, and whether it is true.

use serde_json::{Value, json};

use super::people::{ENTERPRISE, GROUP, USER, idp};

#[test]
fn the_configuration_says_what_works() {
    let idp = idp();
    let config = idp.get("/ServiceProviderConfig").is(200);
    config.clone().shows(json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": {"supported": true},
        "bulk": {"supported": true, "maxOperations": 1_000, "maxPayloadSize": 8 << 20},
        "filter": {"supported": true, "maxResults": 1_000},
        "changePassword": {"supported": false},
        "sort": {"supported": true},
        "etag": {"supported": true},
        "meta": {"resourceType": "ServiceProviderConfig", "location": "{{has /ServiceProviderConfig}}"}
    }));
    let schemes = config.at("/authenticationSchemes");
    let bearer = schemes
        .as_array()
        .unwrap()
        .iter()
        .find(|scheme| scheme["type"] == "oauthbearertoken");
    let bearer = bearer.unwrap_or_else(|| panic!("{schemes}"));
    assert!(bearer["name"].is_string() && bearer["description"].is_string());
}

#[test]
fn resource_types_are_listed_and_lead_to_endpoints_that_answer() {
    let idp = idp();
    let types = idp.get("/ResourceTypes").is(200);
    types.clone().shows(json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": 2,
        "Resources": [
            {"id": "User", "name": "User", "endpoint": "/Users", "schema": USER,
             "schemaExtensions": [{"schema": ENTERPRISE, "required": false}]},
            {"id": "Group", "name": "Group", "endpoint": "/Groups", "schema": GROUP}
        ]
    }));
    for kind in types.resources() {
        let name = kind["id"].as_str().unwrap();
        assert_eq!(
            idp.get(&format!("/ResourceTypes/{name}")).is(200).json(),
            kind
        );
        idp.get(kind["endpoint"].as_str().unwrap()).is(200);
        let location = kind["meta"]["location"].as_str().unwrap();
        assert_eq!(
            location,
            format!("{}/ResourceTypes/{name}", idp.house.url())
        );
        idp.get(&format!("/Schemas/{}", kind["schema"].as_str().unwrap()))
            .is(200);
    }
    idp.get("/ResourceTypes/Nothing").refused(404, "");
}

#[test]
fn schemas_are_listed_and_each_has_a_page_of_its_own() {
    let idp = idp();
    let list = idp.get("/Schemas").is(200);
    let schemas = list.resources();
    assert_eq!(list.at("/totalResults"), schemas.len());
    let ids: Vec<&str> = schemas
        .iter()
        .map(|schema| schema["id"].as_str().unwrap())
        .collect();
    for wanted in [
        USER,
        GROUP,
        ENTERPRISE,
        "urn:ietf:params:scim:schemas:core:2.0:Schema",
        "urn:ietf:params:scim:schemas:core:2.0:ResourceType",
        "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig",
    ] {
        assert!(ids.contains(&wanted), "{wanted} is missing");
    }
    for schema in &schemas {
        let id = schema["id"].as_str().unwrap();
        let page = idp.get(&format!("/Schemas/{id}")).is(200);
        assert_eq!(page.json(), *schema);
        assert_eq!(schema["meta"]["resourceType"], "Schema");
        assert!(schema["meta"]["location"].as_str().unwrap().ends_with(id));
        assert!(schema["name"].is_string() && schema["description"].is_string());
        assert!(
            schema["attributes"]
                .as_array()
                .is_some_and(|list| !list.is_empty())
        );
    }
    idp.get(&format!("/Schemas/{}", USER.to_uppercase()))
        .is(200);
    idp.get("/Schemas/urn:nothing").refused(404, "");
}

/// Walks over all attributes of a schema, sub-attributes included.
fn walk(attributes: &Value, look: &mut impl FnMut(&Value)) {
    for attribute in attributes.as_array().into_iter().flatten() {
        look(attribute);
        walk(&attribute["subAttributes"], look);
    }
}

#[test]
fn attributes_are_described_in_full_and_without_null() {
    let idp = idp();
    let list = idp.get("/Schemas").is(200);
    assert!(
        !list.text().contains("null"),
        "Entra dislikes null in a schema"
    );
    for schema in list.resources() {
        walk(&schema["attributes"], &mut |attribute| {
            let text = |name: &str| attribute[name].as_str().unwrap_or_default().to_owned();
            assert!(!text("name").is_empty(), "{attribute}");
            let types = [
                "string",
                "boolean",
                "decimal",
                "integer",
                "dateTime",
                "reference",
                "complex",
                "binary",
                "any",
            ];
            assert!(types.contains(&text("type").as_str()), "{attribute}");
            assert!(
                attribute["multiValued"].is_boolean() && attribute["required"].is_boolean(),
                "{attribute}"
            );
            assert!(
                ["readOnly", "readWrite", "immutable", "writeOnly"]
                    .contains(&text("mutability").as_str()),
                "{attribute}"
            );
            assert!(
                ["always", "never", "default", "request"].contains(&text("returned").as_str()),
                "{attribute}"
            );
            if text("type") == "complex" {
                assert!(attribute["subAttributes"].is_array(), "{attribute}");
            }
            if text("type") == "string" {
                assert!(attribute["caseExact"].is_boolean(), "{attribute}");
                assert!(
                    ["none", "server", "global"].contains(&text("uniqueness").as_str()),
                    "{attribute}"
                );
            }
            if text("type") == "reference" {
                assert!(attribute["referenceTypes"].is_array(), "{attribute}");
            }
        });
    }
}

#[test]
fn every_attribute_that_can_be_written_can_be_written_found_and_read() {
    let idp = idp();
    let schema = idp.get(&format!("/Schemas/{USER}")).is(200).json();
    for attribute in schema["attributes"].as_array().unwrap() {
        let name = attribute["name"].as_str().unwrap();
        if attribute["mutability"] != "readWrite" || name == "userName" {
            continue;
        }
        let part = |attribute: &Value| match attribute["type"].as_str().unwrap() {
            "boolean" => json!(true),
            "binary" => json!("AAEC"),
            "reference" => json!("https://example.net/x"),
            _ => json!("value"),
        };
        let whole = if attribute["type"] == "complex" {
            let parts = attribute["subAttributes"].as_array().unwrap().iter();
            let parts = parts.filter(|sub| sub["mutability"] == "readWrite");
            Value::Object(
                parts
                    .map(|sub| (sub["name"].as_str().unwrap().to_owned(), part(sub)))
                    .collect(),
            )
        } else {
            part(attribute)
        };
        let value = if attribute["multiValued"] == true {
            json!([whole])
        } else {
            whole
        };
        let id = idp.user_with(&format!("with-{name}"), json!({(name): value}));
        let user = idp.get(&format!("/Users/{id}")).json();
        assert_eq!(user[name], value, "{name}");
        idp.find(
            "/Users",
            &format!("{name} pr and userName eq \"with-{name}\""),
        )
        .counts(1);
    }
}

#[test]
fn a_filter_on_a_discovery_endpoint_is_403() {
    let idp = idp();
    for path in ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"] {
        idp.find(path, "id pr").refused(403, "");
    }
}

#[test]
fn discovery_is_read_only() {
    let idp = idp();
    for path in [
        "/ServiceProviderConfig",
        "/ResourceTypes",
        "/ResourceTypes/User",
        "/Schemas",
        &format!("/Schemas/{USER}"),
    ] {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let reply = idp
                .request(method, path)
                .json(&json!({}))
                .send()
                .refused(405, "");
            assert!(
                reply
                    .header("allow")
                    .is_some_and(|allow| allow.contains("GET")),
                "{}",
                reply.told()
            );
        }
    }
}

#[test]
fn me_is_not_implemented() {
    let idp = idp();
    for method in ["GET", "PUT", "PATCH", "DELETE", "POST"] {
        idp.request(method, "/Me")
            .json(&json!({}))
            .send()
            .refused(501, "");
    }
}
