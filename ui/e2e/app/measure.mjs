// @ts-check
// What the measurements of the window share: a quiet machine to begin on, the CPU time of processes, and medians.
import { readFileSync, readdirSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** The machine counts as quiet when other work takes less than this part of one core. */
const QUIET = 0.15;
/** How long to look before deciding, in milliseconds. */
const LOOK = 2_000;
/** How long to wait for a quiet machine before measuring anyway, in milliseconds. */
const PATIENCE = Number(process.env['LLMOS_PATIENCE'] ?? 120) * 1_000;
/** Clock ticks a second in /proc, which Linux shows to every program as 100. */
const TICKS = 100;

/** Processor threads, which is what the app's engine and `llmos-cli` both use. */
export const THREADS = cpus().length;

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // the process is gone, or not ours to look at
  }
}

/** Seconds that all cores together were busy since the machine started. */
function busySeconds() {
  const line = /^cpu +(.*)/.exec(read('/proc/stat'))?.[1] ?? '';
  const [user = 0, nice = 0, system = 0, , , irq = 0, soft = 0, steal = 0] = line
    .split(' ')
    .map(Number);
  return (user + nice + system + irq + soft + steal) / TICKS;
}

/** How many cores everything on the machine kept busy over a time. @param {number} [time] */
async function coresBusy(time = LOOK) {
  const before = busySeconds();
  await sleep(time);
  return (busySeconds() - before) / (time / 1_000);
}

/**
 * Waits until the machine has nothing else to do, or for as long as is reasonable.
 *
 * @returns {Promise<string>} what it was like, for the record
 */
export async function quiet() {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const cores = await coresBusy();
    if (cores < QUIET || Date.now() > end) {
      return `${cores.toFixed(2)} cores busy before, load ${loadavg()[0]?.toFixed(2)}`;
    }
  }
}

/**
 * CPU seconds so far of the processes that an app has started, itself included, by the name of the program.
 *
 * @param {string} dataDir the app's, which its children inherit in their environment
 */
export function cpuSeconds(dataDir) {
  /** @type {Map<string, number>} */
  const used = new Map();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = read(`/proc/${entry}/stat`);
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const ours = read(`/proc/${entry}/environ`).includes(`LLMOS_DATA_DIR=${dataDir}\0`);
    if (entry !== process.env['LLMOS_XVFB'] && !ours) continue;
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const seconds = (Number(fields[11]) + Number(fields[12])) / TICKS;
    used.set(name, (used.get(name) ?? 0) + seconds);
  }
  return used;
}

/** @param {readonly number[]} values @param {number} part from 0 to 1 */
export function quantile(values, part) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const [low = NaN, high = NaN] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

/** @param {readonly number[]} values */
export const median = (values) => quantile(values, 0.5);

/** A median with the extremes. @param {readonly number[]} values @param {number} [digits] */
export function spread(values, digits = 0) {
  const [low, middle, high] = [0, 0.5, 1].map((part) => quantile(values, part).toFixed(digits));
  return `${middle} (${low} to ${high})`;
}
