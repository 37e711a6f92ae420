import type { ConversationSummary } from '../host/bindings/ConversationSummary';
import type { Dictionary } from '../i18n/i18n.svelte';
import { partsOf } from './thoughts';
import type { App } from './app.svelte';
import type { Chord } from './keys';

export type CommandId = keyof Dictionary['commands']['names'];
export type CommandGroup = keyof Dictionary['commands']['groups'];

/** Something that the person can have done, by a shortcut or from the palette. */
export interface Command {
  id: CommandId;
  group: CommandGroup;
  /** The shortcuts; the first is the one that is shown. */
  chords?: readonly Chord[];
  /** False for what makes no sense from the palette. */
  palette?: false;
  /** Whether it can be done now; `target` is what has the focus. */
  can?: (app: App, target: EventTarget | null) => boolean;
  run: (app: App, target: EventTarget | null) => void;
}

/** Whether the focus is in a field where typing undoes typing. */
function editsText(target: EventTarget | null): boolean {
  const field = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  return field && target.value !== '';
}

function open(app: App): string | null {
  return app.navigation.route.view === 'chat' ? app.chat.thread.id : null;
}

/** The conversation on the screen, as the list has it. */
function opened(app: App): ConversationSummary | undefined {
  const id = open(app);
  return id === null ? undefined : app.conversations.find(id);
}

/** The conversation that has the focus in the list, if one has. */
function listed(app: App, target: EventTarget | null): string | null {
  const id = target instanceof HTMLElement ? target.dataset['id'] : undefined;
  return id !== undefined && app.conversations.find(id) ? id : null;
}

function lastAnswer(app: App) {
  const message = app.chat.thread.messages.at(-1);
  return message?.role === 'assistant' && app.chat.thread.turn === null ? message : null;
}

/** The conversation `step` places further down the list than the one on the screen. */
function neighbour(app: App, step: 1 | -1): string | null {
  const { order } = app.conversations;
  const at = order.findIndex((id) => id === app.chat.thread.id);
  const to = at < 0 ? (step > 0 ? 0 : -1) : at + step;
  return order[to] ?? null;
}

function toNeighbour(step: 1 | -1): Pick<Command, 'can' | 'run'> {
  return {
    can: (app) => neighbour(app, step) !== null,
    run: (app) => {
      const id = neighbour(app, step);
      if (id !== null) void app.openConversation(id);
    },
  };
}

/** Everything that has a shortcut or a place in the palette, in the order in which it is shown. */
export const COMMANDS: readonly Command[] = [
  {
    id: 'create',
    group: 'conversation',
    chords: [{ key: 'n', mod: true }],
    run: (app) => app.newConversation(),
  },
  {
    id: 'createTemporary',
    group: 'conversation',
    chords: [{ key: 'n', mod: true, shift: true }],
    run: (app) => {
      app.newConversation();
      app.setTemporary(true);
    },
  },
  {
    id: 'next',
    group: 'conversation',
    chords: [{ key: 'arrowdown', alt: true }],
    ...toNeighbour(1),
  },
  {
    id: 'previous',
    group: 'conversation',
    chords: [{ key: 'arrowup', alt: true }],
    ...toNeighbour(-1),
  },
  {
    id: 'rename',
    group: 'conversation',
    chords: [{ key: 'f2' }],
    can: (app, target) => listed(app, target) !== null || open(app) !== null,
    run: (app, target) => {
      const focused = listed(app, target);
      const id = focused ?? open(app);
      if (id !== null) app.conversations.renaming = { id, place: focused ? 'list' : 'header' };
    },
  },
  {
    id: 'pin',
    group: 'conversation',
    can: (app) => opened(app)?.archived === false,
    run: (app) => {
      const conversation = opened(app);
      if (conversation) void app.order.pin([conversation.id], !conversation.pinned);
    },
  },
  {
    id: 'tag',
    group: 'conversation',
    can: (app) => opened(app) !== undefined,
    run: (app) => {
      const id = open(app);
      if (id !== null) app.order.tagging = { for: [id] };
    },
  },
  {
    id: 'archive',
    group: 'conversation',
    can: (app) => opened(app) !== undefined,
    run: (app) => {
      const conversation = opened(app);
      if (conversation) void app.order.archive([conversation.id], !conversation.archived);
    },
  },
  {
    id: 'remove',
    group: 'conversation',
    can: (app) => open(app) !== null,
    run: (app) => {
      const id = open(app);
      if (id !== null) void app.order.trash([id]);
    },
  },
  {
    id: 'export',
    group: 'conversation',
    can: (app) => open(app) !== null && app.chat.thread.conversation !== null,
    run: (app) => app.exchange.ask(app.chat.thread.conversation),
  },
  {
    id: 'exportAll',
    group: 'conversation',
    run: (app) => app.exchange.ask(null),
  },
  {
    id: 'import',
    group: 'conversation',
    run: (app) => void app.exchange.import(),
  },
  {
    id: 'undo',
    group: 'conversation',
    chords: [{ key: 'z', mod: true }],
    palette: false,
    can: (app, target) => !editsText(target) && app.toasts.hasAction,
    run: (app) => void app.toasts.runLatestAction(),
  },
  {
    id: 'find',
    group: 'answer',
    chords: [{ key: 'f', mod: true }],
    can: (app) => open(app) !== null && !app.chat.thread.empty,
    run: (app) => void app.find.show(),
  },
  {
    id: 'composer',
    group: 'answer',
    chords: [{ key: 'l', mod: true }],
    run: (app) => app.focusComposer(),
  },
  {
    id: 'stop',
    group: 'answer',
    chords: [{ key: 'escape' }],
    can: ({ chat }) => chat.thread.turn !== null || chat.thread.queued !== null,
    run: (app) => void app.chat.stop(),
  },
  {
    id: 'editLast',
    group: 'answer',
    chords: [{ key: 'e', mod: true }],
    can: (app) => open(app) !== null && app.chat.thread.turn === null,
    run: (app) => void app.versions.editLast(),
  },
  {
    id: 'copyLast',
    group: 'answer',
    chords: [{ key: 'c', mod: true, shift: true }],
    can: (app) => lastAnswer(app) !== null,
    run: (app) => {
      const message = lastAnswer(app);
      if (message) void app.copy(partsOf(message.text, false).answer);
    },
  },
  {
    id: 'again',
    group: 'answer',
    can: (app) => lastAnswer(app) !== null && app.chat.canStart,
    run: (app) => {
      const message = lastAnswer(app);
      if (message) void app.chat.regenerate(message.id);
    },
  },
  {
    id: 'quote',
    group: 'answer',
    chords: [{ key: 'a', mod: true, shift: true }],
    palette: false,
    can: (app) => app.selected !== '',
    run: (app) => app.quote(app.selected),
  },
  {
    id: 'palette',
    group: 'go',
    chords: [{ key: 'p', mod: true, shift: true }],
    palette: false,
    run: (app) => (app.overlay = 'palette'),
  },
  {
    id: 'search',
    group: 'go',
    chords: [{ key: 'k', mod: true }],
    run: (app) => app.showSearch(),
  },
  { id: 'newText', group: 'go', run: (app) => void app.newText() },
  { id: 'draft', group: 'go', run: (app) => void app.newDraft() },
  {
    id: 'write',
    group: 'go',
    run: (app) => app.navigation.go({ view: 'write', page: 'list', text: null }),
  },
  {
    id: 'list',
    group: 'go',
    chords: [{ key: 'b', mod: true }],
    run: (app) => app.toggleList(),
  },
  {
    id: 'persona',
    group: 'answer',
    can: (app) => app.navigation.route.view === 'chat' && app.settings.persona !== null,
    run: (app) => (app.settings.open = true),
  },
  {
    id: 'summarise',
    group: 'go',
    run: (app) => app.navigation.go({ view: 'summarise' }),
  },
  {
    id: 'personas',
    group: 'go',
    run: (app) => app.navigation.go({ view: 'personas' }),
  },
  {
    id: 'documents',
    group: 'go',
    run: (app) => app.navigation.go({ view: 'documents' }),
  },
  {
    id: 'archived',
    group: 'go',
    run: (app) => app.showShelf('archive'),
  },
  {
    id: 'trash',
    group: 'go',
    run: (app) => app.navigation.go({ view: 'trash' }),
  },
  {
    id: 'settings',
    group: 'go',
    chords: [{ key: ',', mod: true }],
    run: (app) => app.navigation.go({ view: 'settings' }),
  },
  {
    id: 'shortcuts',
    group: 'go',
    chords: [{ key: '/', mod: true }, { key: 'f1' }],
    run: (app) => (app.overlay = 'shortcuts'),
  },
];
