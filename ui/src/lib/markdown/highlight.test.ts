import { expect, it } from 'vitest';
import { grammarOf, highlight } from './highlight';

function code(language: string, text: string): HTMLElement {
  const element = document.createElement('code');
  element.dataset['language'] = language;
  element.textContent = text;
  return element;
}

it.each([
  ['js', 'javascript'],
  ['TS', 'typescript'],
  ['c++', 'cpp'],
  ['toml', 'ini'],
  ['rust', 'rust'],
])('knows %s as %s', (written, grammar) => {
  expect(grammarOf(written)).toBe(grammar);
});

it.each(['', 'klingon', '__proto__', 'constructor', 'toString'])(
  'knows no grammar for %j',
  (name) => {
    expect(grammarOf(name)).toBeUndefined();
  },
);

it('colours with classes only and keeps every character', async () => {
  const text = 'fn main() {\n    println!("<img src=x onerror=1> & \u{1F980}");\n}\n';
  const element = code('rust', text);
  await highlight(element);
  expect(element.querySelector('.hljs-keyword')?.textContent).toBe('fn');
  expect(element.textContent).toBe(text);
  expect([...element.querySelectorAll('*')].map((child) => child.localName)).not.toContain('img');
});

it('leaves code that changed while the grammar loaded', async () => {
  const element = code('swift', 'let a = 1');
  const colouring = highlight(element);
  element.textContent = 'let a = 12';
  await colouring;
  expect(element.childElementCount).toBe(0);
});

it('leaves very long code plain', async () => {
  const element = code('json', '['.repeat(30_000));
  await highlight(element);
  expect(element.childElementCount).toBe(0);
});
