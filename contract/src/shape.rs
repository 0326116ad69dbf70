//! What a JSON document looks like, whatever its values are.
//!
//! Rule: values never decide. An empty list says nothing about its entries, and `null` nothing about the type that may
//! stand in its place.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::form::is_uuid;
use crate::grade::Grade;

/// Stands in a place for every key that is no name.
const ANY_KEY: &str = "[key]";
const LONGEST_NAME: usize = 60;

/// The types that a value was seen to have: of one value, or of all that stand at the same place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    types: BTreeSet<Type>,
    is_nullable: bool,
    /// All entries of all lists together.
    entries: Option<Box<Shape>>,
    members: BTreeMap<String, Member>,
}

/// A type, apart from `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Type {
    Boolean,
    Number,
    Text,
    List,
    Object,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Member {
    shape: Shape,
    /// Whether every object of this place had it.
    is_always_there: bool,
}

/// One place at which a document has another shape than is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Where, as in `emails[].email`; empty for the document itself.
    pub place: String,
    /// How bad that is.
    pub grade: Grade,
    /// What is known of that place.
    pub expected: String,
    /// What stands there.
    pub seen: String,
}

impl Shape {
    /// The shape of one document.
    pub fn of(document: &Value) -> Self {
        match document {
            Value::Null => Self { is_nullable: true, ..Self::default() },
            Value::Bool(_) => Self::plain(Type::Boolean),
            Value::Number(_) => Self::plain(Type::Number),
            Value::String(_) => Self::plain(Type::Text),
            Value::Array(entries) => {
                Self { entries: Self::of_all(entries).map(Box::new), ..Self::plain(Type::List) }
            }
            Value::Object(map) => Self { members: members(map), ..Self::plain(Type::Object) },
        }
    }

    /// The shape of several documents that may stand for each other; `None` for none.
    pub fn of_all<'a>(documents: impl IntoIterator<Item = &'a Value>) -> Option<Self> {
        documents.into_iter().map(Self::of).reduce(Self::or)
    }

    fn plain(of_type: Type) -> Self {
        Self { types: BTreeSet::from([of_type]), ..Self::default() }
    }

    /// What either may be.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        let both_are_objects = self.is(Type::Object) && other.is(Type::Object);
        let mut members = other.members;
        for (name, member) in &mut self.members {
            match members.remove(name) {
                Some(theirs) => {
                    member.shape = std::mem::take(&mut member.shape).or(theirs.shape);
                    member.is_always_there &= theirs.is_always_there;
                }
                None => member.is_always_there &= !both_are_objects,
            }
        }
        for (name, mut member) in members {
            member.is_always_there &= !both_are_objects;
            self.members.insert(name, member);
        }
        self.entries = match (self.entries.take(), other.entries) {
            (Some(ours), Some(theirs)) => Some(Box::new(ours.or(*theirs))),
            (ours, theirs) => ours.or(theirs),
        };
        self.types.extend(other.types);
        self.is_nullable |= other.is_nullable;
        self
    }

    /// The same, of which no key need be there.
    #[must_use]
    pub fn optional(mut self) -> Self {
        for member in self.members.values_mut() {
            member.is_always_there = false;
        }
        self
    }

    fn is(&self, of_type: Type) -> bool {
        self.types.contains(&of_type)
    }

    /// Where `seen` differs from this shape. `known` is what other answers of the same kind have shown besides: a type
    /// or a `null` that is in there is nothing new.
    ///
    /// A key that is gone is breaking, and so is a type that is new or a value that became `null`. A key that is new is
    /// additive, and so is a value where there was only `null`. A key that only some entries of a list lack is cosmetic:
    /// they are other things than those that were seen before.
    pub fn moved(&self, known: &Self, seen: &Self) -> Vec<Moved> {
        let mut moved = Vec::new();
        compare("", self, known, seen, &mut moved);
        moved
    }

    fn in_words(&self) -> String {
        let mut words: Vec<&str> = self.types.iter().map(|it| it.in_words()).collect();
        if self.is_nullable {
            words.push("null");
        }
        if words.is_empty() { "nothing".to_owned() } else { words.join(" or ") }
    }
}

impl Type {
    fn in_words(self) -> &'static str {
        match self {
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

/// Keys that are ids or addresses themselves are one member, which need not be there.
fn members(map: &Map<String, Value>) -> BTreeMap<String, Member> {
    let mut members: BTreeMap<String, Member> = BTreeMap::new();
    for (key, value) in map {
        let is_always_there = is_name(key);
        let name = if is_always_there { key } else { ANY_KEY };
        let mut shape = Shape::of(value);
        if let Some(other) = members.remove(name) {
            shape = shape.or(other.shape);
        }
        members.insert(name.to_owned(), Member { shape, is_always_there });
    }
    members
}

/// Whether a key is part of the shape, and neither an id nor an address nor a sentence.
fn is_name(key: &str) -> bool {
    let is_plain = |it: char| it.is_alphanumeric() || "_-.$:/".contains(it);
    key.len() <= LONGEST_NAME
        && key.chars().all(is_plain)
        && key.chars().any(char::is_alphabetic)
        && !is_uuid(key)
}

fn compare(place: &str, own: &Shape, known: &Shape, seen: &Shape, moved: &mut Vec<Moved>) {
    types(place, own, known, seen, moved);
    if let (Some(own), Some(seen)) = (&own.entries, &seen.entries) {
        let known = known.entries.as_deref().unwrap_or(own);
        compare(&format!("{place}[]"), own, known, seen, moved);
    } else if let (Some(known), Some(seen)) = (&known.entries, &seen.entries) {
        compare(&format!("{place}[]"), known, known, seen, moved);
    }
    if own.is(Type::Object) && seen.is(Type::Object) {
        keys(place, own, known, seen, moved);
    } else if known.is(Type::Object) && seen.is(Type::Object) {
        keys(place, known, known, seen, moved);
    }
}

/// What a value is that was something else.
fn types(place: &str, own: &Shape, known: &Shape, seen: &Shape, moved: &mut Vec<Moved>) {
    let is_known = |it: &&Type| own.is(**it) || known.is(**it);
    let is_untyped = own.types.is_empty() && known.types.is_empty();
    let has_new_type = seen.types.iter().any(|it| !is_known(&it));
    let became_null = seen.is_nullable && !own.is_nullable && !known.is_nullable && !is_untyped;
    let was_null = is_untyped && (own.is_nullable || known.is_nullable);
    let grade = if (has_new_type && !is_untyped) || became_null {
        Grade::Breaking
    } else if was_null && !seen.types.is_empty() {
        Grade::Additive
    } else {
        return;
    };
    moved.push(Moved { place: place.to_owned(), grade, expected: own.in_words(), seen: seen.in_words() });
}

/// The keys that are gone, and those that are new.
fn keys(place: &str, own: &Shape, known: &Shape, seen: &Shape, moved: &mut Vec<Moved>) {
    let below = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
    for (name, member) in &own.members {
        let there = seen.members.get(name);
        if let Some(there) = there {
            let known = known.members.get(name).map_or(&member.shape, |it| &it.shape);
            compare(&below(name), &member.shape, known, &there.shape, moved);
        }
        if member.is_always_there && there.is_none_or(|there| !there.is_always_there) {
            // Entries are of other things than a fixture's: that some lack a key is no sign that it is gone.
            let (grade, seen) = match there {
                Some(_) => (Grade::Cosmetic, "nothing, in some entries"),
                None => (Grade::Breaking, "nothing"),
            };
            let expected = member.shape.in_words();
            moved.push(Moved { place: below(name), grade, expected, seen: seen.to_owned() });
        }
    }
    for (name, member) in seen.members.iter().filter(|(name, _)| !own.members.contains_key(*name)) {
        match known.members.get(name) {
            Some(known) => compare(&below(name), &known.shape, &known.shape, &member.shape, moved),
            None => moved.push(Moved {
                place: below(name),
                grade: Grade::Additive,
                expected: "nothing".to_owned(),
                seen: member.shape.in_words(),
            }),
        }
    }
}

#[cfg(test)]
mod tests;
