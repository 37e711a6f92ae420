import { flushSync, mount, unmount } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { dangersIn } from './inert';
import Markdown from './Markdown.svelte';
import { PAYLOADS, RICH_PAYLOADS } from './payloads';
import { RICH_SAMPLE } from './sample';

interface Values {
  text: string;
  streaming: boolean;
}

const open: ReturnType<typeof mount>[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((app) => unmount(app)));
  document.body.replaceChildren();
});

function show(text: string, streaming = false) {
  const values = new SvelteMap<keyof Values, string | boolean>([
    ['text', text],
    ['streaming', streaming],
  ]);
  const onlink = vi.fn<(url: string) => void>();
  const oncopy = vi.fn<(text: string) => boolean>(() => true);
  const app = mount(Markdown, {
    target: document.body,
    props: {
      get text() {
        return values.get('text') as string;
      },
      get streaming() {
        return values.get('streaming') as boolean;
      },
      onlink,
      oncopy,
    },
  });
  open.push(app);
  flushSync();
  const root = document.body.lastElementChild as HTMLElement;
  return {
    root,
    onlink,
    oncopy,
    update(next: Partial<Values>) {
      for (const [key, value] of Object.entries(next)) values.set(key as keyof Values, value);
      flushSync();
    },
    find: <T extends HTMLElement>(selector: string) => root.querySelector<T>(selector) as T,
  };
}

/** All of them are tried in a page that draws formulas at once. */
const HOSTILE = [...PAYLOADS, ...RICH_PAYLOADS];

async function drawsFormulas(): Promise<void> {
  const { root } = show('\\(x\\)');
  await vi.waitFor(() => expect(root.querySelector('math')).not.toBeNull());
}

describe('hostile text', () => {
  beforeAll(drawsFormulas);

  it.each(HOSTILE)('stays inert: %j', (payload) => {
    const { root } = show(payload);
    expect(dangersIn(root)).toEqual([]);
  });

  it.each(HOSTILE)('stays inert while it streams in, cut anywhere: %j', (payload) => {
    const view = show('', true);
    const cuts = [1, 2, 4];
    for (let end = 1, i = 0; end < payload.length; end += cuts[i % 3] ?? 1, i += 1) {
      view.update({ text: payload.slice(0, end) });
      expect(dangersIn(view.root)).toEqual([]);
    }
    view.update({ text: payload, streaming: false });
    expect(dangersIn(view.root)).toEqual([]);
  });

  it('stays inert when payloads are put together and cut into pieces anywhere', () => {
    const text = HOSTILE.join('\n\n');
    const view = show('', true);
    for (let end = 0; end < text.length; end += 97) {
      view.update({ text: text.slice(0, end) });
      expect(dangersIn(view.root)).toEqual([]);
    }
    view.update({ text, streaming: false });
    expect(dangersIn(view.root)).toEqual([]);
  });

  it('shows tags as the text they are', () => {
    const { root } = show('a <b>bold</b> <script>x</script>');
    expect(root.textContent).toBe('a <b>bold</b> <script>x</script>');
  });

  it('lets the checker fail: it knows a live tree from an inert one', () => {
    const live = document.createElement('div');
    live.innerHTML =
      '<p onclick="x()">a</p><img alt=""><svg></svg><a href="https://a.example">b</a>';
    expect(dangersIn(live)).toHaveLength(5);
  });
});

describe('links', () => {
  it('are offered with their whole target and navigate nowhere', () => {
    const { find, onlink } = show('[site](https://example.org/a?b=c&d#e "title")');
    const link = find('[role=link]');
    expect(link.hasAttribute('href')).toBe(false);
    expect(link.title).toBe('https://example.org/a?b=c&d#e');
    link.click();
    expect(onlink.mock.calls).toEqual([['https://example.org/a?b=c&d#e']]);
  });

  it('open by Enter and are in the tab order', () => {
    const { find, onlink } = show('<https://example.org/>');
    const link = find('[role=link]');
    expect(link.tabIndex).toBe(0);
    link.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    expect(onlink).toHaveBeenCalledExactlyOnceWith('https://example.org/');
  });

  it('show a look-alike host in punycode', () => {
    const { find } = show('[bank](https://\u0430pple.com/)');
    expect(find('[role=link]').title).toBe('https://xn--pple-43d.com/');
  });

  it('with another scheme become text that shows the target', () => {
    const { root } = show('[open](file:///etc/passwd) [run](javascript:alert(1))');
    expect(root.querySelector('[role=link]')).toBeNull();
    expect(root.textContent).toBe('open (file:///etc/passwd) run (javascript:alert(1))');
  });

  it('take a reference definition that arrives last', () => {
    const view = show('See [the manual][m].\n\nMore.\n\nAnd more.\n\n', true);
    expect(view.root.querySelector('[role=link]')).toBeNull();
    view.update({
      text: 'See [the manual][m].\n\nMore.\n\nAnd more.\n\n[m]: https://example.org/m',
    });
    expect(view.find('[role=link]').title).toBe('https://example.org/m');
  });

  it('take the whole target of a definition that arrived in pieces', () => {
    const text = '[a]\n\nb\n\nc\n\n[a]: https://example.org/long/path';
    const view = show('', true);
    for (let end = 1; end <= text.length; end += 1) view.update({ text: text.slice(0, end) });
    expect(view.find('[role=link]').title).toBe('https://example.org/long/path');
  });
});

it('shows images as their description and target', () => {
  const { root } = show('![a cat](https://example.org/cat.png)');
  expect(root.textContent).toBe('a cat (https://example.org/cat.png)');
  expect(root.querySelector('img')).toBeNull();
});

describe('code blocks', () => {
  const CODE = 'Try:\n\n```py\nprint("<b>")\n```\n\nDone.';

  it('carry their language and copy what was written', () => {
    const { find, oncopy } = show(CODE);
    expect(find('.code-language').textContent).toBe('py');
    find('[data-action=copy]').click();
    expect(oncopy).toHaveBeenCalledExactlyOnceWith('print("<b>")');
  });

  it('say that they were copied, and only if they were', async () => {
    const done = show(CODE);
    done.find('[data-action=copy]').click();
    await vi.waitFor(() => expect(done.find('[data-action=copy]').textContent).toBe('Copied'));

    const failed = show(CODE);
    failed.oncopy.mockReturnValue(false);
    failed.find('[data-action=copy]').click();
    await Promise.resolve();
    expect(failed.find('[data-action=copy]').textContent).toBe('Copy');
  });

  it('wrap on demand, also while more text arrives', () => {
    const view = show('```\na long line', true);
    view.find('[data-action=wrap]').click();
    view.update({ text: '```\na long line that grows' });
    expect(view.find('.code-block').hasAttribute('data-wrap')).toBe(true);
    expect(view.find('[data-action=wrap]').getAttribute('aria-pressed')).toBe('true');
  });

  it('are coloured once they are closed, without changing the text', async () => {
    const view = show('```py\nprint("<b>")\n', true);
    view.update({ text: CODE, streaming: false });
    await vi.waitFor(() => expect(view.root.querySelector('.hljs-string')).not.toBeNull());
    expect(view.find('code').textContent).toBe('print("<b>")');
    expect(dangersIn(view.root)).toEqual([]);
  });

  it('inside lists have the same controls', () => {
    const { find, oncopy } = show('1. First\n\n   ```sh\n   ls\n   ```\n');
    find('[data-action=copy]').click();
    expect(oncopy).toHaveBeenCalledExactlyOnceWith('ls');
  });
});

describe('structure', () => {
  it('keeps the outline below the page and never skips a level', () => {
    const { root } = show('#### Deep\n\n###### Deeper\n\n# Top\n\n### Third');
    const levels = [...root.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((h) => h.localName);
    expect(levels).toEqual(['h2', 'h3', 'h2', 'h3']);
  });

  it('gives every block its own direction', () => {
    const { root } = show('Hello\n\nمرحبا');
    expect([...root.querySelectorAll('.block')].map((b) => b.getAttribute('dir'))).toEqual([
      'auto',
      'auto',
    ]);
  });

  it('keeps code left to right', () => {
    expect(show('```\nمرحبا\n```').find('pre').dir).toBe('ltr');
  });

  it('renders tables that can be scrolled by keyboard, with alignment and without style attributes', () => {
    const { find, root } = show('| a | |\n|--:|:-:|\n| 1 | 2 |');
    expect(find('.table-frame').tabIndex).toBe(0);
    expect(find('th').className).toBe('align-right');
    expect(root.querySelectorAll('th')).toHaveLength(1);
    expect(root.querySelector('[style]')).toBeNull();
  });

  it('names the state of a task', () => {
    const { root } = show('- [x] wash\n- [ ] dry');
    const tasks = [...root.querySelectorAll('[role=img]')];
    expect(tasks.map((task) => task.getAttribute('aria-label'))).toEqual(['Done', 'To do']);
    expect(root.textContent).toMatch(/☑\s*wash\s*☐\s*dry/);
  });

  it('survives text that the parser can not take', () => {
    const text = '>'.repeat(50_000);
    expect(show(text).root.textContent).toContain('>>>');
  });

  it('shows nothing for nothing', () => {
    expect(show('').root.querySelector('.block')).toBeNull();
  });
});

describe('footnotes', () => {
  const TEXT = 'One[^1] and two[^1].\n\n[^1]: The **note**.';

  it('are jumped to inside the message, and lead back to where they were called from', () => {
    const other = show(TEXT);
    const { root, find } = show(TEXT);
    const [, second] = root.querySelectorAll<HTMLElement>('.footnote-reference [role=link]');
    const scroll = vi.fn();
    Element.prototype.scrollIntoView = scroll;
    second?.click();
    expect(document.activeElement).toBe(find('.footnote'));
    expect(other.root.contains(document.activeElement)).toBe(false);
    find('[data-action=footnote-back]').dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }),
    );
    expect(document.activeElement).toBe(second);
    expect(scroll).toHaveBeenCalledTimes(2);
  });

  it('have names for a screen reader', () => {
    const { find } = show(TEXT);
    expect(find('.footnote-reference [role=link]').getAttribute('aria-label')).toBe('Footnote 1');
    expect(find('.footnote').getAttribute('aria-label')).toBe('Footnote 1');
    expect(find('.footnote').textContent).toMatch(/^1The note\./);
    expect(find('[data-action=footnote-back]').getAttribute('aria-label')).toBe('Back to the text');
  });

  it('are called in front of a colon, too', () => {
    const { root } = show('One[^1]: two.\n\n[^1]: A note.');
    expect(root.querySelector('p')?.textContent).toBe('One1: two.');
  });

  it('that are not defined are text', () => {
    const { root } = show('The class [^0-9] and a[^1].');
    expect(root.textContent).toBe('The class [^0-9] and a[^1].');
  });

  it('are called from text that came before', () => {
    const view = show('One[^1].\n\nTwo.\n\nThree.', true);
    view.update({ text: 'One[^1].\n\nTwo.\n\nThree.\n\n[^1]: N' });
    expect(view.root.querySelector('.footnote-reference')).not.toBeNull();
  });
});

describe('formulas', () => {
  beforeAll(drawsFormulas);

  it('are drawn in the line and on their own', () => {
    const { root } = show('So \\(x^2\\) and $y$:\n\n\\[\nz\n\\]');
    expect(root.querySelectorAll('p .formula math')).toHaveLength(2);
    expect(root.querySelectorAll('.formula-display math[display=block]')).toHaveLength(1);
    expect(root.querySelector('.formula-display')?.getAttribute('aria-label')).toBe('Formula');
  });

  it('that are no TeX are read as they were written', () => {
    const { root } = show('So \\(\\frac{\\) and $$\\nope$$.');
    expect(root.textContent).toBe('So \\(\\frac{\\) and $$\\nope$$.');
  });

  it('leave prices alone', () => {
    const { root } = show('It is $5, not $10; or US$6.');
    expect(root.textContent).toBe('It is $5, not $10; or US$6.');
  });

  it('are never seen half while they stream in a line', () => {
    const text = 'So \\(\\frac{a}{b}\\) and $x_1$ are *one*';
    const view = show('', true);
    for (let end = 1; end <= text.length; end += 1) {
      view.update({ text: text.slice(0, end) });
      expect(view.root.textContent).not.toMatch(/[\\$_{}()*]/);
    }
  });

  it('are drawn once, however much text follows in their paragraph', () => {
    const view = show('So \\(x\\) is', true);
    const math = view.find('math');
    view.update({ text: 'So \\(x\\) is **sma' });
    view.update({ text: 'So \\(x\\) is **small**.', streaming: false });
    expect(view.find('math')).toBe(math);
  });

  it('show the source of a long one that is still growing, and then draw it', () => {
    const view = show('So:\n\\[\na\n+ b', true);
    expect(view.find('.formula-display').textContent).toBe('\\[\na\n+ b');
    expect(view.root.querySelector('ul')).toBeNull();
    view.update({ text: 'So:\n\\[\na\n+ b\n\\]' });
    expect(view.find('.formula-display').textContent).toBe('a+b');
  });

  it('and footnotes end the same however the text arrives', () => {
    const whole = show(RICH_SAMPLE);
    const view = show('', true);
    for (let end = 1; end < RICH_SAMPLE.length; end += 3) {
      view.update({ text: RICH_SAMPLE.slice(0, end) });
    }
    view.update({ text: RICH_SAMPLE, streaming: false });
    expect(view.root.innerHTML).toBe(whole.root.innerHTML);
  });
});

describe('streaming', () => {
  it('leaves finished blocks alone', () => {
    const view = show('One.\n\nTwo.\n\nThree.\n\nFou', true);
    const [first, second] = view.root.querySelectorAll('p');
    view.update({ text: 'One.\n\nTwo.\n\nThree.\n\nFour **and' });
    view.update({ text: 'One.\n\nTwo.\n\nThree.\n\nFour **and** more.', streaming: false });
    expect([...view.root.querySelectorAll('p')].slice(0, 2)).toEqual([first, second]);
    expect(view.root.querySelector('p')).toBe(first);
  });

  it('grows the text node in place, so that a selection inside it survives', () => {
    const view = show('Hello wor', true);
    const text = view.find('p').firstChild as Text;
    const selection = getSelection() as Selection;
    selection.setBaseAndExtent(text, 0, text, 5);
    view.update({ text: 'Hello world, again' });
    expect(view.find('p').firstChild).toBe(text);
    expect(selection.toString()).toBe('Hello');
  });

  it('never shows the stars of bold text that has not ended', () => {
    const text = 'This is **very important** indeed';
    const view = show('', true);
    for (let end = 1; end <= text.length; end += 1) {
      view.update({ text: text.slice(0, end) });
      expect(view.root.textContent).not.toContain('*');
    }
  });

  it('shows a finished answer exactly as written, however odd', () => {
    const view = show('a ** b', true);
    view.update({ text: 'a ** b *', streaming: false });
    expect(view.root.textContent).toBe('a ** b *');
  });
});
