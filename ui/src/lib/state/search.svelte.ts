import type { DocumentHit } from '../host/bindings/DocumentHit';
import type { SearchHit } from '../host/bindings/SearchHit';
import type { WorkHit } from '../host/bindings/WorkHit';
import type { Host } from '../host/host';

/** How long typing must rest before the search runs, in milliseconds. */
export const SEARCH_DELAY_MS = 120;

/**
 * How long conversations that were found wait for the rest, in milliseconds. Mostly all comes
 * within it, and then the list changes once.
 */
export const SEARCH_PATIENCE_MS = 100;

/** What the search found. */
export interface Found {
  conversations: SearchHit[];
  documents: DocumentHit[];
  /** Texts, summed-up texts and translations. */
  works: WorkHit[];
}

const NOTHING: Found = { conversations: [], documents: [], works: [] };

/** The search over everything. Answers that come late for an older query are dropped. */
export class Search {
  query = $state('');
  found = $state.raw(NOTHING);
  /** The query that `found` belongs to; the list of conversations shows while it is empty. */
  answered = $state('');
  /** Whether more may come for `answered`: long documents take longer than conversations. */
  partial = $state(false);
  #sequence = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: Host,
    private readonly onError: (error: unknown) => void,
  ) {}

  get count(): number {
    const { conversations, documents, works } = this.found;
    return conversations.length + documents.length + works.length;
  }

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
    this.partial = false;
    this.found = NOTHING;
  }

  async run(): Promise<void> {
    const sequence = ++this.#sequence;
    const query = this.query.trim();
    const show = (found: Found, partial: boolean): void => {
      if (sequence !== this.#sequence) return;
      this.found = found;
      this.answered = query;
      this.partial = partial;
    };
    try {
      const rest = Promise.all([
        this.host.documentsSearch(null, query),
        this.host.worksSearch(query),
      ]);
      // It is waited for below; until then nobody listens.
      rest.catch(() => undefined);
      const conversations = await this.host.search(query);
      const early = await Promise.race([rest, patience()]);
      if (early === undefined) show({ ...NOTHING, conversations }, true);
      const [documents, works] = await rest;
      show({ conversations, documents: bestOfEach(documents), works }, false);
    } catch (error) {
      if (sequence === this.#sequence) this.onError(error);
    }
  }
}

function patience(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, SEARCH_PATIENCE_MS, undefined));
}

/** The best passage of each document: a long one would fill the list. */
function bestOfEach(hits: DocumentHit[]): DocumentHit[] {
  const seen = new Set<string>();
  return hits.filter(({ documentId }) => !seen.has(documentId) && seen.add(documentId));
}
