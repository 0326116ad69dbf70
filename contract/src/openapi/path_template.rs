//! Matches a path with the templates of a description, such as `/contacts/{id}`.

use std::cmp::Reverse;

use serde_json::Value;

use crate::request_match::segments;

/// How well a template fits: with the path of a server, then without segments in front, then segment by segment, where literal
/// ones are better.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fit {
    has_server: bool,
    in_front: Reverse<usize>,
    literal: Vec<bool>,
}

/// Returns how well a template fits a path, if it does. `bases` are the paths of the servers. A description without servers does
/// not name the beginning of its paths: any segments match there if the template begins with a literal one.
pub(super) fn fit(template: &str, bases: Option<&[String]>, path: &str) -> Option<Fit> {
    let (expected, seen) = (segments(template), segments(path));
    let bare = |in_front: usize| {
        let literal = literals(&expected, seen.get(in_front..)?)?;
        Some(Fit { has_server: false, in_front: Reverse(in_front), literal })
    };
    let Some(bases) = bases else {
        let begins_literally = expected.first().is_some_and(|first| !first.contains('{'));
        let in_front = seen.len().checked_sub(expected.len())?;
        return bare(in_front).filter(|_| in_front == 0 || begins_literally);
    };
    let with_server = bases.iter().filter_map(|base| {
        let literal = literals(&segments(&format!("{base}/{template}")), &seen)?;
        Some(Fit { has_server: true, in_front: Reverse(0), literal })
    });
    with_server.chain(bare(0)).max()
}

/// Returns for each segment of a path that fits a template whether it is literal.
fn literals(expected: &[&str], seen: &[&str]) -> Option<Vec<bool>> {
    let fits = |(expected, seen): (&&str, &&str)| segment_fits(expected, seen);
    (expected.len() == seen.len() && expected.iter().zip(seen).all(fits))
        .then(|| expected.iter().map(|segment| !segment.contains('{')).collect())
}

fn segment_fits(expected: &str, seen: &str) -> bool {
    let hole = expected.split_once('{').and_then(|(before, rest)| Some((before, rest.rsplit_once('}')?.1)));
    match hole {
        // Many vendors permit the suffix and describe the path without it.
        None => expected == seen || seen.strip_suffix(".json") == Some(expected),
        Some((before, after)) => {
            let rest = seen.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
            rest.is_some_and(|rest| !rest.is_empty())
        }
    }
}

/// Returns the path of a server's address, with the defaults of its variables.
pub(super) fn server_path(server: &Value) -> Option<String> {
    let mut url = server.get("url")?.as_str()?.to_owned();
    for (name, variable) in server.get("variables").and_then(Value::as_object).into_iter().flatten() {
        if let Some(default) = variable.get("default").and_then(Value::as_str) {
            url = url.replace(&format!("{{{name}}}"), default);
        }
    }
    let after_host =
        url.split_once("://").map_or(url.as_str(), |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]));
    Some(after_host.split(['?', '#']).next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_most_specific_template_fits_best() {
        let bases = ["/v1".to_owned()];
        let best = |path: &str| {
            let templates =
                ["/contacts/{id}", "/contacts/search", "/{kind}/search", "/contacts/{id}.json", "/{all}"];
            let fits = templates.iter().filter_map(|it| Some((fit(it, Some(bases.as_slice()), path)?, *it)));
            fits.max().map(|(_, template)| template)
        };
        assert_eq!(best("/v1/contacts/search?limit=1"), Some("/contacts/search"));
        assert_eq!(best("/v1/contacts/search.json"), Some("/contacts/search"));
        assert_eq!(best("/v1/people/search"), Some("/{kind}/search"));
        assert_eq!(best("/v1/contacts/7"), Some("/contacts/{id}"));
        assert_eq!(best("/contacts/7/"), Some("/contacts/{id}"));
        assert_eq!(best("/v2/contacts/7"), None);
        assert_eq!(best("/v1/7"), Some("/{all}"));
    }

    #[test]
    fn without_servers_segments_in_front_are_left_out() {
        let fits = |template: &str| fit(template, None, "/v1/contacts/7");
        assert!(fits("/contacts/{id}") > fits("/{kind}/{id}"));
        assert!(fits("/v1/contacts/{id}") > fits("/contacts/{id}"));
        assert_eq!((fits("/{kind}/{id}"), fits("/{id}"), fits("/people/{id}")), (None, None, None));
        assert_eq!(fit("/contacts/{id}", Some([String::new()].as_slice()), "/v1/contacts/7"), None);
    }

    #[test]
    fn a_server_has_the_path_of_its_address() {
        for (server, path) in [
            (json!({"url": "https://api.example.com/v1/"}), "/v1/"),
            (json!({"url": "https://api.example.com"}), ""),
            (json!({"url": "/v2"}), "/v2"),
            (
                json!({"url": "https://{region}.example.com/{base}", "variables": {"base": {"default": "v3"}}}),
                "/v3",
            ),
        ] {
            assert_eq!(server_path(&server).as_deref(), Some(path), "{server}");
        }
    }
}
