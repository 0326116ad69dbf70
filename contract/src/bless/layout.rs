//! Changes parts of a JSON text and keeps the layout of the rest: the order of keys, line breaks and indentation.

use std::ops::Range;

use serde::de::IgnoredAny;
use serde_json::Value;

/// A value of a JSON text.
struct Node {
    range: Range<usize>,
    content: Content,
}

enum Content {
    Object(Vec<Member>),
    Array(Vec<Node>),
    Scalar,
}

struct Member {
    key: String,
    start: usize,
    value: Node,
}

/// A member of an object and its new value.
pub(super) struct Part {
    /// The JSON pointer of the object.
    object: String,
    key: &'static str,
    /// The value as JSON.
    value: String,
    /// The member before which it is added where the object lacks it.
    next: Option<&'static str>,
}

impl Part {
    /// Returns a part that is added at the end of an object that lacks it.
    pub(super) fn new(object: &str, key: &'static str, value: String) -> Self {
        Self { object: object.to_owned(), key, value, next: None }
    }

    /// Adds the part before this member to an object that lacks the part.
    pub(super) fn before(self, next: &'static str) -> Self {
        Self { next: Some(next), ..self }
    }
}

/// Returns `text` with the values of these members replaced or added. `None` if the text is no JSON, or lacks an object.
pub(super) fn with_parts(text: &str, parts: &[Part]) -> Option<String> {
    serde_json::from_str::<IgnoredAny>(text).ok()?;
    let document = scan(text, 0)?;
    let mut replaced: Vec<(Range<usize>, String)> = Vec::new();
    for part in parts {
        let object = document.at(&part.object)?;
        let Content::Object(members) = &object.content else { return None };
        let new = scan(&part.value, 0)?;
        let merge = Merge { old: text, new: &part.value };
        replaced.push(match members.iter().find(|member| member.key == part.key) {
            Some(old) => (old.value.range.clone(), merge.value(&old.value, &new)),
            None => merge.member(object, members, part, &new),
        });
    }
    replaced.sort_by_key(|(range, _)| range.start);
    let mut written = text.to_owned();
    for (range, part) in replaced.into_iter().rev() {
        written.replace_range(range, &part);
    }
    Some(written)
}

/// Writes the values of `new` in the layout of `old`.
struct Merge<'a> {
    old: &'a str,
    new: &'a str,
}

impl Merge<'_> {
    fn value(&self, old: &Node, new: &Node) -> String {
        if parsed(self.old, old) == parsed(self.new, new) {
            return self.old[old.range.clone()].to_owned();
        }
        let is_kept = |member: &Member, others: &[Member]| others.iter().any(|other| other.key == member.key);
        match (&old.content, &new.content) {
            (Content::Object(members), Content::Object(others))
                if members.iter().any(|member| is_kept(member, others)) =>
            {
                self.object(old, members, others)
            }
            (Content::Array(entries), Content::Array(others))
                if !entries.is_empty() && !others.is_empty() =>
            {
                self.array(old, entries, others)
            }
            _ => self.inserted(new, indentation(self.old, old.range.start)),
        }
    }

    /// Returns the place and the text of a member that the object lacks.
    fn member(&self, object: &Node, members: &[Member], part: &Part, new: &Node) -> (Range<usize>, String) {
        let starts = members.iter().map(|member| (member.start, member.value.range.end));
        let spaces = self.spaces_before(object, starts);
        let (space, line) = self.space_of_added(object, &spaces);
        let member = format!("\"{}\": {}", part.key, self.inserted(new, line));
        if let Some(next) = members.iter().find(|member| Some(&*member.key) == part.next) {
            return (next.start..next.start, format!("{member},{space}"));
        }
        let (end, comma) = match members.last() {
            Some(last) => (last.value.range.end, ","),
            None => (object.range.start + 1, ""),
        };
        (end..end, format!("{comma}{space}{member}"))
    }

    fn object(&self, old: &Node, members: &[Member], others: &[Member]) -> String {
        let mut parts = Vec::new();
        let spaces =
            self.spaces_before(old, members.iter().map(|member| (member.start, member.value.range.end)));
        for (member, space) in members.iter().zip(&spaces) {
            if let Some(other) = others.iter().find(|other| other.key == member.key) {
                let key = &self.old[member.start..member.value.range.start];
                parts.push(format!("{space}{key}{}", self.value(&member.value, &other.value)));
            }
        }
        let (space, line) = self.space_of_added(old, &spaces);
        for other in others.iter().filter(|other| !members.iter().any(|member| member.key == other.key)) {
            let key = &self.new[other.start..other.value.range.start];
            parts.push(format!("{space}{key}{}", self.inserted(&other.value, line)));
        }
        let end = members.last().map_or(old.range.start + 1, |member| member.value.range.end);
        format!("{{{}{}", parts.join(","), &self.old[end..old.range.end])
    }

    fn array(&self, old: &Node, entries: &[Node], others: &[Node]) -> String {
        let mut parts = Vec::new();
        let spaces =
            self.spaces_before(old, entries.iter().map(|entry| (entry.range.start, entry.range.end)));
        for ((entry, other), space) in entries.iter().zip(others).zip(&spaces) {
            parts.push(format!("{space}{}", self.value(entry, other)));
        }
        let (space, line) = self.space_of_added(old, &spaces);
        for other in others.iter().skip(entries.len()) {
            parts.push(format!("{space}{}", self.inserted(other, line)));
        }
        let end = entries.last().map_or(old.range.start + 1, |entry| entry.range.end);
        format!("[{}{}", parts.join(","), &self.old[end..old.range.end])
    }

    /// Returns the white space before each of the parts of a value, given their starts and ends.
    fn spaces_before(&self, old: &Node, parts: impl Iterator<Item = (usize, usize)>) -> Vec<&str> {
        let mut last = old.range.start + 1;
        parts
            .map(|(start, end)| {
                let between = &self.old[last..start];
                last = end;
                between.split_once(',').map_or(between, |(_, space)| space)
            })
            .collect()
    }

    /// Returns the white space before a part that is added, and the indentation of its lines.
    fn space_of_added<'s>(&'s self, old: &Node, spaces: &[&'s str]) -> (&'s str, &'s str) {
        let space = spaces.last().copied().filter(|space| !space.is_empty()).unwrap_or(" ");
        let line = space.rsplit_once('\n').map(|(_, line)| line);
        (space, line.unwrap_or_else(|| indentation(self.old, old.range.start)))
    }

    /// Returns a new value, with its lines indented like the line on which it stands.
    fn inserted(&self, new: &Node, indentation_of_line: &str) -> String {
        let own = indentation(self.new, new.range.start);
        let lines = self.new[new.range.clone()].split('\n').enumerate();
        let lines = lines.map(|(index, line)| match line.strip_prefix(own).filter(|_| index > 0) {
            Some(line) => format!("{indentation_of_line}{line}"),
            None => line.to_owned(),
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

impl Node {
    fn at(&self, pointer: &str) -> Option<&Self> {
        let Some(rest) = pointer.strip_prefix('/') else {
            return pointer.is_empty().then_some(self);
        };
        let (name, rest) = rest.find('/').map_or((rest, ""), |end| rest.split_at(end));
        match &self.content {
            Content::Object(members) => members.iter().find(|member| member.key == name)?.value.at(rest),
            Content::Array(entries) => entries.get(name.parse::<usize>().ok()?)?.at(rest),
            Content::Scalar => None,
        }
    }
}

fn parsed(text: &str, node: &Node) -> Option<Value> {
    serde_json::from_str(&text[node.range.clone()]).ok()
}

/// Returns the white space at the beginning of the line of a position.
fn indentation(text: &str, position: usize) -> &str {
    let line = text[..position].rfind('\n').map_or(0, |end| end + 1);
    let length = text[line..].len() - text[line..].trim_start_matches([' ', '\t']).len();
    &text[line..line + length]
}

/// Scans the value at a position. The text is valid JSON.
fn scan(text: &str, position: usize) -> Option<Node> {
    let start = skip_space(text, position);
    match text.as_bytes().get(start)? {
        b'{' => scan_object(text, start),
        b'[' => scan_array(text, start),
        b'"' => Some(Node { range: start..end_of_string(text, start)?, content: Content::Scalar }),
        _ => {
            let length = text[start..].find([',', '}', ']', ' ', '\t', '\n', '\r']);
            let end = length.map_or(text.len(), |length| start + length);
            Some(Node { range: start..end, content: Content::Scalar })
        }
    }
}

fn scan_object(text: &str, start: usize) -> Option<Node> {
    let mut members = Vec::new();
    let mut position = skip_space(text, start + 1);
    while text.as_bytes().get(position)? != &b'}' {
        let end_of_key = end_of_string(text, position)?;
        let key = serde_json::from_str(&text[position..end_of_key]).ok()?;
        let colon = skip_space(text, end_of_key);
        let value = scan(text, colon + 1)?;
        let end = value.range.end;
        members.push(Member { key, start: position, value });
        position = skip_comma(text, end);
    }
    Some(Node { range: start..position + 1, content: Content::Object(members) })
}

fn scan_array(text: &str, start: usize) -> Option<Node> {
    let mut entries = Vec::new();
    let mut position = skip_space(text, start + 1);
    while text.as_bytes().get(position)? != &b']' {
        let entry = scan(text, position)?;
        position = skip_comma(text, entry.range.end);
        entries.push(entry);
    }
    Some(Node { range: start..position + 1, content: Content::Array(entries) })
}

fn skip_space(text: &str, position: usize) -> usize {
    let rest = text.get(position..).unwrap_or_default();
    position + rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len()
}

fn skip_comma(text: &str, position: usize) -> usize {
    let position = skip_space(text, position);
    if text.as_bytes().get(position) == Some(&b',') { skip_space(text, position + 1) } else { position }
}

/// Returns the position after the string that begins at `start`.
fn end_of_string(text: &str, start: usize) -> Option<usize> {
    let mut is_escaped = false;
    for (index, byte) in text.bytes().enumerate().skip(start + 1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return Some(index + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests;
