import type { ChatEvent } from '../host/bindings/ChatEvent';
import type { ChatMessage } from '../host/bindings/ChatMessage';
import type { CommandError } from '../host/bindings/CommandError';
import type { ConversationSettings } from '../host/bindings/ConversationSettings';
import type { ConversationSummary } from '../host/bindings/ConversationSummary';
import type { ConversationView } from '../host/bindings/ConversationView';
import type { OwnModel } from '../host/bindings/OwnModel';
import type { RunningSummary } from '../host/bindings/RunningSummary';
import { NEW_DRAFT, TEMPORARY_DRAFT } from '../host/host';
import { NO_SETTINGS } from './no-settings';
import { partsOf } from './thoughts';

/** One answer on its way. */
export class Turn {
  /** The answer's id; null until the shell has started it. */
  answerId = $state<string | null>(null);
  /** The text so far. Kept apart from the messages so that the list does not change per token. */
  text = $state('');
  progress = $state.raw<{ done: number; total: number } | null>(null);
  /** How long reading the rest of the prompt will take, in milliseconds, where that is known. */
  remainingMs = $state<number | null>(null);
  /** How far summing up older messages has come, from 0 to 1; null while that isn't done. */
  folding = $state<number | null>(null);
  /** Whether the answer is to begin without that summary. */
  skipping = $state(false);
  stopping = $state(false);
  /** The model that is loaded for it before it begins. */
  awaits = $state.raw<OwnModel | null>(null);
  /** Whether the person no longer wants to wait for that. */
  withdrawn = $state(false);
  /** Whether a first piece of text has come in this turn. */
  wrote = $state(false);
  /** Whether the model is thinking, and so has not begun its answer. */
  thinking = false;
  /** How long it has thought, in milliseconds; null until that is over, and where it isn't known. */
  thoughtMs: number | null = null;
  #withdraw: () => void = () => undefined;
  /** Settles when the person no longer wants to wait for a model. */
  readonly withdrawal = new Promise<void>((resolve) => (this.#withdraw = resolve));
  /** When it began to think, if that was in this turn. */
  #since: number | null = null;
  /** How much of the answer has been handed out by {@link take}. */
  #handed = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Ends the waiting for a model. What was asked goes back to where it was written. */
  withdraw(): void {
    this.withdrawn = true;
    this.#withdraw();
  }

  /** Begins with what the answer has already. */
  begin(answer: ChatMessage): void {
    this.answerId = answer.id;
    this.text = answer.text;
    const parts = partsOf(answer.text, true);
    this.thinking = parts.thinking;
    this.#handed = parts.answer.length;
  }

  /** Takes the next piece of text; returns what it adds to the answer, which thoughts don't. */
  take(piece: string): string {
    this.text += piece;
    this.wrote = true;
    const { answer, thinking } = partsOf(this.text, true);
    if (thinking && !this.thinking) this.#since = this.now();
    if (!thinking && this.thinking) this.stopThinking();
    this.thinking = thinking;
    const added = answer.slice(this.#handed);
    this.#handed = answer.length;
    return added;
  }

  /** The thoughts are over, or cut off. */
  stopThinking(): void {
    if (this.#since !== null) this.thoughtMs ??= this.now() - this.#since;
  }
}

/** The model that is meant to answer can't be loaded: nothing was asked yet. */
export interface Refusal {
  wanted: OwnModel;
  error: CommandError;
  /** Does once more what was asked for. */
  again: () => void;
}

/** One conversation on the screen: its visible branch, from the end as far as it has been read, and the answer being written to it. */
export class Thread {
  /** Null for the conversation that begins with the next message. */
  conversation = $state.raw<ConversationSummary | null>(null);
  messages = $state.raw<ChatMessage[]>([]);
  /** How many messages come before those, not read yet. */
  earlier = $state(0);
  turn = $state.raw<Turn | null>(null);
  /** A message that waits until the model can take it. */
  queued = $state<string | null>(null);
  /** What the model reads in place of the first messages of the visible branch. */
  summary = $state.raw<RunningSummary | null>(null);
  error = $state.raw<CommandError | null>(null);
  /** The model that is meant to answer here could not be loaded for what was last asked. */
  refusal = $state.raw<Refusal | null>(null);
  /** For each answer made here: how many older messages the model no longer saw. */
  dropped = $state.raw<ReadonlyMap<string, number>>(new Map());
  /** Its persona, and what differs from it. */
  settings = $state.raw<ConversationSettings>(NO_SETTINGS);
  /** Whether the conversation that begins here is to be only in memory. */
  wantsTemporary = $state(false);
  /** The message to scroll to and light up, e.g. from the search. */
  target = $state<string | null>(null);

  get id(): string | null {
    return this.conversation?.id ?? null;
  }

  /** Nothing of it is written to the disk. */
  get temporary(): boolean {
    return this.conversation?.temporary ?? this.wantsTemporary;
  }

  /** Whether nobody can ask here now: an answer is on its way, or a message waits. */
  get busy(): boolean {
    return this.turn !== null || this.queued !== null;
  }

  get draftKey(): string {
    return this.id ?? (this.wantsTemporary ? TEMPORARY_DRAFT : NEW_DRAFT);
  }

  /** Nothing has been said here, and nothing is about to be. */
  get empty(): boolean {
    return this.messages.length === 0 && this.queued === null && this.turn === null;
  }

  /** Takes messages that lead to `first`; in vain if the branch has changed since they were asked for. */
  prepend(first: string, before: ChatMessage[]): void {
    if (this.messages[0]?.id !== first) return;
    this.messages = [...before, ...this.messages];
    // Nothing to read, and still some missing: the count was wrong, and nobody waits for them.
    this.earlier = before.length === 0 ? 0 : Math.max(0, this.earlier - before.length);
  }

  adopt(view: ConversationView): void {
    this.conversation = view.conversation;
    this.messages = view.messages;
    this.earlier = view.earlier;
    this.summary = view.summary;
    this.settings = view.settings;
  }

  /** Follows one event of `turn`; returns what it adds to the answer. */
  apply(event: ChatEvent, turn: Turn): string {
    let added = '';
    switch (event.type) {
      case 'started':
        this.#start(event, turn);
        break;
      case 'promptProgress':
        turn.progress = { done: event.done, total: event.total };
        turn.remainingMs = event.remainingMs;
        turn.folding = null;
        if (event.dropped > 0 && turn.answerId !== null) {
          this.dropped = new Map(this.dropped).set(turn.answerId, event.dropped);
        }
        break;
      case 'folding':
        turn.folding = event.share;
        break;
      case 'folded':
        turn.folding = null;
        this.summary = event.summary;
        break;
      case 'text':
        if (event.messageId !== turn.answerId) break;
        added = turn.take(event.text);
        break;
      case 'finished':
        turn.stopThinking();
        this.#replace(event.message);
        this.turn = null;
        break;
      case 'failed':
        turn.stopThinking();
        this.error = event.error;
        this.#settle(turn, event.message);
        this.turn = null;
        break;
      case 'titled':
        this.conversation = event.conversation;
        break;
    }
    return added;
  }

  #start(event: Extract<ChatEvent, { type: 'started' }>, turn: Turn): void {
    const { answer, user } = event;
    this.conversation = event.conversation;
    this.queued = null;
    turn.begin(answer);
    if (this.messages.some((message) => message.id === answer.id)) {
      this.#replace(answer);
      return;
    }
    // A new branch hides what followed its parent; a message to the end hides nothing.
    const first = user ?? answer;
    const parent = this.messages.findIndex((message) => message.id === first.parentId);
    this.messages = [...this.messages.slice(0, parent + 1), ...(user ? [user] : []), answer];
    if (this.summary !== null && this.summary.depth > this.earlier + parent + 1)
      this.summary = null;
  }

  #replace(message: ChatMessage): void {
    this.messages = this.messages.map((item) => (item.id === message.id ? message : item));
  }

  /** Keeps what an answer has when its turn ends without a proper last word. */
  #settle(turn: Turn, message: ChatMessage | null): void {
    if (message !== null) {
      this.#replace(message);
      return;
    }
    const shown = this.messages.find((item) => item.id === turn.answerId);
    if (shown) this.#replace({ ...shown, text: turn.text, status: 'failed' });
  }

  /** Ends a turn whose last event never came. */
  abandon(turn: Turn, error: CommandError): void {
    if (this.turn !== turn) return;
    this.error = error;
    this.#settle(turn, null);
    this.turn = null;
  }
}
