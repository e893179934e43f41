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

#[test]
fn a_profile_prints_its_own_mapping_matching_attribute_and_steps() {
    let house = House::new();
    let setup = |profile: &str, words: &str| {
        let new = house.run(&format!("connection new {profile} --profile {profile}"));
        new.exits(0);
        house
            .run(&format!("connection show {profile} --setup entra {words}"))
            .exits(0)
    };
    let cofense = setup("cofense", "").stdout;
    for part in [
        "Matching attribute\n    externalId",
        "  1. Read the terms, and accept them with `appliance connection accept-terms cofense --by WHO`",
        "switch the mapping of groups off",
        "objectId                    externalId   (matching, mandatory)",
        "(your choice)               phoneNumbers[type eq \"pager\"].value",
    ] {
        assert!(cofense.contains(part), "no `{part}` in {cofense}");
    }
    assert!(!cofense.contains("Mapping of groups"));

    let sosafe = setup("sosafe", "").stdout;
    for part in [
        "  1. Record what the token waits for: `appliance connection set sosafe tenant_id=…`",
        "Mapping of groups\n  displayName                 displayName   (matching)",
        "userPrincipalName           userName   (matching, mandatory)",
    ] {
        assert!(sosafe.contains(part), "no `{part}` in {sosafe}");
    }

    let cybsafe = setup("cybsafe", "--json").json();
    let users = cybsafe["users"].as_array().unwrap();
    assert_eq!(users.len(), 35);
    let row = |target: &str| {
        let found = users.iter().find(|row| {
            let path = row["target"].as_str().unwrap();
            path.ends_with(target)
        });
        found
            .unwrap_or_else(|| panic!("no {target} in {users:?}"))
            .clone()
    };
    assert_eq!(row("cybsafe:2.0:User:grade")["need"], "optional");
    assert_eq!(row("enterprise:2.0:User:manager")["need"], "recommended");
    assert!(
        row("timezone")["source"]
            .as_str()
            .unwrap()
            .starts_with("Switch(")
    );
    assert_eq!(cybsafe["groups"].as_array().unwrap().len(), 3);

    let safe = setup("safe", "--json").json();
    let text = house.run("connection show safe --setup entra").exits(0);
    let active = "Switch([IsSoftDeleted], , \"False\", \"True\", \"True\", \"False\")  active";
    assert!(text.stdout.contains(active), "{}", text.stdout);
    assert_eq!(safe["matching"], "emails[type eq \"work\"].value");
    assert_eq!(safe["users"].as_array().unwrap().len(), 6);
    assert_eq!(safe["groups"], serde_json::json!([]));
    let schema = house.run("connection show safe --setup entra --format json");
    let schema = schema.exits(0).json();
    let mappings = schema["synchronizationRules"][0]["objectMappings"].clone();
    let (groups, users) = (&mappings[0], &mappings[1]);
    assert_eq!(
        (&groups["enabled"], &users["enabled"]),
        (&false.into(), &true.into())
    );
    let rows = users["attributeMappings"].as_array().unwrap();
    let matching = rows.iter().filter(|row| row["matchingPriority"] == 1);
    let matching: Vec<&str> = matching
        .map(|row| row["targetAttributeName"].as_str().unwrap())
        .collect();
    assert_eq!(matching, ["emails[type eq \"work\"].value"]);
}
