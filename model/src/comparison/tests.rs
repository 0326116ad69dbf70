//! Comparison of single values.

mod lists;
mod returned;

use super::{Agreement, ValueKind, compare};

fn assert_agreement(kind: ValueKind, agreement: Agreement, pairs: &[(&str, &str)]) {
    for (sent, stored) in pairs {
        assert_eq!(compare(kind, sent, stored), agreement, "{kind:?}: {sent:?} stored as {stored:?}");
    }
}

#[test]
fn a_name_in_another_case_white_space_or_form_of_its_letters_is_the_same() {
    assert_agreement(
        ValueKind::Name,
        Agreement::Same,
        &[
            ("Ada King", "ada king"),
            ("ADA KING", "Ada King"),
            ("Ada King", "  Ada\u{a0} King\t"),
            ("Zoë Großmann", "ZOE\u{308} GROSSMANN"),
            ("İpek Işık", "IPEK IŞIK"),
            ("Ada King", "Ａｄａ　Ｋｉｎｇ"),
            ("Ada King", "\u{feff}Ada\u{200b} King"),
        ],
    );
}

#[test]
fn a_reordered_or_truncated_name_is_altered() {
    assert_agreement(
        ValueKind::Name,
        Agreement::Altered,
        &[
            ("Ada King", "King, Ada"),
            ("Ada King", "KING Ada"),
            ("Mira Quill Beispiel", "Beispiel;Mira Quill"),
            ("山田太郎", "山田 太郎"),
            ("Ada King-Lovelace of Ockham", "Ada King-Lovelace Of"),
            ("Ada King-Lovelace of Ockham", "ADA KING-LOVELACE OF OCKHA"),
            ("Ada King-Lovelace of Ockham", "Ada King-Lovelace…"),
            ("Ada King-Lovelace of Ockham", "Ada King-Lovelac..."),
            ("Rene Gaillard-Perre\u{301}", "Rene Gaillard-Perre"),
            ("Zinaida Arkadjewna Ögel", "Zinaida Arkadjewna \u{fffd}"),
        ],
    );
}

#[test]
fn a_name_with_shared_words_or_letters_resembles() {
    assert_agreement(
        ValueKind::Name,
        Agreement::Resembling,
        &[
            ("Ada King", "Ada"),
            ("Ada King", "Ada K. King"),
            ("Ada King", "Mrs Ada King"),
            ("Ada King", "King, Ada (null)"),
            ("Ada King", "Ada Kin"),
            ("Ada King-Lovelace of Ockham", "Lovelace, Ada K"),
            ("Maximilian Beispiel", "Beispiel, Maximi"),
            ("Zoë Müller", "Zoe Muller"),
            ("Sinéad O’Brien", "Sinead OBrien"),
            ("Sinéad O'Brien", "Sinéad O Brien"),
            ("Łukasz Żak", "?ukasz ?ak"),
            ("Łukasz Müller", "?ukasz Müller"),
            ("山田太郎", "????"),
            ("Zoë Müller", "Zo\u{fffd} M\u{fffd}ller"),
        ],
    );
}

#[test]
fn another_name_is_different() {
    assert_agreement(
        ValueKind::Name,
        Agreement::Different,
        &[
            ("Ada King", "Ada Muster"),
            ("Ada King", "Adam Kingsley"),
            ("Ada King", "Ad"),
            ("Ada King", "Bea King"),
            ("Łukasz Żak", "Mateusz ?ak"),
            ("Łukasz", "Łucja"),
            ("山田太郎", "鈴木一郎"),
            ("!!!", "???"),
            ("A B", "B C"),
        ],
    );
}

#[test]
fn an_address_in_another_case_or_spelling_of_its_domain_is_the_same() {
    assert_agreement(
        ValueKind::EmailAddress,
        Agreement::Same,
        &[
            ("Mira.Beispiel@Example.com", "mira.beispiel@example.COM"),
            ("mira@example.com", " mira@example.com\u{a0}"),
            ("mira@bücher.example", "mira@xn--bcher-kva.example"),
            ("mira@BÜCHER.example", "Mira@bu\u{308}cher.example"),
            ("zoë@example.com", "ZOE\u{308}@example.com"),
        ],
    );
    assert_agreement(
        ValueKind::EmailAddress,
        Agreement::Resembling,
        &[
            ("mira@example.com", "Mira Beispiel <mira@example.com>"),
            ("mira@example.com", "mailto:MIRA@example.com"),
            ("mira@example.com", "other@example.com; mira@example.com"),
            ("mira.beispiel@example.com", "mira.beispiel@exampl"),
        ],
    );
    assert_agreement(
        ValueKind::EmailAddress,
        Agreement::Different,
        &[
            ("mira@example.com", "mira@example.org"),
            ("mira@example.com", "mira.b@example.com"),
            ("mira@example.com", "mir@example.com"),
            ("mira@example.com", "mira"),
            ("mira@example.com", "nobody"),
        ],
    );
}

#[test]
fn a_number_in_another_international_form_is_the_same() {
    assert_agreement(
        ValueKind::PhoneNumber,
        Agreement::Same,
        &[
            ("+442079460123", "+44 20 7946 0123"),
            ("+442079460123", "0044 (20) 7946-0123"),
            ("+442079460123", "+44 (0)20 7946 0123"),
            ("+442079460123", "442079460123"),
            ("+442079460123", "tel:+44-20-7946-0123"),
            ("+442079460123", "＋４４２０７９４６０１２３"),
            ("+442079460123", "+٤٤٢٠٧٩٤٦٠١٢٣"),
            ("020 7946 0123", "020/7946-0123"),
            ("+442079460123 ext. 12", "+44 20 7946 0123 x12"),
            ("+442079460123;ext=12", "0044 20 7946 0123 #12"),
        ],
    );
}

#[test]
fn a_number_in_national_form_or_without_its_extension_is_altered() {
    assert_agreement(
        ValueKind::PhoneNumber,
        Agreement::Altered,
        &[
            ("+442079460123", "020 7946 0123"),
            ("+442079460123", "(020) 7946 0123"),
            ("030 23125012", "+493023125012"),
            ("+79123456789", "8 (912) 345-67-89"),
            ("+12025550123", "(202) 555-0123"),
            ("+442079460123 ext. 12", "+442079460123"),
        ],
    );
    assert_agreement(
        ValueKind::PhoneNumber,
        Agreement::Resembling,
        &[
            ("+442079460123 ext. 12", "+442079460123 ext. 13"),
            ("+442079460123", "7946 0123"),
            ("+442079460123", "+44207946"),
            ("+442079460123", "+442079460123 / 0124"),
            ("030 23125012 ext 7", "030 2312501"),
        ],
    );
    assert_agreement(
        ValueKind::PhoneNumber,
        Agreement::Different,
        &[
            ("+442079460123", "+442079460124"),
            ("+442079460123", "0123"),
            ("+442079460123", "n/a"),
            ("12", "112"),
        ],
    );
}

#[test]
fn a_reference_or_a_text_is_not_read_as_a_name() {
    assert_agreement(ValueKind::Reference, Agreement::Same, &[("PO-7", "po-7"), ("PO 7", "PO7 ")]);
    assert_agreement(
        ValueKind::Reference,
        Agreement::Resembling,
        &[("0071", "71"), ("PO-7/3", "PO73"), ("ORDER-2026-0007", "ORDER-2026")],
    );
    assert_agreement(
        ValueKind::Reference,
        Agreement::Different,
        &[("PO-7", "PO-8"), ("PO-71", "PO-7"), ("000", "0")],
    );
    assert_agreement(ValueKind::Text, Agreement::Same, &[("1 Park Lane", "1  PARK LANE")]);
    assert_agreement(
        ValueKind::Text,
        Agreement::Altered,
        &[("W1K 1QA", "w1k1qa"), ("Research and development", "Research and devel")],
    );
    assert_agreement(ValueKind::Text, Agreement::Different, &[("1 Park Lane", "1 Park"), ("01067", "1067")]);
    assert_agreement(ValueKind::Id, Agreement::Same, &[("74", " 74 ")]);
    assert_agreement(ValueKind::Id, Agreement::Different, &[("74", "740"), ("a", "A")]);
}
