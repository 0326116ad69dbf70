//! Honorifics: words before a name that are not part of it.

/// Folded honorifics without their dots. A word that is also a common name ("Don", "Earl") is not listed.
const HONORIFICS: [&str; 50] = [
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "drs",
    "prof",
    "professor",
    "doctor",
    "sir",
    "dame",
    "lady",
    "lord",
    "rev",
    "reverend",
    "capt",
    "hon",
    "messrs",
    "mister",
    "madam",
    "herr",
    "frau",
    "hr",
    "fr",
    "fra\u{308}ulein",
    "fraulein",
    "fraeulein",
    "mag",
    "monsieur",
    "madame",
    "mademoiselle",
    "mme",
    "mlle",
    "sen\u{303}or",
    "sen\u{303}ora",
    "sen\u{303}orita",
    "senor",
    "senora",
    "senorita",
    "sra",
    "srta",
    "dott",
    "sig",
    "signor",
    "signora",
    "dipl",
    "dipl-ing",
    "dhr",
    "mevr",
];

/// Returns whether a folded word is an honorific, with or without dots.
pub(crate) fn is_honorific(word: &str) -> bool {
    if word.contains('.') {
        HONORIFICS.contains(&&*word.replace('.', ""))
    } else {
        HONORIFICS.contains(&word)
    }
}
