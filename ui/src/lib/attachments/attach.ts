import { i18n } from '../i18n/i18n.svelte';
import type { App } from '../state/app.svelte';
import { AttachedDraft } from './attached-draft';
import { readTextFile, RefusedFile } from './text-file';

/** A paste from this length on (UTF-16 units) is attached, so that the question stays in sight. */
export const ATTACH_FROM = 4_000;

/** Attaches files to the message being written; says which ones are no text or too large. */
export async function attachFiles(app: App, files: readonly File[]): Promise<void> {
  const key = app.chat.thread.draftKey;
  const draft = new AttachedDraft(app.drafts);
  for (const file of files) {
    try {
      draft.add(key, [await readTextFile(file)]);
    } catch (error) {
      if (!(error instanceof RefusedFile)) throw error;
      app.toasts.show(i18n.t.composer.refused[error.reason](error.file), { tone: 'error' });
    }
  }
  app.focusComposer();
}

/** Attaches a pasted text under a name that no other attachment has. */
export function attachPaste(app: App, text: string): void {
  const key = app.chat.thread.draftKey;
  const draft = new AttachedDraft(app.drafts);
  const taken = new Set(draft.attachments(key).map(({ name }) => name));
  let count = 1;
  while (taken.has(i18n.t.composer.pasted(count))) count += 1;
  draft.add(key, [{ name: i18n.t.composer.pasted(count), text: text.replaceAll(/\r\n?/g, '\n') }]);
}
