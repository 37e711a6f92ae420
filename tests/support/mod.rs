//! A whole app on Tauri's mock runtime: real permissions, real database, real
//! engine with the real default model; only the window is not drawn.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    dead_code,
    reason = "tests end by panicking"
)]

use std::path::{Path, PathBuf};

use llmos_lib::AppOptions;
use serde_json::Value;
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{App, Manager, WebviewWindow};

/// The app with its page's side of the wire.
pub struct TestApp {
    // Kept alive: dropping it ends the app.
    _app: App<MockRuntime>,
    window: WebviewWindow<MockRuntime>,
}

impl TestApp {
    /// Starts the app on `data_dir`.
    pub fn start(data_dir: &Path, model: Option<PathBuf>) -> Self {
        let options = AppOptions {
            data_dir: Some(data_dir.to_owned()),
            model,
        };
        let mut app = llmos_lib::builder(mock_builder(), options)
            .build(llmos_lib::context())
            .unwrap();
        // The first iteration runs the app's set-up.
        #[expect(
            deprecated,
            reason = "the mock runtime has no other way to run the set-up"
        )]
        app.run_iteration(|_, _| {});
        let window = app.get_webview_window("main").unwrap();
        Self { _app: app, window }
    }

    /// Calls a command as the page would, and waits for its answer.
    pub fn invoke(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        let request = InvokeRequest {
            cmd: command.to_owned(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: "tauri://localhost".parse().unwrap(),
            body: InvokeBody::Json(arguments),
            headers: tauri::http::HeaderMap::default(),
            invoke_key: INVOKE_KEY.to_owned(),
        };
        get_ipc_response(&self.window, request).map(|body| body.deserialize().unwrap())
    }

    /// Calls a command that must succeed.
    pub fn call(&self, command: &str, arguments: Value) -> Value {
        self.invoke(command, arguments)
            .unwrap_or_else(|error| panic!("{command} failed: {error}"))
    }

    /// Calls a command that must fail, and returns the error's code.
    pub fn refusal(&self, command: &str, arguments: Value) -> String {
        match self.invoke(command, arguments) {
            Ok(value) => panic!("{command} succeeded with {value}"),
            Err(error) => error["code"]
                .as_str()
                .unwrap_or_else(|| panic!("{command} failed without a code: {error}"))
                .to_owned(),
        }
    }
}

/// An argument of a command that takes a channel.
pub const CHANNEL: &str = "__CHANNEL__:7";

/// The default model; its absence is a failure, not a reason to skip.
pub fn default_model() -> PathBuf {
    let path = std::env::var_os("LLMOS_MODEL").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("models/smollm2-135m-instruct-q4_1.gguf"),
        PathBuf::from,
    );
    assert!(path.is_file(), "no default model: run `make model`");
    path
}
