//! The app itself and the system around it.

use tauri::{AppHandle, Runtime, State};
use tauri_plugin_clipboard_manager::ClipboardExt;
use tauri_plugin_opener::OpenerExt;

use crate::error::{CommandError, CommandResult, ErrorCode};
use crate::preferences;
use crate::startup;
use crate::state::{AppState, check_text};
use crate::wire::AppInfo;

/// The longest link that is opened, in bytes.
const LINK_BYTES: usize = 2048;

/// What the page needs before it draws.
#[tauri::command]
pub async fn app_info<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
) -> CommandResult<AppInfo> {
    let storage = state.storage_state().await;
    let first_run = !preferences::read(&app).welcomed && !state.has_conversations().await;
    Ok(AppInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        first_run,
        storage,
        data_dir: state.data_dir().display().to_string(),
        platform: std::env::consts::OS.to_owned(),
        system_language: sys_locale::get_locale().unwrap_or_else(|| "en".to_owned()),
        licence: env!("CARGO_PKG_LICENSE").to_owned(),
        process_start_ms: startup::process_start_ms(),
    })
}

/// Puts text on the clipboard.
#[tauri::command]
pub fn clipboard_write<R: Runtime>(app: AppHandle<R>, text: String) -> CommandResult<()> {
    check_text(&text)?;
    app.clipboard()
        .write_text(text)
        .map_err(CommandError::internal)
}

/// Opens a link in the person's browser or mail program. The page has shown
/// the whole target and asked; what is opened is checked here once more.
#[tauri::command]
pub fn link_open<R: Runtime>(app: AppHandle<R>, url: String) -> CommandResult<()> {
    let url = checked_link(&url)?;
    app.opener()
        .open_url(url, None::<&str>)
        .map_err(CommandError::internal)
}

/// The page tells when it first painted, as Unix time in milliseconds.
#[tauri::command]
pub fn ui_ready(first_paint_ms: f64) {
    let milliseconds = first_paint_ms - startup::process_start_ms();
    tracing::info!(milliseconds, "first paint after process start");
}

/// Lets through http, https and mailto, in the spelling of the URL standard.
fn checked_link(text: &str) -> CommandResult<String> {
    let refuse = |why: &str| CommandError::new(ErrorCode::LinkRefused, why);
    if text.len() > LINK_BYTES {
        return Err(refuse("the link is too long"));
    }
    let url = tauri::Url::parse(text).map_err(|_| refuse("the link is not a URL"))?;
    match url.scheme() {
        "http" | "https" if url.host_str().is_some_and(|host| !host.is_empty()) => {
            if !url.username().is_empty() || url.password().is_some() {
                return Err(refuse("the link carries a user name"));
            }
        }
        "mailto" => {}
        _ => return Err(refuse("only http, https and mailto links are opened")),
    }
    Ok(url.into())
}

#[cfg(test)]
mod tests {
    use super::checked_link;

    #[test]
    fn web_and_mail_links_are_let_through() {
        assert_eq!(
            checked_link("https://example.org/a b").ok().as_deref(),
            Some("https://example.org/a%20b")
        );
        assert!(checked_link("http://example.org").is_ok());
        assert!(checked_link("mailto:someone@example.org").is_ok());
    }

    #[test]
    fn look_alike_hosts_are_spelled_out() {
        let link = checked_link("https://аpple.com/").unwrap_or_default();
        assert!(link.starts_with("https://xn--"), "{link}");
    }

    #[test]
    fn everything_else_is_refused() {
        for link in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/html,x",
            "smb://host/share",
            "calculator://",
            "tauri://localhost",
            "https://user:secret@example.org/",
            "not a link",
            "",
            " ",
        ] {
            assert!(checked_link(link).is_err(), "{link}");
        }
        assert!(checked_link(&format!("https://example.org/{}", "a".repeat(4000))).is_err());
    }
}
