//! The prospects at `OneCloud`'s stand-in.

use std::error::Error;

use serde_json::{Value, json};
use unicontact_sandbox::Vendor::OneCloud;

use crate::client::{Answer, Bench, Outcome};

const PROSPECTS: &str = "/api/prospectrz";

async fn bearer(bench: &Bench) -> Result<String, Box<dyn Error>> {
    let account = json!({"email": "sandbox@example.com", "password": "sandbox-password", "siteId": 169});
    let answer = bench.post(OneCloud, "/api/authenticate", "", &account).await?.json();
    let token = answer["token"].as_str().ok_or("no token")?;
    Ok(format!("Bearer {token}"))
}

async fn prospects(bench: &Bench, query: &str) -> Result<Answer, Box<dyn Error>> {
    let path = format!("{PROSPECTS}?{query}");
    bench.get(OneCloud, &path, &bearer(bench).await?).await
}

fn ids(list: &Value) -> Vec<&str> {
    let data = list["data"].as_array().into_iter().flatten();
    data.filter_map(|prospect| prospect["Id"].as_str()).collect()
}

#[tokio::test]
async fn a_list_has_the_documented_shape() -> Outcome {
    let bench = Bench::start().await?;
    let answer = prospects(&bench, "limit=2").await?;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json(),
        json!({
            "limit": "2",
            "offset": 0,
            "count": 2,
            "total": 3,
            "data": [
                {
                    "Id": "31",
                    "Name": "Sandbox Prospect",
                    "Phone": "0215550100",
                    "Fax": "",
                    "Email": "prospect@example.com",
                    "Mobile": "0215550100",
                    "TwitterId": "",
                    "FacebookId": "",
                    "Media": "",
                },
                {
                    "Id": "34",
                    "Name": "Silent Prospect",
                    "Phone": null,
                    "Fax": null,
                    "Email": "silent@example.com",
                    "Mobile": null,
                    "TwitterId": null,
                    "FacebookId": null,
                    "Media": "",
                },
            ],
        })
    );
    Ok(())
}

#[tokio::test]
async fn a_list_is_of_20_from_the_start_where_nothing_is_asked_for() -> Outcome {
    let bench = Bench::start().await?;
    for query in ["", "sinceId=&limit=&offset="] {
        let list = prospects(&bench, query).await?.json();
        assert_eq!((&list["limit"], &list["offset"]), (&json!(20), &json!(0)));
        assert_eq!(ids(&list), ["31", "34", "35"]);
    }
    Ok(())
}

#[tokio::test]
async fn a_list_begins_after_an_id_and_at_an_offset() -> Outcome {
    let bench = Bench::start().await?;
    for (query, expected, total) in [
        ("sinceId=31", vec!["34", "35"], 2),
        ("sinceId=31&limit=1&offset=1", vec!["35"], 2),
        ("offset=3", vec![], 3),
        ("sinceId=99", vec![], 0),
        ("limit=0", vec![], 3),
    ] {
        let list = prospects(&bench, query).await?.json();
        assert_eq!(ids(&list), expected, "{query}");
        assert_eq!(list["count"], expected.len(), "{query}");
        assert_eq!(list["total"], total, "{query}");
    }
    Ok(())
}

#[tokio::test]
async fn a_parameter_that_is_no_number_is_an_error() -> Outcome {
    let bench = Bench::start().await?;
    for query in ["sinceId=yesterday", "limit=-1", "offset=one"] {
        let answer = prospects(&bench, query).await?;
        assert_eq!(answer.status, 400, "{query}");
        assert_eq!(answer.json()["_meta"]["status"], "ERROR");
    }
    Ok(())
}

#[tokio::test]
async fn a_created_contact_is_no_prospect() -> Outcome {
    let bench = Bench::start().await?;
    let contact = json!({"Name": "Ada King"});
    let bearer = bearer(&bench).await?;
    let created = bench.post(OneCloud, "/api/contactrz", &bearer, &contact).await?;
    assert_eq!(created.status, 200);
    assert_eq!(prospects(&bench, "").await?.json()["total"], 3);
    Ok(())
}

#[tokio::test]
async fn prospects_are_shown_only_with_a_good_token() -> Outcome {
    let bench = Bench::start().await?;
    let bearer = bearer(&bench).await?;
    for (authorization, words) in
        [("", "jwt token not found"), ("Bearer a.b.c", "Signature verification failed")]
    {
        let answer = bench.get(OneCloud, PROSPECTS, authorization).await?;
        assert_eq!(answer.status, 401);
        assert_eq!(answer.json()["records"]["userMessage"], words);
    }
    bench.advance(900);
    let answer = bench.get(OneCloud, PROSPECTS, &bearer).await?;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.json()["records"]["userMessage"], "Expired token");
    Ok(())
}
