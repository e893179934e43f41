//! One source file: which modules it declares, which paths it names, what it defines.

use super::lex::{Token, tokens};

/// A path that begins inside this crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    /// From the root of the crate.
    pub(crate) path: Vec<String>,
    pub(crate) line: usize,
    /// Inside something that only tests compile.
    pub(crate) test: bool,
}

/// A name that a file hands on: `pub use ast::Filter as Tree`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Handed {
    pub(crate) name: String,
    pub(crate) path: Vec<String>,
}

/// What matters of one file.
#[derive(Debug, Default)]
pub(crate) struct Source {
    pub(crate) references: Vec<Reference>,
    pub(crate) handed: Vec<Handed>,
    /// `mod x;` declarations, and whether only tests compile them.
    pub(crate) modules: Vec<(String, bool)>,
    /// Items other than `mod x;` and `pub use`, as `line: keyword`.
    pub(crate) definitions: Vec<String>,
    /// Every identifier with its line, attributes included.
    pub(crate) words: Vec<(String, usize)>,
}

const ITEMS: [&str; 13] = [
    "fn",
    "struct",
    "enum",
    "union",
    "trait",
    "impl",
    "const",
    "static",
    "type",
    "macro_rules",
    "extern",
    "let",
    "unsafe",
];

/// Reads the file that is module `module` (path from the root) of this crate.
pub(crate) fn read(text: &str, module: &[String]) -> Source {
    let tokens = tokens(text);
    let mut source = Source::default();
    for token in &tokens {
        for word in token.text.split(|c: char| !c.is_alphanumeric() && c != '_') {
            if !word.is_empty() {
                source.words.push((word.to_owned(), token.line));
            }
        }
    }
    let children: Vec<String> = tokens
        .windows(3)
        .filter(|three| three[0].text == "mod" && three[2].text == ";")
        .map(|three| three[1].text.clone())
        .collect();
    Reader {
        tokens: &tokens,
        at: 0,
        here: module.to_vec(),
        scopes: Vec::new(),
        test_next: false,
        children,
        source: &mut source,
    }
    .read();
    source
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    /// The module that `self` means at this place.
    here: Vec<String>,
    scopes: Vec<Scope>,
    /// `#[cfg(test)]` was read, and the item it belongs to was not.
    test_next: bool,
    children: Vec<String>,
    source: &'a mut Source,
}

struct Scope {
    module: bool,
    test: bool,
}

impl Reader<'_> {
    fn read(mut self) {
        let mut public = false;
        while let Some(token) = self.tokens.get(self.at) {
            let line = token.line;
            match token.text.as_str() {
                "#[cfg(test)]" => self.test_next = true,
                "pub" => {
                    public = true;
                    self.at += 1;
                    if self.text(0) == "(" {
                        while !matches!(self.text(0), ")" | "") {
                            self.at += 1;
                        }
                        self.at += 1;
                    }
                    continue;
                }
                "mod" if self.text(2) == ";" => {
                    let name = self.text(1).to_owned();
                    let test = self.in_test();
                    self.source.modules.push((name, test));
                    self.test_next = false;
                    self.at += 2;
                }
                "mod" if self.text(2) == "{" => {
                    if !self.in_test() {
                        self.define("mod", line);
                    }
                    self.here.push(self.text(1).to_owned());
                    self.open(true);
                    self.at += 2;
                }
                "use" => {
                    self.at += 1;
                    self.use_item(line, public);
                }
                "{" => self.open(false),
                "}" => self.close(),
                ";" => self.test_next = false,
                "crate" | "super" | "self" | "appliance" if self.text(1) == "::" => self.path(line),
                word if ITEMS.contains(&word) => self.define(word, line),
                _ => {}
            }
            if !token.text.starts_with('#') {
                public = false;
            }
            self.at += 1;
        }
    }

    fn text(&self, ahead: usize) -> &str {
        self.tokens
            .get(self.at + ahead)
            .map_or("", |token| token.text.as_str())
    }

    fn in_test(&self) -> bool {
        self.test_next || self.scopes.iter().any(|scope| scope.test)
    }

    fn open(&mut self, module: bool) {
        let test = std::mem::take(&mut self.test_next);
        self.scopes.push(Scope { module, test });
    }

    fn close(&mut self) {
        if self.scopes.pop().is_some_and(|scope| scope.module) {
            self.here.pop();
        }
    }

    fn define(&mut self, keyword: &str, line: usize) {
        if self.scopes.is_empty() {
            self.source.definitions.push(format!("{line}: {keyword}"));
        }
    }

    /// A path in an expression or a type, from its first word on.
    fn path(&mut self, line: usize) {
        let mut names = vec![self.text(0).to_owned()];
        while self.text(1) == "::" && is_word(self.text(2)) {
            names.push(self.text(2).to_owned());
            self.at += 2;
        }
        self.refer(&names, line);
    }

    /// A whole `use` item, from behind the keyword to its semicolon.
    fn use_item(&mut self, line: usize, public: bool) {
        let mut leaves = Vec::new();
        self.tree(&mut Vec::new(), &mut leaves);
        for (names, alias) in leaves {
            let Some(path) = self.absolute(&names) else {
                continue;
            };
            if public && let Some(name) = alias.or_else(|| path.last().cloned()) {
                let path = path.clone();
                self.source.handed.push(Handed { name, path });
            }
            let test = self.in_test();
            self.source.references.push(Reference { path, line, test });
        }
        if !public && !self.in_test() {
            self.define("use", line);
        }
        while !matches!(self.text(0), ";" | "") {
            self.at += 1;
        }
        self.test_next = false;
    }

    /// One branch of a use tree; stands behind it afterwards.
    fn tree(&mut self, prefix: &mut Vec<String>, leaves: &mut Vec<(Vec<String>, Option<String>)>) {
        let depth = prefix.len();
        loop {
            match self.text(0) {
                "{" => {
                    self.at += 1;
                    while !matches!(self.text(0), "}" | "") {
                        self.tree(prefix, leaves);
                        if self.text(0) == "," {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    break;
                }
                "::" => self.at += 1,
                "*" => {
                    self.at += 1;
                    let mut path = prefix.clone();
                    path.push("*".into());
                    leaves.push((path, None));
                    break;
                }
                word if is_word(word) => {
                    let word = word.to_owned();
                    self.at += 1;
                    // `use a::{self, b}`: the braces' `self` is the prefix itself.
                    if word != "self" || prefix.is_empty() {
                        prefix.push(word);
                    }
                    if self.text(0) == "as" {
                        let alias = self.text(1).to_owned();
                        self.at += 2;
                        leaves.push((prefix.clone(), Some(alias)));
                        break;
                    }
                    if self.text(0) != "::" {
                        leaves.push((prefix.clone(), None));
                        break;
                    }
                }
                _ => break,
            }
        }
        prefix.truncate(depth);
    }

    fn refer(&mut self, names: &[String], line: usize) {
        if let Some(path) = self.absolute(names) {
            let test = self.in_test();
            self.source.references.push(Reference { path, line, test });
        }
    }

    /// The path from the root of the crate; `None` when it leads into another crate.
    fn absolute(&self, names: &[String]) -> Option<Vec<String>> {
        let (first, rest) = names.split_first()?;
        let mut path = match first.as_str() {
            "crate" | "appliance" => Vec::new(),
            "self" => self.here.clone(),
            "super" => self.here.split_last()?.1.to_vec(),
            child if self.children.iter().any(|known| known == child) => {
                let mut path = self.here.clone();
                path.push(child.to_owned());
                path
            }
            _ => return None,
        };
        for name in rest {
            if name == "super" {
                path.pop()?;
            } else {
                path.push(name.clone());
            }
        }
        Some(path)
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str, module: &str) -> Vec<String> {
        let module: Vec<String> = module.split("::").map(str::to_owned).collect();
        read(text, &module)
            .references
            .into_iter()
            .map(|reference| {
                let mark = if reference.test { "test " } else { "" };
                format!("{mark}{}", reference.path.join("::"))
            })
            .collect()
    }

    #[test]
    fn every_form_of_use_is_read() {
        assert_eq!(
            paths(
                "use super::{ast::{Filter, Literal as L}, lex::*, self};\nuse crate::base::Clock;\nuse std::fmt;",
                "scim::filter::parse"
            ),
            [
                "scim::filter::ast::Filter",
                "scim::filter::ast::Literal",
                "scim::filter::lex::*",
                "scim::filter",
                "base::Clock"
            ]
        );
    }

    #[test]
    fn paths_in_expressions_and_visibilities_are_told_apart() {
        assert_eq!(
            paths(
                "pub(in crate::http) fn a() -> crate::base::Clock { super::b::c() }",
                "http::x"
            ),
            ["base::Clock", "http::b::c"]
        );
    }

    #[test]
    fn inside_a_test_module_super_is_the_file() {
        assert_eq!(
            paths(
                "#[cfg(test)]\nmod tests { use super::x; use super::super::y; } use super::z;",
                "a::b"
            ),
            ["test a::b::x", "test a::y", "a::z"]
        );
    }

    #[test]
    fn a_table_of_contents_defines_nothing() {
        let module = ["a".to_owned()];
        let text =
            "//! doc\nmod b;\n#[cfg(test)]\nmod c;\npub use b::{B, C as D};\npub(super) mod e;";
        let source = read(text, &module);
        assert!(source.definitions.is_empty(), "{:?}", source.definitions);
        assert_eq!(
            source.modules,
            [("b".into(), false), ("c".into(), true), ("e".into(), false)]
        );
        let handed: Vec<&str> = source
            .handed
            .iter()
            .map(|handed| handed.name.as_str())
            .collect();
        assert_eq!(handed, ["B", "D"]);
        for (text, expected) in [
            ("pub fn a() {}", "1: fn"),
            ("\npub struct A;", "2: struct"),
            ("use b::B;", "1: use"),
            ("mod b { }", "1: mod"),
            ("pub const A: u8 = 1;", "1: const"),
        ] {
            assert_eq!(read(text, &module).definitions, [expected], "{text}");
        }
    }
}
