import type { Component, ComponentProps } from 'svelte';
import type MarkdownComponent from '../markdown/Markdown.svelte';

/** Milliseconds after which the page is on the screen and the model of most devices is loaded. */
const QUIET_AFTER = 1_000;

/**
 * The Markdown renderer, a chunk of its own: the first frame does not wait for it. Until it is
 * here, answers show as plain text.
 */
class MarkdownLoader {
  component = $state.raw<Component<ComponentProps<typeof MarkdownComponent>> | null>(null);
  #loading = false;

  load(): void {
    if (this.#loading) return;
    this.#loading = true;
    import('../markdown/Markdown.svelte').then(
      (module) => {
        this.component = module.default;
        setTimeout(() => void this.#warmUp(), QUIET_AFTER);
      },
      () => (this.#loading = false),
    );
  }

  /** Without it the first answer only begins a little less smoothly. */
  async #warmUp(): Promise<void> {
    const module = await import('../markdown/warm-up').catch(() => undefined);
    await module?.warmUp();
  }
}

export const markdown = new MarkdownLoader();
