import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PacedText } from './paced-text.svelte';

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'requestAnimationFrame', 'performance'],
  });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A growing text of which each shown piece costs `cost` milliseconds. */
function growing(cost: number) {
  let text = $state<string | null>('a');
  let paced: PacedText | undefined;
  const stop = $effect.root(() => {
    paced = new PacedText(() => text);
    $effect(() => {
      void paced?.text;
      vi.advanceTimersByTime(cost);
    });
  });
  flushSync();
  return {
    get shown() {
      return paced?.text;
    },
    async grow(next: string | null): Promise<void> {
      text = next;
      flushSync();
      await Promise.resolve();
    },
    stop,
  };
}

it('shows everything at once where showing costs nothing', async () => {
  const text = growing(0);
  for (const next of ['ab', 'abc', 'abcd']) {
    await text.grow(next);
    expect(text.shown).toBe(next);
    await vi.advanceTimersByTimeAsync(100);
  }
  text.stop();
});

it('holds text back for a moment where showing is dear, and loses none', async () => {
  const text = growing(12);
  await text.grow('ab');
  await vi.advanceTimersByTimeAsync(100);
  await text.grow('abc');
  await text.grow('abcd');
  expect(text.shown).toBe('ab');
  await vi.advanceTimersByTimeAsync(200);
  expect(text.shown).toBe('abcd');
  text.stop();
});

it('shows nothing more once the text is final', async () => {
  const text = growing(12);
  await text.grow('ab');
  await vi.advanceTimersByTimeAsync(100);
  await text.grow('abc');
  await text.grow(null);
  await vi.advanceTimersByTimeAsync(1000);
  expect(text.shown).toBe('ab');
  text.stop();
});
