import { tick, untrack } from 'svelte';
import { Pace } from './pace';

/** The part of a growing text that is on the screen: all of it, but for what a {@link Pace} holds back for a moment. */
export class PacedText {
  text = $state('');
  readonly #pace = new Pace();
  #newest = '';
  #shownAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Follows `source` for as long as the component lives that makes it. Null means that nothing grows. */
  constructor(source: () => string | null) {
    this.text = untrack(source) ?? '';
    // Before the page is updated: what begins to grow is there in the same update.
    $effect.pre(() => {
      const text = source();
      untrack(() => {
        this.#take(text);
      });
    });
    $effect(() => () => this.#stop());
  }

  #take(text: string | null): void {
    if (text === null) {
      this.#stop();
      return;
    }
    this.#newest = text;
    if (this.#timer !== undefined || text === this.text) return;
    const rest = this.#shownAt + this.#pace.pause - performance.now();
    if (rest <= 0) void this.#show();
    else this.#timer = setTimeout(() => void this.#show(), rest);
  }

  /** What grows next is shown at once. */
  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#shownAt = -Infinity;
  }

  async #show(): Promise<void> {
    this.#timer = undefined;
    const start = performance.now();
    this.#shownAt = start;
    this.text = this.#newest;
    await tick();
    const scripted = performance.now() - start;
    // The frame's callbacks come before layout and painting, the timeout comes after them. A hidden
    // page has no frames, and nothing is measured.
    requestAnimationFrame(() => {
      const painting = performance.now();
      setTimeout(() => {
        this.#pace.showed(scripted + performance.now() - painting);
      });
    });
  }
}
