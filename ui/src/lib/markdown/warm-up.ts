/**
 * Renders, where nobody sees it, one of each construct that is slow the first time: a font that is
 * read, styles that are matched, code that is compiled. Without a graphics card these come to frames
 * of 50 ms and more, in the first answer of all. The libraries for formulas and for the colours of
 * code are still read when first needed.
 */
import { BlockStream } from './blocks';
import { ENGLISH } from './labels';
import { renderBlock } from './render';

const FIRSTS = [
  '# Aa\n\nAa **Aa** *Aa* `Aa` [Aa](https://example.org)',
  '1. Aa\n   - Aa\n2. Aa',
  '| Aa | Aa |\n|---|--:|\n| 1 | 2 |',
  '```\nAa\n```',
  '> Aa',
];

/** Milliseconds from one construct to the next: each has a frame of its own, and the page goes on. */
const APART = 100;

/** Does it, and leaves nothing behind. */
export async function warmUp(): Promise<void> {
  const place = document.createElement('div');
  place.className = 'markdown warm-up';
  place.ariaHidden = 'true';
  place.inert = true;
  document.body.append(place);
  for (const first of FIRSTS) {
    await pause();
    const block = document.createElement('div');
    for (const part of new BlockStream().update(first, false)) renderBlock(block, part, ENGLISH);
    place.replaceChildren(block);
  }
  await pause();
  place.replaceChildren(formula());
  await pause();
  place.remove();
}

function pause(): Promise<void> {
  return new Promise((next) => setTimeout(next, APART));
}

/** `x_1^2 + ∑`: the fonts of formulas and their layout, without the library that reads TeX. */
function formula(): Element {
  const element = (name: string, ...children: (Element | string)[]): Element => {
    const made = document.createElementNS('http://www.w3.org/1998/Math/MathML', name);
    made.append(...children);
    return made;
  };
  const power = element('msubsup', element('mi', 'x'), element('mn', '1'), element('mn', '2'));
  return element('math', power, element('mo', '+'), element('mo', '∑'));
}
