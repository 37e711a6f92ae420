import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { editDraft } from '../host/host';
import type { App } from './app.svelte';
import { settle, startApp } from './testing';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** An app that shows two questions and their answers. */
async function startTalk() {
  const started = await startApp();
  const { app } = started;
  app.newConversation();
  for (const text of ['How does search work?', 'And sorting?']) {
    app.drafts.set(app.chat.thread.draftKey, text);
    void app.chat.send();
    await settle();
  }
  return started;
}

function texts(app: App): string[] {
  return app.chat.thread.messages.map((message) => message.text);
}

function at(app: App, place: number) {
  const message = app.chat.thread.messages.at(place);
  if (message === undefined) throw new Error(`no message ${String(place)}`);
  return message;
}

describe('editing', () => {
  it('asks a question in other words beside the first', async () => {
    const { app } = await startTalk();
    const before = texts(app);
    const question = at(app, -2);
    await app.versions.edit(question);
    expect(app.versions.text).toBe(question.text);
    app.versions.text = 'other words';
    void app.versions.submit();
    await settle();
    expect(app.versions.editing).toBeNull();
    expect(texts(app).slice(0, -1)).toEqual([...before.slice(0, -2), 'other words']);
    expect(at(app, -2).siblings).toEqual([question.id, at(app, -2).id]);
    await app.chat.selectSibling(question.id);
    expect(texts(app)).toEqual(before);
  });

  it('puts a corrected answer beside the one of the model', async () => {
    const { app } = await startTalk();
    const answer = at(app, -1);
    await app.versions.edit(answer);
    app.versions.text = 'my version';
    await app.versions.submit();
    expect(at(app, -1)).toMatchObject({ text: 'my version', stats: null });
    expect(at(app, -1).siblings).toEqual([answer.id, at(app, -1).id]);
  });

  it('keeps what was typed when it is refused, and over a restart', async () => {
    const { app, host } = await startTalk();
    const question = at(app, -2);
    await app.versions.edit(question);
    app.versions.text = 'other words';
    host.failNext('questionEdit', 'engine_failed');
    await app.versions.submit();
    expect(app.versions.editing?.id).toBe(question.id);
    expect(app.versions.text).toBe('other words');
    expect(app.chat.thread.error?.code).toBe('engine_failed');
    await settle();
    expect(host.store.draft(editDraft(question.id))).toBe('other words');
  });

  it('leaves nothing behind when it ends', async () => {
    const { app, host } = await startTalk();
    const question = at(app, -2);
    await app.versions.edit(question);
    app.versions.text = 'other words';
    await settle();
    void app.versions.submit();
    await settle();
    expect(host.store.draft(editDraft(question.id))).toBe('');
    // The next edit begins with the text as it is now.
    await app.versions.edit(question);
    expect(app.versions.text).toBe(question.text);
  });

  it('can be ended, and that taken back', async () => {
    const { app } = await startTalk();
    const question = at(app, -2);
    await app.versions.edit(question);
    app.versions.text = 'other words';
    app.versions.cancel();
    expect(app.versions.editing).toBeNull();
    expect(app.toasts.runLatestAction()).toBe(true);
    expect(app.versions.editing?.id).toBe(question.id);
    expect(app.versions.text).toBe('other words');
  });

  it('makes no version of an unchanged text, and none of an empty one', async () => {
    const { app } = await startTalk();
    const before = texts(app);
    await app.versions.edit(at(app, -1));
    app.versions.text = ' ';
    expect(app.versions.blocked).toBe('empty');
    app.versions.text = at(app, -1).text;
    await app.versions.submit();
    expect(app.versions.editing).toBeNull();
    expect(texts(app)).toEqual(before);
    expect(at(app, -1).siblings).toHaveLength(1);
  });

  it('waits while the model is taken', async () => {
    const { app } = await startTalk();
    await app.versions.edit(at(app, -2));
    app.versions.text = 'other words';
    expect(app.versions.blocked).toBeNull();
    app.drafts.set(app.chat.thread.draftKey, 'q');
    void app.chat.send();
    expect(app.versions.blocked).toBe('busy');
    await settle();
    expect(app.versions.blocked).toBeNull();
  });
});

describe('deleting', () => {
  it('takes what follows along, and brings it back', async () => {
    const { app } = await startTalk();
    const before = texts(app);
    expect(before).toHaveLength(4);
    await app.versions.remove(at(app, -2));
    expect(texts(app)).toEqual(before.slice(0, -2));
    expect(app.toasts.runLatestAction()).toBe(true);
    await settle();
    expect(texts(app)).toEqual(before);
  });

  it('shows the version before', async () => {
    const { app } = await startTalk();
    const before = texts(app);
    await app.versions.edit(at(app, -1));
    app.versions.text = 'my version';
    await app.versions.submit();
    await app.versions.remove(at(app, -1));
    expect(texts(app)).toEqual(before);
    expect(at(app, -1).siblings).toHaveLength(1);
  });

  it('says so when it fails, and leaves all as it is', async () => {
    const { app, host } = await startTalk();
    const before = texts(app);
    host.failNext('messageDelete', 'storage_failed');
    await app.versions.remove(at(app, 0));
    expect(texts(app)).toEqual(before);
    expect(app.toasts.items.map((toast) => toast.tone)).toEqual(['error']);
  });
});

describe('a copy', () => {
  it('begins as the conversation up to a message, and is shown', async () => {
    const { app } = await startTalk();
    const { thread } = app.chat;
    const before = texts(app);
    await app.versions.fork(at(app, -3));
    await settle();
    expect(app.chat.thread.id).not.toBe(thread.id);
    expect(texts(app)).toEqual(before.slice(0, 2));
    expect(app.chat.thread.conversation?.title).toBe(`${thread.conversation?.title ?? ''} (copy)`);
    expect(app.conversations.list[0]?.id).toBe(app.chat.thread.id);
  });
});
