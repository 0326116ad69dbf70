//! Words before a name that are not part of it.

/// Folded, which decomposes their letters, and without their dots. A word that is also a usual name ("Don", "Earl") is not among them.
const HONORIFICS: [&str; 44] = [
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
    "mag",
    "monsieur",
    "madame",
    "mademoiselle",
    "mme",
    "mlle",
    "sen\u{303}or",
    "sen\u{303}ora",
    "sen\u{303}orita",
    "sra",
    "srta",
    "dott",
    "sig",
    "signor",
    "signora",
    "dipl-ing",
    "dhr",
    "mevr",
];

/// Returns whether a folded word is an honorific.
pub(super) fn is_honorific(word: &str) -> bool {
    let is_equal = |honorific: &&str| word.chars().filter(|it| *it != '.').eq(honorific.chars());
    HONORIFICS.iter().any(is_equal)
}
