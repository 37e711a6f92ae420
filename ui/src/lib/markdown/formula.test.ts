import { describe, expect, it } from 'vitest';
import { formulaAt, maskFormulas, unfinishedFormula } from './formula';

/** The formulas in a text, found as the dialect finds them. */
function formulasIn(text: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length;) {
    const formula = formulaAt(text.slice(at), text[at - 1]);
    if (formula) found.push(formula.tex);
    at += formula?.raw.length ?? 1;
  }
  return found;
}

describe('a formula', () => {
  it.each([
    [String.raw`so \(x^2\) is`, ['x^2']],
    [String.raw`so \[ x^2 \] is`, [' x^2 ']],
    ['so $x^2$, and $y$.', ['x^2', 'y']],
    ['the $n$-th and $5$ and $10\\,000$', ['n', '5', '10\\,000']],
    ['$$\nx\n$$', ['\nx\n']],
    ['函数$f(x)$的导数', ['f(x)']],
    [String.raw`$\text{if } x = \$5$`, [String.raw`\text{if } x = \$5`]],
    ['$2 \\sin x \\text{ for all } x$', ['2 \\sin x \\text{ for all } x']],
    [String.raw`\[a \\\]`, [String.raw`a \\`]],
  ])('is found in %j', (text, formulas) => {
    expect(formulasIn(text)).toEqual(formulas);
  });

  it.each([
    'It costs $5 and $10.',
    'from $5 to $7, or $9',
    '$5-$10',
    '$1,000/$2,000',
    'pay $5, or 5$ each',
    'US$5 and A$6',
    'echo $HOME:$PATH',
    'set $HOME and $PATH',
    '$HOME is where $',
    '$ x $',
    '$$',
    '$$$$',
    'a `$x` and `$y`',
    'costs $3\n\nand 4$',
    String.raw`\( not closed`,
    String.raw`\(a` + '\n\n' + String.raw`b\)`,
    String.raw`array\[0\]`,
  ])('is not found in %j', (text) => {
    expect(formulasIn(text)).toEqual([]);
  });

  it('hides its marks from Markdown', () => {
    expect(maskFormulas('*a $b*c$ d*', '*a $b*c$ d*')).toBe('*a aaaaa d*');
  });
});

describe('an unfinished formula', () => {
  it.each([
    [String.raw`so \(x^2`, 3],
    [String.raw`so \[x^2`, 3],
    ['so $x^2', 3],
    ['so $x', 3],
    ['so $', 3],
    ['so $$x + y', 3],
    ['so $x$ and $y', 11],
    ['so $\\text{if ', 3],
    ['one \\(a\n\ntwo \\(b', 13],
  ])('begins in %j at %i', (text, start) => {
    expect(unfinishedFormula(text)).toBe(start);
  });

  it.each([
    'so $x$ and',
    'It costs $5 and',
    'It costs $5 or $10',
    '$HOME is',
    'in `$x',
    'in `\\(x` and',
    String.raw`\(x\)`,
    'one \\(a\n\ntwo',
    'plain',
  ])('is not in %j', (text) => {
    expect(unfinishedFormula(text)).toBe(-1);
  });

  it('takes hostile runs in stride', () => {
    for (const mark of ['$', '\\(', '\\[', '$$', '$a ', '\\(\n', '`$', '\\', '$\\']) {
      const text = mark.repeat(5_000);
      expect(unfinishedFormula(text)).toBeLessThan(text.length);
      expect(maskFormulas(text, text)).toHaveLength(text.length);
    }
  });
});
