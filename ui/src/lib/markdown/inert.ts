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
    'strong em del sup a code pre button'
  ).split(' ');
  const mathTags = (
    'math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle mphantom msub msup msubsup ' +
    'munder mover munderover mmultiscripts mprescripts none mtable mtr mtd'
  ).split(' ');
  const attributes = (
    'class dir title role tabindex start type aria-label aria-pressed ' +
    'data-action data-target data-language data-wrap data-note data-tex data-drawn'
  ).split(' ');
  const mathAttributes = (
    'class display displaystyle scriptlevel mathvariant form fence separator stretchy symmetric ' +
    'largeop movablelimits accent accentunder lspace rspace minsize maxsize width linethickness ' +
    'columnspan'
  ).split(' ');

  const dangers: string[] = [];
  for (const element of root.querySelectorAll('*')) {
    const tag = element.localName;
    const isMath = element.namespaceURI === 'http://www.w3.org/1998/Math/MathML';
    const isHtml = element.namespaceURI === 'http://www.w3.org/1999/xhtml';
    if (!(isMath ? mathTags : tags).includes(tag) || !(isMath || isHtml)) dangers.push(`<${tag}>`);
    for (const { name, value } of element.attributes) {
      if (!(isMath ? mathAttributes : attributes).includes(name)) {
        dangers.push(`<${tag} ${name}="${value}">`);
      }
      // Nothing may lie over what is around it.
      if (isMath && (value.startsWith('-') || parseFloat(value) >= 20))
        dangers.push(`<${tag} ${name}="${value}">`);
      if (name === 'data-target' && !/^(https?:\/\/[^/]|mailto:)/.test(value)) {
        dangers.push(`<${tag}> offers ${value}`);
      }
    }
  }
  return dangers;
}
