//! The one window, and what its page may not do.

use std::path::Path;

use tauri::utils::config::Color;
use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, Manager, Runtime, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

use crate::wire::Theme;

/// The window's label in the capability file.
pub const MAIN: &str = "main";

/// Opens the window.
///
/// The page can't navigate, open windows or keep anything on disk: what the
/// app remembers goes through the encrypted store.
///
/// # Errors
/// When the system can't make a window.
pub fn open<R: Runtime>(app: &AppHandle<R>, data_dir: &Path, theme: Theme) -> tauri::Result<()> {
    let builder = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("LLMOS")
        .inner_size(1120.0, 760.0)
        .min_inner_size(360.0, 520.0)
        .background_color(background(theme))
        // Dropped files go to the page, which reads them itself and learns no paths.
        .disable_drag_drop_handler()
        .visible(false)
        .on_page_load(|window, load| {
            // WebKitGTK stands still for half a second when its window is drawn before its
            // page has a layout: what draws would also have to hand out the page's files.
            if load.event() == PageLoadEvent::Finished {
                show(&window);
            }
        })
        .on_navigation(is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny);
    // WebKitGTK drives only a persistent context by WebDriver, so the window
    // tests get one of their own, inside their data directory.
    let builder = if is_automated() {
        builder.data_directory(data_dir.join("webview"))
    } else {
        builder.incognito(true)
    };
    builder.build()?;
    Ok(())
}

/// Shows the window, if it is not shown yet.
pub fn show<R: Runtime>(window: &WebviewWindow<R>) {
    #[cfg(desktop)]
    if let Err(error) = window.show() {
        tracing::warn!(%error, "the window can't be shown");
    }
    #[cfg(mobile)]
    let _ = window;
}

/// Whether a `WebDriver` controls the window, as in `ui/e2e/app`.
pub fn is_automated() -> bool {
    std::env::var("TAURI_WEBVIEW_AUTOMATION").as_deref() == Ok("true")
}

/// Brings the window to the front.
pub fn focus<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window(MAIN) {
        let shown = window
            .unminimize()
            .and_then(|()| window.show())
            .and_then(|()| window.set_focus());
        if let Err(error) = shown {
            tracing::warn!(%error, "the window can't be brought to the front");
        }
    }
}

/// True for the page inside the app: `tauri://localhost` on Linux, macOS and
/// iOS, `http(s)://tauri.localhost` on Windows and Android.
fn is_own_page(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        _ => false,
    }
}

/// The page's own background, so that opening does not flash.
fn background(theme: Theme) -> Color {
    match theme {
        Theme::Dark => Color(0x15, 0x15, 0x13, 0xff),
        Theme::Light | Theme::System => Color(0xfa, 0xf9, 0xf6, 0xff),
    }
}

#[cfg(test)]
mod tests {
    use super::is_own_page;

    #[test]
    fn only_the_app_s_own_page_may_be_shown() {
        let allowed = |text: &str| text.parse().is_ok_and(|url| is_own_page(&url));
        assert!(allowed("tauri://localhost/index.html"));
        assert!(allowed("http://tauri.localhost/"));
        for other in [
            "https://example.com/",
            "http://app.tauri.localhost.example.com/",
            "http://tauri.localhost.example.com/",
            "tauri://elsewhere/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/html,hello",
            "about:blank",
        ] {
            assert!(!allowed(other), "{other}");
        }
    }
}
