import type { DraftKind } from '../host/bindings/DraftKind';
import type { DraftLength } from '../host/bindings/DraftLength';
import type { DraftTone } from '../host/bindings/DraftTone';
import type { RewriteStyle } from '../host/bindings/RewriteStyle';
import type { TextCause } from '../host/bindings/TextCause';
import type { WriteDoubt } from '../host/bindings/WriteDoubt';
import { formats } from './format';

const f = formats('en');
const count = (n: number, one: string, other: string): string =>
  `${f.number(n)} ${f.plural(n) === 'one' ? one : other}`;
const words = (n: number): string => count(n, 'word', 'words');

const styles: Record<RewriteStyle, string> = {
  clearer: 'Clearer',
  shorter: 'Shorter',
  longer: 'Longer',
  formal: 'Formal',
  friendly: 'Friendly',
  grammar: 'Grammar',
  own: 'Own words…',
};

const kinds: Record<DraftKind, string> = {
  email: 'E-mail',
  letter: 'Letter',
  message: 'Message',
  post: 'Post',
  section: 'Report section',
  ideas: 'List of ideas',
  own: 'Something else',
};

const tones: Record<DraftTone, string> = {
  plain: 'Plain',
  formal: 'Formal',
  friendly: 'Friendly',
  persuasive: 'Persuasive',
};

const lengths: Record<DraftLength, string> = { short: 'Short', medium: 'Medium', long: 'Long' };

const causes: Record<TextCause, string> = {
  pause: 'While you wrote',
  model: 'Before the model changed it',
  restore: 'Before another version came back',
};

const doubts: Record<WriteDoubt, string> = {
  unchanged: 'The model changed nothing.',
  cut_off: 'The model stopped at its limit, so the end may be missing.',
  strayed: 'The model wrote something that has little to do with your text.',
  other_language: 'The model answered in another language.',
  not_shorter: 'It did not get shorter.',
  not_longer: 'It did not get longer.',
};

/** The languages that a draft can be asked for in. */
const languages: Record<string, string> = {
  en: 'English',
  'zh-CN': 'Chinese',
  de: 'German',
  es: 'Spanish',
  fr: 'French',
  it: 'Italian',
  ja: 'Japanese',
  ko: 'Korean',
  pt: 'Portuguese',
  ru: 'Russian',
};

/** Texts, and what the model does for them. */
export const write = {
  heading: 'Write',
  list: 'Texts',
  create: 'New text',
  draft: 'Draft…',
  untitled: 'Untitled',
  loading: 'Opening your texts…',
  noTexts: 'Your texts will be listed here.',
  emptyTitle: 'What would you like to write?',
  emptyHint:
    'Begin with a blank page, or say what it is about and let the model write a first draft. Every text stays on this device.',
  blank: 'Blank page',
  options: (title: string) => `Options for “${title}”`,
  remove: 'Delete',
  removed: (title: string) => `“${title}” was deleted.`,

  title: 'Title',
  body: 'Text',
  placeholder: 'Write here. Select words to have them rewritten.',
  states: {
    saved: 'Saved',
    unsaved: 'Not saved yet',
    saving: 'Saving…',
    failed: 'Not saved',
  },
  length: (n: number, characters: number) =>
    `${words(n)} · ${count(characters, 'character', 'characters')}`,
  selectedLength: (n: number) => `${words(n)} selected`,
  undo: 'Undo',
  redo: 'Redo',
  history: 'Versions',
  copy: 'Copy',
  exportMarkdown: 'Export as Markdown…',
  exportText: 'Export as plain text…',
  exported: (path: string) => `Saved to ${path}`,
  ask: 'Ask about it in a chat',
  draftAgain: 'Edit the form and draft again…',

  tools: 'What the model can do',
  rewrites: (selected: number) =>
    selected === 0 ? 'Rewrite the whole text' : `Rewrite the selection, ${words(selected)}`,
  scope: (selected: number) => (selected === 0 ? 'Whole text' : `Selection · ${words(selected)}`),
  styles,
  carryOn: 'Continue',
  carryOnHint: 'Goes on at the cursor',
  ownTitle: 'Rewrite in your own words',
  ownLabel: 'What should change?',
  ownPlaceholder: 'For example: put the date first, and thank her at the end',
  ownRun: 'Rewrite',

  running: { draft: 'Writing a draft…', continue: 'Going on…', rewrite: 'Rewriting…' },
  reading: (share: number) => `Reading the text: ${f.percent(share)}`,
  passage: (number: number, total: number) => `Paragraph ${f.number(number)} of ${f.number(total)}`,
  stop: 'Stop',
  stopping: 'Stopping…',
  stopped: 'Stopped.',
  done: 'Done.',

  review: 'Changes',
  reviewHint: 'Nothing is changed before you take it.',
  changes: (n: number) =>
    n === 0 ? 'No changes.' : `${count(n, 'change', 'changes')} to look at.`,
  change: (number: number, total: number) => `Change ${f.number(number)} of ${f.number(total)}`,
  decided: { taken: 'taken', left: 'left as it was', open: 'open' },
  place: (number: number, total: number) => `${f.number(number)} / ${f.number(total)}`,
  inserted: 'new:',
  deleted: 'old:',
  accept: 'Take',
  reject: 'Leave',
  acceptAll: 'Take all',
  rejectAll: 'Leave all',
  finish: (taken: number) => (taken === 0 ? 'Done' : `Done, ${f.number(taken)} taken`),
  nextChange: 'Next change',
  previousChange: 'Previous change',
  again: 'Try another way',
  keys: 'Alt+Enter takes, Alt+Backspace leaves, arrow keys move.',
  doubts,
  lost: 'No longer there',
  added: 'Not in your text',
  kept: (n: number, total: number) =>
    `${f.number(n)} of ${count(total, 'paragraph', 'paragraphs')} stayed as ${n === 1 ? 'it was' : 'they were'}: what the model wrote could not be used.`,
  leftOut: 'Not in the draft',
  blanks: 'For you to fill in',
  small:
    'This model is small. It mends and shortens plain sentences and sketches short drafts; more often than not it can’t make a text formal, friendly or longer. It makes things up: read before you use it.',
  foreign: (language: string) =>
    `This model hardly knows ${language}. Load a larger one for it, in the settings.`,

  formTitle: 'New draft',
  kind: 'What is it?',
  kinds,
  tone: 'Tone',
  tones,
  lengthLabel: 'Length',
  lengths,
  language: 'Language',
  languages,
  audience: 'For whom?',
  audienceHint: 'A name, or who they are to you: my landlord, the whole team.',
  points: 'What is to be in it?',
  pointsHint: 'One point a line. Names, dates and numbers help.',
  pointsPlaceholder: 'the heating has been broken since Monday\nplease send somebody before Friday',
  instruction: 'Anything else?',
  instructionOwn: 'What should be written?',
  instructionHint: 'Your own words. Fields below are filled in where you write {{name}}.',
  fields: 'Fields',
  addField: 'Add a field',
  removeField: (name: string) => `Remove the field ${name}`,
  fieldName: 'Name of the field',
  fieldValue: (name: string) => (name === '' ? 'Content of the field' : name),
  run: 'Write a draft',
  clear: 'Empty the form',
  template: 'Template',
  noTemplate: 'None',
  templateName: 'Name of the template',
  saveTemplate: 'Save as template…',
  updateTemplate: 'Save changes',
  saveNew: 'Save',
  removeTemplate: 'Delete the template',
  templateSaved: (name: string) => `The template “${name}” is saved.`,
  templateRemoved: (name: string) => `The template “${name}” was deleted.`,

  noVersions:
    'There are no versions yet. They are kept when you pause, and before the model changes something.',
  versionsHint: 'The newest 60 are kept.',
  causes,
  versionLength: (characters: number) => count(characters, 'character', 'characters'),
  revert: 'Bring this version back',
  same: 'It is the same as the text now.',
};
