import type { KeptPrefixes } from '../host/bindings/KeptPrefixes';
import type { Host } from '../host/host';

/** How many bytes may be kept of what the model has read: nothing, some, or much. */
export const KEPT_LIMITS = [0, 256_000_000, 1_000_000_000] as const;

/** What is kept of conversations that the model has read, so that it need not read them again. */
export class Prefixes {
  /** Null until it was asked for. */
  kept = $state.raw<KeptPrefixes | null>(null);

  constructor(
    private readonly host: Host,
    private readonly onError: (error: unknown) => void,
  ) {}

  async load(): Promise<void> {
    try {
      this.kept = await this.host.prefixesKept();
    } catch (error) {
      this.onError(error);
    }
  }

  async limit(bytes: number): Promise<void> {
    const before = this.kept;
    if (before !== null) this.kept = { ...before, limit: bytes };
    try {
      this.kept = await this.host.prefixesLimit(bytes);
    } catch (error) {
      this.kept = before;
      this.onError(error);
    }
  }
}
