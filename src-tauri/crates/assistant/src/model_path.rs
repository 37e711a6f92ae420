//! Where the model lies that is used when none is named.

use std::path::{Path, PathBuf};

/// Names a model file for both programs, ahead of every other place.
pub const MODEL_VARIABLE: &str = "LLMOS_MODEL";

/// File name of the model that comes with the app.
pub const DEFAULT_MODEL_FILE: &str = "smollm2-135m-instruct-q4_1.gguf";

/// What people call it.
pub const DEFAULT_MODEL_NAME: &str = "SmolLM2 135M Instruct";

/// Folder that `scripts/` fetches models into, in the root of the source tree.
const MODELS_FOLDER: &str = "models";

/// The default model, or `None` when it is in none of these places:
///
/// 1. the file that the environment variable `LLMOS_MODEL` names (returned
///    even if it does not exist, so that the error names what was asked for);
/// 2. beside the program: `resources/`, `../share/llmos/`, `../lib/llmos/`
///    (Linux packages), `../Resources/` (macOS bundles), the program's folder;
/// 3. `models/` in the nearest folder above the program that has the file:
///    a program in `target/release` finds the source tree's own.
#[must_use]
pub fn default_model_path() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(MODEL_VARIABLE).filter(|name| !name.is_empty()) {
        return Some(PathBuf::from(named));
    }
    // A link to the program (for example in ~/bin) must not hide what lies
    // beside the program itself.
    let program = std::env::current_exe().ok()?;
    let program = program.canonicalize().unwrap_or(program);
    find_beside(program.parent()?)
}

/// Looks for the default model beside and above the folder of a program.
fn find_beside(folder: &Path) -> Option<PathBuf> {
    let beside = [
        "resources",
        "../share/llmos",
        "../lib/llmos",
        "../Resources",
        ".",
    ];
    let packaged = beside
        .iter()
        .map(|place| folder.join(place).join(DEFAULT_MODEL_FILE));
    let above = folder
        .ancestors()
        .map(|place| place.join(MODELS_FOLDER).join(DEFAULT_MODEL_FILE));
    packaged.chain(above).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    fn touch(path: &Path) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, b"").unwrap();
    }

    #[test]
    fn a_packaged_model_comes_before_one_in_a_source_tree() {
        let root = tempfile::tempdir().unwrap();
        let bin = root.path().join("target/release");
        std::fs::create_dir_all(&bin).unwrap();
        assert_eq!(find_beside(&bin), None);

        let in_tree = root.path().join("models").join(DEFAULT_MODEL_FILE);
        touch(&in_tree);
        assert_eq!(find_beside(&bin), Some(in_tree));

        let packaged = bin.join("resources").join(DEFAULT_MODEL_FILE);
        touch(&packaged);
        assert_eq!(find_beside(&bin), Some(packaged));
    }
}
