// @ts-check
// One run of the built app, under WebKitWebDriver, with a data directory that outlives it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  mkdirSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { TooLate, until } from './wait.mjs';
import { Session } from './webdriver.mjs';
import { Display } from './x11.mjs';

/** @param {string} name */
function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start these tests with run.sh`);
  return value;
}

const BINARY = required('LLMOS_BINARY');
const MODEL = required('LLMOS_MODEL');
const WORK = required('LLMOS_E2E_DIR');
const SCREEN = required('DISPLAY');
const PICTURES = resolve(import.meta.dirname, '../../../artifacts/screenshots/app');

/** A data directory that no app has used yet. */
export function freshDataDir() {
  return mkdtempSync(join(WORK, 'data-'));
}

/**
 * What every process of the app gets: its own home, so that nothing of the machine's is read or
 * written, and English, so that the tests know the words.
 *
 * @param {string} dataDir
 */
function environment(dataDir) {
  const home = join(WORK, 'home');
  mkdirSync(join(home, 'runtime'), { recursive: true, mode: 0o700 });
  return {
    ...process.env,
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_DATA_HOME: join(home, 'data'),
    XDG_RUNTIME_DIR: join(home, 'runtime'),
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    LANGUAGE: 'en',
    LLMOS_DATA_DIR: dataDir,
    LLMOS_MODEL: MODEL,
    TAURI_WEBVIEW_AUTOMATION: 'true',
  };
}

export class App {
  #driver;
  /** @type {Display} */
  #display;
  /** @type {string} */
  dataDir;
  /** @type {Session} */
  session;
  /** Process id of the app itself, not of the driver or of WebKit's own processes. */
  pid;
  /** What it has written on standard error. */
  log = '';

  /**
   * @param {import('node:child_process').ChildProcess} driver
   * @param {Session} session
   * @param {Display} display
   * @param {string} dataDir
   * @param {number} pid
   */
  constructor(driver, session, display, dataDir, pid) {
    this.#driver = driver;
    this.#display = display;
    this.session = session;
    this.dataDir = dataDir;
    this.pid = pid;
    driver.stderr?.on('data', (/** @type {Buffer} */ chunk) => {
      this.log += chunk.toString();
      process.stderr.write(chunk);
    });
  }

  /**
   * Starts the app on a data directory and waits for its window.
   *
   * @param {string} dataDir
   * @param {number} [ending] the process of another app on the same data that is about to end
   */
  static async start(dataDir, ending) {
    const port = await freePort();
    const driver = spawn('WebKitWebDriver', [`--port=${port}`], {
      env: environment(dataDir),
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    const address = `http://127.0.0.1:${port}`;
    try {
      await until('the driver to listen', async () => (await fetch(`${address}/status`)).ok);
      const session = await Session.start(address, BINARY, []);
      const pid = await until('the app to run', () =>
        processesOn(dataDir).find((found) => found !== ending),
      );
      return new App(driver, session, await Display.open(SCREEN), dataDir, pid);
    } catch (error) {
      driver.kill();
      for (const pid of processesOn(dataDir)) process.kill(pid, 'SIGKILL');
      throw error;
    }
  }

  /** Ends the process as a power cut would: no handler runs, nothing is flushed. */
  async kill() {
    process.kill(this.pid, 'SIGKILL');
    await this.#ended();
  }

  /** Closes the window as its close button does, and waits until the process has ended. */
  async close() {
    await this.askToClose();
    await this.#ended();
  }

  /** Closes the window and does not wait for the process: see {@link hasEnded}. */
  async askToClose() {
    const asked = await this.#display.closeWindowsOf(this.pid);
    if (asked === 0) throw new Error('the app has no window that could be closed');
  }

  /** Waits until the process has ended after {@link askToClose}. */
  async hasEnded() {
    await this.#ended();
  }

  async #ended() {
    await until('the app to end', () => !isRunning(this.pid));
    this.#release();
  }

  /** Ends whatever is left, for the end of a test that may have failed anywhere. */
  async dispose() {
    if (isRunning(this.pid)) await this.kill();
    else this.#release();
  }

  #release() {
    this.#display.close();
    this.#driver.kill();
  }

  /**
   * Starts the program once more on the same data, as a second click on its icon would.
   *
   * @returns {Promise<number | null>} its exit code; null if it was still running at the deadline
   */
  async startAgain(deadline = 20_000) {
    const second = spawn(BINARY, [], { env: environment(this.dataDir), stdio: 'ignore' });
    const ended = once(second, 'exit').then(([code]) => /** @type {number} */ (code));
    const late = new Promise((resolve) => setTimeout(resolve, deadline, null).unref());
    const code = await Promise.race([ended, late]);
    if (code === null) second.kill('SIGKILL');
    return code;
  }

  /**
   * Starts the program on the same data as a click on its icon does, with no driver behind it.
   * `window` resolves once it has a window of its own, and asks that to close at once; `ended`
   * resolves with the exit code.
   */
  click() {
    const env = { ...environment(this.dataDir), TAURI_WEBVIEW_AUTOMATION: '' };
    const clicked = spawn(BINARY, [], { env, stdio: ['ignore', 'inherit', 'inherit'] });
    const pid = clicked.pid;
    if (pid === undefined) throw new Error(`${BINARY} can't be started`);
    const ended = once(clicked, 'exit').then(([code]) => /** @type {number} */ (code));
    const window = until('a window of its own', async () => {
      if (clicked.exitCode !== null) throw new TooLate(`it ended with ${clicked.exitCode}, unseen`);
      return (await this.#display.closeWindowsOf(pid)) > 0;
    });
    window.catch(() => clicked.kill('SIGKILL'));
    return { window, ended };
  }

  /**
   * Saves a picture of the screen with the window as it is, for people to look at.
   *
   * @param {string} name
   */
  async picture(name) {
    mkdirSync(PICTURES, { recursive: true });
    writeFileSync(join(PICTURES, `${name}.png`), await this.#display.screenshot());
  }
}

/** The processes of the app that use a data directory. @param {string} dataDir */
function processesOn(dataDir) {
  const found = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const variables = readFileSync(`/proc/${entry}/environ`, 'latin1').split('\0');
      if (readlinkSync(`/proc/${entry}/exe`) !== BINARY) continue;
      if (variables.includes(`LLMOS_DATA_DIR=${dataDir}`)) found.push(Number(entry));
    } catch {
      // Gone meanwhile, or not ours to read.
    }
  }
  return found;
}

/**
 * True until a process has ended and let go of its files and sockets; one that only waits for its
 * parent to notice has. The first thread may end while others still hold them.
 *
 * @param {number} pid
 */
function isRunning(pid) {
  try {
    const state = /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return (state !== 'Z' && state !== 'X') || readdirSync(`/proc/${pid}/task`).length > 1;
  } catch {
    return false;
  }
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}
