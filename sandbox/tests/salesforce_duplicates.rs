//! Salesforce's duplicate rule.

use reqwest::Method;
use serde_json::json;
use unicontact_sandbox::Vendor::Salesforce;
use unicontact_sandbox::accounts::salesforce::{LEAD_EMAIL, LEAD_ID, UNIQUE_FIELD};

use crate::client::Outcome;
use crate::creating::{accepted, held_and_uncommitted};
use crate::salesforce::{CONTACT, Organization};

const RULE: &str = "[[fault]]\nwhat = 'duplicate_rule'\n";

#[tokio::test]
async fn without_a_rule_an_equal_contact_is_created_again() -> Outcome {
    let organization = Organization::open("").await?;
    for _ in 0..2 {
        assert_eq!(organization.create_ada().await?.status, 201);
    }
    assert_eq!(organization.create(&json!({"LastName": "Lead", "Email": LEAD_EMAIL})).await?.status, 201);
    assert_eq!(organization.bench.sandbox.tally(Salesforce).duplicates, 1);
    Ok(())
}

#[tokio::test]
async fn a_rule_refuses_an_address_and_lists_the_contact() -> Outcome {
    let organization = Organization::open(RULE).await?;
    organization.create_ada().await?;
    let answer = organization.create(&json!({"LastName": "Other", "Email": "ADA@example.com"})).await?;
    let expected = json!([{
        "duplicateResut": {
            "allowSave": true,
            "duplicateRule": "Standard_Contact_Duplicate_Rule",
            "duplicateRuleEntityType": "Contact",
            "errorMessage": "You're creating a duplicate record. We recommend you use an existing record instead.",
            "matchResults": [{
                "entityType": "Contact",
                "errors": [],
                "matchEngine": "ExactMatchEngine",
                "matchRecords": [{
                    "additionalInformation": [],
                    "fieldDiffs": [],
                    "matchConfidence": 100.0,
                    "record": {
                        "attributes": {"type": "Contact", "url": format!("{CONTACT}/003000000000001AAA")},
                        "Id": "003000000000001AAA",
                    },
                }],
                "rule": "Standard_Contact_Match_Rule_v1_1",
                "size": 1,
                "success": true,
            }],
        },
        "errorCode": "DUPLICATES_DETECTED",
        "message": "You're creating a duplicate record. We recommend you use an existing record instead.",
    }]);
    assert_eq!((answer.status, answer.json()), (400, expected));
    assert_eq!(organization.create(&json!({"LastName": "King"})).await?.status, 201, "no address, no match");
    let contacts = organization.bench.sandbox.contacts(Salesforce);
    assert_eq!((contacts.len(), contacts[0].times_returned), (2, 2));
    Ok(())
}

#[tokio::test]
async fn a_match_may_be_a_lead_which_is_no_contact() -> Outcome {
    let organization = Organization::open(RULE).await?;
    let body = json!({"LastName": "Lead", "Email": LEAD_EMAIL});
    let refused = organization.create(&body).await?;
    let results = refused.json()[0]["duplicateResut"]["matchResults"].clone();
    assert_eq!((refused.status, results.as_array().map(Vec::len)), (400, Some(1)));
    assert_eq!(results[0]["entityType"], "Lead");
    assert_eq!(results[0]["matchRecords"][0]["record"]["Id"], LEAD_ID);
    assert!(organization.bench.sandbox.contacts(Salesforce).is_empty());
    assert!(
        organization.found(&format!("SELECT Id FROM Contact WHERE Email = '{LEAD_EMAIL}'")).await?.is_empty()
    );

    let headers = [
        ("authorization", organization.bearer.as_str()),
        ("content-type", "application/json"),
        ("sforce-duplicate-rule-header", "allowSave=true"),
    ];
    let saved =
        organization.bench.send(Salesforce, Method::POST, CONTACT, &headers, body.to_string()).await?;
    assert_eq!(saved.status, 201);
    let both = organization.create(&body).await?.json()[0]["duplicateResut"]["matchResults"].clone();
    assert_eq!((&both[0]["entityType"], &both[1]["entityType"]), (&json!("Contact"), &json!("Lead")));
    Ok(())
}

#[tokio::test]
async fn a_rule_looks_again_at_a_late_commit_and_not_at_a_late_dedupe() -> Outcome {
    for (what, second, held) in [("late_commit", 400, 1), ("late_dedupe", 201, 2)] {
        let faults = format!("{RULE}[[fault]]\nwhat = '{what}'\ndelay = '12s'");
        let organization = Organization::open(&faults).await?;
        let commit = async {
            accepted(&organization.bench, Salesforce, 2).await;
            organization.bench.advance(12);
        };
        let (one, other, ()) = tokio::join!(organization.create_ada(), organization.create_ada(), commit);
        let mut statuses = [one?.status, other?.status];
        statuses.sort_unstable();
        let mut expected = [201, second];
        expected.sort_unstable();
        assert_eq!(statuses, expected, "{what}");
        assert_eq!(held_and_uncommitted(&organization.bench, Salesforce), (held, 0), "{what}");
    }
    Ok(())
}

#[tokio::test]
async fn a_unique_field_names_the_other_contact_in_prose_without_a_rule() -> Outcome {
    let organization = Organization::open("").await?;
    for (key, status) in [("A-1", 201), ("a-1", 400), ("A-2", 201), ("", 201), ("", 201)] {
        let answer = organization.create(&json!({"LastName": "King", UNIQUE_FIELD: key})).await?;
        assert_eq!(answer.status, status, "{key}");
        if status == 400 {
            let message =
                "duplicate value found: Sandbox_Key__c duplicates value on record with id: 003000000000001";
            let expected = json!([{"message": message, "errorCode": "DUPLICATE_VALUE", "fields": []}]);
            assert_eq!(answer.json(), expected);
        }
    }
    let path = format!("{CONTACT}/003000000000001?fields=Id");
    let record = organization.bench.get(Salesforce, &path, &organization.bearer).await?;
    assert_eq!(record.json()["Id"], "003000000000001AAA");
    Ok(())
}
