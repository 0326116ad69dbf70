//! Tests of the evidence of a folder of fixtures.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use unicontact_contract::fixture::{Operation, ProvenanceKind};
use unicontact_contract::{Claim, Condition, Fixtures, Proof, VendorEvidence};
use unicontact_providers::Description;

fn write(folder: &Path, file: &str, document: &Value) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, document.to_string()).unwrap();
}

fn fixture(kind: &str, request: &str, answer: &Value, expect: &Value) -> Value {
    let (method, path) = request.split_once(' ').unwrap();
    json!({
        "provenance": {"kind": kind, "source": "a page", "date": "2026-11", "note": ""},
        "contact": "ada",
        "request": {"method": method, "path": path, "headers": {}},
        "answer": answer,
        "expect": expect,
    })
}

fn refusal(kind: &str, status: u16) -> Value {
    json!({"kind": kind, "effect": "refused", "transient": false, "status": status})
}

/// Returns the fixtures of a vendor whose account is 7.
fn load(fixtures: &[(&str, Value)]) -> Fixtures {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "contacts/ada.json", &json!({"name": "Ada King", "emails": ["ada@example.com"]}));
    write(folder.path(), "providers/acmecrm.json", &json!({"keys": {"workspace_id": 7}}));
    for (scenario, document) in fixtures {
        write(folder.path(), &format!("acmecrm/{scenario}.json"), document);
    }
    Fixtures::load(folder.path()).unwrap_or_else(|error| panic!("{error}"))
}

fn evidence(fixtures: &[(&str, Value)]) -> VendorEvidence {
    VendorEvidence::new(&load(fixtures), "acmecrm", None)
}

fn claim<'a>(evidence: &'a VendorEvidence, scenario: &str) -> &'a Claim {
    let mut claims = evidence.claims.iter();
    claims.find(|claim| claim.scenarios.iter().any(|it| it == scenario)).unwrap()
}

#[test]
fn one_recorded_fixture_proves_the_claim_of_all_that_say_the_same() {
    let created =
        |kind, id| fixture(kind, "POST /7/people", &json!({"status": 201}), &json!({"created": id}));
    let evidence = evidence(&[("create_full", created("recorded", "1")), ("gzip", created("inferred", "2"))]);
    let [claim] = evidence.claims.as_slice() else { panic!("{evidence:?}") };
    assert_eq!(
        (claim.evidence, &claim.proof, claim.operation),
        (ProvenanceKind::Recorded, &Proof::Proven, Operation::Create)
    );
    assert_eq!(claim.scenarios, ["create_full", "gzip"]);
    assert_eq!(evidence.provenance.values().copied().collect::<Vec<_>>(), [1, 0, 0, 1]);
    assert_eq!(evidence.unproven().count(), 0);
}

#[test]
fn a_recording_of_a_stand_in_proves_nothing() {
    let answer = json!({"status": 201});
    let mut recorded = fixture("recorded", "POST /7/people", &answer, &json!({"created": "1"}));
    recorded["provenance"]["stand_in"] = json!(true);
    let evidence = evidence(&[("create_full", recorded)]);
    assert_eq!(evidence.claims[0].evidence, ProvenanceKind::Inferred);
    assert_eq!(evidence.provenance.values().copied().collect::<Vec<_>>(), [0, 0, 0, 1]);
    let record = vec!["create_full".to_owned()];
    assert_eq!(evidence.claims[0].proof, Proof::Record { record, condition: Condition::NewContact });
}

#[test]
fn an_inferred_search_is_proven_by_a_recording_of_the_create_and_the_search() {
    let evidence = evidence(&[
        (
            "create_full",
            fixture("documented", "POST /7/people", &json!({"status": 201}), &json!({"created": "1"})),
        ),
        (
            "find_found",
            fixture(
                "inferred",
                "GET /7/people/ada%40example.com?exact=1",
                &json!({"status": 200}),
                &json!({"found": "1"}),
            ),
        ),
    ]);
    let claim = claim(&evidence, "find_found");
    let record = vec!["create_full".to_owned(), "find_found".to_owned()];
    assert_eq!(claim.proof, Proof::Record { record, condition: Condition::CreatedBefore });
    assert_eq!(claim.request.as_ref().unwrap().to_string(), "GET /{workspace_id}/people/{email}");
}

#[test]
fn an_error_says_under_which_condition_the_vendor_answers_so() {
    let refused = |path: &str, kind: &str, status: u16| {
        fixture("inferred", path, &json!({"status": status}), &refusal(kind, status))
    };
    let evidence = evidence(&[
        ("unauthenticated_bad", refused("POST /7/people", "unauthenticated", 401)),
        ("login_refused", refused("POST /login", "unauthenticated", 401)),
        ("rate_limited", refused("POST /7/people", "rate_limited", 429)),
        ("redirect", refused("POST /7/people", "unexpected_response", 302)),
        (
            "hang",
            fixture(
                "inferred",
                "POST /7/people",
                &json!({"fault": "hang"}),
                &json!({"kind": "interrupted", "effect": "unknown", "transient": true}),
            ),
        ),
    ]);
    let proof = |scenario| claim(&evidence, scenario).proof.clone();
    let record = vec!["unauthenticated_bad".to_owned()];
    let condition = Condition::WrongCredentials;
    assert_eq!(proof("unauthenticated_bad"), Proof::Record { record, condition });
    assert_eq!(proof("rate_limited"), Proof::Observe { condition: Condition::TooManyRequests });
    assert_eq!((proof("redirect"), proof("hang")), (Proof::Rule, Proof::Rule));
    // A login and a create are two claims, although both fail alike.
    assert_eq!(claim(&evidence, "login_refused").scenarios, ["login_refused"]);
}

#[test]
fn a_fact_whose_source_is_not_the_vendor_has_its_line() {
    let text = "format = 1\nvendor = \"acmecrm\"\ntitle = \"Acme CRM\"\nsource = \"page\"\n[sources]\n\
                page = { kind = \"documented\", at = \"https://docs.acme.example\", date = \"2026-11\" }\n\
                ours = { kind = \"inferred\", at = \"a name helps\", date = \"2026-11\" }\n\
                [account.token]\nsecret = true\n[address]\nbase = \"https://api.acme.example\"\n\
                [[auth]]\nbearer = \"{token}\"\n[create]\npath = \"/people\"\n[name]\nwhole = \"name\"\n\
                [require]\nall = [\"name\"]\nsource = \"ours\"\n[success]\nid = \"id\"\n";
    let description = Description::parse(text).unwrap_or_else(|error| panic!("{error}"));
    let check = fixture("recorded", "GET /me", &json!({"status": 200}), &json!({"checked": true}));
    let fixtures = load(&[("check_good", check)]);
    let evidence = VendorEvidence::new(&fixtures, "acmecrm", Some(&description));
    let facts: Vec<_> = evidence.facts.iter().map(|it| (it.fact.table.as_str(), it.fact.line)).collect();
    assert_eq!(facts, [("require", 18)]);
    assert_eq!(evidence.facts[0].source.as_ref().unwrap().at, "a name helps");
}
