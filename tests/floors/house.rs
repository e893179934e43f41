//! The rules of the house, applied to a set of files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::source::{self, Handed, Source};

/// Which floors a floor may use. A floor may always use itself.
const FLOORS: [(&str, &[&str]); 9] = [
    ("base", &[]),
    ("scim", &["base"]),
    ("store", &["base", "scim"]),
    ("provision", &["base", "scim", "store"]),
    ("operate", &["base", "scim", "store"]),
    ("http", &["base", "scim", "store", "provision", "operate"]),
    ("tasks", &["base", "store", "operate"]),
    (
        "cli",
        &[
            "base",
            "scim",
            "store",
            "provision",
            "operate",
            "http",
            "tasks",
        ],
    ),
    ("main", &["cli"]),
];

/// Which floor knows which foreign crate.
const FOREIGN: [(&str, &str); 3] = [
    ("rusqlite", "store"),
    ("actix_web", "http"),
    ("clap", "cli"),
];

/// Every `.rs` file below `root`, by its name from there.
pub(crate) fn files(root: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                files.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

/// What is wrong in this house, each complaint with its place, in order.
pub(crate) fn complaints(files: &BTreeMap<String, String>) -> Vec<String> {
    let house = House::build(files);
    let mut found = BTreeSet::new();
    for room in &house.rooms {
        check_floor(room, &mut found);
        check_foreign(room, &mut found);
        check_contents(room, &mut found);
        house.check_detours(room, &mut found);
    }
    house.check_circles(&mut found);
    found.into_iter().collect()
}

type Complaints = BTreeSet<String>;
type ModulePath = Vec<String>;

struct Room {
    /// The name of the file, from `src` on.
    file: String,
    module: ModulePath,
    source: Source,
    /// Only compiled for tests, as a whole.
    test: bool,
}

struct House {
    rooms: Vec<Room>,
    by_module: BTreeMap<ModulePath, usize>,
}

impl Room {
    fn is_contents(&self) -> bool {
        self.file.ends_with("mod.rs") || self.file == "lib.rs"
    }

    /// Where `name` comes from, if this file hands it on.
    fn hands(&self, name: &str) -> Option<&Handed> {
        self.source.handed.iter().find(|handed| handed.name == name)
    }

    fn floor(&self) -> &str {
        self.module.first().map_or("lib", String::as_str)
    }
}

fn module_of(file: &str) -> ModulePath {
    let stem = file.trim_end_matches(".rs");
    let stem = stem.strip_suffix("/mod").unwrap_or(stem);
    if stem == "lib" {
        return Vec::new();
    }
    stem.split('/').map(str::to_owned).collect()
}

impl House {
    fn build(files: &BTreeMap<String, String>) -> Self {
        let mut rooms: Vec<Room> = files
            .iter()
            .map(|(file, text)| {
                let module = module_of(file);
                let source = source::read(text, &module);
                Room {
                    file: file.clone(),
                    module,
                    source,
                    test: false,
                }
            })
            .collect();
        let tested: Vec<ModulePath> = rooms
            .iter()
            .flat_map(|room| {
                let test_only = room.source.modules.iter().filter(|(_, test)| *test);
                test_only
                    .map(|(name, _)| [room.module.as_slice(), std::slice::from_ref(name)].concat())
            })
            .collect();
        for room in &mut rooms {
            room.test = tested.iter().any(|module| room.module.starts_with(module));
        }
        let by_module = rooms
            .iter()
            .enumerate()
            .map(|(index, room)| (room.module.clone(), index))
            .collect();
        Self { rooms, by_module }
    }

    /// A file that imports through a `mod.rs` above it makes a circle of child and parent.
    fn check_detours(&self, room: &Room, found: &mut Complaints) {
        if room.is_contents() || room.file == "main.rs" || room.test {
            return;
        }
        for reference in room
            .source
            .references
            .iter()
            .filter(|reference| !reference.test)
        {
            let (at, rest) = self.walk(&reference.path);
            let Some(contents) = at.map(|index| &self.rooms[index]) else {
                continue;
            };
            let Some(item) = rest.first() else {
                continue;
            };
            // A name that the root does not hand on is a floor that these files do not have.
            let nowhere = contents.module.is_empty() && contents.hands(item).is_none();
            if nowhere || !contents.is_contents() || !room.module.starts_with(&contents.module) {
                continue;
            }
            let named = [contents.module.as_slice(), std::slice::from_ref(item)].concat();
            let (index, path) = self.resolve(&named, 0);
            let better = match index {
                Some(index) if !self.rooms[index].is_contents() => {
                    format!("import `crate::{}`", path.join("::"))
                }
                _ => "import it from the file that defines it".to_owned(),
            };
            found.insert(format!(
                "src/{}:{}: `{}` is imported through a table of contents above this file; {better}",
                room.file,
                reference.line,
                named.join("::"),
            ));
        }
    }

    /// The file in which the modules of `path` end, and the names that are left.
    fn walk<'p>(&self, path: &'p [String]) -> (Option<usize>, &'p [String]) {
        for length in (0..=path.len()).rev() {
            let (module, rest) = path.split_at(length);
            if let Some(index) = self.by_module.get(module) {
                return (Some(*index), rest);
            }
        }
        (None, path)
    }

    /// The file that defines what `path` names, and its path there: `pub use` is followed.
    fn resolve(&self, path: &[String], depth: u8) -> (Option<usize>, ModulePath) {
        let (at, rest) = self.walk(path);
        let (Some(index), Some((name, more))) = (at, rest.split_first()) else {
            return (at, path.to_vec());
        };
        let room = &self.rooms[index];
        match room.hands(name) {
            Some(handed) if depth < 8 && handed.path != path => {
                let further = [handed.path.as_slice(), more].concat();
                self.resolve(&further, depth + 1)
            }
            _ => (at, path.to_vec()),
        }
    }

    /// Which file uses which, tests left out.
    fn edges(&self) -> BTreeMap<usize, BTreeSet<usize>> {
        let mut edges: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (from, room) in self.rooms.iter().enumerate().filter(|(_, room)| !room.test) {
            for reference in room
                .source
                .references
                .iter()
                .filter(|reference| !reference.test)
            {
                let (to, _) = self.resolve(&reference.path, 0);
                if let Some(to) = to.filter(|to| *to != from && !self.rooms[*to].module.is_empty())
                {
                    edges.entry(from).or_default().insert(to);
                }
            }
        }
        edges
    }

    fn check_circles(&self, found: &mut Complaints) {
        let edges = self.edges();
        let mut folders: BTreeSet<&[String]> = BTreeSet::new();
        for room in &self.rooms {
            for length in 0..room.module.len() {
                folders.insert(&room.module[..length]);
            }
        }
        let files: BTreeMap<usize, BTreeSet<usize>> = edges
            .iter()
            .filter(|(from, _)| !self.rooms[**from].is_contents())
            .map(|(from, to)| (*from, to.clone()))
            .collect();
        let mut circled: BTreeSet<&[String]> = BTreeSet::new();
        for circle in circles(&files) {
            let modules: Vec<&[String]> = circle
                .iter()
                .map(|index| &*self.rooms[*index].module)
                .collect();
            let folder = common(&modules);
            circled.insert(folder);
            let names: Vec<&str> = circle
                .iter()
                .map(|index| &*self.rooms[*index].file)
                .collect();
            let name = place(folder);
            found.insert(format!(
                "{name}: a circle: {} → {}",
                names.join(" → "),
                names[0]
            ));
        }
        // Between floors their table rules; and one word is enough for one circle.
        circled.insert(&[]);
        for folder in folders.difference(&circled) {
            let mut between: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
            for (from, targets) in &edges {
                for to in targets {
                    let ends = [*from, *to].map(|index| {
                        let below = self.rooms[index].module.strip_prefix(*folder)?;
                        below.first().map(String::as_str)
                    });
                    if let [Some(from), Some(to)] = ends
                        && from != to
                    {
                        between.entry(from).or_default().insert(to);
                    }
                }
            }
            for circle in circles(&between) {
                let name = place(folder);
                found.insert(format!(
                    "{name}: a circle of rooms: {} → {}",
                    circle.join(" → "),
                    circle[0]
                ));
            }
        }
    }
}

fn check_floor(room: &Room, found: &mut Complaints) {
    let own = room.floor();
    if own == "lib" {
        return;
    }
    let Some((_, allowed)) = FLOORS.iter().find(|(floor, _)| *floor == own) else {
        found.insert(format!("src/{}: there is no floor `{own}`", room.file));
        return;
    };
    for reference in &room.source.references {
        let Some(floor) = reference.path.first() else {
            continue;
        };
        let known = FLOORS.iter().any(|(name, _)| name == floor);
        if known && floor != own && !allowed.contains(&floor.as_str()) {
            let at = format!("src/{}:{}", room.file, reference.line);
            found.insert(format!("{at}: floor `{own}` may not use floor `{floor}`"));
        }
    }
}

fn check_foreign(room: &Room, found: &mut Complaints) {
    for (word, line) in &room.source.words {
        for (foreign, floor) in FOREIGN {
            if word == foreign && room.floor() != floor {
                let at = format!("src/{}:{line}", room.file);
                found.insert(format!("{at}: only `{floor}` may name `{foreign}`"));
            }
        }
    }
}

fn check_contents(room: &Room, found: &mut Complaints) {
    if room.is_contents() {
        for definition in &room.source.definitions {
            found.insert(format!(
                "src/{}:{definition}: a table of contents holds `mod` and `pub use` only",
                room.file
            ));
        }
    }
}

fn place(folder: &[String]) -> String {
    format!("src/{}", folder.join("/"))
}

/// The longest folder that holds all these modules.
fn common<'a>(modules: &[&'a [String]]) -> &'a [String] {
    let first = modules[0];
    let mut length = first.len().saturating_sub(1);
    for module in modules {
        let same = first
            .iter()
            .zip(module.iter())
            .take_while(|(left, right)| left == right)
            .count();
        length = length.min(same);
    }
    &first[..length]
}

/// One circle for every set of nodes that reach each other, beginning at its smallest node.
fn circles<N: Copy + Ord>(edges: &BTreeMap<N, BTreeSet<N>>) -> Vec<Vec<N>> {
    let mut seen: BTreeSet<N> = BTreeSet::new();
    let mut found = Vec::new();
    for start in edges.keys().copied() {
        if seen.contains(&start) {
            continue;
        }
        if let Some(circle) = shortest_circle(edges, start) {
            seen.extend(circle.iter().copied());
            found.push(circle);
        }
    }
    found
}

/// The shortest way from `start` back to itself.
fn shortest_circle<N: Copy + Ord>(edges: &BTreeMap<N, BTreeSet<N>>, start: N) -> Option<Vec<N>> {
    let mut before: BTreeMap<N, N> = BTreeMap::new();
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for next in edges.get(&node).into_iter().flatten().copied() {
            if next == start {
                let mut circle = vec![node];
                while let Some(previous) = before.get(circle.last()?) {
                    circle.push(*previous);
                }
                circle.reverse();
                return Some(circle);
            }
            if let std::collections::btree_map::Entry::Vacant(entry) = before.entry(next) {
                entry.insert(node);
                queue.push_back(next);
            }
        }
    }
    None
}
