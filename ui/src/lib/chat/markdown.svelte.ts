import type { Component, ComponentProps } from 'svelte';
import type MarkdownComponent from '../markdown/Markdown.svelte';

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
      (module) => (this.component = module.default),
      () => (this.#loading = false),
    );
  }
}

export const markdown = new MarkdownLoader();
