//! Names of files.

/// Longest name without its ending, in characters: short enough for every file
/// system, whatever the alphabet.
const LONGEST: usize = 60;

/// A name for an export of a conversation, from its title: no character that a
/// file system refuses, and no name that Windows keeps for itself.
#[must_use]
pub fn file_name(title: &str, extension: &str) -> String {
    let spaced: String = title
        .chars()
        .map(|character| match character {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => ' ',
            character if character.is_control() || turns(character) => ' ',
            character => character,
        })
        .collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let short: String = words.join(" ").chars().take(LONGEST).collect();
    let name = short.trim_matches([' ', '.']);
    let name = if name.is_empty() || is_reserved(name) {
        format!("llmos {name}")
    } else {
        name.to_owned()
    };
    format!("{}.{extension}", name.trim_end())
}

/// Whether a character turns the direction of writing, which could hide the ending.
fn turns(character: char) -> bool {
    matches!(
        character,
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// Names of devices on Windows, with any ending.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end();
    let upper = stem.to_ascii_uppercase();
    matches!(upper.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || upper
            .strip_prefix("COM")
            .or_else(|| upper.strip_prefix("LPT"))
            .is_some_and(|rest| {
                rest.chars().count() == 1 && rest.starts_with(|c: char| c.is_ascii_digit())
            })
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn titles_become_names_of_files() {
        assert_eq!(file_name("Bread: rye/wheat?", "md"), "Bread rye wheat.md");
        assert_eq!(
            file_name("周末去杭州的行程", "json"),
            "周末去杭州的行程.json"
        );
        assert_eq!(file_name("../../etc/passwd", "txt"), "etc passwd.txt");
        assert_eq!(file_name(" .. ", "txt"), "llmos.txt");
        assert_eq!(file_name("nul", "md"), "llmos nul.md");
        assert_eq!(file_name("com1.tar", "md"), "llmos com1.tar.md");
        assert_eq!(file_name("a\u{202e}gpj\u{0}", "md"), "a gpj.md");
        assert_eq!(file_name(&"x".repeat(300), "md").chars().count(), 63);
    }
}
