//! Tests of headers in many languages.

use proptest::prelude::*;
use unicontact_files::{ColumnTarget, ContactReader, ReadOptions, open};

fn reading(text: &str) -> ContactReader {
    open(std::io::Cursor::new(text.to_owned().into_bytes()), "some.csv", &ReadOptions::default()).unwrap()
}

/// Returns the fields that the columns of a file are read into.
fn fields(text: &str) -> Vec<String> {
    let taken = |column: &unicontact_files::Column| match &column.target {
        ColumnTarget::Field { field, kind, .. } => match kind {
            Some(kind) => format!("{field} {kind}"),
            None => field.clone(),
        },
        _ => "-".to_owned(),
    };
    reading(text).columns().unwrap().columns.iter().map(taken).collect()
}

#[test]
fn headers_are_recognized_in_many_languages() {
    let given_family = ["name.given", "name.family", "emails[0].address", "phones[0].number mobile"];
    for header in [
        "Prénom;Nom de famille;Adresse électronique;Téléphone portable",
        "PRENOM;NOM;COURRIEL;TEL. PORTABLE",
        "Nombre;Apellidos;Correo electrónico;Móvil",
        "Nome;Cognome;Posta elettronica;Cellulare",
        "Voornaam;Achternaam;E-mailadres;Mobiel nummer",
        "Imię;Nazwisko;Adres e-mail;Telefon komórkowy",
        "Primeiro nome;Apelido;Correio eletrónico;Telemóvel",
        "Nome;Sobrenome;E-mail;Celular",
        "Имя;Фамилия;Электронная почта;Мобильный телефон",
        "Ім'я;Прізвище;Електронна пошта;Мобільний телефон",
        "名;姓;电子邮箱;手机号码",
        "名;姓;メールアドレス;携帯電話番号",
        "이름;성;이메일;휴대폰 번호",
        "Ad;Soyad;E-posta;Cep telefonu",
        "Jméno;Příjmení;E-mailová adresa;Mobilní telefon",
        "Förnamn;Efternamn;E-postadress;Mobilnummer",
        "Fornavn;Efternavn;E-mailadresse;Mobilnr.",
        "Fornavn;Etternavn;E-post;Mobilnummer",
        "Etunimi;Sukunimi;Sähköposti;Matkapuhelin",
        "Keresztnév;Vezetéknév;E-mail cím;Mobiltelefon",
        "Prenume;Nume de familie;Adresă de e-mail;Telefon mobil",
        "Όνομα;Επώνυμο;Ηλεκτρονικό ταχυδρομείο;Κινητό τηλέφωνο",
        "ΟΝΟΜΑ;ΕΠΩΝΥΜΟ;EMAIL;ΚΙΝΗΤΟ",
        "الاسم الأول;اسم العائلة;البريد الالكتروني;رقم الجوال",
        "שם פרטי;שם משפחה;דוא\"ל;טלפון נייד",
        "पहला नाम;उपनाम;ईमेल पता;मोबाइल नंबर",
        "Ime;Prezime;E-pošta;Mobitel",
        "Ime;Priimek;E-naslov;Mobilna številka",
        "Име;Презиме;Е-пошта;Мобилни",
        "Име;Фамилия;Имейл;Мобилен телефон",
        "ชื่อ;นามสกุล;อีเมล;มือถือ",
        "Tên;Họ;Địa chỉ email;Số di động",
    ] {
        assert_eq!(fields(&format!("{header}\n")), given_family, "{header}");
    }
    let rest = [
        "organization.name",
        "title",
        "addresses[0].street",
        "addresses[0].city",
        "addresses[0].postal_code",
        "addresses[0].country",
        "birthday",
        "notes",
    ];
    for header in [
        "Raison sociale;Intitulé du poste;Adresse postale;Commune;CP;Pays;Date de naissance;Commentaires",
        "Razón social;Puesto;Dirección;Población;C.P.;País;Fecha nacimiento;Observaciones",
        "Ragione sociale;Qualifica;Indirizzo;Comune;CAP;Nazione;Data di nascita;Osservazioni",
        "Bedrijfsnaam;Functie;Straat en huisnummer;Woonplaats;Postcode;Land;Geboortedatum;Opmerking",
        "Nazwa firmy;Stanowisko;Ulica;Miejscowość;Kod pocztowy;Państwo;Data urodzenia;Uwagi",
        "Razão social;Cargo;Endereço;Cidade;CEP;País;Data de nascimento;Observações",
        "Компания;Должность;Адрес;Город;Индекс;Страна;Дата рождения;Примечание",
        "公司名称;职位;地址;城市;邮编;国家;出生日期;备注",
        "会社名;役職;住所;市区町村;郵便番号;国;生年月日;備考",
        "회사명;직책;주소;도시;우편번호;국가;생년월일;비고",
        "Şirket;Görev;Adres;Şehir;Posta kodu;Ülke;Doğum tarihi;Notlar",
        "Společnost;Pracovní pozice;Ulice;Město;PSČ;Země;Datum narození;Poznámka",
        "Företag;Befattning;Gatuadress;Postort;Postnummer;Land;Födelsedatum;Anteckningar",
        "Virksomhed;Stilling;Adresse;By;Postnr.;Land;Fødselsdato;Bemærkninger",
        "Yritys;Tehtävänimike;Katuosoite;Postitoimipaikka;Postinumero;Maa;Syntymäaika;Lisätiedot",
        "Cégnév;Beosztás;Cím;Település;Irányítószám;Ország;Születési dátum;Megjegyzés",
        "Denumire firmă;Funcție;Adresă;Localitate;Cod poștal;Țară;Data nașterii;Observații",
        "Εταιρεία;Θέση εργασίας;Διεύθυνση;Πόλη;Τ.Κ.;Χώρα;Ημερομηνία γέννησης;Σημειώσεις",
        "اسم الشركة;المسمى الوظيفي;العنوان;المدينة;الرمز البريدي;الدولة;تاريخ الميلاد;ملاحظات",
        "שם החברה;תפקיד;רחוב;עיר;מיקוד;מדינה;תאריך לידה;הערות",
        "कंपनी का नाम;पदनाम;पता;शहर;पिन कोड;देश;जन्म तिथि;टिप्पणी",
    ] {
        assert_eq!(fields(&format!("{header}\n")), rest, "{header}");
    }
}

proptest! {
    #[test]
    fn a_header_is_recognized_in_any_spelling(
        header in prop::sample::select(vec!["Email", "Téléphone", "Straße", "Фамилия", "郵便番号", "Código postal"]),
        before in prop::sample::select(vec!["", " ", "* ", "contact.", "Contact: ", "customer "]),
        after in prop::sample::select(vec!["", " ", "*", ":", " (required)", " (optional)", ", e.g. x", " [z.B. 1]"]),
        is_upper in any::<bool>(),
    ) {
        let plain = fields(&format!("{header};Score\n"));
        let name = if is_upper { header.to_uppercase() } else { header.to_owned() };
        let written = fields(&format!("{before}{name}{after};Score\n"));
        prop_assert_eq!(written, plain);
    }
}
