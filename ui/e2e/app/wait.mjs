// @ts-check
// Waiting for conditions. Nothing in these tests sleeps for a fixed time and hopes.

/** Time between two looks at a condition, in milliseconds. */
const INTERVAL = 25;

/** What is waited for can't come any more; ends the waiting at once. */
export class TooLate extends Error {}

/**
 * Polls `look` until it gives something truthy, and returns that. Errors that it throws count as
 * "not yet", except `TooLate`; the last one is told if the deadline passes.
 *
 * @template T
 * @param {string} what what is waited for, for the message of a failure
 * @param {() => T | Promise<T>} look
 * @param {number} [deadline] in milliseconds
 * @returns {Promise<NonNullable<Awaited<T>>>}
 */
export async function until(what, look, deadline = 15_000) {
  const end = Date.now() + deadline;
  /** @type {unknown} */
  let last;
  for (;;) {
    try {
      last = await look();
      if (last) return /** @type {NonNullable<Awaited<T>>} */ (last);
    } catch (error) {
      if (error instanceof TooLate) throw error;
      last = error;
    }
    if (Date.now() > end) {
      const seen = last instanceof Error ? last.message : JSON.stringify(last);
      throw new Error(`after ${deadline} ms still waiting for ${what} (last seen: ${seen})`);
    }
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
  }
}
