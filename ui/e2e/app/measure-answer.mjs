// @ts-check
// How fast an answer comes to the screen, beside the same question to `llmos-cli chat` and the same number of tokens
// at the same depth in `llmos-cli bench`. Started by scripts/measure-window.sh.
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { App, freshDataDir } from './app.mjs';
import { cpuSeconds, median, quantile, quiet, spread, THREADS } from './measure.mjs';
import { until } from './wait.mjs';
import { Key } from './webdriver.mjs';
import { Window } from './window.mjs';

const QUESTION = 'Write a long story about a lighthouse keeper and the sea, with many details.';
/** An answer of fewer tokens says too little; another one is asked for. */
const ENOUGH = 200;
const TRIES = 4;
/** After so many characters the answer is stopped, so that the rounds are alike; about 330 tokens. */
const LENGTH = 1_500;
const ANSWER_DEADLINE = 180_000;

const rounds = Number(process.argv[2] ?? 5);
const { LLMOS_CLI: cli = '', LLMOS_MODEL: model = '' } = process.env;

/**
 * What the page saw of an answer; times are `performance.now()`, in milliseconds.
 *
 * @typedef {object} Seen
 * @property {number[]} pieces when the text of the answer grew
 * @property {number[]} painted when the text that grew was painted
 * @property {number} ended when the answer was shown as ended, painted
 * @property {number} savedAt when the app knew of the engine's end (by the page's clock)
 * @property {string} shown the line under the answer
 * @property {string} detail what it says on hover
 * @property {{ promptTokens: number, completionTokens: number, decodeTps: number, ttftMs: number }} stats
 */

/**
 * Runs in the page: watches the answer that is about to come. It must cost next to nothing, so there is no loop and
 * no layout in it; what it found waits in `measured`.
 */
const WATCH = `
  window.measured = undefined;
  const pieces = [], painted = [];
  const [longest] = arguments;
  let length = 0, over = false;
  const afterPaint = (run) => requestAnimationFrame(() => setTimeout(run));
  const observer = new MutationObserver(() => {
    const answer = document.querySelector('[data-testid=message-assistant]');
    if (!answer || over) return;
    const now = performance.now();
    const grown = answer.querySelector('.text').textContent.length;
    if (grown > length) {
      length = grown;
      pieces.push(now);
      afterPaint(() => painted.push(performance.now()));
      if (length > longest) document.querySelector('[data-testid=stop]')?.click();
    }
    if (grown === 0 || answer.dataset.status === 'streaming') return;
    over = true;
    observer.disconnect();
    afterPaint(() => finish(performance.now()));
  });
  async function finish(ended) {
    const { id } = document.querySelector('[data-testid=conversation-item][aria-current]').dataset;
    const view = await window.__TAURI_INTERNALS__.invoke('conversation_open', { id });
    const stats = document.querySelector('[data-testid=stats]');
    window.measured = {
      pieces, painted, ended,
      savedAt: view.conversation.updatedAt - performance.timeOrigin,
      shown: stats.textContent.trim(), detail: stats.title,
      stats: view.messages.at(-1).stats,
    };
  }
  observer.observe(document.body, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['data-status'],
  });`;

/** One answer in a new window. */
async function inTheWindow() {
  const dataDir = freshDataDir();
  const app = await App.start(dataDir);
  try {
    const window = new Window(app.session);
    await window.modelReady();
    await window.write(QUESTION);
    const load = await quiet();
    await app.session.execute(WATCH, LENGTH);
    const before = cpuSeconds(dataDir);
    await app.session.chord(Key.enter);
    const look = async () => {
      await sleep(1_000); // each look costs the page something
      return app.session.execute('return window.measured ?? null');
    };
    const seen = /** @type {Seen} */ (await until('the answer to end', look, ANSWER_DEADLINE));
    const cpu = [...cpuSeconds(dataDir)].map(
      ([name, used]) => /** @type {const} */ ([name, used - (before.get(name) ?? 0)]),
    );
    return { ...seen, load, cpu };
  } finally {
    await app.dispose();
  }
}

/** @param {string[]} args */
async function tool(...args) {
  const { stdout } = await promisify(execFile)(cli, [...args, '--model', model, '--json']);
  return JSON.parse(stdout);
}

/**
 * The same question in the terminal, with the same sampling and system prompt, which are its defaults; at most as many
 * tokens as the window had. Of a few tries the longest, since speed falls with depth.
 *
 * @param {number} tokens
 * @returns {Promise<{ completion_tokens: number, decode_tps: number }>}
 */
async function inTheTerminal(tokens) {
  let longest;
  for (let tries = 0; tries < TRIES; tries += 1) {
    await quiet();
    const answer = await tool('chat', '--prompt', QUESTION, '--max-tokens', String(tokens));
    if (!longest || answer.completion_tokens > longest.completion_tokens) longest = answer;
    if (longest.completion_tokens >= tokens * 0.95) break;
  }
  return longest;
}

/** @param {number} depth @param {number} tokens @returns {Promise<number>} tokens per second */
async function inTheBench(depth, tokens) {
  await quiet();
  const only = ['--prompt-tokens', '0', '--repeat', '1', '--threads', String(THREADS)];
  const report = await tool('bench', ...only, '--depth', `${depth}`, '--generate', `${tokens}`);
  return report.decode[0].tps;
}

/** @type {Record<'window' | 'chat' | 'bench' | 'screen' | 'late' | 'lastText' | 'ended' | 'step' | 'longStep', number>[]} */
const found = [];
for (let round = 1; round <= rounds; round += 1) {
  let seen = await inTheWindow();
  for (let tries = 1; seen.stats.completionTokens < ENOUGH && tries < TRIES; tries += 1) {
    seen = await inTheWindow();
  }
  const { promptTokens, completionTokens: tokens, decodeTps: window } = seen.stats;
  const chat = await inTheTerminal(tokens);
  const bench = await inTheBench(promptTokens, tokens);

  const onScreen = (seen.painted.at(-1) ?? NaN) - (seen.painted[0] ?? NaN);
  const steps = seen.painted.slice(1).map((at, index) => at - (seen.painted[index] ?? NaN));
  const result = {
    window,
    chat: chat.decode_tps,
    bench,
    screen: ((tokens - 1) / onScreen) * 1_000,
    // The engine's time for the same tokens, against the screen's.
    late: onScreen - ((tokens - 1) / window) * 1_000,
    lastText: (seen.painted.at(-1) ?? NaN) - seen.savedAt,
    ended: seen.ended - seen.savedAt,
    step: median(steps),
    longStep: quantile(steps, 0.95),
  };
  found.push(result);
  const cpu = seen.cpu.map(([name, used]) => `${name} ${used.toFixed(2)}`).join(', ');
  console.log(`round ${round}: ${seen.load}
  window ${window.toFixed(2)} tokens/s (shown: ${seen.shown}; ${seen.detail})
  chat   ${chat.decode_tps.toFixed(2)} tokens/s over ${chat.completion_tokens} tokens
  bench  ${bench.toFixed(2)} tokens/s over ${tokens} tokens at depth ${promptTokens}
  screen ${result.screen.toFixed(2)} tokens/s: ${seen.pieces.length} pieces painted over ${onScreen.toFixed(0)} ms, ${result.late.toFixed(0)} ms more than the engine took
  from the engine's end to the last text ${result.lastText.toFixed(0)} ms, to the end shown ${result.ended.toFixed(0)} ms
  CPU seconds meanwhile: ${cpu}`);
}

/** @param {keyof (typeof found)[number]} name */
const all = (name) => found.map((result) => result[name]);
/** @param {'window' | 'screen'} part @param {'chat' | 'bench'} whole */
const percent = (part, whole) =>
  spread(
    found.map((result) => (result[part] / result[whole]) * 100),
    1,
  );
console.log(`
${rounds} rounds, ${THREADS} threads on each side; medians (lowest to highest)
decode, tokens/s: window ${spread(all('window'), 1)}, on the screen ${spread(all('screen'), 1)}, chat ${spread(all('chat'), 1)}, bench ${spread(all('bench'), 1)}
window, % of chat: ${percent('window', 'chat')}
window, % of bench: ${percent('window', 'bench')}
on the screen, % of bench: ${percent('screen', 'bench')}
between two pieces painted, ms: ${spread(all('step'))}, 95th percentile ${spread(all('longStep'))}
from the engine's end to the last text painted, ms: ${spread(all('lastText'))}
from the engine's end to the answer shown as ended, ms: ${spread(all('ended'))}`);
