use proptest::prelude::*;

use super::*;

/// Returns the parts of a text: addresses as they are, other parts with their kind.
fn parts(text: &str) -> Vec<String> {
    let brief = |part: Part<'_>| match part {
        Part::Address { address, word: None } => address.as_str().to_owned(),
        Part::Address { address, word: Some(word) } => format!("{} ({word})", address.as_str()),
        Part::Comment => "comment".to_owned(),
        Part::Placeholder => "placeholder".to_owned(),
        Part::NotEmail(text) => format!("not e-mail: {text}"),
        Part::SpelledOut(text) => format!("spelled out: {text}"),
        Part::Unreadable(text) => format!("unreadable: {text}"),
    };
    parse(text).into_iter().map(brief).collect()
}

const BOTH: [&str; 2] = ["ann@example.com", "bob@example.org"];

#[test]
fn a_list_is_split_at_every_separator() {
    for between in [
        ";", ",", "|", "/", " ", "\n", "\r\n", "\t", " and ", " or ", " und ", " et ", " & ", " - ", " ::: ",
        "、", "；", "，", "، ", " / ", " , ", ";;", "; ; ", " | ", "&",
    ] {
        assert_eq!(parts(&format!("ann@example.com{between}bob@example.org")), BOTH, "{between:?}");
    }
}

#[test]
fn separators_around_an_address_are_ignored() {
    for text in [
        "ann@example.com;",
        "ann@example.com, ",
        "; ann@example.com",
        ",ann@example.com,,",
        "|ann@example.com|",
        "ann@example.com /",
    ] {
        assert_eq!(parts(text), ["ann@example.com"], "{text}");
    }
}

#[test]
fn names_beside_addresses_are_ignored() {
    for text in [
        "\"One, Ann\" <ann@example.com>; \"Two, Bob\" <bob@example.org>",
        "One, Ann <ann@example.com>; Two, Bob <bob@example.org>",
        "One, Ann, Dr. <ann@example.com>, Two, Bob <bob@example.org>",
        "Ann One (ann@example.com), Bob Two (bob@example.org)",
        "One, Ann (ann@example.com); Two, Bob (bob@example.org)",
        "Ann One [mailto:ann@example.com]; Bob <mailto:bob@example.org>",
        "<ann@example.com> <bob@example.org>",
        "ann@example.com, Two, Bob <bob@example.org>",
        "Ann <ann@example.com> and Bob <bob@example.org>",
        "\"Ann \\\"A; B\\\" One\" <ann@example.com>, bob@example.org",
        "ann@example.com <ann@example.com>; 'bob@example.org' <bob@example.org>",
        "[ann@example.com](mailto:ann@example.com); bob@example.org",
    ] {
        let mut parsed = parts(text);
        parsed.dedup();
        assert_eq!(parsed, BOTH, "{text}");
    }
}

#[test]
fn quotes_schemes_and_punctuation_around_an_address_are_removed() {
    for text in [
        "'ann@example.com'",
        "<ann@example.com>",
        "\"ann@example.com\"",
        "(ann@example.com)",
        "[ann@example.com]",
        "ann@example.com.",
        "ann@example.com,",
        "“ann@example.com”",
        "«ann@example.com»",
        "'ann@example.com",
        "mailto:ann@example.com",
        "MAILTO:ann@example.com?subject=x",
        "smtp:ann@example.com",
        "SMTP: ann@example.com",
        "email:ann@example.com",
        "E-Mail: ann@example.com",
        "mailto:<ann@example.com>",
        "<mailto:ann@example.com>",
        "mailto://ann@example.com",
        "Email:mailto:ann@example.com",
        "`ann@example.com`",
        "{ann@example.com}",
        "• ann@example.com",
        "<<ann@example.com>>",
        "ann@example.com>",
        "<ann@example.com",
        "\"ann@example.com",
        "ann@example.com?subject=Hi",
        "Ann One <'ann@example.com'>",
    ] {
        assert_eq!(parts(text), ["ann@example.com"], "{text}");
    }
}

#[test]
fn unusual_addresses_are_not_changed() {
    for text in [
        "o'brien@example.com",
        "user+box/dep=x@example.com",
        "a|b@example.com",
        "\"cy..c\"@docomo.ne.jp",
        "\"a b\"@example.com",
        "\"a;b\"@example.com",
        "संपर्क@डाटामेल.भारत",
        "{ann}@example.com",
        "-@example.com",
        "ann@example.com",
    ] {
        assert_eq!(parts(text), [text]);
    }
    assert_eq!(
        parts("\"cy..c\"@docomo.ne.jp; bob@example.org"),
        ["\"cy..c\"@docomo.ne.jp", "bob@example.org"]
    );
}

#[test]
fn a_word_beside_an_address_sets_its_kind() {
    assert_eq!(
        parts("ann@example.com (work); home: bob@example.org"),
        ["ann@example.com (work)", "bob@example.org (home)"]
    );
    assert_eq!(parts("ann@example.com (Ann One)"), ["ann@example.com", "comment"]);
    assert_eq!(parts("(privat) ann@example.com"), ["ann@example.com (privat)"]);
    assert_eq!(parts("Ann <ann@example.com> (work)"), ["ann@example.com (work)"]);
}

#[test]
fn an_unreadable_part_does_not_affect_the_others() {
    assert_eq!(
        parts("ann@example.com; bob@@example.org"),
        ["ann@example.com", "unreadable: bob@@example.org"]
    );
    assert_eq!(parts("ann@example.com / call first"), ["ann@example.com", "unreadable: call first"]);
    assert_eq!(parts("ann@example.com/work"), ["ann@example.com", "unreadable: work"]);
    assert_eq!(parts("a/b@example.com/bob@example.org"), ["a/b@example.com", "bob@example.org"]);
    assert_eq!(parts("call me, ann@example.com"), ["unreadable: call me", "ann@example.com"]);
    assert_eq!(parts("Ann One ann@example.com"), ["ann@example.com", "unreadable: Ann One"]);
    assert_eq!(parts("ann@example.com; NULL"), ["ann@example.com", "placeholder"]);
    assert_eq!(parts("aki..a@docomo.ne.jp"), ["unreadable: aki..a@docomo.ne.jp"]);
    assert_eq!(parts("Ann <>"), ["unreadable: Ann <>"]);
    assert_eq!(parts("One, Ann"), ["unreadable: One", "unreadable: Ann"]);
    assert_eq!(parts("@ann"), ["unreadable: @ann"]);
}

#[test]
fn a_spelled_out_at_sign_is_recognized() {
    for text in
        ["ann (at) example (dot) com", "ann[at]example.com", "ann at example dot com", "ann_at_example.com"]
    {
        assert_eq!(parts(text), [format!("spelled out: {text}")]);
    }
}

#[test]
fn addresses_of_other_networks_are_not_e_mail_addresses() {
    for text in [
        "/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=1c2e-ann",
        "/O=Acme, Inc/OU=EU/CN=RECIPIENTS/CN=ANN",
        "EX:/o=Acme/cn=ann",
        "x500:/o=Acme/cn=ann",
        "X400:c=US;a= ;p=Acme;o=Exchange;s=One;g=Ann;",
        "CN=Ann One,OU=Users,DC=example,DC=com",
        "sip:ann@example.com",
        "Ann One </o=Acme/ou=x/cn=ann>",
        "https://example.com/@ann",
    ] {
        let whole = text.trim_end_matches(';');
        assert_eq!(parts(text), [format!("not e-mail: {whole}")]);
    }
    assert_eq!(
        parts("SMTP:ann@example.com;smtp:bob@example.org;X500:/o=Acme/cn=ann;SIP:ann@example.com"),
        [
            "ann@example.com",
            "bob@example.org",
            "not e-mail: X500:/o=Acme/cn=ann",
            "not e-mail: SIP:ann@example.com"
        ]
    );
    assert_eq!(parts("/o=Acme/cn=ann, bob@example.org"), ["not e-mail: /o=Acme/cn=ann", "bob@example.org"]);
}

proptest! {
    #[test]
    fn all_addresses_of_a_list_are_read_in_order(
        users in prop::collection::vec(("[a-z][a-z0-9.]{0,6}[a-z0-9]", 0_usize..9), 1..6),
        between in prop::sample::select(vec!["; ", ",", " | ", "\n", " ::: ", "、", " / ", " ; ,"]),
    ) {
        let users: Vec<_> = users.into_iter().map(|(user, way)| (user.split('.').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("."), way)).collect();
        let written = |(user, way): &(String, usize)| match way {
            0 => format!("{user}@example.com"),
            1 => format!("One, Ann <{user}@example.com>"),
            2 => format!("\"One, Ann\" <{user}@example.com>"),
            3 => format!("'{user}@example.com'"),
            4 => format!("mailto:{user}@example.com"),
            5 => format!("Ann One ({user}@example.com)"),
            6 => format!("SMTP:{user}@example.com"),
            7 => format!("{user}@example.com (work)"),
            _ => format!("{user}@example.com."),
        };
        let text = users.iter().map(written).collect::<Vec<_>>().join(between);
        let addresses: Vec<String> = parse(&text).into_iter().filter_map(|part| match part {
            Part::Address { address, .. } => Some(address.as_str().to_owned()),
            _ => None,
        }).collect();
        let expected: Vec<String> = users.iter().map(|(user, _)| format!("{user}@example.com")).collect();
        prop_assert_eq!(addresses, expected, "{}", text);
    }

    #[test]
    fn any_text_is_parsed(text in "[a-z@;,\"'<>()\\[\\]/:.|\\\\ =\n、é]{0,40}") {
        let at = text.matches('@').count();
        let parts = parse(&text);
        prop_assert!(at == 0 || !parts.is_empty(), "{:?}", text);
    }
}
