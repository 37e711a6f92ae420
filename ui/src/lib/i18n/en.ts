import { errors } from './en-errors';
import { exchange } from './en-exchange';
import { formats } from './format';

const f = formats('en');
const count = (n: number, one: string, other: string): string =>
  `${f.number(n)} ${f.plural(n) === 'one' ? one : other}`;

/** One conversation by its name, several by their number. */
const conversations = (n: number, title: string): string =>
  n === 1 ? `“${title}”` : count(n, 'conversation', 'conversations');

/** The English texts, and by their type the list of texts that every language must have. */
export const en = {
  name: 'LLMOS',
  skip: 'Skip to the message field',
  skipToContent: 'Skip to the content',
  cancel: 'Cancel',
  close: 'Close',
  dismiss: 'Dismiss',
  back: 'Back',
  copy: 'Copy',
  copied: 'Copied',
  undo: 'Undo',
  tryAgain: 'Try again',
  sentences: (first: string, second: string) => `${first}. ${second}`,
  technicalDetails: 'Technical details',

  nav: { label: 'Places', chat: 'Chat', settings: 'Settings' },

  list: {
    label: 'Conversations',
    create: 'New conversation',
    hide: 'Hide the list',
    show: 'Show the list',
    untitled: 'New conversation',
    pinned: 'Pinned',
    today: 'Today',
    yesterday: 'Yesterday',
    week: 'This week',
    older: 'Older',
    empty: 'Your conversations will be listed here.',
    loading: 'Opening your conversations…',
    menu: (title: string) => `Options for “${title}”`,
    rename: 'Rename',
    renameLabel: 'Name of the conversation',
    pin: 'Pin',
    unpin: 'Unpin',
    archive: 'Archive',
    unarchive: 'Unarchive',
    tags: 'Tags…',
    select: 'Select',
    remove: 'Delete',
    restored: (title: string) => `“${title}” is back in the list.`,
  },

  order: {
    pinned: (n: number, title: string) => `${conversations(n, title)} pinned.`,
    unpinned: (n: number, title: string) => `${conversations(n, title)} no longer pinned.`,
    archived: (n: number, title: string) => `${conversations(n, title)} archived.`,
    unarchived: (n: number, title: string) => `${conversations(n, title)} back in the list.`,
    trashed: (n: number, title: string) => `${conversations(n, title)} moved to the trash.`,
    tagged: (n: number, title: string) => `Tags of ${conversations(n, title)} changed.`,
  },

  selection: {
    label: 'What to do with the selected conversations',
    count: (n: number) => (n === 0 ? 'Select conversations' : `${f.number(n)} selected`),
    all: 'All',
    none: 'None',
    end: 'End the selection',
  },

  archive: {
    heading: 'Archive',
    open: (n: number) => `Archive, ${count(n, 'conversation', 'conversations')}`,
    leave: 'Back to all conversations',
    empty:
      'The archive is empty. What you archive leaves the list, stays here, and is still found by the search.',
    mark: 'Archived',
  },

  tags: {
    filter: 'Show only conversations with a tag',
    title: (n: number, title: string) => `Tags of ${conversations(n, title)}`,
    empty: 'There are no tags yet. Make the first one.',
    add: 'Add',
    addLabel: 'New tag',
    some: (n: number) => `on ${f.number(n)} of them`,
    save: 'Save',
    full: (limit: number) => `A conversation can have ${f.number(limit)} tags.`,
    manage: 'All tags',
    manageHint: 'Renaming or removing a tag changes every conversation that has it.',
    count: (n: number) => count(n, 'conversation', 'conversations'),
    rename: (tag: string) => `Rename “${tag}”`,
    renameLabel: (tag: string) => `New name for “${tag}”`,
    remove: (tag: string) => `Remove “${tag}” everywhere`,
    renamed: (tag: string) => `The tag “${tag}” was renamed.`,
    removed: (tag: string) => `The tag “${tag}” was removed.`,
  },

  find: {
    open: 'Find in this conversation',
    label: 'Find in this conversation',
    position: (place: number, total: number) => `${f.number(place)} of ${f.number(total)}`,
    positionLabel: (place: number, total: number) =>
      `Message ${f.number(place)} of ${f.number(total)}`,
    none: 'Nothing found',
    previous: 'Earlier message',
    next: 'Later message',
    close: 'Close the search',
  },

  search: {
    label: 'Search everything',
    clear: 'Clear the search',
    results: (n: number) => count(n, 'result', 'results'),
    none: (query: string) => `Nothing found for “${query}”.`,
    you: 'You',
    answer: 'Answer',
    title: 'Title',
    archived: 'archived',
  },

  trash: {
    heading: 'Trash',
    intro:
      'Deleted conversations stay here for 30 days and are then erased for good. Until then you can restore them.',
    empty: 'The trash is empty.',
    deletedOn: (ms: number, daysLeft: number) =>
      `Deleted ${f.dateTime(ms)} · ${daysLeft > 0 ? `${count(daysLeft, 'day', 'days')} left` : 'less than a day left'}`,
    restore: 'Restore',
    purge: 'Delete for good',
    purgeTitle: 'Delete this conversation for good?',
    purgeBody: (title: string) =>
      `“${title}” and all its messages will be erased from this device. This can’t be undone.`,
    purged: 'The conversation was erased.',
  },

  chat: {
    label: 'Conversation',
    loading: 'Opening the conversation…',
    you: 'You said',
    assistant: 'LLMOS said',
    latest: 'Jump to latest',
    showAll: (size: number) => `Show all (${f.bytes(size)})`,
    showLess: 'Show less',
    thinking: 'Getting ready to answer…',
    reading: (done: number, total: number) =>
      `Reading ${f.number(done)} of ${f.number(total)} tokens`,
    wait: (ms: number) => `first word in about ${f.wholeSeconds(ms)} s`,
    folding: (share: number) => `Summing up earlier messages, ${f.percent(share)}`,
    foldingBegun: 'Earlier messages are being summed up, so that your question fits.',
    skipFolding: 'Skip the summary',
    skipFoldingHint: 'Answer at once; the oldest messages are left out.',
    dropped: (n: number) =>
      `${count(n, 'older message', 'older messages')} left out of the model’s view`,
    speed: (perSecond: number) => `${f.rate(perSecond)} tokens/s`,
    firstWord: (ms: number) => `first word ${f.seconds(ms)} s`,
    statsDetail: (model: string, engine: string, prompt: number, completion: number) =>
      `${model} · ${engine} · ${count(prompt, 'token', 'tokens')} read · ${count(completion, 'token', 'tokens')} written`,
    regenerate: 'Answer again',
    continue: 'Continue',
    copyMessage: 'Copy',
    menuQuestion: 'Options for this question',
    menuAnswer: 'Options for this answer',
    edit: 'Edit',
    editQuestion: 'Other words for your question',
    editQuestionHint: 'It is answered anew. What is here now stays, one version back.',
    editAnswer: 'Your version of the answer',
    editAnswerHint: 'The model goes on from your version. The one before stays, one version back.',
    editBusy: 'The model is not free yet.',
    save: 'Save',
    discarded: 'Your changes were dropped.',
    remove: 'Delete from here',
    removed: (n: number) => `${count(n, 'message', 'messages')} deleted.`,
    selection: 'Selected words',
    quote: 'Ask about this',
    share: 'Share…',
    fork: 'Copy up to here',
    forked: 'You are in the copy. The conversation that it comes from is unchanged.',
    copyTitle: (title: string) => `${title} (copy)`,
    previous: 'Earlier version',
    next: 'Later version',
    sibling: (index: number, total: number) => `${f.number(index)} / ${f.number(total)}`,
    siblingLabel: (index: number, total: number) =>
      `Version ${f.number(index)} of ${f.number(total)}`,
    stopped: 'You stopped this answer.',
    interrupted: 'This answer was interrupted.',
    failed: 'This answer failed.',
    cutOff: 'Cut off: the length limit was reached.',
    contextFull: 'Cut off: the model’s memory for this conversation is full.',
    waitingModel: 'Waiting for the model to load…',
    waitingTurn: (ahead: number) =>
      ahead > 1
        ? `Waiting in line: ${f.number(ahead)} answers come first…`
        : 'Waiting for the other answer to finish…',
    waitingNoModel: 'Waiting for a model…',
    emptyAnswer: 'The model gave no text.',
    answerDone: 'The answer is complete.',
    answerStarted: 'LLMOS is answering.',
    answerThinking: 'LLMOS is thinking.',
    thoughts: 'Thoughts',
    thoughtFor: (ms: number) => `Thought for ${f.wholeSeconds(ms)} s`,
    thinkingAloud: 'Thinking…',
  },

  markdown: {
    copy: 'Copy',
    copied: 'Copied',
    wrap: 'Wrap lines',
    code: 'Code',
    table: 'Table',
    taskDone: 'Done',
    taskOpen: 'To do',
    formula: 'Formula',
    footnote: 'Footnote',
    footnoteBack: 'Back to the text',
  },

  context: {
    heading: 'What the model reads',
    label: (percent: string, figures: string) => `Context ${percent} full: ${figures}`,
    used: (used: number, size: number) => `${f.number(used)} of ${f.number(size)} tokens`,
    kept: (tokens: number) => `${count(tokens, 'token', 'tokens')} are kept free for the answer.`,
    folded: (n: number) =>
      `${count(n, 'older message is', 'older messages are')} read as a summary.`,
    dropped: (n: number) =>
      `${count(n, 'older message does', 'older messages do')} not fit and ${f.plural(n) === 'one' ? 'is' : 'are'} left out.`,
    willFold: 'When you send, older messages are summed up first.',
    tooLong: 'Your text alone is longer than the model can read. Shorten it before you send it.',
    summaries: 'Sum up older messages',
  },

  summary: {
    heading: (n: number) => `Summary of ${count(n, 'earlier message', 'earlier messages')}`,
    edited: 'in your words',
    off: 'not used: summaries are turned off',
    intro: 'The model reads this in place of the messages above. They are all still here.',
    before: (n: number) =>
      `${count(n, 'message', 'messages')} from before that ${f.plural(n) === 'one' ? 'is' : 'are'} not in it.`,
    field: 'The summary, in your words',
    rebuild: 'Make it anew',
    remove: 'Remove',
    removed: 'The summary was removed.',
  },

  composer: {
    label: 'Message',
    placeholder: 'Ask anything. It stays on this device.',
    send: 'Send',
    stop: 'Stop',
    size: (characters: number) => count(characters, 'character', 'characters'),
    sizeWarning: (context: number) =>
      `may be more than the ${f.number(context)} tokens the model can read`,
    tokens: (n: number) => count(n, 'token', 'tokens'),
    attach: 'Attach text files',
    attachments: 'Attached to this message',
    openAttachment: 'Read the attached text',
    removeAttachment: (name: string) => `Remove ${name}`,
    detached: (name: string) => `“${name}” was removed from the message.`,
    unpack: 'Put into the message',
    pasted: (n: number) => (n === 1 ? 'Pasted text' : `Pasted text ${f.number(n)}`),
    drop: 'Drop text files to attach them',
    refused: {
      tooLarge: (name: string) =>
        `“${name}” is larger than 1 MB, more than the model can read. Attach a part of it.`,
      notText: (name: string) => `“${name}” is not a text file. Text, Markdown, CSV and code work.`,
      unreadable: (name: string) => `“${name}” could not be read. Is it still there?`,
    },
    placeholderFolded: 'Add to it, or send it as it is.',
    folded: 'Long text in this message',
    unfold: 'Edit',
    removeFolded: 'Remove the long text',
    hint: (enterSends: boolean, apple: boolean) =>
      enterSends
        ? 'Enter sends, Shift+Enter starts a new line'
        : `${apple ? '⌘' : 'Ctrl'}+Enter sends, Enter starts a new line`,
  },

  welcome: {
    heading: 'An assistant that lives on this device',
    lines: [
      'A language model runs inside this app. It answers here, without the internet.',
      'What you write is kept in an encrypted file on this device and sent to no one.',
      'It is a small model: quick with words, not always right about facts. Check what matters.',
    ],
    language: 'Language',
    again: 'What’s on your mind?',
    examples: 'Try one of these',
    prompts: [
      'Explain how a rainbow forms, for a nine-year-old',
      'Write a short, friendly note to thank a neighbour',
      'Give me five ideas for a rainy Sunday',
    ],
  },

  model: {
    label: 'Model',
    show: (name: string) => `Model: ${name}. Show details`,
    none: 'No model loaded',
    starting: 'Starting…',
    loading: (percent: number) => `loading ${f.percent(percent)}`,
    ready: 'ready · offline',
    generating: 'answering · offline',
    failed: 'can’t be used',
    failedTitle: 'The model could not be loaded',
    stillUsing: (name: string) => `${name} is still loaded and can be used.`,
    tryAgain: 'Try again',
    choose: 'Choose a model file…',
    useDefault: 'Use the built-in model',
    builtIn: 'built-in',
    state: 'State',
    stateLoading: (percent: number) => `Loading, ${f.percent(percent)}`,
    stateReady: (ms: number) => `Ready (loaded in ${f.seconds(ms)} s)`,
    stateGenerating: 'Answering',
    stateFailed: 'Failed',
    stateEmpty: 'Not loaded',
    name: 'Name',
    engine: 'Engine',
    engineName: (name: string) => (name === 'native' ? 'LLMOS’ own' : name),
    architecture: 'Architecture',
    quantisation: 'Precision',
    parameters: 'Parameters',
    parametersValue: (n: number) => f.compact(n),
    size: 'File size',
    context: 'Context',
    contextValue: (tokens: number) => count(tokens, 'token', 'tokens'),
    file: 'File',
  },

  settings: {
    heading: 'Settings',
    appearance: 'Appearance',
    theme: 'Theme',
    themes: { system: 'System', light: 'Light', dark: 'Dark' },
    language: 'Language',
    languageSystem: 'System',
    writing: 'Writing',
    enter: 'The Enter key',
    enterChoices: { send: 'Sends', newLine: 'Starts a new line' },
    model: 'Model',
    modelIntro: 'LLMOS runs model files in the GGUF format. A file is checked before it is used.',
    long: 'Long conversations',
    longIntro:
      'A model reads only so much at once. The ring beside the message field shows how full it is.',
    longHint:
      'When a conversation no longer fits, the model writes a summary of its oldest messages and reads that instead. You can read, correct or remove it. Off, the oldest messages are left out.',
    kept: 'Remember what was read',
    keptOff: 'Off',
    keptHint: (used: number) =>
      `A long conversation that you open again is answered without being read from its beginning. Kept encrypted on this device, ${f.bytes(used)} now; it goes with the conversation.`,
    privacy: 'Privacy',
    privacyIntro: 'What this app promises, and does:',
    promises: [
      'The model runs inside the app. No question and no answer is sent anywhere.',
      'The page you see can’t reach the internet. On Linux the whole app is refused network sockets.',
      'Conversations and unsent drafts are kept in one encrypted file. Its key lies beside it in a file that only your account can read.',
      'No accounts, no advertising, no counting of what you do. Logs hold sizes and times, never your words.',
      'Links in answers open only after you have seen the whole address and agreed.',
    ],
    dataFolder: 'Data folder',
    shortcuts: 'Keyboard shortcuts',
    about: 'About',
    version: 'Version',
    licence: 'Licence',
    modelNotice: 'Built-in model',
    modelNoticeText: 'SmolLM2-135M-Instruct by Hugging Face, Apache-2.0.',
    tagline: 'LLM on mobile system: an assistant that works offline.',
  },

  commands: {
    placeholder: 'A command, or the title of a conversation',
    searchFor: (query: string) => `Search everything for “${query}”`,
    writing: 'Writing',
    send: 'Send the message',
    newline: 'New line in the message',
    editUp: 'Edit your last question, from the empty field',
    removeListed: 'Delete the conversation, in the list',
    selectListed: 'Select conversations, in the list',
    groups: { conversation: 'Conversations', answer: 'This conversation', go: 'Go to' },
    names: {
      create: 'New conversation',
      next: 'Next conversation',
      previous: 'Previous conversation',
      rename: 'Rename the conversation',
      pin: 'Pin or unpin the conversation',
      tag: 'Tags of the conversation',
      archive: 'Archive or unarchive the conversation',
      remove: 'Delete the conversation',
      export: 'Export the conversation',
      exportAll: 'Export all conversations',
      import: 'Import conversations',
      undo: 'Undo',
      find: 'Find in this conversation',
      composer: 'Write a message',
      stop: 'Stop the answer',
      editLast: 'Edit your last question',
      copyLast: 'Copy the last answer',
      again: 'Answer again',
      quote: 'Ask about the selected words',
      palette: 'Commands',
      search: 'Search everything',
      list: 'Hide or show the list',
      archived: 'Archive',
      trash: 'Trash',
      settings: 'Settings',
      shortcuts: 'Keyboard shortcuts',
    },
    keys: {
      enter: 'Enter',
      shift: 'Shift',
      escape: 'Esc',
      delete: 'Delete',
      ctrl: 'Ctrl',
      click: 'Click',
      alt: 'Alt',
      arrowup: '↑',
      arrowdown: '↓',
    },
  },

  link: {
    title: 'Open this link outside the app?',
    body: 'The answer contains a link. It opens in your browser, which may use the internet. This is the whole address:',
    open: 'Open',
    copy: 'Copy the address',
  },

  storage: {
    heading: 'Your conversations can’t be opened',
    retry: 'Try again',
    startFresh: 'Start fresh, keep the old file',
    startFreshTitle: 'Start with an empty history?',
    startFreshBody:
      'The file with your conversations is renamed and kept in the data folder; nothing is deleted. LLMOS begins with an empty one.',
    startFreshConfirm: 'Start fresh',
    setAside: (conversations: number, messages: number) =>
      `The file with your conversations did not open as it was. It was set aside, not deleted. ${
        conversations > 0
          ? `${count(conversations, 'conversation', 'conversations')} with ${count(messages, 'message', 'messages')} could be read from it and are here again.`
          : 'LLMOS began with an empty one.'
      } The old file is here:`,
  },

  exchange,
  errors,
};
