import type { Host } from '../host/host';

/** A link waits here until the person has seen its whole target and agreed. */
export class Links {
  pending = $state<string | null>(null);

  constructor(
    private readonly host: Host,
    private readonly onError: (error: unknown) => void,
  ) {}

  ask(url: string): void {
    this.pending = url;
  }

  cancel(): void {
    this.pending = null;
  }

  async open(): Promise<void> {
    const url = this.pending;
    this.pending = null;
    if (url === null) return;
    try {
      await this.host.linkOpen(url);
    } catch (error) {
      this.onError(error);
    }
  }
}
