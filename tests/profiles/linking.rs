//! Linking: whom the operator imported is adopted by a create that means them, and nobody else is.

use serde_json::{Value, json};

use super::entrance::{person, set, with_profile};
use super::house::client::Client;
use super::house::run::Run;
use super::house::server::House;

/// Imports a sheet into a connection.
#[track_caller]
fn import_into(house: &House, connection: &str, sheet: &str) {
    let words = ["import", "users", "-", "--connection", connection];
    Run::with_input(&house.data(), &words, sheet).exits(0);
}

/// A body with this work e-mail address.
fn with_email(user_name: &str, email: &str) -> Value {
    person(
        user_name,
        json!({"emails": [{"type": "work", "value": email, "primary": true}]}),
    )
}

/// The id of whom the filter finds alone.
#[track_caller]
fn id_of(idp: &Client, user_name: &str) -> String {
    let found = idp.find("/Users", &format!("userName eq \"{user_name}\""));
    found
        .is(200)
        .counts(1)
        .at("/Resources/0/id")
        .as_str()
        .unwrap()
        .to_owned()
}

/// The values that several people of `here` have.
fn duplicates(house: &House) -> Value {
    let listed = house.cli(&[
        "user",
        "list",
        "--duplicates",
        "--connection",
        "here",
        "--json",
    ]);
    serde_json::from_str(&listed.stdout).unwrap()
}

#[test]
fn the_same_work_email_adopts_whom_the_operator_imported() {
    let (house, idp) = with_profile("cybsafe");
    let sheet = "userName,displayName,title,emails.work\nking,Ada,Clerk,Ada@Example.net\n";
    import_into(&house, "here", sheet);
    let known = id_of(&idp, "king");
    let staff = idp.group("Staff", &[&known]);

    let meant = with_email("ada@example.net", "ada@example.NET");
    let adopted = idp.post("/Users", &meant).is(201);
    let told = house.cli(&["user", "history", &known]).prints();
    for said in [
        "came from a file:",
        "asked to create ",
        "was known from an import, and this create adopted them under the id they had:",
    ] {
        assert!(told.contains(said), "{told}");
    }
    assert_eq!(adopted.id(), known);
    assert_eq!(adopted.at("/userName"), "ada@example.net");
    assert!(adopted.json().get("title").is_none(), "as by a PUT");
    assert_eq!(adopted.at("/groups/0/value"), staff.as_str());
    let location = adopted.header("location").unwrap().to_owned();
    assert!(location.ends_with(&known), "{location}");
    let history = house.cli(&["user", "history", "ada@example.net"]).prints();
    assert!(history.contains("operator"), "the import: {history}");
    let changes = house.cli(&["user", "history", "ada@example.net", "--json"]);
    assert!(changes.stdout.contains("\"link\""), "{}", changes.stdout);

    // Adopted once: the next with that address is somebody else, and both are listed.
    let second = idp.post("/Users", &with_email("ada2", "ada@example.net"));
    assert_ne!(second.is(201).id(), known);
    let listed = duplicates(&house);
    assert_eq!(listed[0]["place"], "emails.work");
    assert_eq!(listed[0]["people"].as_array().unwrap().len(), 2);
    // To be sent again is to exist.
    idp.post("/Users", &meant).refused(409, "uniqueness");
}

#[test]
fn another_address_makes_a_second_identity() {
    let (house, idp) = with_profile("cybsafe");
    import_into(
        &house,
        "here",
        "userName,emails.work\nking,ada@example.net\n",
    );
    let known = id_of(&idp, "king");
    for (name, email) in [
        ("a", "ada@example.org"),
        ("b", "home@example.net"),
        ("c", " "),
    ] {
        let other = idp.post("/Users", &with_email(name, email)).is(201);
        assert_ne!(other.id(), known);
    }
    let home = json!({"emails": [{"type": "home", "value": "ada@example.net"}]});
    let other = idp.post("/Users", &person("d", home)).is(201);
    assert_ne!(other.id(), known, "a home address is none");
    assert_eq!(duplicates(&house), json!([]));
}

#[test]
fn nobody_is_adopted_unless_the_operator_imported_them_here() {
    let (house, idp) = with_profile("cybsafe");
    // Somebody of the identity provider's own.
    let own = idp
        .post("/Users", &with_email("own", "own@example.net"))
        .is(201)
        .id();
    let second = idp.post("/Users", &with_email("other", "own@example.net"));
    assert_ne!(second.is(201).id(), own);
    // Somebody imported into another connection.
    import_into(
        &house,
        "default",
        "userName,emails.work\nfar,far@example.net\n",
    );
    let far = id_of(&house.idp(), "far");
    let near = idp.post("/Users", &with_email("near", "far@example.net"));
    assert_ne!(near.is(201).id(), far);
    // Somebody imported here, whom the identity provider has met by changing them.
    import_into(
        &house,
        "here",
        "userName,emails.work\nmet,met@example.net\n",
    );
    let met = id_of(&idp, "met");
    let title = json!([{"op": "Add", "path": "title", "value": "Clerk"}]);
    idp.patch(&format!("/Users/{met}"), title).is(200);
    let late = idp.post("/Users", &with_email("late", "met@example.net"));
    assert_ne!(late.is(201).id(), met);
    // Somebody of the identity provider's whom a later import brought up to date.
    let sheet = "userName,title,emails.work\nown,Head,own2@example.net\n";
    let words = ["import", "users", "-", "--update", "--connection", "here"];
    Run::with_input(&house.data(), &words, sheet).exits(0);
    let again = idp.post("/Users", &with_email("own3", "own2@example.net"));
    assert_ne!(again.is(201).id(), own);
}

#[test]
fn linking_is_off_unless_it_is_set() {
    let (house, idp) = with_profile("generic");
    import_into(
        &house,
        "here",
        "userName,emails.work\nking,ada@example.net\n",
    );
    let known = id_of(&idp, "king");
    let other = idp.post("/Users", &with_email("ada", "ada@example.net"));
    assert_ne!(other.is(201).id(), known);
    idp.post("/Users", &person("king", json!({})))
        .refused(409, "uniqueness");
    set(&house, &["link=userName"]);
    assert_eq!(
        idp.post("/Users", &person("KING", json!({}))).is(201).id(),
        known
    );
    idp.post("/Users", &person("king", json!({})))
        .refused(409, "uniqueness");
}

#[test]
fn the_user_name_can_be_the_address() {
    let (house, idp) = with_profile("cybsafe");
    set(&house, &["address=userName"]);
    import_into(
        &house,
        "here",
        "userName,emails.work\nada@example.net,x@example.net\n",
    );
    let known = id_of(&idp, "ada@example.net");
    let by_mail = idp.post("/Users", &with_email("other", "x@example.net"));
    assert_ne!(by_mail.is(201).id(), known);
    let by_name = idp.post("/Users", &with_email("Ada@example.net", "y@example.net"));
    assert_eq!(by_name.is(201).id(), known);
}

#[test]
fn a_value_of_two_imported_people_links_neither() {
    let (house, idp) = with_profile("cybsafe");
    let sheet = "userName,emails.work\na,same@example.net\nb,same@example.net\n";
    import_into(&house, "here", sheet);
    let third = idp
        .post("/Users", &with_email("c", "same@example.net"))
        .is(201);
    let people = [id_of(&idp, "a"), id_of(&idp, "b")];
    assert!(!people.contains(&third.id()));
    assert_eq!(duplicates(&house)[0]["people"].as_array().unwrap().len(), 3);
}

#[test]
fn of_many_who_would_adopt_somebody_one_does() {
    let (house, idp) = with_profile("cybsafe");
    import_into(
        &house,
        "here",
        "userName,emails.work\nking,ada@example.net\n",
    );
    let known = id_of(&idp, "king");
    let clients: Vec<Client> = (0..16).map(|_| idp.again()).collect();
    let ids: Vec<String> = std::thread::scope(|scope| {
        let running: Vec<_> = clients
            .iter()
            .enumerate()
            .map(|(index, client)| {
                scope.spawn(move || {
                    let meant = with_email(&format!("ada{index}"), "ada@example.net");
                    client.post("/Users", &meant).is(201).id()
                })
            })
            .collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(ids.iter().filter(|id| **id == known).count(), 1, "{ids:?}");
    idp.get("/Users").is(200).counts(16);
}
