import type { ChatMessage } from '../bindings/ChatMessage';
import type { CommandError } from '../bindings/CommandError';
import { NO_SETTINGS } from '../../state/no-settings';
import type { ConversationSettings } from '../bindings/ConversationSettings';
import type { ConversationSummary } from '../bindings/ConversationSummary';
import type { ConversationView } from '../bindings/ConversationView';
import type { RunningSummary } from '../bindings/RunningSummary';
import type { SearchHit } from '../bindings/SearchHit';
import { partsOf } from '../../state/thoughts';

type StoredMessage = Omit<ChatMessage, 'siblings'> & { conversationId: string };

interface StoredConversation {
  summary: ConversationSummary;
  activeLeaf: string | null;
}

/** Everything the mock remembers, as plain data. */
export interface Snapshot {
  clock: number;
  nextId: number;
  conversations: StoredConversation[];
  messages: StoredMessage[];
  deleted: string[];
  drafts: [string, string][];
  summaries: RunningSummary[];
  settings: [string, ConversationSettings][];
}

/** The key of the settings of a conversation, or of the one to come. */
function settingsKey(conversation: string | null, temporary: boolean): string {
  return conversation ?? (temporary ? 'temporary' : 'new');
}

export function commandError(
  code: CommandError['code'],
  details: CommandError['details'] = {},
): CommandError {
  return { code, message: `mock: ${code}`, details };
}

/** A conversation store in memory, with the same message trees as the real one. */
export class MockStore {
  #conversations = new Map<string, StoredConversation>();
  #messages = new Map<string, StoredMessage>();
  /** Ids of the messages under each message, oldest first; those at a root under the conversation. */
  #children = new Map<string, string[]>();
  /** Messages that are hidden, each with all that follows it. */
  #deleted = new Set<string>();
  #drafts = new Map<string, string>();
  /** Summaries by the message that they end with. */
  #summaries = new Map<string, RunningSummary>();
  #settings = new Map<string, ConversationSettings>();
  #nextId = 1;

  /** `clock` is the time of the next write, in ms since the epoch; every write moves it on. */
  constructor(public clock: number) {}

  static restore(snapshot: Snapshot): MockStore {
    const store = new MockStore(snapshot.clock);
    store.#nextId = snapshot.nextId;
    for (const item of snapshot.conversations) store.#conversations.set(item.summary.id, item);
    for (const message of snapshot.messages) {
      const status = message.status === 'streaming' ? 'interrupted' : message.status;
      store.#insert({ ...message, status });
    }
    store.#deleted = new Set(snapshot.deleted);
    store.#drafts = new Map(snapshot.drafts);
    for (const item of snapshot.summaries) store.#summaries.set(item.messageId, item);
    store.#settings = new Map(snapshot.settings);
    return store;
  }

  /** What would be on the disk: nothing of what is only in memory. */
  snapshot(): Snapshot {
    const inMemory = (id: string): boolean =>
      this.#conversations.get(id)?.summary.temporary ?? false;
    const kept = ([key]: [string, unknown]): boolean => key !== 'temporary' && !inMemory(key);
    return {
      clock: this.clock,
      nextId: this.#nextId,
      conversations: [...this.#conversations.values()].filter((item) => !item.summary.temporary),
      messages: [...this.#messages.values()].filter((item) => !inMemory(item.conversationId)),
      deleted: [...this.#deleted],
      drafts: [...this.#drafts].filter(kept),
      settings: [...this.#settings].filter(kept),
      summaries: [...this.#summaries.values()],
    };
  }

  list(trashed: boolean): ConversationSummary[] {
    return [...this.#conversations.values()]
      .map((item) => ({ ...item.summary }))
      .filter((summary) => (summary.trashedAt !== null) === trashed)
      .sort((a, b) => b.updatedAt - a.updatedAt);
  }

  /** Makes a conversation, with the settings that were made for the one to come. */
  create(title: string | null, temporary = false): ConversationSummary {
    const at = this.#tick();
    const summary: ConversationSummary = {
      id: this.#id('c'),
      title,
      createdAt: at,
      updatedAt: at,
      trashedAt: null,
      pinned: false,
      archived: false,
      tags: [],
      temporary,
    };
    const next = settingsKey(null, temporary);
    this.#settings.set(summary.id, this.#settings.get(next) ?? NO_SETTINGS);
    this.#settings.delete(next);
    this.#conversations.set(summary.id, { summary, activeLeaf: null });
    return { ...summary };
  }

  summary(id: string): ConversationSummary {
    return { ...this.#conversation(id).summary };
  }

  change(id: string, change: Partial<ConversationSummary>): ConversationSummary {
    const item = this.#conversation(id);
    item.summary = { ...item.summary, ...change };
    return { ...item.summary };
  }

  purge(id: string): void {
    this.#conversation(id);
    this.#conversations.delete(id);
    this.#settings.delete(id);
    for (const message of this.#messages.values()) {
      if (message.conversationId !== id) continue;
      this.#messages.delete(message.id);
      this.#children.delete(message.id);
    }
    this.#children.delete(id);
  }

  view(id: string): ConversationView {
    const { summary, activeLeaf } = this.#conversation(id);
    const messages = this.#pathTo(activeLeaf, Infinity);
    const last = messages.findLast((message) => this.#summaries.has(message.id));
    return {
      conversation: { ...summary },
      earlier: 0,
      messages,
      draft: this.draft(id),
      summary: last === undefined ? null : (this.#summaries.get(last.id) ?? null),
      settings: this.settings(id, false),
    };
  }

  /** Saves a summary of everything up to a message. */
  summarise(messageId: string, text: string, edited: boolean): RunningSummary {
    const depth = this.#pathTo(messageId, Infinity).length;
    const covered = this.#summaries.get(messageId)?.covered ?? depth;
    const summary = { messageId, depth, covered, text, edited };
    this.#summaries.set(messageId, summary);
    return summary;
  }

  forgetSummary(messageId: string): void {
    this.#summaries.delete(messageId);
  }

  /** Up to `count` messages that lead to a message, oldest first. */
  before(messageId: string, count: number): ChatMessage[] {
    return this.#pathTo(this.#stored(messageId).parentId, count);
  }

  message(id: string): ChatMessage {
    const stored = this.#stored(id);
    const { conversationId: _, ...message } = stored;
    return { ...message, siblings: [...this.#childrenOf(parentOf(stored))] };
  }

  conversationOf(messageId: string): string {
    return this.#stored(messageId).conversationId;
  }

  /** Adds a message and makes it the end of the visible branch. */
  add(
    conversationId: string,
    parentId: string | null,
    message: Pick<ChatMessage, 'role' | 'text' | 'status'> & Partial<Pick<ChatMessage, 'stats'>>,
  ): ChatMessage {
    const createdAt = this.#tick();
    const id = this.#id('m');
    this.#insert({ id, conversationId, parentId, createdAt, stats: null, ...message });
    const conversation = this.#conversation(conversationId);
    conversation.activeLeaf = id;
    conversation.summary = { ...conversation.summary, updatedAt: createdAt };
    return this.message(id);
  }

  update(id: string, change: Partial<Pick<ChatMessage, 'text' | 'status' | 'stats'>>): ChatMessage {
    this.#messages.set(id, { ...this.#stored(id), ...change });
    return this.message(id);
  }

  leaf(conversationId: string): string | null {
    return this.#conversation(conversationId).activeLeaf;
  }

  select(messageId: string): ConversationView {
    return this.#show(this.#stored(messageId).conversationId, this.#deepest(messageId));
  }

  /** Hides a message; the version before or after it is shown, or what it followed. */
  remove(messageId: string): ConversationView {
    const message = this.#stored(messageId);
    const { conversationId } = message;
    const leaf = this.leaf(conversationId);
    const versions = this.#childrenOf(parentOf(message));
    const place = versions.indexOf(messageId);
    const near = versions[place - 1] ?? versions[place + 1];
    const shown = this.#pathTo(leaf, Infinity).some((item) => item.id === messageId);
    this.#deleted.add(messageId);
    if (!shown) return this.view(conversationId);
    return this.#show(conversationId, near === undefined ? message.parentId : this.#deepest(near));
  }

  restoreMessage(messageId: string, leaf: string): ConversationView {
    this.#deleted.delete(messageId);
    return this.#show(this.#stored(messageId).conversationId, leaf);
  }

  settings(conversation: string | null, temporary: boolean): ConversationSettings {
    return this.#settings.get(settingsKey(conversation, temporary)) ?? NO_SETTINGS;
  }

  setSettings(
    conversation: string | null,
    temporary: boolean,
    settings: ConversationSettings,
  ): void {
    if (conversation !== null) this.#conversation(conversation);
    this.#settings.set(settingsKey(conversation, temporary), settings);
  }

  /** Copies what leads to a message into a new conversation. */
  fork(messageId: string, title: string | null): ConversationSummary {
    const origin = this.conversationOf(messageId);
    const next = this.settings(null, false);
    const copy = this.create(title, this.summary(origin).temporary);
    this.setSettings(copy.id, false, this.settings(origin, false));
    this.setSettings(null, false, next);
    let parent: string | null = null;
    for (const { role, text, status, stats } of this.#pathTo(messageId, Infinity)) {
      parent = this.add(copy.id, parent, { role, text, status, stats }).id;
    }
    const { tags } = this.summary(this.conversationOf(messageId));
    return this.change(copy.id, { tags: [...tags] });
  }

  /** Changes several conversations, or none when one is unknown. */
  changeAll(ids: string[], change: Partial<ConversationSummary>): void {
    for (const id of ids) this.#conversation(id);
    for (const id of ids) this.change(id, change);
  }

  /** Every conversation, in the trash or not. */
  all(): ConversationSummary[] {
    return [...this.#conversations.values()].map((item) => ({ ...item.summary }));
  }

  /** The messages of the visible branch that hold every word, oldest first. */
  searchBranch(id: string, query: string): string[] {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return [];
    const holds = (text: string): boolean => words.every((word) => text.includes(word));
    const path = this.#pathTo(this.leaf(id), Infinity);
    return path.filter(({ text }) => holds(text.toLowerCase())).map((message) => message.id);
  }

  draft(key: string): string {
    return this.#drafts.get(key) ?? '';
  }

  saveDraft(key: string, text: string): void {
    if (text === '') this.#drafts.delete(key);
    else this.#drafts.set(key, text);
  }

  search(query: string): SearchHit[] {
    const needle = query.toLowerCase();
    const hits: SearchHit[] = [];
    for (const { summary } of this.#conversations.values()) {
      if (summary.trashedAt !== null || summary.temporary) continue;
      const common = { conversationId: summary.id, title: summary.title };
      const inTitle = summary.title === null ? null : excerpt(summary.title, needle);
      if (inTitle) {
        hits.push({
          ...common,
          ...inTitle,
          messageId: null,
          role: null,
          thought: false,
          createdAt: summary.createdAt,
        });
      }
      for (const message of this.#messages.values()) {
        if (message.conversationId !== summary.id || this.#hidden(message.id)) continue;
        const { answer, thoughts } = partsOf(message.text);
        const inAnswer = excerpt(answer, needle);
        const found = inAnswer ?? excerpt(thoughts ?? '', needle);
        if (!found) continue;
        const { id: messageId, role, createdAt } = message;
        const thought = inAnswer === null;
        hits.push({ ...common, ...found, messageId, role, createdAt, thought });
      }
    }
    return hits.sort((a, b) => b.createdAt - a.createdAt).slice(0, 50);
  }

  /** A message and up to `count - 1` above it, oldest first. */
  #pathTo(last: string | null, count: number): ChatMessage[] {
    const messages: ChatMessage[] = [];
    for (let next = last; next !== null && messages.length < count;) {
      const message = this.message(next);
      messages.push(message);
      next = message.parentId;
    }
    return messages.reverse();
  }

  #show(conversationId: string, leaf: string | null): ConversationView {
    this.#conversation(conversationId).activeLeaf = leaf;
    return this.view(conversationId);
  }

  /** The end of a branch that was last written to. */
  #deepest(messageId: string): string {
    let leaf = messageId;
    for (;;) {
      const newest = this.#childrenOf(leaf).at(-1);
      if (newest === undefined) return leaf;
      leaf = newest;
    }
  }

  /** Whether a message, or one above it, is deleted. */
  #hidden(id: string | null): boolean {
    for (let next = id; next !== null; next = this.#stored(next).parentId) {
      if (this.#deleted.has(next)) return true;
    }
    return false;
  }

  #conversation(id: string): StoredConversation {
    const found = this.#conversations.get(id);
    // A rejected command rejects with the error as the shell sends it: a plain object.
    if (!found) throw commandError('not_found', { what: 'conversation' });
    return found;
  }

  #stored(id: string): StoredMessage {
    const found = this.#messages.get(id);
    if (!found) throw commandError('not_found', { what: 'message' });
    return found;
  }

  #insert(message: StoredMessage): void {
    this.#messages.set(message.id, message);
    const parent = parentOf(message);
    const siblings = this.#children.get(parent);
    if (siblings) siblings.push(message.id);
    else this.#children.set(parent, [message.id]);
  }

  #childrenOf(parent: string): readonly string[] {
    return (this.#children.get(parent) ?? []).filter((id) => !this.#deleted.has(id));
  }

  #id(kind: string): string {
    return `${kind}${String(this.#nextId++).padStart(5, '0')}`;
  }

  #tick(): number {
    this.clock += 1000;
    return this.clock;
  }
}

/** The message above a message, or the conversation when it is the first there. */
function parentOf(message: StoredMessage): string {
  return message.parentId ?? message.conversationId;
}

/** The words around the first match, and where every match lies in them. */
export function excerpt(
  text: string,
  needle: string,
): Pick<SearchHit, 'excerpt' | 'highlights'> | null {
  const at = text.toLowerCase().indexOf(needle);
  if (at < 0) return null;
  const start = Math.max(0, at - 32);
  const piece = `${start > 0 ? '…' : ''}${text.slice(start, at + 90).replaceAll(/\s/g, ' ')}`;
  const lower = piece.toLowerCase();
  const highlights: [number, number][] = [];
  for (let from = lower.indexOf(needle); from >= 0; from = lower.indexOf(needle, from + 1)) {
    highlights.push([from, from + needle.length]);
  }
  return { excerpt: piece, highlights };
}
