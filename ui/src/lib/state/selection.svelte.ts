/** Conversations that were picked for something to be done with all of them. */
export class Selection {
  active = $state(false);
  #ids = $state.raw<ReadonlySet<string>>(new Set());
  /** Where a range begins: what was picked last by itself. */
  #anchor: string | null = null;

  /** @param order The ids of what is shown, from top to bottom. */
  constructor(private readonly order: () => string[]) {}

  /** What is picked, in the order of the list. What has left the list is picked no more. */
  get ids(): string[] {
    return this.order().filter((id) => this.#ids.has(id));
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  get all(): boolean {
    return this.order().every((id) => this.#ids.has(id));
  }

  /** Picks a conversation, or drops it. The first one begins the selection. */
  toggle(id: string): void {
    this.active = true;
    this.#anchor = id;
    const ids = new Set(this.#ids);
    if (!ids.delete(id)) ids.add(id);
    this.#ids = ids;
  }

  /** Picks everything from the one that was picked last to this one. */
  extend(id: string): void {
    const order = this.order();
    const from = this.#anchor === null ? -1 : order.indexOf(this.#anchor);
    const to = order.indexOf(id);
    if (from === -1 || to === -1) {
      this.toggle(id);
      return;
    }
    this.active = true;
    const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
    this.#ids = new Set([...this.#ids, ...range]);
  }

  /** Picks everything that is shown, or drops it all. */
  toggleAll(): void {
    this.active = true;
    this.#ids = this.all ? new Set() : new Set(this.order());
  }

  end(): void {
    this.active = false;
    this.#anchor = null;
    this.#ids = new Set();
  }
}
