import { describe, expect, it } from 'vitest';
import { settle } from './settle';

describe('settle', () => {
  it.each([
    // emphasis
    ['a **bo', 'a **bo**'],
    ['a **bold*', 'a **bold**'],
    ['a **', 'a '],
    ['a *it', 'a *it*'],
    ['a ***both', 'a ***both***'],
    ['**a *b', '**a *b***'],
    ['a ~~gon', 'a ~~gon~~'],
    ['_it', '_it_'],
    ['snake_case', 'snake_case'],
    ['2 * 3', '2 * 3'],
    ['**done** and', '**done** and'],
    ['a \\*', 'a \\*'],
    ['a \\', 'a '],
    // code spans
    ['use `ls', 'use `ls`'],
    ['use `', 'use '],
    ['use ``a`b', 'use ``a`b``'],
    ['`**` is', '`**` is'],
    // links and images
    ['see [the man', 'see the man'],
    ['see [the **man', 'see the **man**'],
    ['see [the manual](https://exa', 'see the manual'],
    ['see [the manual]', 'see the manual'],
    ['see [a](b)', 'see [a](b)'],
    ['an ![im', 'an im'],
    // block beginnings
    ['Title\n-', 'Title\n'],
    ['Title\n==', 'Title\n'],
    ['text\n#', 'text\n'],
    ['text\n``', 'text\n'],
    ['``', ''],
    // tables
    ['| a | b', '| a | b\n|---|---|\n'],
    ['| a | b |\n|--', '| a | b |\n|---|---|\n'],
  ])('completes the paragraph %j as %j', (raw, settled) => {
    expect(settle(raw, 'paragraph')).toBe(settled);
  });

  it('closes what is open in the last item, not across items', () => {
    expect(settle('- **a\n- *b', 'list')).toBe('- **a\n- *b*');
  });

  it('leaves code inside a list alone', () => {
    expect(settle('- a\n  ```\n  **x', 'list')).toBe('- a\n  ```\n  **x');
  });

  it('closes what is open in the last cell', () => {
    expect(settle('| a | b |\n|---|---|\n| *x* | **y', 'table')).toBe(
      '| a | b |\n|---|---|\n| *x* | **y**',
    );
  });

  it('holds back a closing fence that is only beginning', () => {
    expect(settle('```js\nx\n``', 'code')).toBe('```js\nx\n');
    expect(settle('```js\nx\n```', 'code')).toBe('```js\nx\n```');
    expect(settle('````\n```', 'code')).toBe('````\n');
  });

  it('takes hostile runs in stride', () => {
    for (const mark of ['[', '![', '*', '**a ', '`', '\\', '| ', '> ', '- ', '[a](', '_a']) {
      const raw = mark.repeat(3_000);
      expect(settle(raw, 'paragraph').length).toBeLessThan(raw.length * 4);
    }
  });
});
