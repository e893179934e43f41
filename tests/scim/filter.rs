//! RFC 7644 §3.4.2.2: every operator, on every kind of attribute.

use serde_json::{Value, json};

use super::people::{ENTERPRISE, Idp, USER, idp, user};

/// Four people and two groups, so that each condition below tells some from others.
struct Town {
    idp: Idp,
    ada: String,
    crew: String,
}

impl Town {
    fn build() -> Self {
        let idp = idp();
        let create = |name: &str, more: Value| {
            let mut body = user(name, more);
            body["schemas"] = json!([USER, ENTERPRISE]);
            idp.post("/Users", &body).is(201).id()
        };
        let ada = create(
            "ada@example.net",
            json!({
                "active": true, "title": "Engineer", "externalId": "A1", "displayName": "Ada Lorn",
                "name": {"givenName": "Ada", "familyName": "Lorn"},
                "emails": [
                    {"type": "work", "value": "ada@example.net", "primary": true},
                    {"type": "home", "value": "ada@example.org"}
                ],
                (ENTERPRISE): {"department": "Audit", "employeeNumber": "100"}
            }),
        );
        let bo = create(
            "Bo@example.net",
            json!({
                "active": false, "title": "engineer", "externalId": "a1", "displayName": "Émile",
                "emails": [{"type": "work", "value": "bo@example.net"}],
                (ENTERPRISE): {"department": "Sales", "manager": {"value": ada}}
            }),
        );
        create(
            "cy@example.org",
            json!({"nickName": "Cy \"C\" \\", "emails": [{"type": "other", "value": "cy@example.org"}]}),
        );
        create(
            "di@example.org",
            json!({
                "active": true,
                "addresses": [{"type": "work", "locality": "Bern"}],
                "roles": [{"value": "chief", "primary": true}]
            }),
        );
        let crew = idp.group("Crew", &[&ada, &bo]);
        let lead = idp.group("Lead", &[&ada]);
        assert_ne!(crew, lead);
        Self { idp, ada, crew }
    }

    /// The first letters of those who match.
    fn found(&self, filter: &str) -> String {
        let reply = self.idp.find("/Users", filter).is(200);
        let names = reply.column("userName");
        assert_eq!(reply.at("/totalResults"), names.len(), "{filter}");
        let letters = names.iter().filter_map(|name| name.chars().next());
        letters.map(|letter| letter.to_ascii_lowercase()).collect()
    }

    fn check(&self, cases: &[(&str, &str)]) {
        let wrong: Vec<String> = cases
            .iter()
            .filter_map(|(filter, expected)| {
                let filter = filter
                    .replace("ENT:", &format!("{ENTERPRISE}:"))
                    .replace("THE-ID", &self.ada)
                    .replace("THE-CREW", &self.crew);
                let found = self.found(&filter);
                (found != *expected)
                    .then(|| format!("{filter}: expected {expected:?}, found {found:?}"))
            })
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn every_operator_does_what_table_3_says() {
    Town::build().check(&[
        (r#"userName eq "ada@example.net""#, "a"),
        (r#"userName ne "ada@example.net""#, "bcd"),
        (r#"userName co "@example.o""#, "cd"),
        (r#"userName sw "b""#, "b"),
        (r#"userName ew ".net""#, "ab"),
        ("userName pr", "abcd"),
        (r#"userName gt "bo@example.net""#, "cd"),
        (r#"userName ge "bo@example.net""#, "bcd"),
        (r#"userName lt "bo@example.net""#, "a"),
        (r#"userName le "bo@example.net""#, "ab"),
        (r#"title eq "ENGINEER""#, "ab"),
        (r#"title ne "engineer""#, "cd"),
        ("title pr", "ab"),
        ("not (title pr)", "cd"),
        (r#"title co """#, "ab"),
        (r#"title eq """#, ""),
    ]);
}

#[test]
fn letter_case_counts_where_the_schema_says_so() {
    Town::build().check(&[
        (r#"userName eq "ADA@EXAMPLE.NET""#, "a"),
        (r#"externalId eq "A1""#, "a"),
        (r#"externalId eq "a1""#, "b"),
        (r#"externalId sw "a""#, "b"),
        (r#"externalId ne "A1""#, "bcd"),
        (r#"displayName eq "émile""#, "b"),
        ("displayName eq \"E\u{301}MILE\"", "b"),
        (r#"USERNAME SW "a""#, "a"),
        (r#"uSeRnAmE Sw "A""#, "a"),
        ("TITLE PR AND NOT (ACTIVE EQ false)", "a"),
        (r#"Name.FamilyName Eq "lorn""#, "a"),
    ]);
}

#[test]
fn booleans_dates_and_null_are_compared_by_their_type() {
    Town::build().check(&[
        ("active eq true", "ad"),
        ("active eq false", "b"),
        ("active ne true", "bc"),
        ("active pr", "abd"),
        ("roles.primary eq true", "d"),
        // Entra ID puts booleans into quotes.
        (r#"active eq "True""#, "ad"),
        (r#"roles[primary eq "True"]"#, "d"),
        (r#"meta.created gt "2020-01-01T00:00:00Z""#, "abcd"),
        (r#"meta.lastModified lt "2020-01-01T00:00:00+01:00""#, ""),
        (
            r#"meta.created ge "2020-01-01T00:00:00.123456-11:30""#,
            "abcd",
        ),
        // The first and the last instant of .NET.
        (r#"meta.created gt "0001-01-01T00:00:00.0000000Z""#, "abcd"),
        (r#"meta.created lt "9999-12-31T23:59:59.9999999Z""#, "abcd"),
        (r#"meta.resourceType eq "User""#, "abcd"),
        ("title eq null", "cd"),
        ("title ne null", "ab"),
        ("name eq null", "bcd"),
        ("emails ne null", "abc"),
    ]);
}

#[test]
fn several_values_match_when_one_does() {
    Town::build().check(&[
        (r#"emails.value eq "ada@example.org""#, "a"),
        (r#"emails.value co "example""#, "abc"),
        (r#"emails.type eq "work""#, "ab"),
        (r#"emails.type ne "work""#, "cd"),
        ("emails pr", "abc"),
        ("emails.primary pr", "a"),
        (r#"emails co "example.org""#, "ac"),
        (r#"emails eq "bo@example.net""#, "b"),
        ("addresses pr", "d"),
        ("name pr", "a"),
        ("name.givenName pr", "a"),
    ]);
}

#[test]
fn a_value_path_holds_for_one_element() {
    Town::build().check(&[
        (r#"emails[type eq "work" and value co "example.org"]"#, ""),
        (r#"emails[type eq "home" and value co "example.org"]"#, "a"),
        (r#"emails[type eq "home"]"#, "a"),
        (r#"emails[type eq "home" or type eq "other"]"#, "ac"),
        (r#"emails[not (type eq "work")]"#, "ac"),
        (r#"not (emails[type eq "work"])"#, "cd"),
        (r#"emails[type eq "work"] and emails[type eq "home"]"#, "a"),
        (
            r#"emails[(type eq "work" or type eq "home") and not (primary eq true)]"#,
            "ab",
        ),
        ("emails[primary eq true]", "a"),
        ("emails[value pr]", "abc"),
        (r#"emails[type eq "work"].value sw "b""#, "b"),
        (r#"emails[type eq "work"].value eq "ada@example.org""#, ""),
        (r#"emails[type eq "home"].value pr"#, "a"),
        (r#"addresses[type eq "work" and locality eq "bern"]"#, "d"),
        (r#"EMAILS[TYPE EQ "WORK"].VALUE SW "B""#, "b"),
    ]);
}

#[test]
fn and_binds_before_or_and_brackets_before_both() {
    Town::build().check(&[
        (r#"title pr or userName sw "c" and active eq true"#, "ab"),
        (r#"(title pr or userName sw "c") and active eq true"#, "a"),
        ("not (active eq true) and title pr", "b"),
        ("not (active eq true and title pr)", "bcd"),
        ("not (not (active eq true))", "ad"),
        (
            r#"userName sw "a" or userName sw "b" or userName sw "c""#,
            "abc",
        ),
        (r#"userName sw "a" and userName ew "t" and title pr"#, "a"),
        (r#"((((userName sw "a"))))"#, "a"),
        (r#"(userName sw "a")or(userName sw "b")"#, "ab"),
    ]);
}

#[test]
fn urns_common_attributes_and_memberships_can_be_named() {
    Town::build().check(&[
        (r#"ENT:department eq "audit""#, "a"),
        ("ENT:department pr", "ab"),
        (r#"ENT:employeeNumber eq "100""#, "a"),
        (r#"ENT:manager.value eq "THE-ID""#, "b"),
        ("ENT:manager pr", "b"),
        (
            r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "a""#,
            "a",
        ),
        (
            r#"urn:ietf:params:scim:schemas:core:2.0:User:name.familyName eq "lorn""#,
            "a",
        ),
        (
            r#"urn:ietf:params:scim:schemas:core:2.0:User:emails[type eq "home"]"#,
            "a",
        ),
        (
            r#"URN:IETF:PARAMS:SCIM:SCHEMAS:CORE:2.0:USER:username sw "a""#,
            "a",
        ),
        (r#"id eq "THE-ID""#, "a"),
        (r#"id ne "THE-ID""#, "bcd"),
        ("id pr", "abcd"),
        ("externalId pr", "ab"),
        (
            r#"schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User""#,
            "ab",
        ),
        (r#"groups.value eq "THE-CREW""#, "ab"),
        (r#"groups eq "THE-CREW""#, "ab"),
        (r#"groups.display eq "Lead""#, "a"),
        ("groups pr", "ab"),
        (r#"groups[value eq "THE-CREW"]"#, "ab"),
    ]);
}

#[test]
fn values_are_json_texts() {
    Town::build().check(&[
        (r#"nickName eq "Cy \"C\" \\""#, "c"),
        (r#"nickName co "\\""#, "c"),
        (r#"userName sw "\u0061da""#, "a"),
        ("displayName co \"\\u00c9\"", "b"),
        (r#"nickName co "\"""#, "c"),
        (r#"userName  eq   "ada@example.net"  "#, "a"),
    ]);
}

#[test]
fn groups_are_filtered_by_their_members() {
    let town = Town::build();
    let named = |filter: &str| {
        let filter = filter.replace("THE-ID", &town.ada);
        town.idp
            .find("/Groups", &filter)
            .is(200)
            .column("displayName")
            .join(" ")
    };
    assert_eq!(named(r#"members.value eq "THE-ID""#), "Crew Lead");
    assert_eq!(
        named(r#"members eq "THE-ID" and displayName eq "lead""#),
        "Lead"
    );
    assert_eq!(named(r#"members[value eq "THE-ID"]"#), "Crew Lead");
    assert_eq!(named(r#"members.type eq "Group""#), "");
    assert_eq!(named("members pr"), "Crew Lead");
    assert_eq!(named("not (members pr)"), "");
    assert_eq!(named(r#"displayName sw "c""#), "Crew");
    let hit = town.idp.get(&format!(
        "/Groups?excludedAttributes=members&filter=members%20eq%20%22{}%22",
        town.ada
    ));
    hit.counts(2)
        .shows(json!({"Resources": [{"members": "{{absent}}"}, {"members": "{{absent}}"}]}));
}

#[test]
fn what_is_no_filter_is_refused_with_its_position() {
    let idp = super::people::strict();
    let wrong: Vec<String> = [
        "userName",
        "userName eq",
        "userName eq ada",
        "eq \"a\"",
        "\"a\" eq userName",
        "userName = \"a\"",
        "userName xx \"a\"",
        "userName eq \"a",
        "userName eq a\"",
        "userName eq 'a'",
        "userName eq \"a\" and",
        "and userName pr",
        "userName pr and and title pr",
        "userName pr title pr",
        "()",
        "(userName pr",
        "userName pr)",
        "not userName pr",
        "not",
        "not ()",
        "userName pr pr",
        "userName pr \"a\"",
        "userName eq \"a\" \"b\"",
        "userName eq \"\\x\"",
        "userName eq \"\\ud800\"",
        "userName eq [\"a\"]",
        "userName eq {\"a\":1}",
        "emails[",
        "emails[]",
        "emails[type eq \"work\"",
        "emails[type]",
        "emails type eq \"work\"]",
        "emails[type eq \"work\"].",
        "emails[type eq \"work\"].value",
        "emails[emails[type pr]]",
        "userName[value eq \"a\"]",
        "emails[unknown eq \"a\"]",
        "emails[type eq \"work\"].unknown eq \"a\"",
        "active gt true",
        "active le false",
        "active co \"t\"",
        "active eq 1",
        "userName eq 1",
        "userName eq true",
        "userName gt null",
        "unknown eq \"a\"",
        "name.unknown pr",
        "userName.value pr",
        "urn:example:unknown:attribute pr",
        "urn:example pr",
        "password pr",
        "x509Certificates.value gt \"AAAA\"",
        "meta.created gt \"yesterday\"",
        "meta.created eq 5",
        "meta.created co \"2020\"",
        "name eq \"Ada\"",
        "user-Name- eq",
        "1userName pr",
        "userName..x pr",
        ".userName pr",
        "userName. pr",
        "$ pr",
        "*",
        "userName eq \"a\" or",
        "userName eq \"a\" || title pr",
        "userName eq \"a\" & title pr",
        "userName pr;",
    ]
    .iter()
    .filter_map(|filter| {
        let reply = idp.find("/Users", filter);
        let right = reply.status == 400
            && reply.at("/scimType") == "invalidFilter"
            && reply
                .at("/detail")
                .as_str()
                .is_some_and(|detail| detail.len() > 10);
        (!right).then(|| format!("{filter}: {}", reply.told()))
    })
    .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn primary_that_is_not_given_is_false() {
    // RFC 7643 §2.4; what is not given is not present all the same.
    Town::build().check(&[
        ("emails[primary eq false]", "abc"),
        ("emails.primary eq false", "abc"),
        (
            "emails[value eq \"bo@example.net\" and primary eq false]",
            "b",
        ),
        (
            "emails[value eq \"ada@example.net\" and primary eq false]",
            "",
        ),
        ("emails[type eq \"home\"].primary eq false", "a"),
        ("emails[primary ne true]", "abc"),
        ("emails.primary ne false", "d"),
        ("emails[primary ne false]", "a"),
        ("emails.primary eq true", "a"),
        ("emails.primary pr", "a"),
        ("not (emails.primary eq true)", "bcd"),
        ("roles.primary eq false", ""),
    ]);
}
