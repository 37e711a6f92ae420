import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { App } from './app.svelte';
import { SEARCH_DELAY_MS } from './search.svelte';
import { settle, startApp } from './testing';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  localStorage.clear();
});

async function look(app: App, query: string): Promise<void> {
  app.find.set(query);
  await vi.advanceTimersByTimeAsync(SEARCH_DELAY_MS);
}

function textOf(app: App, id: string | null): string {
  return app.chat.thread.messages.find((message) => message.id === id)?.text ?? '';
}

describe('searching inside a conversation', () => {
  it('begins with the newest, and goes round', async () => {
    const { app } = await startApp({ scenario: 'long' });
    await settle();
    expect(app.find.show()).toBe(true);
    await look(app, 'comes after 249');
    const { length } = app.find.found;
    expect(app.find.position).toBe(length);
    expect(textOf(app, app.find.current)).toContain('2499');
    app.find.step(1);
    expect(app.find.position).toBe(1);
    expect(textOf(app, app.find.current)).toContain('Question 249:');
    app.find.step(-1);
    expect(app.find.position).toBe(length);
  });

  it('goes to a message that has not been read yet', async () => {
    const { app, host } = await startApp({ scenario: 'long' });
    const { thread } = app.chat;
    const first = host.store.view(thread.id ?? '').messages[0]?.id ?? '';
    expect(textOf(app, first)).toBe('');
    await app.chat.jump(first);
    expect(thread.target).toBe(first);
    expect(textOf(app, first)).toContain('Question 1:');
  });

  it('keeps its place when it is run again, and says when there is nothing', async () => {
    const { app, host } = await startApp({ scenario: 'long' });
    await settle();
    app.find.show();
    await look(app, 'comes after 249');
    app.find.step(-1);
    const { current } = app.find;
    await app.find.run();
    expect(app.find.current).toBe(current);
    await look(app, 'xyzzy');
    expect(app.find.position).toBe(0);
    expect(app.find.current).toBeNull();
    const calls = host.calls.length;
    await look(app, '   ');
    expect(host.calls).toHaveLength(calls);
    expect(app.find.answered).toBe('');
  });

  it('drops an answer that comes late', async () => {
    const { app, host } = await startApp();
    app.find.show();
    let answer: (ids: string[]) => void = () => undefined;
    vi.spyOn(host, 'conversationSearch').mockImplementationOnce(
      () => new Promise((resolve) => (answer = resolve)),
    );
    await look(app, 'old');
    await look(app, 'search');
    const { found } = app.find;
    answer(['m99999']);
    await settle();
    expect(app.find.found).toBe(found);
  });

  it('ends with its conversation, and there is none in an empty one', async () => {
    const { app } = await startApp();
    app.find.show();
    await look(app, 'search');
    const other = app.conversations.list.find((item) => item.id !== app.chat.thread.id);
    await app.openConversation(other?.id ?? '');
    expect(app.find.active).toBe(false);
    expect(app.find.spot).toBeNull();
    app.newConversation();
    expect(app.find.show()).toBe(false);
  });

  it('lights up what the search over everything was after, until another search', async () => {
    const { app } = await startApp();
    app.search.set('consent');
    await vi.advanceTimersByTimeAsync(SEARCH_DELAY_MS);
    const hit = app.search.found.conversations[0];
    if (hit === undefined) throw new Error('nothing was found');
    await app.openHit(hit);
    expect(app.find.spot?.message).toBe(hit.messageId);
    expect(app.find.wordsIn(hit.messageId ?? '')).toHaveLength(1);
    expect(app.find.current).toBeNull();
    app.find.show();
    expect(app.find.wordsIn(hit.messageId ?? '')).toBeNull();
  });
});
