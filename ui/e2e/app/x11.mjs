// @ts-check
// A small X11 client: closes a window the way a window manager does, and takes pictures of the screen.
// Xvfb has no window manager, and WebDriver can do neither: its "close" bypasses the window's close
// button, and its screenshots show the page without the window.
// https://www.x.org/releases/current/doc/xproto/x11protocol.html
import { connect } from 'node:net';
import { deflateSync, crc32 } from 'node:zlib';

const Opcode = {
  getWindowAttributes: 3,
  queryTree: 15,
  internAtom: 16,
  getProperty: 20,
  sendEvent: 25,
  getGeometry: 14,
  getImage: 73,
};
const CLIENT_MESSAGE = 33;
const Z_PIXMAP = 2;
const ANY_TYPE = 0;
const VIEWABLE = 2;

export class Display {
  #socket;
  /** @type {Buffer} */
  #received = Buffer.alloc(0);
  /** @type {(() => void) | undefined} */
  #wake;
  /** @type {Error | undefined} */
  #failure;
  /** Number of the root window. */
  root = 0;

  /** @param {import('node:net').Socket} socket */
  constructor(socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake?.();
    });
    socket.on('error', (error) => {
      this.#failure = error;
      this.#wake?.();
    });
    socket.on('close', () => {
      this.#failure ??= new Error('the X server closed the connection');
      this.#wake?.();
    });
  }

  /**
   * Connects to a local display that asks for no authority.
   *
   * @param {string} name such as `:99`
   */
  static async open(name) {
    const number = /^:(\d+)/.exec(name)?.[1];
    if (!number) throw new Error(`not a local display: ${name}`);
    const display = new Display(connect(`/tmp/.X11-unix/X${number}`));
    await display.#greet();
    return display;
  }

  async #greet() {
    const hello = Buffer.alloc(12);
    hello.write('l', 0, 'latin1'); // little endian
    hello.writeUInt16LE(11, 2); // protocol version
    this.#socket.write(hello);
    const head = await this.#read(8);
    const body = await this.#read(head.readUInt16LE(6) * 4);
    if (head[0] !== 1) throw new Error(`the X server refused: ${body.toString('latin1').trim()}`);
    const vendorLength = body.readUInt16LE(16);
    const formats = body[21] ?? 0;
    const screen = 32 + Math.ceil(vendorLength / 4) * 4 + formats * 8;
    this.root = body.readUInt32LE(screen);
  }

  /** @param {number} length */
  async #read(length) {
    while (this.#received.length < length) {
      if (this.#failure) throw this.#failure;
      await new Promise((resolve) => (this.#wake = () => resolve(undefined)));
    }
    const taken = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return taken;
  }

  /**
   * @param {number} opcode
   * @param {number} detail
   * @param {Buffer} body a multiple of four bytes
   */
  #request(opcode, detail, body) {
    const head = Buffer.alloc(4);
    head[0] = opcode;
    head[1] = detail;
    head.writeUInt16LE(1 + body.length / 4, 2);
    this.#socket.write(Buffer.concat([head, body]));
  }

  /**
   * @param {number} opcode
   * @param {number} detail
   * @param {Buffer} body
   * @returns {Promise<Buffer>} the whole reply
   */
  async #ask(opcode, detail, body) {
    this.#request(opcode, detail, body);
    for (;;) {
      const head = await this.#read(32);
      if (head[0] === 0) throw new Error(`X error ${head[1]} for request ${head[10]}`);
      if (head[0] === 1) return Buffer.concat([head, await this.#read(head.readUInt32LE(4) * 4)]);
      // Anything else is an event that nobody asked for.
    }
  }

  /** @param {string} name */
  async #atom(name) {
    const length = Buffer.byteLength(name);
    const body = Buffer.alloc(4 + Math.ceil(length / 4) * 4);
    body.writeUInt16LE(length, 0);
    body.write(name, 4, 'latin1');
    return (await this.#ask(Opcode.internAtom, 0, body)).readUInt32LE(8);
  }

  /** @param {number} window */
  async #children(window) {
    const reply = await this.#ask(Opcode.queryTree, 0, words(window));
    return Array.from({ length: reply.readUInt16LE(16) }, (_, i) => reply.readUInt32LE(32 + i * 4));
  }

  /**
   * @param {number} window
   * @param {number} property
   * @returns {Promise<number[]>} the property's 32-bit values; none where it is missing
   */
  async #property(window, property) {
    const reply = await this.#ask(Opcode.getProperty, 0, words(window, property, ANY_TYPE, 0, 64));
    if (reply[1] !== 32) return [];
    return Array.from({ length: reply.readUInt32LE(16) }, (_, i) => reply.readUInt32LE(32 + i * 4));
  }

  /** @param {number} window */
  async #isShown(window) {
    const reply = await this.#ask(Opcode.getWindowAttributes, 0, words(window));
    return reply[26] === VIEWABLE;
  }

  /**
   * Asks the windows of a process that are on the screen to close, as their close button would.
   *
   * @param {number} pid
   * @returns {Promise<number>} how many windows were asked
   */
  async closeWindowsOf(pid) {
    // One after the other: replies are told apart by their order alone.
    const protocols = await this.#atom('WM_PROTOCOLS');
    const deleteWindow = await this.#atom('WM_DELETE_WINDOW');
    const owner = await this.#atom('_NET_WM_PID');
    let asked = 0;
    for (const window of await this.#children(this.root)) {
      const [process] = await this.#property(window, owner);
      const understood = await this.#property(window, protocols);
      if (process !== pid || !understood.includes(deleteWindow)) continue;
      // Toolkits keep hidden windows of their own, which mean nothing.
      if (!(await this.#isShown(window))) continue;
      const event = Buffer.alloc(32);
      event[0] = CLIENT_MESSAGE;
      event[1] = 32; // the data are 32-bit values
      words(window, protocols, deleteWindow, 0).copy(event, 4);
      this.#request(Opcode.sendEvent, 0, Buffer.concat([words(window, 0), event]));
      asked += 1;
    }
    return asked;
  }

  /** @returns {Promise<Buffer>} the whole screen as a PNG file */
  async screenshot() {
    const geometry = await this.#ask(Opcode.getGeometry, 0, words(this.root));
    const width = geometry.readUInt16LE(16);
    const height = geometry.readUInt16LE(18);
    const area = Buffer.alloc(8);
    area.writeUInt16LE(width, 4);
    area.writeUInt16LE(height, 6);
    const body = Buffer.concat([words(this.root), area, words(0xffff_ffff)]);
    const reply = await this.#ask(Opcode.getImage, Z_PIXMAP, body);
    return png(width, height, reply.subarray(32));
  }

  close() {
    this.#socket.destroy();
  }
}

/** @param {...number} values */
function words(...values) {
  const buffer = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => buffer.writeUInt32LE(value, index * 4));
  return buffer;
}

/**
 * @param {number} width
 * @param {number} height
 * @param {Buffer} pixels four bytes each: blue, green, red, unused
 */
function png(width, height, pixels) {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0, to = 0, from = 0; y < height; y += 1) {
    to += 1; // filter type 0
    for (let x = 0; x < width; x += 1, to += 3, from += 4) {
      rows[to] = pixels[from + 2] ?? 0;
      rows[to + 1] = pixels[from + 1] ?? 0;
      rows[to + 2] = pixels[from] ?? 0;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8); // eight bits, RGB
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/**
 * @param {string} type
 * @param {Buffer} data
 */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
