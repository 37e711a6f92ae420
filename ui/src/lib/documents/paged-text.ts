import type { DocumentPassage } from '../host/bindings/DocumentPassage';

/** The text of all passages, with a form feed where a page begins: as the program gives it. */
export function pagedText(passages: readonly DocumentPassage[]): string {
  let page = 1;
  return passages
    .map((passage) => {
      const turned = Math.max(0, (passage.page ?? page) - page);
      page += turned;
      return '\f'.repeat(turned) + passage.text;
    })
    .join('\n\n');
}
