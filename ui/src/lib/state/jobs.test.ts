import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MockHost } from '../host/mock/mock-host';
import { App } from './app.svelte';
import { PACE_MS, settle } from './testing';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const plan = { kind: 'other', title: 'A long text', subject: 'text', steps: 3 };

async function startApp(host: MockHost): Promise<App> {
  const app = new App({ host, now: () => host.store.clock });
  await app.start();
  return app;
}

function newHost(): MockHost {
  return new MockHost({ scenario: 'conversations', paceMs: PACE_MS });
}

describe('jobs', () => {
  it('are followed to their end', async () => {
    const host = newHost();
    const app = await startApp(host);
    host.jobs.start(plan);
    await vi.advanceTimersByTimeAsync(PACE_MS * 7);
    const running = app.jobs.about('other', 'text');
    expect(running?.state).toBe('running');
    expect(running && app.jobs.share(running)).toBeGreaterThan(0.3);
    expect(running && app.jobs.remaining(running)).toBeGreaterThan(0);
    await settle();
    expect(app.jobs.about('other', 'text')?.state).toBe('finished');
    expect(app.jobs.progress).toBeNull();
    expect(app.jobs.about('other', 'something else')).toBeNull();
  });

  it('that were interrupted are told of at the start, and go on when told', async () => {
    const host = newHost();
    host.jobs.held = true;
    const { id } = host.jobs.start(plan);
    host.jobs.strike(id, 'interrupted', null);
    const app = await startApp(host);
    await vi.advanceTimersByTimeAsync(10);
    expect(app.toasts.items.at(-1)?.text).toContain('A long text');
    app.toasts.runLatestAction();
    host.jobs.release();
    await settle();
    expect(app.jobs.all[0]?.state).toBe('finished');
  });

  it('say when they can no longer be paused', async () => {
    const host = newHost();
    const app = await startApp(host);
    const { id } = host.jobs.start(plan);
    await settle();
    await app.jobs.pause(id);
    expect(app.toasts.items.at(-1)?.tone).toBe('error');
  });
});
