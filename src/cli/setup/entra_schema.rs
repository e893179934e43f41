//! What Entra ID imports: a synchronization schema of Microsoft Graph for exactly our attributes. The
//! shape follows Microsoft's reference for `synchronizationSchema`, `directoryDefinition` and
//! `objectMapping`.

use serde_json::{Value, json};

use super::entra_attributes::{Definition, GROUP, USER, definitions};
use super::facts::Facts;
use super::mapping::Row;
use crate::scim::Kind;
use crate::scim::schema::Schemas;

/// Where people come from, under the name that Microsoft Graph has kept for it.
const SOURCE: &str = "Azure Active Directory";
/// Where they go: what Entra ID calls an application that is in no gallery.
const TARGET: &str = "customappsso";
/// The rule of every such application, the same in all tenants.
const RULE: &str = "03f7d90d-bf71-41b1-bda6-aaf0ddbee5d8";

/// The schema for a connection with these schemas and mappings.
pub(in crate::cli) fn schema(schemas: &Schemas, facts: &Facts) -> Value {
    of_mappings(schemas, &facts.entra)
}

fn of_mappings(schemas: &Schemas, [people, teams]: &[Vec<Row>; 2]) -> Value {
    let users = definitions(schemas.resource_type(Kind::User));
    let groups = definitions(schemas.resource_type(Kind::Group));
    json!({
        "directories": [
            {
                "name": SOURCE,
                "objects": [source("User", people), source("Group", teams)],
            },
            {
                "name": TARGET,
                "objects": [object(USER, &users), object(GROUP, &groups)],
            },
        ],
        "synchronizationRules": [{
            "editable": true,
            "id": RULE,
            "name": "USERGROUP_OUTBOUND_USERGROUP",
            "priority": 1,
            "sourceDirectoryName": SOURCE,
            "targetDirectoryName": TARGET,
            "metadata": [],
            "objectMappings": [
                mapping("Groups", "Group", GROUP, teams, &groups),
                mapping("Users", "User", USER, people, &users),
            ],
        }],
    })
}

/// What of the source's object the mapping reads.
fn source(name: &str, rows: &[Row]) -> Value {
    let attributes: Vec<Definition> = std::iter::once("objectId")
        .chain(
            rows.iter()
                .filter_map(|row| Some(row.source?.attribute()))
                .filter(|name| *name != "objectId"),
        )
        .map(Definition::of_source)
        .collect();
    object(name, &attributes)
}

fn object(name: &str, attributes: &[Definition]) -> Value {
    json!({
        "name": name,
        "metadata": [],
        "supportedApis": [],
        "attributes": attributes.iter().map(Definition::to_json).collect::<Value>(),
    })
}

fn mapping(what: &str, from: &str, to: &str, rows: &[Row], definitions: &[Definition]) -> Value {
    let known = |row: &&Row| definitions.iter().any(|one| one.name == row.target);
    json!({
        // A connection without groups has no rows for them.
        "enabled": !rows.is_empty(),
        "flowTypes": "Add, Update, Delete",
        "name": format!("Provision Microsoft Entra ID {what}"),
        "scope": null,
        "sourceObjectName": from,
        "targetObjectName": to,
        "metadata": [],
        "attributeMappings": rows.iter().filter(known).filter_map(attribute).collect::<Value>(),
    })
}

/// What has no usual source must be chosen in the console.
fn attribute(row: &Row) -> Option<Value> {
    Some(json!({
        "defaultValue": null,
        "exportMissingReferences": false,
        "flowBehavior": "FlowWhenChanged",
        "flowType": "Always",
        "matchingPriority": u8::from(row.matching),
        "source": row.source?.in_graph(),
        "targetAttributeName": row.target,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Profile;
    use crate::cli::setup::mapping::entra;
    use crate::scim::schema::SchemaDocument;

    #[test]
    fn every_row_of_the_mapping_names_attributes_that_both_sides_define() {
        let schemas = Schemas::builtin().unwrap();
        let generic = Profile::named("generic").unwrap();
        let mappings = entra(generic, &generic.policy(&[]).0, &schemas);
        let written = of_mappings(&schemas, &mappings);
        let defined = |directory: usize, object: &Value| -> Vec<Value> {
            let objects = written["directories"][directory]["objects"]
                .as_array()
                .unwrap();
            let found = objects.iter().find(|one| one["name"] == *object).unwrap();
            let attributes = found["attributes"].as_array().unwrap();
            attributes.iter().map(|one| one["name"].clone()).collect()
        };
        let mapped = &written["synchronizationRules"][0]["objectMappings"];
        let mut rows = 0;
        for mapping in mapped.as_array().unwrap() {
            let sources = defined(0, &mapping["sourceObjectName"]);
            let targets = defined(1, &mapping["targetObjectName"]);
            for row in mapping["attributeMappings"].as_array().unwrap() {
                rows += 1;
                assert!(targets.contains(&row["targetAttributeName"]), "{row}");
                let read = match row["source"]["type"].as_str().unwrap() {
                    "Attribute" => &row["source"]["name"],
                    _ => &row["source"]["parameters"][0]["value"]["name"],
                };
                assert!(sources.contains(read), "{row}");
            }
            let matching = mapping["attributeMappings"].as_array().unwrap();
            let matching = matching.iter().filter(|row| row["matchingPriority"] == 1);
            assert_eq!(matching.count(), 1);
        }
        assert_eq!(rows, mappings.concat().len());
    }

    #[test]
    fn an_extension_of_the_operator_is_among_the_attributes() {
        let declared = json!({
            "id": "urn:example:2.0:User",
            "name": "Own",
            "attributes": [{"name": "badge", "type": "integer"}],
        });
        let own = SchemaDocument::parse(&declared).unwrap();
        let schemas = Schemas::with_user_extensions(vec![own]).unwrap();
        let written = of_mappings(&schemas, &[Vec::new(), Vec::new()]);
        let users = &written["directories"][1]["objects"][0]["attributes"];
        let badge = users
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["name"] == "urn:example:2.0:User:badge")
            .unwrap();
        assert_eq!(badge["type"], "Integer");
    }
}
