import { vi } from 'vitest';
import { MockHost, type MockOptions } from '../host/mock/mock-host';
import { App } from './app.svelte';

/** Milliseconds between the events of the mock's answers in tests; the clock is faked. */
export const PACE_MS = 10;

/** An app on the mock host, started, with a faked clock. */
export async function startApp(
  options: Partial<MockOptions> = {},
): Promise<{ app: App; host: MockHost }> {
  const host = new MockHost({ scenario: 'conversations', paceMs: PACE_MS, ...options });
  const app = new App({ host, now: () => host.store.clock });
  await app.start();
  return { app, host };
}

/** Lets everything that is on its way come to its end. */
export async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(60_000);
}

/** Lets `events` pauses of a scripted answer go by. */
export async function advance(events: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(events * PACE_MS);
}
