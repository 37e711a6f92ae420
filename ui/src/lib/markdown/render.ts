/** From a block to the document: dialect, then sanitiser, then controls, then patch, then formulas. */
import type { Block } from './blocks';
import { decorate } from './decorate';
import { renderList, renderTokens, type ListParts } from './dialect';
import { highlight } from './highlight';
import type { MarkdownLabels } from './labels';
import { patch, update } from './patch';
import { sanitise } from './sanitise';
import { typeset } from './typeset';

/** Shows `block` inside `container`, which holds nothing or an earlier state of the same block. */
export function renderBlock(container: HTMLElement, block: Block, labels: MarkdownLabels): void {
  const [first, ...others] = block.tokens;
  const list = first && others.length === 0 ? renderList(first) : undefined;
  if (list) showList(container, list, labels);
  else patch(container, fresh(renderTokens([...block.tokens], block.headingLevel), labels));
  typeset(container);
  if (block.open) return;
  for (const code of container.querySelectorAll<HTMLElement>('code[data-language]')) {
    void highlight(code);
  }
}

function fresh(html: string, labels: MarkdownLabels): DocumentFragment {
  return decorate(sanitise(html), labels);
}

/** What an item was made from; an item whose source is unchanged is right as it stands. */
const sources = new WeakMap<Element, { html: string; labels: MarkdownLabels }>();

/**
 * Many answers are one long list. Its items are sanitised one by one, because sanitising costs far
 * more than all else, and only the last item changes while the answer grows.
 */
function showList(container: HTMLElement, parts: ListParts, labels: MarkdownLabels): void {
  const shown = container.firstElementChild;
  const list = shown?.localName === parts.tag ? shown : document.createElement(parts.tag);
  if (list !== shown || list.nextSibling) container.replaceChildren(list);
  if (parts.start === 1) list.removeAttribute('start');
  else list.setAttribute('start', String(parts.start));

  for (const [index, html] of parts.items.entries()) {
    const current = list.children[index];
    const source = current && sources.get(current);
    if (source?.html === html && source.labels === labels) continue;
    const item = fresh(html, labels).firstElementChild;
    if (!item) continue;
    if (!current) list.append(item);
    else if (!update(current, item)) current.replaceWith(item);
    sources.set(list.children[index] as Element, { html, labels });
  }
  while (list.children.length > parts.items.length) list.lastElementChild?.remove();
}
