import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settle, startApp } from './testing';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('The draft model', () => {
  it('is chosen, told, and taken away', async () => {
    const { app, host } = await startApp();
    const { draftModel } = app;
    await draftModel.load();
    expect(draftModel.paired).toEqual({ path: null, name: null, error: null });
    const choosing = draftModel.choose();
    expect(draftModel.busy).toBe(true);
    // Pressed twice: the second does nothing.
    await draftModel.choose();
    await choosing;
    expect(host.calls.filter((call) => call.command === 'draftModelChoose')).toHaveLength(1);
    expect(draftModel.busy).toBe(false);
    expect(draftModel.paired?.name).toBe('SmolLM2 135M Instruct');
    await draftModel.remove();
    expect(draftModel.paired?.path).toBeNull();
  });

  it('stays what it was when another is refused, and says why', async () => {
    const { app, host } = await startApp();
    const { draftModel } = app;
    await draftModel.choose();
    host.failNext('draftModelChoose', 'draft_vocabulary', { path: '/models/other.gguf' });
    await draftModel.choose();
    await settle();
    expect(draftModel.error?.code).toBe('draft_vocabulary');
    expect(draftModel.paired?.name).toBe('SmolLM2 135M Instruct');
    await draftModel.remove();
    expect(draftModel.error).toBeNull();
  });

  it('that can no longer be used is told with its reason', async () => {
    const { app, host } = await startApp();
    const error = { code: 'model_missing' as const, message: 'gone', details: { path: '/a.gguf' } };
    host.draftModel = { path: '/a.gguf', name: null, error };
    await app.draftModel.load();
    expect(app.draftModel.error).toEqual(error);
  });
});
