import { formats } from './format';

const f = formats('en');
const count = (n: number, one: string, other: string): string =>
  `${f.number(n)} ${f.plural(n) === 'one' ? one : other}`;

/** Documents: read, looked at, kept. */
export const documents = {
  heading: 'Documents',
  intro:
    'Documents that you keep here are encrypted on this device, text and file. Search in them, or ask about one in a chat.',
  settingsIntro: 'See the documents that you keep, search in them, or delete them.',
  open: 'Documents…',
  add: 'Add a document…',
  kinds: 'Text, Markdown, HTML, PDF, Word, OpenDocument, EPUB, subtitles, CSV',
  loading: 'Loading…',
  none: 'No documents yet',
  noneHint:
    'Add one here. Or attach a file to a message and choose “Keep this document” when you look at it.',
  search: 'Search in documents',
  attachTitle: 'Attach a document',
  filter: 'Filter by name',
  manage: 'All documents',
  found: (n: number) => count(n, 'place', 'places'),
  nothing: (query: string) => `Nothing found for “${query}”`,
  back: 'Back',
  look: (name: string) => `Look at the text of ${name}`,
  rename: (name: string) => `Rename ${name}`,
  renameTitle: 'Rename the document',
  name: 'Name',
  save: 'Save',
  cancel: 'Cancel',
  remove: (name: string) => `Delete ${name}`,
  deleted: (name: string) => `“${name}” was deleted.`,
  ask: 'Ask about it',

  reading: (name: string) => (name === '' ? 'Reading the document…' : `Reading ${name}…`),
  stop: 'Stop reading',
  refused: (name: string, title: string, advice: string) => `“${name}”: ${title}. ${advice}`,

  pages: (n: number) => count(n, 'page', 'pages'),
  words: (n: number) => count(n, 'word', 'words'),
  tokens: (n: number) => count(n, 'token', 'tokens'),
  encoding: (name: string, guessed: boolean) =>
    guessed ? `read as ${name} (recognised)` : `read as ${name}`,
  warnings: {
    damaged_text: () => 'Some characters could not be read; they show as “�”.',
    pages_without_text: (n: number) =>
      `${count(n, 'page has', 'pages have')} no text, only pictures perhaps.`,
    unknown_characters: (n: number) =>
      `${count(n, 'character has', 'characters have')} no meaning in the file and ${f.plural(n) === 'one' ? 'is' : 'are'} missing.`,
    parts_left_out: (n: number) =>
      `${count(n, 'part', 'parts')} could not be read and ${f.plural(n) === 'one' ? 'is' : 'are'} missing.`,
  },
  replaced: 'What you opened has taken the place of your text.',
  summarise: 'Summarise',
  translate: 'Translate',
  keep: 'Keep this document',
  keepHint:
    'Text and file stay on this device, encrypted. Otherwise both go when the app is closed.',
  textOnly:
    'Only its text is kept: the file is larger than 32 MB, or has changed since it was read.',
  saveFile: 'Save the file…',
  saved: (path: string) => `Saved to ${path}`,
  wholeHint: 'Short enough for the model to read all of it.',
  passagesHint: 'Too long for the model: for each question it reads the passages that fit best.',
  page: (n: number) => `p. ${f.number(n)}`,

  unread: 'Long: best passages will be read',
  whole: 'Read whole',
  passages: (n: number, of: number, places: string) => {
    const read = `${count(n, 'passage', 'passages')} of ${f.number(of)} read`;
    return places === '' ? read : `${read}: ${places}`;
  },
};
