//! vCards (RFC 6350) as JSON objects with one text for each property, and the vCards in an answer of `WebDAV`.

use serde_json::{Map, Value};

/// Returns the vCard of these properties.
pub(crate) fn write(properties: &Value) -> String {
    let mut card = "BEGIN:VCARD\r\nVERSION:4.0\r\n".to_owned();
    for (name, value) in properties.as_object().into_iter().flatten() {
        let value = value.as_str().unwrap_or_default().replace('\\', "\\\\").replace(',', "\\,");
        let value = value.replace(';', "\\;").replace("\r\n", "\\n").replace(['\r', '\n'], "\\n");
        card.extend([name, ":", &value, "\r\n"]);
    }
    card + "END:VCARD\r\n"
}

/// Returns the first value of each property of a vCard. `None` if the text is no vCard or only a part of one.
pub(crate) fn read(text: &str) -> Option<Value> {
    let unfolded = text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
    let card = unfolded.trim().strip_prefix("BEGIN:VCARD")?.strip_suffix("END:VCARD")?;
    let mut properties = Map::new();
    for (name, value) in card.lines().filter_map(|line| line.split_once(':')) {
        let name = name.split(';').next()?.rsplit('.').next()?.to_uppercase();
        let value = value.replace("\\\\", "\0").replace("\\n", "\n").replace('\\', "").replace('\0', "\\");
        properties.entry(name).or_insert(value.into());
    }
    Some(properties.into())
}

/// Returns the search for the cards that have one of these values, in any case of letters.
pub(crate) fn query(properties: &Value, names: &[&str]) -> String {
    let filter = |name: &&str| {
        let value = properties[*name].as_str()?.replace('&', "&amp;").replace('<', "&lt;");
        let matches = format!("<C:text-match match-type='equals'>{value}</C:text-match>");
        Some(format!("<C:prop-filter name='{name}'>{matches}</C:prop-filter>"))
    };
    let filters: String = names.iter().filter_map(filter).collect();
    let names = "xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:carddav'";
    let filters = format!("<C:filter test='anyof'>{filters}</C:filter>");
    format!("<C:addressbook-query {names}><prop><C:address-data/></prop>{filters}</C:addressbook-query>")
}

/// Returns the cards of a `multistatus`, with their names as `id`. `None` if a part of it is missing or cannot be read.
pub(crate) fn cards(multistatus: &str) -> Option<Vec<Value>> {
    let document = roxmltree::Document::parse(multistatus).ok()?;
    let root = document.root_element();
    let card = |response: roxmltree::Node<'_, '_>| {
        let text = |name| response.descendants().find(|it| it.tag_name().name() == name)?.text();
        let mut card = read(text("address-data")?)?;
        card["id"] = text("href")?.rsplit('/').next()?.into();
        Some(card)
    };
    let responses = root.children().filter(|it| it.tag_name().name() == "response");
    responses.map(card).collect::<Option<_>>().filter(|_| root.tag_name().name() == "multistatus")
}
