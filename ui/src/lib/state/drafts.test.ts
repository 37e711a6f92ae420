import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NEW_DRAFT } from '../host/host';
import { startApp } from './testing';

describe('drafts', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('are saved before the window goes, however little time there was', async () => {
    const { app, host } = await startApp({ scenario: 'first-run' });
    app.drafts.set(NEW_DRAFT, 'half a thou');
    expect(host.store.draft(NEW_DRAFT)).toBe('');
    await host.close();
    expect(host.store.draft(NEW_DRAFT)).toBe('half a thou');
  });

  it('hold the window until a write that is under way has come to its end', async () => {
    const { app, host } = await startApp({ scenario: 'first-run' });
    let written = (): void => undefined;
    const slow = new Promise<void>((resolve) => (written = resolve));
    const save = vi.spyOn(host, 'draftSave').mockReturnValueOnce(slow);
    app.drafts.set(NEW_DRAFT, 'half a thou');
    void app.drafts.flush();
    let closed = false;
    const closing = host.close().then(() => (closed = true));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(save).toHaveBeenCalledOnce();
    expect(closed).toBe(false);
    written();
    await closing;
  });
});
