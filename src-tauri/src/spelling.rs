//! Spelling in the page's fields, marked by the web view with the dictionaries
//! of the system. `WebKitGTK` has to be asked for it; other web views do it by
//! themselves.

use tauri::{Runtime, WebviewWindow};

/// Has spelling checked in the languages of the system, and in English.
#[cfg(target_os = "linux")]
pub fn check<R: Runtime>(window: &WebviewWindow<R>) {
    use webkit2gtk::{WebContextExt, WebViewExt};

    let languages = languages(sys_locale::get_locales());
    let asked = window.with_webview(move |webview| {
        if let Some(context) = webview.inner().context() {
            let languages: Vec<&str> = languages.iter().map(String::as_str).collect();
            // A language without a dictionary is passed over.
            context.set_spell_checking_languages(&languages);
            context.set_spell_checking_enabled(true);
        }
    });
    if let Err(error) = asked {
        tracing::warn!(%error, "spelling is not checked");
    }
}

/// Has spelling checked in the languages of the system, and in English.
#[cfg(not(target_os = "linux"))]
pub fn check<R: Runtime>(_window: &WebviewWindow<R>) {}

/// The names of dictionaries (`de_CH`) for languages as systems name them
/// (`de-CH.UTF-8`), without repetition, English last.
#[cfg(any(target_os = "linux", test))]
fn languages(locales: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for locale in locales.chain(["en_US".to_owned()]) {
        let name = locale.split(['.', '@']).next().unwrap_or_default();
        let name = name.replace('-', "_");
        let is_language = name.starts_with(|first: char| first.is_ascii_lowercase());
        if is_language && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::languages;

    #[test]
    fn languages_are_named_as_dictionaries_are() {
        let locales = ["de-CH.UTF-8", "zh_CN", "en-US", "C", "de-CH@euro"];
        assert_eq!(
            languages(locales.map(str::to_owned).into_iter()),
            ["de_CH", "zh_CN", "en_US"]
        );
    }
}
