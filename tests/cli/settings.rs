use crate::run::House;

#[test]
fn an_unknown_setting_in_the_file_is_refused_with_a_suggestion() {
    let house = House::new();
    let file = house.path("a.toml");
    std::fs::write(&file, "publc_url = 'https://scim.example.org'").unwrap();
    house
        .run("token list --config")
        .args([&file])
        .exits(2)
        .complains("no setting is called `publc_url`")
        .mentions("hint: did you mean `public_url`?");
    std::fs::write(&file, "[limits]\nbody = 'much'").unwrap();
    house
        .run("token list --config")
        .args([&file])
        .exits(2)
        .complains("a.toml: `limits.body`: expected a number of bytes");
    std::fs::write(&file, "listen = ").unwrap();
    house.run("token list --config").args([&file]).exits(2);
    house.run("token list --config nowhere.toml").exits(2);
}

#[test]
fn flags_are_stronger_than_the_environment_and_that_than_the_file() {
    let house = House::new();
    let file = house.path("a.toml");
    std::fs::write(&file, "public_url = 'https://file.example.org'").unwrap();
    house.run("token new").exits(0);
    let url = |run: crate::run::Run| {
        let shown = run
            .args(["connection", "show", "default", "--json"])
            .exits(0);
        shown.json()["tenantUrl"].clone()
    };
    let from_file = house.run("").env("APPLIANCE_CONFIG", &file);
    assert_eq!(url(from_file), "https://file.example.org/scim/v2");
    let from_environment = house
        .run("")
        .env("APPLIANCE_CONFIG", &file)
        .env("APPLIANCE_PUBLIC_URL", "https://env.example.org");
    assert_eq!(url(from_environment), "https://env.example.org/scim/v2");
    house
        .run("serve --public-url nonsense")
        .env("APPLIANCE_PUBLIC_URL", "https://env.example.org")
        .exits(2)
        .complains("error: --public-url: `public_url`: expected an address");
    house
        .run("serve --listen 127.0.0.1:0")
        .env("APPLIANCE_LIMITS_PAGE", "0")
        .exits(2)
        .complains("environment variable APPLIANCE_LIMITS_PAGE");
}

#[test]
fn the_data_directory_is_found_in_order() {
    let house = House::new();
    let [flag, state, file] = ["flag", "state", "file"].map(|name| house.path(name));
    let config = house.path("a.toml");
    std::fs::write(&config, "data_dir = 'file'").unwrap();
    let run = || {
        house
            .run("token new")
            .env("APPLIANCE_CONFIG", &config)
            .env("APPLIANCE_DATA_DIR", "")
    };
    run().exits(0);
    assert!(file.exists());
    let two = format!("{}:/nowhere", state.display());
    run().env("STATE_DIRECTORY", &two).exits(0);
    assert!(state.exists());
    run()
        .env("STATE_DIRECTORY", &two)
        .args(["--data-dir".as_ref(), flag.as_os_str()])
        .exits(0);
    assert!(flag.exists());
    let home = house.path("home");
    house
        .run("token new")
        .env("APPLIANCE_DATA_DIR", "")
        .env("XDG_DATA_HOME", &home)
        .exits(0);
    assert!(home.join("appliance").exists());
}

#[test]
fn an_unencrypted_listener_beyond_loopback_must_be_forced() {
    House::new()
        .run("serve --tls off --listen 0.0.0.0:0")
        .exits(2)
        .complains("`tls=off` listens on loopback only");
}

#[test]
fn a_variable_that_looks_like_a_slip_is_warned_of() {
    let house = House::new();
    house
        .run("token new")
        .env("APPLIANCE_PUBLIC_ULR", "https://scim.example.org")
        .env("APPLIANCE_PORT_8443_TCP", "tcp://192.0.2.1")
        .exits(0)
        .mentions("did you mean APPLIANCE_PUBLIC_URL?");
}

#[test]
fn help_names_the_exit_codes_of_every_noun() {
    let house = House::new();
    for words in [
        "",
        "token",
        "connection",
        "schema",
        "user",
        "group",
        "import",
        "export",
        "backup",
    ] {
        let said = house.run(&format!("{words} --help")).exits(0);
        assert_eq!(said.stderr, "");
        for code in ["Exit codes:\n  0  done", "  5  done, with warnings"] {
            assert!(said.stdout.contains(code), "{words}: {}", said.stdout);
        }
    }
    house.run("").exits(2);
    house.run("tokn list").exits(2).complains("token");
    assert!(
        house
            .run("--version")
            .exits(0)
            .stdout
            .starts_with("appliance ")
    );
}
