import type { WorkHit } from '../bindings/WorkHit';
import type { WorkKind } from '../bindings/WorkKind';
import { excerpt } from './store';
import type { MockSummaries } from './summarise';
import type { MockTranslations } from './translate';
import type { MockWriting } from './write';

interface Work {
  kind: WorkKind;
  id: string;
  title: string;
  words: string;
}

/** Finds a phrase in what was made beside the conversations. */
export function searchWorks(
  query: string,
  writing: MockWriting,
  summaries: MockSummaries,
  translations: MockTranslations,
): WorkHit[] {
  const needle = query.toLowerCase();
  const works: Work[] = [
    ...writing.list().map(({ id, title }) => {
      return { kind: 'text' as const, id, title, words: writing.find(id).body };
    }),
    ...summaries.list().map(({ id, title }) => {
      const words = summaries.view(id).parts.map(({ text }) => text);
      return { kind: 'digest' as const, id, title, words: words.join('\n') };
    }),
    ...translations.list().map(({ id, title }) => {
      return { kind: 'translation' as const, id, title, words: translations.open(id).source };
    }),
  ];
  return works.flatMap(({ kind, id, title, words }): WorkHit[] => {
    const found = excerpt(words, needle) ?? excerpt(title, needle);
    return found === null ? [] : [{ kind, id, title, ...found }];
  });
}
