// @ts-check
// Opening a conversation of 5,000 messages in the window and scrolling through it, on copies of a history that the
// store's example `measure` has made. Started by scripts/measure-window.sh.
import { cpSync } from 'node:fs';
import { App, freshDataDir } from './app.mjs';
import { quantile, quiet, spread } from './measure.mjs';
import { until } from './wait.mjs';
import { Window } from './window.mjs';

const history = process.argv[2] ?? '';
const rounds = Number(process.argv[3] ?? 5);

/** How long a scroll takes, in milliseconds. */
const SCROLL_MS = 3_000;
/** A brisk wheel, in pixels a second. */
const WHEEL = 3_000;

/**
 * Runs in the page: from the next click on, waits until the last message of the conversation is on the screen, and
 * for two frames more, so that it is painted.
 */
const WATCH_OPENING = `
  window.opened = undefined;
  const [last] = arguments;
  const shown = () => {
    const list = document.querySelector('[data-testid=flow] [role=list]');
    const row = list?.querySelector('[data-key="' + last + '"]');
    if (!row?.querySelector('.markdown')?.textContent) return false;
    if (getComputedStyle(row).visibility === 'hidden') return false;
    const { bottom, height } = row.getBoundingClientRect();
    return height > 0 && Math.abs(bottom - list.getBoundingClientRect().bottom) < 4;
  };
  document.addEventListener('click', () => {
    const start = performance.now();
    let exists, previous = start, worst = 0;
    requestAnimationFrame(function frame() {
      const now = performance.now();
      worst = Math.max(worst, now - previous);
      previous = now;
      if (!shown()) return requestAnimationFrame(frame);
      exists = now - start;
      requestAnimationFrame(() => requestAnimationFrame(() => {
        window.opened = { exists, painted: performance.now() - start, worst };
      }));
    });
  }, { capture: true, once: true });`;

/**
 * Runs in the page: scrolls up by `distance` pixels, or to the beginning, at an even speed, and notes the time
 * between frames and how many messages exist.
 */
const SCROLL = `
  const [distance, time] = arguments;
  window.scrolled = undefined;
  const list = document.querySelector('[data-testid=flow] [role=list]');
  const from = list.scrollTop;
  const to = distance === null ? 0 : Math.max(0, from - distance);
  const frames = [];
  let start, previous, most = 0;
  requestAnimationFrame(function frame() {
    const now = performance.now();
    if (previous !== undefined) frames.push(now - previous);
    start ??= now;
    previous = now;
    most = Math.max(most, list.querySelectorAll('article').length);
    const part = Math.min(1, (now - start) / time);
    if (part < 1) {
      list.scrollTop = from + (to - from) * part;
      requestAnimationFrame(frame);
    } else {
      window.scrolled = { frames, most, from, to: list.scrollTop, nodes: document.querySelectorAll('*').length };
    }
  });`;

/** Runs in the page: the reading of the conversation alone, without showing it. */
const READ = `
  const start = performance.now();
  window.read = undefined;
  window.__TAURI_INTERNALS__.invoke('conversation_open', { id: arguments[0] }).then((view) => {
    window.read = { ms: performance.now() - start, messages: view.messages.length, bytes: JSON.stringify(view).length };
  });`;

/**
 * @typedef {{ exists: number, painted: number, worst: number }} Opened
 * @typedef {{ frames: number[], most: number, from: number, to: number, nodes: number }} Scrolled
 */

/** @param {string} from */
function copyOf(from) {
  const dataDir = freshDataDir();
  // An app that was killed leaves its socket behind.
  cpSync(from, dataDir, { recursive: true, filter: (file) => !file.endsWith('.sock') });
  return dataDir;
}

/**
 * Waits for what a script leaves in a variable of the page.
 *
 * @param {App} app
 * @param {'opened' | 'scrolled' | 'read' | 'long'} name
 */
const left = (app, name) =>
  until(
    `"${name}" in the page`,
    () => app.session.execute(`return window.${name} ?? null`),
    60_000,
  );

/** Starts the app, with its model loaded and nothing more to do. @param {string} dataDir */
async function start(dataDir) {
  const app = await App.start(dataDir);
  const window = new Window(app.session);
  await window.modelReady();
  await window.appears('conversation-item');
  return { app, window };
}

/** Brings the long conversation, which is the oldest, to the top of the list by giving it a title. */
async function prepare() {
  const dataDir = copyOf(history);
  const { app } = await start(dataDir);
  try {
    await app.session.execute(`
      const { invoke } = window.__TAURI_INTERNALS__;
      (async () => {
        const { id } = (await invoke('conversations_list')).at(-1);
        await invoke('conversation_rename', { id, title: 'The long one' });
        const { messages } = await invoke('conversation_open', { id });
        window.long = { id, last: messages.at(-1).id };
      })();`);
    return { dataDir, .../** @type {{ id: string, last: string }} */ (await left(app, 'long')) };
  } finally {
    await app.close();
  }
}

const { dataDir: prepared, id, last } = await prepare();
const item = `${Window.selector('conversation-item')}[data-id="${id}"]`;
const another = `${Window.selector('conversation-item')}:not([data-id="${id}"])`;

/** @param {App} app @param {Window} window @returns {Promise<Opened>} */
async function open(app, window) {
  await app.session.execute(WATCH_OPENING, last);
  await window.click(item);
  return left(app, 'opened');
}

/** @param {App} app @param {number | null} distance @returns {Promise<Scrolled>} */
async function scroll(app, distance) {
  await app.session.execute(SCROLL, distance, SCROLL_MS);
  return left(app, 'scrolled');
}

/** @type {{ first: Opened, again: Opened, read: { ms: number }, wheel: Scrolled, whole: Scrolled }[]} */
const found = [];
for (let round = 1; round <= rounds; round += 1) {
  const { app, window } = await start(copyOf(prepared));
  try {
    const load = await quiet();
    const first = await open(app, window);
    if (round === 1) await app.picture('long-conversation');
    await window.click(another);
    await until('the other one', async () => {
      const set = 'return document.querySelector("[aria-setsize]")?.ariaSetSize';
      const size = await app.session.execute(set);
      return size && Number(size) < 100;
    });
    await quiet();
    const again = await open(app, window);
    await quiet();
    await app.session.execute(READ, id);
    const read = await left(app, 'read');
    await quiet();
    const wheel = await scroll(app, (WHEEL * SCROLL_MS) / 1_000);
    await quiet();
    const whole = await scroll(app, null);
    found.push({ first, again, read, wheel, whole });
    console.log(`round ${round}: ${load}
  opened: ${first.painted.toFixed(0)} ms the first time (in the page after ${first.exists.toFixed(0)}, worst frame ${first.worst.toFixed(0)}), ${again.painted.toFixed(0)} ms again (worst frame ${again.worst.toFixed(0)}); read alone ${read.ms.toFixed(0)} ms, ${read.messages} messages, ${(read.bytes / 1e6).toFixed(1)} MB
  ${told('wheel', wheel)}
  ${told('whole', whole)}`);
  } finally {
    await app.dispose();
  }
}

/** @param {string} name @param {Scrolled} scrolled */
function told(name, { frames, most, from, to, nodes }) {
  const [middle, high, worst] = [0.5, 0.95, 1].map((part) => quantile(frames, part).toFixed(0));
  return `${name}: ${(from - to).toFixed(0)} px in ${frames.length} frames of ${middle} ms, 95th percentile ${high}, worst ${worst}; ${most} messages at most, ${nodes} elements in the page`;
}

/** @param {'wheel' | 'whole'} name @param {number} part */
const frames = (name, part) => spread(found.map((result) => quantile(result[name].frames, part)));
console.log(`
${rounds} rounds; medians of them (lowest to highest), in ms
open, from the click to the last message painted: ${spread(found.map(({ first }) => first.painted))}, again ${spread(found.map(({ again }) => again.painted))}
of it, reading (store, shell, bridge): ${spread(found.map(({ read }) => read.ms))}
scroll at ${WHEEL} px a second: frame ${frames('wheel', 0.5)}, 95th percentile ${frames('wheel', 0.95)}, worst ${frames('wheel', 1)}
scroll to the beginning in ${SCROLL_MS / 1_000} s: frame ${frames('whole', 0.5)}, 95th percentile ${frames('whole', 0.95)}, worst ${frames('whole', 1)}
messages in the page at most: ${Math.max(...found.flatMap(({ wheel, whole }) => [wheel.most, whole.most]))}`);
