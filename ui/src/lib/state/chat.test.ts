import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MODEL } from '../host/mock/scenarios';
import { NEW_DRAFT } from '../host/host';
import { advance, settle, startApp } from './testing';
import type { App } from './app.svelte';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function write(app: App, text: string): void {
  app.drafts.set(app.chat.thread.draftKey, text);
}

describe('sending', () => {
  it('shows the question at once, the answer as it grows, and both as saved at the end', async () => {
    const { app } = await startApp({ scenario: 'first-run' });
    await settle();
    write(app, 'How does search work?');
    void app.chat.send();
    await advance(0);
    const { thread } = app.chat;
    expect(thread.messages.map((message) => message.role)).toEqual(['user', 'assistant']);
    expect(thread.turn?.progress).toEqual({ done: 0, total: 300 });
    expect(app.drafts.text(thread.draftKey)).toBe('');

    await advance(5);
    const early = thread.turn?.text ?? '';
    await advance(5);
    expect(early).not.toBe('');
    expect(thread.turn?.text.startsWith(early)).toBe(true);
    expect(thread.turn?.text.length).toBeGreaterThan(early.length);

    await settle();
    expect(thread.turn).toBeNull();
    const answer = thread.messages.at(-1);
    expect(answer?.status).toBe('complete');
    expect(answer?.text).toContain('Think of a dictionary');
    expect(answer?.stats?.decodeTps).toBeGreaterThan(0);
  });

  it('brings a new conversation into the list, with its title, and remembers it', async () => {
    const { app, host } = await startApp({ scenario: 'first-run' });
    await settle();
    write(app, 'How does search work? Tell me.');
    void app.chat.send();
    await settle();
    const id = app.chat.thread.id;
    expect(app.conversations.list.map((item) => item.id)).toEqual([id]);
    expect(app.conversations.list[0]?.title).toBe('How does search work? Tell me');
    expect(app.chat.thread.conversation?.title).toBe('How does search work? Tell me');
    expect(host.preferences).toMatchObject({ lastConversation: id, welcomed: true });
  });

  it('returns the text to the composer when the shell refuses it', async () => {
    const { app, host } = await startApp();
    write(app, 'a long text');
    host.failNext('chatSend', 'context_overflow', { needed: '9000', available: '2048' });
    await app.chat.send();
    expect(app.drafts.text(app.chat.thread.draftKey)).toBe('a long text');
    expect(app.chat.thread.error?.code).toBe('context_overflow');
    expect(app.chat.thread.queued).toBeNull();
    expect(app.chat.running).toBeNull();
  });

  it('puts a returned text before what was typed in the meantime', async () => {
    const { app, host } = await startApp();
    let refuse: (error: unknown) => void = () => undefined;
    host.chatSend = () => new Promise((_resolve, reject) => (refuse = reject));
    write(app, 'first');
    const sending = app.chat.send();
    write(app, 'second');
    refuse({ code: 'engine_failed', message: '', details: {} });
    await sending;
    expect(app.drafts.text(app.chat.thread.draftKey)).toBe('first\n\nsecond');
  });

  it('keeps what an answer has when it fails in the middle', async () => {
    const { app, host } = await startApp();
    host.chatSend = async (_conversation, _text, onEvent) => {
      const id = app.chat.thread.id ?? '';
      const user = host.store.add(id, host.store.leaf(id), {
        role: 'user',
        text: 'q',
        status: 'complete',
      });
      const answer = host.store.add(id, user.id, {
        role: 'assistant',
        text: '',
        status: 'streaming',
      });
      onEvent({ type: 'started', conversation: host.store.summary(id), user, answer });
      onEvent({ type: 'text', messageId: answer.id, text: 'half an ans' });
      const error = { code: 'engine_failed' as const, message: '', details: {} };
      onEvent({ type: 'failed', error, message: null });
    };
    write(app, 'q');
    await app.chat.send();
    const answer = app.chat.thread.messages.at(-1);
    expect(answer).toMatchObject({ text: 'half an ans', status: 'failed' });
    expect(app.chat.thread.error?.code).toBe('engine_failed');
  });

  it('takes a last event that comes after the command has ended', async () => {
    const { app, host } = await startApp();
    const send = host.chatSend.bind(host);
    host.chatSend = async (conversation, text, onEvent) => {
      await send(conversation, text, (event) => {
        if (event.type === 'finished') setTimeout(() => onEvent(event), 500);
        else onEvent(event);
      });
    };
    write(app, 'q');
    void app.chat.send();
    await settle();
    expect(app.chat.thread.messages.at(-1)?.status).toBe('complete');
    expect(app.chat.thread.error).toBeNull();
  });
});

describe('stopping', () => {
  it('keeps the text so far, marked as stopped', async () => {
    const { app } = await startApp();
    write(app, 'q');
    void app.chat.send();
    await advance(10);
    void app.chat.stop();
    expect(app.chat.thread.turn?.stopping).toBe(true);
    await settle();
    const answer = app.chat.thread.messages.at(-1);
    expect(answer?.status).toBe('stopped');
    expect(answer?.text).not.toBe('');
    expect(answer?.text).not.toContain('ten looks');
  });
});

describe('a message sent while the model loads', () => {
  it('waits, and is sent when the model is ready', async () => {
    const { app, host } = await startApp({ scenario: 'loading' });
    app.newConversation();
    write(app, 'early bird');
    await app.chat.send();
    const { thread } = app.chat;
    expect(thread.queued).toBe('early bird');
    expect(host.calls.some((call) => call.command === 'chatSend')).toBe(false);
    host.setModelStatus({ state: 'ready', model: MODEL });
    await settle();
    expect(thread.queued).toBeNull();
    expect(thread.messages[0]?.text).toBe('early bird');
    expect(thread.messages[1]?.status).toBe('complete');
  });

  it('stays in the stored draft until the store has it', async () => {
    const { app, host } = await startApp({ scenario: 'loading' });
    app.newConversation();
    write(app, 'early bird');
    await app.chat.send();
    await settle();
    expect(host.store.draft(NEW_DRAFT)).toBe('early bird');
    host.setModelStatus({ state: 'ready', model: MODEL });
    await settle();
    expect(host.store.draft(NEW_DRAFT)).toBe('');
  });

  it('can be taken back', async () => {
    const { app, host } = await startApp({ scenario: 'loading' });
    write(app, 'never mind');
    await app.chat.send();
    await app.chat.stop();
    expect(app.chat.thread.queued).toBeNull();
    expect(app.drafts.text(app.chat.thread.draftKey)).toBe('never mind');
    host.setModelStatus({ state: 'ready', model: MODEL });
    await settle();
    expect(host.calls.some((call) => call.command === 'chatSend')).toBe(false);
  });

  it('returns to the composer when the model can not be loaded', async () => {
    const { app, host } = await startApp({ scenario: 'loading' });
    write(app, 'early bird');
    await app.chat.send();
    const error = { code: 'model_invalid' as const, message: '', details: {} };
    host.setModelStatus({ state: 'failed', error, model: null });
    expect(app.chat.thread.queued).toBeNull();
    expect(app.drafts.text(app.chat.thread.draftKey)).toBe('early bird');
    expect(app.chat.thread.error?.code).toBe('model_invalid');
  });

  it('is refused in words when there is no model to wait for', async () => {
    const { app } = await startApp({ scenario: 'model-failed' });
    write(app, 'anyone there?');
    await app.chat.send();
    expect(app.chat.thread.error?.code).toBe('no_model');
    expect(app.drafts.text(app.chat.thread.draftKey)).toBe('anyone there?');
  });
});

describe('two conversations', () => {
  it('goes on with an answer while another conversation is on the screen', async () => {
    const { app } = await startApp();
    const first = app.chat.thread;
    write(app, 'q');
    void app.chat.send();
    await advance(6);
    const other = app.conversations.list.find((item) => item.id !== first.id)?.id ?? '';
    await app.openConversation(other);
    expect(app.chat.thread.id).toBe(other);
    const before = first.turn?.text ?? '';
    await advance(5);
    expect(first.turn?.text.length).toBeGreaterThan(before.length);
    await app.openConversation(first.id ?? '');
    expect(app.chat.thread).toBe(first);
    await settle();
    expect(app.chat.thread.messages.at(-1)?.status).toBe('complete');
  });

  it('lets the second message wait for the first answer', async () => {
    const { app } = await startApp();
    write(app, 'one');
    void app.chat.send();
    await advance(6);
    app.newConversation();
    write(app, 'two');
    await app.chat.send();
    expect(app.chat.thread.queued).toBe('two');
    await settle();
    await settle();
    expect(app.chat.thread.messages[0]?.text).toBe('two');
    expect(app.chat.thread.messages[1]?.status).toBe('complete');
  });

  it('shows the conversation that was opened last, whatever answers first', async () => {
    const { app, host } = await startApp();
    const [, second, third] = app.conversations.list.map((item) => item.id);
    const open = host.conversationOpen.bind(host);
    host.conversationOpen = async (id) => {
      if (id === second) await new Promise((resolve) => setTimeout(resolve, 1000));
      return open(id);
    };
    const slow = app.openConversation(second ?? '');
    await app.openConversation(third ?? '');
    await settle();
    await slow;
    expect(app.chat.thread.id).toBe(third);
    expect(app.chat.opening).toBe(false);
  });
});

describe('a long conversation', () => {
  it('opens with its end, and the rest comes by itself', async () => {
    const { app, host } = await startApp({ scenario: 'long' });
    const { thread } = app.chat;
    const asked: string[] = [];
    const before = host.branchBefore.bind(host);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    host.branchBefore = async (id) => {
      asked.push(id);
      await held;
      return before(id);
    };
    const id = thread.id ?? '';
    app.newConversation();
    await app.openConversation(id);
    const end = app.chat.thread.messages;
    expect(end).toHaveLength(100);
    release();
    await settle();
    expect(asked[0]).toBe(end[0]?.id);
    expect(app.chat.thread.messages).toEqual(host.store.view(id).messages);
  });

  it('gains nothing from a branch that is no longer shown', async () => {
    const { app, host } = await startApp({ scenario: 'long' });
    const { thread } = app.chat;
    await settle();
    const [first, second] = thread.messages;
    thread.messages = thread.messages.slice(1);
    thread.prepend(thread.messages[5]?.id ?? '', [...host.store.before(second?.id ?? '', 1)]);
    expect(thread.messages[0]?.id).toBe(second?.id);
    thread.prepend(second?.id ?? '', first ? [first] : []);
    expect(thread.messages[0]?.id).toBe(first?.id);
  });

  it('says when its beginning could not be read, and reads it when opened again', async () => {
    const { app, host } = await startApp({ scenario: 'long' });
    await settle();
    const id = app.chat.thread.id ?? '';
    app.newConversation();
    host.failNext('branchBefore', 'storage_failed', {});
    await app.openConversation(id);
    await vi.advanceTimersByTimeAsync(100);
    expect(app.toasts.items.map((toast) => toast.tone)).toEqual(['error']);
    expect(app.chat.thread.messages).toHaveLength(100);
    app.newConversation();
    await app.openConversation(id);
    await settle();
    expect(app.chat.thread.messages).toHaveLength(5000);
  });

  it('is read as far as a search hit before it is shown', async () => {
    const { app, host } = await startApp({ scenario: 'long' });
    await settle();
    const id = app.chat.thread.id ?? '';
    const early = app.chat.thread.messages[3]?.id ?? '';
    const leaf = host.store.leaf(id);
    app.newConversation();
    await app.openConversation(id, early);
    expect(app.chat.thread.messages.some((item) => item.id === early)).toBe(true);
    expect(host.store.leaf(id)).toBe(leaf);
  });
});

describe('versions of an answer', () => {
  it('adds one beside the others and goes between them', async () => {
    const { app } = await startApp();
    const before = app.chat.thread.messages.at(-1);
    void app.chat.regenerate(before?.id ?? '');
    await settle();
    const after = app.chat.thread.messages.at(-1);
    expect(app.chat.thread.messages).toHaveLength(2);
    expect(after?.siblings).toHaveLength(3);
    await app.chat.selectSibling(before?.id ?? '');
    expect(app.chat.thread.messages.at(-1)?.id).toBe(before?.id);
  });

  it('continues an interrupted answer where it was cut off', async () => {
    const { app, host } = await startApp();
    const letter = app.conversations.list.find((item) => item.title?.startsWith('Letter'));
    await app.openConversation(letter?.id ?? '');
    const cut = app.chat.thread.messages.at(-1);
    host.turns.nextDropped = 3;
    void app.chat.continueAnswer(cut?.id ?? '');
    await settle();
    const whole = app.chat.thread.messages.at(-1);
    expect(whole?.siblings).toEqual([cut?.id, whole?.id]);
    expect(whole?.text.startsWith(cut?.text ?? '-')).toBe(true);
    expect(whole?.status).toBe('complete');
    expect(app.chat.thread.dropped.get(whole?.id ?? '')).toBe(3);
  });
});

describe('search hits', () => {
  it('open the branch that holds the message', async () => {
    const { app } = await startApp();
    const hidden = app.chat.thread.messages.at(-1)?.siblings[0] ?? '';
    const [, other] = app.conversations.list.map((item) => item.id);
    const first = app.chat.thread.id ?? '';
    await app.openConversation(other ?? '');
    await app.openConversation(first, hidden);
    expect(app.chat.thread.messages.some((message) => message.id === hidden)).toBe(true);
    expect(app.chat.thread.target).toBe(hidden);
  });
});
