use super::*;

/// Names of people in the encodings that spreadsheets write in the countries where they live.
const PEOPLE: [(&str, &str); 32] = [
    (
        "windows-1250",
        "Łukasz Żółć,Zbigniew Świętoń,Małgorzata Wójcik,Paweł Dąbrowski,Agnieszka Wiśniewska,Grażyna Gołębiewska,Stanisław Lewandowski,Józef Kamiński,Rafał Kaźmierczak,Michał Zieliński",
    ),
    (
        "windows-1250",
        "Jiří Dvořák,Tomáš Novák,Lukáš Němec,Věra Černá,Zdeněk Růžička,Markéta Veselá,Ondřej Kučera,Miloš Říha,Božena Šťastná,Květa Žáková",
    ),
    (
        "windows-1250",
        "Győző Kovács,László Szőke,Zsófia Tóth,Réka Erdős,Bálint Dömötör,Gergő Fűzfa,Márta Szűcs,István Nagy,Éva Kőszegi,Ödön Lőrinc",
    ),
    (
        "windows-1250",
        "Ştefan Popescu,Ţepeş Vlad,Mădălina Ionescu,Cătălin Bălan,Ionuţ Drăgan,Andreea Munteanu,Gheorghe Câmpeanu,Mihăiţă Tănase,Viorica Înţeleptu,Şerban Niţă",
    ),
    (
        "windows-1250",
        "Željko Đurić,Ivan Horvatić,Marko Šimić,Ana Kovačević,Jasna Čolić,Đorđe Babić,Krešimir Žugec,Saša Vučković,Tomislav Matić,Zdravko Ćosić",
    ),
    (
        "windows-1251",
        "Иван Петров,Мария Иванова,Юлия Щукина,Сергей Ёлкин,Олег,Анна Кузнецова,ООО Ромашка,Дмитрий Соколов,Ольга,Пётр Чайковский",
    ),
    (
        "windows-1251",
        "Олексій Шевченко,Ганна Їжакевич,Андрій Ґедзь,Наталія Кравченко,Юрій Мельник,Євген Бойко,Оксана Коваль,Дмитро Лисенко,Ірина Гончар,Сергій Левченко",
    ),
    (
        "koi8-r",
        "Иван Петров,Мария Иванова,Юлия Щукина,Сергей Ёлкин,Олег,Анна Кузнецова,ООО Ромашка,Дмитрий Соколов,Ольга,Пётр Чайковский",
    ),
    (
        "ibm866",
        "Иван Петров,Мария Иванова,Юлия Щукина,Сергей Ёлкин,Олег,Анна Кузнецова,ООО Ромашка,Дмитрий Соколов,Ольга,Пётр Чайковский",
    ),
    (
        "iso-8859-5",
        "Иван Петров,Мария Иванова,Юлия Щукина,Сергей Ёлкин,Олег,Анна Кузнецова,ООО Ромашка,Дмитрий Соколов,Ольга,Пётр Чайковский",
    ),
    (
        "x-mac-cyrillic",
        "Иван Петров,Мария Иванова,Юлия Щукина,Сергей Ёлкин,Олег,Анна Кузнецова,ООО Ромашка,Дмитрий Соколов,Ольга,Пётр Чайковский",
    ),
    (
        "windows-1252",
        "Jürgen Müller,Björn Groß,Käthe Schäfer,Jörg,Günther Weiß,Änne Ölschläger,Sören Kühn,Hans Größe,Übermut,Möller",
    ),
    (
        "windows-1252",
        "François Lefèvre,Hélène Bézier,Jérôme Noël,Chloé,Zoë Château,Benoît Gaëtan,Éric Dupré,Agnès,Anaïs Côté,Cœur Œuvre",
    ),
    (
        "windows-1252",
        "José Peña,María Núñez,Ángel Ibáñez,Íñigo Muñoz,Ñandú,Begoña Gómez,Óscar López,Mª José Agüero,Jesús,Andrés",
    ),
    (
        "windows-1252",
        "João Conceição,São Paulo,Antônio Gonçalves,Inês Simões,Luís Guimarães,Estêvão,Mônica Araújo,Sebastião,Nélson,Lúcia Magalhães",
    ),
    (
        "windows-1252",
        "Søren Kjær,Jørgen Ødegård,Åse Bjørk,Bjørn Næss,Øyvind,Håkon Sæther,Pål,Mette Kløve,Ærø,Lærke",
    ),
    (
        "windows-1252",
        "Åsa Öberg,Björn Ångström,Göran Sjöström,Mårten Hägg,Pär,Märta Löfgren,Örjan,Lars Åkesson,Jöns,Ylvä",
    ),
    (
        "windows-1252",
        "Väinö Hämäläinen,Päivi Mäkinen,Jyväskylä,Yrjö Häkkinen,Äiti Pöyry,Seppo Järvinen,Mäki,Töölö,Pentti Lähde,Sylvi Kekkonen-Äyräs",
    ),
    (
        "windows-1252",
        "Þórður Guðmundsson,Björk Guðmundsdóttir,Sigríður Jónsdóttir,Ásgeir,Hallgrímur Pétursson,Ólafur,Ragnheiður,Æsa Þorláksdóttir,Guðrún,Óðinn",
    ),
    ("windows-1252", "Niccolò Rossi,Città di Forlì,Nicolò,Mosè,Cantù,Canicattì,Società,Noè,Andrà,Perché"),
    (
        "windows-1253",
        "Αλέξανδρος Παπαδόπουλος,Μαρία Γεωργίου,Γιώργος Νικολαΐδης,Ελένη,Άννα Κωνσταντίνου,Νίκος,Δημήτρης Οικονόμου,Σοφία,Χρήστος,Ευάγγελος",
    ),
    (
        "windows-1254",
        "Ayşe Yılmaz,Gülşah Öztürk,İbrahim Çelik,Oğuz Şahin,Çağlar Doğan,Işıl Kılıç,Fatih Güneş,Ümit Kıvanç,Şeyma,Tuğba Yıldız",
    ),
    ("windows-1255", "משה כהן,דוד לוי,שרה מזרחי,יעקב,רחל פרץ,אברהם ביטון,נועה,תמר אוחיון,יוסף,מרים דהן"),
    (
        "windows-1256",
        "محمد علي,فاطمة الزهراء,أحمد حسن,خالد العمري,ليلى,عبد الله,سعيد,مريم يوسف,إبراهيم,نور الدين",
    ),
    (
        "windows-1257",
        "Jānis Bērziņš,Kristīne Ozoliņa,Žydrūnas Šarūnas,Jūratė Kazlauskienė,Mārtiņš Kalniņš,Vytautas Žukauskas,Ģirts,Andrius Petrauskas-Čėsna,Līga,Rasa Mažeikė",
    ),
    ("windows-874", "สมชาย ใจดี,สมหญิง รักไทย,วิชัย,นภา ทองคำ,ประเสริฐ,สุนีย์"),
    (
        "shift_jis",
        "山田太郎,鈴木花子,髙橋 ソース,佐藤,渡辺 裕子,タナカ イチロウ,東京都,小林,さくら,株式会社ヤマト",
    ),
    (
        "euc-jp",
        "山田太郎,鈴木花子,高橋 ソース,佐藤,渡辺 裕子,タナカ イチロウ,東京都,小林,さくら,株式会社ヤマト",
    ),
    ("gbk", "李明,王芳,张伟,刘洋,陈静,北京,上海市浦东新区,杨帆,赵敏,黄晓明"),
    ("big5", "陳大文,林志玲,王小明,台北市,張惠妹,李安,黃金,劉德華,蔡依林,周杰倫"),
    ("euc-kr", "김철수,이영희,박지성,서울,최민호,정수진,강남구,조용필,윤아,한지민"),
    (
        "macintosh",
        "Jürgen Müller,José Peña,François Lefèvre,Björn Groß,Søren Kjær,João,Åsa Öberg,María Núñez,Hélène,Käthe",
    ),
];

fn encoded(text: &str, encoding: &str) -> Vec<u8> {
    Encoding::for_label(encoding.as_bytes()).unwrap().encode(text).0.into_owned()
}

/// Returns files with so many people each, and the guesses at their encodings.
fn guesses(people: usize) -> Vec<(&'static str, String, Guess, Vec<u8>)> {
    let files = PEOPLE.iter().flat_map(|(encoding, names)| {
        (0..names.split(',').count()).map(move |first| {
            let names: Vec<&str> = names.split(',').cycle().skip(first).take(people).collect();
            let text = names.join(",a@example.com\n") + ",b@example.com\n";
            let bytes = encoded(&text, encoding);
            (*encoding, text, Guess::new(&bytes, None), bytes)
        })
    });
    files.collect()
}

fn decodes_correctly((_, text, guess, bytes): &(&str, String, Guess, Vec<u8>)) -> bool {
    guess.encoding().0.decode_without_bom_handling(bytes).0 == *text
}

#[test]
fn a_certain_guess_is_correct() {
    for people in [1, 2, 3, 5] {
        let wrong =
            guesses(people).into_iter().filter(|guessed| guessed.2.is_certain && !decodes_correctly(guessed));
        let wrong: Vec<_> = wrong.map(|(encoding, text, ..)| (encoding, text)).collect();
        assert!(wrong.is_empty(), "{people}: {wrong:?}");
    }
}

#[test]
fn ten_people_are_enough_to_be_certain() {
    let unclear =
        guesses(10).into_iter().filter(|guessed| !guessed.2.is_certain || !decodes_correctly(guessed));
    assert_eq!(unclear.map(|(encoding, ..)| encoding).collect::<Vec<_>>(), <[&str; 0]>::default());
}

#[test]
fn one_western_name_is_certain() {
    for name in
        ["Müller", "José", "Ñandú", "Øyvind", "Hélène", "João Guimarães", "Åse", "Pär", "Mª José", "Forlì"]
    {
        let guess = Guess::new(&encoded(&format!("{name},a@example.com\n"), "windows-1252"), None);
        assert!(guess.is_certain && guess.encoding() == TextEncoding::WINDOWS_1252, "{name}");
    }
}

#[test]
fn symbols_without_letters_are_western() {
    for text in ["5 €,20 °C", "“Ada” – ½ l", "it’s,m²"] {
        let guess = Guess::new(&encoded(text, "windows-1252"), None);
        assert!(guess.is_certain && guess.encoding() == TextEncoding::WINDOWS_1252, "{text}");
    }
}

#[test]
fn a_dos_code_page_is_never_certain() {
    // Müller, José, Jörg, Ñandú in code page 850.
    for bytes in [&b"M\x81ller\n"[..], b"Jos\x82\n", b"J\x94rg\n", b"\xa5and\xa3\n"] {
        assert!(!Guess::new(bytes, None).is_certain, "{bytes:?}");
    }
}

#[test]
fn an_unclear_text_is_shown_in_several_encodings() {
    let guess = Guess::new(&encoded("Олег,a@example.com\nИван,b@example.com\n", "koi8-r")[..6], None);
    assert!(guess.candidates.len() > 1 || guess.is_certain);
    let unclear = Guess::new(b"J\x94rg,J\x81rgen;M\x81ller\nB\x84r,x", None);
    assert!(unclear.candidates.len() > 1);
    assert!(unclear.candidates.iter().all(|candidate| candidate.samples().len() == 3));
    assert!(!format!("{:?}", unclear.candidates).contains("rgen"));
}

#[test]
fn a_declared_encoding_is_used_if_the_bytes_allow_it() {
    let declared_by = |head: &[u8], is_vcard| declared(head, is_vcard).map(|it| it.to_string());
    assert_eq!(declared_by(b"# encoding: windows-1250\nName\n", false).as_deref(), Some("windows-1250"));
    assert_eq!(declared_by(b"BEGIN:VCARD\nN;CHARSET=Shift_JIS;X=1:a\n", true).as_deref(), Some("shift_jis"));
    assert_eq!(declared_by(b"Name,Charset,Email\nAda,utf-8,x\n", false), None);
    let latin2 = "iso-8859-2".parse().ok();
    assert_eq!(Guess::new(b"\xb1\n", latin2).encoding().to_string(), "iso-8859-2");
}
