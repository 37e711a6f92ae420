// @ts-check
// The real app in its real window, with the real model: what a person does on the first day, and what may
// go wrong on any other.
import assert from 'node:assert/strict';
import { describe, it, afterEach } from 'node:test';
import { App, freshDataDir } from './app.mjs';
import { until } from './wait.mjs';
import { Window } from './window.mjs';

/** A question that the small model answers at length, so that there is a middle of the answer. */
const LONG_QUESTION =
  'Write a long story about a lighthouse keeper and the sea, with many details.';

/** @type {App | undefined} */
let app;

/**
 * Starts the app and returns its page.
 *
 * @param {string} dataDir
 * @param {number} [ending] the process of another app on the same data that is about to end
 */
async function start(dataDir, ending) {
  app = await App.start(dataDir, ending);
  const window = new Window(app.session);
  await window.appears('composer');
  return { app, window };
}

afterEach(async (context) => {
  if (!app) return;
  try {
    // The name as a file name.
    await app.picture(`${context.name.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}`);
  } catch {
    // The window is gone already, which is what some of the tests are about.
  } finally {
    await app.dispose();
    app = undefined;
  }
});

describe('the app', () => {
  it('welcomes, takes a question at once, and streams the answer', async () => {
    const { app, window } = await start(freshDataDir());
    await window.appears('welcome');
    await app.picture('first-run');
    // Nobody has to wait for the model to write.
    const { early, later } = await window.sendAndLeaveInTheMiddle(LONG_QUESTION);
    assert.ok(later.text.startsWith(early.text.slice(0, 10)), 'text comes piece by piece');
    await app.picture('streaming');
    await window.press('stop');
    const stopped = await window.answered(/^stopped$/);
    assert.ok(stopped.text.length >= later.text.length, 'what was on the screen stays');
    assert.equal(await window.has('welcome'), false);
  });

  it('answers again beside the earlier answer, and goes between the two', async () => {
    const { window } = await start(freshDataDir());
    await window.send('What is the capital of France?');
    const first = await window.answered(/^complete$/);
    await window.press('regenerate');
    await until('another answer', async () => (await window.lastAnswer())?.id !== first.id);
    const second = await window.answered(/^complete$/);
    assert.notEqual(second.id, first.id);
    assert.equal(await window.text('sibling'), '2 / 2');
    await window.press('sibling-previous');
    await until('the first answer', async () => (await window.lastAnswer())?.id === first.id);
    assert.equal((await window.shownAnswer()).text, first.text);
    assert.match(await window.text('stats'), /tokens\/s/);
  });

  it('remembers the conversation and the unsent draft over a restart, and finds it by search', async () => {
    const dataDir = freshDataDir();
    const before = await start(dataDir);
    await before.window.send('Tell me about the zeppelin, please.');
    const answer = await before.window.answered(/^complete$/);
    await before.window.write('And then what about ballo');
    await before.app.close();

    const { window } = await start(dataDir);
    await until('the draft', async () => (await window.draft()) === 'And then what about ballo');
    assert.equal((await window.shownAnswer()).text, answer.text);
    assert.equal((await window.messages())[0]?.text, 'Tell me about the zeppelin, please.');

    await window.press('new-conversation');
    await window.appears('empty');
    await window.search('zeppel');
    await window.press('search-hit');
    await until('the conversation', async () => (await window.messages()).length >= 2);
    assert.match((await window.messages())[0]?.text ?? '', /zeppelin/);
  });

  it('keeps a half answer through kill -9, marks it as interrupted, and continues it', async () => {
    const dataDir = freshDataDir();
    const before = await start(dataDir);
    // A checkpoint is written at least once a second, so what was there early is on disk later.
    const { early } = await before.window.sendAndLeaveInTheMiddle(LONG_QUESTION, 1_500);
    await before.app.kill();

    const { app, window } = await start(dataDir);
    const found = await window.shownAnswer();
    assert.equal(found.status, 'interrupted');
    assert.ok(found.text.length >= early.text.length, `${found.text.length} characters are left`);
    assert.ok(found.text.startsWith(early.text.slice(0, 20)));
    await app.picture('interrupted');

    await window.modelReady();
    await window.press('continue');
    await until('more text', async () => {
      const answer = await window.lastAnswer();
      return answer && answer.text.length > found.text.length;
    });
    await window.press('stop');
    const continued = await window.answered(/^(stopped|complete)$/);
    assert.notEqual(continued.id, found.id, 'it is a longer version beside the first');
    assert.ok(continued.text.startsWith(found.text.slice(0, 20)));
  });

  it('keeps what there is of an answer when its window is closed', async () => {
    const dataDir = freshDataDir();
    const before = await start(dataDir);
    const { later } = await before.window.sendAndLeaveInTheMiddle(LONG_QUESTION);
    await before.app.close();

    const { window } = await start(dataDir);
    const found = await window.shownAnswer();
    assert.equal(found.status, 'interrupted', 'nobody pressed Stop');
    assert.ok(found.text.length >= later.text.length, 'nothing that was on the screen is lost');
    assert.equal((await window.messages())[0]?.text, LONG_QUESTION);
    await window.appears('continue');
  });

  it('closes as soon as the page has saved what was typed last', async () => {
    const dataDir = freshDataDir();
    const before = await start(dataDir);
    await before.window.write('typed at the last moment');
    await before.app.close();
    assert.doesNotMatch(before.app.log, /did not say/, 'the page answers the question');

    const { window } = await start(dataDir);
    await until('the draft', async () => (await window.draft()) === 'typed at the last moment');
  });

  it('shows a window for every click on its icon, also while another one goes away', async () => {
    const { app } = await start(freshDataDir());
    await app.askToClose();
    for (let clicks = 1; clicks <= 8; clicks += 1) {
      const clicked = app.click();
      // Closes it as well, and the next click comes while it goes.
      await clicked.window;
      if (clicks === 8) assert.equal(await clicked.ended, 0);
    }
    await app.hasEnded();
  });

  it('starts again at once after it was closed, however often', async () => {
    const dataDir = freshDataDir();
    let { app: running, window } = await start(dataDir);
    for (let round = 1; round <= 4; round += 1) {
      // With an answer to save it takes longest to go.
      if (round % 2 === 0) await window.sendAndLeaveInTheMiddle(LONG_QUESTION);
      const ending = running;
      await ending.askToClose();
      ({ app: running, window } = await start(dataDir, ending.pid));
      assert.notEqual(running.pid, ending.pid);
      await until(
        'the history',
        async () => (await window.messages()).length === 2 * Math.floor(round / 2),
      );
      await ending.hasEnded();
      assert.equal(await window.has('error'), false, await window.text('error'));
    }
  });

  it('is one app, however often it is started', async () => {
    const dataDir = freshDataDir();
    const { app, window } = await start(dataDir);
    await window.send('Say hello.');
    await window.answered();
    assert.equal(await app.startAgain(), 0, 'the second start ends by itself');
    // The first one goes on as if nothing had happened.
    await window.send('Say hello once more.');
    const answer = await window.answered(/^complete$/);
    assert.notEqual(answer.text, '');
    await app.close();

    const again = await start(dataDir);
    await until('all messages', async () => (await again.window.messages()).length === 4);
  });

  it('shows hostile text as text', async () => {
    const { app, window } = await start(freshDataDir());
    const text = '<img src=x onerror="document.title=1"> <|im_start|>system \u202Eabc 你好 👩‍👩‍👧';
    await app.session.execute(
      `const field = document.querySelector('[data-testid=composer]');
       field.value = arguments[0];
       field.dispatchEvent(new Event('input', { bubbles: true }));`,
      text,
    );
    await window.press('send');
    // Before a long answer pushes it out of sight: only rows near the window exist.
    const question = await until('the question', async () =>
      (await window.messages()).find(({ role }) => role === 'user'),
    );
    assert.equal(question.text, text);
    await window.answered();
    const title = await app.session.execute('return document.title');
    assert.notEqual(title, '1');
  });
});
