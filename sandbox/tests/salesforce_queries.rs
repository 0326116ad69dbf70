//! Salesforce's queries.

use serde_json::json;
use unicontact_sandbox::Vendor::Salesforce;

use crate::client::Outcome;
use crate::losing::lost;
use crate::salesforce::{CONTACT, Organization, errors, one};

#[tokio::test]
async fn a_query_finds_a_committed_contact_at_once() -> Outcome {
    let organization = Organization::open("").await?;
    organization.create_ada().await?;
    organization.create(&json!({"LastName": "O'Neil", "Email": "o\\neil@example.com"})).await?;
    organization.create(&json!({"LastName": "King", "FirstName": "Grace"})).await?;
    let id = |number: usize| json!(format!("003{number:012}AAA"));
    for (soql, expected) in [
        ("SELECT Id FROM Contact WHERE Email = 'Ada@Example.com'", vec![id(1)]),
        ("SELECT Id FROM Contact WHERE Email = 'ad@example.com'", vec![]),
        (r"SELECT Id FROM Contact WHERE LastName = 'O\'Neil'", vec![id(2)]),
        (r"SELECT Id FROM Contact WHERE Email = 'o\\neil@example.com'", vec![id(2)]),
        ("SELECT Id FROM Contact WHERE LastName = 'king' AND FirstName = 'Ada'", vec![id(1)]),
        ("SELECT Id FROM Contact WHERE LastName = 'King' ORDER BY FirstName DESC", vec![id(3), id(1)]),
        ("SELECT Id FROM Contact WHERE LastName = 'King' ORDER BY FirstName DESC LIMIT 1", vec![id(3)]),
        ("SELECT Id FROM Contact WHERE Email = null", vec![id(3)]),
        ("SELECT Id FROM Contact WHERE IsDeleted = false LIMIT 2", vec![id(1), id(2)]),
        ("select id from contact", vec![id(1), id(2), id(3)]),
    ] {
        assert_eq!(organization.found(soql).await?, expected, "{soql}");
    }
    let record =
        organization.query("SELECT Id, Name FROM Contact LIMIT 1").await?.json()["records"][0].clone();
    let expected = json!({
        "attributes": {"type": "Contact", "url": format!("{CONTACT}/003000000000001AAA")},
        "Id": "003000000000001AAA",
        "Name": "Ada King",
    });
    assert_eq!(record, expected);
    Ok(())
}

#[tokio::test]
async fn a_malformed_query_is_no_empty_result() -> Outcome {
    let organization = Organization::open("").await?;
    for (soql, code) in [
        ("", "MALFORMED_QUERY"),
        ("invalid", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE LastName = 'O'Neil'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE LastName = 'x\\'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE LastName = \"x\"", "MALFORMED_QUERY"),
        ("SELECT Nickname FROM Contact", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE Nickname = 'x'", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE Description = 'x'", "INVALID_FIELD"),
        ("SELECT Id FROM Contact ORDER BY Nickname", "INVALID_FIELD"),
        ("SELECT Id FROM Account", "INVALID_TYPE"),
    ] {
        assert_eq!(errors(&organization.query(soql).await?), one(400, code, ""), "{soql}");
    }
    let answer = organization.query("invalid").await?;
    assert_eq!(answer.json()[0]["message"], "unexpected token: 'invalid'");
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_leaves_a_contact_that_a_query_finds() -> Outcome {
    let organization = Organization::open("[[fault]]\nwhat = 'reset_after_commit'\ntimes = 1").await?;
    lost(organization.create_ada().await);
    let soql = "SELECT Id FROM Contact WHERE Email = 'ada@example.com'";
    assert_eq!(organization.found(soql).await?.len(), 1);
    let tally = organization.bench.sandbox.tally(Salesforce);
    assert_eq!((tally.held, tally.untold, tally.lost_answers), (1, 1, 1));
    Ok(())
}
