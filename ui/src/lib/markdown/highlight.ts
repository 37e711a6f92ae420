/**
 * Code colours: highlight.js with a modest set of grammars, each its own lazily loaded file.
 *
 * The output of the highlighter is model text turned into HTML once more, so it goes through a
 * sanitiser of its own that knows nothing but `<span class>`.
 */
import DOMPurify from 'dompurify';
import type { HLJSApi, LanguageFn } from 'highlight.js';
import { nextFrame } from './next-frame';

type Grammar = () => Promise<{ default: LanguageFn }>;

const GRAMMARS: Record<string, Grammar> = {
  bash: () => import('highlight.js/lib/languages/bash'),
  c: () => import('highlight.js/lib/languages/c'),
  cpp: () => import('highlight.js/lib/languages/cpp'),
  csharp: () => import('highlight.js/lib/languages/csharp'),
  css: () => import('highlight.js/lib/languages/css'),
  diff: () => import('highlight.js/lib/languages/diff'),
  go: () => import('highlight.js/lib/languages/go'),
  ini: () => import('highlight.js/lib/languages/ini'),
  java: () => import('highlight.js/lib/languages/java'),
  javascript: () => import('highlight.js/lib/languages/javascript'),
  json: () => import('highlight.js/lib/languages/json'),
  kotlin: () => import('highlight.js/lib/languages/kotlin'),
  markdown: () => import('highlight.js/lib/languages/markdown'),
  php: () => import('highlight.js/lib/languages/php'),
  python: () => import('highlight.js/lib/languages/python'),
  ruby: () => import('highlight.js/lib/languages/ruby'),
  rust: () => import('highlight.js/lib/languages/rust'),
  sql: () => import('highlight.js/lib/languages/sql'),
  swift: () => import('highlight.js/lib/languages/swift'),
  typescript: () => import('highlight.js/lib/languages/typescript'),
  xml: () => import('highlight.js/lib/languages/xml'),
  yaml: () => import('highlight.js/lib/languages/yaml'),
};

const ALIASES: Record<string, string> = {
  'c#': 'csharp',
  'c++': 'cpp',
  cc: 'cpp',
  console: 'bash',
  cs: 'csharp',
  golang: 'go',
  h: 'c',
  hpp: 'cpp',
  html: 'xml',
  js: 'javascript',
  jsx: 'javascript',
  kt: 'kotlin',
  md: 'markdown',
  patch: 'diff',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  sh: 'bash',
  shell: 'bash',
  svg: 'xml',
  toml: 'ini',
  ts: 'typescript',
  tsx: 'typescript',
  yml: 'yaml',
  zsh: 'bash',
};

/** Longer code stays plain: colouring it would hold up the window for longer than a frame or two. */
const LONGEST_CODE = 20_000;

let core: HLJSApi | undefined;

/** The grammar for what a model wrote after the fence, or undefined where there is none. */
export function grammarOf(language: string): string | undefined {
  const name = language.toLowerCase();
  const grammar = Object.hasOwn(ALIASES, name) ? ALIASES[name] : name;
  return grammar !== undefined && Object.hasOwn(GRAMMARS, grammar) ? grammar : undefined;
}

/**
 * Colours a `<code data-language>` element in place: at once where the grammar is loaded, else when
 * it has loaded, if the element still holds the same text. Never rejects: uncoloured code is fine.
 */
export function highlight(code: HTMLElement): Promise<void> {
  const text = code.textContent ?? '';
  const grammar = grammarOf(code.dataset['language'] ?? '');
  if (!grammar || text.length > LONGEST_CODE) return Promise.resolve();
  if (core?.getLanguage(grammar)) {
    colour(core, grammar, code, text);
    return Promise.resolve();
  }
  return load(grammar).then(
    (loaded) => {
      if (code.textContent === text) colour(loaded, grammar, code, text);
    },
    () => undefined,
  );
}

async function load(grammar: string): Promise<HLJSApi> {
  const [{ default: loaded }, { default: language }] = await Promise.all([
    import('highlight.js/lib/core'),
    (GRAMMARS[grammar] as Grammar)(),
  ]);
  await nextFrame();
  if (!loaded.getLanguage(grammar)) loaded.registerLanguage(grammar, language);
  core = loaded;
  return loaded;
}

function colour(hljs: HLJSApi, grammar: string, code: HTMLElement, text: string): void {
  const html = hljs.highlight(text, { language: grammar, ignoreIllegals: true }).value;
  const fragment = DOMPurify.sanitize(html, {
    ALLOWED_TAGS: ['span'],
    ALLOWED_ATTR: ['class'],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
  // Colours may never change what the code says.
  if (fragment.textContent === text) code.replaceChildren(fragment);
}
