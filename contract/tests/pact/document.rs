//! What stands in an exported Pact, and what must not.
//!
//! Its rule: what is said of one interaction holds for those of every vendor.

use std::collections::BTreeSet;

use serde_json::Value;
use unicontact_contract::FakeCredentials;
use unicontact_contract::fixture::{HIDDEN, ProviderKeys};
use unicontact_contract::pact;

use crate::personal;
use crate::support::pacts::{exports, fixture, fixtures, interaction, interactions, state};

#[test]
fn an_interaction_says_in_which_state_what_is_sent_and_where_that_is_known_from() {
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
fn an_interaction_says_what_comes_back_and_how_far_it_may_differ() {
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
fn every_fixture_is_either_in_the_pact_or_left_out_with_a_reason() {
    for (vendor, export) in exports() {
        let names: BTreeSet<&str> =
            fixtures().of_vendor(vendor).map(|fixture| fixture.scenario.as_str()).collect();
        let left_out = export.left_out.iter().map(|it| it.scenario.as_str());
        let told: Vec<&str> = export.scenarios.keys().map(String::as_str).chain(left_out).collect();
        assert_eq!(told.len(), names.len(), "{vendor}");
        assert_eq!(told.into_iter().collect::<BTreeSet<_>>(), names);
        for left_out in &export.left_out {
            assert!(left_out.reason.len() > 20, "{vendor}/{}: {}", left_out.scenario, left_out.reason);
        }
    }
}

#[test]
fn only_what_a_pact_cannot_express_is_left_out() {
    for (vendor, export) in exports() {
        for left_out in &export.left_out {
            let fixture = fixture(vendor, &left_out.scenario);
            let no_json =
                ["truncated_success", "byte_order_mark", "byte_order_mark_twice", "find_unclear_broken_off"];
            let is_no_json = no_json.contains(&left_out.scenario.as_str());
            let is_changed_on_its_way =
                fixture.answer.as_ref().is_some_and(|it| it.encoding.is_some() || it.delay_ms.is_some());
            let is_inexpressible =
                is_changed_on_its_way || fixture.fault().is_some() || fixture.request.is_none() || is_no_json;
            assert!(is_inexpressible, "{vendor}/{}: {}", left_out.scenario, left_out.reason);
        }
    }
}

#[test]
fn the_same_fixtures_give_the_same_bytes_twice() {
    for (vendor, export) in exports() {
        let again = pact::export(fixtures(), vendor);
        assert_eq!(format!("{:#}", again.pact), format!("{:#}", export.pact));
        assert_eq!(&again, export);
    }
}

#[test]
fn a_vendor_without_fixtures_has_a_pact_without_interactions() {
    let export = pact::export(fixtures(), "nobody");
    assert!(interactions(&export).is_empty() && export.scenarios.is_empty() && export.left_out.is_empty());
}

#[test]
fn every_interaction_has_a_key_and_a_description_of_its_own() {
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
                let begins_alike = state(one) == state(other) && asked(one) == asked(other);
                let (keys, answers) = ([&one["key"], &other["key"]], [&one["response"], &other["response"]]);
                assert!(!begins_alike || answers[0] == answers[1], "{vendor}: {keys:?}");
            }
        }
    }
}

/// The request without its token.
fn asked(interaction: &Value) -> [&Value; 4] {
    ["method", "path", "query", "body"].map(|key| &interaction["request"][key])
}

#[test]
fn no_pact_holds_a_credential_or_anything_of_a_real_person() {
    for (vendor, export) in exports() {
        let mut text = format!("{:#}", export.pact);
        assert!(!text.contains(HIDDEN), "{vendor}");
        let credentials = fixtures().provider(vendor).unwrap().credentials(&ProviderKeys::default());
        for made_up in credentials.secrets() {
            text = text.replace(&made_up, "");
        }
        let found = personal::found_in(&text);
        assert!(found.is_empty(), "{vendor}: {found:?}");
        assert!(personal::numbers_in(&export.pact).is_empty(), "{vendor}");
    }
    assert!(FakeCredentials::issued().starts_with("fake-"));
}
