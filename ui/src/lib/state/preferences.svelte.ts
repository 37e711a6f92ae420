import type { Preferences as StoredPreferences } from '../host/bindings/Preferences';
import type { Host } from '../host/host';

/** What boot.js reads to paint the right theme and language before the shell has answered. */
const APPEARANCE_KEY = 'llmos.appearance';

const DEFAULTS: StoredPreferences = {
  theme: 'system',
  language: 'system',
  lastConversation: null,
  welcomed: false,
  enter: 'send',
  listHidden: false,
  onBattery: 'automatic',
};

/** The person's choices. Changes show at once and are written in the order they were made. */
export class Preferences {
  value = $state.raw<StoredPreferences>(DEFAULTS);
  /** False until the stored choices have arrived. */
  loaded = $state(false);
  #writes: Promise<void> = Promise.resolve();

  constructor(
    private readonly host: Host,
    private readonly onError: (error: unknown) => void,
  ) {
    this.value = { ...DEFAULTS, ...remembered() };
  }

  adopt(stored: StoredPreferences): void {
    this.value = stored;
    this.loaded = true;
    this.#remember();
  }

  update(change: Partial<StoredPreferences>): Promise<void> {
    const next = { ...this.value, ...change };
    this.value = next;
    this.#remember();
    this.#writes = this.#writes.then(() => this.host.preferencesSet(next)).catch(this.onError);
    return this.#writes;
  }

  /** Keeps a copy of theme and language (nothing else) where boot.js finds it without waiting. */
  #remember(): void {
    const { theme, language } = this.value;
    try {
      localStorage.setItem(APPEARANCE_KEY, JSON.stringify({ theme, language }));
    } catch {
      // Without the copy the first frame follows the system; nothing else depends on it.
    }
  }
}

function remembered(): Partial<StoredPreferences> {
  const { chosenTheme: theme, language } = document.documentElement.dataset;
  const known: Partial<StoredPreferences> = {};
  if (theme === 'light' || theme === 'dark') known.theme = theme;
  if (language === 'en' || language === 'zh-CN') known.language = language;
  return known;
}
