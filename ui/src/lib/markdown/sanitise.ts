/**
 * The last step before the document: DOMPurify with an allow-list of what `dialect.ts` writes.
 *
 * Sanitising happens after Markdown, never before, and gives a DOM fragment rather than a string, so
 * nothing is parsed a second time. There is no attribute here through which a page can be fetched, a
 * script run or a style set; `href` is judged once more in `decorate.ts` and then removed.
 */
import DOMPurify from 'dompurify';

const TAGS = [
  ...['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'hr', 'br'],
  ...['ul', 'ol', 'li', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ...['strong', 'em', 'del', 'sup', 'a', 'code', 'pre', 'span', 'div'],
];

/** Link targets that may be offered to the person; everything else is shown as text. */
export const LINK_TARGET = /^(?:https?:\/\/|mailto:)/i;

/** Sanitises HTML made from model text; the result is inert until it's inserted. */
export function sanitise(html: string): DocumentFragment {
  return DOMPurify.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ['href', 'title', 'class', 'start'],
    ADD_URI_SAFE_ATTR: ['start'],
    ALLOWED_URI_REGEXP: LINK_TARGET,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    ALLOW_UNKNOWN_PROTOCOLS: false,
    ALLOW_SELF_CLOSE_IN_ATTR: false,
    SANITIZE_NAMED_PROPS: true,
    RETURN_DOM_FRAGMENT: true,
  });
}
