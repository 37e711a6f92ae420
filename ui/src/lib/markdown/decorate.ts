/**
 * Gives a sanitised fragment its controls, by DOM calls only: no text is parsed as HTML here.
 *
 * Buttons and links carry no handlers of their own; `Markdown.svelte` listens once and asks
 * `actionOf`. The attributes used for that are unknown to the sanitiser, so model text can't forge
 * them.
 */
import { LINK_TARGET } from './sanitise';
import type { MarkdownLabels } from './labels';

/** What a click or a key press inside rendered Markdown means. */
export type Action =
  | { kind: 'link'; url: string }
  | { kind: 'copy'; text: string; button: HTMLElement }
  | { kind: 'wrap'; block: HTMLElement; button: HTMLElement }
  | FootnoteAction;

/** A way to a footnote, or back to where it was referred to. */
export interface FootnoteAction {
  kind: 'footnote' | 'footnote-back';
  name: string;
  link: HTMLElement;
}

export function decorate(fragment: DocumentFragment, labels: MarkdownLabels): DocumentFragment {
  fragment.querySelectorAll('a').forEach(decorateLink);
  fragment.querySelectorAll('span.image').forEach(describeImage);
  fragment
    .querySelectorAll('span.task-done, span.task-open')
    .forEach((task) => describeTask(task, labels));
  fragment.querySelectorAll('pre').forEach((pre) => decorateCode(pre, labels));
  fragment.querySelectorAll('table').forEach((table) => decorateTable(table, labels));
  fragment
    .querySelectorAll<HTMLElement>('span.formula, span.formula-display')
    .forEach((formula) => decorateFormula(formula, labels));
  fragment
    .querySelectorAll<HTMLElement>('sup.footnote-reference')
    .forEach((mark) => decorateReference(mark, labels));
  fragment
    .querySelectorAll<HTMLElement>('div.footnote')
    .forEach((note) => decorateFootnote(note, labels));
  return fragment;
}

export function actionOf(target: EventTarget | null): Action | undefined {
  if (!(target instanceof Element)) return undefined;
  const element = target.closest<HTMLElement>('[data-action]');
  const block = element?.closest<HTMLElement>('.code-block');
  switch (element?.dataset['action']) {
    case 'link':
      return { kind: 'link', url: element.dataset['target'] ?? '' };
    case 'copy':
      return {
        kind: 'copy',
        text: block?.querySelector('code')?.textContent ?? '',
        button: element,
      };
    case 'wrap':
      return block ? { kind: 'wrap', block, button: element } : undefined;
    case 'footnote':
    case 'footnote-back':
      return {
        kind: element.dataset['action'] as FootnoteAction['kind'],
        name: element.dataset['note'] ?? '',
        link: element,
      };
    default:
      return undefined;
  }
}

/**
 * The target to offer, or undefined where it is not an absolute web or mail address. Hosts come out
 * in punycode, so that a look-alike letter can be seen.
 */
export function offeredTarget(href: string | null): string | undefined {
  if (href === null || !LINK_TARGET.test(href)) return undefined;
  try {
    return new URL(href).href;
  } catch {
    return undefined;
  }
}

/** No `href` stays: a middle click, a drag or a context menu must not be able to follow it. */
function decorateLink(anchor: HTMLAnchorElement): void {
  const url = offeredTarget(anchor.getAttribute('href'));
  const written = anchor.getAttribute('title') ?? '';
  anchor.removeAttribute('href');
  if (url) {
    anchor.title = url;
    anchor.tabIndex = 0;
    anchor.setAttribute('role', 'link');
    anchor.dataset['action'] = 'link';
    anchor.dataset['target'] = url;
    return;
  }
  const plain = document.createElement('span');
  plain.className = 'refused-link';
  plain.append(...anchor.childNodes);
  if (written !== '' && plain.textContent !== written) plain.append(` (${written})`);
  anchor.replaceWith(plain);
}

function describeImage(image: Element): void {
  const target = image.getAttribute('title') ?? '';
  const description = image.textContent ?? '';
  image.removeAttribute('title');
  image.textContent = description === '' ? target : `${description} (${target})`;
}

function describeTask(task: Element, labels: MarkdownLabels): void {
  const done = task.className === 'task-done';
  task.setAttribute('role', 'img');
  task.setAttribute('aria-label', done ? labels.taskDone : labels.taskOpen);
  task.textContent = done ? '\u2611' : '\u2610';
  task.closest('li')?.classList.add('task');
}

function decorateCode(pre: HTMLPreElement, labels: MarkdownLabels): void {
  const code = pre.querySelector('code');
  const language = /^language-(.+)$/.exec(code?.className ?? '')?.[1] ?? '';
  code?.removeAttribute('class');
  if (code && language) code.dataset['language'] = language;

  const block = document.createElement('div');
  block.className = 'code-block';
  const head = document.createElement('div');
  head.className = 'code-head';
  const name = document.createElement('span');
  name.className = 'code-language';
  name.textContent = language;
  const wrap = button('wrap', labels.wrap);
  wrap.setAttribute('aria-pressed', 'false');
  head.append(name, wrap, button('copy', labels.copy));

  pre.replaceWith(block);
  makeScrollable(pre, language ? `${labels.code}: ${language}` : labels.code);
  pre.dir = 'ltr';
  block.append(head, pre);
}

function decorateTable(table: HTMLTableElement, labels: MarkdownLabels): void {
  const frame = document.createElement('div');
  frame.className = 'table-frame';
  makeScrollable(frame, labels.table);
  table.replaceWith(frame);
  frame.append(table);
}

/** A longer formula in a line of text can be wider than a phone, and then scrolls by itself. */
const LONGEST_INLINE = 32;

/** Marks what `typeset.ts` is to draw. An open formula has no end yet and stays its source. */
function decorateFormula(formula: HTMLElement, labels: MarkdownLabels): void {
  const source = formula.textContent ?? '';
  const isDisplay = formula.classList.contains('formula-display');
  if (!isDisplay && source.length > LONGEST_INLINE) formula.classList.add('wide');
  if (isDisplay || source.length > LONGEST_INLINE) makeScrollable(formula, labels.formula);
  formula.dir = 'ltr';
  if (!formula.classList.contains('open')) formula.dataset['tex'] = source;
}

function decorateReference(mark: HTMLElement, labels: MarkdownLabels): void {
  const name = mark.textContent ?? '';
  mark.replaceChildren(footnoteLink('footnote', name, name, `${labels.footnote} ${name}`));
}

/** The note can be jumped to, and from its end back to where it was referred to. */
function decorateFootnote(note: HTMLElement, labels: MarkdownLabels): void {
  const name = note.firstElementChild?.textContent ?? '';
  note.tabIndex = -1;
  note.dataset['note'] = name;
  note.setAttribute('role', 'note');
  note.setAttribute('aria-label', `${labels.footnote} ${name}`);
  const end = note.lastElementChild?.localName === 'p' ? note.lastElementChild : note;
  end.append(' ', footnoteLink('footnote-back', name, '\u21A9\uFE0E', labels.footnoteBack));
}

function footnoteLink(action: string, name: string, text: string, label: string): HTMLElement {
  const link = document.createElement('a');
  link.textContent = text;
  link.tabIndex = 0;
  link.setAttribute('role', 'link');
  link.setAttribute('aria-label', label);
  link.dataset['action'] = action;
  link.dataset['note'] = name;
  return link;
}

/** What scrolls sideways must be reachable by keyboard, and then needs a name. */
function makeScrollable(element: HTMLElement, name: string): void {
  element.tabIndex = 0;
  element.setAttribute('role', 'group');
  element.setAttribute('aria-label', name);
}

function button(action: 'copy' | 'wrap', label: string): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.dataset['action'] = action;
  element.textContent = label;
  return element;
}
