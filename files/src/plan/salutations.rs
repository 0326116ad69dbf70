//! The words before a name: `Mrs`, `Herr Dr.`.

/// Words before the name of a person, and academic degrees, in lower case and without dots.
const SALUTATIONS: &str = "mr mrs ms miss mx mister missus master madam madame sir lady lord dame mr/mrs dr doctor prof \
    professor rev reverend fr father capt captain col lt sgt maj major gen hon honorable honourable judge esq messrs \
    herr herrn frau fräulein hr fr. familie eheleute med dipl ing mag bakk phil rer nat pol iur jur habil hc dipling \
    m mme mlle mlles mmes me monsieur mademoiselle maître maitre docteur professeur \
    sr sra srta sres señor señora señorita senor senora senorita d dª don doña dona dra lic licenciado licenciada \
    ingeniero ingeniera arq abogado sig sigra ra na sigg signor signora signorina signore dott dottssa dottore dottoressa \
    avv arch rag geom spett spettle egr gent gentma \
    senhor senhora eng engº exmo exma doutor doutora \
    dhr mevr mw mevrouw meneer heer drs ir mr. de heer \
    pan pani państwo mgr inż hab pán paní slečna bc phdr judr mudr rndr \
    hr. fru frøken herre herra rouva neiti úr asszony hölgy dl dna domnul doamna domnișoara bay bayan sayın \
    г-н г-жа гн гжа господин госпожа пан пані κος κα κ κύριος κυρία \
    先生 女士 小姐 太太 様 さん 氏 殿 님 씨 박사 السيد السيدة الآنسة د مر גברת אדון ד\"ר श्री श्रीमती सुश्री डॉ";

/// Words in place of a salutation before the name of a company.
const COMPANIES: &str = "fa firma firm company co. messrs. société societe entreprise empresa ditta bedrijf firmy \
    firmu företag virksomhed yritys cég şirket компания организация фирма 公司 会社 unternehmen organisation organization";

/// Salutations that are never a name, even alone in a name column.
const NEVER_A_NAME: &str = "mr mrs ms miss mx dr prof herr herrn frau hr fr familie mme mlle monsieur madame sr sra \
    srta señor señora sig sigra dott dottssa dhr mevr pani г-н г-жа 先生 女士 様 fa firma";

/// Returns whether a text is a salutation: `Mrs`, `Herr Dr.`, `Prof. Dr. med.`
pub(crate) fn is_salutation(text: &str) -> bool {
    all_words(text, |word| has(SALUTATIONS, word) || has(COMPANIES, word))
}

/// Returns whether a text in a salutation's cell belongs to the name of a company: `Firma`.
pub(crate) fn is_company_word(text: &str) -> bool {
    all_words(text, |word| has(COMPANIES, word))
}

/// Returns whether a text in a name's cell is a salutation and no name.
pub(crate) fn is_only_salutation(text: &str) -> bool {
    // Without its dot, the M of Monsieur may be a letter of a name: `M&M`.
    text == "M." || all_words(text, |word| has(NEVER_A_NAME, word))
}

fn has(words: &str, word: &str) -> bool {
    words.split_whitespace().any(|known| known.trim_end_matches('.') == word)
}

fn all_words(text: &str, is_known: impl Fn(&str) -> bool) -> bool {
    // Longer texts are no salutations.
    if text.len() > 40 {
        return false;
    }
    let lower = text.to_lowercase();
    let mut words = lower
        .split(|character: char| character.is_whitespace() || matches!(character, '.' | ',' | '/' | '&'))
        .filter(|word| !word.is_empty())
        .peekable();
    words.peek().is_some() && words.all(is_known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn salutations_differ_from_jobs_and_names() {
        for text in
            ["Mrs", "Mr.", "Herr Dr.", "Prof. Dr. med.", "Mme", "Sra.", "г-н", "女士", "Sig.ra", "Mr & Mrs"]
        {
            assert!(is_salutation(text), "{text}");
        }
        for text in ["CEO", "Head of Research", "Geschäftsführer", "Ada King", "Drew", ""] {
            assert!(!is_salutation(text), "{text}");
        }
        assert!(is_company_word("Fa.") && is_company_word("Firma") && !is_company_word("Herr"));
        assert!(is_only_salutation("M.") && !is_only_salutation("M&M") && !is_only_salutation("M"));
        assert!(
            is_only_salutation("Mr.")
                && is_only_salutation("Fa.")
                && !is_only_salutation("Pan")
                && !is_only_salutation("Lord")
        );
    }
}
