import type { ChatMessage } from '../host/bindings/ChatMessage';
import type { ConversationSummary } from '../host/bindings/ConversationSummary';
import { editDraft, toCommandError, type Host } from '../host/host';
import type { Chat } from './chat.svelte';
import type { Drafts } from './drafts.svelte';

/** What the versions tell the rest of the page. */
export interface VersionsListener {
  failed(error: unknown): void;
  /** Changed words were dropped; `undo` brings them back. */
  discarded(undo: () => void): void;
  /** Messages are gone from the screen; `undo` brings them back. */
  deleted(count: number, undo: () => void): void;
  /** A conversation was begun with a copy of this one. */
  forked(copy: ConversationSummary): void;
  /** The copy's title, from the title of what it copies. */
  copyTitle(title: string): string;
}

/**
 * Changes to what has been said: a question in other words, a corrected answer, deleted messages,
 * a copy of the conversation up to some message. Nothing that was there is lost by them.
 *
 * What is typed while a message is edited is a draft like any other, so it outlives the app.
 */
export class Versions {
  /** The message that is being edited. */
  editing = $state.raw<ChatMessage | null>(null);
  /** Whether an edited answer is on its way to the store. */
  saving = $state(false);

  constructor(
    private readonly host: Host,
    private readonly chat: Chat,
    private readonly drafts: Drafts,
    private readonly listener: VersionsListener,
  ) {}

  /** The text of the message that is being edited. */
  get text(): string {
    return this.editing === null ? '' : this.drafts.text(editDraft(this.editing.id));
  }

  set text(text: string) {
    if (this.editing !== null) this.drafts.set(editDraft(this.editing.id), text);
  }

  /** Why the edit can't be handed in now, if it can't. */
  get blocked(): 'empty' | 'busy' | null {
    if (this.text.trim() === '') return 'empty';
    if (this.chat.thread.turn !== null || this.saving) return 'busy';
    return this.editing?.role === 'user' && !this.chat.canStart ? 'busy' : null;
  }

  /** Opens a message for editing, with the words that were typed for it before, if any. */
  async edit(message: ChatMessage): Promise<void> {
    const key = editDraft(message.id);
    let typed = '';
    if (this.chat.thread.temporary) this.drafts.keepPrivate(key);
    try {
      typed = await this.host.draftLoad(key);
    } catch (error) {
      this.listener.failed(error);
    }
    this.drafts.adopt(key, typed === '' ? message.text : typed);
    this.editing = message;
  }

  /** Edits the last question on the screen; false when there is none. */
  editLast(): boolean {
    const last = this.chat.thread.messages.findLast((message) => message.role === 'user');
    if (last === undefined) return false;
    void this.edit(last);
    return true;
  }

  /** Ends editing without a new version. */
  cancel(): void {
    const message = this.editing;
    if (message === null) return;
    const { text } = this;
    this.#close(message);
    if (text === message.text || text.trim() === '') return;
    this.listener.discarded(() => {
      this.drafts.set(editDraft(message.id), text);
      this.editing = message;
    });
  }

  /** Makes the edited text a version of its own: a question is answered anew. */
  async submit(): Promise<void> {
    const message = this.editing;
    const { text } = this;
    if (message === null || this.blocked !== null) return;
    if (text === message.text) this.#close(message);
    else if (message.role === 'user') await this.#ask(message, text);
    else await this.#correct(message, text);
  }

  /** Deletes a message with all that follows it, and offers to take that back. */
  async remove(message: ChatMessage): Promise<void> {
    const { thread } = this.chat;
    const place = thread.messages.findIndex((item) => item.id === message.id);
    const leaf = thread.messages.at(-1)?.id;
    if (thread.turn !== null || place < 0 || leaf === undefined) return;
    if (thread.messages.slice(place).some((item) => item.id === this.editing?.id)) this.cancel();
    const count = thread.messages.length - place;
    try {
      thread.adopt(await this.host.messageDelete(message.id));
      this.listener.deleted(count, () => void this.#restore(message.id, leaf));
    } catch (error) {
      this.listener.failed(error);
    }
  }

  /** Begins a conversation with a copy of everything up to a message. */
  async fork(message: ChatMessage): Promise<void> {
    const title = this.chat.thread.conversation?.title ?? null;
    const copyTitle = title === null ? null : this.listener.copyTitle(title);
    try {
      this.listener.forked(await this.host.conversationFork(message.id, copyTitle));
    } catch (error) {
      this.listener.failed(error);
    }
  }

  async #ask(message: ChatMessage, text: string): Promise<void> {
    await this.chat.run(this.chat.thread, (onEvent) =>
      this.host.questionEdit(message.id, text, (event) => {
        // Open until the store has it: a refusal leaves everything as it is.
        if (event.type === 'started') this.#close(message);
        onEvent(event);
      }),
    );
  }

  async #correct(message: ChatMessage, text: string): Promise<void> {
    const { thread } = this.chat;
    this.saving = true;
    thread.error = null;
    try {
      thread.adopt(await this.host.answerEdit(message.id, text));
      this.#close(message);
    } catch (error) {
      thread.error = toCommandError(error);
    } finally {
      this.saving = false;
    }
  }

  async #restore(message: string, leaf: string): Promise<void> {
    try {
      const view = await this.host.messageRestore(message, leaf);
      const { thread } = this.chat;
      if (thread.id === view.conversation.id && thread.turn === null) thread.adopt(view);
    } catch (error) {
      this.listener.failed(error);
    }
  }

  #close(message: ChatMessage): void {
    this.drafts.discard(editDraft(message.id));
    if (this.editing?.id === message.id) this.editing = null;
  }
}
