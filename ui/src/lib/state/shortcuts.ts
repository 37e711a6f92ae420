import type { App } from './app.svelte';

/** Whether the command key takes the place of Ctrl. */
export function isApple(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}

/** Whether the focus is in a field where typing undoes typing. */
function editsText(target: EventTarget | null): boolean {
  const field = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  return field && target.value !== '';
}

/** The keyboard shortcuts of the whole window; the lists and fields have their own. */
export function handleShortcut(event: KeyboardEvent, app: App): void {
  if (event.isComposing || event.defaultPrevented || event.altKey) return;
  if (document.querySelector('dialog[open]') !== null) return;
  const modifier = isApple() ? event.metaKey : event.ctrlKey;
  const key = event.key.toLowerCase();
  if (modifier && !event.shiftKey) {
    if (withModifier(key, event, app)) event.preventDefault();
  } else if (key === 'escape') {
    if (app.chat.thread.turn !== null || app.chat.thread.queued !== null) void app.chat.stop();
  } else if (key === 'f2') {
    event.preventDefault();
    rename(event, app);
  }
}

/** Runs the shortcut of Ctrl (or Command) and a key; false when there is none. */
function withModifier(key: string, event: KeyboardEvent, app: App): boolean {
  switch (key) {
    case 'n':
      app.newConversation();
      return true;
    case 'k':
      app.showSearch();
      return true;
    case 'f':
      return app.navigation.route.view === 'chat' && app.find.show();
    case ',':
      app.navigation.go({ view: 'settings' });
      return true;
    case 'z':
      return !editsText(event.target) && app.toasts.runLatestAction();
    default:
      return false;
  }
}

/** Renames the conversation that has the focus in the list, or else the one on the screen. */
function rename(event: KeyboardEvent, app: App): void {
  const focused = event.target instanceof HTMLElement ? event.target.dataset['id'] : undefined;
  if (focused !== undefined && app.conversations.find(focused)) {
    app.conversations.renaming = { id: focused, place: 'list' };
    return;
  }
  const { id } = app.chat.thread;
  if (id !== null && app.navigation.route.view === 'chat') {
    app.conversations.renaming = { id, place: 'header' };
  }
}
