//! Tests of fault files: valid ones, and errors with line, key and valid values.

use unicontact_sandbox::{Faults, Latency, On, Rule, Vendor, What, When};

use crate::client::Outcome;

const EXAMPLE: &str = include_str!("../../examples/faults.toml");

#[track_caller]
fn refused(text: &str) -> String {
    Faults::from_toml(text).expect_err("it is refused").to_string()
}

#[test]
fn the_example_holds_every_kind_of_fault() -> Outcome {
    let faults = Faults::from_toml(EXAMPLE)?;
    let mut kinds: Vec<_> = faults.rules.iter().map(|rule| rule.what.kind().name()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds.len(), 24, "{kinds:?}");
    Ok(())
}

#[test]
fn a_kind_of_fault_has_one_name() -> Outcome {
    for rule in Faults::from_toml(EXAMPLE)?.rules {
        let kind = rule.what.kind();
        assert_eq!(serde_json::to_value(kind)?, kind.name());
        assert_eq!(serde_json::to_value(&rule)?["what"], kind.name());
    }
    Ok(())
}

#[test]
fn what_is_read_is_written_again() -> Outcome {
    let faults = Faults::from_toml(EXAMPLE)?;
    let written = serde_json::to_string(&faults)?;
    assert_eq!(Faults::from_json(&written)?, faults);
    Ok(())
}

#[test]
fn a_rule_in_code_is_the_one_in_a_text() -> Outcome {
    let text = "seed = 7\n[[fault]]\nwhat = 'latency'\ndelay = '20ms'\nvendor = ['emnify']\non = 'any'\nafter = 2\ntimes = 3";
    let latency = What::Latency(Latency::Fixed(std::time::Duration::from_millis(20)));
    let when = When { after: 2, times: Some(3), ..When::default() };
    let rule = Rule::new(latency).at(Vendor::Emnify).on(On::Any).when(when);
    assert_eq!(Faults::from_toml(text)?, Faults::new(7, [rule]));
    Ok(())
}

#[test]
fn nothing_at_all_means_no_faults() -> Outcome {
    assert_eq!(Faults::from_toml("")?, Faults::default());
    Ok(())
}

#[test]
fn an_invalid_value_is_reported_with_its_line() {
    for (line, expected) in [
        ("what = 'latncy'", "line 3: `what`: unknown variant `latncy`, expected one of `latency`, `status`"),
        (
            "vendor = 'acme'",
            "line 4: `vendor`: unknown variant `acme`, expected one of `smarttask`, `emnify`",
        ),
        (
            "vendor = ['acme']",
            "line 4: `vendor`: unknown variant `acme`, expected one of `smarttask`, `emnify`",
        ),
        ("vendor = []", "line 4: an empty list names no vendor; without `vendor` it is for all"),
        (
            "on = 'write'",
            "line 4: `on`: unknown variant `write`, expected one of `create`, `login`, `read`, `any`",
        ),
        ("probability = 1.5", "line 4: `probability`: 1.5 is no probability; it is a number from 0 to 1"),
        ("status = 200", "line 4: `status`: 200 is no status of an error; it is a number from 400 to 599"),
        (
            "delay = 5",
            "line 4: `delay`: invalid type: integer `5`, expected a length of time such as \"200ms\"",
        ),
        ("delay = '5'", "line 4: `delay`: `5` is no length of time; write it as \"200ms\""),
        ("every = 0", "line 4: `every`: invalid value: integer `0`, expected a whole number from 1"),
        ("times = -1", "line 4: `times`: invalid value: integer `-1`, expected a whole number from 1"),
        ("after = 'x'", "line 4: `after`: invalid type: string \"x\", expected a whole number from 1"),
        ("uses = 4294967296", "line 4: `uses`: 4294967296 is too large"),
        ("status = -1", "line 4: `status`: invalid value: integer `-1`, expected a number from 400 to 599"),
        (
            "probability = 'x'",
            "line 4: `probability`: invalid type: string \"x\", expected a number from 0 to 1",
        ),
        ("gateway_timeout = '0s'", "line 4: `gateway_timeout`: `0s` is no length of time"),
        ("lag = 2", "line 4: `lag`: invalid type: integer `2`, expected a length of time such as"),
        (
            "max_length = 0",
            "line 4: `max_length`: invalid value: integer `0`, expected a whole number from 1",
        ),
        (
            "case = 'camel'",
            "line 4: `case`: unknown variant `camel`, expected one of `title`, `upper`, `lower`",
        ),
        (
            "phones = 'e164'",
            "line 4: `phones`: unknown variant `e164`, expected one of `digits`, `spaced`, `national`",
        ),
        ("latency = 1", "line 4: unknown field `latency`, expected one of `what`, `vendor`"),
        ("times = ", "line 4: `times`: "),
        ("what = 'cut_body'", "line 4: `what`: duplicate key"),
    ] {
        let text = match line {
            "what = 'latncy'" => format!("seed = 7\n[[fault]]\n{line}"),
            line => format!("seed = 7\n[[fault]]\nwhat = 'cut_body'\n{line}"),
        };
        let told = refused(&text);
        assert!(told.starts_with(expected), "{line}: {told}");
        assert!(!told.contains('\n'), "{told}");
    }
}

#[test]
fn a_seed_is_a_whole_number() {
    for (seed, shown) in [("-1", "integer `-1`"), ("1.5", "floating point `1.5`"), ("'x'", "string \"x\"")] {
        let told = refused(&format!("seed = {seed}\n"));
        assert!(told.starts_with("line 1: `seed`: invalid "), "{told}");
        assert!(told.ends_with(&format!("{shown}, expected a whole number from 0")), "{told}");
    }
}

#[test]
fn a_probability_may_be_written_as_a_whole_number() -> Outcome {
    let text = "[[fault]]\nwhat = 'cut_body'\nprobability = 0\n";
    assert!(Faults::from_toml(text)?.rules[0].when.probability <= 0.0);
    Ok(())
}

#[test]
fn an_invalid_rule_is_reported_with_its_first_line() {
    for (rule, expected) in [
        (
            "what = 'cut_body'\ndelay = '1s'",
            "`delay` does nothing for `cut_body`, which takes `vendor`, `on`",
        ),
        ("what = 'latency'", "`latency` needs either `delay`, or `p50` and `p99`"),
        ("what = 'latency'\ndelay = '1s'\np50 = '1s'", "`latency` needs either `delay`, or `p50` and `p99`"),
        ("what = 'latency'\np50 = '2s'\np99 = '1s'", "`p50` must not be longer than `p99`"),
        ("what = 'status'", "`status` needs `status`, from 400 to 599"),
        ("what = 'status'\nstatus = 500\nretry_after_as = 'date'", "`retry_after_as` needs `retry_after`"),
        ("what = 'slow_body'", "`slow_body` needs `over`"),
        ("what = 'concurrency_limit'", "`concurrency_limit` needs `in_flight`, from 1"),
        ("what = 'workers'\nworkers = 2", "`workers` needs `delay`, such as"),
        ("what = 'workers'\ndelay = '1s'", "`workers` needs `workers`, from 1"),
        ("what = 'rate_limit'\nin_flight = 2", "`in_flight` does nothing for `rate_limit`, which takes"),
        ("what = 'cut_body'\nburst = 2\nlasting = '1s'", "`burst` and `lasting` exclude each other"),
        (
            "what = 'down'\ntimes = 2",
            "`times` does nothing for `down`, which takes `vendor`, `after`, `lasting`",
        ),
        (
            "what = 'quota'\ncreates = 2\nvendor = 'emnify'",
            "`vendor`: emnify has no `quota`; it is for `onecloud`",
        ),
        ("what = 'quota'\ncreates = 2\ntime_zone = 'Jakarta'", "`time_zone`: `Jakarta` is no time zone"),
        (
            "what = 'token_expiry'\nuses = 2\nvendor = 'cloverhound'",
            "`vendor`: cloverhound has no `token_expiry`",
        ),
        ("what = 'late_commit'", "`late_commit` needs `delay`, such as \"15s\""),
        ("what = 'late_dedupe'\ngateway_timeout = '1s'", "`late_dedupe` needs `delay`, such as \"15s\""),
        (
            "what = 'late_commit'\ndelay = '2s'\ngateway_timeout = '2s'",
            "`gateway_timeout` must be shorter than `delay`; otherwise it does nothing",
        ),
        (
            "what = 'late_commit'\ndelay = '2s'\non = 'read'",
            "`on` does nothing for `late_commit`, which takes `delay`, `gateway_timeout`, `vendor`, `after`",
        ),
        (
            "what = 'late_dedupe'\ndelay = '2s'\nvendor = 'emnify'",
            "`vendor`: emnify has no `late_dedupe`; it is for `smarttask`",
        ),
        ("what = 'stale_list'", "`stale_list` needs `lag`, such as \"30s\""),
        (
            "what = 'stale_list'\nlag = '2s'\nvendor = 'onecloud'",
            "`vendor`: onecloud has no `stale_list`; it is for `emnify`",
        ),
        ("what = 'stale_list'\nlag = '2s'\ndelay = '2s'", "`delay` does nothing for `stale_list`"),
        (
            "what = 'normalizes'\nlag = '2s'",
            "`lag` does nothing for `normalizes`, which takes `max_length`, `case`, `phones`, `vendor`",
        ),
        ("vendor = 'emnify'", "missing field `what`"),
    ] {
        let told = refused(&format!("seed = 7\n\n[[fault]]\n{rule}\n"));
        assert!(told.starts_with(&format!("line 3: {expected}")), "{rule}: {told}");
    }
}

#[test]
fn a_mistake_outside_the_rules_is_reported() {
    assert!(refused("\nsed = 7").starts_with("line 2: unknown field `sed`, expected `seed` or `fault`"));
    assert!(refused("seed = -1").starts_with("line 1: "));
    assert!(refused("[fault]\nwhat = 'down'").starts_with("line 1: "));
}
