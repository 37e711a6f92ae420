import type { OpenDocument } from '../host/bindings/OpenDocument';
import { i18n } from '../i18n/i18n.svelte';
import type { App } from '../state/app.svelte';
import { AttachedDraft } from './attached-draft';
import { cleanName, type Attachment } from './attachment';
import { readTextFile, RefusedFile } from './text-file';

/** A paste from this length on (UTF-16 units) is attached, so that the question stays in sight. */
export const ATTACH_FROM = 4_000;

/** Files with a structure, or packed: what they say is taken out by the program. */
const DOCUMENTS = /\.(?:pdf|docx|odt|epub|html?|srt|csv|tsv)$/i;

/** A text from this length on is a document, of which passages may be read. */
const DOCUMENT_FROM = 12_000;

/** Attaches files to the message being written; says which ones can't be read. */
export async function attachFiles(app: App, files: readonly File[]): Promise<void> {
  const key = app.chat.thread.draftKey;
  for (const file of files) {
    const text = DOCUMENTS.test(file.name) ? null : await shortText(file);
    const attachment = text ?? (await document(app, file));
    if (attachment !== null) new AttachedDraft(app.drafts).add(key, [attachment]);
  }
  app.focusComposer();
}

/** Attaches a document that is kept, or was just read. */
export function attachDocument(app: App, open: OpenDocument): void {
  const key = app.chat.thread.draftKey;
  new AttachedDraft(app.drafts).add(key, [attachmentOf(open)]);
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

/** A file of plain text that is no document; null for every other. */
async function shortText(file: File): Promise<Attachment | null> {
  try {
    const attachment = await readTextFile(file);
    return attachment.text.length < DOCUMENT_FROM ? attachment : null;
  } catch (error) {
    if (error instanceof RefusedFile) return null;
    throw error;
  }
}

async function document(app: App, file: File): Promise<Attachment | null> {
  const open = await app.documents.read(file);
  return open === null ? null : attachmentOf(open);
}

function attachmentOf({ document: { id, name }, whole }: OpenDocument): Attachment {
  return whole === null
    ? { name: cleanName(name), text: '', passages: { document: id, read: 0, of: 0 } }
    : { name: cleanName(name), text: whole };
}
