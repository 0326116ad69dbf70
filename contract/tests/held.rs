//! Tests that the JSON Schema of `contract hold` accepts what commands get, and accepts and rejects the same results as the kit.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jsonschema::Validator;
use serde_json::{Value, json};
use unicontact_contract::{BuiltIn, Fixture, Fixtures, HoldCommand, hold, hold_schema};

fn fixtures() -> Fixtures {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    Fixtures::load(&folder).unwrap_or_else(|error| panic!("\n{error}"))
}

/// Returns the validator of `input` or `output`.
fn validator(part: &str) -> Validator {
    let mut schema = hold_schema();
    let reference = schema["properties"][part].take();
    schema["properties"] = json!({part: reference});
    schema["required"] = json!([part]);
    jsonschema::validator_for(&schema).unwrap()
}

fn shell(script: String) -> HoldCommand {
    HoldCommand {
        program: "sh".into(),
        arguments: vec!["-c".into(), script.into()],
        timeout: Duration::from_secs(20),
    }
}

fn fixture<'a>(fixtures: &'a Fixtures, name: &str) -> &'a Fixture {
    fixtures.all().iter().find(|fixture| fixture.name() == name).unwrap()
}

/// Returns the input of the command for a fixture.
async fn input(fixtures: &Fixtures, fixture: &Fixture, folder: &Path) -> Value {
    let file: PathBuf = folder.join("input.json");
    hold(fixture, fixtures, &BuiltIn, &shell(format!("cat > '{}'", file.display()))).await.unwrap();
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

#[tokio::test]
async fn every_input_is_valid_by_the_schema() {
    let (fixtures, folder, validator) = (fixtures(), tempfile::tempdir().unwrap(), validator("input"));
    for vendor in fixtures.vendors() {
        for fixture in fixtures
            .of_vendor(vendor)
            .filter(|it| it.scenario.contains("full") || it.scenario.ends_with("_found"))
        {
            let input = input(&fixtures, fixture, folder.path()).await;
            let document = json!({"input": input});
            assert!(validator.is_valid(&document), "{}: {document}", fixture.name());
        }
    }
}

#[tokio::test]
async fn the_input_has_the_operation_and_the_settings_of_the_fixture() {
    let (fixtures, folder) = (fixtures(), tempfile::tempdir().unwrap());
    let of = async |name: &str| input(&fixtures, fixture(&fixtures, name), folder.path()).await;
    let national = of("cloverhound/create_national_number").await;
    assert_eq!((&national["operation"], &national["default_region"]), (&json!("create"), &json!("DE")));
    assert_eq!(national["now"], "2026-11-20T10:00:00Z");
    assert_eq!(national["contact"]["phones"], json!([{"number": "030 23125042"}]));
    assert!(!national["idempotency_key"].as_str().unwrap().is_empty());
    let hanging = of("cloverhound/hang").await;
    assert!(hanging["timeout_ms"].as_u64() < national["timeout_ms"].as_u64(), "{hanging}");
    assert_eq!(of("emnify/find_found").await["operation"], "find");
    assert_eq!(of("emnify/check_good").await["operation"], "check");
}

#[tokio::test]
async fn the_schema_accepts_and_rejects_the_same_results_as_the_kit() {
    let (fixtures, validator) = (fixtures(), validator("output"));
    let fixture = fixture(&fixtures, "emnify/check_good");
    let error = |more: Value| {
        let mut error = json!({"kind": "invalid", "effect": "refused"});
        error.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"error": error})
    };
    for (output, is_right) in [
        (json!({"created": {"id": "7", "existing": true}}), true),
        (json!({"created": {"id": "7"}}), true),
        (json!({"created": {"id": 7}}), false),
        (json!({"created": {"id": "7", "name": "Ada"}}), false),
        (json!({"found": "7"}), true),
        (json!({"found": null}), true),
        (json!({"unclear": []}), true),
        (json!({"unclear": [7]}), false),
        (json!({"checked": true}), true),
        (json!({"checked": false}), false),
        (json!({"checked": true, "found": null}), false),
        (json!({"deleted": "7"}), false),
        (json!([]), false),
        (json!({"error": {"kind": "invalid"}}), false),
        (json!({"error": {"kind": "unheard_of", "effect": "refused"}}), false),
        (error(json!({})), true),
        (
            error(
                json!({"status": 422, "code": "7", "message": "no", "fields": [{"field": "email", "message": "no"}]}),
            ),
            true,
        ),
        (error(json!({"retry_after": 30, "existing_id": "7", "transient": false, "retry_at": null})), true),
        (error(json!({"retry_after": "30"})), false),
        (error(json!({"status": 70_000})), false),
        (error(json!({"operation": "create"})), false),
    ] {
        let report = hold(fixture, &fixtures, &BuiltIn, &shell(format!("echo '{output}'"))).await.unwrap();
        let is_read = report.differences.iter().all(|it| it.expected != "one JSON object");
        assert_eq!(is_read, is_right, "{output}: {report}");
        assert_eq!(validator.is_valid(&json!({"output": output})), is_right, "{output}");
    }
}
