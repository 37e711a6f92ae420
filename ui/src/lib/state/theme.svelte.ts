import { MediaQuery } from 'svelte/reactivity';
import type { Preferences } from './preferences.svelte';

/** The theme on the screen: the chosen one or, for `system`, the one that the system has now. */
export class Theme {
  readonly #systemIsDark = new MediaQuery('prefers-color-scheme: dark');

  constructor(private readonly preferences: Preferences) {}

  get shown(): 'light' | 'dark' {
    const { theme } = this.preferences.value;
    if (theme !== 'system') return theme;
    return this.#systemIsDark.current ? 'dark' : 'light';
  }
}
