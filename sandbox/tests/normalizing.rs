//! Contacts that are stored in another form than they were sent.

use reqwest::Method;
use serde_json::{Value, json};
use unicontact_sandbox::Vendor::{Cloverhound, Emnify, HubSpot, OneCloud, Pipedrive, Salesforce, SmartTask};
use unicontact_sandbox::{FaultKind, Vendor};

use crate::client::{Bench, Outcome};
use crate::creating::{Account, EMNIFY_CONTACTS, held_and_uncommitted};
use crate::losing::lost;

const NAME: &str = "  ada   KING of\tLovelace  ";
const NUMBER: &str = "+442079460123";

fn body(vendor: Vendor) -> Value {
    match vendor {
        SmartTask => json!({
            "name": NAME,
            "record_sub_type": "person",
            "emails": [{"email": "Ada@Example.com"}],
            "phones": [{"phone_number": NUMBER}, {"phone_number": "+15550100123"}],
        }),
        Emnify => json!({
            "type": {"id": 1},
            "name": NAME,
            "email": "Ada@Example.com",
            "phone": NUMBER,
            "mobile": "+35315550100",
        }),
        Cloverhound => json!({
            "full_name": NAME,
            "email": "Ada@Example.com",
            "contact_phones_attributes": [{"number": NUMBER}],
        }),
        OneCloud => json!({"Name": NAME, "Email": "Ada@Example.com", "Phone": NUMBER, "Media": "web shop"}),
        HubSpot => json!({"properties": {"lastname": NAME, "email": "Ada@Example.com", "phone": NUMBER}}),
        Salesforce => json!({"LastName": NAME, "Email": "Ada@Example.com", "Phone": NUMBER}),
        Pipedrive => json!({
            "name": NAME,
            "emails": [{"value": "Ada@Example.com", "primary": true, "label": "work"}],
            "phones": [{"value": NUMBER}],
        }),
    }
}

/// Creates the contact under this rule, and returns the name, the address and the numbers that are stored.
async fn stored(vendor: Vendor, options: &str) -> Result<Value, Box<dyn std::error::Error>> {
    let bench = Bench::start_with(&format!("[[fault]]\nwhat = 'normalizes'\n{options}")).await?;
    let account = Account::open(&bench, vendor).await?;
    let answer = account.post(&bench, &body(vendor)).await?;
    assert!(matches!(answer.status, 200 | 201), "{vendor:?} {}", answer.status);
    let contact = bench.sandbox.contacts(vendor).remove(0);
    assert_eq!(contact.body, body(vendor), "what was sent is kept");
    let answered = match vendor {
        Emnify => bench.get(Emnify, EMNIFY_CONTACTS, &account.bearer).await?.json()[0].clone(),
        Salesforce => {
            let path = format!("/services/data/v59.0/sobjects/Contact/{}", contact.id);
            bench.get(Salesforce, &path, &account.bearer).await?.json()
        }
        Pipedrive => answer.json()["data"].clone(),
        _ => answer.json(),
    };
    assert_eq!(answered, contact.shown);
    let places: &[&str] = match vendor {
        SmartTask => &["/name", "/emails/0/email", "/phones/0/phone_number", "/phones/1/phone_number"],
        Emnify => &["/name", "/email", "/phone", "/mobile"],
        Cloverhound => &["/full_name", "/email", "/contact_phones/0/number"],
        OneCloud => &["/Name", "/Email", "/Phone", "/Media"],
        HubSpot => &["/properties/lastname", "/properties/email", "/properties/phone"],
        Salesforce => &["/LastName", "/Email", "/Phone"],
        Pipedrive => &["/name", "/emails/0/value", "/phones/0/value"],
    };
    Ok(places.iter().map(|place| contact.shown.pointer(place).cloned()).collect())
}

#[tokio::test]
async fn texts_are_trimmed_and_folded_everywhere() -> Outcome {
    let name = "ada KING of Lovelace";
    for (vendor, expected) in [
        (SmartTask, json!([name, "Ada@Example.com", NUMBER, "+15550100123"])),
        (Emnify, json!([name, "Ada@Example.com", NUMBER, "+35315550100"])),
        (Cloverhound, json!([name, "Ada@Example.com", NUMBER])),
        (OneCloud, json!([name, "Ada@Example.com", NUMBER, "web shop"])),
        (HubSpot, json!([name, "Ada@Example.com", NUMBER])),
        (Salesforce, json!([name, "Ada@Example.com", NUMBER])),
        (Pipedrive, json!([name, "Ada@Example.com", NUMBER])),
    ] {
        assert_eq!(stored(vendor, "").await?, expected, "{vendor:?}");
    }
    Ok(())
}

#[tokio::test]
async fn texts_are_cut_and_take_another_case_everywhere() -> Outcome {
    for (options, name) in [
        ("max_length = 9", "ada KING"),
        ("case = 'title'", "Ada King Of Lovelace"),
        ("case = 'upper'\nmax_length = 6", "ADA KI"),
        ("case = 'lower'", "ada king of lovelace"),
    ] {
        for vendor in Vendor::ALL {
            let stored = stored(vendor, options).await?;
            assert_eq!(stored[0], name, "{vendor:?} {options}");
            let address = if options.contains("case") { "ada@example.com" } else { "Ada@Example.com" };
            assert_eq!(stored[1], address, "{vendor:?} {options}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn numbers_take_another_form_everywhere() -> Outcome {
    for (format, british, american, irish) in [
        ("digits", "442079460123", "15550100123", "35315550100"),
        ("spaced", "+44 207 946 012 3", "+1 555 010 012 3", "+353 155 501 00"),
        ("national", "02079460123", "05550100123", "015550100"),
    ] {
        let options = format!("phones = '{format}'");
        let smarttask = stored(SmartTask, &options).await?;
        assert_eq!((&smarttask[2], &smarttask[3]), (&json!(british), &json!(american)));
        let emnify = stored(Emnify, &options).await?;
        assert_eq!((&emnify[2], &emnify[3]), (&json!(british), &json!(irish)));
        for vendor in [Cloverhound, OneCloud, HubSpot, Salesforce, Pipedrive] {
            assert_eq!(stored(vendor, &options).await?[2], british, "{vendor:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_number_that_is_not_international_keeps_its_digits() -> Outcome {
    for (sent, format, expected) in [
        ("n/a", "digits", "n/a"),
        (" - ", "digits", "-"),
        ("+44 20 7946 ext 5", "spaced", "+44 20 7946 ext 5"),
        ("020 7946", "national", "0207946"),
        ("0207946", "spaced", "020 794 6"),
        ("+4", "national", "0"),
    ] {
        let bench =
            Bench::start_with(&format!("[[fault]]\nwhat = 'normalizes'\nphones = '{format}'")).await?;
        let account = Account::open(&bench, OneCloud).await?;
        let answer = account.post(&bench, &json!({"Name": "Ada King", "Phone": sent})).await?;
        assert_eq!(answer.json()["Phone"], expected, "{sent} {format}");
    }
    Ok(())
}

#[tokio::test]
async fn letters_of_any_script_are_cut_and_put_in_another_case() -> Outcome {
    for (sent, options, expected) in [
        ("élodie d'aubigné-ŁUKASZ", "case = 'title'", "Élodie D'Aubigné-Łukasz"),
        ("山田 花子", "max_length = 3\ncase = 'title'", "山田"),
        ("straße", "case = 'upper'", "STRASSE"),
    ] {
        let bench = Bench::start_with(&format!("[[fault]]\nwhat = 'normalizes'\n{options}")).await?;
        let account = Account::open(&bench, Cloverhound).await?;
        let answer = account.create(&bench, sent).await?;
        assert_eq!(answer.json()["full_name"], expected);
    }
    Ok(())
}

#[tokio::test]
async fn a_normalized_contact_whose_answer_was_lost_is_listed_in_another_form() -> Outcome {
    let normalizes = "[[fault]]\nwhat = 'normalizes'\nmax_length = 20\ncase = 'title'\n";
    let bench =
        Bench::start_with(&format!("{normalizes}[[fault]]\nwhat = 'reset_after_commit'\ntimes = 1")).await?;
    let account = Account::open(&bench, Emnify).await?;
    let name = "augusta ada KING of Lovelace";
    lost(account.create(&bench, name).await);
    let seen = bench.sandbox.requests(Emnify);
    assert_eq!(seen[1].faults, [FaultKind::Normalizes, FaultKind::ResetAfterCommit]);
    let listed = bench.get(Emnify, EMNIFY_CONTACTS, &account.bearer).await?.json();
    assert_eq!(listed[0]["name"], "Augusta Ada King Of");
    assert_eq!(account.create(&bench, name).await?.status, 201);
    assert_eq!(bench.sandbox.tally(Emnify).duplicates, 1, "one person is counted by what was sent");
    Ok(())
}

#[tokio::test]
async fn a_vendor_that_looks_for_an_equal_contact_compares_the_stored_forms() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'normalizes'\nmax_length = 8").await?;
    let account = Account::open(&bench, SmartTask).await?;
    let first = account.create(&bench, "Ada King of Lovelace").await?.json();
    let second = account.create(&bench, " Ada  King").await?.json();
    assert_eq!((&first, &first["name"]), (&second, &json!("Ada King")));
    assert_eq!(held_and_uncommitted(&bench, SmartTask), (1, 0));
    Ok(())
}

#[tokio::test]
async fn the_state_shows_the_sent_and_the_stored_contact() -> Outcome {
    let bench = Bench::start_with("[[fault]]\nwhat = 'normalizes'\ncase = 'upper'\ntimes = 1").await?;
    for _ in 0..2 {
        bench.create("Ada King").await?;
    }
    let url = format!("{}/state", bench.sandbox.control_url().unwrap_or_default());
    let state = bench.send_to(url, Method::GET, &[], "").await?.json();
    let contacts = &state["vendors"]["cloverhound"]["contacts"];
    let names = |of: &str| json!([contacts[0][of]["full_name"], contacts[1][of]["full_name"]]);
    assert_eq!(names("body"), json!(["Ada King", "Ada King"]));
    assert_eq!(names("shown"), json!(["ADA KING", "Ada King"]));
    Ok(())
}
