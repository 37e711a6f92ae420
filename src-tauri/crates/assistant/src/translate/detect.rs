//! Which language a text is in, as far as that can be told.

use whatlang::{Detector, Lang};

use super::languages::{Script, TextLanguage};

/// Letters that a text in Latin or Cyrillic writing has at least before anything is
/// certain: languages share most of their short words.
const ENOUGH_LETTERS: usize = 20;
/// From so many letters on, the detector's own doubts count less: it is made for pages.
const MANY_LETTERS: usize = 40;
const LEAST_CONFIDENCE: f64 = 0.2;
/// Chinese characters without kana that are enough to rule Japanese out.
const ENOUGH_HAN: usize = 6;
/// How much of a text is looked at, in characters.
const LOOKED_AT: usize = 4000;

/// What a text seems to be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Detected {
    /// The likeliest language.
    pub language: TextLanguage,
    /// Whether it can be relied on; a short text is no proof.
    pub sure: bool,
}

/// The language of a text; `None` where nothing points to any.
#[must_use]
pub fn detect(text: &str) -> Option<Detected> {
    let text: String = text.chars().take(LOOKED_AT).collect();
    let count = |script: Script| text.chars().filter(|&c| script.has(c)).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    if letters == 0 {
        return None;
    }
    let (han, both) = (count(Script::Han), count(Script::Japanese));
    // A Chinese character says as much as several Latin letters.
    if both * 4 > letters {
        let kana = both - han;
        let code = if kana * 10 > han {
            "ja"
        } else if traditional(&text) {
            "zh-Hant"
        } else {
            "zh"
        };
        let sure = if code == "ja" {
            kana >= 2
        } else {
            han >= ENOUGH_HAN
        };
        return known(code, sure);
    }
    for (script, code) in [
        (Script::Hangul, "ko"),
        (Script::Greek, "el"),
        (Script::Thai, "th"),
        (Script::Tamil, "ta"),
        (Script::Telugu, "te"),
        (Script::Bengali, "bn"),
        (Script::Georgian, "ka"),
        (Script::Hebrew, "he"),
    ] {
        let found = count(script);
        if found * 2 > letters {
            return known(code, found >= 3);
        }
    }
    let guess =
        Detector::with_allowlist(PAIRS.iter().map(|&(lang, _)| lang).collect()).detect(&text)?;
    let code = PAIRS.iter().find(|&&(lang, _)| lang == guess.lang())?.1;
    let confident =
        guess.is_reliable() || (letters >= MANY_LETTERS && guess.confidence() >= LEAST_CONFIDENCE);
    known(code, letters >= ENOUGH_LETTERS && confident)
}

fn known(code: &str, sure: bool) -> Option<Detected> {
    TextLanguage::find(code).map(|language| Detected { language, sure })
}

/// Whether more of the characters that differ are in the traditional form.
fn traditional(text: &str) -> bool {
    const OLD: &str =
        "們這個說國時會來對發學開關請讓還為從裡點長書語見現電話實應當經間問題與變體點頭車東馬門";
    const NEW: &str =
        "们这个说国时会来对发学开关请让还为从里点长书语见现电话实应当经间问题与变体点头车东马门";
    let count = |set: &str| text.chars().filter(|&c| set.contains(c)).count();
    count(OLD) > count(NEW)
}

/// The library's names for the languages that it has to tell apart.
const PAIRS: &[(Lang, &str)] = &[
    (Lang::Ara, "ar"),
    (Lang::Bul, "bg"),
    (Lang::Cat, "ca"),
    (Lang::Ces, "cs"),
    (Lang::Dan, "da"),
    (Lang::Deu, "de"),
    (Lang::Eng, "en"),
    (Lang::Epo, "eo"),
    (Lang::Est, "et"),
    (Lang::Fin, "fi"),
    (Lang::Fra, "fr"),
    (Lang::Hin, "hi"),
    (Lang::Hrv, "hr"),
    (Lang::Hun, "hu"),
    (Lang::Ind, "id"),
    (Lang::Ita, "it"),
    (Lang::Lav, "lv"),
    (Lang::Lit, "lt"),
    (Lang::Mar, "mr"),
    (Lang::Nld, "nl"),
    (Lang::Nob, "nb"),
    (Lang::Pes, "fa"),
    (Lang::Pol, "pl"),
    (Lang::Por, "pt"),
    (Lang::Ron, "ro"),
    (Lang::Rus, "ru"),
    (Lang::Slk, "sk"),
    (Lang::Slv, "sl"),
    (Lang::Spa, "es"),
    (Lang::Srp, "sr"),
    (Lang::Swe, "sv"),
    (Lang::Tgl, "tl"),
    (Lang::Tur, "tr"),
    (Lang::Ukr, "uk"),
    (Lang::Urd, "ur"),
    (Lang::Vie, "vi"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<(&'static str, bool)> {
        detect(text).map(|found| (found.language.code(), found.sure))
    }

    #[test]
    fn sentences_are_recognised() {
        for (text, expected) in [
            (
                "The tenant pays the rent on the first day of each month, without being asked.",
                "en",
            ),
            (
                "Der Mieter zahlt die Miete am ersten Tag jedes Monats, ohne gefragt zu werden.",
                "de",
            ),
            (
                "Le locataire paie le loyer le premier jour de chaque mois, sans qu’on le lui demande.",
                "fr",
            ),
            (
                "Арендатор платит за квартиру в первый день каждого месяца без напоминания.",
                "ru",
            ),
            ("承租人应于每月第一天支付租金，无需催缴。", "zh"),
            ("承租人應於每月第一天支付租金，這個時間說好了。", "zh-Hant"),
            ("借主は毎月一日に家賃を支払います。", "ja"),
            ("세입자는 매달 첫째 날에 집세를 냅니다.", "ko"),
            (
                "يدفع المستأجر الإيجار في اليوم الأول من كل شهر دون أن يطلب منه أحد ذلك.",
                "ar",
            ),
        ] {
            assert_eq!(code(text), Some((expected, true)), "{text}");
        }
    }

    #[test]
    fn what_is_too_short_is_not_certain() {
        for text in ["Taxi", "ok", "Hotel Restaurant", "東京", "a"] {
            assert!(!detect(text).is_some_and(|found| found.sure), "{text}");
        }
        for text in ["", "  \n", "42 × 7 = 294", "🦙🦙"] {
            assert_eq!(detect(text), None, "{text}");
        }
    }

    #[test]
    fn a_foreign_name_does_not_turn_a_text() {
        assert_eq!(
            code("Last summer we travelled to 杭州 and stayed beside the lake for a whole week."),
            Some(("en", true))
        );
        assert_eq!(code("我们用 Rust 写的引擎跑得很快。"), Some(("zh", true)));
    }
}
