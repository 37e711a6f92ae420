import type { PromptPreview } from '../host/bindings/PromptPreview';
import type { Host } from '../host/host';

/** How long typing must rest before a prompt is looked at, in milliseconds. */
export const CHECK_DELAY_MS = 250;

/** Looks at a system prompt while it is typed: what its variables become, and which are none. */
export class PromptCheck {
  preview = $state.raw<PromptPreview | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sequence = 0;

  constructor(private readonly host: Host) {}

  /** Takes the text as it is now. */
  look(text: string): void {
    clearTimeout(this.#timer);
    const sequence = ++this.#sequence;
    if (!text.includes('{{')) {
      this.preview = null;
      return;
    }
    this.#timer = setTimeout(() => void this.#ask(text, sequence), CHECK_DELAY_MS);
  }

  async #ask(text: string, sequence: number): Promise<void> {
    try {
      const preview = await this.host.promptPreview(text);
      if (sequence === this.#sequence) this.preview = preview;
    } catch {
      // The preview is a help; saving says what is wrong.
      if (sequence === this.#sequence) this.preview = null;
    }
  }
}
