use crate::run::House;

#[test]
fn the_values_to_paste_are_printed_for_every_provider() {
    let house = House::new();
    house.run("connection new north").exits(0);
    house
        .run("token new --connection north --name entra --expiry 2w")
        .exits(0);
    for provider in [
        "entra",
        "okta",
        "onelogin",
        "jumpcloud",
        "google",
        "ping",
        "authentik",
        "keycloak",
        "rauthy",
    ] {
        let said = house
            .run("connection show north --setup")
            .args([provider])
            .env("APPLIANCE_PUBLIC_URL", "https://scim.example.org")
            .exits(0)
            .stdout;
        for part in [
            "https://scim.example.org/scim/v2",
            "token 1 (`entra`), good for 13 days",
            "userName",
            "self-signed",
        ] {
            assert!(said.contains(part), "{provider}: {said}");
        }
    }
    house.run("connection show north --setup acme").exits(2);
    house
        .run("connection show nroth --setup entra")
        .exits(3)
        .complains("did you mean `north`?");
    let guide = house.run("connection show north --setup okta --json");
    let guide = guide.exits(0).json();
    assert_eq!(guide["provider"], "okta");
    assert_eq!(guide["tenantUrl"], serde_json::Value::Null);
    assert_eq!(guide["activeTokens"], serde_json::json!([1]));
    assert_eq!(guide["warnings"].as_array().unwrap().len(), 2);
}

#[test]
fn entra_can_import_exactly_our_attributes() {
    let house = House::new();
    house.run("token new").exits(0);
    let schema = house
        .run("connection show default --setup entra --format json")
        .exits(0)
        .json();
    let rule = &schema["synchronizationRules"][0];
    assert_eq!(rule["targetDirectoryName"], "customappsso");
    assert_eq!(schema["directories"][1]["name"], "customappsso");
    let mappings = rule["objectMappings"].as_array().unwrap();
    let users = mappings
        .iter()
        .find(|mapping| mapping["sourceObjectName"] == "User")
        .unwrap();
    let first = &users["attributeMappings"][0];
    assert_eq!(first["targetAttributeName"], "userName");
    assert_eq!(first["matchingPriority"], 1);
    house
        .run("connection show default --setup okta --format json")
        .exits(2)
        .complains("only Entra ID can import");
    house.run("connection show default --format json").exits(2);
}
