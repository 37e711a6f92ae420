import type { DocumentSummary } from '../host/bindings/DocumentSummary';
import type { DocumentWarning } from '../host/bindings/DocumentWarning';
import { i18n } from '../i18n/i18n.svelte';

/** What is known about a document, in one line. */
export function factsOf(document: DocumentSummary, tokens: number | null = null): string {
  const { kind, pages, words, encoding, encodingGuessed } = document;
  const t = i18n.t.documents;
  return [
    kind.toUpperCase(),
    pages === null ? '' : t.pages(pages),
    t.words(words),
    tokens === null ? '' : t.tokens(tokens),
    encoding === null ? '' : t.encoding(encoding, encodingGuessed),
  ]
    .filter((fact) => fact !== '')
    .join(' · ');
}

/** What a person should know before they rely on a document's text. */
export function warningOf({ about, count }: DocumentWarning): string {
  const words: Record<string, (n: number) => string> = i18n.t.documents.warnings;
  return words[about]?.(count) ?? about;
}

/** Where a passage is, in one line. */
export function placeOf({ page, headings }: { page: number | null; headings: string[] }): string {
  const parts = [page === null ? '' : i18n.t.documents.page(page), headings.join(' › ')];
  return parts.filter((part) => part !== '').join(' · ');
}
