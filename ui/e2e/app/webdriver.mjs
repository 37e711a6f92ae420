// @ts-check
// A small W3C WebDriver client: just the commands that these tests use.
// https://www.w3.org/TR/webdriver2/

/** Key under which a WebDriver response names an element (from the specification). */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** Keys with no printable character, as code points that WebDriver reserves for them. */
export const Key = {
  enter: '\uE007',
  escape: '\uE00C',
  tab: '\uE004',
  control: '\uE009',
  delete: '\uE017',
};

/** A response of the driver that says no; `code` is the specification's error code. */
export class WebDriverError extends Error {
  /** @param {{ error?: string, message?: string }} value */
  constructor(value) {
    super(`${value.error}: ${value.message}`);
    this.code = value.error;
  }
}

export class Session {
  #url;
  #timeout;

  /**
   * @param {string} url the session's address
   * @param {number} timeout longest time for one command, in milliseconds
   */
  constructor(url, timeout) {
    this.#url = url;
    this.#timeout = timeout;
  }

  /**
   * Starts `binary` under the driver at `driver` and opens a session on its first window.
   *
   * @param {string} driver address of the driver
   * @param {string} binary
   * @param {string[]} args
   * @param {number} [timeout] longest time for one command, in milliseconds
   */
  static async start(driver, binary, args, timeout = 30_000) {
    const capabilities = {
      alwaysMatch: { 'webkitgtk:browserOptions': { binary, args } },
    };
    const value = await request('POST', `${driver}/session`, { capabilities }, timeout);
    return new Session(`${driver}/session/${value.sessionId}`, timeout);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   */
  #send(method, path, body) {
    return request(method, this.#url + path, body, this.#timeout);
  }

  /**
   * The first element that matches the CSS selector; rejects where there is none.
   *
   * @param {string} selector
   */
  async find(selector) {
    const value = await this.#send('POST', '/element', { using: 'css selector', value: selector });
    return new Element(this, value[ELEMENT]);
  }

  /**
   * Runs a script in the page and returns what it returns.
   *
   * @param {string} script a function body; `arguments` holds `args`
   * @param {...unknown} args
   */
  execute(script, ...args) {
    return this.#send('POST', '/execute/sync', { script, args });
  }

  /**
   * Presses keys together, as one chord, on whatever has the focus.
   *
   * @param {...string} keys
   */
  async chord(...keys) {
    const down = keys.map((value) => ({ type: 'keyDown', value }));
    const up = keys.toReversed().map((value) => ({ type: 'keyUp', value }));
    const actions = [{ type: 'key', id: 'keyboard', actions: [...down, ...up] }];
    await this.#send('POST', '/actions', { actions });
  }

  /** @returns {Promise<Buffer>} the page as a PNG file */
  async screenshot() {
    return Buffer.from(await this.#send('GET', '/screenshot'), 'base64');
  }

  async end() {
    await this.#send('DELETE', '');
  }

  /**
   * @param {string} element
   * @param {string} command
   * @param {unknown} body
   */
  act(element, command, body) {
    return this.#send('POST', `/element/${element}/${command}`, body);
  }

  /**
   * @param {string} element
   * @param {string} what
   */
  ask(element, what) {
    return this.#send('GET', `/element/${element}/${what}`);
  }
}

export class Element {
  #session;
  #id;

  /**
   * @param {Session} session
   * @param {string} id
   */
  constructor(session, id) {
    this.#session = session;
    this.#id = id;
  }

  click() {
    return this.#session.act(this.#id, 'click', {});
  }

  clear() {
    return this.#session.act(this.#id, 'clear', {});
  }

  /** @param {string} text */
  type(text) {
    return this.#session.act(this.#id, 'value', { text });
  }

  /** @returns {Promise<string>} */
  text() {
    return this.#session.ask(this.#id, 'text');
  }

  /**
   * @param {string} name
   * @returns {Promise<unknown>}
   */
  property(name) {
    return this.#session.ask(this.#id, `property/${name}`);
  }
}

/**
 * @param {string} method
 * @param {string} url
 * @param {unknown} body
 * @param {number} timeout
 */
async function request(method, url, body, timeout) {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(timeout),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((/** @type {unknown} */ cause) => {
    throw new Error(`the driver did not answer ${method} ${new URL(url).pathname}`, { cause });
  });
  const { value } = /** @type {{ value: any }} */ (await response.json());
  if (!response.ok) throw new WebDriverError(value);
  return value;
}
