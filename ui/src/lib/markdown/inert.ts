/**
 * What rendered Markdown may consist of, as a check for the tests (jsdom and real browsers). It is
 * written against the document, not against the sanitiser's configuration, so that it fails if
 * either the dialect, the sanitiser or the decoration lets something through.
 *
 * Returns every way in which the tree under `root` is more than inert text, links to ask about and
 * buttons. Refers to nothing outside itself: a browser test sends its source into the page.
 */
export function dangersIn(root: Element): string[] {
  const tags = (
    'div span p h2 h3 h4 h5 h6 blockquote hr br ul ol li table thead tbody tr th td ' +
    'strong em del a code pre button'
  ).split(' ');
  const attributes = (
    'class dir title role tabindex start type aria-label aria-pressed ' +
    'data-action data-target data-language data-wrap'
  ).split(' ');

  const dangers: string[] = [];
  for (const element of root.querySelectorAll('*')) {
    const tag = element.localName;
    if (element.namespaceURI !== 'http://www.w3.org/1999/xhtml' || !tags.includes(tag)) {
      dangers.push(`<${tag}>`);
    }
    for (const { name, value } of element.attributes) {
      if (!attributes.includes(name)) dangers.push(`<${tag} ${name}="${value}">`);
      if (name === 'data-target' && !/^(https?:\/\/[^/]|mailto:)/.test(value)) {
        dangers.push(`<${tag}> offers ${value}`);
      }
    }
  }
  return dangers;
}
