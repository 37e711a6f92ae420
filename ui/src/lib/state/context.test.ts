import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { COUNT_DELAY_MS } from './context.svelte';
import { advance, settle, startApp } from './testing';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the meter', () => {
  it('counts a draft once typing rests, and only the last of it', async () => {
    const { app, host } = await startApp();
    const conversation = app.chat.thread.id;
    const counted = () =>
      host.calls.filter((call) => call.command === 'contextUse').map((call) => call.args[1]);
    for (const draft of ['o', 'on', 'one']) {
      app.context.countSoon({ conversation, draft });
      await vi.advanceTimersByTimeAsync(COUNT_DELAY_MS / 2);
    }
    expect(counted()).toEqual([]);
    await vi.advanceTimersByTimeAsync(COUNT_DELAY_MS);
    expect(counted()).toEqual(['one']);
    expect(app.context.use?.size).toBe(2048);
  });

  it('does not show a count that was overtaken by another', async () => {
    const { app, host } = await startApp();
    const answers: ((used: number) => void)[] = [];
    const whole = await host.contextUse(null, '');
    if (whole === null) throw new Error('there is a model');
    host.contextUse = () =>
      new Promise((resolve) => answers.push((used) => resolve({ ...whole, used })));
    const first = app.context.count({ conversation: null, draft: 'first' });
    const second = app.context.count({ conversation: null, draft: 'second' });
    answers[1]?.(222);
    answers[0]?.(111);
    await Promise.all([first, second]);
    expect(app.context.use?.used).toBe(222);
  });

  it('is silent where nothing can be counted', async () => {
    const { app, host } = await startApp();
    await app.context.count({ conversation: null, draft: '' });
    expect(app.context.use).not.toBeNull();
    host.failNext('contextUse', 'not_found');
    await app.context.count({ conversation: 'gone', draft: '' });
    expect(app.context.use).toBeNull();
    expect(app.toasts.items).toEqual([]);
  });
});

describe('a running summary', () => {
  it('comes before the answer, with its progress, and stays with the thread', async () => {
    const { app, host } = await startApp();
    host.turns.nextFolds = true;
    app.drafts.set(app.chat.thread.draftKey, 'And how fast is it?');
    void app.chat.send();
    await advance(1);
    const { thread } = app.chat;
    expect(thread.turn?.folding).toBeGreaterThan(0);
    expect(thread.summary).toBeNull();
    await settle();
    expect(thread.turn).toBeNull();
    expect(thread.summary).toMatchObject({ depth: 2, covered: 2, edited: false });
    expect(thread.summary?.messageId).toBe(thread.messages[1]?.id);
  });

  it('leaves the screen when the branch turns off before its end', async () => {
    const { app, host } = await startApp();
    host.turns.nextFolds = true;
    app.drafts.set(app.chat.thread.draftKey, 'And how fast is it?');
    void app.chat.send();
    await settle();
    const { thread } = app.chat;
    const question = thread.messages[0];
    if (question === undefined) throw new Error('there is a first question');
    await app.versions.edit(question);
    app.versions.text = 'Something else entirely';
    void app.versions.submit();
    await settle();
    expect(thread.summary).toBeNull();
  });

  it('keeps an edit open when it can not be saved', async () => {
    const { app, host } = await startApp();
    const { thread } = app.chat;
    const leaf = thread.messages.at(-1)?.id ?? '';
    thread.summary = host.store.summarise(leaf, 'as it was', false);
    app.summaries.edit(thread.summary);
    app.summaries.text = 'better words';
    host.failNext('summaryEdit', 'storage_full');
    await app.summaries.save(thread.summary);
    expect(app.summaries.text).toBe('better words');
    expect(thread.summary.text).toBe('as it was');
    await app.summaries.save(thread.summary);
    expect(app.summaries.text).toBeNull();
    expect(thread.summary).toMatchObject({ text: 'better words', edited: true });
  });
});
