import type { IconName } from '../shared/Icon.svelte';
import { i18n } from '../i18n/i18n.svelte';
import type { App } from '../state/app.svelte';
import { COMMANDS, type CommandGroup } from '../state/commands';
import type { Chord } from '../state/keys';
import { fit } from './match';

/** How many conversations are offered at most. */
const CONVERSATIONS = 8;

const ICONS: Record<CommandGroup, IconName> = {
  conversation: 'chat',
  answer: 'spark',
  go: 'right',
};

export interface Entry {
  id: string;
  label: string;
  icon: IconName;
  /** What kind of thing it is, in a word. */
  kind: string;
  chord?: Chord | undefined;
  run: () => void;
}

/** What the palette offers for what was typed, and which of it Enter takes. */
export class Palette {
  query = $state('');
  #active = $state(0);

  readonly entries: Entry[] = $derived.by(() => {
    const commands = this.#fitting(this.#commands());
    if (this.query.trim() === '') return commands;
    const found = this.#fitting(this.#conversations()).slice(0, CONVERSATIONS);
    return [...commands, ...found, this.#search()];
  });

  constructor(
    private readonly app: App,
    /** What had the focus before the palette. */
    private readonly target: EventTarget | null,
  ) {}

  get active(): number {
    return Math.min(this.#active, this.entries.length - 1);
  }

  type(query: string): void {
    this.query = query;
    this.#active = 0;
  }

  move(step: number): void {
    const { length } = this.entries;
    this.#active = (this.active + step + length) % length;
  }

  #fitting(entries: Entry[]): Entry[] {
    return entries
      .map((entry) => ({ entry, score: fit(this.query, entry.label) }))
      .filter((one): one is { entry: Entry; score: number } => one.score !== null)
      .sort((a, b) => b.score - a.score)
      .map(({ entry }) => entry);
  }

  #commands(): Entry[] {
    const t = i18n.t.commands;
    const { app, target } = this;
    return COMMANDS.filter(
      ({ palette, can }) => palette !== false && (can === undefined || can(app, target)),
    ).map(({ id, group, chords, run }) => ({
      id: `command-${id}`,
      label: t.names[id],
      icon: ICONS[group],
      kind: t.groups[group],
      chord: chords?.[0],
      run: () => run(app, target),
    }));
  }

  #conversations(): Entry[] {
    const { app } = this;
    return app.conversations.list.map(({ id, title }) => ({
      id: `conversation-${id}`,
      label: app.titleOf(title),
      icon: 'chat',
      kind: i18n.t.commands.groups.conversation,
      run: () => void app.openConversation(id),
    }));
  }

  /** Nothing typed into the palette leads nowhere: it can be looked for in what was said. */
  #search(): Entry {
    const { app, query } = this;
    return {
      id: 'search',
      label: i18n.t.commands.searchFor(query.trim()),
      icon: 'search',
      kind: i18n.t.commands.groups.go,
      run: () => {
        app.search.set(query.trim());
        app.showSearch();
      },
    };
  }
}
