//! Links that leave the app: checked, then handed to the person's own programs.

use tauri::{AppHandle, Runtime, Url};

use crate::error::{CommandError, CommandResult, ErrorCode};

/// The longest link that is opened, in bytes.
const LINK_BYTES: usize = 2048;

/// Lets through http, https and mailto, in the spelling of the URL standard.
///
/// # Errors
/// `LinkRefused` for everything else.
pub fn checked(text: &str) -> CommandResult<String> {
    let refuse = |why: &str| CommandError::new(ErrorCode::LinkRefused, why);
    if text.len() > LINK_BYTES {
        return Err(refuse("the link is too long"));
    }
    let url = Url::parse(text).map_err(|_| refuse("the link is not a URL"))?;
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

/// Opens a checked link in the person's browser or mail program.
///
/// On Linux the desktop portal does it: a program that this process started
/// itself would inherit the network filter and could not load the page.
///
/// # Errors
/// `LinkRefused` when the desktop has nothing that opens it.
#[cfg(target_os = "linux")]
pub async fn open<R: Runtime>(_app: &AppHandle<R>, url: &str) -> CommandResult<()> {
    use std::collections::HashMap;

    let options: HashMap<&str, zbus::zvariant::Value<'_>> = HashMap::new();
    let no_parent_window = "";
    let portal = async {
        zbus::Connection::session()
            .await?
            .call_method(
                Some("org.freedesktop.portal.Desktop"),
                "/org/freedesktop/portal/desktop",
                Some("org.freedesktop.portal.OpenURI"),
                "OpenURI",
                &(no_parent_window, url, options),
            )
            .await
    };
    portal.await.map(drop).map_err(|error| cannot_open(&error))
}

/// Opens a checked link in the person's browser or mail program.
///
/// # Errors
/// `LinkRefused` when the system has nothing that opens it.
#[cfg(not(target_os = "linux"))]
pub async fn open<R: Runtime>(app: &AppHandle<R>, url: &str) -> CommandResult<()> {
    use tauri_plugin_opener::OpenerExt;

    app.opener()
        .open_url(url, None::<&str>)
        .map_err(|error| cannot_open(&error))
}

fn cannot_open(error: &dyn std::error::Error) -> CommandError {
    CommandError::new(
        ErrorCode::LinkRefused,
        format!("the system can't open the link: {error}"),
    )
}

#[cfg(test)]
mod tests {
    use super::checked;

    #[test]
    fn web_and_mail_links_are_let_through() {
        assert_eq!(
            checked("https://example.org/a b").ok().as_deref(),
            Some("https://example.org/a%20b")
        );
        assert!(checked("http://example.org").is_ok());
        assert!(checked("mailto:someone@example.org").is_ok());
    }

    #[test]
    fn look_alike_hosts_are_spelled_out() {
        let link = checked("https://аpple.com/").unwrap_or_default();
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
            assert!(checked(link).is_err(), "{link}");
        }
        assert!(checked(&format!("https://example.org/{}", "a".repeat(4000))).is_err());
    }
}
