import { SvelteMap } from 'svelte/reactivity';
import type { Host } from '../host/host';

/** How many texts' counts are kept. */
const KEPT = 50;

/**
 * How many tokens the loaded model makes of a text, counted by the program when first asked for.
 * `null` until it is known, and where no model is loaded.
 */
export class TokenCounts {
  readonly #counts = new SvelteMap<string, number | null>();
  #model: string | null = null;

  constructor(private readonly host: Pick<Host, 'textTokens'>) {}

  /** The count for a model, named by its file. */
  of(text: string, model: string | null): number | null {
    if (model === null) return null;
    return this.#counts.get(text) ?? null;
  }

  /** Counts what has not been counted for this model; call it from an effect. */
  ask(text: string, model: string | null): void {
    if (model !== this.#model) {
      this.#counts.clear();
      this.#model = model;
    }
    if (model === null || this.#counts.has(text)) return;
    this.#counts.set(text, null);
    const oldest = this.#counts.keys().next();
    if (this.#counts.size > KEPT && !oldest.done) this.#counts.delete(oldest.value);
    this.host.textTokens(text).then(
      (count) => {
        if (this.#model === model) this.#counts.set(text, count);
      },
      // Without a count the size in characters is shown.
      () => undefined,
    );
  }
}
