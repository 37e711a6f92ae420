//! Where the model lies that is used when none is named.

use std::path::{Path, PathBuf};

use llmos_engine::ModelInfo;

/// Names a model file for both programs, ahead of every other place.
pub const MODEL_VARIABLE: &str = "LLMOS_MODEL";

/// File name of the model that comes with the app.
pub const DEFAULT_MODEL_FILE: &str = "smollm2-135m-instruct-q4_1.gguf";

/// What people call it.
const DEFAULT_MODEL_NAME: &str = "SmolLM2 135M Instruct";

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

/// What people call the model in a file, where its file name tells: the model
/// that comes with the app has a name inside that only its training knows.
#[must_use]
pub fn known_name(path: &Path) -> Option<&'static str> {
    path.file_name()
        .is_some_and(|name| name == DEFAULT_MODEL_FILE)
        .then_some(DEFAULT_MODEL_NAME)
}

/// The name of a loaded model that is shown and recorded.
#[must_use]
pub fn display_name(info: &ModelInfo) -> &str {
    known_name(&info.path).unwrap_or(&info.name)
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
    fn the_model_that_comes_with_the_app_is_called_as_people_call_it() {
        let known = |path: &str| known_name(Path::new(path));
        assert_eq!(
            known("/opt/llmos/models/smollm2-135m-instruct-q4_1.gguf"),
            Some("SmolLM2 135M Instruct")
        );
        assert_eq!(known("/models/smollm2-360m-instruct-q4_1.gguf"), None);
        assert_eq!(known("/"), None);
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
