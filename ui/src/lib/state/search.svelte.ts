import type { SearchHit } from '../host/bindings/SearchHit';
import type { Host } from '../host/host';

/** How long typing must rest before the search runs, in milliseconds. */
export const SEARCH_DELAY_MS = 120;

/** The search over everything. Answers that come late for an older query are dropped. */
export class Search {
  query = $state('');
  hits = $state.raw<SearchHit[]>([]);
  /** The query that `hits` belong to; the list of conversations shows while it is empty. */
  answered = $state('');
  #sequence = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: Host,
    private readonly onError: (error: unknown) => void,
  ) {}

  get active(): boolean {
    return this.query.trim() !== '';
  }

  set(query: string): void {
    this.query = query;
    clearTimeout(this.#timer);
    if (!this.active) {
      this.clear();
      return;
    }
    this.#timer = setTimeout(() => void this.run(), SEARCH_DELAY_MS);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#sequence += 1;
    this.query = '';
    this.answered = '';
    this.hits = [];
  }

  async run(): Promise<void> {
    const sequence = ++this.#sequence;
    const query = this.query.trim();
    try {
      const hits = await this.host.search(query);
      if (sequence !== this.#sequence) return;
      this.hits = hits;
      this.answered = query;
    } catch (error) {
      if (sequence === this.#sequence) this.onError(error);
    }
  }
}
