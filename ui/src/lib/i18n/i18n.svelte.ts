import { en } from './en';
import { zhCN } from './zh-cn';
import { formats, type Formats } from './format';

export type Language = 'en' | 'zh-CN';

/** The texts of the page. English is the source; every other language must have the same keys. */
export type Dictionary = typeof en;

const DICTIONARIES: Record<Language, Dictionary> = { en, 'zh-CN': zhCN };
const FORMATS: Record<Language, Formats> = { en: formats('en'), 'zh-CN': formats('zh-CN') };

/** Picks the language for a preference and what the system speaks (a BCP 47 tag). */
export function resolveLanguage(preference: 'system' | Language, system: string): Language {
  if (preference !== 'system') return preference;
  return system.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** The language of the page: texts as `i18n.t`, numbers and dates as `i18n.format`. */
class I18n {
  language = $state<Language>('en');
  readonly t: Dictionary = $derived(DICTIONARIES[this.language]);
  readonly format: Formats = $derived(FORMATS[this.language]);
}

export const i18n = new I18n();
