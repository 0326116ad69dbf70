//! The shape of JSON documents: types and keys without values.
//!
//! An empty list says nothing about its entries, and `null` says nothing about the type of a value.

mod path;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

pub(crate) use self::path::ShapePath;
use crate::grade::Grade;
use crate::member_names::is_identifier;

/// The name of every key that is no [identifier](is_identifier), but an id, an address or a sentence.
const ANY_KEY: &str = "[key]";
const NOTHING: &str = "nothing";

/// The types of a value, or of several values at the same place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    types: BTreeSet<Type>,
    is_nullable: bool,
    /// The union of all entries of all lists.
    entries: Option<Box<Shape>>,
    members: BTreeMap<String, Member>,
}

/// A type, apart from `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Type {
    Boolean,
    Number,
    Text,
    List,
    Object,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Member {
    shape: Shape,
    /// Whether every object at this place has the key.
    is_required: bool,
}

/// A place at which the shape of a document changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShapeChange {
    /// The place, such as `emails[].email`; empty for the document itself.
    pub place: String,
    /// The severity.
    pub grade: Grade,
    /// The known types at this place.
    pub expected: String,
    /// The types in the new document.
    pub seen: String,
    pub(crate) path: ShapePath,
    pub(crate) kind: ShapeChangeKind,
}

/// The kind of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ShapeChangeKind {
    /// The key is missing.
    Missing,
    /// The key is missing in some entries of a list.
    MissingInSome,
    /// The value has these types, and `null` if it may be that.
    Retyped { types: BTreeSet<Type>, is_null: bool },
    /// The key is new, or its value was always `null` before.
    Added,
}

impl Shape {
    /// Returns the shape of a document.
    pub fn from_document(document: &Value) -> Self {
        match document {
            Value::Null => Self { is_nullable: true, ..Self::default() },
            Value::Bool(_) => Self::plain(Type::Boolean),
            Value::Number(_) => Self::plain(Type::Number),
            Value::String(_) => Self::plain(Type::Text),
            Value::Array(entries) => {
                Self { entries: Self::from_documents(entries).map(Box::new), ..Self::plain(Type::List) }
            }
            Value::Object(map) => Self { members: members(map), ..Self::plain(Type::Object) },
        }
    }

    /// Returns the union of the shapes of several documents, or `None` without documents.
    pub fn from_documents<'a>(documents: impl IntoIterator<Item = &'a Value>) -> Option<Self> {
        documents.into_iter().map(Self::from_document).reduce(Self::union)
    }

    fn plain(of_type: Type) -> Self {
        Self { types: BTreeSet::from([of_type]), ..Self::default() }
    }

    /// Returns the shape of documents that have either shape.
    #[must_use]
    pub fn union(mut self, other: Self) -> Self {
        let both_are_objects = self.is(Type::Object) && other.is(Type::Object);
        let mut members = other.members;
        for (name, member) in &mut self.members {
            match members.remove(name) {
                Some(theirs) => {
                    member.shape = std::mem::take(&mut member.shape).union(theirs.shape);
                    member.is_required &= theirs.is_required;
                }
                None => member.is_required &= !both_are_objects,
            }
        }
        for (name, mut member) in members {
            member.is_required &= !both_are_objects;
            self.members.insert(name, member);
        }
        self.entries = match (self.entries.take(), other.entries) {
            (Some(ours), Some(theirs)) => Some(Box::new(ours.union(*theirs))),
            (ours, theirs) => ours.or(theirs),
        };
        self.types.extend(other.types);
        self.is_nullable |= other.is_nullable;
        self
    }

    /// Returns the shape with every top-level key optional.
    #[must_use]
    pub fn optional(mut self) -> Self {
        for member in self.members.values_mut() {
            member.is_required = false;
        }
        self
    }

    fn is(&self, of_type: Type) -> bool {
        self.types.contains(&of_type)
    }

    /// Returns the places at which `seen` differs from this shape. `known` is the shape of other answers of the same
    /// kind: its types and its `null` are no change.
    ///
    /// A missing key, a new type and a value that became `null` are breaking. A new key is additive, and so is a value
    /// where there was only `null`. The `null` of a key that may be missing is no change. A key that only some entries of a list lack is cosmetic, because the entries are not
    /// those of the fixture.
    pub fn changes(&self, known: &Self, seen: &Self) -> Vec<ShapeChange> {
        let mut changes = Vec::new();
        compare(&ShapePath::default(), self, known, seen, &mut changes);
        changes
    }

    fn describe(&self) -> String {
        let mut words: Vec<&str> = self.types.iter().map(|it| it.describe()).collect();
        if self.is_nullable {
            words.push("null");
        }
        if words.is_empty() { NOTHING.to_owned() } else { words.join(" or ") }
    }
}

impl Type {
    fn describe(self) -> &'static str {
        match self {
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

/// Returns the members of an object. Keys that are ids or addresses become one optional member.
fn members(map: &Map<String, Value>) -> BTreeMap<String, Member> {
    let mut members: BTreeMap<String, Member> = BTreeMap::new();
    for (key, value) in map {
        let is_required = is_identifier(key);
        let name = if is_required { key } else { ANY_KEY };
        let mut shape = Shape::from_document(value);
        if let Some(other) = members.remove(name) {
            shape = shape.union(other.shape);
        }
        members.insert(name.to_owned(), Member { shape, is_required });
    }
    members
}

/// Returns the members of an object whose known names are those of `own` and `known`. If the keys of the object are data, so is
/// every unknown key.
fn with_known_names<'a>(own: &Shape, known: &Shape, seen: &'a Shape) -> Cow<'a, BTreeMap<String, Member>> {
    let is_known = |name: &str| own.members.contains_key(name) || known.members.contains_key(name);
    if !is_known(ANY_KEY) || seen.members.keys().all(|name| is_known(name)) {
        return Cow::Borrowed(&seen.members);
    }
    let is_member = |name: &str| name != ANY_KEY && is_known(name);
    let (mut members, data): (BTreeMap<_, _>, BTreeMap<_, _>) =
        seen.members.clone().into_iter().partition(|(name, _)| is_member(name));
    if let Some(shape) = data.into_values().map(|member| member.shape).reduce(Shape::union) {
        members.insert(ANY_KEY.to_owned(), Member { shape, is_required: false });
    }
    Cow::Owned(members)
}

fn compare(path: &ShapePath, own: &Shape, known: &Shape, seen: &Shape, changes: &mut Vec<ShapeChange>) {
    compare_types(path, own, known, seen, changes);
    if let (Some(own), Some(seen)) = (&own.entries, &seen.entries) {
        let known = known.entries.as_deref().unwrap_or(own);
        compare(&path.entries(), own, known, seen, changes);
    } else if let (Some(known), Some(seen)) = (&known.entries, &seen.entries) {
        compare(&path.entries(), known, known, seen, changes);
    }
    if own.is(Type::Object) && seen.is(Type::Object) {
        compare_keys(path, own, known, seen, changes);
    } else if known.is(Type::Object) && seen.is(Type::Object) {
        compare_keys(path, known, known, seen, changes);
    }
}

/// Adds a change if a value has a new type.
fn compare_types(path: &ShapePath, own: &Shape, known: &Shape, seen: &Shape, changes: &mut Vec<ShapeChange>) {
    let is_untyped = own.types.is_empty() && known.types.is_empty();
    let new_types: BTreeSet<Type> =
        seen.types.iter().copied().filter(|it| !own.is(*it) && !known.is(*it)).collect();
    let became_null = seen.is_nullable && !own.is_nullable && !known.is_nullable && !is_untyped;
    let was_null = is_untyped && (own.is_nullable || known.is_nullable);
    let (grade, kind) = if (!new_types.is_empty() && !is_untyped) || became_null {
        (Grade::Breaking, ShapeChangeKind::Retyped { types: new_types, is_null: became_null })
    } else if was_null && !seen.types.is_empty() {
        (Grade::Additive, ShapeChangeKind::Added)
    } else {
        return;
    };
    changes.push(ShapeChange::new(path.clone(), grade, kind, own.describe(), seen.describe()));
}

/// Adds the changes of an object's members, the missing keys and the new ones.
fn compare_keys(path: &ShapePath, own: &Shape, known: &Shape, seen: &Shape, changes: &mut Vec<ShapeChange>) {
    let seen_members = with_known_names(own, known, seen);
    for (name, member) in &own.members {
        let below = path.member(name);
        let seen_member = seen_members.get(name);
        if let Some(seen_member) = seen_member {
            let known = known.members.get(name).map_or(&member.shape, |it| &it.shape);
            // A member that may be missing may be `null` as well, but not the entries of a map.
            let is_nullable = member.shape.is_nullable || (!member.is_required && name != ANY_KEY);
            let own = Shape { is_nullable, ..member.shape.clone() };
            compare(&below, &own, known, &seen_member.shape, changes);
        }
        if member.is_required && seen_member.is_none_or(|it| !it.is_required) {
            let (grade, kind, seen) = match seen_member {
                Some(_) => {
                    (Grade::Cosmetic, ShapeChangeKind::MissingInSome, "nothing, in some entries".to_owned())
                }
                None => (Grade::Breaking, ShapeChangeKind::Missing, NOTHING.to_owned()),
            };
            changes.push(ShapeChange::new(below, grade, kind, member.shape.describe(), seen));
        }
    }
    for (name, member) in seen_members.iter().filter(|(name, _)| !own.members.contains_key(*name)) {
        let below = path.member(name);
        match known.members.get(name) {
            Some(known) => {
                // The key may be missing, so it may be `null` as well.
                let known = Shape { is_nullable: true, ..known.shape.clone() };
                compare(&below, &known, &known, &member.shape, changes);
            }
            None => changes.push(ShapeChange::new(
                below,
                Grade::Additive,
                ShapeChangeKind::Added,
                NOTHING.to_owned(),
                member.shape.describe(),
            )),
        }
    }
}

impl ShapeChange {
    fn new(path: ShapePath, grade: Grade, kind: ShapeChangeKind, expected: String, seen: String) -> Self {
        Self { place: path.to_string(), grade, expected, seen, path, kind }
    }
}

#[cfg(test)]
mod tests;
