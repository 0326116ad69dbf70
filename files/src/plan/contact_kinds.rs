//! The words that name the kind of a contact: a person or an organization.

use unicontact_model::contact::ContactKind;

const PERSONS: &str = "person individual natural privatperson einzelperson particulier individu personne persona particular \
    persona fisica física pessoa indivíduo persoon osoba człowiek fyzická fyzicka henkilö person magánszemély kişi \
    персона человек физлицо физ.лицо частное особа 个人 個人 개인 φυσικό فرد אדם व्यक्ति";

const ORGANIZATIONS: &str = "organization organisation company firma unternehmen entreprise société societe empresa compañía \
    azienda società societa bedrijf organisatie organizacja przedsiębiorstwo společnost företag virksomhed bedrift yritys cég \
    şirket компания организация юрлицо юр.лицо компанія 公司 企业 企業 単位 法人 会社 회사 기업 법인 εταιρεία شركة חברה कंपनी corporation institution";

const YES: &str = "true yes y 1 x t ja oui sí si sim tak ano igen evet da да так 是 はい 예 ναι نعم כן हाँ wahr vrai verdadero vero";

const NO: &str = "false no n 0 f nein non não nao nie ne nem hayır нет ні 否 いいえ 아니요 όχι لا לא falsch faux falso nee nej nei";

/// Returns the kind that a word names: `Company`.
pub(crate) fn kind_named(text: &str) -> Option<ContactKind> {
    let lower = text.trim().to_lowercase();
    let has = |words: &str| words.split_whitespace().any(|word| word == lower);
    match lower.as_str() {
        "natural person" | "private person" | "persona física" | "persona fisica" | "personne physique" => {
            Some(ContactKind::Person)
        }
        "legal person" | "legal entity" | "persona jurídica" | "personne morale" | "юр. лицо" => {
            Some(ContactKind::Organization)
        }
        _ if has(PERSONS) => Some(ContactKind::Person),
        _ if has(ORGANIZATIONS) => Some(ContactKind::Organization),
        _ => None,
    }
}

/// Returns the kind that a text names, also as the yes or no of a column such as `Is a Company`.
pub(crate) fn kind_of(text: &str) -> Option<ContactKind> {
    let lower = text.trim().to_lowercase();
    let has = |words: &str| words.split_whitespace().any(|word| word == lower);
    match kind_named(text) {
        None if has(YES) => Some(ContactKind::Organization),
        None if has(NO) => Some(ContactKind::Person),
        named => named,
    }
}

/// Returns the kind that a text named for version 0.1.0.
pub(crate) fn kind_of_v0_1(text: &str) -> Option<ContactKind> {
    match text.to_lowercase().as_str() {
        "person" | "individual" => Some(ContactKind::Person),
        "organization" | "organisation" | "company" | "firma" => Some(ContactKind::Organization),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_or_a_yes_names_the_kind() {
        for text in ["Company", "True", "1", "ja", "organisation", "公司", "да"] {
            assert_eq!(kind_of(text), Some(ContactKind::Organization), "{text}");
        }
        for text in ["person", "False", "0", "Individual", "nein"] {
            assert_eq!(kind_of(text), Some(ContactKind::Person), "{text}");
        }
        assert_eq!((kind_of("Customer"), kind_named("1")), (None, None));
    }
}
