/** How much work a long answer makes while it streams, counted rather than timed. */
import { flushSync, mount, unmount } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { expect, it, vi } from 'vitest';
import type { Block } from './blocks';
import * as dialect from './dialect';
import Markdown from './Markdown.svelte';
import * as render from './render';

vi.mock('./render', { spy: true });
vi.mock('./dialect', { spy: true });

const PARAGRAPH =
  'Some **forty** words of an answer, with \\(x_1\\), a [link][m] and a note[^1], so that there is ' +
  'something to do in each, over and over again until four thousand of them have been said.';

/** Some 4,000 words with all that could make blocks depend on each other. */
const ANSWER =
  `[m]: https://example.org\n\n[^1]: Early.\n\n` +
  Array.from({ length: 60 }, (_, n) => {
    const list = `- one\n- two \`dict[str]: x\`\n\n\`\`\`py\nx[${n}]: int = a[1:2]\n\`\`\``;
    return `## Part ${n}\n\n${PARAGRAPH}\n\n${list}\n\n${PARAGRAPH}`;
  }).join('\n\n');

it('does the work for a settled block once', () => {
  const values = new SvelteMap<string, string>([['text', '']]);
  const app = mount(Markdown, {
    target: document.body,
    props: {
      get text() {
        return values.get('text') ?? '';
      },
      streaming: true,
      onlink: () => undefined,
      oncopy: () => undefined,
    },
  });
  const rendered = vi.mocked(render.renderBlock);
  const lexed = vi.mocked(dialect.lex);
  const settled = new Map<Block, number>();
  let pieces = 0;
  let most = 0;
  let longest = 0;
  for (let end = 0; end <= ANSWER.length; end += 50) {
    rendered.mockClear();
    lexed.mockClear();
    values.set('text', ANSWER.slice(0, end));
    flushSync();
    pieces += 1;
    for (const [, block] of rendered.mock.calls) {
      if (!block.open) settled.set(block, (settled.get(block) ?? 0) + 1);
    }
    // The first pieces define what the rest refers to; from then on only the end is looked at.
    if (end < 200) continue;
    most = Math.max(most, rendered.mock.calls.length);
    longest = Math.max(longest, ...lexed.mock.calls.map(([source]) => source.length));
  }
  const blocks = document.querySelectorAll('.block').length;
  expect(pieces).toBeGreaterThan(500);
  expect(blocks).toBeGreaterThan(240);
  // One piece of text ends one block, and begins another, or two where it is short.
  expect(most).toBeLessThanOrEqual(4);
  expect(Math.max(...settled.values())).toBe(1);
  expect(settled.size).toBeLessThanOrEqual(blocks * 2);
  expect(longest).toBeLessThan(600);
  void unmount(app);
}, 60_000);
