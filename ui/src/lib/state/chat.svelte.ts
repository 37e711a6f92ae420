import type { ChatEvent } from '../host/bindings/ChatEvent';
import type { ConversationSummary } from '../host/bindings/ConversationSummary';
import type { OwnModel } from '../host/bindings/OwnModel';
import { toCommandError, type Host } from '../host/host';
import type { Announcer } from './announcer.svelte';
import type { Drafts } from './drafts.svelte';
import type { Model } from './model.svelte';
import { Thread, Turn } from './thread.svelte';

/** What the chat tells the rest of the page. */
export interface ChatListener {
  /** A conversation was begun, answered in or given a title. */
  changed(conversation: ConversationSummary): void;
  /** The conversation on the screen has come into being. */
  begun(conversation: ConversationSummary): void;
  failed(error: unknown): void;
  /**
   * What a thread's turn has to wait for before it begins; null for nothing. Rejects with
   * {@link ModelRefused} when the model that is meant to answer can't be loaded.
   */
  prepare(thread: Thread, turn: Turn): Promise<void> | null;
  /** The model that is meant to answer in a thread, when it isn't the loaded one. */
  wish(thread: Thread): OwnModel | null;
  /** A thread was made for the conversation to come. */
  unborn(thread: Thread): void;
  /** What a screen reader hears when an answer starts and when it is complete. */
  words(): {
    started: string;
    thinking: string;
    done: string;
    folding: string;
    /** How long it will be until the first word, in milliseconds. */
    wait: (ms: number) => string;
  };
}

/** The model that is meant to answer can't be loaded. */
export class ModelRefused extends Error {
  constructor(
    readonly wanted: OwnModel,
    override readonly cause: unknown,
  ) {
    super('the model that is meant to answer can not be loaded');
  }
}

/** How long after a turn's command has ended its last event may still be on the way. */
const LAST_EVENT_GRACE_MS = 3000;
/** From this many milliseconds on a screen reader hears how long the first word will take. */
const WAIT_SAID_FROM_MS = 4000;

/**
 * The conversation on the screen, and the turns that are running or waiting, also in others.
 *
 * The engine answers one turn at a time. A message sent while it can't begin waits in its thread
 * and is sent by {@link Chat.pump} as soon as it can.
 */
export class Chat {
  thread = $state.raw(new Thread());
  opening = $state(false);
  /** How long the model thought before each answer made since the app started, in milliseconds. */
  thoughtFor = $state.raw<ReadonlyMap<string, number>>(new Map());
  /** The thread whose answer is being written. */
  running = $state.raw<Thread | null>(null);
  /** Threads with a waiting message, oldest first. */
  #waiting = $state.raw<Thread[]>([]);
  #openSequence = 0;

  constructor(
    private readonly host: Host,
    private readonly model: Model,
    private readonly drafts: Drafts,
    private readonly announcer: Announcer,
    private readonly listener: ChatListener,
  ) {}

  /** Shows a conversation, and in it a message when one is named. */
  async open(id: string, message: string | null = null): Promise<boolean> {
    const sequence = ++this.#openSequence;
    void this.drafts.flush();
    const live = this.#live(id);
    if (live) {
      this.thread = live;
      this.opening = false;
      live.target = message;
      void this.#readEarlier(live, () => this.thread === live);
      return true;
    }
    this.opening = true;
    try {
      const view = await this.host.conversationOpen(id);
      if (view.conversation.temporary) this.drafts.keepPrivate(id);
      this.drafts.adopt(id, view.draft);
      const thread = new Thread();
      thread.adopt(view);
      if (message !== null)
        await this.#find(thread, message, () => sequence === this.#openSequence);
      if (sequence !== this.#openSequence) return true;
      thread.target = message;
      this.thread = thread;
      void this.#readEarlier(thread, () => this.thread === thread);
      return true;
    } catch (error) {
      if (sequence === this.#openSequence) this.listener.failed(error);
      return false;
    } finally {
      if (sequence === this.#openSequence) this.opening = false;
    }
  }

  /** Scrolls to a message of the conversation on the screen, once it has been read. */
  async jump(message: string): Promise<void> {
    const { thread } = this;
    const found = () => thread.messages.some((item) => item.id === message);
    await this.#readEarlier(thread, () => this.thread === thread && !found());
    if (this.thread === thread && found()) thread.target = message;
  }

  /** Shows the conversation to come. */
  startNew(): void {
    this.#openSequence += 1;
    this.opening = false;
    void this.drafts.flush();
    const unborn = [...this.#waiting, this.running].find((thread) => thread?.id === null);
    this.thread = unborn ?? new Thread();
    if (unborn === undefined) this.listener.unborn(this.thread);
  }

  /** Sends what is in the composer, or lets it wait until the model can take it. */
  async send(): Promise<void> {
    const thread = this.thread;
    if (thread.busy) return;
    if (this.drafts.text(thread.draftKey).trim() === '') return;
    thread.error = null;
    const none = this.model.usable === null && this.listener.wish(thread) === null;
    if (none && this.model.error !== null) {
      thread.error = { code: 'no_model', message: 'no model is loaded', details: {} };
      return;
    }
    const text = this.drafts.hold(thread.draftKey);
    if (this.canStart) {
      await this.#sendNow(thread, text);
      return;
    }
    thread.queued = text;
    this.#waiting = [...this.#waiting, thread];
  }

  /** Takes a waiting message back into the composer. */
  cancelQueued(thread: Thread): void {
    if (thread.queued === null) return;
    thread.queued = null;
    this.#waiting = this.#waiting.filter((item) => item !== thread);
    this.drafts.giveBack(thread.draftKey);
  }

  /** Starts the next waiting message if the model can take it; called when its state changes. */
  pump(): void {
    if (this.model.usable === null && this.model.status?.state === 'failed') {
      // One that wants another model than the one that failed may still get an answer.
      for (const thread of this.#waiting.filter((item) => this.listener.wish(item) === null)) {
        this.cancelQueued(thread);
        thread.error = this.model.error;
      }
    }
    const [thread, ...rest] = this.#waiting;
    if (thread === undefined || thread.queued === null || !this.#canTake(thread)) return;
    this.#waiting = rest;
    void this.#sendNow(thread, thread.queued);
  }

  async regenerate(messageId: string): Promise<void> {
    const thread = this.thread;
    await this.run(thread, (onEvent) => this.host.chatRegenerate(messageId, onEvent));
  }

  async continueAnswer(messageId: string): Promise<void> {
    const thread = this.thread;
    await this.run(thread, (onEvent) => this.host.chatContinue(messageId, onEvent));
  }

  /** Stops the answer on the screen, or takes its waiting message back. */
  async stop(): Promise<void> {
    const { turn } = this.thread;
    if (turn === null) {
      this.cancelQueued(this.thread);
      return;
    }
    if (turn.awaits !== null) {
      turn.withdraw();
      return;
    }
    turn.stopping = true;
    try {
      await this.host.chatStop();
    } catch (error) {
      turn.stopping = false;
      this.listener.failed(error);
    }
  }

  /** Shows another version of a message and what followed it. */
  async selectSibling(messageId: string): Promise<void> {
    const thread = this.thread;
    if (thread.turn !== null) return;
    try {
      thread.adopt(await this.host.branchSelect(messageId));
    } catch (error) {
      thread.error = toCommandError(error);
    }
  }

  /** Makes sure that a thread holds a message: reads its beginning, or shows the branch that the message is on. */
  async #find(thread: Thread, message: string, wanted: () => boolean): Promise<void> {
    const found = () => thread.messages.some((item) => item.id === message);
    if (!found()) await this.#readEarlier(thread, wanted);
    if (wanted() && !found()) thread.adopt(await this.host.branchSelect(message));
  }

  /**
   * Reads what came before the messages of a thread while that is wanted; piece by piece, so that
   * the page never stops for it.
   */
  async #readEarlier(thread: Thread, wanted: () => boolean): Promise<void> {
    try {
      while (thread.earlier > 0 && wanted()) {
        const first = thread.messages[0]?.id;
        if (first === undefined) return;
        thread.prepend(first, await this.host.branchBefore(first));
      }
    } catch (error) {
      this.listener.failed(error);
    }
  }

  /** How many answers come before that of a thread's waiting message. */
  ahead(thread: Thread): number {
    const busy = this.running !== null || this.model.status?.state === 'generating';
    const place = this.#waiting.indexOf(thread);
    return (busy ? 1 : 0) + Math.max(0, place);
  }

  #live(id: string): Thread | undefined {
    return [this.running, ...this.#waiting].find((thread) => thread?.id === id) ?? undefined;
  }

  /** Whether the conversation on the screen can have an answer now. */
  get canStart(): boolean {
    return this.#canTake(this.thread);
  }

  /** Whether a thread's turn can begin now, if only with loading its model. */
  #canTake(thread: Thread): boolean {
    const { status, usable } = this.model;
    if (this.running !== null || status === null) return false;
    if (status.state === 'generating' || status.state === 'loading') return false;
    return usable !== null || this.listener.wish(thread) !== null;
  }

  async #sendNow(thread: Thread, text: string): Promise<void> {
    const key = thread.draftKey;
    // Shown as waiting until the store has it, so that it never leaves the screen.
    thread.queued = text;
    const started = await this.run(
      thread,
      (onEvent) =>
        this.host.chatSend(
          thread.id,
          text,
          (event) => {
            if (event.type === 'started') this.drafts.delivered(key, event.conversation.id);
            onEvent(event);
          },
          thread.temporary,
        ),
      // From the composer, where the person may have changed it.
      () => void this.send(),
    );
    if (started) return;
    thread.queued = null;
    this.drafts.giveBack(key);
  }

  /** Runs one turn to its end; false when it could not be started. `again` is how to try it once more. */
  async run(
    thread: Thread,
    command: (onEvent: (event: ChatEvent) => void) => Promise<void>,
    again: () => void = () => void this.run(thread, command),
  ): Promise<boolean> {
    if (thread.turn !== null) return false;
    const turn = new Turn();
    thread.error = null;
    thread.refusal = null;
    thread.turn = turn;
    this.running = thread;
    let ended: () => void = () => undefined;
    const lastEvent = new Promise<void>((resolve) => (ended = resolve));
    try {
      const preparation = this.listener.prepare(thread, turn);
      if (preparation !== null) await preparation;
      if (turn.withdrawn) {
        thread.turn = null;
        return false;
      }
      await command((event) => {
        this.#follow(thread, turn, event);
        if (event.type === 'finished' || event.type === 'failed') ended();
      });
      // Events and the command's result travel apart: the last event may come after the result.
      if (thread.turn === turn) await Promise.race([lastEvent, delay(LAST_EVENT_GRACE_MS)]);
      if (thread.turn === turn) {
        const message = 'the turn ended without its last event';
        thread.abandon(turn, { code: 'internal', message, details: {} });
      }
      return true;
    } catch (error) {
      if (turn.answerId !== null) {
        thread.abandon(turn, toCommandError(error));
        return true;
      }
      thread.turn = null;
      if (error instanceof ModelRefused) {
        thread.refusal = { wanted: error.wanted, error: toCommandError(error.cause), again };
      } else thread.error = toCommandError(error);
      return false;
    } finally {
      if (this.running === thread) this.running = null;
      this.pump();
    }
  }

  #follow(thread: Thread, turn: Turn, event: ChatEvent): void {
    if (thread.turn !== turn && event.type !== 'titled') return;
    const unborn = thread.id === null;
    const onScreen = this.thread === thread;
    const thoughtBefore = turn.thinking;
    const { folding: foldingBefore, progress: progressBefore } = turn;
    const added = thread.apply(event, turn);
    if (turn.answerId !== null && turn.thoughtMs !== null && !this.thoughtFor.has(turn.answerId)) {
      this.thoughtFor = new Map(this.thoughtFor).set(turn.answerId, turn.thoughtMs);
    }
    if (event.type === 'started' || event.type === 'titled') {
      this.listener.changed(event.conversation);
      if (unborn && onScreen) this.listener.begun(event.conversation);
    }
    if (!onScreen) return;
    const words = this.listener.words();
    if (event.type === 'started') {
      this.announcer.reset();
      this.announcer.say(words.started);
    } else if (event.type === 'folding') {
      if (foldingBefore === null) this.announcer.say(words.folding);
    } else if (event.type === 'promptProgress') {
      const wait = event.remainingMs ?? 0;
      if (progressBefore === null && wait >= WAIT_SAID_FROM_MS)
        this.announcer.say(words.wait(wait));
    } else if (event.type === 'text') {
      if (turn.thinking && !thoughtBefore) this.announcer.say(words.thinking);
      this.announcer.feed(added);
    } else if (event.type === 'finished') this.announcer.finish(words.done);
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
