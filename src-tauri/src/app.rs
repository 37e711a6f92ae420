//! Puts the app together: plugins, state, commands, window.

use std::path::PathBuf;

use llmos_assistant::model_path::DEFAULT_MODEL_FILE;
use llmos_engine::{Backend, EngineHandle, Native};
use tauri::{App, AppHandle, Builder, Context, Manager, Runtime};

use crate::{commands, lifecycle, power, preferences, state::AppState, window};

/// Where the app finds its things; everything has a default.
#[derive(Clone, Debug)]
pub struct AppOptions {
    /// Instead of the system's directory for the app's data.
    pub data_dir: Option<PathBuf>,
    /// Instead of the model in the bundle.
    pub model: Option<PathBuf>,
}

impl AppOptions {
    /// `LLMOS_DATA_DIR` and `LLMOS_MODEL`.
    #[must_use]
    pub fn from_environment() -> Self {
        let path = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        Self {
            data_dir: path("LLMOS_DATA_DIR").map(PathBuf::from),
            model: path("LLMOS_MODEL").map(PathBuf::from),
        }
    }

    /// Where history and preferences are kept.
    ///
    /// # Errors
    /// When the system names no directory for data.
    pub(crate) fn data_dir<R: Runtime>(&self, app: &AppHandle<R>) -> tauri::Result<PathBuf> {
        match &self.data_dir {
            Some(directory) => Ok(directory.clone()),
            None => app.path().app_data_dir(),
        }
    }
}

/// The configuration, page and permissions, baked in at build time.
#[must_use]
pub fn context<R: Runtime>() -> Context<R> {
    tauri::generate_context!()
}

/// The app without what only a desktop session has.
#[must_use]
pub fn builder<R: Runtime>(builder: Builder<R>, options: AppOptions) -> Builder<R> {
    builder
        .plugin(tauri_plugin_store::Builder::new().build())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_clipboard_manager::init())
        .invoke_handler(commands::handler())
        .setup(move |app| setup(app, options).map_err(Into::into))
}

/// One window for one person: a second start brings the first to the front,
/// and the window comes back where it was. To be added before everything else,
/// since a second process should not get further than this.
#[must_use]
pub fn with_desktop_plugins<R: Runtime>(builder: Builder<R>, options: &AppOptions) -> Builder<R> {
    #[cfg(all(unix, desktop))]
    let builder = builder.plugin(crate::instance::plugin(options));
    #[cfg(windows)]
    let builder = builder.plugin(tauri_plugin_single_instance::init(|app, _, _| {
        window::focus(app);
    }));
    #[cfg(desktop)]
    let builder = {
        use tauri_plugin_window_state::{Builder, StateFlags};
        // Whether it is shown is up to `window::open`.
        let flags = StateFlags::all() - StateFlags::VISIBLE;
        builder.plugin(Builder::new().with_state_flags(flags).build())
    };
    #[cfg(not(all(unix, desktop)))]
    let _ = options;
    builder
}

fn setup<R: Runtime>(app: &mut App<R>, options: AppOptions) -> tauri::Result<()> {
    let data_dir = options.data_dir(app.handle())?;
    let default_model = options
        .model
        .or_else(|| bundled_model(app))
        .or_else(llmos_assistant::default_model_path);
    let engine = EngineHandle::start(backends());
    let handle = app.handle().clone();
    engine.go_easy_when(move || {
        power::go_easy(preferences::read(&handle).on_battery, &power::source())
    });
    app.manage(AppState::new(engine, data_dir.clone(), default_model));

    let theme = preferences::read(app.handle()).theme;
    lifecycle::begin(app.handle());
    window::open(app.handle(), &data_dir, theme)?;
    Ok(())
}

/// The engines of this build, best first.
fn backends() -> Vec<Box<dyn Backend>> {
    vec![
        Box::new(Native::new()),
        #[cfg(feature = "mistralrs")]
        Box::new(llmos_engine_mistralrs::MistralRs::new()),
    ]
}

/// The model inside the bundle, where the bundler puts `models/`.
fn bundled_model<R: Runtime>(app: &App<R>) -> Option<PathBuf> {
    let path = app
        .path()
        .resource_dir()
        .ok()?
        .join("models")
        .join(DEFAULT_MODEL_FILE);
    path.is_file().then_some(path)
}
