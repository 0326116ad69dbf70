//! Draws the modules' imports, so that no two modules come to depend on each other without a reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::rust_sources::{code, rust_files};

/// The names of modules from the crate's root to a module.
type ModulePath = Vec<String>;

const CRATES: [&str; 7] =
    ["src", "cli/src", "contract/src", "files/src", "model/src", "providers/src", "sandbox/src"];

/// Modules that import each other, and why. DESIGN.md has the reason in full.
const ALLOWED: [(&str, &[&str], &str); 1] = [(
    "providers/src",
    &["cloverhound", "declared", "emnify", "onecloud", "provider", "smarttask", "vendor"],
    "enum_dispatch needs the enum of the adapters beside the trait that they implement",
)];

/// Returns the modules of a crate with the code of each, without its tests and comments.
fn modules(source: &Path) -> BTreeMap<ModulePath, String> {
    let module = |path: PathBuf| (module_path(&path, source), code(&fs::read_to_string(&path).unwrap()));
    let is_a_test = |path: &ModulePath| path.iter().any(|name| name == "tests");
    rust_files(source).into_iter().map(module).filter(|(path, _)| !is_a_test(path)).collect()
}

fn module_path(file: &Path, source: &Path) -> ModulePath {
    let relative: PathBuf = file.strip_prefix(source).unwrap().with_extension("");
    let names = relative.iter().map(|name| name.to_str().unwrap().to_owned());
    names.filter(|name| name != "lib").collect()
}

/// Returns the paths that a module imports from its crate.
fn imports(module: &ModulePath, code: &str) -> Vec<ModulePath> {
    let mut paths = Vec::new();
    for statement in code.split(';') {
        let line_start = statement.rfind("\nuse ").or_else(|| statement.rfind("\npub use "));
        let start = line_start.or_else(|| statement.rfind(") use ")).unwrap_or_default();
        if let Some((_, tree)) = statement[start..].split_once("use ") {
            expand(&[], tree, &mut paths);
        }
    }
    paths.iter().filter_map(|path| within_crate(module, path)).collect()
}

/// Adds the paths of a tree such as `a::{b, c::{d, e}}`.
fn expand(prefix: &[String], tree: &str, paths: &mut Vec<ModulePath>) {
    let tree = tree.trim();
    let (names, branches) = match tree.split_once('{') {
        Some((names, branches)) => (names, branches.strip_suffix('}')),
        None => (tree, None),
    };
    let mut path = prefix.to_vec();
    path.extend(names.split("::").map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()));
    let Some(branches) = branches else {
        paths.push(path);
        return;
    };
    let (mut depth, mut start) = (0, 0);
    for (index, character) in branches.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                expand(&path, &branches[start..index], paths);
                start = index + 1;
            }
            _ => {}
        }
    }
    if !branches[start..].trim().is_empty() {
        expand(&path, &branches[start..], paths);
    }
}

/// Returns the path from the crate's root. `None` for a path of another crate.
fn within_crate(module: &ModulePath, path: &[String]) -> Option<ModulePath> {
    let mut start = module.clone();
    let rest = match path.first()?.as_str() {
        "crate" => {
            start.clear();
            &path[1..]
        }
        "self" => &path[1..],
        "super" => {
            let levels = path.iter().take_while(|name| *name == "super").count();
            start.truncate(module.len().checked_sub(levels)?);
            &path[levels..]
        }
        _ => return None,
    };
    start.extend_from_slice(rest);
    Some(start)
}

/// Returns the sets of sibling modules that import each other, at every level of a crate.
fn circles(modules: &BTreeMap<ModulePath, String>) -> BTreeSet<Vec<String>> {
    let mut siblings: BTreeMap<ModulePath, BTreeSet<ModulePath>> = BTreeMap::new();
    for (module, code) in modules {
        for mut target in imports(module, code) {
            while !modules.contains_key(&target) {
                target.pop();
            }
            let common = module.iter().zip(&target).take_while(|(one, other)| one == other).count();
            if common < module.len() && common < target.len() {
                let (from, to) = (module[..=common].to_vec(), target[..=common].to_vec());
                siblings.entry(from).or_default().insert(to);
            }
        }
    }
    let all_dependencies = |from: &ModulePath| {
        let (mut dependencies, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(module) = next.pop() {
            for target in siblings.get(module).into_iter().flatten() {
                if dependencies.insert(target.clone()) {
                    next.push(target);
                }
            }
        }
        dependencies
    };
    let dependencies: BTreeMap<_, _> =
        siblings.keys().map(|module| (module, all_dependencies(module))).collect();
    let depends_on =
        |from: &ModulePath, to: &ModulePath| dependencies.get(from).is_some_and(|it| it.contains(to));
    let in_circles = siblings.keys().filter(|module| depends_on(module, module));
    let circle_of = |module: &ModulePath| {
        let members = dependencies[module].iter().filter(|other| depends_on(other, module));
        members.map(|path| path.join("::")).collect()
    };
    in_circles.map(circle_of).collect()
}

#[test]
fn no_modules_import_each_other_without_a_reason() {
    for name in CRATES {
        let modules = modules(&Path::new(env!("CARGO_MANIFEST_DIR")).join(name));
        let allowed: BTreeSet<Vec<String>> = ALLOWED
            .iter()
            .filter(|(in_crate, ..)| *in_crate == name)
            .map(|(_, circle, _)| circle.iter().map(|&module| module.to_owned()).collect())
            .collect();
        assert_eq!(circles(&modules), allowed, "modules of {name} that import each other");
    }
}

#[test]
fn a_circle_between_siblings_is_found_through_their_children() {
    let modules = [
        (vec![], "mod a; mod b;"),
        (vec!["a"], "mod inner;\npub(crate) use self::inner::Inner;"),
        (vec!["a", "inner"], "use crate::{b::{self, B}, c::C};"),
        (vec!["b"], "use std::fmt;\nuse super::a::Inner;"),
        (vec!["c"], "use serde::Serialize;"),
    ];
    let modules = modules.map(|(path, code)| {
        let path: ModulePath = path.into_iter().map(str::to_owned).collect();
        (path, code.to_owned())
    });
    let circle = vec!["a".to_owned(), "b".to_owned()];
    assert_eq!(circles(&modules.into()), BTreeSet::from([circle]));
}
