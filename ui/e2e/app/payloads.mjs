// @ts-check
// The hostile Markdown of the page's own tests, for the tests of the window.
import { readFileSync } from 'node:fs';
import ts from 'typescript';

const source = new URL('../../src/lib/markdown/payloads.ts', import.meta.url);
// Not every Node that runs these tests reads TypeScript by itself.
const { outputText } = ts.transpileModule(readFileSync(source, 'utf8'), {
  compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ESNext },
});
const code = Buffer.from(outputText).toString('base64');
const module = await import(`data:text/javascript;base64,${code}`);

/** @type {readonly string[]} */
export const ALL_PAYLOADS = [...module.PAYLOADS, ...module.RICH_PAYLOADS];
