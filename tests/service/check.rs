//! `appliance check`: a sound installation, and many that are not.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;

use crate::house::run::Run;
use crate::house::server::House;

/// What is found of one topic, the worst first.
#[track_caller]
fn found(check: &Value, topic: &str) -> Value {
    let findings = check["findings"].as_array().unwrap();
    let mut of_topic: Vec<&Value> = findings
        .iter()
        .filter(|finding| finding["topic"] == topic)
        .collect();
    of_topic.sort_by_key(|finding| finding["verdict"] == "good");
    (*of_topic
        .first()
        .unwrap_or_else(|| panic!("no {topic} in {check:#}")))
    .clone()
}

#[track_caller]
fn check(data: &Path, options: &[&str], code: i32) -> Value {
    let run = Run::new(data, &[&["check", "--json"], options].concat()).exits(code);
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn an_installation_behind_a_proxy_is_fit_while_it_runs_and_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("appliance.toml");
    fs::write(&config, "tls = 'off'\nlisten = '127.0.0.1:0'\n").unwrap();
    let options = ["--config", config.to_str().unwrap()];
    let mut house = House::with(&options);
    house.idp().user("mira@example.net");
    let report = check(&house.data(), &options, 0);
    assert_eq!(report["verdict"], "good");
    for topic in [
        "settings",
        "certificate",
        "disk",
        "files",
        "clock",
        "database",
    ] {
        assert_eq!(found(&report, topic)["verdict"], "good", "{report:#}");
    }
    let server = found(&report, "server")["text"].clone();
    assert!(
        server.as_str().unwrap().starts_with("runs at http://"),
        "{server}"
    );
    let version = report["sqlite"]["version"].as_str().unwrap();
    assert!(version >= "3.51.3", "{version}");
    let connections = report["sqlite"]["connections"].as_array().unwrap();
    assert!(connections.len() >= 4);
    for connection in connections {
        assert_eq!(connection["pragmas"]["synchronous"], "2");
        assert_eq!(connection["pragmas"]["foreign_keys"], "1");
    }
    house.stop();
    let report = check(&house.data(), &options, 0);
    assert_eq!(found(&report, "server")["text"], "does not run");
    let said = house.cli(&["check", "--config", options[1]]).prints();
    assert!(
        said.contains("good      database     every page is sound"),
        "{said}"
    );
    assert!(
        said.contains("readers: journal_mode=wal synchronous=2"),
        "{said}"
    );
}

#[test]
fn every_setting_is_shown_with_where_it_came_from() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("a.toml");
    fs::write(&config, "[limits]\npage = 50\ndefault_page = 20\n").unwrap();
    let report = check(folder.path(), &["--config", config.to_str().unwrap()], 5);
    let settings = report["settings"].as_array().unwrap();
    let setting = |name: &str| {
        let found = settings.iter().find(|row| row["name"] == name);
        found.unwrap_or_else(|| panic!("{name}"))
    };
    assert_eq!(setting("limits.page")["value"], "50");
    assert_eq!(setting("limits.page")["from"], config.to_str().unwrap());
    assert_eq!(setting("limits.body")["value"], "4MiB");
    assert_eq!(setting("limits.body")["from"], "default");
    assert_eq!(setting("public_url")["value"], Value::Null);
    assert_eq!(setting("data_dir")["from"], "--data-dir");
}

#[test]
fn all_that_is_wrong_with_the_settings_is_said_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("a.toml");
    fs::write(
        &config,
        "publc_url = 'https://scim.example.org'\nlisten = 'everywhere'\n[limits]\npage = 0\n",
    )
    .unwrap();
    let report = check(folder.path(), &["--config", config.to_str().unwrap()], 2);
    let wrong: Vec<&Value> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["verdict"] == "wrong")
        .collect();
    assert_eq!(wrong.len(), 3, "{report:#}");
    let slip = wrong
        .iter()
        .find(|finding| finding["text"].as_str().unwrap().contains("publc_url"));
    assert_eq!(slip.unwrap()["remedy"], "did you mean `public_url`?");
}

#[test]
fn a_file_that_others_can_read_is_named_and_narrowed() {
    let mut house = House::open();
    house.stop();
    let wide = |name: &str| {
        let place = house.data().join(name);
        fs::set_permissions(&place, fs::Permissions::from_mode(0o644)).unwrap();
    };
    let mode = |name: &str| {
        let about = fs::metadata(house.data().join(name)).unwrap();
        about.permissions().mode() & 0o777
    };
    let kept = "appliance.sqlite.before-restore-20261126T093000Z";
    fs::write(house.data().join(kept), "").unwrap();
    let ours = [
        "appliance.lock",
        "appliance.sqlite",
        kept,
        "certificate.key",
        "exchanges.sqlite",
    ];
    ours.into_iter().for_each(wide);
    let report = check(&house.data(), &[], 5);
    let files = found(&report, "files");
    assert_eq!(files["verdict"], "warning");
    for name in ours {
        let text = files["text"].as_str().unwrap();
        assert!(text.contains(&format!("{name} (644)")), "{files}");
        assert_eq!(mode(name), 0o600, "{name}");
    }
    let report = check(&house.data(), &[], 5);
    assert_eq!(found(&report, "files")["verdict"], "good");

    // What is not ours may be meant so.
    fs::write(house.data().join("notes.txt"), "mine").unwrap();
    wide("notes.txt");
    let report = check(&house.data(), &[], 5);
    let files = found(&report, "files");
    assert_eq!(files["verdict"], "warning");
    assert!(
        files["remedy"].as_str().unwrap().contains("chmod"),
        "{files}"
    );
    assert_eq!(mode("notes.txt"), 0o644);
}

#[test]
fn a_key_that_others_can_read_and_one_that_does_not_fit_are_wrong() {
    let mut house = House::open();
    house.stop();
    let folder = tempfile::tempdir().unwrap();
    let [certificate, key] = ["certificate.pem", "certificate.key"].map(|name| {
        let place = folder.path().join(name);
        fs::copy(house.data().join(name), &place).unwrap();
        place.to_str().unwrap().to_owned()
    });
    let config = folder.path().join("a.toml");
    let config_path = config.to_str().unwrap();
    fs::write(
        &config,
        format!("tls_cert = '{certificate}'\ntls_key = '{key}'\n"),
    )
    .unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let report = check(&house.data(), &["--config", config_path], 2);
    let text = found(&report, "certificate")["text"].to_string();
    assert!(
        text.contains("other accounts may read this private key"),
        "{text}"
    );

    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let report = check(&house.data(), &["--config", config_path], 5);
    let text = found(&report, "certificate")["text"].to_string();
    assert!(text.contains("self-signed"), "{text}");

    fs::write(&key, "no key").unwrap();
    check(&house.data(), &["--config", config_path], 2);
}

#[test]
fn commands_know_the_certificate_that_only_the_unit_names() {
    let mut maker = House::open();
    maker.stop();
    let folder = tempfile::tempdir().unwrap();
    let [certificate, key] = ["certificate.pem", "certificate.key"].map(|name| {
        let named = folder.path().join(name);
        fs::copy(maker.data().join(name), &named).unwrap();
        named.to_str().unwrap().to_owned()
    });
    let mut house = House::with(&["--tls-cert", &certificate, "--tls-key", &key]);
    let status = |house: &House| {
        let said = Run::new(&house.data(), &["status", "--json"]).prints();
        serde_json::from_str::<Value>(&said).unwrap()
    };
    assert_eq!(status(&house)["certificate"]["file"], certificate);
    let report = check(&house.data(), &[], 5);
    let text = found(&report, "certificate")["text"].to_string();
    assert!(text.contains("self-signed"), "{text}");

    house.stop();
    assert_eq!(status(&house)["certificate"], Value::Null);
}

#[test]
fn a_damaged_page_is_found_and_the_database_is_broken() {
    let mut house = House::with(&["--tls", "off"]);
    let idp = house.idp();
    for number in 0..200 {
        idp.user(&format!("user{number}@example.net"));
    }
    house.stop();
    let file = house.data().join("appliance.sqlite");
    let mut bytes = fs::read(&file).unwrap();
    // Not the first pages, without which there would be nothing to open.
    for page in [10, 20, 30] {
        bytes[page * 4_096..(page + 1) * 4_096].fill(0xa5);
    }
    fs::write(&file, bytes).unwrap();
    let report = check(&house.data(), &[], 1);
    let database = found(&report, "database");
    assert_eq!(database["verdict"], "broken", "{report:#}");
    assert!(
        database["remedy"]
            .as_str()
            .unwrap()
            .contains("restore a backup"),
        "{database}"
    );
}

#[test]
fn a_file_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).unwrap();
    let file = data.join("appliance.sqlite");
    fs::write(
        &file,
        "this is no database, but somebody's diary, and it is long enough ".repeat(99),
    )
    .unwrap();
    let before = fs::read(&file).unwrap();
    let report = check(&data, &[], 1);
    assert_eq!(found(&report, "database")["verdict"], "broken");
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn nothing_is_made_where_nothing_is() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let report = check(&data, &[], 5);
    let text = found(&report, "database")["text"].to_string();
    assert!(text.contains("the first start makes it"), "{text}");
    assert!(!data.exists());
}

#[test]
fn a_tenant_url_that_nobody_answers_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("a.toml");
    fs::write(&config, "public_url = 'https://127.0.0.1:1'\n").unwrap();
    let report = check(folder.path(), &["--config", config.to_str().unwrap()], 5);
    let reach = found(&report, "reach");
    assert_eq!(reach["verdict"], "warning");
    assert!(
        reach["text"]
            .as_str()
            .unwrap()
            .contains("https://127.0.0.1:1/scim/v2"),
        "{reach}"
    );
}

#[test]
fn a_server_that_was_killed_is_not_said_to_run() {
    let mut house = House::with(&["--tls", "off"]);
    let runs = |data: &Path| found(&check(data, &[], 0), "server")["text"].to_string();
    let data = house.data();
    assert!(runs(&data).contains("runs at http://"), "{}", runs(&data));
    house.kill();
    assert!(runs(&data).contains("does not run"), "{}", runs(&data));
    let made = house.cli(&["token", "new"]).exits(0);
    assert!(!made.stderr.contains("Tenant URL: "), "{}", made.stderr);
}
