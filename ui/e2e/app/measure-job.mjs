// @ts-check
// How evenly the page goes on while a book of 100,000 words is summed up by a job: the time between two frames, first
// with the job on the screen, then while somebody walks from place to place. Started by scripts/measure-window.sh.
import { setTimeout as sleep } from 'node:timers/promises';
import { App, freshDataDir } from './app.mjs';
import { quantile, quiet } from './measure.mjs';
import { until } from './wait.mjs';
import { Window } from './window.mjs';

const WORDS = 100_000;
/** How long each of the two is looked at, in milliseconds. */
const LOOK = Number(process.argv[2] ?? 60) * 1_000;
/** How long somebody stays at a place, in milliseconds. */
const STAY = 1_500;
const PLACES = ['chat', 'translate', 'write', 'summarise', 'personas', 'settings', 'summarise'];
const MODEL_DEADLINE = 120_000;

/** Runs in the page: takes a made-up book in and has it summed up. */
const BEGIN = `
  const [words] = arguments;
  const sentences = [];
  for (let n = 0, count = 0; count < words; n += 1) {
    if (n % 60 === 0) sentences.push('\\n\\n# Chapter ' + (n / 60 + 1) + '\\n\\n');
    const sentence = 'On day ' + n + ' the keeper of the lighthouse wrote down who had come to the harbour, and why. ';
    sentences.push(sentence);
    count += sentence.split(' ').length - 1;
  }
  const wish = { style: 'keyPoints', length: 'medium', language: null, request: null };
  window.__TAURI_INTERNALS__.invoke('summary_start', { title: 'Book', text: sentences.join(''), wish })
    .then(() => (window.begun_ = true));`;

/** Runs in the page: notes the time between frames from now on. */
const WATCH = `
  window.frames_ = [];
  let last;
  const frame = (now) => {
    if (last !== undefined) window.frames_.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);`;

/** @param {string} what @param {readonly number[]} frames */
function report(what, frames) {
  const long = frames.filter((frame) => frame > 100).length;
  const [p50, p95, p99, max] = [0.5, 0.95, 0.99, 1].map((part) =>
    quantile(frames, part).toFixed(0),
  );
  console.log(
    `${what}: between two frames, ms: p50 ${p50}, p95 ${p95}, p99 ${p99}, max ${max}; ${long} of ${frames.length} over 100 ms`,
  );
}

const app = await App.start(freshDataDir());
try {
  const window = new Window(app.session);
  const ready = () =>
    app.session.execute(
      'return document.querySelector("[data-testid=model-status][data-state=ready]") !== null',
    );
  await until('the model to be ready', ready, MODEL_DEADLINE);
  console.log(await quiet());
  await app.session.execute(BEGIN, WORDS);
  const begun = () => app.session.execute('return window.begun_ === true');
  await until('the job to begin', begun, MODEL_DEADLINE);
  await window.press('nav-summarise');
  await window.press('digest-open');
  await until('the job to be on the screen', () => window.has('job'), MODEL_DEADLINE);

  await app.session.execute(WATCH);
  await sleep(LOOK);
  report('job on the screen', await app.session.execute('return window.frames_.splice(0)'));
  for (let n = 0; n * STAY < LOOK; n += 1) {
    await window.press(`nav-${PLACES[n % PLACES.length]}`);
    await sleep(STAY);
  }
  report('from place to place', await app.session.execute('return window.frames_.splice(0)'));
  await window.press('nav-summarise');
  console.log(`the job: ${await window.text('job-line')}`);
} finally {
  await app.dispose();
}
