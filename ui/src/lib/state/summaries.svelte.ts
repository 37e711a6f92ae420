import type { RunningSummary } from '../host/bindings/RunningSummary';
import { toCommandError, type Host } from '../host/host';
import type { Chat } from './chat.svelte';

/** What the summaries tell the rest of the page. */
export interface SummariesListener {
  failed(error: unknown): void;
  /** A summary was taken away; `undo` brings it back. */
  removed(undo: () => void): void;
}

/** The running summary of the conversation on the screen: corrected, made anew or taken away by the person. */
export class Summaries {
  /** Whether older messages are summed up when they no longer fit; null until that is known. */
  enabled = $state<boolean | null>(null);
  /** The words that the summary on the screen is getting; null while nobody edits it. */
  text = $state<string | null>(null);
  /** How far making it anew has come, from 0 to 1; null while it isn't. */
  rebuilding = $state<number | null>(null);
  saving = $state(false);

  constructor(
    private readonly host: Host,
    private readonly chat: Chat,
    private readonly listener: SummariesListener,
  ) {}

  async load(): Promise<void> {
    try {
      this.enabled = await this.host.summariesEnabled();
    } catch (error) {
      this.listener.failed(error);
    }
  }

  async enable(on: boolean): Promise<void> {
    const before = this.enabled;
    this.enabled = on;
    try {
      await this.host.summariesEnable(on);
    } catch (error) {
      this.enabled = before;
      this.listener.failed(error);
    }
  }

  edit(summary: RunningSummary): void {
    this.text = summary.text;
  }

  cancel(): void {
    this.text = null;
  }

  /** Saves the edited words; they stay open when that fails. */
  async save(summary: RunningSummary): Promise<void> {
    const text = this.text?.trim() ?? '';
    if (text === '' || this.saving) return;
    this.saving = true;
    try {
      if (text !== summary.text) await this.#put(summary.messageId, text);
      this.text = null;
    } catch (error) {
      this.listener.failed(error);
    } finally {
      this.saving = false;
    }
  }

  /** Takes the summary away and offers to bring it back. */
  async remove(summary: RunningSummary): Promise<void> {
    const { thread } = this.chat;
    try {
      await this.host.summaryRemove(summary.messageId);
      if (thread.summary?.messageId === summary.messageId) thread.summary = null;
      this.listener.removed(() => {
        this.#put(summary.messageId, summary.text).catch((error: unknown) => {
          this.listener.failed(error);
        });
      });
    } catch (error) {
      this.listener.failed(error);
    }
  }

  /** Has the model make the summary once more. */
  async rebuild(summary: RunningSummary): Promise<void> {
    const { thread } = this.chat;
    if (this.rebuilding !== null || !this.chat.canStart) return;
    this.rebuilding = 0;
    try {
      const made = await this.host.summaryRebuild(summary.messageId, (share) => {
        if (this.rebuilding !== null) this.rebuilding = share;
      });
      if (made !== null && thread.summary?.messageId === made.messageId) thread.summary = made;
    } catch (error) {
      thread.error = toCommandError(error);
    } finally {
      this.rebuilding = null;
    }
  }

  /** Stops making it; the one that is there stays. */
  async stopRebuild(): Promise<void> {
    try {
      await this.host.chatStop();
    } catch (error) {
      this.listener.failed(error);
    }
  }

  /** Has the answer begin without the summary that is being made. */
  async skip(): Promise<void> {
    const { turn } = this.chat.thread;
    if (turn !== null) turn.skipping = true;
    try {
      await this.host.summarySkip();
    } catch (error) {
      if (turn !== null) turn.skipping = false;
      this.listener.failed(error);
    }
  }

  async #put(message: string, text: string): Promise<void> {
    const { thread } = this.chat;
    const saved = await this.host.summaryEdit(message, text);
    if (this.chat.thread === thread) thread.summary = saved;
  }
}
