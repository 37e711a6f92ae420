//! The languages that texts are translated from and into.

/// The writing that a language is recognised by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// A, b, c.
    Latin,
    /// А, б, в.
    Cyrillic,
    /// Chinese characters.
    Han,
    /// Kana together with Chinese characters.
    Japanese,
    /// 가, 나, 다.
    Hangul,
    /// Arabic letters, Persian and Urdu ones too.
    Arabic,
    /// Hebrew letters.
    Hebrew,
    /// Greek letters.
    Greek,
    /// Devanagari.
    Devanagari,
    /// Bengali letters.
    Bengali,
    /// Tamil letters.
    Tamil,
    /// Telugu letters.
    Telugu,
    /// Thai letters.
    Thai,
    /// Georgian letters.
    Georgian,
}

impl Script {
    /// Whether a character is one of this writing's own.
    #[must_use]
    pub fn has(self, character: char) -> bool {
        let han = matches!(character, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}');
        match self {
            Self::Latin => {
                character.is_alphabetic()
                    && matches!(character, '\0'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}')
            }
            Self::Cyrillic => matches!(character, '\u{400}'..='\u{52F}'),
            Self::Han => han,
            Self::Japanese => han || matches!(character, '\u{3041}'..='\u{30FF}'),
            Self::Hangul => {
                matches!(character, '\u{1100}'..='\u{11FF}' | '\u{3131}'..='\u{318E}' | '\u{AC00}'..='\u{D7A3}')
            }
            Self::Arabic => {
                matches!(character, '\u{620}'..='\u{6FF}' | '\u{750}'..='\u{77F}' | '\u{FB50}'..='\u{FEFC}')
            }
            Self::Hebrew => matches!(character, '\u{590}'..='\u{5FF}'),
            Self::Greek => matches!(character, '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}'),
            Self::Devanagari => matches!(character, '\u{900}'..='\u{97F}'),
            Self::Bengali => matches!(character, '\u{980}'..='\u{9FF}'),
            Self::Tamil => matches!(character, '\u{B80}'..='\u{BFF}'),
            Self::Telugu => matches!(character, '\u{C00}'..='\u{C7F}'),
            Self::Thai => matches!(character, '\u{E00}'..='\u{E7F}'),
            Self::Georgian => {
                matches!(character, '\u{10A0}'..='\u{10FF}' | '\u{1C90}'..='\u{1CBF}')
            }
        }
    }
}

#[derive(Debug)]
struct Entry {
    code: &'static str,
    english: &'static str,
    chinese: &'static str,
    own: &'static str,
    script: Script,
    greeting: &'static str,
}

/// One of the languages of the table.
#[derive(Clone, Copy)]
pub struct TextLanguage(&'static Entry);

macro_rules! languages {
    ($($code:literal $english:literal $chinese:literal $own:literal $script:ident $greeting:literal,)*) => {
        const TABLE: &[Entry] = &[$(Entry {
            code: $code,
            english: $english,
            chinese: $chinese,
            own: $own,
            script: Script::$script,
            greeting: $greeting,
        },)*];
    };
}

languages! {
    "ar" "Arabic" "阿拉伯语" "العربية" Arabic "صباح الخير، [1]!",
    "bn" "Bengali" "孟加拉语" "বাংলা" Bengali "সুপ্রভাত, [1]!",
    "bg" "Bulgarian" "保加利亚语" "Български" Cyrillic "Добро утро, [1]!",
    "ca" "Catalan" "加泰罗尼亚语" "Català" Latin "Bon dia, [1]!",
    "zh" "Chinese (Simplified)" "简体中文" "简体中文" Han "早上好，[1]！",
    "zh-Hant" "Chinese (Traditional)" "繁体中文" "繁體中文" Han "早安，[1]！",
    "hr" "Croatian" "克罗地亚语" "Hrvatski" Latin "Dobro jutro, [1]!",
    "cs" "Czech" "捷克语" "Čeština" Latin "Dobré ráno, [1]!",
    "da" "Danish" "丹麦语" "Dansk" Latin "Godmorgen, [1]!",
    "nl" "Dutch" "荷兰语" "Nederlands" Latin "Goedemorgen, [1]!",
    "en" "English" "英语" "English" Latin "Good morning, [1]!",
    "eo" "Esperanto" "世界语" "Esperanto" Latin "Bonan matenon, [1]!",
    "et" "Estonian" "爱沙尼亚语" "Eesti" Latin "Tere hommikust, [1]!",
    "fi" "Finnish" "芬兰语" "Suomi" Latin "Hyvää huomenta, [1]!",
    "fr" "French" "法语" "Français" Latin "Bonjour, [1] !",
    "ka" "Georgian" "格鲁吉亚语" "ქართული" Georgian "დილა მშვიდობისა, [1]!",
    "de" "German" "德语" "Deutsch" Latin "Guten Morgen, [1]!",
    "el" "Greek" "希腊语" "Ελληνικά" Greek "Καλημέρα, [1]!",
    "he" "Hebrew" "希伯来语" "עברית" Hebrew "בוקר טוב, [1]!",
    "hi" "Hindi" "印地语" "हिन्दी" Devanagari "सुप्रभात, [1]!",
    "hu" "Hungarian" "匈牙利语" "Magyar" Latin "Jó reggelt, [1]!",
    "id" "Indonesian" "印尼语" "Bahasa Indonesia" Latin "Selamat pagi, [1]!",
    "it" "Italian" "意大利语" "Italiano" Latin "Buongiorno, [1]!",
    "ja" "Japanese" "日语" "日本語" Japanese "おはようございます、[1]！",
    "ko" "Korean" "韩语" "한국어" Hangul "좋은 아침입니다, [1]!",
    "lv" "Latvian" "拉脱维亚语" "Latviešu" Latin "Labrīt, [1]!",
    "lt" "Lithuanian" "立陶宛语" "Lietuvių" Latin "Labas rytas, [1]!",
    "mr" "Marathi" "马拉地语" "मराठी" Devanagari "शुभ प्रभात, [1]!",
    "nb" "Norwegian" "挪威语" "Norsk bokmål" Latin "God morgen, [1]!",
    "fa" "Persian" "波斯语" "فارسی" Arabic "صبح بخیر، [1]!",
    "pl" "Polish" "波兰语" "Polski" Latin "Dzień dobry, [1]!",
    "pt" "Portuguese" "葡萄牙语" "Português" Latin "Bom dia, [1]!",
    "ro" "Romanian" "罗马尼亚语" "Română" Latin "Bună dimineața, [1]!",
    "ru" "Russian" "俄语" "Русский" Cyrillic "Доброе утро, [1]!",
    "sr" "Serbian" "塞尔维亚语" "Српски" Cyrillic "Добро јутро, [1]!",
    "sk" "Slovak" "斯洛伐克语" "Slovenčina" Latin "Dobré ráno, [1]!",
    "sl" "Slovenian" "斯洛文尼亚语" "Slovenščina" Latin "Dobro jutro, [1]!",
    "es" "Spanish" "西班牙语" "Español" Latin "¡Buenos días, [1]!",
    "sv" "Swedish" "瑞典语" "Svenska" Latin "God morgon, [1]!",
    "tl" "Tagalog" "他加禄语" "Tagalog" Latin "Magandang umaga, [1]!",
    "ta" "Tamil" "泰米尔语" "தமிழ்" Tamil "காலை வணக்கம், [1]!",
    "te" "Telugu" "泰卢固语" "తెలుగు" Telugu "శుభోదయం, [1]!",
    "th" "Thai" "泰语" "ไทย" Thai "สวัสดีตอนเช้า [1]!",
    "tr" "Turkish" "土耳其语" "Türkçe" Latin "Günaydın, [1]!",
    "uk" "Ukrainian" "乌克兰语" "Українська" Cyrillic "Доброго ранку, [1]!",
    "ur" "Urdu" "乌尔都语" "اردو" Arabic "صبح بخیر، [1]!",
    "vi" "Vietnamese" "越南语" "Tiếng Việt" Latin "Chào buổi sáng, [1]!",
}

impl TextLanguage {
    /// All of them, in the order of their English names.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(Self)
    }

    /// The language of a BCP 47 tag (`de`, `pt-BR`, `zh-TW`), if it is in the table.
    #[must_use]
    pub fn find(tag: &str) -> Option<Self> {
        let tag = tag.trim().replace('_', "-").to_ascii_lowercase();
        let code = match tag.as_str() {
            "zh-hant" | "zh-tw" | "zh-hk" | "zh-mo" => "zh-Hant",
            "no" | "nn" => "nb",
            "iw" => "he",
            "in" => "id",
            "fil" => "tl",
            _ => tag.split('-').next().unwrap_or_default(),
        };
        Self::all().find(|language| language.code() == code)
    }

    /// The language of a tag, or of a name in English, in Chinese or its own.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let wanted = name.trim().to_lowercase();
        Self::find(name).or_else(|| {
            Self::all().find(|language| {
                [language.english(), language.chinese(), language.own()]
                    .iter()
                    .any(|known| known.to_lowercase() == wanted)
                    || (wanted == "chinese" && language.code() == "zh")
                    || (wanted == "中文" && language.code() == "zh")
            })
        })
    }

    /// Its tag, such as `de` or `zh-Hant`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code
    }

    /// Its name in English.
    #[must_use]
    pub fn english(self) -> &'static str {
        self.0.english
    }

    /// Its name in Chinese.
    #[must_use]
    pub fn chinese(self) -> &'static str {
        self.0.chinese
    }

    /// Its name in itself.
    #[must_use]
    pub fn own(self) -> &'static str {
        self.0.own
    }

    /// How it is written.
    #[must_use]
    pub fn script(self) -> Script {
        self.0.script
    }

    /// A sentence with a mark in it, the same in every language: an example for the model.
    #[must_use]
    pub fn greeting(self) -> &'static str {
        self.0.greeting
    }

    /// The same without its mark, for a text that has none: small models copy it.
    #[must_use]
    pub fn greeting_alone(self) -> String {
        let greeting = self.0.greeting;
        let Some((before, after)) = greeting.split_once("[1]") else {
            return greeting.to_owned();
        };
        let comma = |c: char| c.is_whitespace() || [',', '，', '、', '،'].contains(&c);
        format!("{}{after}", before.trim_end_matches(comma))
    }

    /// Whether words are written without blanks between them.
    #[must_use]
    pub fn runs_on(self) -> bool {
        matches!(self.0.script, Script::Han | Script::Japanese | Script::Thai)
    }
}

impl PartialEq for TextLanguage {
    fn eq(&self, other: &Self) -> bool {
        self.0.code == other.0.code
    }
}

impl Eq for TextLanguage {}

impl std::fmt::Debug for TextLanguage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_names_lead_to_a_language() {
        let code = |name: &str| TextLanguage::named(name).map(TextLanguage::code);
        assert_eq!(code("pt-BR"), Some("pt"));
        assert_eq!(code("zh_TW"), Some("zh-Hant"));
        assert_eq!(code("zh-Hans-CN"), Some("zh"));
        assert_eq!(code("German"), Some("de"));
        assert_eq!(code("德语"), Some("de"));
        assert_eq!(code("français"), Some("fr"));
        assert_eq!(code("chinese"), Some("zh"));
        assert_eq!(code("Klingon"), None);
        assert_eq!(code(""), None);
    }

    #[test]
    fn the_table_is_in_order_and_its_examples_are_in_the_right_writing() {
        let names: Vec<_> = TextLanguage::all().map(TextLanguage::english).collect();
        assert!(names.is_sorted());
        for language in TextLanguage::all() {
            let greeting = language.greeting();
            assert_eq!(greeting.matches("[1]").count(), 1, "{language:?}");
            let alone = language.greeting_alone();
            assert!(!alone.contains(['[', ',', '，', '、', '،']), "{alone}");
            assert!(
                alone.ends_with(['!', '！']) && !alone.contains("  "),
                "{alone}"
            );
            let letters: Vec<char> = greeting.chars().filter(|c| c.is_alphabetic()).collect();
            assert!(
                letters.iter().all(|&letter| language.script().has(letter)),
                "{language:?} {letters:?}"
            );
            assert_eq!(TextLanguage::find(language.code()), Some(language));
        }
    }
}
