/** From text to HTML that says the same. */

/** Escapes text for HTML content and double-quoted attributes; character references stay as they are. */
export function escapeText(text: string): string {
  return text
    .replace(/&(?!#\d{1,7};|#[xX][\da-fA-F]{1,6};|\w+;)/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}

/** Escapes text that must appear exactly as written, such as code: `&lt;` stays `&lt;`. */
export function escapeLiteral(text: string): string {
  return escapeText(text.replace(/&/g, '&amp;'));
}
