/**
 * Replaces the content of an element by that of a fragment, keeping every node that is already right.
 *
 * The open block of a streaming answer is rendered again several times a second. Swapping its DOM
 * would drop the reader's text selection, the sideways scroll of a code block and the focus of its
 * copy button; patching it touches only what the new text changed, mostly one text node at the end.
 */

/** State that a reader set on a rendered element; a newer rendering must not reset it. */
const READER_STATE = new Set(['aria-pressed', 'data-wrap']);

/** Gives `target` the children of `source`, which is used up. */
export function patch(target: Node, source: Node): void {
  let current = target.firstChild;
  for (const wanted of [...source.childNodes]) {
    if (!current) {
      target.appendChild(wanted);
      continue;
    }
    const next: ChildNode | null = current.nextSibling;
    if (!update(current, wanted)) target.replaceChild(wanted, current);
    current = next;
  }
  while (current) {
    const next: ChildNode | null = current.nextSibling;
    current.remove();
    current = next;
  }
}

/** Makes `current` look like `wanted`; false where they are different things. */
export function update(current: Node, wanted: Node): boolean {
  if (current instanceof Text && wanted instanceof Text) {
    grow(current, wanted.data);
    return true;
  }
  if (
    !(current instanceof Element && wanted instanceof Element) ||
    current.tagName !== wanted.tagName
  ) {
    return false;
  }
  // A formula that is drawn already would have to be drawn again.
  if (
    current.hasAttribute('data-drawn') &&
    current.getAttribute('data-tex') === wanted.getAttribute('data-tex')
  )
    return true;
  updateAttributes(current, wanted);
  // A pressed copy button shows that it was; its label belongs to it, not to the text.
  if (!(current instanceof HTMLButtonElement)) patch(current, wanted);
  return true;
}

/** Appending keeps selections inside the text; setting `data` would collapse them. */
function grow(text: Text, data: string): void {
  if (text.data === data) return;
  if (data.startsWith(text.data)) text.appendData(data.slice(text.data.length));
  else text.data = data;
}

function updateAttributes(current: Element, wanted: Element): void {
  for (const { name } of [...current.attributes]) {
    if (!wanted.hasAttribute(name) && !READER_STATE.has(name)) current.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (
      current.getAttribute(name) !== value &&
      !(READER_STATE.has(name) && current.hasAttribute(name))
    ) {
      current.setAttribute(name, value);
    }
  }
}
