import type { ImportSource } from '../host/bindings/ImportSource';
import type { SkipReason } from '../host/bindings/SkipReason';
import { formats } from './format';

const f = formats('en');
const count = (n: number, one: string, other: string): string =>
  `${f.number(n)} ${f.plural(n) === 'one' ? one : other}`;
const conversations = (n: number): string => count(n, 'conversation', 'conversations');

const sources: Record<ImportSource, string> = {
  llmos: 'LLMOS',
  chatgpt: 'ChatGPT',
  claude: 'Claude',
  open_webui: 'Open WebUI',
};

const reasons: Record<SkipReason, string> = {
  unreadable: 'It can’t be read.',
  shape: 'It is not built as expected.',
  unknown_role: 'Someone speaks in it who is neither you nor the model.',
  missing_parent: 'A message is missing that others follow.',
  cycle: 'Its messages follow each other in a circle.',
  too_large: 'It is too large.',
  empty: 'There is no text in it.',
};

/** Exports, imports and copies. */
export const exchange = {
  heading: 'Your data',
  exportIntro:
    'Take all conversations with you: for a backup, for another device, or to read them elsewhere.',
  exportAll: 'Export all…',
  importIntro:
    'Bring in conversations from LLMOS, ChatGPT, Claude or Open WebUI: the file that you got there, also as .zip.',
  import: 'Import…',

  export: 'Export…',
  copyMarkdown: 'Copy as Markdown',
  copyText: 'Copy as plain text',

  exportOne: 'Export this conversation',
  exportAllTitle: 'Export all conversations',
  format: 'Format',
  formats: { json: 'JSON', markdown: 'Markdown', text: 'Plain text' },
  formatHints: {
    json: 'Everything, with all versions. LLMOS can import it again.',
    markdown: 'To read and to edit: what you see, with its formatting.',
    text: 'To read anywhere: what you see, without formatting.',
  },
  unencrypted:
    'The file is not encrypted: whoever gets it can read it. What is in the trash stays out.',
  chooseFile: 'Choose a file…',
  fileName: 'LLMOS conversations',
  labels: { you: 'You', assistant: 'LLMOS' },

  exporting: 'Exporting',
  importing: 'Importing',
  exportProgress: (done: number, total: number) => `${f.number(done)} of ${conversations(total)}`,
  importProgress: (added: number, done: number, total: number) =>
    `${conversations(added)} so far · ${f.bytes(done)} of ${f.bytes(total)} read`,
  stopKeeps: 'You can stop at any time; what has come in stays.',
  background: 'Go on in the background',
  showReport: 'Show',
  stop: 'Stop',
  stopping: 'Stopping…',
  exported: (n: number, path: string) => `Exported ${conversations(n)} to ${path}`,
  exportStopped: 'The export was stopped. No file was made.',

  reportTitle: 'Import finished',
  reportTitlePart: 'Imported in part',
  sources,
  added: (n: number, source: string) =>
    n === 0 ? `Nothing new from ${source}.` : `${conversations(n)} from ${source} came in.`,
  known: (n: number, inTrash: number) => {
    const here = `${conversations(n)} ${n === 1 ? 'was' : 'were'} here already.`;
    if (inTrash === 0) return here;
    return `${here} ${f.number(inTrash)} of them ${inTrash === 1 ? 'is' : 'are'} in the trash.`;
  },
  omitted: (n: number) =>
    `${count(n, 'picture, file or tool step', 'pictures, files and tool steps')} left out: LLMOS keeps text.`,
  endTruncated:
    'The file ends in the middle or is damaged from there on. What came before it is here. Get the file again and import it once more; nothing will be here twice.',
  endCancelled:
    'You stopped it. What came in stays; import the file again for the rest, and nothing will be here twice.',
  endFailed: 'Not everything could be saved',
  skipped: (n: number) => `${conversations(n)} ${n === 1 ? 'was' : 'were'} left out:`,
  place: (n: number) => `No. ${f.number(n)} in the file`,
  reasons,
  more: (n: number) => `and ${f.number(n)} more`,
};
