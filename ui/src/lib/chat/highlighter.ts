import { matchesIn, type Words } from '../state/found-words';

/** The name of the highlight in base.css. */
const NAME = 'found';
/** Places lit up in one message: more is no help to the eye. */
const MOST_EACH = 300;
/** What is no part of a message's text. */
const APART = 'button, .sr-only, [aria-hidden=true], math';

/** Places of words in what is on the screen of a message, in the order of the page. */
export function rangesIn(message: Element, words: Words, most = MOST_EACH): Range[] {
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(message, NodeFilter.SHOW_TEXT, (node) =>
    node.parentElement?.closest(APART) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  while (ranges.length < most) {
    const node = walker.nextNode();
    if (node === null) break;
    for (const [start, end] of matchesIn(node.nodeValue ?? '', words, most - ranges.length)) {
      const range = document.createRange();
      range.setStart(node, start);
      range.setEnd(node, end);
      ranges.push(range);
    }
  }
  return ranges;
}

/**
 * Lights up words in the messages inside `flow`, and keeps doing so while these change; returns the
 * end of it. The page itself stays as it is: the browser paints the highlight over it, and where it
 * can't, nothing is lit.
 */
export function lightUp(flow: Element, wordsIn: (message: string) => Words | null): () => void {
  if (!('highlights' in CSS)) return () => undefined;
  let frame = 0;
  const paint = (): void => {
    frame = 0;
    const highlight = new Highlight();
    for (const message of flow.querySelectorAll<HTMLElement>('article[data-id]')) {
      const words = wordsIn(message.dataset['id'] ?? '');
      if (words === null) continue;
      for (const range of rangesIn(message, words)) highlight.add(range);
    }
    CSS.highlights.set(NAME, highlight);
  };
  const observer = new MutationObserver(() => {
    if (frame === 0) frame = requestAnimationFrame(paint);
  });
  observer.observe(flow, { subtree: true, childList: true, characterData: true });
  paint();
  return () => {
    observer.disconnect();
    cancelAnimationFrame(frame);
    CSS.highlights.delete(NAME);
  };
}
