//! RFC 7644 §3.7: in which order bulk operations are carried out, and what is said of each.

use serde_json::{Value, json};

use super::house::reply::Reply;
use super::people::{GROUP, Idp, USER, group, idp, strict, user};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

/// The operations of the answer.
fn send(idp: &Idp, operations: &Value) -> Vec<Value> {
    let body = json!({"schemas": [REQUEST], "Operations": operations});
    let reply = idp.post("/Bulk", &body).is(200);
    match reply.at("/Operations") {
        Value::Array(list) => list,
        _ => panic!("{}", reply.told()),
    }
}

fn column(answers: &[Value], name: &str) -> Vec<String> {
    let text = |answer: &Value| answer[name].as_str().unwrap_or("-").to_owned();
    answers.iter().map(text).collect()
}

#[test]
fn operations_are_carried_out_in_the_order_in_which_they_were_sent() {
    let idp = idp();
    let old = idp.user("ada@example.net");
    // The name is free only after the removal, although somebody waits for the new Ada before it.
    let answers = send(
        &idp,
        &json!([
            {"method": "POST", "path": "/Groups", "bulkId": "crew", "data":
                {"schemas": [GROUP], "displayName": "Crew", "members": [{"value": "bulkId:ada"}]}},
            {"method": "DELETE", "path": format!("/Users/{old}")},
            {"method": "POST", "path": "/Users", "bulkId": "ada", "data": user("ada@example.net", json!({}))},
        ]),
    );
    assert_eq!(column(&answers, "status"), ["201", "204", "201"]);
    let new = answers[2]["location"].as_str().unwrap().rsplit('/').next();
    let crew = answers[0]["location"].as_str().unwrap().rsplit('/').next();
    idp.get(&format!("/Groups/{}", crew.unwrap()))
        .shows(json!({"members": [{"value": new.unwrap()}]}));
}

#[test]
fn a_circle_that_cannot_be_closed_is_409() {
    let idp = idp();
    let holding = |own: &str, other: &str| {
        let data = group(own, &[&format!("bulkId:{other}")]);
        json!({"method": "POST", "path": "/Groups", "bulkId": own, "data": data})
    };
    let answers = send(
        &idp,
        &json!([holding("a", "b"), holding("b", "a"), holding("c", "c")]),
    );
    assert_eq!(column(&answers, "status"), ["409", "409", "409"]);
    for answer in &answers {
        assert_eq!(answer["response"]["status"], "409");
        let detail = answer["response"]["detail"].as_str().unwrap();
        assert!(detail.starts_with("bulkId:"), "{detail}");
    }
    idp.get("/Groups").counts(0);
}

/// An operation that creates somebody whose manager another operation creates.
fn managed(own: &str, name: Option<&str>, manager: &str) -> Value {
    let mut data = json!({"schemas": [USER, ENTERPRISE], (ENTERPRISE): {"manager": {"value": format!("bulkId:{manager}")}}});
    if let Some(name) = name {
        data["userName"] = json!(name);
    }
    json!({"method": "POST", "path": "/Users", "bulkId": own, "data": data})
}

fn id(answer: &Value) -> String {
    let location = answer["location"].as_str().unwrap();
    location.rsplit('/').next().unwrap().to_owned()
}

#[test]
fn a_circle_is_carried_out_as_a_whole_or_not_at_all() {
    let idp = idp();
    let manager = |answer: &Value| {
        let user = idp.get(&format!("/Users/{}", id(answer))).is(200);
        user.json()[ENTERPRISE]["manager"]["value"].clone()
    };
    let whole = [
        managed("a", Some("ada"), "b"),
        managed("b", Some("bo"), "c"),
        managed("c", Some("cy"), "a"),
        managed("d", Some("di"), "d"),
    ];
    let answers = send(&idp, &json!(whole));
    assert_eq!(column(&answers, "status"), ["201"; 4]);
    for (own, other) in [(0, 1), (1, 2), (2, 0), (3, 3)] {
        assert_eq!(manager(&answers[own]), id(&answers[other]));
    }

    // Nobody may refer to an id that was promised and never given.
    for circle in [
        [managed("m1", None, "m2"), managed("m2", Some("x"), "m1")],
        [managed("m2", Some("x"), "m1"), managed("m1", None, "m2")],
    ] {
        let answers = send(&idp, &json!(circle));
        let (failed, other) = match answers[0]["bulkId"].as_str() {
            Some("m1") => (&answers[0], &answers[1]),
            _ => (&answers[1], &answers[0]),
        };
        assert_eq!(failed["status"], "400", "{failed}");
        assert_eq!(other["status"], "409", "{other}");
        let detail = other["response"]["detail"].as_str().unwrap();
        assert!(
            detail.starts_with("bulkId:m1: that operation failed"),
            "{detail}"
        );
    }
    idp.get("/Users").counts(4);
}

#[test]
fn what_fails_in_a_circle_has_its_own_error_and_harms_nobody_outside() {
    let idp = idp();
    idp.user("taken");
    let operations = [
        managed("m1", Some("x"), "m2"),
        managed("m2", Some("Taken"), "m1"),
        managed("waits", Some("y"), "m1"),
        managed("n1", Some("n"), "n2"),
        managed("n2", Some("nn"), "n1"),
    ];
    let answers = send(&idp, &json!(operations));
    let statuses = column(&answers, "status");
    assert_eq!(statuses, ["409", "409", "409", "201", "201"]);
    assert_eq!(answers[1]["response"]["scimType"], "uniqueness");
    for without in [0, 2] {
        let response = &answers[without]["response"];
        assert!(response.get("scimType").is_none(), "{response}");
        assert!(response["detail"].as_str().unwrap().starts_with("bulkId:m"));
    }
    idp.get("/Users").counts(3);
}

#[test]
fn a_reference_in_the_path_of_a_patch_is_resolved_and_any_other_text_is_none() {
    let idp = idp();
    let ada = idp.user("ada@example.net");
    let patch = |path: &str| {
        json!({"method": "PATCH", "path": "/Groups/bulkId:g", "data": {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "remove", "path": path}]}})
    };
    let answers = send(
        &idp,
        &json!([
            patch("members[value eq \"bulkId:a\"]"),
            patch("members[value eq \"bulkId:nobody\"]"),
            {"method": "POST", "path": "/Groups", "bulkId": "g", "data": group("Crew", &[&ada, "bulkId:a"])},
            {"method": "POST", "path": "/Users", "bulkId": "a", "data":
                user("bulkId:nope", json!({"title": "bulkId:nope", "emails": [{"value": "bulkId:a"}]}))},
        ]),
    );
    let statuses = column(&answers, "status");
    assert_eq!(statuses, ["204", "409", "201", "201"]);
    idp.get(&format!("/Groups/{}", id(&answers[2])))
        .shows(json!({"members": [{"value": ada}]}));
    idp.get(&format!("/Users/{}", id(&answers[3])))
        .shows(json!({
            "userName": "bulkId:nope", "title": "bulkId:nope", "emails": [{"value": "bulkId:a"}]
        }));
}

#[test]
fn every_answer_has_its_location_but_that_of_a_post_that_failed() {
    let idp = idp();
    let ada = idp.user("ada@example.net");
    let base = idp.house.url();
    let patch = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "add", "path": "title", "value": "x"}]});
    let answers = send(
        &idp,
        &json!([
            {"method": "POST", "path": "/Users", "bulkId": "1", "data": user("ADA@example.net", json!({}))},
            {"method": "PATCH", "path": format!("/Users/{ada}"), "data": patch},
            {"method": "PUT", "path": format!("/Users/{ada}"), "data": {"schemas": [USER]}},
            {"method": "PUT", "path": format!("/Users/{ada}")},
            {"method": "PATCH", "path": "/Users/nobody", "data": patch},
            {"method": "DELETE", "path": "/Groups/a \"b\"\r\nX: y"},
            {"method": "DELETE", "path": format!("/Users/{ada}"), "version": "W/\"1\""},
            {"method": "DELETE", "path": format!("/Users/{ada}")},
            {"method": "DELETE", "path": format!("/Users/{ada}")},
        ]),
    );
    let statuses = column(&answers, "status");
    let expected = [
        "409", "200", "400", "400", "404", "404", "412", "204", "404",
    ];
    assert_eq!(statuses, expected);
    let address = format!("{base}/Users/{ada}");
    let nobody = format!("{base}/Users/nobody");
    let odd = format!("{base}/Groups/a%20%22b%22%0D%0AX%3A%20y");
    assert_eq!(
        column(&answers, "location"),
        [
            "-", &address, &address, &address, &nobody, &odd, &address, &address, &address
        ]
    );
    for (answer, status) in answers.iter().zip(statuses) {
        assert_eq!(answer["response"].is_object(), !status.starts_with('2'));
        if let Value::String(inner) = &answer["response"]["status"] {
            assert_eq!(*inner, status);
        }
    }
}

#[test]
fn more_than_the_limits_is_413_and_nothing_is_done() {
    let idp = idp();
    let limits = idp.get("/ServiceProviderConfig").at("/bulk");
    let limit = |name: &str| usize::try_from(limits[name].as_u64().unwrap()).unwrap();
    let names = |reply: &Reply, number: usize| {
        let detail = reply.at("/detail").as_str().unwrap().to_owned();
        assert!(detail.contains(&number.to_string()), "{detail}");
    };
    let post = |number: usize| {
        let data = user(&format!("u{number}"), json!({}));
        json!({"method": "POST", "path": "/Users", "bulkId": number.to_string(), "data": data})
    };
    let most = limit("maxOperations");
    let mut operations: Vec<Value> = (0..=most).map(post).collect();
    let body = |operations: &[Value]| json!({"schemas": [REQUEST], "Operations": operations});
    names(
        &idp.post("/Bulk", &body(&operations)).refused(413, ""),
        most,
    );
    idp.get("/Users").counts(0);
    operations.pop();
    idp.post("/Bulk", &body(&operations)).is(200);
    idp.get("/Users").counts(most as u64);

    let most = limit("maxPayloadSize");
    let mut padded = body(&[]).to_string().into_bytes();
    padded.resize(most, b' ');
    let send = |bytes: Vec<u8>| {
        let request = idp.request("POST", "/Bulk");
        request.body("application/scim+json", bytes).send()
    };
    send(padded.clone()).is(200);
    padded.push(b' ');
    names(&send(padded).refused(413, ""), most);
}

#[test]
fn a_strict_connection_wants_the_message_to_say_what_it_is() {
    let silent = json!({"Operations": []});
    let other =
        json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": []});
    strict()
        .post("/Bulk", &silent)
        .refused(400, "invalidSyntax");
    strict().post("/Bulk", &other).refused(400, "invalidSyntax");
    idp().post("/Bulk", &silent).is(200);
    idp().post("/Bulk", &other).refused(400, "invalidSyntax");
}
