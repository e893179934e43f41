//! R19: only JSON is taken for JSON.

use super::catalogue::{Catalogue, population, unless};
use super::house::client::Client;
use super::house::server::House;

/// What no parser may take for a value. In each text `§` stands for nothing: it only keeps the list
/// readable where a fragment is empty or blank.
const FRAGMENTS: [&str; 78] = [
    "§",
    "'x'",
    "x",
    "\"",
    "\"x",
    "x\"",
    "\"\"\"",
    "\"a\" \"b\"",
    "\"a\"+\"b\"",
    "`x`",
    "undefined",
    "None",
    "NULL",
    "Null",
    "nul",
    "nulll",
    "True",
    "TRUE",
    "tru",
    "truee",
    "False",
    "fals",
    "NaN",
    "nan",
    "-NaN",
    "Infinity",
    "-Infinity",
    "+Infinity",
    "inf",
    "-inf",
    "+1",
    "-",
    "--1",
    "01",
    "-01",
    "1.",
    ".5",
    "-.5",
    "1.e1",
    "1e",
    "1e+",
    "1e-",
    "1.0e+",
    "0x10",
    "0b1",
    "0o7",
    "1_000",
    "1,5",
    "1 2",
    "\u{ff11}",
    "[",
    "]",
    "[1",
    "1]",
    "[1,]",
    "[,1]",
    "[1,,2]",
    "[1 2]",
    "[1;2]",
    "[1:2]",
    "{",
    "}",
    "{\"a\"}",
    "{\"a\":}",
    "{:1}",
    "{a:1}",
    "{'a':1}",
    "{\"a\":1,}",
    "{\"a\":1 \"b\":2}",
    "{\"a\"=1}",
    "{1:1}",
    "{\"a\":1,,\"b\":2}",
    "{\"a\":1;\"b\":2}",
    "{\"a\":1}}",
    "(1)",
    "<a/>",
    "/* 1 */ 1",
    "1 // one",
];

/// Fragments that cannot be written as text here.
fn bytes() -> Vec<(&'static str, Vec<u8>)> {
    let quoted = |inner: &[u8]| [b"\"", inner, b"\""].concat();
    vec![
        ("a raw line feed in a text", quoted(b"a\nb")),
        ("a raw tab in a text", quoted(b"a\tb")),
        ("a raw NUL in a text", quoted(b"a\0b")),
        ("a raw escape sign in a text", quoted(b"a\x1bb")),
        ("an unknown escape", quoted(b"\\x41")),
        ("an unknown escape, a", quoted(b"\\a")),
        ("an escaped apostrophe", quoted(b"\\'")),
        ("a short escape", quoted(b"\\u12")),
        ("an escape that is no number", quoted(b"\\uZZZZ")),
        ("braces of another language", quoted(b"\\u{41}")),
        ("an escaped line feed", quoted(b"a\\\nb")),
        ("a lonely high surrogate", quoted(b"\\ud800")),
        ("a lonely low surrogate", quoted(b"\\udc00")),
        ("surrogates the wrong way round", quoted(b"\\udc00\\ud800")),
        ("half a pair and a letter", quoted(b"\\ud800a")),
        ("half a pair and an escape", quoted(b"\\ud800\\n")),
        ("a lonely byte", quoted(b"\xff")),
        ("a lonely continuation", quoted(b"\x80")),
        ("a short sequence", quoted(b"\xc3")),
        ("an overlong slash", quoted(b"\xc0\xaf")),
        ("an overlong NUL", quoted(b"\xc0\x80")),
        ("a surrogate in UTF-8", quoted(b"\xed\xa0\x80")),
        ("beyond Unicode", quoted(b"\xf4\x90\x80\x80")),
        ("five bytes", quoted(b"\xf8\x88\x80\x80\x80")),
        ("Latin-1", quoted(b"Z\xfcrich")),
        ("UTF-16", b"\"\0x\0\"\0".to_vec()),
        ("a form feed between tokens", b"\x0c\"x\"".to_vec()),
        ("a vertical tab between tokens", b"\x0b\"x\"".to_vec()),
        ("a no-break space between tokens", b"\xc2\xa0\"x\"".to_vec()),
        (
            "a byte order mark between tokens",
            b"\xef\xbb\xbf\"x\"".to_vec(),
        ),
        ("a NUL behind the value", b"\"x\"\0".to_vec()),
        (
            "a number without end of digits",
            [b"1".repeat(500), b"e".to_vec()].concat(),
        ),
        ("a number beyond all", b"1e400".to_vec()),
        ("a name twice", b"{\"a\":1,\"a\":2}".to_vec()),
        (
            "a name twice, once escaped",
            b"{\"a\":1,\"\\u0061\":2}".to_vec(),
        ),
        (
            "sixty-five lists",
            [b"[".repeat(65), b"]".repeat(65)].concat(),
        ),
        (
            "a thousand lists",
            [b"[".repeat(1_000), b"]".repeat(1_000)].concat(),
        ),
        (
            "a hundred thousand lists",
            [b"[".repeat(100_000), b"]".repeat(100_000)].concat(),
        ),
        ("a hundred thousand open lists", b"[".repeat(100_000)),
        (
            "a hundred thousand open objects",
            b"{\"a\":".repeat(100_000),
        ),
        (
            "seventy objects",
            [b"{\"a\":".repeat(70), b"1".to_vec(), b"}".repeat(70)].concat(),
        ),
    ]
}

/// Every fragment with its name.
fn fragments() -> Vec<(String, Vec<u8>)> {
    let texts = FRAGMENTS
        .iter()
        .map(|text| ((*text).to_owned(), text.replace('§', "").into_bytes()));
    let bytes = bytes()
        .into_iter()
        .map(|(name, bytes)| (name.to_owned(), bytes));
    texts.chain(bytes).collect()
}

/// Sends a body; answers what is wrong if it is not refused as malformed.
fn malformed(client: &Client, method: &str, path: &str, body: Vec<u8>) -> Option<String> {
    let begun = std::time::Instant::now();
    let request = client
        .request(method, path)
        .body("application/scim+json", body);
    let reply = request.try_send().unwrap();
    let took = begun.elapsed();
    reply
        .bad_manners()
        .or_else(|| unless(reply.status == 400, || reply.told()))
        .or_else(|| unless(reply.at("/scimType") == "invalidSyntax", || reply.told()))
        .or_else(|| unless(took.as_millis() < 1_000, || format!("it took {took:?}")))
}

#[test]
fn what_is_no_json_is_refused_wherever_it_stands() {
    let house = House::open();
    let idp = house.idp();
    let id = idp.user("ada@example.net");
    let before = population(&idp);
    let mut catalogue = Catalogue::of("malformed JSON");
    for (name, fragment) in fragments() {
        let around =
            |start: &str, end: &str| [start.as_bytes(), &fragment, end.as_bytes()].concat();
        let flaw = malformed(
            &idp,
            "POST",
            "/Users",
            around("{\"userName\":\"eve\",\"title\":", "}"),
        );
        catalogue.case(&format!("an attribute: {name}"), flaw);
        let patch = around(
            "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[{\"op\":\"add\",\"path\":\"title\",\"value\":",
            "}]}",
        );
        catalogue.case(
            &format!("a value: {name}"),
            malformed(&idp, "PATCH", &format!("/Users/{id}"), patch),
        );
        // Some fragments are whole values of a wrong shape; as a whole body they are refused as well.
        let flaw = malformed(&idp, "POST", "/Groups", fragment);
        catalogue.case(&format!("a body: {name}"), flaw);
    }
    catalogue.holds(148);
    assert_eq!(population(&idp), before);
}

#[test]
fn trailing_bytes_and_missing_ends_are_refused() {
    let house = House::open();
    let idp = house.idp();
    let good = r#"{"userName":"eve","title":"x"}"#;
    let mut catalogue = Catalogue::of("bodies with a wrong end");
    for end in [
        "x", "{}", "[]", ",", "}", "]", "null", "\0", "\u{feff}", "//", ";", "\"", good,
    ] {
        let body = format!("{good}{end}").into_bytes();
        catalogue.case(
            &format!("behind: {end:?}"),
            malformed(&idp, "POST", "/Users", body),
        );
    }
    for cut in 0..good.len() {
        let body = good.as_bytes()[..cut].to_vec();
        catalogue.case(
            &format!("cut at {cut}"),
            malformed(&idp, "POST", "/Users", body),
        );
    }
    catalogue.holds(40);
    idp.get("/Users").counts(0);
}

#[test]
fn what_is_json_is_taken() {
    let house = House::open();
    let idp = house.idp();
    let cases: [(&str, &str); 12] = [
        ("\"\\u0041\\u00e9\\ud83d\\ude00\"", "Aé😀"),
        ("\"\\\"\\\\\\/\"", "\"\\/"),
        ("\"\\b\\f\\n\\r\\t\"", "\u{8}\u{c}\n\r\t"),
        ("\"\u{7f}\"", "\u{7f}"),
        ("\"\u{2028}\"", "\u{2028}"),
        ("\"\u{fffd}\"", "\u{fffd}"),
        ("\"e\u{301}\"", "e\u{301}"),
        ("\"\u{202e}abc\"", "\u{202e}abc"),
        ("\"\u{10ffff}\"", "\u{10ffff}"),
        ("\"' OR 1=1 --\"", "' OR 1=1 --"),
        ("\"<script>&amp;\"", "<script>&amp;"),
        ("\r\n\t \"x\" \n", "x"),
    ];
    for (number, (json, expected)) in cases.iter().enumerate() {
        let body = format!(" \n{{\"userName\":\"u{number}\",\"title\":{json}}}\t ");
        let request = idp
            .request("POST", "/Users")
            .body("application/json", body.into_bytes());
        let id = request.send().is(201).id();
        let user = idp.get(&format!("/Users/{id}")).json();
        assert_eq!(user["title"], *expected, "{json}");
    }
    let deep = format!(
        "{{\"userName\":\"deep\",\"unknown\":{}1{}}}",
        "[".repeat(62),
        "]".repeat(62)
    );
    idp.request("POST", "/Users")
        .body("application/json", deep.into_bytes())
        .send()
        .is(201);
}
