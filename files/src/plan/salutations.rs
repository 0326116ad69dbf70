//! Words that stand before a name: `Mrs`, `Herr Dr.`.

/// Words before a person's name and academic degrees, in lower case and without dots.
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

/// Words in place of a person's salutation that say that the name is a company's.
const COMPANIES: &str = "fa firma firm company co. messrs. société societe entreprise empresa ditta bedrijf firmy \
    firmu företag virksomhed yritys cég şirket компания организация фирма 公司 会社 unternehmen organisation organization";

/// Salutations that are no name even where they stand alone in the column of the name.
const NEVER_A_NAME: &str = "mr mrs ms miss mx dr prof herr herrn frau hr fr familie mme mlle monsieur madame sr sra \
    srta señor señora sig sigra dott dottssa dhr mevr pani г-н г-жа 先生 女士 様 fa firma";

/// Whether a text is a salutation: `Mrs`, `Herr Dr.`, `Prof. Dr. med.`
pub(crate) fn is_salutation(text: &str) -> bool {
    all_words(text, |word| has(SALUTATIONS, word) || has(COMPANIES, word))
}

/// Whether a text in the place of a salutation says that the name is a company's: `Firma`.
pub(crate) fn is_a_companys(text: &str) -> bool {
    all_words(text, |word| has(COMPANIES, word))
}

/// Whether a text in the place of a name is a salutation and no name.
pub(crate) fn is_no_name(text: &str) -> bool {
    // The M of Monsieur is a letter of names, too: `M&M`.
    text == "M." || all_words(text, |word| has(NEVER_A_NAME, word))
}

fn has(words: &str, word: &str) -> bool {
    words.split_whitespace().any(|known| known.trim_end_matches('.') == word)
}

fn all_words(text: &str, is_known: impl Fn(&str) -> bool) -> bool {
    // Longer texts are no salutations, and most names have no such word in the first place.
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
    fn salutations_are_told_from_jobs_and_names() {
        for text in
            ["Mrs", "Mr.", "Herr Dr.", "Prof. Dr. med.", "Mme", "Sra.", "г-н", "女士", "Sig.ra", "Mr & Mrs"]
        {
            assert!(is_salutation(text), "{text}");
        }
        for text in ["CEO", "Head of Research", "Geschäftsführer", "Ada King", "Drew", ""] {
            assert!(!is_salutation(text), "{text}");
        }
        assert!(is_a_companys("Fa.") && is_a_companys("Firma") && !is_a_companys("Herr"));
        assert!(is_no_name("M.") && !is_no_name("M&M") && !is_no_name("M"));
        assert!(is_no_name("Mr.") && is_no_name("Fa.") && !is_no_name("Pan") && !is_no_name("Lord"));
    }
}
