// @ts-check
// How evenly the page goes on while an answer of 4,000 words comes in: the time between two frames, with the engine
// at rest and with `llmos-cli` computing on all cores beside it. Started by scripts/measure-window.sh.
//
// The model that the app comes with can't write so much. So the page asks as ever, and what the app would answer over
// the bridge is given by this script: in pieces as large and as often as a model of 200 tokens a second makes them.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { App, freshDataDir } from './app.mjs';
import { quantile, quiet } from './measure.mjs';
import { until } from './wait.mjs';
import { Key } from './webdriver.mjs';
import { Window } from './window.mjs';

const WORDS = 4_000;
/** Every so many milliseconds a piece comes in, as from the assistant's batches. */
const EVERY = 100;
const WORDS_A_PIECE = 15;
const DEADLINE = 300_000;

const rounds = Number(process.argv[2] ?? 3);
const { LLMOS_CLI: cli = '', LLMOS_MODEL: model = '' } = process.env;

const SENTENCE =
  'An answer says **some forty words** about one thing after another, with a `name`, a [link](https://example.org) and ' +
  'a value like \\(x_1^2\\), so that there is something to do in each of its blocks, until all of it has been said. ';

/** Markdown of the kind that models write: headings, paragraphs, lists, code, tables and formulas. */
function answer() {
  const parts = [];
  for (let part = 1, words = 0; words < WORDS; part += 1) {
    const text = [
      `## Part ${part}`,
      SENTENCE.repeat(2),
      `1. first of ${part}\n2. second, *with emphasis*\n   - and one inside`,
      `\`\`\`py\ndef part_${part}(values: list[int]) -> int:\n    return sum(v * ${part} for v in values)\n\`\`\``,
      SENTENCE,
      `| value | of ${part} |\n|---|--:|\n| one | 1 |\n| two | 2 |`,
      `$$\n\\sum_{k=1}^{${part}} k = \\frac{n(n+1)}{2}\n$$`,
    ].join('\n\n');
    words += text.split(/\s+/).length;
    parts.push(text);
  }
  return parts.join('\n\n');
}

/**
 * Runs in the page: stands in for the app's side of one turn, and notes when frames come. All else still goes to the
 * app.
 */
const REPLAY = `
  const [pieces, every] = arguments;
  window.replayed = undefined;
  const real = window.fetch;
  const send = (channel, index, message) => window.__TAURI_INTERNALS__.runCallback(channel, { index, message });
  window.fetch = (url, options) => {
    if (!String(url).endsWith('chat_send')) return real(url, options);
    window.fetch = real;
    const { conversation, text, channel } = JSON.parse(new TextDecoder().decode(
      typeof options.body === 'string' ? new TextEncoder().encode(options.body) : options.body));
    return new Promise((resolve) => {
      const ok = { 'Content-Type': 'application/json', 'Tauri-Response': 'ok' };
      turn(conversation, text, Number(channel.split(':')[1])).then(
        () => resolve(new Response('null', { headers: ok })),
        (error) => (window.replayed = { error: String(error) }));
    });
  };
  async function turn(id, text, channel) {
    const view = await window.__TAURI_INTERNALS__.invoke('conversation_open', { id });
    const message = (id, parentId, role, text, status) =>
      ({ id, parentId, role, text, status, createdAt: Date.now(), siblings: [id], stats: null });
    const user = message('replay-q', view.messages.at(-1).id, 'user', text, 'complete');
    const answer = message('replay-a', user.id, 'assistant', '', 'streaming');
    let index = 0;
    send(channel, index++, { type: 'started', conversation: view.conversation, user, answer });
    const frames = [];
    let last, over = false;
    const frame = (now) => {
      if (last !== undefined) frames.push(now - last);
      last = now;
      if (!over) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    const begun = performance.now();
    for (const [number, text] of pieces.entries()) {
      // The first comes when the prompt has been read.
      const due = begun + (number + 1) * every - performance.now();
      await new Promise((next) => setTimeout(next, Math.max(0, due)));
      send(channel, index++, { type: 'text', messageId: answer.id, text });
    }
    const took = performance.now() - begun;
    send(channel, index++, { type: 'finished', message: { ...answer, text: pieces.join(''), status: 'complete' } });
    await new Promise((next) => setTimeout(next, 500));
    over = true;
    const shown = document.querySelector('[data-testid=flow]').innerText.split(/\\s+/).length;
    window.replayed = { frames, took, shown };
  }`;

/** Keeps all cores busy as an answer does; returns how to end that. */
function busyEngine() {
  let over = false;
  let running = begin();
  function begin() {
    const args = ['bench', '--model', model, '--prompt-tokens', '0', '--generate', '1024'];
    // Inside the app the engine's threads have this priority; `bench` computes without the engine around it.
    const started = spawn('nice', ['-n', '5', cli, ...args], { stdio: 'ignore' });
    started.once('exit', () => {
      if (!over) running = begin();
    });
    return started;
  }
  return () => {
    over = true;
    running.kill();
  };
}

/** @param {boolean} busy whether an engine computes beside it */
async function round(busy) {
  const app = await App.start(freshDataDir());
  /** @type {(() => void) | undefined} */
  let rest;
  try {
    const window = new Window(app.session);
    await window.send('Say hello.');
    await window.answered();
    await window.write('Tell me everything.');
    const words = answer().split(/(?<=\s)(?=\S)/);
    const pieces = [];
    for (let at = 0; at < words.length; at += WORDS_A_PIECE)
      pieces.push(words.slice(at, at + WORDS_A_PIECE).join(''));
    const load = await quiet();
    if (busy) {
      rest = busyEngine();
      await sleep(2_000); // its model is loaded
    }
    await app.session.execute(REPLAY, pieces, EVERY);
    await app.session.chord(Key.enter);
    setTimeout(() => rest?.(), (pieces.length + 1) * EVERY); // an engine ends with its answer
    const look = async () => {
      await sleep(2_000); // each look costs the page something
      return app.session.execute('return window.replayed ?? null');
    };
    const seen = await until('the answer to end', look, DEADLINE);
    if (seen.error) throw new Error(seen.error);
    const { frames, took } = /** @type {{ frames: number[], took: number }} */ (seen);
    let at = 0;
    const ends = frames.map((frame) => (at += frame));
    const long = ends
      .filter((_, n) => Number(frames[n]) > 50)
      .map((end) => (end / 1000).toFixed(1));
    const [p50, p95, p99, max] = [0.5, 0.95, 0.99, 1].map((part) =>
      quantile(frames, part).toFixed(1),
    );
    console.log(
      `${busy ? 'engine busy' : 'engine idle'}: ${words.length} words in ${pieces.length} pieces over ${(took / 1000).toFixed(1)} s; ` +
        `between two frames, ms: p50 ${p50}, p95 ${p95}, p99 ${p99}, max ${max}; ${long.length} of ${frames.length} over 50 ms${long.length ? `, at ${long.join(', ')} s` : ''} (${load})`,
    );
  } finally {
    rest?.();
    await app.dispose();
  }
}

for (const busy of [false, true]) for (let n = 1; n <= rounds; n += 1) await round(busy);
