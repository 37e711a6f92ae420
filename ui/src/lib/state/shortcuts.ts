import type { App } from './app.svelte';
import { COMMANDS } from './commands';
import { composing, pressed } from './keys';

/** The keyboard shortcuts of the whole window; the lists and fields have their own. */
export function handleShortcut(event: KeyboardEvent, app: App): void {
  if (composing(event) || event.defaultPrevented) return;
  if (document.querySelector('dialog[open]') !== null) return;
  if (app.storage?.state === 'failed') return;
  const command = COMMANDS.find(({ chords }) => chords?.some((chord) => pressed(chord, event)));
  if (command === undefined || command.can?.(app, event.target) === false) return;
  event.preventDefault();
  command.run(app, event.target);
}
