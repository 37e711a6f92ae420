import type { ChatEvent } from '../bindings/ChatEvent';
import type { ChatMessage } from '../bindings/ChatMessage';
import type { RunningSummary } from '../bindings/RunningSummary';
import { answerTo, SUMMARIES, titleFor } from './answers';
import { stats } from './scenarios';
import type { MockStore } from './store';

type Emit = (event: ChatEvent) => void;

/** How many UTF-16 units of an answer come with each event. */
const PIECE = 7;
/** A longer text comes in longer pieces. */
const MOST_PIECES = 2_000;
const PROMPT_TOKENS = 300;
const PROMPT_CHUNK = 128;
const SUMMARY_STEPS = 5;

/** Plays scripted answers into a store, event by event, with a pause before each. */
export class MockTurns {
  /** Milliseconds between two events; 0 still lets other work run in between. */
  paceMs: number;
  /** Replaces the next answer's text. */
  nextAnswer: string | null = null;
  /** What `dropped` says in the next turn. */
  nextDropped = 0;
  /** Whether older messages are summed up before the next answer. */
  nextFolds = false;
  /** What `remainingMs` says at the first piece of the next prompt. */
  nextWaitMs: number | null = null;
  /** Lets the next answer stand still once it has these words; see {@link hold}. */
  holdAfter: string | null = null;
  #stopRequested = false;
  #skipRequested = false;
  #held: Promise<void> | null = null;
  #release: (() => void) | null = null;

  constructor(
    private readonly store: () => MockStore,
    paceMs: number,
    private readonly saved: () => void,
  ) {
    this.paceMs = paceMs;
  }

  stop(): void {
    this.#stopRequested = true;
    this.release();
  }

  /** Goes on without the summary that is being made. */
  skip(): void {
    this.#skipRequested = true;
    this.release();
  }

  /** Writes a summary of everything up to a message; null when it was stopped. */
  async summarise(
    messageId: string,
    onProgress: (share: number) => void,
  ): Promise<RunningSummary | null> {
    const text = SUMMARIES[/\p{Script=Han}/u.test(this.store().message(messageId).text) ? 1 : 0];
    this.#stopRequested = false;
    this.#skipRequested = false;
    for (let step = 0; step < SUMMARY_STEPS; step += 1) {
      if (this.#stopRequested || this.#skipRequested) return null;
      onProgress(step / SUMMARY_STEPS);
      await this.#pause();
    }
    if (this.#stopRequested || this.#skipRequested) return null;
    return this.store().summarise(messageId, text, false);
  }

  /** Lets answers stand still until {@link release}. */
  hold(): void {
    this.#held ??= new Promise((resolve) => (this.#release = resolve));
  }

  release(): void {
    this.#release?.();
    this.#held = null;
    this.#release = null;
  }

  async send(
    conversation: string | null,
    text: string,
    emit: Emit,
    temporary = false,
  ): Promise<void> {
    const store = this.store();
    const id = conversation ?? store.create(null, temporary).id;
    store.saveDraft(conversation ?? (temporary ? 'temporary' : 'new'), '');
    const user = store.add(id, store.leaf(id), { role: 'user', text, status: 'complete' });
    const answer = store.add(id, user.id, { role: 'assistant', text: '', status: 'streaming' });
    await this.#play(id, user, answer, answerTo(text), emit);
    if (store.summary(id).title === null) {
      emit({ type: 'titled', conversation: store.change(id, { title: titleFor(text) }) });
      this.saved();
    }
  }

  async regenerate(messageId: string, emit: Emit): Promise<void> {
    const store = this.store();
    const { parentId } = store.message(messageId);
    const id = store.conversationOf(messageId);
    const question = parentId === null ? '' : store.message(parentId).text;
    const answer = store.add(id, parentId, { role: 'assistant', text: '', status: 'streaming' });
    await this.#play(id, null, answer, answerTo(question), emit);
  }

  async edit(messageId: string, text: string, emit: Emit): Promise<void> {
    const store = this.store();
    const { parentId } = store.message(messageId);
    const id = store.conversationOf(messageId);
    const user = store.add(id, parentId, { role: 'user', text, status: 'complete' });
    const answer = store.add(id, user.id, { role: 'assistant', text: '', status: 'streaming' });
    await this.#play(id, user, answer, answerTo(text), emit);
  }

  async continue(messageId: string, emit: Emit): Promise<void> {
    const store = this.store();
    const { parentId, text } = store.message(messageId);
    const id = store.conversationOf(messageId);
    const answer = store.add(id, parentId, { role: 'assistant', text, status: 'streaming' });
    await this.#play(id, null, answer, ' … and so it went on.', emit);
  }

  async #play(
    conversation: string,
    user: ChatMessage | null,
    answer: ChatMessage,
    script: string,
    emit: Emit,
  ): Promise<void> {
    const store = this.store();
    const dropped = this.nextDropped;
    const text = this.nextAnswer ?? script;
    this.nextAnswer = null;
    this.nextDropped = 0;
    this.#stopRequested = false;
    this.saved();
    emit({ type: 'started', conversation: store.summary(conversation), user, answer });
    const older = store.before(answer.id, Infinity).at(-2);
    if (this.nextFolds && older) {
      this.nextFolds = false;
      const summary = await this.summarise(older.id, (share) => emit({ type: 'folding', share }));
      if (summary) emit({ type: 'folded', summary });
    }
    const waitMs = this.nextWaitMs;
    this.nextWaitMs = null;
    for (let done = 0; done < PROMPT_TOKENS && !this.#stopRequested; done += PROMPT_CHUNK) {
      const remainingMs = waitMs === null ? null : waitMs * (1 - done / PROMPT_TOKENS);
      emit({ type: 'promptProgress', done, total: PROMPT_TOKENS, dropped, remainingMs });
      await this.#pause();
    }
    let shown = answer.text;
    const length = Math.max(PIECE, Math.ceil(text.length / MOST_PIECES));
    for (let at = 0; at < text.length && !this.#stopRequested; at += length) {
      const piece = text.slice(at, at + length);
      shown += piece;
      store.update(answer.id, { text: shown });
      emit({ type: 'text', messageId: answer.id, text: piece });
      if (at % (length * 20) === 0) this.saved();
      if (this.holdAfter !== null && shown.includes(this.holdAfter)) {
        this.holdAfter = null;
        this.hold();
      }
      await this.#pause();
    }
    const stopped = this.#stopRequested;
    const message = store.update(answer.id, {
      status: stopped ? 'stopped' : 'complete',
      stats: stats(stopped ? 'stopped' : 'end_of_turn', Math.ceil(shown.length / 4)),
    });
    this.saved();
    emit({ type: 'finished', message });
  }

  async #pause(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.paceMs));
    if (this.#held) await this.#held;
  }
}
