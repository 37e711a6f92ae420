// @ts-check
// The app's page as these tests see it: by test id, through WebDriver.
import { TooLate, until } from './wait.mjs';
import { Key } from './webdriver.mjs';

/** Longest time for the model of the tests to load on a slow, busy machine, in milliseconds. */
const MODEL_DEADLINE = 120_000;
/** Longest time for an answer of the test model, likewise. */
const ANSWER_DEADLINE = 180_000;

/**
 * A message on the screen.
 *
 * @typedef {{ id: string, role: 'user' | 'assistant', status: string | null, text: string }} Message
 */

/**
 * Runs in the page: the messages that exist in it. An answer has no text before its Markdown is
 * rendered; how its lines are spaced is left out, since that is up to the style sheet.
 */
const READ_MESSAGES = `
  const kinds = '[data-testid=message-user], [data-testid=message-assistant]';
  return [...document.querySelectorAll(kinds)].map((element) => {
    const role = element.dataset.testid === 'message-user' ? 'user' : 'assistant';
    const text = element.querySelector(role === 'user' ? '.text' : '.markdown')?.innerText ?? '';
    const { id, status = null } = element.dataset;
    return { id, role, status, text: text.replaceAll(/\\s+/g, ' ').trim() };
  });`;

export class Window {
  #session;

  /** @param {import('./webdriver.mjs').Session} session */
  constructor(session) {
    this.#session = session;
  }

  /** @param {string} testId */
  static selector(testId) {
    return `[data-testid="${testId}"]`;
  }

  /** Whether an element is there. @param {string} testId @returns {Promise<boolean>} */
  has(testId) {
    return this.#session.execute(
      'return document.querySelector(arguments[0]) !== null',
      Window.selector(testId),
    );
  }

  /** Text of an element, empty where it isn't there. @param {string} testId @returns {Promise<string>} */
  text(testId) {
    return this.#session.execute(
      'return document.querySelector(arguments[0])?.innerText.trim() ?? ""',
      Window.selector(testId),
    );
  }

  /** @param {string} testId */
  async appears(testId) {
    await until(`"${testId}" to appear`, () => this.has(testId));
  }

  /** Clicks an element once it is there and can be clicked. @param {string} selector */
  async click(selector) {
    const pressed = async () => {
      await (await this.#session.find(selector)).click();
      return true;
    };
    await until(`a click on ${selector}`, pressed);
  }

  /** @param {string} testId */
  press(testId) {
    return this.click(Window.selector(testId));
  }

  /** @returns {Promise<string>} what is in the composer */
  draft() {
    return this.#session.execute(
      'return document.querySelector("[data-testid=composer]")?.value ?? ""',
    );
  }

  /** Types into the composer, as a keyboard does. @param {string} text */
  async write(text) {
    await this.appears('composer');
    await (await this.#session.find(Window.selector('composer'))).type(text);
  }

  /** @param {string} text */
  async search(text) {
    await (await this.#session.find(Window.selector('search'))).type(text);
  }

  /** Sends a message and returns once the store has it and an answer has begun. @param {string} text */
  async send(text) {
    const before = await this.lastAnswer();
    await this.write(text);
    await this.#session.chord(Key.enter);
    await until(
      'the answer to begin',
      async () => {
        const answer = await this.lastAnswer();
        return answer !== undefined && answer.id !== before?.id;
      },
      MODEL_DEADLINE,
    );
  }

  /** @returns {Promise<Message[]>} */
  messages() {
    return this.#session.execute(READ_MESSAGES);
  }

  async lastAnswer() {
    const messages = await this.messages();
    return messages.findLast(({ role }) => role === 'assistant');
  }

  /** The last answer, once it is on the screen with some text. */
  shownAnswer() {
    return until('an answer with text', async () => {
      const answer = await this.lastAnswer();
      return answer?.text ? answer : undefined;
    });
  }

  /**
   * Asks something and returns in the middle of the answer, with two looks at it: `early`, and
   * `later` with more text, `apart` milliseconds or more after that. The model may have little to
   * say, so a few answers that end too soon are allowed for.
   *
   * @param {string} question
   * @param {number} [apart]
   * @returns {Promise<{ early: Message, later: Message }>}
   */
  async sendAndLeaveInTheMiddle(question, apart = 0) {
    for (let tries = 1; ; tries += 1) {
      await this.send(question);
      try {
        const early = await this.#streaming((text) => text.length >= 20);
        const seen = Date.now();
        const goesOn = (/** @type {string} */ text) =>
          text.length > early.text.length && Date.now() - seen >= apart;
        return { early, later: await this.#streaming(goesOn) };
      } catch (error) {
        if (!(error instanceof TooLate) || tries === 3) throw error;
      }
    }
  }

  /** @param {(text: string) => boolean} enough */
  #streaming(enough) {
    return until(
      'text of an answer in progress',
      async () => {
        const answer = await this.lastAnswer();
        if (answer && answer.status !== 'streaming') {
          const problem = await this.text('error');
          throw new TooLate(`the answer is already ${answer.status}: ${answer.text} ${problem}`);
        }
        return answer && enough(answer.text) ? answer : undefined;
      },
      ANSWER_DEADLINE,
    );
  }

  /**
   * Waits until the last answer has ended, and returns it. Rejects where it ended in another way.
   *
   * @param {RegExp} [how] what its status must have become
   */
  async answered(how = /^(complete|stopped)$/) {
    const answer = await until(
      'the answer to end',
      async () => {
        const last = await this.lastAnswer();
        return last?.status !== 'streaming' ? last : undefined;
      },
      ANSWER_DEADLINE,
    );
    if (how.test(answer.status ?? '')) return answer;
    throw new Error(`the answer is ${answer.status}. ${await this.text('error')}`);
  }

  /** Waits until the model can be used. */
  async modelReady() {
    await until(
      'the model to be ready',
      async () => (await this.modelState()) === 'ready',
      MODEL_DEADLINE,
    );
  }

  /** @returns {Promise<string>} */
  modelState() {
    return this.#session.execute(
      'return document.querySelector("[data-testid=model-status]")?.dataset.state ?? "missing"',
    );
  }

  /** @returns {Promise<string[]>} titles in the list, newest first */
  conversations() {
    return this.#session.execute(
      'return [...document.querySelectorAll("[data-testid=conversation-item]")].map((e) => e.innerText.trim())',
    );
  }
}
