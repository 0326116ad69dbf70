//! Tests of the content of exported Pacts, for every vendor.

use std::collections::BTreeSet;

use serde_json::Value;
use unicontact_contract::FakeCredentials;
use unicontact_contract::fixture::{ProviderKeys, SECRET_PLACEHOLDER};
use unicontact_contract::pact;

use crate::pact::support::pacts::{exports, fixture, fixtures, interaction, interactions, state};
use crate::personal;

#[test]
fn an_interaction_has_a_provider_state_a_request_and_its_provenance() {
    let interaction = interaction(&exports()["onecloud"], "unauthenticated_empty");
    insta::assert_snapshot!(format!("{interaction:#}"), @r#"
    {
      "comments": {
        "testname": "onecloud/unauthenticated_empty",
        "text": [
          "inferred: Conventions of HTTP; no page of the vendor, 2026-08",
          "The vendor documents a body for its 401."
        ]
      },
      "description": "unauthenticated_empty: create the contact typical",
      "key": "unauthenticated_empty",
      "providerStates": [
        {
          "name": "the credentials are not good, as in unauthenticated_empty",
          "params": {
            "contact": "typical",
            "interaction": "unauthenticated_empty",
            "scenario": "unauthenticated_empty"
          }
        }
      ],
      "request": {
        "body": {
          "content": {
            "Email": "mira.beispiel@example.com",
            "Name": "Mira Beispiel",
            "Phone": "+442079460123"
          },
          "contentType": "application/json",
          "encoded": false
        },
        "generators": {
          "header": {
            "authorization": {
              "expression": "${authorization}",
              "type": "ProviderState"
            }
          }
        },
        "headers": {
          "accept": [
            "application/json"
          ],
          "authorization": [
            "Bearer fake-token"
          ],
          "content-type": [
            "application/json"
          ]
        },
        "matchingRules": {
          "header": {
            "authorization": {
              "combine": "AND",
              "matchers": [
                {
                  "match": "regex",
                  "regex": "^Bearer .+$"
                }
              ]
            }
          }
        },
        "method": "POST",
        "path": "/api/contactrz"
      },
      "response": {
        "status": 401
      },
      "type": "Synchronous/HTTP"
    }
    "#);
}

#[test]
fn an_interaction_has_a_response_with_matching_rules() {
    let interaction = interaction(&exports()["onecloud"], "unauthenticated_expired_without_login");
    insta::assert_snapshot!(format!("{:#}", interaction["response"]), @r#"
    {
      "body": {
        "content": {
          "_meta": {
            "count": 1,
            "status": "ERROR"
          },
          "records": {
            "applicationCode": null,
            "devMessage": null,
            "errorCode": 401,
            "more": null,
            "userMessage": "Expired token"
          }
        },
        "contentType": "application/json",
        "encoded": false
      },
      "headers": {
        "content-type": [
          "application/json"
        ]
      },
      "matchingRules": {
        "body": {
          "$._meta.count": {
            "combine": "AND",
            "matchers": [
              {
                "match": "integer"
              }
            ]
          },
          "$._meta.status": {
            "combine": "AND",
            "matchers": [
              {
                "match": "type"
              }
            ]
          },
          "$.records.userMessage": {
            "combine": "AND",
            "matchers": [
              {
                "match": "type"
              }
            ]
          }
        },
        "header": {
          "content-type": {
            "combine": "AND",
            "matchers": [
              {
                "match": "regex",
                "regex": "^application/json(\\s*;.*)?$"
              }
            ]
          }
        }
      },
      "status": 401
    }
    "#);
}

#[test]
fn a_pact_is_between_unicontact_and_the_vendor_in_version_four() {
    for (vendor, export) in exports() {
        assert_eq!(export.pact["consumer"]["name"], "unicontact");
        assert_eq!(export.pact["provider"]["name"], vendor.as_str());
        assert_eq!(export.pact["metadata"]["pactSpecification"]["version"], "4.0");
        for interaction in interactions(export) {
            assert_eq!(interaction["type"], "Synchronous/HTTP");
        }
    }
}

#[test]
fn every_fixture_is_either_exported_or_omitted_with_a_reason() {
    for (vendor, export) in exports() {
        let names: BTreeSet<&str> =
            fixtures().of_vendor(vendor).map(|fixture| fixture.scenario.as_str()).collect();
        let omitted = export.omitted.iter().map(|it| it.scenario.as_str());
        let listed: Vec<&str> = export.scenarios.keys().map(String::as_str).chain(omitted).collect();
        assert_eq!(listed.len(), names.len(), "{vendor}");
        assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), names);
        for omitted in &export.omitted {
            assert!(omitted.reason.len() > 20, "{vendor}/{}: {}", omitted.scenario, omitted.reason);
        }
    }
}

#[test]
fn only_fixtures_that_a_pact_cannot_express_are_omitted() {
    for (vendor, export) in exports() {
        for omitted in &export.omitted {
            let fixture = fixture(vendor, &omitted.scenario);
            let no_json =
                ["truncated_success", "byte_order_mark", "byte_order_mark_twice", "find_unclear_broken_off"];
            let is_no_json = no_json.contains(&omitted.scenario.as_str());
            let has_transport_options =
                fixture.answer.as_ref().is_some_and(|it| it.encoding.is_some() || it.delay_ms.is_some());
            let is_redirect = omitted.reason.starts_with("the answer is a redirect")
                && fixture.answer.as_ref().is_some_and(|it| it.headers.contains_key("location"));
            let is_inexpressible = is_redirect
                || has_transport_options
                || fixture.fault().is_some()
                || fixture.request.is_none()
                || is_no_json;
            assert!(is_inexpressible, "{vendor}/{}: {}", omitted.scenario, omitted.reason);
        }
    }
}

#[test]
fn the_export_is_the_same_each_time_byte_for_byte() {
    for (vendor, export) in exports() {
        let again = pact::export(fixtures(), vendor);
        assert_eq!(format!("{:#}", again.pact), format!("{:#}", export.pact));
        assert_eq!(&again, export);
    }
}

#[test]
fn a_vendor_without_fixtures_has_a_pact_without_interactions() {
    let export = pact::export(fixtures(), "nobody");
    assert!(interactions(&export).is_empty() && export.scenarios.is_empty() && export.omitted.is_empty());
}

#[test]
fn keys_and_descriptions_of_interactions_are_unique() {
    for (vendor, export) in exports() {
        for name in ["key", "description"] {
            let all = interactions(export);
            let different: BTreeSet<&str> = all.iter().map(|it| it[name].as_str().unwrap()).collect();
            assert_eq!(different.len(), all.len(), "{name} of {vendor}");
        }
    }
}

#[test]
fn the_same_request_in_the_same_state_has_one_answer() {
    for (vendor, export) in exports() {
        let all = interactions(export);
        for (index, one) in all.iter().enumerate() {
            for other in &all[..index] {
                let has_same_request = state(one) == state(other) && request(one) == request(other);
                let (keys, answers) = ([&one["key"], &other["key"]], [&one["response"], &other["response"]]);
                assert!(!has_same_request || answers[0] == answers[1], "{vendor}: {keys:?}");
            }
        }
    }
}

/// The request without its token.
fn request(interaction: &Value) -> [&Value; 4] {
    ["method", "path", "query", "body"].map(|key| &interaction["request"][key])
}

#[test]
fn no_pact_contains_a_credential_or_personal_data() {
    for (vendor, export) in exports() {
        let mut text = format!("{:#}", export.pact);
        assert!(!text.contains(SECRET_PLACEHOLDER), "{vendor}");
        let credentials = fixtures().provider(vendor).unwrap().credentials(&ProviderKeys::default());
        for fake in credentials.secrets() {
            text = text.replace(&fake, "");
        }
        let suspicious = personal::suspicious_words(&text);
        assert!(suspicious.is_empty(), "{vendor}: {suspicious:?}");
        assert!(personal::telephone_numbers(&export.pact).is_empty(), "{vendor}");
    }
    assert!(FakeCredentials::issued().starts_with("fake-"));
}
