//! A foreign program and what it needs: the address, a token, and the certificate to trust.

use std::path::PathBuf;
use std::process::{Command, Output};

use crate::house::server::House;

/// Both dialects: no peer may find anything in either.
pub(crate) const DIALECTS: [&str; 2] = ["strict", "tolerant"];

/// A house in one dialect, and a token for it.
pub(crate) struct Host {
    pub(crate) house: House,
    pub(crate) token: String,
}

impl Host {
    pub(crate) fn open(dialect: &str) -> Self {
        let house = House::open();
        let setting = format!("dialect={dialect}");
        house
            .cli(&["connection", "set", "default", &setting])
            .exits(0);
        let token = house.cli(&["token", "new"]).prints();
        Self { house, token }
    }

    /// The base address, as an operator would copy it.
    pub(crate) fn url(&self) -> String {
        self.house.url()
    }

    /// The certificate that a client must trust.
    pub(crate) fn certificate(&self) -> PathBuf {
        self.house.data().join("certificate.pem")
    }

    /// Runs an installed program to its end. It sees nothing of the caller's environment that could
    /// lead it elsewhere, such as a proxy.
    pub(crate) fn run(&self, name: &str, args: &[&str], variables: &[(&str, &str)]) -> Output {
        let program = installed(name);
        Command::new(&program)
            .args(args)
            .env_clear()
            .env("SSL_CERT_FILE", self.certificate())
            .env("PYTHONUTF8", "1")
            .envs(variables.iter().copied())
            .output()
            .unwrap_or_else(|error| panic!("{}: {error}", program.display()))
    }
}

/// Where a program is: in the virtual environment that `PEERS` names.
pub(crate) fn installed(name: &str) -> PathBuf {
    let place = std::env::var_os("PEERS").unwrap_or_else(|| {
        panic!(
            "PEERS is not set: it names the virtual environment with tests/peers/requirements.txt"
        )
    });
    PathBuf::from(place).join("bin").join(name)
}

/// All that a program said.
pub(crate) fn told(output: &Output) -> String {
    format!(
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
