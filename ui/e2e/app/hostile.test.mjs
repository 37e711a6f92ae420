// @ts-check
// The corpus of hostile Markdown as answers in the real window: nothing of it runs, asks for anything, or is
// something that the content security policy would have to stop.
import assert from 'node:assert/strict';
import { afterEach, it } from 'node:test';
import { App, freshDataDir } from './app.mjs';
import { ALL_PAYLOADS } from './payloads.mjs';
import { until } from './wait.mjs';
import { Window } from './window.mjs';

/** @type {App | undefined} */
let app;

afterEach(async () => {
  await app?.dispose();
  app = undefined;
});

/**
 * Runs in the page: notes what hostile text would want to bring about. It is gone when the page is left for another,
 * which is found out that way.
 */
const WATCH = `
  const seen = (window.watched = { ran: 0, violations: [], requests: [], alien: [] });
  window.pwned = () => (seen.ran += 1);
  document.addEventListener('securitypolicyviolation', (event) =>
    seen.violations.push([event.effectiveDirective, event.blockedURI, event.sample].join(' ')));
  // The page's own files, and what it asks the app.
  const own = /^(tauri:\\/\\/localhost|https?:\\/\\/tauri\\.localhost|ipc:|http:\\/\\/ipc\\.localhost)/;
  performance.setResourceTimingBufferSize(100_000);
  new PerformanceObserver((list) => {
    for (const { name } of list.getEntries()) if (!own.test(name)) seen.requests.push(name);
  }).observe({ type: 'resource' });`;

/** Runs in the page: puts other answers beside the last one; returns how many there are. */
const EDIT_ALL = `
  const [payloads] = arguments;
  const { id } = document.querySelector('[data-testid=message-assistant]').dataset;
  const { invoke } = window.__TAURI_INTERNALS__;
  (async () => {
    for (const text of payloads) await invoke('answer_edit', { message: id, text });
    return 'saved';
  })().then((end) => (window.edited = end), (error) => (window.edited = JSON.stringify(error)));`;

/**
 * Runs in the page: goes through the versions of the answer, from the last to the first, each time until it is on the
 * screen and painted; notes what of it should not be in a page.
 */
const SHOW_ALL = `
  const answer = () => document.querySelector('[data-testid=message-assistant]');
  const forbidden = 'script, iframe, object, embed, link, style, meta, base, form, img, audio, video, svg, [src], [style], ' +
    'a[href]:not([href^="https:"], [href^="http:"], [href^="mailto:"], [href^="#"])';
  const painted = () => new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
  let shown = 0;
  async function show() {
    for (;;) {
      await painted();
      const markdown = answer()?.querySelector('.markdown');
      const version = answer()?.dataset.id;
      if (!markdown) continue;
      // Some payloads are nothing to see, so it is not waited for long.
      for (let tries = 0; tries < 5 && markdown.childElementCount === 0; tries += 1) await painted();
      for (const element of markdown.querySelectorAll('*')) {
        const handler = element.getAttributeNames().find((name) => name.startsWith('on'));
        if (handler || element.matches(forbidden)) window.watched.alien.push(element.outerHTML.slice(0, 200));
      }
      // What is in the page may be pressed, and gets the mouse.
      for (const element of markdown.querySelectorAll('a, summary, [tabindex]')) {
        element.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
        element.focus();
      }
      shown += 1;
      const before = answer().querySelector('[data-testid=sibling-previous]');
      if (!before || before.disabled) return shown;
      before.click();
      while (answer()?.dataset.id === version) await painted();
    }
  }
  show().then((end) => (window.shown = end), (error) => (window.shown = String(error)));`;

/** Longest time for all payloads on a slow, busy machine, in milliseconds. */
const DEADLINE = 240_000;

/**
 * Starts a script that takes its time, and waits for what it leaves in a variable of the page.
 *
 * @param {App} app
 * @param {string} variable
 * @param {string} script
 * @param {...unknown} args
 */
async function run(app, variable, script, ...args) {
  await app.session.execute(script, ...args);
  const read = () => app.session.execute(`return window.${variable} ?? null`);
  return until(`"${variable}" in the page`, async () => (await read()) ?? undefined, DEADLINE);
}

it('renders every payload as an answer, and nothing of it runs, loads or breaks the policy', async () => {
  app = await App.start(freshDataDir());
  const window = new Window(app.session);
  await window.send('Say hello.');
  await window.answered();
  await app.session.execute(WATCH);

  // Half a surrogate pair can't be sent by WebDriver.
  const whole = ALL_PAYLOADS.map((payload) => payload.replaceAll(/\p{Surrogate}/gu, '\uFFFD'));
  assert.equal(await run(app, 'edited', EDIT_ALL, whole), 'saved');
  // Read anew from the store, with all versions.
  await window.press('new-conversation');
  await window.appears('empty');
  await window.press('conversation-item');
  const total = ALL_PAYLOADS.length + 1;
  await until('all versions', async () => (await window.text('sibling')).endsWith(` / ${total}`));
  assert.equal(await run(app, 'shown', SHOW_ALL), total);
  await app.picture('hostile');

  /** @type {{ ran: number, violations: string[], requests: string[], alien: string[] } | null} */
  const seen = await app.session.execute('return window.watched ?? null');
  assert.ok(seen, 'the page was left');
  assert.deepEqual(seen, { ran: 0, violations: [], requests: [], alien: [] });
  assert.equal(await window.has('link-target'), false);

  // The watch itself sees what it is for.
  await app.session.execute(`
    const image = document.createElement('img');
    image.src = 'https://evil.example/p.png';
    document.body.append(image);`);
  const { session } = app;
  const stopped = () => session.execute('return window.watched.violations.length > 0');
  await until('a violation', stopped);
});
