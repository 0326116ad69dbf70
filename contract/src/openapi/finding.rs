//! The findings of a comparison with a description.

use std::fmt;

use serde::Serialize;

use crate::grade::Grade;

/// A difference between an adapter and a vendor's OpenAPI description.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenApiFinding {
    /// The severity. `breaking`: the vendor would refuse what is sent, or the description lacks what is read.
    pub grade: Grade,
    /// The method and path of the request. The path is as the description writes it, such as `POST /contacts/{id}`.
    pub request: String,
    /// The place, such as `body.emails[0].email` for what is sent, and `answer 200 body.items[].id` for what is read.
    pub place: String,
    /// What the adapter sends or reads there: types and fixed words, never a value.
    pub adapter: String,
    /// What the description has there.
    pub description: String,
    /// The scenarios of the fixtures that show it.
    pub scenarios: Vec<String>,
}

impl fmt::Display for OpenApiFinding {
    /// Writes one line.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { grade, request, place, adapter, description, .. } = self;
        write!(
            formatter,
            "{} {request}: {place}: adapter {adapter}, description {description}",
            grade.as_str()
        )
    }
}

/// The findings of one request of a fixture.
pub(super) struct RequestFindings {
    request: String,
    /// The scenario of the request. None for what no fixture shows.
    scenarios: Vec<String>,
    found: Vec<OpenApiFinding>,
}

impl RequestFindings {
    pub(super) fn new(request: String, scenario: Option<&str>) -> Self {
        Self { request, scenarios: scenario.map(str::to_owned).into_iter().collect(), found: Vec::new() }
    }

    pub(super) fn add(
        &mut self,
        grade: Grade,
        place: impl Into<String>,
        adapter: impl Into<String>,
        description: impl Into<String>,
    ) {
        self.found.push(OpenApiFinding {
            grade,
            request: self.request.clone(),
            place: place.into(),
            adapter: adapter.into(),
            description: description.into(),
            scenarios: self.scenarios.clone(),
        });
    }
}

/// The findings of all requests. Those that are alike are one, with all their scenarios.
#[derive(Default)]
pub(super) struct Findings(Vec<OpenApiFinding>);

impl Findings {
    pub(super) fn extend(&mut self, findings: RequestFindings) {
        for finding in findings.found {
            match self.0.iter_mut().find(|known| is_alike(known, &finding)) {
                Some(known) => {
                    let new: Vec<String> =
                        finding.scenarios.into_iter().filter(|it| !known.scenarios.contains(it)).collect();
                    known.scenarios.extend(new);
                }
                None => self.0.push(finding),
            }
        }
    }

    /// Returns the findings by request, the worst first.
    pub(super) fn sorted(mut self) -> Vec<OpenApiFinding> {
        self.0.sort_by(|one, other| (&one.request, one.grade).cmp(&(&other.request, other.grade)));
        self.0
    }
}

fn is_alike(one: &OpenApiFinding, other: &OpenApiFinding) -> bool {
    one.grade == other.grade
        && one.request == other.request
        && one.place == other.place
        && one.adapter == other.adapter
        && one.description == other.description
}
