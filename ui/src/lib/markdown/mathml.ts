/**
 * From TeX to MathML. Temml turns the formula into a tree of plain objects; the elements are made
 * here, from what the lists below allow and nothing else.
 *
 * So no text is parsed as HTML, and there is no way from a formula to a link, a script, an image, a
 * style or an attribute that isn't listed: `\href` and its like are refused by Temml (`trust`), and
 * what they would make has no place in these lists. Sizes and shifts by which a formula could lie
 * over the rest of the page are left out.
 */
import temml from 'temml';
import './mathml.css';

/** How Temml's tree is made up: elements, text, and odd nodes of HTML that are left out. */
interface Node {
  type?: string;
  text?: string;
  children?: Node[];
  attributes?: Record<string, unknown>;
  classes?: string[];
  style?: Record<string, string>;
}

const MATHML = 'http://www.w3.org/1998/Math/MathML';

const TAGS = new Set(
  (
    'math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle mphantom ' +
    'msub msup msubsup munder mover munderover mmultiscripts mprescripts none mtable mtr mtd'
  ).split(' '),
);

const FLAG = /^(?:true|false)$/;
const LENGTH = /^(?:\d|1\d)?(?:\.\d+)?(?:em|ex|pt|px)$/;

const ATTRIBUTES: Record<string, RegExp> = {
  accent: FLAG,
  accentunder: FLAG,
  columnspan: /^\d{1,2}$/,
  display: /^block$/,
  displaystyle: FLAG,
  fence: FLAG,
  form: /^(?:prefix|infix|postfix)$/,
  largeop: FLAG,
  linethickness: LENGTH,
  lspace: LENGTH,
  mathvariant: /^normal$/,
  maxsize: LENGTH,
  minsize: LENGTH,
  movablelimits: FLAG,
  rspace: LENGTH,
  scriptlevel: /^[0-2]$/,
  separator: FLAG,
  stretchy: FLAG,
  symmetric: FLAG,
  width: LENGTH,
};

/** What of Temml's looks is kept, under names of our own. */
const CLASSES: Record<string, string> = {
  'tml-jot': 'equations',
  'tml-left': 'cell-left',
  'tml-right': 'cell-right',
  'tml-tag': 'tag',
};

/** A formula may expand macros that it defines itself, but not for ever. */
const MOST_EXPANSIONS = 200;
const MOST_NODES = 3_000;
/** Every level costs the layout; people nest formulas a few levels deep. */
const DEEPEST = 60;

/** Draws a formula; undefined where it is no TeX, or too much of it. */
export function draw(tex: string, display: boolean): Element | undefined {
  try {
    const tree = temml.__renderToMathMLTree(tex, {
      displayMode: display,
      throwOnError: true,
      trust: false,
      maxSize: [20, 200],
      maxExpand: MOST_EXPANSIONS,
    });
    const [math] = new Builder().build([tree as Node], 0);
    return math instanceof Element && math.localName === 'math' ? math : undefined;
  } catch {
    return undefined;
  }
}

class Builder {
  #nodes = 0;

  build(nodes: readonly Node[], depth: number): ChildNode[] {
    if (depth > DEEPEST) throw new RangeError('the formula is nested too deeply');
    return nodes.flatMap((node) => {
      if ((this.#nodes += 1) > MOST_NODES) throw new RangeError('the formula is too large');
      if (typeof node.text === 'string') return [document.createTextNode(node.text)];
      const children = this.build(node.children ?? [], depth + 1);
      const tag = tagOf(node);
      // HTML that Temml puts in for labels and numbers.
      if (tag === undefined) return children;
      if (tag === 'msqrt' && !drawsRoots()) return [plainRoot(children)];
      const made = element(tag, ...children);
      for (const [name, value] of Object.entries(node.attributes ?? {})) {
        if (ATTRIBUTES[name]?.test(String(value))) made.setAttribute(name, String(value));
      }
      const classes = classesOf(node);
      if (classes.length > 0) made.setAttribute('class', classes.join(' '));
      return [made];
    });
  }
}

let rootsAreDrawn: boolean | undefined;

/** Where no font has mathematical tables, Chromium leaves the sign of a root out, and so its meaning. */
function drawsRoots(): boolean {
  if (rootsAreDrawn !== undefined) return rootsAreDrawn;
  const inner = element('mi', document.createTextNode('x'));
  const root = element('msqrt', inner);
  const probe = document.createElement('div');
  probe.className = 'markdown formula-probe';
  probe.append(element('math', root));
  document.body.append(probe);
  const { width } = inner.getBoundingClientRect();
  // Without a layout there is no width, and nothing to mend.
  rootsAreDrawn = width === 0 || root.getBoundingClientRect().width > width * 1.2;
  probe.remove();
  return rootsAreDrawn;
}

function plainRoot(children: ChildNode[]): Element {
  const inner = element('mrow', ...children);
  inner.setAttribute('class', 'enclose-top');
  return element('mrow', element('mo', document.createTextNode('√')), inner);
}

function element(tag: string, ...children: ChildNode[]): Element {
  const made = document.createElementNS(MATHML, tag);
  made.append(...children);
  return made;
}

function tagOf({ type = '' }: Node): string | undefined {
  // Not in MathML Core: drawn by a class, or not at all.
  if (type === 'menclose' || type === 'mpadded') return 'mrow';
  return TAGS.has(type) ? type : undefined;
}

/** Temml writes frames and the room between cells as inline styles, which the page forbids. */
function classesOf({ type, classes = [], attributes = {}, style = {} }: Node): string[] {
  const kept = classes.flatMap((name) => CLASSES[name] ?? []);
  if (type === 'menclose') {
    const notations = String(attributes['notation']).split(' ');
    kept.push(...notations.filter((name) => /^[a-z]{1,24}$/.test(name)).map((n) => `enclose-${n}`));
  }
  if (style['border']) kept.push('enclose-box');
  if (type !== 'mtd') return kept;
  if (isNone(style['paddingLeft'])) kept.push('flush-left');
  if (isNone(style['paddingRight'])) kept.push('flush-right');
  if (style['paddingLeft'] === '1em') kept.push('gap-left');
  for (const side of ['Top', 'Right', 'Bottom', 'Left']) {
    if (style[`border${side}`]) kept.push(`rule-${side.toLowerCase()}`);
  }
  return kept;
}

function isNone(length: string | undefined): boolean {
  return length !== undefined && parseFloat(length) === 0;
}
