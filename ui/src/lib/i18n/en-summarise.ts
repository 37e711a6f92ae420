import type { SummaryLength } from '../host/bindings/SummaryLength';
import type { SummaryMatter } from '../host/bindings/SummaryMatter';
import type { SummaryStyle } from '../host/bindings/SummaryStyle';
import { formats } from './format';

const f = formats('en');
const count = (n: number, one: string, other: string): string =>
  `${f.number(n)} ${f.plural(n) === 'one' ? one : other}`;

const styles: Record<SummaryStyle, string> = {
  keyPoints: 'Key points',
  sentence: 'One sentence',
  paragraphs: 'Paragraphs',
  minutes: 'Minutes',
  child: 'For a child',
};

const styleHints: Record<SummaryStyle, string> = {
  keyPoints: 'What matters, one sentence each.',
  sentence: 'The whole text in one sentence.',
  paragraphs: 'Running text.',
  minutes: 'Decisions, actions and open questions of a meeting.',
  child: 'In simple words.',
};

const lengths: Record<SummaryLength, string> = { short: 'Short', medium: 'Medium', long: 'Long' };

const matters: Record<SummaryMatter, string> = {
  decision: 'Decisions',
  action: 'Actions',
  question: 'Open questions',
};

/** Summaries of texts. */
export const summarise = {
  heading: 'Summarise',
  back: 'New summary',
  text: 'Text',
  result: 'Summary',
  source: 'Text to summarise',
  placeholder: 'Paste or type a text of any length, or open a file.',
  openFile: 'Open a file…',
  clear: 'Clear',
  drop: 'Drop the file to summarise it',
  words: (n: number) => count(n, 'word', 'words'),
  bigText: 'Only the beginning is shown; all of it will be read.',
  start: 'Summarise',
  starting: 'Dividing the text…',

  style: 'Style',
  styles,
  styleHints,
  length: 'Length',
  lengths,
  language: 'Language',
  sameLanguage: 'As the text',
  englishOnly: (model: string) =>
    `${model} writes English. For other languages, load a larger model in Settings.`,

  teachTitle: 'Read it in a minute',
  teach: [
    'The text is read part by part on this device, whatever its length.',
    'Every point leads back to the part that it came from.',
    'You see how much was read, and what could not be summed up.',
    'Close the app at any time: a long summary goes on where it was.',
  ],
  earlier: 'Earlier summaries',
  none: 'Summaries that you make are kept here.',
  loading: 'Opening your summaries…',
  versions: (n: number) => count(n, 'summary', 'summaries'),
  parts: (n: number) => count(n, 'part', 'parts'),
  remove: (title: string) => `Delete “${title}”`,
  removed: (title: string) => `“${title}” deleted.`,

  part: (n: number) => `Part ${f.number(n)}`,
  partOf: (n: number, total: number) => `Part ${f.number(n)} of ${f.number(total)}`,
  page: (n: number) => `page ${f.number(n)}`,
  partsRange: (range: string) => `Parts ${range}`,
  toPart: (range: string) => `Show in the text: part ${range}`,
  partRead: 'read',
  backToSummary: 'Back to the summary',

  version: 'Version',
  versionName: (n: number, style: string, request: string | null) =>
    `${f.number(n)} · ${request ?? style}`,
  matters,
  discussed: 'Also discussed',
  nothing: 'Nothing in this text could be summed up.',
  quoted: 'In the text’s own words: the model gave nothing of use here.',
  coverage: (read: number, parts: number) =>
    `${f.number(read)} of ${count(parts, 'part', 'parts')} read.`,
  notRead: (n: number) =>
    n === 1
      ? '1 part could not be summed up; it is quoted instead.'
      : `${f.number(n)} parts could not be summed up; they are quoted instead.`,
  emptyParts: (n: number) =>
    n === 1 ? '1 part has no words in it.' : `${f.number(n)} parts have no words in them.`,
  madeBy: (model: string, when: string) => `${model} · ${when}`,
  mistakes: 'A small model makes mistakes. Follow a point to its part to check it.',

  copy: 'Copy',
  export: 'Export',
  exportMarkdown: 'Export as Markdown…',
  exportText: 'Export as plain text…',
  saved: (path: string) => `Saved: ${path}`,
  ask: 'Ask about it in chat',
  textTooLong: 'The text is too long for a chat; the summary goes along instead.',

  refine: 'Refine',
  refineHint: 'In your own words: “only the numbers”, “as advice”…',
  refineGo: 'Refine',
  shorter: 'Shorter',
  longer: 'Longer',
  risks: 'Only the risks',
  risksWish: 'Only the risks and problems.',
  otherStyle: 'Another style…',
  again: 'Read again',
  ready: (title: string) => `The summary of “${title}” is ready.`,
  readyHere: 'The summary is ready.',
  show: 'Show',
};
