import { describe, expect, it } from 'vitest';
import { dangersIn } from './inert';
import { draw } from './mathml';

function drawn(tex: string, display = false): HTMLElement {
  const root = document.createElement('div');
  root.append(draw(tex, display) ?? 'refused');
  return root;
}

describe('what is drawn', () => {
  it('has the structure of the formula', () => {
    const root = drawn(String.raw`\frac{-b \pm \sqrt{b^2 - 4ac}}{2a}`);
    expect(root.querySelector('mfrac > mrow > msqrt msup')?.textContent).toBe('b2');
    expect(root.textContent).toBe('−b±b2−4ac2a');
  });

  it.each([
    [String.raw`\begin{aligned} a &= b \\ &+ c \end{aligned}`, 'mtable.equations .cell-right'],
    [String.raw`\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}`, 'mtable mtd.flush-left'],
    [String.raw`\begin{cases} x & x > 0 \\ 0 & \text{else} \end{cases}`, 'mtd.cell-left mtext'],
    [
      String.raw`\begin{array}{c|c} 1 & 2 \\ \hline 3 & 4 \end{array}`,
      'mtd.rule-right.rule-bottom',
    ],
    [String.raw`\boxed{x}`, 'mrow.enclose-box'],
    [String.raw`\cancel{x}`, 'mrow.enclose-updiagonalstrike'],
    [String.raw`\overline{ab}`, 'mrow.enclose-top'],
    [String.raw`x \tag{1}`, '.tag'],
    [String.raw`\binom{n}{k}`, 'mfrac[linethickness]'],
    [String.raw`\sum_{i=1}^n`, 'munderover > mo[movablelimits=false]'],
    [String.raw`\mathbb{R}`, 'mi'],
  ])('draws %s without inline styles', (tex, selector) => {
    const root = drawn(tex, true);
    expect(root.querySelector(selector)).not.toBeNull();
    expect(root.querySelector('[style]')).toBeNull();
    expect(dangersIn(root)).toEqual([]);
  });

  it('knows no colours, which could hide text from one reader and not from another', () => {
    const root = drawn(String.raw`\color{white} x \colorbox{black}{y}`);
    expect(dangersIn(root)).toEqual([]);
  });
});

describe('what is refused', () => {
  it.each([
    String.raw`\frac{`,
    String.raw`\href{https://example.org}{x}`,
    String.raw`\includegraphics{https://example.org/x.png}`,
    String.raw`\class{x}{y}`,
    String.raw`\unknown`,
    String.raw`\def\x{\x\x}\x`,
    // Deeper, or more, than the layout should be asked for.
    `${'{'.repeat(2_000)}x${'}'.repeat(2_000)}`,
    `${'\\sqrt{'.repeat(80)}x${'}'.repeat(80)}`,
    `${'\\frac1'.repeat(300)}2`,
    `${'x_1'.repeat(1_200)}`,
  ])('%s', (tex) => {
    expect(draw(tex, false)).toBeUndefined();
  });

  it('leaves nothing behind for the next formula', () => {
    draw(String.raw`\gdef\alpha{stolen}\alpha`, false);
    expect(drawn(String.raw`\alpha`).textContent).toBe('α');
  });
});

it('works where the prototypes of all objects are frozen, as in the app', () => {
  for (const { prototype } of [Object, Array, Function, Map, Set, RegExp, Error]) {
    Object.freeze(prototype);
  }
  expect(drawn(String.raw`\int_0^1 x^2 \, dx = \frac13`, true).textContent).toContain('∫');
  expect(draw(String.raw`\frac{`, true)).toBeUndefined();
});
