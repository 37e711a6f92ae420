import type { TranslateInfo } from '../host/bindings/TranslateInfo';
import { i18n } from '../i18n/i18n.svelte';

/** A language's name in the language of the page; its tag where it is not known. */
export function languageName(info: TranslateInfo | null, code: string): string {
  const found = info?.languages.find((language) => language.code === code);
  return found ? i18n.t.translate.language(found) : code;
}

/** The languages as choices, in the order of their names. */
export function languageChoices(info: TranslateInfo | null): { code: string; name: string }[] {
  return (info?.languages ?? [])
    .map(({ code }) => ({ code, name: languageName(info, code) }))
    .sort((a, b) => a.name.localeCompare(b.name, i18n.language));
}
