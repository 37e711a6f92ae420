import type { ModelSummary } from '../host/bindings/ModelSummary';

/** Languages that a summary can be asked for, with the names that they have for themselves. */
export const LANGUAGES: readonly { code: string; name: string }[] = [
  { code: 'en', name: 'English' },
  { code: 'zh', name: '中文' },
  { code: 'de', name: 'Deutsch' },
  { code: 'fr', name: 'Français' },
  { code: 'es', name: 'Español' },
  { code: 'it', name: 'Italiano' },
  { code: 'pt', name: 'Português' },
  { code: 'nl', name: 'Nederlands' },
  { code: 'pl', name: 'Polski' },
  { code: 'ru', name: 'Русский' },
  { code: 'ja', name: '日本語' },
  { code: 'ko', name: '한국어' },
];

/** Whether a model is known to write nothing but English: small ones that were trained on it alone. */
export function writesEnglishOnly({ name, parameterCount }: ModelSummary): boolean {
  return /smollm/i.test(name) && parameterCount < 2e9;
}
