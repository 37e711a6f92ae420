//! Beginning and ending: the history is opened and the model loaded behind the
//! window, and an answer in progress is saved before the app goes.

use std::time::{Duration, Instant};

use llmos_assistant::Assistant;
use llmos_store::{FileKeyProvider, Opened, Store, StoreError, Timestamp, WeakStore};
use tauri::{AppHandle, Manager, RunEvent, Runtime, WindowEvent};

use crate::error::CommandResult;
use crate::state::{AppState, Place, Storage, now};
use crate::{spelling, window};

/// What the page listens to for saving the drafts that still wait for a pause
/// in typing. It answers with the command `page_flushed`.
const ASK_FOR_DRAFTS: &str = "window.dispatchEvent(new Event('llmos:closing'))";

/// How long that may take. Only a page that has crashed or hangs needs so long.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How long the app waits for an answer to be saved when its window closes.
pub const FAREWELL: Duration = Duration::from_secs(3);

/// How long a history that another process holds is waited for: one that has
/// just been closed may still be saving.
const PREDECESSOR: Duration = FAREWELL.saturating_add(Duration::from_secs(1));

/// How often it is tried meanwhile.
const STEP: Duration = Duration::from_millis(50);

/// The most that a model waits for the page. A page that is not shown, such as that of
/// a minimised window, is not painted at all.
const FIRST_PAINT: Duration = Duration::from_secs(2);

/// Opens the history while the window is made, then loads the model once the page is
/// on the screen: both want every core, and a person sees the page first.
pub fn begin<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        open_storage(&app).await;
        let state = app.state::<AppState>();
        let _ = tokio::time::timeout(FIRST_PAINT, state.first_paint().notified()).await;
        if let Some(window) = app.get_webview_window(window::MAIN) {
            window::show(&window);
            spelling::check(&window);
        }
        state.load_remembered_model().await;
        if let Ok(store) = state.store().await {
            empty_trash(&store).await;
        }
    });
}

/// How long what was deleted can be taken back.
const KEPT_IN_TRASH: Duration = Duration::from_hours(30 * 24);

/// How often it is looked whether that is over for anything.
const TRASH_ROUND: Duration = Duration::from_hours(1);

/// Deletes for good what was deleted long ago. It waits for nobody: when it
/// fails, the next round tries again.
async fn empty_trash(store: &Store) {
    let kept = i64::try_from(KEPT_IN_TRASH.as_millis()).unwrap_or(i64::MAX);
    let before = Timestamp(now().0.saturating_sub(kept));
    match store.empty_trash(before).await {
        Ok(()) | Err(StoreError::Closed) => {}
        Err(error) => tracing::warn!(%error, "the trash can't be emptied"),
    }
}

/// Empties the trash again and again for as long as the history is open: an app
/// that stays open for weeks has no next start to do it.
async fn keep_emptying_trash(store: WeakStore) {
    loop {
        tokio::time::sleep(TRASH_ROUND).await;
        match store.upgrade() {
            Some(store) => empty_trash(&store).await,
            None => return,
        }
    }
}

/// Opens the history and says how it went.
pub async fn open_storage<R: Runtime>(app: &AppHandle<R>) {
    let state = app.state::<AppState>();
    state.set_storage(Storage::Opening);
    let storage = match open_both(&state).await {
        Ok(storage) => storage,
        Err(error) => {
            tracing::error!(%error, "the history can't be opened");
            Storage::Failed(error.into())
        }
    };
    state.set_storage(storage);
}

/// Opens the history, and a store in memory beside it.
async fn open_both(state: &AppState) -> Result<Storage, StoreError> {
    let opened = open_when_free(state).await?;
    let memory = Store::in_memory().await?;
    tauri::async_runtime::spawn(keep_emptying_trash(opened.store.downgrade()));
    let assistant = Assistant::new(opened.store.clone(), state.engine().clone(), now);
    Ok(Storage::Open {
        memory: Place {
            assistant: assistant.beside(memory.clone()),
            store: memory,
            temporary: true,
        },
        assistant,
        store: opened.store,
        notice: opened.notice,
    })
}

/// Opens the history, after whoever holds it has let go.
async fn open_when_free(state: &AppState) -> Result<Opened, StoreError> {
    let keys = FileKeyProvider::in_dir(state.data_dir());
    let deadline = Instant::now() + PREDECESSOR;
    loop {
        match Store::open(state.data_dir(), &keys, now()).await {
            Err(StoreError::InUse { .. })
                if Instant::now() < deadline && !state.closing().has_begun() =>
            {
                tokio::time::sleep(STEP).await;
            }
            settled => return settled,
        }
    }
}

/// Puts a history that does not open aside and begins a new one.
///
/// # Errors
/// When the files can't be moved.
pub async fn start_fresh<R: Runtime>(app: &AppHandle<R>) -> CommandResult<()> {
    let state = app.state::<AppState>();
    if matches!(state.storage().await, Storage::Failed(_)) {
        Store::set_aside(state.data_dir(), now())?;
        open_storage(app).await;
    }
    Ok(())
}

/// Watches for the window closing: what is unfinished is saved first.
pub fn on_run_event<R: Runtime>(app: &AppHandle<R>, event: RunEvent) {
    if let RunEvent::WindowEvent {
        label,
        event: WindowEvent::CloseRequested { api, .. },
        ..
    } = event
        && label == window::MAIN
    {
        let state = app.state::<AppState>();
        api.prevent_close();
        if state.closing().begin() {
            say_goodbye(app.clone());
        }
    }
}

/// Hides the window at once, interrupts the answer, waits until what there is
/// of it and the drafts are on disk, closes the history and ends the app.
///
/// A history that is still being opened is waited for as well: a process that
/// ends under the thread that opens it can crash in what the exit takes down.
fn say_goodbye<R: Runtime>(app: AppHandle<R>) {
    // Whoever starts the app again from here on gets a new one, which waits for
    // the history; the others in `instance.rs` decide this by themselves.
    #[cfg(windows)]
    tauri_plugin_single_instance::destroy(&app);
    if let Some(window) = app.get_webview_window(window::MAIN)
        && let Err(error) = window.eval(ASK_FOR_DRAFTS).and_then(|()| window.hide())
    {
        tracing::warn!(%error, "the window can't be hidden");
    }
    tauri::async_runtime::spawn(async move {
        let saved = tokio::time::timeout(FAREWELL, async {
            let state = app.state::<AppState>();
            let Ok((store, assistant)) = state.parts().await else {
                return Ok(());
            };
            let (flushed, (), ()) = tokio::join!(
                state.closing().page(LAST_WORDS),
                assistant.shut_down(),
                // A half file goes with it.
                state.exchange().stop(),
            );
            if !flushed {
                tracing::warn!("the page did not say that its drafts are saved");
            }
            store.close().await
        });
        match saved.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the history was not closed in good order"),
            // The last checkpoint is on disk, and the next start marks it.
            Err(_) => tracing::warn!("an answer was not saved in time"),
        }
        app.exit(0);
    });
}
