//! Recognizes headers that decorate the name of a column with a remark, an example, or the object that the column belongs to.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::{ColumnNames, HeaderMatch, fold_without_accents};
use crate::column_map::MapTarget;
use crate::field_path::Field;

/// Words for the contact at the start of a header: `customer_email`, `Contact: City`.
const CONTACTS: &str = "contact contacts lead leads person people customer customers client clients user users member \
    members subscriber subscribers attendee participant guest applicant candidate prospect buyer recipient kontakt \
    kontakte kunde kunden mitglied teilnehmer cliente clientes contacto contactos contato contatto persona personne \
    klant klient kund asiakas usuario utente your";

/// Words before a name that keep its meaning: `properties.email`, `Primary Phone`.
const WRAPPERS: &str =
    "profile properties attributes attribute attr fields field data record primary main default";

/// Words for an address of its own: `billing_city` and `shipping_city` belong to two addresses.
const ADDRESSES: &str = "billing shipping delivery invoice mailing postal bill ship rechnung rechnungs liefer \
    lieferung facturation livraison facturacion envio fatturazione spedizione";

/// Words between such a word and the name: `bill_to_city`, `Billing Address City`.
const AFTER_AN_ADDRESS: &str = "to address adresse direccion indirizzo";

/// The beginnings of remarks that end a header.
const REMARKS: [&str; 22] = [
    ", e.g",
    " e.g.",
    " e.g ",
    ", eg ",
    " eg.",
    " for example",
    " z.b",
    " z. b",
    " bsp",
    " par ex",
    " ex.:",
    " ex:",
    " p.ej",
    " p. ej",
    " por ejemplo",
    " per esempio",
    " ad es",
    " bijv",
    " np.",
    " например",
    " напр",
    " - required",
];

/// Words that mark a text in brackets as a remark.
const IN_A_REMARK: [&str; 38] = [
    "required",
    "optional",
    "mandatory",
    "pflicht",
    "obligat",
    "obligator",
    "requis",
    "facultati",
    "opcional",
    "opzionale",
    "verplicht",
    "optioneel",
    "wymagan",
    "povinn",
    "обязательн",
    "необязательн",
    "必填",
    "必須",
    "任意",
    "选填",
    "필수",
    "선택",
    "e.g",
    "eg ",
    "z.b",
    "ex.",
    "ex:",
    "exampl",
    "esempio",
    "ejemplo",
    "exempl",
    "beispiel",
    "пример",
    "format",
    "yyyy",
    "incl",
    "characters",
    "if any",
];

/// The match of a decorated header.
pub(crate) struct DecoratedHeader<'a> {
    pub(crate) found: HeaderMatch<'a>,
    /// The address that the column belongs to: `billing`.
    pub(crate) address: Option<String>,
}

/// The object that the words before a name stand for.
#[derive(Clone, Default)]
struct Object {
    is_contact: bool,
    contact: String,
    address: Option<String>,
}

impl ColumnNames {
    /// Returns the match of a header without its remarks and objects. `None` where the meaning is uncertain.
    pub(crate) fn decorated(&self, header: &str) -> Option<DecoratedHeader<'_>> {
        if !self.ignores_accents {
            return None;
        }
        let plain = without_remarks(header);
        if plain != header
            && let Some(found) = self.plain(&fold_without_accents(plain))
        {
            return Some(DecoratedHeader { found, address: None });
        }
        without_object(plain)
            .find_map(|(object, name)| {
                let found = self.plain(&name)?;
                object.has(&found).then_some(DecoratedHeader { found, address: object.address })
            })
            .or_else(|| self.plural(plain))
    }

    /// Returns the match of a header in the plural, for a field that a contact has several of: `Emails`, `Numéros de téléphone`.
    fn plural(&self, header: &str) -> Option<DecoratedHeader<'_>> {
        let words = words_of(header);
        let singular: String = words.iter().map(|word| singular(word)).collect();
        let found = self.plain(&singular).filter(|_| singular.len() < words.concat().len())?;
        let MapTarget::Field { template, .. } = found.target else { return None };
        let path = template.resolve(found.number).ok()?;
        let is_channel = matches!(path.field, Field::EmailAddress | Field::PhoneNumber | Field::LinkUrl);
        is_channel.then_some(DecoratedHeader { found, address: None })
    }
}

impl Object {
    /// Returns whether a field of this object belongs to the contact.
    fn has(&self, found: &HeaderMatch<'_>) -> bool {
        let MapTarget::Field { template, .. } = found.target else { return false };
        let Ok(path) = template.resolve(found.number) else { return false };
        if self.address.is_some() {
            return path.is_in_a_list() && path.list() != "links"
                || matches!(
                    path.field,
                    Field::NameFull | Field::NameGiven | Field::NameFamily | Field::OrganizationName
                );
        }
        match path.field {
            // `user_name` is a login name, and `lead_title` is no job title.
            Field::NameFull => !self.contact.starts_with("us") && !self.contact.starts_with("ut"),
            Field::Title => self.contact.starts_with("conta") || self.contact.starts_with("person"),
            Field::ExternalId => self.is_contact,
            Field::Kind => false,
            _ => true,
        }
    }
}

/// Returns a word without the ending of a plural in English and Romance languages.
fn singular(word: &str) -> &str {
    word.strip_suffix('s').filter(|rest| rest.chars().count() > 2 && !rest.ends_with('s')).unwrap_or(word)
}

/// Returns the ways to split a header into an object and a folded name, the longest object first. In `Billing Address 1`, the
/// name may be `1` or `Address 1`.
fn without_object(header: &str) -> impl Iterator<Item = (Object, String)> {
    let words = words_of(header);
    let mut splits = Vec::new();
    let mut object = Object::default();
    let mut index = 0;
    while index + 1 < words.len() {
        let word = words[index].as_str();
        if set(&CONTACT_WORDS, CONTACTS).contains(word) {
            object.is_contact = true;
            word.clone_into(&mut object.contact);
        } else if set(&ADDRESS_WORDS, ADDRESSES).contains(word) {
            object.address = Some(word.to_owned());
        } else if index > 0 && set(&AFTER_ADDRESS_WORDS, AFTER_AN_ADDRESS).contains(word) {
        } else if !set(&WRAPPER_WORDS, WRAPPERS).contains(word) {
            break;
        }
        index += 1;
        splits.push((object.clone(), words[index..].concat()));
    }
    splits.into_iter().rev()
}

static CONTACT_WORDS: OnceLock<HashSet<&str>> = OnceLock::new();
static WRAPPER_WORDS: OnceLock<HashSet<&str>> = OnceLock::new();
static ADDRESS_WORDS: OnceLock<HashSet<&str>> = OnceLock::new();
static AFTER_ADDRESS_WORDS: OnceLock<HashSet<&str>> = OnceLock::new();

fn set(
    words: &'static OnceLock<HashSet<&'static str>>,
    text: &'static str,
) -> &'static HashSet<&'static str> {
    words.get_or_init(|| text.split_whitespace().collect())
}

/// Returns the folded words of a header. `billingCity` and `billing_city` have two words.
fn words_of(header: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(header.len() + 4);
    let mut before_is_lower = false;
    for character in header.chars() {
        if before_is_lower && character.is_uppercase() {
            spaced.push(' ');
        }
        before_is_lower = character.is_lowercase();
        spaced.push(character);
    }
    let words = spaced.split(|character: char| !character.is_alphanumeric());
    words.map(fold_without_accents).filter(|word| !word.is_empty()).collect()
}

/// Returns a header without remarks and examples: the `Email` of `Email (required)` and of `Email, e.g. ada@example.com`.
fn without_remarks(header: &str) -> &str {
    let mut name = header.trim();
    while let Some(shorter) = without_brackets(name).or_else(|| without_remark(name)) {
        name = shorter;
    }
    name
}

/// Returns a header without its last remark. `None` for a header without a remark.
fn without_remark(name: &str) -> Option<&str> {
    let begins = |place: usize| {
        let rest = name[place..].to_lowercase();
        REMARKS.iter().any(|remark| rest.starts_with(remark))
            || [" required", " optional", " mandatory"].contains(&rest.as_str())
    };
    let place = name.char_indices().map(|(place, _)| place).skip(1).find(|place| begins(*place))?;
    Some(name[..place].trim_end_matches([' ', ',', '-', '–', ':', ';'])).filter(|shorter| !shorter.is_empty())
}

/// Returns a header without a remark in brackets at its end. `None` for any other header.
fn without_brackets(name: &str) -> Option<&str> {
    let inner = name.strip_suffix([')', ']', '）', '】'])?;
    let place = inner.rfind(['(', '[', '（', '【'])?;
    let remark = inner[place..].to_lowercase();
    let digits = remark.chars().filter(char::is_ascii_digit).count();
    let is_remark =
        digits > 1 || remark.contains(['@', '+']) || IN_A_REMARK.iter().any(|word| remark.contains(word));
    let shorter = name[..place].trim_end();
    (is_remark && !shorter.is_empty()).then_some(shorter)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::version::Version;

    fn field(header: &str) -> Option<String> {
        let decorated = ColumnNames::for_version(Version::Current).decorated(header)?;
        let MapTarget::Field { template, .. } = decorated.found.target else { return None };
        let target = template.resolve(decorated.found.number).unwrap().to_string();
        Some(decorated.address.map_or(target.clone(), |address| format!("{address}: {target}")))
    }

    #[test]
    fn remarks_and_examples_are_removed_from_a_header() {
        for header in [
            "Email (required)",
            "Email [optional]",
            "Email (e.g. ada@example.com)",
            "Email, e.g. ada@example.com",
            "E-Mail (Pflichtfeld)",
            "メール（必須）",
            "Email * (required)",
            "Email - required",
        ] {
            assert_eq!(field(header).as_deref(), Some("emails[].address"), "{header}");
        }
        assert_eq!(field("Geburtsdatum (TT.MM.JJJJ, z.B. 01.02.1990)").as_deref(), Some("birthday"));
        assert_eq!(field("Score (required)"), None);
    }

    #[test]
    fn an_object_before_a_name_is_removed() {
        for header in ["contact.email", "Contact: E-Mail", "Lead - Email", "properties.email", "clientEmail"]
        {
            assert_eq!(field(header).as_deref(), Some("emails[].address"), "{header}");
        }
        assert_eq!(field("billing_email").as_deref(), Some("billing: emails[].address"));
        assert_eq!(field("shippingCity").as_deref(), Some("shipping: addresses[0].city"));
        assert_eq!(field("bill_to_city").as_deref(), Some("bill: addresses[0].city"));
        assert_eq!(field("Lead UUID").as_deref(), Some("external_id"));
    }

    #[test]
    fn a_column_of_another_object_is_unknown() {
        for header in [
            "Contact Owner",
            "Owner ID",
            "Contact Owner ID",
            "Company: ID",
            "Account ID",
            "Billing ID",
            "Invoice Number",
            "User Name",
            "user_role",
            "Lead Title",
            "Lead Source",
            "Company Email Status",
            "Delivery Notes",
            "Manager Email",
        ] {
            assert_eq!(field(header), None, "{header}");
        }
    }

    proptest! {
        #[test]
        fn any_header_is_split_without_a_panic(header in "\\PC{0,30}") {
            let _ = ColumnNames::for_version(Version::Current).decorated(&header);
        }
    }
}
