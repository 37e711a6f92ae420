import type { ContextUse } from '../host/bindings/ContextUse';
import type { Host } from '../host/host';

/** How long typing must rest before the draft is counted, in milliseconds. */
export const COUNT_DELAY_MS = 500;

/** What fills the model's context, and so what is to be counted. */
export interface ContextContent {
  conversation: string | null;
  draft: string;
}

/** How full the model's context is: the conversation on the screen with what is typed at its end. */
export class ContextMeter {
  /** Null until it was counted, and where there is no model to count with. */
  use = $state.raw<ContextUse | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sequence = 0;

  constructor(private readonly host: Host) {}

  /** Counts now; what was to be counted before does not matter any more. */
  async count({ conversation, draft }: ContextContent): Promise<void> {
    clearTimeout(this.#timer);
    const sequence = ++this.#sequence;
    let use: ContextUse | null;
    try {
      use = await this.host.contextUse(conversation, draft);
    } catch {
      // A figure that can't be had is no reason to trouble anybody: what fails shows where it is used.
      use = null;
    }
    if (sequence === this.#sequence) this.use = use;
  }

  /** Counts once typing rests. */
  countSoon(content: ContextContent): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.count(content), COUNT_DELAY_MS);
  }

  /** Forgets what was asked for and has not come. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#sequence += 1;
  }
}
