import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settle, startApp } from './testing';

const TEXT = 'The bridge is old.\n\nIt will be closed on Monday.';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('summaries', () => {
  it('keep the text until the shell has it', async () => {
    const { app, host } = await startApp();
    await app.summarise.enter();
    app.summarise.text = TEXT;
    host.failNext('summaryStart', 'no_model');
    await app.summarise.start();
    expect(app.summarise.text).toBe(TEXT);
    expect(app.summarise.open).toBeNull();
    await app.summarise.start();
    expect(app.summarise.text).toBe('');
    await settle();
    expect(app.summarise.version?.points).toHaveLength(2);
    expect(app.summarise.job).toBeNull();
  });

  it('say so when one is ready that nobody looks at', async () => {
    const { app } = await startApp();
    await app.summarise.enter();
    app.summarise.text = TEXT;
    await app.summarise.start();
    app.summarise.show(null);
    await vi.advanceTimersByTimeAsync(1000);
    expect(app.toasts.items.at(-1)?.text).toContain('The bridge is old');
    app.toasts.runLatestAction();
    await settle();
    expect(app.navigation.route.view).toBe('summarise');
    expect(app.summarise.open?.versions).toHaveLength(1);
  });

  it('remember what was chosen last', async () => {
    const { app, host } = await startApp();
    await app.summarise.enter();
    app.summarise.choose({ style: 'minutes', language: 'de' });
    await app.drafts.flush();
    const saved = host.calls.findLast(({ args }) => args[0] === 'summarise.wish')?.args[1];
    expect(JSON.parse(String(saved))).toMatchObject({ style: 'minutes', language: 'de' });
  });

  it('take a document in while what was typed last time is still on its way', async () => {
    const { app, host } = await startApp();
    host.store.saveDraft('summarise', 'Typed last time.');
    const entering = app.summarise.enter();
    await app.summarise.put({ name: 'bridge.md', text: TEXT });
    await entering;
    expect(app.summarise.text).toBe(TEXT);
    app.toasts.runLatestAction();
    expect(app.summarise.text).toBe('Typed last time.');
  });

  it('refuse a file that is too large before it is read', async () => {
    const { app } = await startApp();
    const file = new File(['x'], 'huge.txt');
    Object.defineProperty(file, 'size', { value: 1e9 });
    await app.summarise.take(file);
    expect(app.toasts.items.at(-1)?.tone).toBe('error');
    expect(app.summarise.text).toBe('');
  });
});
