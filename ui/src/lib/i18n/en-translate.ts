import type { TranslationFlag } from '../host/bindings/TranslationFlag';
import { formats } from './format';

const f = formats('en');
const count = (n: number, one: string, other: string): string =>
  `${f.number(n)} ${f.plural(n) === 'one' ? one : other}`;

/** Why a translation should be looked at again. */
function flag(it: TranslationFlag): string {
  switch (it.kind) {
    case 'lost':
      return `“${it.what}” is missing.`;
    case 'doubled':
      return `“${it.what}” is there too often.`;
    case 'numbers':
      return 'The numbers differ from the source.';
    case 'formatting':
      return 'Formatting was lost or moved.';
    case 'term':
      return `The glossary says “${it.target}” for “${it.source}”.`;
    case 'empty':
      return 'The model wrote nothing.';
    case 'echo':
      return 'This is the source again, not a translation.';
    case 'wrongLanguage':
      return 'This is not in the language you asked for.';
    case 'repetition':
      return 'The model repeats itself.';
    case 'answered':
      return 'The model answers instead of translating.';
    case 'length':
      return 'The length does not fit the source.';
    case 'cutOff':
      return 'It was cut off before its end.';
    case 'tooLong':
      return 'This part is too long for the model. Divide it.';
  }
}

/** Translations. */
export const translate = {
  heading: 'Translate',
  modes: { label: 'What to translate', text: 'Text', talk: 'Conversation' },
  from: 'From',
  to: 'Into',
  /** A language's name in this language. */
  language: (names: { english: string; chinese: string }) => names.english,
  detect: 'Detect language',
  detected: (name: string) => `${name} (detected)`,
  perhaps: (name: string) => `${name}? Not sure`,
  chooseFrom: 'Choose the language of the text: it is too short to tell.',
  swap: 'Swap the languages',
  recent: 'Recent',
  pair: (from: string, to: string) => `${from} → ${to}`,
  address: 'Form of address',
  formality: { same: 'As in the text', formal: 'Formal', informal: 'Informal' },
  format: 'Format',
  formats: { plain: 'Plain text', markdown: 'Markdown', html: 'HTML', srt: 'Subtitles' },
  placeholder: 'Type or paste a text, or drop a file here.',
  source: 'Text to translate',
  openFile: 'Open a file…',
  drop: 'Drop a document to translate it',
  tooLarge: (name: string) => `“${name}” is larger than 4 MB. Take a part of it.`,
  run: 'Translate',
  goOn: 'Go on',
  stop: 'Stop',
  startNew: 'New',
  editText: 'Edit the text',
  cancelEdit: 'Back to the translation',
  copy: 'Copy the translation',
  export: 'Save as a file…',
  exported: (path: string) => `Saved to ${path}`,
  progress: (done: number, total: number) =>
    `${f.number(done)} of ${count(total, 'part', 'parts')}`,
  flagged: (n: number) => `${count(n, 'part', 'parts')} to look at`,
  finished: 'The translation is done.',
  stopped: 'Stopped. What is done is saved.',
  segments: 'The text and its translation, part by part',
  segment: (n: number) => `Part ${f.number(n)}`,
  menu: (n: number) => `Options for part ${f.number(n)}`,
  waiting: 'Not translated yet',
  states: { edited: 'Edited by you', kept: 'Left as it is', flagged: 'Look at it again' },
  flag,
  edit: 'Edit',
  editLabel: (n: number) => `Translation of part ${f.number(n)}`,
  save: 'Save',
  alternatives: 'Other translations',
  alternativesTitle: 'Other translations',
  looking: 'Looking for other translations…',
  noOthers: 'The model found no other good ones.',
  take: 'Use this',
  back: 'Translate back',
  backTitle: 'Translated back',
  backWait: 'Translating back…',
  again: 'Translate again',
  keep: 'Leave as it is',
  forget: 'Clear',
  emptyTitle: 'Your translation will be here',
  emptyBody:
    'Part by part, beside the text. Markdown, tags, placeholders, numbers and links are kept, or you are told. Nothing leaves this device.',
  listTitle: 'Your translations',
  listItem: (done: number, total: number) =>
    done === total
      ? count(total, 'part', 'parts')
      : `${f.number(done)} of ${f.number(total)} parts`,
  remove: (title: string) => `Delete “${title}”`,
  removed: (title: string) => `“${title}” deleted.`,
  weak: (model: string, name: string) => `${model} was not made for ${name}.`,
  weakBody:
    'What it writes will be of little use, and is marked where that can be seen. For good translations load a larger model that knows both languages.',
  chooseModel: 'Choose a model…',
  glossary: 'Glossary',
  glossaryCount: (n: number) => `Glossary · ${f.number(n)}`,
  glossaryTitle: (pair: string) => `Glossary: ${pair}`,
  glossaryIntro:
    'Words whose translation is settled. The model is told to use them, and each translation is checked for them.',
  term: (n: number) => `Word ${f.number(n)}`,
  termTarget: (n: number) => `Translation of word ${f.number(n)}`,
  termCase: (n: number) => `Word ${f.number(n)}: capitals matter`,
  termSource: 'Word',
  termTranslation: 'Translation',
  matchCase: 'Aa',
  addTerm: 'Add a word',
  removeTerm: (n: number) => `Remove word ${f.number(n)}`,
  conflict: (source: string, targets: readonly string[]) =>
    `“${source}” has several translations: ${targets.map((target) => `“${target}”`).join(', ')}. Only one can be used.`,
  glossarySaved: 'Glossary saved.',
  memory: (n: number) => `${count(n, 'translation is', 'translations are')} remembered.`,
  memoryClear: 'Forget them',
  talk: {
    near: 'You',
    far: 'The other person',
    language: (who: string) => `Language: ${who}`,
    write: (language: string) => `Write in ${language}`,
    send: 'Translate and show',
    turned: 'Turn the upper half around',
    clear: 'Clear the conversation',
    cleared: 'Conversation cleared.',
    empty: 'What is said appears here in both languages.',
    kept: 'Kept on this device, encrypted, until you clear it.',
  },
};
