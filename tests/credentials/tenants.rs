//! Whose signed tokens open which connection: by their tenant, and by nothing else.

use serde_json::Value;

use super::house::server::House;
use super::issuer::{Issuer, OTHER, TENANT, claims, key_set};

fn house(issuer: &Issuer) -> (House, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("appliance.toml");
    // A path in the file is meant from the file.
    std::fs::write(folder.path().join("keys.json"), key_set(&[issuer])).unwrap();
    std::fs::write(&settings, "[entra]\nkeys = \"keys.json\"\n").unwrap();
    let house = House::with(&["--config", settings.to_str().unwrap()]);
    (house, folder)
}

#[track_caller]
fn set(house: &House, connection: &str, settings: &[&str], code: i32) -> String {
    let run = house.cli(&[&["connection", "set", connection], settings].concat());
    run.exits(code).stderr
}

#[test]
fn no_signed_token_opens_anything_unless_a_connection_says_so() {
    let issuer = Issuer::new("1");
    let (house, _folder) = house(&issuer);
    let idp = house.client(&issuer.token());
    idp.get("/Users").is(401);
    let told = set(&house, "default", &["entra_jwt=on"], 2);
    assert!(told.contains("tenant_id=… entra_jwt=on"), "{told}");
    set(&house, "default", &["tenant_id=Contoso", "entra_jwt=on"], 2);
    let tenant = format!("tenant_id={}", TENANT.to_uppercase());
    set(&house, "default", &[&tenant, "entra_jwt=on"], 0);
    idp.get("/Users").counts(0);
    set(&house, "default", &["tenant_id="], 2);

    set(&house, "default", &["entra_jwt=off"], 0);
    idp.get("/Users").is(401);
    set(&house, "default", &["entra_jwt=on"], 0);
    idp.get("/Users").counts(0);
    let listed = house.cli(&["token", "list", "--json"]).prints();
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed[0]["state"], "revoked");
    assert_eq!(listed[1]["state"], "active");
}

#[test]
fn a_tenant_belongs_to_one_connection() {
    let issuer = Issuer::new("1");
    let (house, _folder) = house(&issuer);
    house.cli(&["connection", "new", "north"]).exits(0);
    let tenant = format!("tenant_id={TENANT}");
    set(&house, "default", &[&tenant, "entra_jwt=on"], 0);
    let told = set(&house, "north", &[&tenant, "entra_jwt=on"], 4);
    assert!(told.contains("connection `default`"), "{told}");
    // Recorded it may be, as long as no signed token has to choose.
    set(&house, "north", &[&tenant], 0);
    set(&house, "north", &["entra_jwt=on"], 4);

    let other = format!("tenant_id={OTHER}");
    set(&house, "north", &[&other, "entra_jwt=on"], 0);
    house
        .client(&issuer.signs(&claims(OTHER)))
        .user("ada@example.net");
    house.client(&issuer.token()).get("/Users").counts(0);
    let told = set(&house, "north", &[&tenant], 4);
    assert!(told.contains(TENANT), "{told}");
}

#[test]
fn it_is_revoked_like_any_token_and_stays_so() {
    let issuer = Issuer::new("1");
    let (house, _folder) = house(&issuer);
    let tenant = format!("tenant_id={TENANT}");
    set(&house, "default", &[&tenant, "entra_jwt=on"], 0);
    let idp = house.client(&issuer.token());
    idp.get("/Users").counts(0);
    house.cli(&["token", "rotate", "1"]).exits(4);
    house.cli(&["token", "revoke", "1"]).exits(0);
    idp.get("/Users").is(401);
    set(&house, "default", &["dialect=strict"], 0);
    idp.get("/Users").is(401);
}

#[test]
fn terms_come_before_signed_tokens_too() {
    let issuer = Issuer::new("1");
    let (house, _folder) = house(&issuer);
    let tenant = format!("tenant_id={TENANT}");
    set(&house, "default", &["terms=Be fair."], 0);
    set(&house, "default", &[&tenant, "entra_jwt=on"], 4);
    house
        .cli(&["connection", "accept-terms", "default", "--by", "Grace"])
        .exits(0);
    set(&house, "default", &[&tenant, "entra_jwt=on"], 0);
    house.client(&issuer.token()).get("/Users").counts(0);
}

#[test]
fn keys_from_where_somebody_could_change_them_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("appliance.toml");
    std::fs::write(&settings, "[entra]\nkeys = \"http://keys.example.org/\"\n").unwrap();
    let house = House::open();
    let run = house.cli(&["--config", settings.to_str().unwrap(), "status"]);
    let told = run.exits(2).stderr;
    assert!(
        told.contains("`entra.keys`: expected an https address"),
        "{told}"
    );
}
